"""Every format: what it writes, read by the programs that the formats belong to."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import yaml
from PIL import Image

from rvergui.core import ItemState, Mask, RverError, SourceKind
from rvergui.core.item import Source
from rvergui.interchange.exports.division import Division, read_split_file
from rvergui.interchange.exports.marker import MARKER
from rvergui.interchange.exports.options import chosen, fields_of
from rvergui.interchange.exports.run import ExportPlan, count_export, run_export
from rvergui.interchange.exports.selection import Selection
from rvergui.interchange.exports.table import EXPORTS, export_format
from rvergui.interchange.outlines import fill
from rvergui.interchange.report import Cancelled
from tests.interchange.export_cases import NAMES, SIZE, add_items, box_mask, export, hard_project, out_path
from tests.interchange.small_projects import tree, write_photo


@pytest.fixture
def project(tmp_path):
    with hard_project(tmp_path / "p") as opened:
        yield opened


def masks_by_class(project) -> dict[str, list[Mask]]:
    taxonomy, found = project.taxonomy(), {}
    for _, sheet in project.labelled():
        for item in sheet:
            found.setdefault(taxonomy.get(item.class_id).name, []).append(item.mask)
    return found


@pytest.mark.parametrize("name", EXPORTS)
def test_every_object_is_written_and_a_second_export_takes_the_place_of_the_first(project, tmp_path, name):
    out = out_path(tmp_path, name)
    for _ in range(2):
        report = export(project, out, name)
        assert (report.written, report.photos, report.skipped) == (10, 5, [])
        counts = count_export(project, ExportPlan.of(EXPORTS[name]))
        assert (counts.objects, counts.photos, counts.left_out, counts.missing) == (10, 5, [], 0)
        assert sum(counts.parts.values()) == 10
        if report.parts:
            assert {part: count for part, count in report.parts.items() if count} == counts.parts
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "p"])


@pytest.mark.parametrize("name", EXPORTS)
def test_a_cancelled_or_failed_export_leaves_the_old_one_or_none(project, tmp_path, name):
    out = out_path(tmp_path, name)
    plan = ExportPlan.of(EXPORTS[name])
    for stop in (0, 2, 5):
        with pytest.raises(Cancelled):
            run_export(project, out, plan, lambda done, _, stop=stop: done < stop)
    assert not out.exists()
    run_export(project, out, plan)
    before = {path: path.read_bytes() for path in [out, *out.rglob("*")] if path.is_file()}
    with pytest.raises(Cancelled):
        run_export(project, out, plan, lambda done, _: done < 3)
    for record in project.photos():
        project.photo_path(record).unlink()
    with pytest.raises(RverError, match="Not one object"):
        run_export(project, out, plan)
    assert {path: path.read_bytes() for path in [out, *out.rglob("*")] if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "p"])


@pytest.mark.parametrize("name", [name for name, format in EXPORTS.items() if not format.suffix])
def test_other_people_s_folders_are_never_replaced(project, tmp_path, name):
    out = out_path(tmp_path, name)
    out.mkdir()
    (out / "thesis.txt").write_text("years")
    with pytest.raises(RverError, match="holds other files"):
        export(project, out, name)
    assert tree(out) == ["thesis.txt"]


@pytest.mark.parametrize("name", ["labelme", "crops"])
def test_an_export_that_somebody_went_on_with_is_not_replaced(project, tmp_path, name):
    out = out_path(tmp_path, name)
    export(project, out, name)
    end = (out / MARKER).stat().st_mtime
    file = next(path for path in sorted(out.rglob("*")) if path.is_file() and path.name != MARKER)
    os.utime(file, (end + 60, end + 60))  # labelme has saved it again
    with pytest.raises(RverError, match=rf"{re.escape(file.name)} .*was changed after the export"):
        export(project, out, name)
    os.utime(file, (end, end))
    (out / "more.json").write_text("{}")
    os.utime(out / "more.json", (end, end))
    with pytest.raises(RverError, match=r"holds \d+ files and the export wrote"):
        export(project, out, name)
    (out / "more.json").unlink()
    export(project, out, name)


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_is_written_outside_the_target_whatever_photos_and_classes_are_called(project, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    for number, stem in enumerate(["a", "A", "con", "nul.x", "x..", "x" * 120, "\x07bell", "new\nline"]):
        write_photo(outside / f"{stem}.png", 900 + number, SIZE)
        add_items(project, outside / f"{stem}.png", [(box_mask(1, 1, 9, 9), number % len(NAMES))])
    before = {path: path.stat().st_mtime_ns for path in outside.iterdir()}
    out = out_path(tmp_path / "out", name)
    report = export(project, out, name)
    assert (report.written, report.skipped) == (18, [])
    assert {path: path.stat().st_mtime_ns for path in outside.iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "outside", "p"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == [out.name]
    for folder in [out, *(p for p in out.rglob("*") if p.is_dir())] if out.is_dir() else []:
        names = [entry.name for entry in folder.iterdir()]
        assert len({name.casefold() for name in names}) == len(names), "names fall together where case is ignored"
        assert not [name for name in names if name in ("..", ".") or any(ord(c) < 32 for c in name)]


def test_filters_take_classes_photos_levels_and_what_is_done(project, tmp_path):
    def count(selection: Selection, name: str = "csv") -> tuple[int, int]:
        counts = count_export(project, ExportPlan.of(EXPORTS[name], selection=selection))
        return counts.objects, counts.photos

    (record,) = (r for r in project.photos() if r.path == "three.png")
    sheet = project.sheet(record.id)
    model = Source.now(SourceKind.MODEL, "net")
    proposed = replace(sheet.items[0], state=ItemState.PROPOSED, label_source=model)
    seen = sheet.items[1].verify(Source.now(SourceKind.PERSON, "bo"))
    project.save_sheet(sheet, sheet.with_item(proposed).with_item(seen), "test")
    assert count(Selection()) == (9, 5)
    assert count(Selection("named")) == (10, 5)
    assert count(Selection("verified")) == (1, 1)
    assert count(Selection(classes=("rice",))) == (3, 3)
    assert count(Selection(classes=("RICE", "CON"))) == (4, 4)
    assert count(Selection(photos=("deep/*",))) == (2, 1)
    assert count(Selection(photos=("one.png",))) == (4, 2)
    assert count(Selection(done_only=True)) == (8, 4)
    assert count(Selection(photo_ids=frozenset([record.id]))) == (1, 1)
    with pytest.raises(RverError, match="soap"):
        count(Selection(classes=("soap",)))
    report = export(project, tmp_path / "t.csv", "csv", Selection(classes=("rice",), photos=("*.png",)))
    assert report.written == 3
    with pytest.raises(RverError, match="no verified object"):
        export(project, tmp_path / "v.csv", "csv", Selection("verified", photos=("four.png",)))


def test_photos_are_divided_by_share_by_file_and_not_at_all(project, tmp_path):
    shared = export(project, tmp_path / "a", "yolo", division=Division(0.4, seed=2))
    assert sorted(shared.parts) == ["test", "train"]
    assert shared.parts["test"] == 2 * len(list((tmp_path / "a" / "images" / "val").iterdir()))
    again = export(project, tmp_path / "b", "yolo", division=Division(0.4, seed=2))
    assert again.parts == shared.parts
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    whole = export(project, tmp_path / "c", "yolo", division=Division(0.0))
    assert whole.parts == {}
    assert yaml.safe_load((tmp_path / "c" / "data.yaml").read_text())["val"] == "images/train"
    for text in (
        "photo,part\nthree.png,val\nfour.png,train\n",
        "three.png\tTEST\n\nfour.png\ttrain\n",
        '{"val": ["three.png"], "train": ["four.png"]}',
    ):
        (tmp_path / "split").write_text(text)
        said = export(project, tmp_path / "d", "yolo", division=Division(0.4, file=tmp_path / "split"))
        assert said.parts == {"train": 8, "test": 2}
        assert tree(tmp_path / "d" / "images" / "val") == ["three.png"]
    table = tmp_path / "split.csv"
    export(project, table, "csv", division=Division(0.4, seed=2))
    same = export(project, tmp_path / "e", "yolo", division=Division(file=table))
    assert same.parts == shared.parts
    assert tree(tmp_path / "e") == tree(tmp_path / "a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no photo"),
        (b"one.png,soon", "line 1"),
        (b"photo,part\none.png,train\ntwo.png", "line 3"),
        (b'{"train": 3}', "no list of photos"),
        (b'{"train": [', "no JSON"),
        (b"{" * 100_000, "no JSON"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_broken_split_files_are_told(tmp_path, text, words):
    (tmp_path / "split").write_bytes(text)
    with pytest.raises(RverError, match=words):
        read_split_file(tmp_path / "split")
    with pytest.raises(RverError, match="no file"):
        read_split_file(tmp_path / "gone")


def test_yolo_is_as_ultralytics_documents_it(project, tmp_path):
    export(project, tmp_path / "y", "yolo", tolerance=0)
    data = yaml.safe_load((tmp_path / "y" / "data.yaml").read_text(encoding="utf-8"))
    assert data["names"] == dict(enumerate(NAMES))
    assert data["nc"] == len(NAMES)
    found = {}
    for part in ("train", "val"):
        images = sorted((tmp_path / "y" / data[part]).iterdir())
        labels = sorted((tmp_path / "y" / "labels" / part).iterdir())
        assert [i.stem for i in images] == [label.stem for label in labels]
        for label in labels:
            for line in label.read_text().splitlines():
                number, *values = line.split()
                ring = np.array(values, dtype=float).reshape(-1, 2)
                assert len(ring) >= 3
                assert ring.min() >= 0
                assert ring.max() <= 1
                found.setdefault(NAMES[int(number)], []).append(fill([ring * (SIZE[1], SIZE[0])], SIZE))
    expected = masks_by_class(project)
    assert {n: Counter(m.counts for m in masks) for n, masks in found.items()} == {
        n: Counter(m.counts for m in masks) for n, masks in expected.items()
    }
    export(project, tmp_path / "boxes", "yolo", labels="boxes", images="link")
    assert all(len(line.split()) == 5 for p in (tmp_path / "boxes").rglob("*.txt") for line in p.open())
    links = list((tmp_path / "boxes" / "images").rglob("*.png"))
    assert len(links) == 5
    assert all(os.path.islink(p) and p.is_file() for p in links)  # noqa: PTH114


def test_labelme_s_documented_fields_are_there_and_both_kinds_of_shapes_give_the_masks_back(project, tmp_path):
    expected = masks_by_class(project)
    for shapes in ("polygon", "mask"):
        out = tmp_path / shapes
        export(project, out, "labelme", shapes=shapes, tolerance=0)
        found = {}
        for file in sorted(path for path in out.glob("*.json") if path.name != MARKER):
            content = json.loads(file.read_text(encoding="utf-8"))
            assert set(content) == {
                "version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"
            }  # fmt: skip
            assert (content["imageHeight"], content["imageWidth"]) == SIZE
            assert (out / content["imagePath"]).is_file()
            groups = {}
            for number, shape in enumerate(content["shapes"]):
                assert set(shape) == {"label", "points", "group_id", "description", "shape_type", "flags", "mask"}
                assert shape["shape_type"] == shapes
                group = shape["group_id"] if shape["group_id"] is not None else f"alone {number}"
                groups.setdefault((shape["label"], group), []).append(shape)
            for (name, _), parts in groups.items():
                found.setdefault(name, []).append(shape_mask(parts))
        assert {n: Counter(m.counts for m in masks) for n, masks in found.items()} == {
            n: Counter(m.counts for m in masks) for n, masks in expected.items()
        }


def shape_mask(parts) -> Mask:
    if parts[0]["shape_type"] == "polygon":
        return fill([np.array(part["points"]) for part in parts], SIZE)
    (part,) = parts
    array = np.zeros(SIZE, dtype=bool)
    (x0, y0), (x1, y1) = (map(int, point) for point in part["points"])
    crop = np.asarray(Image.open(io.BytesIO(base64.b64decode(part["mask"])))).astype(bool)
    array[y0 : y1 + 1, x0 : x1 + 1] = crop
    return Mask.from_array(array)


def test_index_masks_hold_the_numbers_of_the_list(project, tmp_path):
    out = tmp_path / "index"
    export(project, out, "index-masks", division=Division(0.0))
    lines = (out / "category_id.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["0\tbackground", *(f"{n}\t{name}" for n, name in enumerate(NAMES, start=1))]
    for record, sheet in project.labelled():
        stem = {"Ü % ~ ..png": "Ü %25 ~%20%2E", "deep/one.png": "one"}.get(record.path, record.path[:-4])
        stem = "one~2" if record.path == "one.png" else stem
        with Image.open(out / "Images" / "ann_dir" / "train" / f"{stem}.png") as picture:
            assert picture.mode == "P"
            values = np.asarray(picture)
        expected = np.zeros(SIZE, dtype=np.uint8)
        for item in sheet:
            expected[item.mask.array()] = NAMES.index(project.taxonomy().get(item.class_id).name) + 1
        assert np.array_equal(values, expected)


def test_what_an_index_mask_cannot_show_is_told(project, tmp_path):
    write_photo(tmp_path / "p" / "over.png", 77, SIZE)
    add_items(project, tmp_path / "p" / "over.png", [(box_mask(5, 5, 4, 4), 0), (box_mask(0, 0, 30, 30), 1)])
    report = export(project, tmp_path / "index", "index-masks")
    assert report.written == 11
    assert len(report.skipped) == 1
    assert "over.png, object 1 (rice): others cover all of it" in report.skipped[0]


def test_torchvision_s_image_folder_reads_the_cut_outs(project, tmp_path):
    from torchvision.datasets import ImageFolder

    report = export(project, tmp_path / "crops", "crops", division=Division(0.4))
    both = {part: ImageFolder(str(tmp_path / "crops" / part)) for part in ("train", "test")}
    assert {part: len(found) for part, found in both.items()} == report.parts
    export(project, tmp_path / "whole", "crops", division=Division(0.0), background="transparent", margin=0)
    whole = ImageFolder(str(tmp_path / "whole"))
    assert len(whole) == 10
    assert len(whole.classes) == len(NAMES)
    rings = [file for file in tree(tmp_path / "whole") if file.startswith("rice/one")]
    with Image.open(tmp_path / "whole" / rings[0]) as picture:
        mask = next(m for m in masks_by_class(project)["rice"] if m.area > 500 and m.bbox[3] > 20)
        assert np.array_equal(np.asarray(picture)[..., 3] > 0, mask.crop())
    export(project, tmp_path / "small", "crops", size=16, pictures="png", background="black")
    for file in (tmp_path / "small").rglob("*.png"):
        with Image.open(file) as picture:
            assert max(picture.size) <= 16


def test_masks_and_tables_hold_every_object(project, tmp_path):
    export(project, tmp_path / "masks", "masks")
    rows = list(csv.DictReader((tmp_path / "masks" / "objects.csv").open(encoding="utf-8-sig", newline="")))
    found = {}
    for row in rows:
        assert (tmp_path / "masks" / row["photo"]).is_file()
        with Image.open(tmp_path / "masks" / row["mask"]) as picture:
            found.setdefault(row["class"], []).append(Mask.from_array(np.asarray(picture)))
    assert {n: Counter(m.counts for m in masks) for n, masks in found.items()} == {
        n: Counter(m.counts for m in masks) for n, masks in masks_by_class(project).items()
    }
    export(project, tmp_path / "t.csv", "csv")
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8-sig", newline="")))
    for row in rows:
        mask = Mask.from_rle({"size": [int(row["height"]), int(row["width"])], "counts": row["rle"]})
        assert mask in masks_by_class(project)[row["class"]]
        assert int(row["area"]) == mask.area
    assert {row["named_by"] for row in rows} == {"ada"}


def test_pairs_are_cut_to_the_object_and_made_smaller(project, tmp_path):
    export(project, tmp_path / "pairs", "pairs", pictures="png", crop=True, margin=0.0)
    sizes = Counter()
    for file in (tmp_path / "pairs").rglob("*.png"):
        with Image.open(file) as picture:
            sizes[picture.size] += 1
    boxes = Counter(mask.bbox[2:] for masks in masks_by_class(project).values() for mask in masks)
    assert sizes == {box: 2 * count for box, count in boxes.items()}
    export(project, tmp_path / "pairs", "pairs", size=40)
    for file in (tmp_path / "pairs").rglob("*.jpg"):
        with Image.open(file) as picture:
            assert picture.size == (40, 30)


def test_converted_photos_are_upright(project, tmp_path):
    photo = Image.fromarray(np.zeros((80, 60, 3), dtype=np.uint8))
    exif = photo.getexif()
    exif[0x0112] = 6
    photo.save(tmp_path / "p" / "turned.jpg", exif=exif)
    add_items(project, tmp_path / "p" / "turned.jpg", [(box_mask(5, 5, 9, 9), 0)])
    export(project, tmp_path / "lm", "labelme", Selection(photos=("turned.jpg",)), images="convert")
    with Image.open(tmp_path / "lm" / "turned.jpg") as picture:
        assert picture.size == (80, 60)
        assert picture.getexif().get(0x0112, 1) == 1


def test_options_are_checked_and_described(project):
    for name, format in EXPORTS.items():
        for option in fields_of(format.options):
            assert option.title
            assert option.description
            assert option.default is not None
            assert set(option.choices) == set() or option.default in option.choices
        with pytest.raises(RverError, match=rf"format {name} has no option --no-such"):
            chosen(format.options, {"no_such": 1}, name)
    with pytest.raises(RverError, match=r"--pictures cannot be .gif.; choose jpg or png"):
        chosen(EXPORTS["pairs"].options, {"pictures": "gif"}, "pairs")
    with pytest.raises(RverError, match=r"--tolerance cannot be 99.0; choose a number from 0 to 10"):
        chosen(EXPORTS["yolo"].options, {"tolerance": 99.0}, "yolo")
    with pytest.raises(RverError, match="choose pairs, coco"):
        export_format("tiff")
