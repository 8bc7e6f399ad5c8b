from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, RverError, views
from rvergui.core.class_lists import read_class_list
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.pairs import export_pairs, read_pairs
from rvergui.interchange.pairs_layout import pair_name, photo_key_of
from rvergui.interchange.report import Cancelled
from tests.interchange.small_projects import SIZE, add_objects, make_project, tree, write_photo

MEALS = {
    "one.png": ["rice", "rice", "soup"],
    "deep/two.png": ["rice", "soup", None],
    "three.png": ["soup", "fish/chips"],
    "four.png": [None],
    "five.png": ["rice", "fish/chips"],
    "six.png": ["rice", "soup"],
}


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "RGB"
        return np.asarray(image)


def test_the_layout_is_the_paper_s(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        report = export_pairs(project, tmp_path / "out")
    assert (report.written, report.photos, report.skipped) == (11, 5, [])
    assert sum(report.parts.values()) == 11
    assert report.parts["test"] > 0
    files = tree(tmp_path / "out")
    pictures = [name for name in files if name.endswith(".jpg")]
    assert len(pictures) == 22
    assert {name.split("/")[0] for name in pictures} == {"train", "test"}
    assert {name.split("/")[1] for name in pictures} == {"roi", "extra-roi"}
    assert {name.split("/")[2] for name in pictures} == {"rice", "soup", "fish%2Fchips"}
    assert [name for name in files if name not in pictures] == [
        "class_names.txt",
        "classes.json",
        "rvergui-export.json",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "p"]


def test_what_is_written_is_read_back(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        report = export_pairs(project, tmp_path / "out", test_share=0.4, seed=3)
    pairs = read_pairs(tmp_path / "out")
    assert len(pairs) == 11
    assert {pair.class_name for pair in pairs} == {"rice", "soup", "fish/chips"}
    for split in ("train", "test"):
        assert sum(pair.split == split for pair in pairs) == report.parts[split]
    assert read_class_list(tmp_path / "out" / "class_names.txt") == ["rice", "soup", "fish/chips"]
    by_photo = defaultdict(set)
    for pair in pairs:
        by_photo[pair.photo_key].add(pair.split)
        assert pair.roi.is_file()
        assert pair.extra.is_file()
        assert pair.roi.name == pair.extra.name
    assert len(by_photo) == 5
    assert all(len(splits) == 1 for splits in by_photo.values()), "a photo is torn over train and test"


def test_png_pairs_are_the_two_views_bit_for_bit(tmp_path):
    with make_project(tmp_path / "p", {"a.png": ["rice", "soup", "rice"], "b.png": ["rice"]}) as project:
        export_pairs(project, tmp_path / "out", image_format="png")
        photos = {r.path: load_photo(project.photo_path(r)) for r in project.photos()}
        masks = {r.path: [item.mask for item in project.sheet(r.id)] for r in project.photos()}
    pairs = read_pairs(tmp_path / "out")
    assert len(pairs) == 4
    for pair in pairs:
        path = next(p for p, photo in photos.items() if photo.key.startswith(pair.photo_key))
        number = int(pair.name.rsplit("~", 1)[1])
        roi, extra = views(photos[path].pixels, masks[path][number - 1])
        assert np.array_equal(pixels_of(pair.roi), roi)
        assert np.array_equal(pixels_of(pair.extra), extra)
        assert np.array_equal(pixels_of(pair.roi) + pixels_of(pair.extra), photos[path].pixels)


def test_jpeg_pairs_are_near_the_views_and_keep_colour_resolution(tmp_path):
    with make_project(tmp_path / "p", {"a.png": ["rice"], "b.png": ["rice"]}) as project:
        export_pairs(project, tmp_path / "out")
        export_pairs(project, tmp_path / "exact", image_format="png")
    for rough, exact in zip(read_pairs(tmp_path / "out"), read_pairs(tmp_path / "exact"), strict=True):
        assert rough.name == exact.name
        difference = np.abs(pixels_of(rough.roi).astype(int) - pixels_of(exact.roi).astype(int))
        assert difference.mean() < 4  # noise is the hardest there is
        with Image.open(rough.roi) as image:
            assert image.format == "JPEG"
            assert {layer[1:3] for layer in image.layer} == {(1, 1)}


def test_the_same_seed_splits_the_same_and_another_may_not(tmp_path):
    meals = {f"{n}.png": ["rice", "soup"] for n in range(10)}
    with make_project(tmp_path / "p", meals) as project:
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            export_pairs(project, tmp_path / name, seed=seed)
    a, b, c = ({(pair.photo_key, pair.split) for pair in read_pairs(tmp_path / name)} for name in ("a", "b", "c"))
    assert a == b
    assert a != c
    assert sum(split == "test" for _, split in a) == 2


def test_without_a_test_share_everything_is_for_training(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        report = export_pairs(project, tmp_path / "out", test_share=0)
    assert report.parts == {"train": 11, "test": 0}
    assert {pair.split for pair in read_pairs(tmp_path / "out")} == {"train"}


def test_copies_of_a_photo_stay_together_and_do_not_collide(tmp_path):
    meals = {f"{n}.png": ["rice"] for n in range(6)}
    with make_project(tmp_path / "p", meals) as project:
        for number in range(6):
            copy = tmp_path / "p" / "copies" / f"{number}.png"
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(tmp_path / "p" / f"{number}.png", copy)
            add_objects(project, copy, ["rice"], 50 + number)
        for record in project.photos():
            photo = load_photo(project.photo_path(record))
            project.set_photo_facts(record.id, photo.key, photo.size, None)
        report = export_pairs(project, tmp_path / "out", test_share=0.5)
    assert report.written == 12
    splits = defaultdict(list)
    for pair in read_pairs(tmp_path / "out"):
        splits[pair.photo_key].append(pair.split)
    assert len(splits) == 6
    assert all(len(found) == 2 and len(set(found)) == 1 for found in splits.values())


def test_names_no_file_system_takes_come_back(tmp_path):
    hard = ["fish/chips", "con", "50% fat", "etc.", "why?", "Ä" * 119, "🍣" * 60, "a\\b:c"]
    with make_project(tmp_path / "p", {"..strange~name%.png": hard, "b.png": hard}) as project:
        export_pairs(project, tmp_path / "out")
    assert {pair.class_name for pair in read_pairs(tmp_path / "out")} == set(hard)
    (tmp_path / "out" / "classes.json").unlink()
    without_list = {pair.class_name for pair in read_pairs(tmp_path / "out")}
    assert without_list >= set(hard) - {"Ä" * 119, "🍣" * 60}


def test_broken_photos_and_odd_objects_are_left_out_with_a_reason(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        (tmp_path / "p" / "one.png").write_bytes(b"not a photo")
        (tmp_path / "p" / "five.png").unlink()
        write_photo(tmp_path / "p" / "six.png", 9, (20, 20))
        (record,) = [r for r in project.photos() if r.path == "three.png"]
        sheet = project.sheet(record.id)
        empty = sheet.items[0].with_mask(Mask.empty(SIZE), sheet.items[0].mask_source)
        project.save_sheet(sheet, sheet.with_item(empty), "test")
        report = export_pairs(project, tmp_path / "out", test_share=0.5)
    assert (report.written, report.photos) == (3, 2)
    told = "\n".join(report.skipped)
    for word in ("one.png", "five.png", "six.png", "48x36", "mask is empty", "three.png"):
        assert word in told
    assert len(report.skipped) == 5


def test_nothing_to_export_is_told_and_leaves_nothing(tmp_path):
    with make_project(tmp_path / "p", {"a.png": [None]}) as project:
        with pytest.raises(RverError, match="no confirmed object"):
            export_pairs(project, tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_if_every_photo_is_broken_the_old_export_stays(tmp_path):
    with make_project(tmp_path / "p", {"a.png": ["rice"]}) as project:
        export_pairs(project, tmp_path / "out")
        before = tree(tmp_path / "out")
        (tmp_path / "p" / "a.png").unlink()
        with pytest.raises(RverError, match=r"Not one object.*a\.png"):
            export_pairs(project, tmp_path / "out")
    assert tree(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "p"]


def test_progress_counts_photos_and_cancelling_leaves_the_old_export(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        told: list[tuple[int, int]] = []
        export_pairs(project, tmp_path / "out", progress=lambda done, total: told.append((done, total)) or True)
        assert told == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
        before = tree(tmp_path / "out")
        for stop in (0, 2, 5):
            with pytest.raises(Cancelled):
                export_pairs(project, tmp_path / "out", seed=7, progress=lambda done, _, stop=stop: done < stop)
            assert tree(tmp_path / "out") == before
            with pytest.raises(Cancelled):
                export_pairs(project, tmp_path / "new", progress=lambda done, _, stop=stop: done < stop)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "p"]


def test_an_earlier_export_is_replaced_as_a_whole(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        export_pairs(project, tmp_path / "out", image_format="png")
        export_pairs(project, tmp_path / "out")
    assert not [name for name in tree(tmp_path / "out") if name.endswith(".png")]
    assert len(read_pairs(tmp_path / "out")) == 11


@pytest.mark.parametrize("content", ["notes.txt", "train/roi/rice/a.jpg", "classes.json"])
def test_a_folder_of_something_else_is_not_touched(tmp_path, content):
    mine = tmp_path / "out" / content
    mine.parent.mkdir(parents=True)
    mine.write_text('{"format": "mine"}')
    with make_project(tmp_path / "p", MEALS) as project, pytest.raises(RverError, match="other files"):
        export_pairs(project, tmp_path / "out")
    assert tree(tmp_path / "out") == [content]


def test_what_a_person_put_beside_an_export_is_not_deleted(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        export_pairs(project, tmp_path / "out")
        (tmp_path / "out" / "model.safetensors").write_bytes(b"hours of work")
        with pytest.raises(RverError, match=r"model\.safetensors"):
            export_pairs(project, tmp_path / "out")
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == b"hours of work"


def test_the_project_s_own_folder_is_refused(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project, pytest.raises(RverError):
        export_pairs(project, tmp_path / "p")
    assert (tmp_path / "p" / "meals.rver").is_file()


@pytest.mark.parametrize(
    ("options", "word"),
    [({"test_share": 1.0}, "test share"), ({"test_share": -0.1}, "test share"), ({"image_format": "gif"}, "gif")],
)
def test_wrong_options_are_told(tmp_path, options, word):
    with make_project(tmp_path / "p", MEALS) as project, pytest.raises(RverError, match=word):
        export_pairs(project, tmp_path / "out", **options)


def test_a_photo_over_the_pixel_limit_is_left_out(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project, pytest.raises(RverError, match="RVERGUI_PIXEL_LIMIT"):
        export_pairs(project, tmp_path / "out", pixel_limit=100)


def test_the_list_of_classes_counts_what_is_there(tmp_path):
    with make_project(tmp_path / "p", MEALS, classes=["never used"]) as project:
        export_pairs(project, tmp_path / "out")
    listed = json.loads((tmp_path / "out" / "classes.json").read_text(encoding="utf-8"))
    assert [(c["name"], c["train"] + c["test"]) for c in listed["classes"]] == [
        ("rice", 5),
        ("soup", 4),
        ("fish/chips", 2),
    ]


# Reading other people's pairs


def write_foreign(
    root: Path, split: str, class_folder: str, name: str, views_: tuple[str, ...] = ("roi", "extra-roi")
) -> None:
    for view in views_:
        path = root / split / view / class_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"never opened")


def test_published_pairs_are_read_and_keyed_by_the_photo_s_name(tmp_path):
    write_foreign(tmp_path, "train", "rice", "00000012.jpg")
    write_foreign(tmp_path, "train", "steak", "00000012.jpg")
    write_foreign(tmp_path, "train", "rice", "00000007.JPG")
    write_foreign(tmp_path, "test", "50% fat", "00000099.png")
    write_foreign(tmp_path, "test", "50% fat", "Thumbs.db")
    (tmp_path / "train" / "roi" / "rice" / ".DS_Store").write_bytes(b"x")
    got = [(pair.split, pair.class_name, pair.name, pair.photo_key) for pair in read_pairs(tmp_path)]
    assert got == [
        ("train", "rice", "00000007", "00000007"),
        ("train", "rice", "00000012", "00000012"),
        ("train", "steak", "00000012", "00000012"),
        ("test", "50% fat", "00000099", "00000099"),
    ]


@pytest.mark.parametrize(("there", "lacking"), [("roi", "extra-roi"), ("extra-roi", "roi")])
def test_half_a_pair_is_told(tmp_path, there, lacking):
    write_foreign(tmp_path, "train", "rice", "1.jpg")
    write_foreign(tmp_path, "train", "soup", "2.jpg", (there,))
    with pytest.raises(RverError, match=f"2 of class soup is in .*{there} but not in .*{lacking}"):
        read_pairs(tmp_path)


def test_what_is_no_folder_of_pairs_is_told(tmp_path):
    with pytest.raises(RverError, match="not a folder"):
        read_pairs(tmp_path / "gone")
    with pytest.raises(RverError, match="holds no pairs"):
        read_pairs(tmp_path)
    write_foreign(tmp_path, "train", "rice", "1.jpg")
    (tmp_path / "classes.json").write_text('{"format": "rvergui pairs", "classes": 5}')
    with pytest.raises(RverError, match=r"classes\.json"):
        read_pairs(tmp_path)
    (tmp_path / "classes.json").write_text("[1, 2")
    with pytest.raises(RverError, match=r"classes\.json"):
        read_pairs(tmp_path)


def test_a_foreign_list_of_classes_is_ignored(tmp_path):
    write_foreign(tmp_path, "train", "rice", "1.jpg")
    (tmp_path / "classes.json").write_text('{"format": "another"}')
    assert read_pairs(tmp_path)[0].class_name == "rice"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("meal~0123456789ab~01", "0123456789ab"),
        ("a~b~0123456789ab~123", "0123456789ab"),
        ("~0123456789ab~07", "0123456789ab"),
        ("IMG_0123456789ab_01", "IMG_0123456789ab_01"),
        ("meal~0123456789AB~01", "meal~0123456789AB~01"),
        ("00000012", "00000012"),
    ],
)
def test_the_photo_is_read_from_the_name(name, key):
    assert photo_key_of(name) == key


def test_a_name_and_its_key_fit():
    assert photo_key_of(pair_name("any ~ stem", "fedcba98765432100000000000000000", 4)) == "fedcba987654"


def test_a_disk_that_fills_up_leaves_the_old_export(tmp_path, monkeypatch):
    with make_project(tmp_path / "p", MEALS) as project:
        export_pairs(project, tmp_path / "out")
        before = tree(tmp_path / "out")
        calls = 0
        save = Image.Image.save

        def full(self: Image.Image, *args: object, **options: object) -> None:
            nonlocal calls
            calls += 1
            if calls > 5:
                raise OSError(28, "No space left on device")
            save(self, *args, **options)

        monkeypatch.setattr(Image.Image, "save", full)
        with pytest.raises(RverError, match="No space left on device"):
            export_pairs(project, tmp_path / "out")
    assert tree(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "p"]
