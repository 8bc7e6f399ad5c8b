from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.coco_instances import Choice, read_instances
from rvergui.interchange.photo_finder import PhotoFinder
from rvergui.interchange.turning import turned

HEIGHT, WIDTH = 30, 40
SQUARE = [10, 5, 22, 5, 22, 15, 10, 15]  # 120 pixels
FOOD = [
    {"id": 1, "name": "rice", "supercategory": "food"},
    {"id": 2, "name": "Soup", "supercategory": "food"},
    {"id": 3, "name": "fork", "supercategory": "kitchen"},
]


def write_photo(path: Path, size: tuple[int, int] = (HEIGHT, WIDTH), orientation: int | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(path, exif=exif)
    return path


def record(number: int = 1, name: str = "a.png", size: tuple[int, int] = (HEIGHT, WIDTH)) -> dict[str, Any]:
    return {"id": number, "file_name": name, "height": size[0], "width": size[1]}


def annotation(number: int = 1, image: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": number, "image_id": image, "category_id": 1, "segmentation": [SQUARE], "iscrowd": 0} | more


def write_coco(folder: Path, images: Any = None, annotations: Any = None, categories: Any = FOOD) -> Path:
    file = folder / "instances.json"
    content = {
        "images": [record()] if images is None else images,
        "annotations": [annotation()] if annotations is None else annotations,
        "categories": categories,
    }
    file.write_text(json.dumps({key: value for key, value in content.items() if value != "absent"}))
    return file


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    write_photo(tmp_path / "photos" / "a.png")
    return tmp_path / "photos"


def test_polygons_and_run_lengths_of_the_same_pixels_are_the_same_object(tmp_path: Path, photos: Path) -> None:
    mask = Mask.from_polygons([SQUARE], (HEIGHT, WIDTH))
    flat = mask.array().ravel(order="F").astype(int)
    runs = np.diff([0, *np.flatnonzero(np.diff(flat)) + 1, flat.size]).tolist()
    kinds = [[SQUARE], mask.rle(), {"size": [HEIGHT, WIDTH], "counts": runs}, SQUARE]
    file = write_coco(tmp_path, annotations=[annotation(i, segmentation=kind) for i, kind in enumerate(kinds)])
    (photo,) = read_instances(file, photos).photos
    _, targets = photo.open()
    assert [target.mask for target in targets] == [mask] * 4
    assert [target.name for target in targets] == ["0", "1", "2", "3"]
    assert {target.category for target in targets} == {"rice"}
    assert photo.name == "a.png"


def test_what_is_left_out_is_one_sentence_for_each_kind(tmp_path: Path, photos: Path) -> None:
    annotations = [
        annotation(1),
        annotation(2, iscrowd=1),
        annotation(3, iscrowd=1),
        annotation(4, segmentation=[]),
        annotation(5, segmentation=None),
        annotation(6, segmentation=[[1, 2, 3]]),
        annotation(7, image=99),
        annotation(8, segmentation=[[1, 1, 4, 1, 4, 4]]),
        annotation(9, image=2),
        "nonsense",
        {"id": 10, "image_id": [], "segmentation": [SQUARE]},
    ]
    images = [record(), record(2, "gone.png"), record(1, "b.png"), {"id": 5}, None]
    found = read_instances(write_coco(tmp_path, images, annotations), photos)
    assert found.objects == 1
    assert found.tally.counts == {
        "duplicate_photo": 1,
        "broken_photo_record": 2,
        "crowd": 2,
        "no_outline": 2,
        "no_photo_record": 2,
        "broken": 2,
        "missing_photo": 1,
        "small": 1,
    }
    notes = found.notes()
    assert len(notes) == 8
    assert "2 annotations left out: a crowd (iscrowd), not a single object." in notes
    assert "1 photo left out: not in the folder, or several of that name; gone.png." in notes
    assert "2 annotations left out: a broken outline; the first is 'nonsense', which is no annotation." in notes


def test_smaller_objects_are_left_out_from_the_area_that_is_asked_for(tmp_path: Path, photos: Path) -> None:
    file = write_coco(tmp_path)
    assert read_instances(file, photos, Choice(min_area=120)).objects == 1
    with pytest.raises(RverError, match=r"No object in instances\.json can be used\. 1 annotation left out: too small"):
        read_instances(file, photos, Choice(min_area=121))


def test_objects_are_chosen_by_category_and_its_group_in_any_case(tmp_path: Path, photos: Path) -> None:
    file = write_coco(tmp_path, annotations=[annotation(i, category_id=1 + i % 3) for i in range(6)])

    def names(**asked: Any) -> set[str]:
        (photo,) = read_instances(file, photos, Choice(**asked)).photos
        return {target.category for target in photo.targets}

    assert names() == {"rice", "Soup", "fork"}
    assert names(categories=["soup"]) == {"Soup"}
    assert names(supercategories=["Food"]) == {"rice", "Soup"}
    assert names(supercategories=["food"], categories=["fork"]) == {"rice", "Soup", "fork"}
    with pytest.raises(RverError, match="no category “ric”; did you mean rice"):
        names(categories=["ric"])
    with pytest.raises(RverError, match="no supercategory “xyz”; it has food, kitchen"):
        names(supercategories=["xyz"])


@pytest.mark.parametrize("categories", ["absent", [], None, [None, {"name": "rice"}], {"1": "rice"}])
def test_a_file_without_categories_still_has_objects(tmp_path: Path, photos: Path, categories: Any) -> None:
    file = write_coco(tmp_path, categories=categories, annotations=[annotation(), annotation(2, category_id=None)])
    (photo,) = read_instances(file, photos).photos
    assert [target.category for target in photo.targets] == ["category 1", ""]
    with pytest.raises(RverError, match="names no category, so “rice” cannot be chosen"):
        read_instances(file, photos, Choice(categories=["rice"]))


def test_a_draw_is_random_repeatable_and_of_the_size_asked_for(tmp_path: Path, photos: Path) -> None:
    annotations = [annotation(i) if i % 2 else annotation(i, segmentation=[[1]]) for i in range(40)]
    file = write_coco(tmp_path, annotations=annotations)

    def drawn(**asked: Any) -> list[str]:
        (photo,) = read_instances(file, photos, Choice(**asked)).photos
        return [target.name for target in photo.targets]

    assert len(drawn(limit=7)) == 7
    assert drawn(limit=7) == drawn(limit=7) == sorted(drawn(limit=7), key=int)
    assert drawn(limit=7, seed=1) != drawn(limit=7)
    assert drawn(limit=1000) == [str(i) for i in range(1, 40, 2)]


# photos


def test_photos_are_found_whatever_their_names_say_of_folders(tmp_path: Path) -> None:
    for name in ("a.png", "deep/train/b.png", "x/twice.png", "y/twice.png"):
        write_photo(tmp_path / "photos" / name)
    write_photo(tmp_path / "secret.png")
    finder = PhotoFinder(tmp_path / "photos")

    def found(name: str) -> str | None:
        path = finder.find(name)
        return None if path is None else path.relative_to(tmp_path / "photos").as_posix()

    for name in ("a.png", "train2017/a.png", "/data/coco/a.png", "C:\\photos\\a.png", "./a.png", "../../a.png"):
        assert found(name) == "a.png"
    for name in ("deep/train/b.png", "b.png", "train\\b.png", "B.PNG"):
        assert found(name) == "deep/train/b.png"
    assert found("x/twice.png") == "x/twice.png"
    for name in ("twice.png", "../secret.png", "secret.png", "..", "", "a\0.png", "n" * 5000):
        assert found(name) is None


def test_the_folder_has_to_be_one(tmp_path: Path, photos: Path) -> None:
    file = write_coco(tmp_path)
    with pytest.raises(RverError, match="is no folder; check the path"):
        read_instances(file, tmp_path / "nowhere")
    with pytest.raises(RverError, match="is a file; give the folder of the photos"):
        read_instances(file, photos / "a.png")
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        RverError, match=r"Not one photo of instances\.json is in .*; look for the folder that holds a\.png"
    ):
        read_instances(file, tmp_path / "empty")


def test_two_records_of_one_photo_are_one_photo(tmp_path: Path, photos: Path) -> None:
    images = [record(1), record(2), record(1)]
    found = read_instances(write_coco(tmp_path, images, [annotation(1, 1), annotation(2, 2)]), photos)
    assert [photo.objects for photo in found.photos] == [2]
    assert found.notes() == []


def test_the_size_may_be_missing(tmp_path: Path, photos: Path) -> None:
    rle = Mask.from_polygons([SQUARE], (HEIGHT, WIDTH)).rle()
    images = [{"id": 1, "file_name": "a.png"}]
    file = write_coco(tmp_path, images, [annotation(1, segmentation=rle), annotation(2)])
    (photo,) = read_instances(file, photos).photos
    _, targets = photo.open()
    assert targets[0].mask == targets[1].mask


def test_a_photo_of_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    write_photo(tmp_path / "photos" / "a.png", (60, 80))
    (photo,) = read_instances(write_coco(tmp_path), tmp_path / "photos").photos
    with pytest.raises(
        RverError, match=r"a\.png has 80x60 pixels and was annotated at 40x30; use the photos that were"
    ):
        photo.open()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_outlines_turn_with_the_photo_as_the_loader_turns_it(tmp_path: Path, orientation: int) -> None:
    mark = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mark[3:9, 5:30] = mark[9:20, 5:8] = True
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray((mark * 255).astype(np.uint8)).save(tmp_path / "mark.png", exif=exif)
    seen = load_photo(tmp_path / "mark.png").pixels[..., 0] > 127
    assert np.array_equal(turned(Mask.from_array(mark), orientation).array(), seen)


def test_outlines_of_stored_pixels_and_of_upright_ones_are_told_by_their_size(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for name in ("stored.jpg", "upright.jpg"):
        write_photo(photos / name, orientation=6)
    images = [record(1, "stored.jpg"), record(2, "upright.jpg", (WIDTH, HEIGHT))]
    corner = [0, 0, 12, 0, 12, 10, 0, 10]
    file = write_coco(tmp_path, images, [annotation(i, i, segmentation=[corner]) for i in (1, 2)])
    found = read_instances(file, photos)
    boxes = {}
    for photo in found.photos:
        opened, (target,) = photo.open()
        assert target.mask.size == opened.size == (WIDTH, HEIGHT)
        boxes[photo.name] = target.mask.bbox
    # the stored upper left corner is seen at the upper right
    assert boxes == {"stored.jpg": (WIDTH - 20, 0, 10, 12), "upright.jpg": (0, 0, 12, 10)}
    assert found.tally.counts == {"turned": 1}
    assert "1 photo turned by EXIF and annotated as stored" in found.notes()[0]


def test_turns_that_no_size_tells_are_said(tmp_path: Path) -> None:
    write_photo(tmp_path / "photos" / "a.jpg", orientation=3)
    found = read_instances(write_coco(tmp_path, [record(name="a.jpg")]), tmp_path / "photos")
    _, (target,) = found.photos[0].open()
    assert target.mask == Mask.from_polygons([SQUARE], (HEIGHT, WIDTH))
    assert "taken as drawn on the upright photo; a.jpg" in found.notes()[0]


# files that are none


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON file"),
        (b"{", "is no JSON file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is no JSON file"),
        (b"[" * 100_000, "is no JSON file"),
        (b"[]", "is a list, as results of a network are"),
        (b"7", "is no COCO instances file"),
        (b"{}", "is no COCO instances file"),
        (b'{"images": {}, "annotations": []}', "is no COCO instances file"),
        (b'{"images": [], "annotations": []}', "There is no object in instances.json"),
        (b'\xef\xbb\xbf{"images": [], "annotations": []}', "There is no object in instances.json"),
    ],
)
def test_other_files_are_one_sentence(tmp_path: Path, photos: Path, content: bytes, message: str) -> None:
    file = tmp_path / "instances.json"
    file.write_bytes(content)
    with pytest.raises(RverError, match=message):
        read_instances(file, photos)


def test_a_file_that_is_not_there(tmp_path: Path, photos: Path) -> None:
    with pytest.raises(RverError, match="There is no file"):
        read_instances(tmp_path / "gone.json", photos)
    with pytest.raises(RverError, match="could not be read"):
        read_instances(photos, photos)


def test_reading_a_category_without_objects_says_so(tmp_path: Path, photos: Path) -> None:
    with pytest.raises(RverError, match=r"There is no object of fork in instances\.json"):
        read_instances(write_coco(tmp_path), photos, Choice(categories=["fork"]))
