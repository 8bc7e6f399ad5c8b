"""Labels that come in beside labels that are there: none is lost, none is doubled; names are mapped."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import Item, ItemState, Mask, RverError, Sheet, Source, SourceKind, Taxonomy
from rvergui.interchange.imports.classes import ClassMap, offers, read_map
from rvergui.interchange.imports.format import Dataset
from rvergui.interchange.imports.merging import Incoming, merge
from rvergui.interchange.imports.run import import_dataset
from rvergui.interchange.labelled_photos import Opened
from rvergui.project import Project
from tests.interchange.export_cases import SIZE, box_mask
from tests.interchange.small_projects import write_photo

PERSON = Source.now(SourceKind.PERSON, "ada")
IMPORT = Source.now(SourceKind.IMPORT, "coco")


def item(mask: Mask, class_id: str | None) -> Item:
    new = Item.new(mask, PERSON)
    return new if class_id is None else new.named(class_id, PERSON)


def test_new_known_unnamed_and_conflicting_objects():
    there = (
        item(box_mask(0, 0, 20, 20), "rice"),
        item(box_mask(30, 0, 20, 20), None),
        item(box_mask(0, 30, 9, 9), "egg"),
    )
    sheet = Sheet("photo", SIZE, there)
    merged = merge(
        sheet,
        [
            Incoming("rice", box_mask(0, 0, 20, 19)),  # known: overlaps by 95 %
            Incoming("soup", box_mask(30, 0, 20, 20)),  # gives the unnamed one its name
            Incoming("tea", box_mask(0, 30, 9, 9)),  # somebody said egg
            Incoming("rice", box_mask(60, 40, 9, 9)),  # new
            Incoming("rice", box_mask(60, 40, 9, 9)),  # and once more
            Incoming("rice", box_mask(0, 0, 20, 10)),  # half of the first: another object
        ],
        IMPORT,
    )
    assert (merged.added, merged.known, merged.named) == (3, 2, 1)
    assert merged.conflicts == (("egg", "tea"),)
    assert merged.sheet.items[0] == there[0]
    assert merged.sheet.items[1].class_id == "soup"
    assert merged.sheet.items[1].mask == there[1].mask
    assert merged.sheet.items[1].state is ItemState.CONFIRMED
    assert merged.sheet.items[2] == there[2]
    assert len(merged.sheet) == 6


boxes = st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(1, 20), st.integers(1, 20))
labels = st.lists(st.tuples(boxes, st.sampled_from(["rice", "soup", None])), max_size=6)
come = st.lists(st.tuples(boxes, st.sampled_from(["rice", "soup"])), max_size=6)


@given(labels, come)
def test_whatever_comes_in_nothing_is_lost_and_coming_twice_changes_nothing(there, new):
    sheet = Sheet("photo", SIZE, tuple(item(box_mask(*box), name) for box, name in there))
    incoming = [Incoming(name, box_mask(*box)) for box, name in new]
    merged = merge(sheet, incoming, IMPORT)
    for before, after in zip(sheet.items, merged.sheet.items, strict=False):
        assert (after.id, after.mask) == (before.id, before.mask)
        assert after == before or before.class_id is None
    for one in incoming:
        assert any(i.class_id == one.class_id and i.mask.iou(one.mask) >= 0.9 for i in merged.sheet)
    assert merged.added + merged.known + merged.named == len(incoming)
    assert len(merged.sheet) == len(sheet) + merged.added
    again = merge(merged.sheet, incoming, IMPORT)
    assert (again.added, again.named, again.sheet) == (0, 0, merged.sheet)


class FakePhoto:
    """A photo whose labels are given."""

    def __init__(self, path, objects, key, part="") -> None:
        self.path, self.part = path, part
        self._opened = Opened(key, SIZE, tuple(objects))

    def open(self, pixel_limit: int) -> Opened:
        return self._opened


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.rver", Taxonomy.from_names(["rice", "fried egg"])) as opened:
        yield opened


def photo(tmp_path, name, objects, part=""):
    write_photo(tmp_path / name, len(name), SIZE)
    return FakePhoto(tmp_path / name, objects, f"{zlib.crc32(name.encode()):032x}", part)


def test_classes_are_mapped_made_left_out_and_refused(project, tmp_path):
    named = [("Rice", 0), ("egg_fried", 10), ("plate", 20), ("a\x00b", 30), ("soup", 40)]
    objects = [(name, box_mask(x, 0, 8, 8)) for name, x in named]
    dataset = Dataset(tuple(name for name, _ in named), [photo(tmp_path, "a.png", objects)])
    classes = ClassMap({"egg_fried": "fried egg", "plate": None})
    outcome = import_dataset(project, dataset, "test", classes)
    assert outcome.objects_by_class == Counter({"rice": 1, "fried egg": 1, "soup": 1})
    assert outcome.classes == ["soup"]
    assert len(outcome.skipped) == 1
    assert "control characters" in outcome.skipped[0]
    assert project.taxonomy().names() == ["rice", "fried egg", "soup"]


def test_a_stopped_import_keeps_what_is_in_and_goes_on(project, tmp_path):
    photos = [photo(tmp_path, f"{n:02d}.png", [("rice", box_mask(n, 0, 8, 8))], "test") for n in range(40)]
    dataset = Dataset(("rice",), photos)
    stopped = import_dataset(project, dataset, "test", progress=lambda done, _: done < 35)
    assert stopped.cancelled
    assert stopped.objects == 35
    rest = import_dataset(project, dataset, "test")
    assert (rest.objects, rest.known) == (5, 35)
    assert sum(record.items for record in project.photos()) == 40


def test_conflicts_and_sizes_that_do_not_fit_are_told(project, tmp_path):
    mask = box_mask(0, 0, 9, 9)
    import_dataset(project, Dataset(("rice",), [photo(tmp_path, "a.png", [("rice", mask)])]), "test")
    outcome = import_dataset(project, Dataset(("soup",), [photo(tmp_path, "a.png", [("soup", mask)])]), "test")
    assert outcome.conflicts == ["a.png: an object is “rice” in the project and “soup” in the import; both were kept."]
    (record,) = project.photos()
    assert record.items == 2


def test_a_read_only_project_is_left_alone(project, tmp_path):
    with Project.open(project.path, read_only=True) as shut, pytest.raises(RverError, match="read-only"):
        import_dataset(shut, Dataset(("rice",), []), "test")


def test_names_alike_are_offered():
    taxonomy = Taxonomy.from_names(["fried egg", "french fries", "apple pie"])
    taxonomy = taxonomy.renamed(taxonomy.find("apple pie").id, "tarte")
    found = {
        offer.name: (offer.target, offer.likeness) for offer in offers(["Fried_Eggs", "APPLE PIE", "xyz"], taxonomy)
    }
    assert found["Fried_Eggs"][0] == "fried egg"
    assert 80 < found["Fried_Eggs"][1] < 100
    assert found["APPLE PIE"] == ("tarte", 100.0)
    assert found["xyz"] == (None, 0.0)


def test_maps_are_read_from_words_lines_and_json(tmp_path):
    (tmp_path / "m.tsv").write_text("a\tb\n\nc\t\n")
    (tmp_path / "m.json").write_text(json.dumps({"x": "y", "z": None}))
    read = read_map(["p=q = r", "o=", str(tmp_path / "m.tsv"), str(tmp_path / "m.json")])
    assert read.names == {"p": "q = r", "o": None, "a": "b", "c": None, "x": "y", "z": None}
    assert read.name_for("other") == "other"
    for text, words in (
        ("nothing", "neither a file"),
        ("a=\x00", "cannot become"),
        ("a=" + "x" * 300, "cannot become"),
    ):
        with pytest.raises(RverError, match=words):
            read_map([text])
    for content, words in (("a\tb\tc", "line 1"), ('{"a": 3}', "names alone"), ('{"a', "no JSON")):
        (tmp_path / "bad").write_text(content)
        with pytest.raises(RverError, match=words):
            read_map([str(tmp_path / "bad")])


def test_verified_items_stay_verified(tmp_path):
    seen = replace(item(box_mask(0, 0, 9, 9), "rice"), verified=PERSON)
    merged = merge(Sheet("photo", SIZE, (seen,)), [Incoming("rice", box_mask(0, 0, 9, 9))], IMPORT)
    assert merged.sheet.items == (seen,)
