"""Files as other programs write them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from rvergui.core import ItemState, Mask, SourceKind, Taxonomy
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.imports.boxes import AsRectangles, Segmenting
from rvergui.interchange.imports.format import Request
from rvergui.interchange.imports.json_records import records
from rvergui.interchange.imports.run import ImportOutcome, import_dataset
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.interchange.photo_parts import read_parts
from rvergui.interchange.report import Cancelled
from rvergui.project import Project
from rvergui.segment.registry import create_segmenter
from tests.interchange.export_cases import SIZE, box_mask
from tests.interchange.small_projects import write_photo

SQUARE = box_mask(10, 20, 30, 15)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "new" / "p.rver", Taxonomy()) as opened:
        yield opened


def bring_in(
    project: Project, name: str, source: Path, images: Path | None = None, cutter=None, **options
) -> ImportOutcome:
    format = IMPORTS[name]
    request = Request(source, images, chosen(format.options, options, name), project.root / "made")
    return import_dataset(project, read_dataset(format, request), name, cutter=cutter)


def found(project: Project) -> dict[str, list[tuple[str, Mask]]]:
    taxonomy = project.taxonomy()
    return {
        Path(record.path).name: [(taxonomy.get(item.class_id).name, item.mask) for item in sheet]
        for record, sheet in project.labelled()
    }


def coco_file(path: Path, annotations: list, images: list | None = None, **more) -> Path:
    content = {
        "info": {},
        "annotations": annotations,
        "categories": [{"id": 1, "name": "rice"}, {"id": 7, "name": "soup", "supercategory": "wet"}],
        "images": images or [{"id": 3, "file_name": "a.png", "width": SIZE[1], "height": SIZE[0]}],
        **more,
    }
    path.write_text(json.dumps(content))
    return path


def test_coco_polygons_run_lengths_of_both_kinds_crowds_and_boxes(project, tmp_path):
    write_photo(tmp_path / "photos" / "a.png", 1, SIZE)
    array = np.asfortranarray(SQUARE.array().astype(np.uint8))
    runs, value = [], 0
    flat = array.flatten(order="F")
    while len(flat):
        run = int(np.argmax(flat != value)) if (flat != value).any() else len(flat)
        runs.append(run)
        flat, value = flat[run:], 1 - value
    outline = [[10, 20, 40, 20, 40, 35, 10, 35]]
    compressed = coco.encode(array)["counts"].decode()
    base = {"image_id": 3, "iscrowd": 0}
    file = coco_file(
        tmp_path / "instances.json",
        [
            {**base, "id": 1, "category_id": 1, "segmentation": outline},
            {**base, "id": 2, "category_id": 7, "segmentation": {"size": list(SIZE), "counts": runs}, "iscrowd": 1},
            {**base, "id": 3, "category_id": 7, "segmentation": {"size": list(SIZE), "counts": compressed}},
            {**base, "id": 4, "category_id": 99, "bbox": [50, 5, 20, 10]},
        ],
    )
    outcome = bring_in(project, "coco", file, tmp_path / "photos", AsRectangles())
    assert found(project) == {"a.png": [("rice", SQUARE), ("soup", SQUARE), ("category 99", box_mask(50, 5, 20, 10))]}
    assert outcome.skipped == ["instances.json: 1 crowds (iscrowd), which are not single objects."]
    kept = bring_in(project, "coco", file, tmp_path / "photos", crowds="keep")
    assert (kept.objects, kept.known) == (0, 3)
    assert kept.skipped == ["a.png: 1 boxes without masks were left out."]


def test_a_box_prompts_the_segmenter(project, tmp_path):
    pixels = np.full((60, 80, 3), (30, 60, 200), dtype=np.uint8)
    y, x = np.mgrid[:60, :80]
    inside = np.hypot(x - 40, y - 30) < 15
    pixels[inside] = (220, 60, 30)
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    Image.fromarray(pixels).save(tmp_path / "images" / "disc.png")
    (tmp_path / "data.yaml").write_text("names: [plate, food]\n")
    (tmp_path / "labels" / "disc.txt").write_text("1 0.5 0.5 0.45 0.6\n")
    outcome = bring_in(project, "yolo", tmp_path, cutter=Segmenting(lambda: create_segmenter("grabcut")))
    assert (outcome.objects, outcome.cut) == (1, 1)
    ((name, mask),) = found(project)["disc.png"]
    assert name == "food"
    (item,) = next(sheet for _, sheet in project.labelled())
    assert item.state is ItemState.PROPOSED  # a machine drew it: somebody has to look
    assert (item.mask_source.kind, item.label_source.kind) == (SourceKind.MODEL, SourceKind.IMPORT)
    assert "GrabCut" in item.mask_source.name
    again = bring_in(project, "yolo", tmp_path, cutter=Segmenting(lambda: create_segmenter("grabcut")))
    assert (again.objects, again.known, again.cut) == (0, 1, 0)
    assert mask.iou(Mask.from_array(inside)) > 0.8


def test_annotations_of_photos_that_exif_turns_are_turned(project, tmp_path):
    photo = Image.fromarray(np.zeros((60, 80, 3), dtype=np.uint8))
    exif = photo.getexif()
    exif[0x0112] = 6
    (tmp_path / "photos").mkdir()
    photo.save(tmp_path / "photos" / "a.png", exif=exif)
    outline = [[10, 20, 40, 20, 40, 35, 10, 35]]
    file = coco_file(tmp_path / "i.json", [{"id": 1, "image_id": 3, "category_id": 1, "segmentation": outline}])
    assert bring_in(project, "coco", file, tmp_path / "photos").objects == 1
    ((_, mask),) = found(project)["a.png"]
    assert mask.size == (80, 60)
    assert np.array_equal(mask.array(), np.rot90(SQUARE.array(), -1))


LAYOUTS = [
    ("images/train/a.png", "labels/train/a.txt", "train"),
    ("train/images/a.png", "train/labels/a.txt", "train"),
    ("valid/images/a.png", "valid/labels/a.txt", "test"),
    ("images/deep/er/a.png", "labels/deep/er/a.txt", None),
    ("a.png", "a.txt", None),
    ("obj_train_data/a.png", "obj_train_data/a.txt", None),
]


@pytest.mark.parametrize(("image", "label", "part"), LAYOUTS)
def test_yolo_s_layouts(project, tmp_path, image, label, part):
    root = tmp_path / "set"
    write_photo(root / image, 1, SIZE)
    (root / label).parent.mkdir(parents=True, exist_ok=True)
    (root / label).write_text("1 0.125 0.3333333333 0.5 0.3333333333 0.5 0.5833333333 0.125 0.5833333333\n\n")
    (root / "classes.txt").write_text("rice\nsoup\n")
    (root / "README.txt").write_text("read me")
    assert bring_in(project, "yolo", root).skipped == []
    assert found(project) == {"a.png": [("soup", SQUARE)]}
    assert list(read_parts(project).values()) == ([part] if part else [])


def test_labelme_shapes_groups_and_a_photo_inside_the_file(project, tmp_path):
    import base64

    write_photo(tmp_path / "lm" / "sub" / "a.png", 1, SIZE)
    square = [[10, 20], [40, 20], [40, 35], [10, 35]]
    shapes = [
        {"label": "rice", "points": square, "shape_type": "polygon", "group_id": 1},
        {"label": "rice", "points": [[50, 50], [55, 50], [55, 55], [50, 55]], "shape_type": "polygon", "group_id": 1},
        {"label": "soup", "points": [[60, 20], [60, 25]], "shape_type": "circle", "group_id": None},
        {"label": "soup", "points": [[1, 1]], "shape_type": "point"},
        {"label": "tea", "points": [[70, 50], [60, 40]], "shape_type": "rectangle"},
    ]
    content = {"version": "4.5.6", "flags": {}, "shapes": shapes, "imagePath": "..\\sub\\a.png", "imageData": None}
    (tmp_path / "lm" / "sub" / "a.json").write_text(json.dumps(content))
    write_photo(tmp_path / "elsewhere.png", 2, SIZE)
    data = base64.b64encode((tmp_path / "elsewhere.png").read_bytes()).decode()
    inside = {**content, "shapes": shapes[:1], "imagePath": "gone.png", "imageData": data}
    (tmp_path / "lm" / "b.json").write_text(json.dumps(inside))
    outcome = bring_in(project, "labelme", tmp_path / "lm", cutter=AsRectangles())
    assert len(outcome.skipped) == 1
    assert "shapes[3] (soup): a point covers no area" in outcome.skipped[0]
    masks = found(project)
    both, circle, box = masks["a.png"]
    assert both == ("rice", SQUARE | box_mask(50, 50, 5, 5))
    assert circle[1].area == pytest.approx(np.pi * 25, rel=0.1)
    assert box == ("tea", box_mask(60, 40, 10, 10))
    assert masks["b.png"] == [("rice", SQUARE)]
    assert (project.root / "made" / "b.png").read_bytes() == (tmp_path / "elsewhere.png").read_bytes()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "background\nrice\nsoup\n"),
        ("class_names.txt", "rice\nsoup\n"),
        ("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\nrice:1,2,3::\nsoup:4,5,6::\n"),
        ("category_id.txt", "0\tbackground\n1\trice\n2\tsoup\n"),
    ],
)
def test_index_masks_with_any_list_of_classes(project, tmp_path, name, text):
    root = tmp_path / "set"
    write_photo(root / "images" / "a.png", 1, SIZE)
    (root / "masks").mkdir()
    values = np.zeros(SIZE, dtype=np.uint8)
    values[SQUARE.array()] = 2
    values[0, 0] = 255
    Image.fromarray(values).save(root / "masks" / "a.png")
    (root / name).write_text(text)
    outcome = bring_in(project, "index-masks", root)
    assert found(project) == {"a.png": [("soup", SQUARE)]}
    assert len(outcome.skipped) == 1
    assert "with 255" in outcome.skipped[0]


def test_folders_of_classes_with_parts_and_masks(project, tmp_path):
    root = tmp_path / "set"
    write_photo(root / "train" / "rice" / "a.png", 1, SIZE)
    write_photo(root / "val" / "fish%2Fchips" / "b.jpg", 2, SIZE)
    (root / "train" / "rice" / "masks").mkdir()
    Image.fromarray(SQUARE.array()).save(root / "train" / "rice" / "masks" / "a.png")
    assert bring_in(project, "folders", root).skipped == []
    assert found(project) == {"a.png": [("rice", SQUARE)], "b.jpg": [("fish/chips", box_mask(0, 0, 80, 60))]}
    assert sorted(read_parts(project).values()) == ["test", "train"]


def test_large_files_are_read_record_by_record_and_can_be_stopped(tmp_path):
    annotations = [
        {"id": n, "image_id": 3, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9.5, 1, 9]]} for n in range(3000)
    ]
    file = coco_file(tmp_path / "i.json", annotations, other={"deep": [[{"images": [1]}]]})
    read = list(records(file, ("images", "annotations"), "COCO"))
    assert [record for name, _, record in read if name == "annotations"] == annotations
    assert [name for name, _, _ in read].count("images") == 1
    told = []
    with pytest.raises(Cancelled):
        list(
            records(
                file, ("annotations",), "COCO", progress=lambda done, total: told.append((done, total)) or len(told) < 3
            )
        )
    assert [total for _, total in told] == [file.stat().st_size] * 3
