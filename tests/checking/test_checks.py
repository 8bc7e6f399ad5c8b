from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.checking.checking import CHECKS, check
from rvergui.checking.findings import Severity
from rvergui.checking.material import CheckedItem
from rvergui.checking.repairs import Edits, repaired_sheet, repaired_taxonomy
from rvergui.core import Item, Mask, RverError, Sheet, Source, SourceKind, Taxonomy
from rvergui.interchange.report import Cancelled
from tests.checking.values import SIZE, FileState, Photos, box, found, photo

FINE = photo("fine", ("egg", box(10, 10, 20, 20)), ("rice", box(40, 10, 20, 20)), content="c", part="train")


def test_nothing_is_found_where_nothing_is_wrong():
    report = check(Photos([FINE], ["egg", "rice"]))
    assert report.findings == []
    assert (report.photos, report.items, report.is_fine) == (1, 2, True)


@pytest.mark.parametrize("name", list(CHECKS))
def test_every_check_is_quiet_about_what_is_fine_and_says_what_it_is(name):
    assert found(name, FINE) == []
    assert CHECKS[name].TITLE
    assert CHECKS[name].__doc__


def test_empty_and_tiny_masks():
    (empty,) = found("empty-masks", photo("a", ("egg", Mask.empty(SIZE)), ("egg", box(1, 1, 1, 1))))
    assert (empty.items, empty.doomed, empty.severity) == (("a#0",), ("a#0",), Severity.ERROR)
    (tiny,) = found("tiny", photo("a", ("egg", Mask.empty(SIZE)), ("egg", box(1, 1, 7, 9)), ("egg", box(1, 1, 8, 8))))
    assert (tiny.items, tiny.text) == (("a#1",), "a: “egg” has 63 pixels only.")


def test_a_mask_of_another_size_is_scaled_where_it_has_the_same_proportions():
    small = box(1, 1, 10, 10, (30, 40))
    (fits,) = found("mask-size", photo("a", ("egg", small)))
    assert (fits.resize, fits.items) == (SIZE, ("a#0",))
    (turned,) = found("mask-size", photo("a", ("egg", box(1, 1, 10, 10, (80, 60)))))
    assert turned.resize is None
    assert not turned.is_repairable
    assert found("mask-size", photo("a", ("egg", small), size=None)) == []


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(2, 9))
def test_a_photo_that_was_made_smaller_has_the_same_proportions(height, width, by):
    size = max(height // by, 1), max(width // by, 1)
    item = CheckedItem("x", Mask.empty(size), "egg")
    (finding,) = found("mask-size", replace(photo("a", size=(height * 9 + 9, width * 9 + 9)), items=(item,)))
    assert finding.items == ("x",)
    assert found("mask-size", replace(photo("a", size=size), items=(item,))) == []


def test_same_masks_keep_the_confirmed_one_and_never_choose_between_two_names():
    same = box(10, 10, 20, 20), box(10, 10, 20, 21)
    (twice,) = found("same-masks", photo("a", (None, same[1]), ("egg", same[0])))
    assert twice.doomed == ("a#0",)
    (larger,) = found("same-masks", photo("a", ("egg", same[0]), ("egg", same[1])))
    assert larger.doomed == ("a#0",)
    (names,) = found("same-masks", photo("a", ("egg", same[0]), ("rice", same[1])))
    assert names.items == ("a#1", "a#0")
    assert not names.is_repairable
    three = found("same-masks", photo("a", ("egg", same[0]), ("egg", same[0]), ("egg", same[0])))
    assert [finding.doomed for finding in three] == [("a#1",), ("a#2",)]


def test_overlapping_in_part_is_told_and_lying_on_a_plate_is_not():
    (overlap,) = found("overlaps", photo("a", ("egg", box(10, 10, 20, 20)), ("rice", box(20, 10, 20, 20))))
    assert overlap.cuts == (("a#0", "a#1"),)
    assert "overlap by 50%" in overlap.text
    assert found("overlaps", photo("a", ("plate", box(0, 0, 70, 50)), ("rice", box(20, 10, 20, 20)))) == []


def test_objects_at_the_edge():
    (edge,) = found("edge", photo("a", ("egg", box(0, 40, 20, 20)), ("egg", box(75, 1, 5, 5))))
    assert edge.text == "a: “egg” touches the left and bottom edge."


def test_names_that_are_missing():
    (unnamed,) = found("unnamed", photo("a", (None, box(1, 1, 20, 20)), ("egg", box(40, 1, 20, 20))))
    assert unnamed.items == ("a#0",)
    (bare,) = found("unlabelled", photo("a"), FINE, photo("gone", state=FileState.MISSING))
    assert bare.photo == "a"


def test_files_that_are_gone_broken_or_changed():
    gone = photo("gone", ("egg", box(1, 1, 9, 9)), state=FileState.MISSING, why="gone is gone.")
    broken = photo("broken", state=FileState.BROKEN, why="broken is broken.")
    assert [f.text for f in found("missing-photos", gone, broken)] == [
        "gone is gone. It has 1 object.",
        "broken is broken.",
    ]
    changed = photo("changed", ("egg", box(1, 1, 9, 9)), state=FileState.CHANGED)
    other = photo("other", ("egg", box(1, 1, 9, 9)), state=FileState.CHANGED, size=(10, 10))
    assert [f.accept_photo for f in found("changed-photos", changed, other)] == [True, False]


def test_copies_of_a_photo_and_where_they_are():
    copies = (
        photo("a", content="x", part="train"),
        photo("b", ("egg", box(1, 1, 9, 9)), content="x", part="test"),
        photo("c", content="x"),
        photo("d", content=""),
        photo("e", content=""),
    )
    same = found("same-photos", *copies)
    assert [(f.photo, f.drop_photo) for f in same] == [("a", True), ("c", True)]
    (leak,) = found("leakage", *copies)
    assert leak.text == "The same photo is in test (b), train (a); divide the data by photo again."
    cut = (photo("1", content="x", group="g", part="train"), photo("2", content="y", group="g", part="test"))
    assert len(found("leakage", *cut)) == 1


def of(counts: dict[str, int]):
    return [photo(name, *((name, box(1, 1, 9, 9)) for _ in range(count))) for name, count in counts.items()]


@pytest.mark.parametrize(
    ("counts", "merge"),
    [
        ({"carrot": 20, "carot": 1}, ("carot", "carrot")),
        ({"tomatoes": 1, "tomato": 30}, ("tomatoes", "tomato")),
        ({"Crème brûlée": 9, "creme-brulee": 8}, ("creme-brulee", "Crème brûlée")),
        ({"carrot": 20, "carot": 10}, None),  # both are used: perhaps meant
        ({"pear": 20, "pea": 1}, None),
        ({"rice": 20, "riec": 1}, ("riec", "rice")),
        ({"rice": 20, "bread": 1}, None),
        ({"soy sauce": 20, "soya sauce": 2}, ("soya sauce", "soy sauce")),
    ],
)
def test_words_written_twice(counts, merge):
    assert [f.merge for f in found("class-typos", *of(counts))] == ([] if merge is None else [merge])


def test_a_class_that_nothing_has_is_no_slip():
    assert found("class-typos", *of({"carrot": 20}), classes=["carrots", "carrot"]) == []
    (same,) = found("class-typos", *of({"carrot": 20}), classes=["Carrot ", "carrot"])
    assert same.merge == ("Carrot ", "carrot")


def test_checks_can_be_stopped_and_have_to_be_known():
    with pytest.raises(Cancelled):
        check(Photos([FINE]), progress=lambda done, total: False)
    with pytest.raises(RverError, match=r"no check 'nonsense'; the known ones are: missing-photos"):
        check(Photos([FINE]), ["nonsense"])


def sheet_of(*masks: Mask, size: tuple[int, int] = SIZE) -> Sheet:
    source = Source.now(SourceKind.PERSON, "ada")
    return Sheet("a", size, tuple(replace(Item.new(m, source), id=f"a#{n}") for n, m in enumerate(masks)))


def test_repairs_of_a_sheet_do_what_was_said_and_nothing_else():
    masks = (
        box(10, 10, 20, 20),
        box(20, 10, 20, 20),
        Mask.empty(SIZE),
        box(1, 1, 2, 2),
        box(20, 10, 20, 21),
        box(1, 40, 10, 10),
    )
    seen = photo("a", *(("egg", mask) for mask in masks))
    report = check(Photos([seen]), ["empty-masks", "tiny", "same-masks", "overlaps"])
    before = sheet_of(*masks)
    after = repaired_sheet(before, Edits.of(report.findings), Source.now(SourceKind.PERSON, "bob"))
    assert [item.id for item in after] == ["a#0", "a#4", "a#5"]
    assert np.array_equal(after.get("a#0").mask.array(), masks[0].array() & ~masks[4].array())
    assert after.get("a#0").mask_source.name == "bob"
    assert after.get("a#5") is before.get("a#5")
    assert before == sheet_of(*masks) or [i.mask for i in before] == list(masks)
    again = photo("a", *(("egg", item.mask) for item in after))
    assert check(Photos([again]), ["empty-masks", "tiny", "same-masks", "overlaps"]).findings == []


def test_a_mask_is_never_cut_down_to_nothing():
    before = sheet_of(box(10, 10, 5, 5), box(0, 0, 40, 40))
    edits = Edits(cuts=[("a#0", "a#1")], photos={"a"})
    assert repaired_sheet(before, edits, Source.now(SourceKind.PERSON, "bob")) == before


def test_masks_are_scaled_with_their_sheet():
    small = box(5, 5, 10, 10, (30, 40))
    (finding,) = found("mask-size", photo("a", ("egg", small)))
    after = repaired_sheet(sheet_of(small, size=(30, 40)), Edits.of([finding]), Source.now(SourceKind.PERSON, "bob"))
    assert (after.size, after.items[0].mask) == (SIZE, box(10, 10, 20, 20))


def test_merged_classes_can_be_chained():
    taxonomy = Taxonomy.from_names(["egg", "eggs", "egs", "rice"])
    after = repaired_taxonomy(taxonomy, Edits(merges=[("egs", "eggs"), ("eggs", "egg"), ("gone", "egg")]))
    assert after.names() == ["egg", "rice"]
    assert after.find("egs") == after.find("egg")
