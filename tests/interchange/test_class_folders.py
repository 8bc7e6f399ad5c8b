from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, RverError, views
from rvergui.interchange.class_folders import parse_extra, read_class_folder
from rvergui.interchange.class_folders_pairs import joined, object_in
from rvergui.interchange.foodseg103_import import import_foodseg103
from rvergui.interchange.mask_file import write_mask_file
from rvergui.interchange.photo_parts import read_parts, record_parts
from rvergui.project import Project
from tests.interchange.foodseg_folders import write_foodseg103
from tests.interchange.small_projects import blob, write_photo

LIMIT = 1_000_000


def _disc(size: tuple[int, int] = (60, 80)) -> Mask:
    y, x = np.mgrid[: size[0], : size[1]]
    return Mask.from_array((x - 40) ** 2 + (y - 30) ** 2 < 20**2)


def _smooth(size: tuple[int, int] = (60, 80)) -> np.ndarray:
    """A photo as JPEG likes it, dark in places but never black."""
    y, x = np.mgrid[: size[0], : size[1]]
    waves = np.stack([60 + 50 * np.sin(x / 17 + c) + 40 * np.cos(y / 13 - c) for c in range(3)], axis=2)
    return np.clip(waves, 20, 235).astype(np.uint8)


def test_photos_are_the_object_unless_there_is_a_mask_of_the_name(tmp_path: Path) -> None:
    for seed, name in enumerate(("a.png", "b.png")):
        write_photo(tmp_path / "k" / name, seed)
    write_mask_file(tmp_path / "k" / "masks" / "b.png", blob(3))
    photos = read_class_folder("ketchup", tmp_path / "k", tmp_path / "made", test_share=0)
    first, second = (photo.open(LIMIT) for photo in photos)
    assert first.objects == (("ketchup", Mask.from_array(np.ones((36, 48)))),)
    assert second.objects == (("ketchup", blob(3)),)
    assert [photo.part for photo in photos] == ["train", "train"]


def test_a_divided_folder_keeps_its_division(tmp_path: Path) -> None:
    for seed, name in enumerate(("train/a.png", "train/b.png", "test/a.png")):
        write_photo(tmp_path / "k" / name, seed)
    write_mask_file(tmp_path / "k" / "masks" / "test" / "a.png", blob(5))
    photos = read_class_folder("ketchup", tmp_path / "k", tmp_path / "made")
    assert [(photo.path.parent.name, photo.part) for photo in photos] == [
        ("train", "train"),
        ("train", "train"),
        ("test", "test"),
    ]
    assert photos[2].open(LIMIT).objects == (("ketchup", blob(5)),)
    assert photos[0].open(LIMIT).objects[0][1].area == 36 * 48


def test_an_undivided_folder_is_divided_once_and_for_all(tmp_path: Path) -> None:
    for seed in range(12):
        write_photo(tmp_path / "k" / f"{seed:02d}.png", seed)
    photos = read_class_folder("ketchup", tmp_path / "k", tmp_path / "made", seed=3)
    assert sum(photo.part == "test" for photo in photos) == 4
    assert photos == read_class_folder("ketchup", tmp_path / "k", tmp_path / "made", seed=3)
    assert photos != read_class_folder("ketchup", tmp_path / "k", tmp_path / "made", seed=4)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("below", ["", "chili paste"])
def test_pairs_become_photos_again(tmp_path: Path, suffix: str, below: str) -> None:
    photo, mask = _smooth(), _disc()
    for view, pixels in zip(("roi", "extra-roi"), views(photo, mask), strict=True):
        folder = tmp_path / "c" / "train" / view / below
        folder.mkdir(parents=True)
        Image.fromarray(pixels).save(folder / f"one.{suffix}", **({"quality": 95} if suffix == "jpg" else {}))
    (found,) = read_class_folder("chili paste", tmp_path / "c", tmp_path / "made")
    assert not found.path.exists()
    opened = found.open(LIMIT)
    ((name, again),) = opened.objects
    assert (name, found.part) == ("chili paste", "train")
    assert again.iou(mask) > (0.999 if suffix == "png" else 0.97)
    with Image.open(found.path) as made:
        difference = np.abs(np.asarray(made).astype(int) - photo)
    assert difference.max() == 0 if suffix == "png" else np.median(difference) <= 3
    stamp = found.path.stat().st_mtime_ns
    assert found.open(LIMIT) == opened
    assert found.path.stat().st_mtime_ns == stamp, "what is there is kept"


def test_dark_parts_of_an_object_go_with_what_is_around_them() -> None:
    photo, mask = _smooth(), _disc()
    photo[25:28, 38:41] = 0  # a black hole in the object
    photo[5:8, 5:8] = 0  # and one beside it
    roi, extra = views(photo, mask)
    assert np.array_equal(object_in(roi, extra), mask.array())
    assert np.array_equal(joined(roi, extra), photo)


def test_folders_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="is no folder"):
        read_class_folder("ketchup", tmp_path / "gone", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RverError, match=r"no photo in .*empty; put the photos of ketchup there"):
        read_class_folder("ketchup", tmp_path / "empty", tmp_path)
    for view in ("roi", "extra-roi"):
        (tmp_path / "half" / view).mkdir(parents=True)
    write_photo(tmp_path / "half" / "roi" / "a.png", 1)
    with pytest.raises(RverError, match=r"a\.png is in .*roi but not in"):
        read_class_folder("ketchup", tmp_path / "half", tmp_path)


def test_pairs_that_do_not_fit_are_told(tmp_path: Path) -> None:
    for view, size in (("roi", (10, 12)), ("extra-roi", (12, 10))):
        (tmp_path / view).mkdir()
        write_photo(tmp_path / view / "a.png", 1, size)
    (found,) = read_class_folder("ketchup", tmp_path, tmp_path / "made")
    with pytest.raises(RverError, match=r"a\.png is 12x10 pixels .* and 10x12"):
        found.open(LIMIT)
    Image.new("RGB", (10, 12)).save(tmp_path / "roi" / "a.png")
    with pytest.raises(RverError, match="shows no object"):
        found.open(LIMIT)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("text", ["ketchup", "ketchup=", "=photos", "= "])
def test_an_extra_class_is_a_name_and_a_folder(text: str) -> None:
    with pytest.raises(RverError):
        parse_extra(text)
    assert parse_extra("chili  paste= a/b=c") == ("chili paste", Path("a/b=c"))


def test_extra_classes_come_with_the_data_set(tmp_path: Path) -> None:
    for seed, name in enumerate(("train/a.png", "test/b.png")):
        write_photo(tmp_path / "ketchup" / name, seed)
    for seed in range(6):
        write_photo(tmp_path / "chili" / f"{seed}.png", 10 + seed)
    (tmp_path / "chili" / "5.png").write_bytes(b"no picture")
    report = import_foodseg103(
        write_foodseg103(tmp_path / "data"),
        tmp_path / "paper.rver",
        [f"ketchup={tmp_path / 'ketchup'}", f"chili paste={tmp_path / 'chili'}"],
    )
    assert report.photos == 4 + 2 + 5
    assert len(report.skipped) == 1
    assert report.photos_in_parts == {"train": 3 + 1 + 4, "test": 2 + 1 + 2}
    with Project.open(tmp_path / "paper.rver", read_only=True) as project:
        assert project.taxonomy().names()[-2:] == ["ketchup", "chili paste"]


def test_parts_of_photos_are_added_and_never_lost(tmp_path: Path) -> None:
    from rvergui.core import Taxonomy

    with Project.create(tmp_path / "p.rver", Taxonomy.from_names(["a"])) as project:
        assert read_parts(project) == {}
        record_parts(project, {"x": "train", "y": "test"})
        record_parts(project, {"y": "train", "z": "test"})
        assert read_parts(project) == {"x": "train", "y": "train", "z": "test"}
        with pytest.raises(RverError, match="no part 'val'"):
            record_parts(project, {"x": "val"})
        for damaged in ("{", "[]", '{"train": 3}'):
            project.set_setting("parts", damaged)
            with pytest.raises(RverError, match="damaged"):
                read_parts(project)
