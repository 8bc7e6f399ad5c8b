from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import ItemState, Mask, RverError, SourceKind
from rvergui.core.photo_loading import content_hash
from rvergui.interchange.foodseg103 import LEFT_OUT, read_categories, read_foodseg103
from rvergui.interchange.foodseg103_import import import_foodseg103
from rvergui.interchange.foodseg103_masks import connected_parts, objects_of, read_index_mask
from rvergui.interchange.photo_parts import read_parts
from rvergui.project import Project
from tests.interchange.foodseg_folders import (
    index_mask,
    write_categories,
    write_foodseg103,
    write_photo_and_mask,
)

LIMIT = 1_000_000


def _contents(project: Path) -> dict[str, list[tuple[str, Mask]]]:
    """File name -> class and mask of its objects."""
    with Project.open(project, read_only=True) as opened:
        taxonomy = opened.taxonomy()
        return {
            Path(record.path).name: [(taxonomy.get(item.class_id or "").name, item.mask) for item in sheet]  # type: ignore[union-attr]
            for record, sheet in opened.labelled()
        }


def test_the_data_set_becomes_a_project_with_exactly_its_masks(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "FoodSeg103")
    report = import_foodseg103(root, tmp_path / "paper.rver")
    assert (report.photos, report.objects, report.known, report.skipped) == (4, 6, 0, [])
    assert report.parts == {"train": 3, "test": 3}
    assert report.photos_in_parts == {"train": 3, "test": 2}
    assert report.tally.counts == {"empty": 1}
    contents = _contents(tmp_path / "paper.rver")
    both = index_mask({1: (2, 2, 10, 12), 103: (20, 30, 12, 20)})
    assert contents["00000000.jpg"] == [
        ("candy", Mask.from_array(both == 1)),
        ("other ingredients", Mask.from_array(both == 103)),
    ]
    assert contents["00000001.jpg"] == [("egg tart", Mask.from_array(np.ones((40, 60))))]
    with Project.open(tmp_path / "paper.rver", read_only=True) as project:
        assert project.taxonomy().names() == ["candy", "egg tart", "french fries", "other ingredients"]
        records = {Path(record.path).name: record for record in project.photos()}
        parts = read_parts(project)
        assert {name: parts[record.id] for name, record in records.items()} == {
            "00000000.jpg": "train",
            "00000001.jpg": "train",
            "00000002.jpg": "train",
            "00000003.jpg": "test",
            "00000004.jpg": "test",
        }
        first = records["00000000.jpg"]
        assert first.size == (40, 60)
        assert first.content_hash == content_hash(project.photo_path(first).read_bytes())
        item = project.sheet(first.id).items[0]
        assert (item.state, item.mask_source.kind) == (ItemState.CONFIRMED, SourceKind.IMPORT)
        assert item.mask_source.name == "FoodSeg103"


def test_an_import_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    report = import_foodseg103(root, tmp_path / "p.rver", progress=lambda done, total: done < 2)
    assert report.cancelled
    assert report.photos == 2
    told: list[tuple[int, int]] = []
    again = import_foodseg103(
        root, tmp_path / "p.rver", progress=lambda done, total: told.append((done, total)) or True
    )
    assert (again.photos, again.known, again.cancelled) == (2, 2, False)
    assert told[0] == (2, 5)
    assert told[-1] == (5, 5)
    whole = import_foodseg103(root, tmp_path / "whole.rver")
    assert whole.photos == 4
    assert _contents(tmp_path / "p.rver") == _contents(tmp_path / "whole.rver")


def test_labels_that_people_made_stay(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    import_foodseg103(root, tmp_path / "p.rver")
    with Project.open(tmp_path / "p.rver") as project:
        record = next(record for record in project.photos() if record.path.endswith("00000000.jpg"))
        before = project.sheet(record.id)
        project.save_sheet(before, before.without([before.items[0].id]), "delete")
    import_foodseg103(root, tmp_path / "p.rver")
    assert [name for name, _ in _contents(tmp_path / "p.rver")["00000000.jpg"]] == ["other ingredients"]


def test_pieces_become_objects_of_their_own(tmp_path: Path) -> None:
    values = index_mask({1: (0, 0, 15, 15)})
    values[20:35, 20:50] = 1
    values[38, 58] = 1  # a crumb
    write_categories(tmp_path / "data")
    write_photo_and_mask(tmp_path / "data", "train", "a", values)
    assert import_foodseg103(tmp_path / "data", tmp_path / "one.rver").objects == 1
    assert import_foodseg103(tmp_path / "data", tmp_path / "two.rver", pieces=True).objects == 2
    pieces = [mask.area for _, mask in _contents(tmp_path / "two.rver")["a.jpg"]]
    assert pieces == [450, 225]


def test_connected_parts_touch_at_corners_and_one_always_stays() -> None:
    diagonal = np.eye(12, dtype=bool)
    assert [part.sum() for part in connected_parts(diagonal)] == [12]
    crumbs = np.zeros((9, 9), dtype=bool)
    crumbs[0, 0] = crumbs[5, 5] = crumbs[5, 6] = True
    assert [part.sum() for part in connected_parts(crumbs)] == [2]
    assert [part.sum() for part in connected_parts(crumbs, smallest=1)] == [2, 1]


@pytest.mark.parametrize("wanted", ["FoodSeg103", "FoodSeg103/Images", ""])
def test_the_folder_may_be_named_at_three_levels(tmp_path: Path, wanted: str) -> None:
    write_foodseg103(tmp_path / "FoodSeg103")
    assert len(read_foodseg103(tmp_path / wanted).photos) == 5


def test_numbers_with_the_same_name_are_one_object() -> None:
    values = index_mask({1: (0, 0, 5, 5), 2: (10, 10, 5, 5)})
    (found,) = objects_of(values, {1: "sauce", 2: "sauce"})
    assert found == ("sauce", Mask.from_array(values > 0))


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_index_masks_are_read_whatever_program_saved_them(tmp_path: Path, mode: str) -> None:
    values = index_mask({3: (0, 0, 5, 5), 103: (10, 10, 5, 5)})
    picture = {
        "L": lambda: Image.fromarray(values),
        "RGB": lambda: Image.fromarray(np.repeat(values[..., None], 3, axis=2)),
        "I;16": lambda: Image.fromarray(values.astype(np.uint16)),
    }[mode]()
    picture.save(tmp_path / "m.png")
    assert np.array_equal(read_index_mask(tmp_path / "m.png"), values)


def test_what_is_broken_costs_one_photo_and_one_sentence_each(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    images, masks = root / "Images" / "img_dir" / "train", root / "Images" / "ann_dir" / "train"
    values = index_mask({1: (0, 0, 9, 9)})
    for stem in ("cut", "colours", "small", "empty-file", "no-mask"):
        write_photo_and_mask(root, "train", stem, values)
    (images / "cut.jpg").write_bytes((images / "cut.jpg").read_bytes()[:400])
    colours = np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(colours).save(masks / "colours.png")
    Image.fromarray(values[:20]).save(masks / "small.png")
    (masks / "empty-file.png").write_bytes(b"")
    (masks / "no-mask.png").unlink()
    shutil.copy(masks / "00000000.png", masks / "no-photo.png")
    report = import_foodseg103(root, tmp_path / "p.rver")
    assert report.photos == 4
    told = "\n".join(report.skipped)
    for words in (
        "cut.jpg in",
        "colours.png in",
        "holds colours instead of numbers",
        "small.png in",
        "20 pixels and its photo 60x40",
        "empty-file.png in",
        "no-mask.jpg in train has no mask",
        "no-photo.png in train has no photo",
    ):
        assert words in told
    assert len(report.skipped) == 6


def test_numbers_that_nobody_named_are_counted(tmp_path: Path) -> None:
    write_categories(tmp_path / "data")
    write_photo_and_mask(tmp_path / "data", "train", "a", index_mask({1: (0, 0, 9, 9), 200: (20, 20, 9, 9)}))
    report = import_foodseg103(tmp_path / "data", tmp_path / "p.rver")
    assert report.objects == 1
    assert report.tally.sentences(LEFT_OUT) == [
        "1 mask holds a number that category_id.txt does not name, which was passed over; a.png with 200."
    ]


def test_a_photo_turned_by_exif_turns_its_mask(tmp_path: Path) -> None:
    write_categories(tmp_path / "data")
    values = index_mask({1: (0, 0, 10, 30)})
    write_photo_and_mask(tmp_path / "data", "train", "a", values)
    file = tmp_path / "data" / "Images" / "img_dir" / "train" / "a.jpg"
    with Image.open(file) as image:
        exif = image.getexif()
        exif[0x0112] = 6  # seen turned clockwise by a quarter
        image.save(file, exif=exif)
    report = import_foodseg103(tmp_path / "data", tmp_path / "p.rver")
    assert report.tally.counts == {"turned": 1}
    ((_, mask),) = _contents(tmp_path / "p.rver")["a.jpg"]
    assert np.array_equal(mask.array(), np.rot90(values == 1, -1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no class"),
        ("0\tbackground\n", "names no class"),
        ("1 candy\nx tart\n", "Line 2 of category_id.txt is no number and name"),
        ("1\tcandy\n1\ttart\n", "The number 1 is in category_id.txt twice, the second time on line 2"),
        ("1\tcan\x00dy\n", "Line 1 of category_id.txt"),
        ("1\t" + "x" * 500 + "\n", "longer than 120"),
    ],
)
def test_broken_class_lists_are_told_by_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "category_id.txt").write_text(text, encoding="utf-8")
    with pytest.raises(RverError, match=words):
        read_categories(tmp_path / "category_id.txt")


def test_hostile_class_names_are_only_names(tmp_path: Path) -> None:
    names = {0: "background", 1: "../../etc", 2: "a/b", 3: "🍅 \u202e", 4: "CON", 5: "rice,  white"}
    write_categories(tmp_path / "data", names)
    values = index_mask({n: (0, 10 * n, 9, 9) for n in range(1, 6)})
    write_photo_and_mask(tmp_path / "data", "train", "weird, “name” 🍅", values)
    assert import_foodseg103(tmp_path / "data", tmp_path / "p.rver").objects == 5
    (found,) = _contents(tmp_path / "p.rver").values()
    assert [name for name, _ in found] == ["../../etc", "a/b", "🍅 \u202e", "CON", "rice, white"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == ["data", "p.rver"]


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda root: None, "is no folder"),
        (lambda root: root.mkdir(), r"should hold Images/img_dir and Images/ann_dir"),
        (
            lambda root: [(root / "Images" / d / "train").mkdir(parents=True) for d in ("img_dir", "ann_dir")],
            "no category",
        ),
        (
            lambda root: (
                [(root / "Images" / d / "train").mkdir(parents=True) for d in ("img_dir", "ann_dir")],
                write_categories(root),
            ),
            "no photo with a mask",
        ),
    ],
)
def test_folders_that_are_something_else_are_told_and_no_project_is_made(tmp_path: Path, prepare, words: str) -> None:
    prepare(tmp_path / "data")
    with pytest.raises(RverError, match=words):
        import_foodseg103(tmp_path / "data", tmp_path / "p.rver")
    assert not (tmp_path / "p.rver").exists()


def test_a_project_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    import_foodseg103(root, tmp_path / "p.rver", progress=lambda done, total: done < 1)
    with Project.open(tmp_path / "p.rver"), pytest.raises(RverError, match="read-only"):
        import_foodseg103(root, tmp_path / "p.rver")


def test_another_program_s_classes_are_joined_whatever_their_case(tmp_path: Path) -> None:
    from rvergui.core import Taxonomy

    Project.create(tmp_path / "p.rver", Taxonomy.from_names(["soup", "Candy"])).close()
    import_foodseg103(write_foodseg103(tmp_path / "data"), tmp_path / "p.rver")
    with Project.open(tmp_path / "p.rver", read_only=True) as project:
        assert project.taxonomy().names() == ["soup", "Candy", "egg tart", "french fries", "other ingredients"]
    assert _contents(tmp_path / "p.rver")["00000000.jpg"][0][0] == "Candy"
