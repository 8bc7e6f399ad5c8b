"""Edits of items, as functions from sheet to sheet."""

from __future__ import annotations

import numpy as np
import pytest

from rvergui.core import Item, ItemState, Mask, RverError, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.core.edits import (
    change_items,
    confirm_items,
    copy_items,
    guess_names,
    merge_items,
    split_item,
    verify_items,
)

SIZE = (20, 30)
ADA, BOB = Source.now(SourceKind.PERSON, "Ada"), Source.now(SourceKind.PERSON, "Bob")
MODEL = Source.now(SourceKind.MODEL, "RveRNet")


def square(x: int, y: int, side: int = 4, size: tuple[int, int] = SIZE) -> Mask:
    return Mask.from_crop(np.ones((side, side)), (x, y), size)


def item(x: int = 0, y: int = 0, side: int = 4) -> Item:
    return Item.new(square(x, y, side), ADA)


def sheet_of(*items: Item) -> Sheet:
    return Sheet("p", SIZE, items)


def test_merged_items_are_one_with_all_their_pixels() -> None:
    low, between, high = item(0, 0, 6).noted("left"), item(10, 0), item(3, 0, 5).noted("burnt")
    sheet, united = merge_items(sheet_of(low, between, high), [high.id, low.id, "gone"], BOB)
    assert sheet.items == (between, united)
    assert united.id == low.id  # the largest
    assert united.mask == low.mask | high.mask
    assert (united.mask_source, united.note, united.suggestions) == (BOB, "left; burnt", ())


def test_a_confirmed_name_outlives_a_merge_with_something_larger() -> None:
    small = item(0, 0, 2).named("rice", ADA).verify(ADA)
    guess, large = item(2, 0, 5).named("peas", MODEL), item(8, 0, 9)
    sheet, united = merge_items(sheet_of(small, guess, large), [small.id, guess.id, large.id], BOB)
    assert len(sheet) == 1
    assert (united.id, united.class_id, united.state) == (small.id, "rice", ItemState.CONFIRMED)
    assert united.verified is None  # nobody has looked at this mask a second time


@pytest.mark.parametrize("ids", [[], ["gone"], ["one"]])
def test_merging_takes_two(ids: list[str]) -> None:
    one = item()
    with pytest.raises(RverError, match="at least two"):
        merge_items(sheet_of(one), [one.id if each == "one" else each for each in ids], BOB)


def test_the_parts_of_a_split_item_keep_its_name() -> None:
    below, above = item(20, 10), item(25, 10)
    parts = [square(0, 0, 5), square(10, 0, 3), square(15, 0, 2)]
    whole = Item.new(parts[0] | parts[1] | parts[2], ADA).named("rice", ADA).noted("two spoons")
    sheet, ids = split_item(sheet_of(below, whole, above), whole.id, parts, BOB)
    assert [each.id for each in sheet] == [below.id, *ids, above.id]
    assert ids[0] == whole.id
    assert len(set(ids)) == 3
    pieces = [sheet.get(each) for each in ids]
    assert [piece.mask for piece in pieces if piece] == parts
    assert {(p.class_id, p.state, p.note, p.mask_source) for p in pieces if p} == {
        ("rice", ItemState.CONFIRMED, "two spoons", BOB)
    }


def test_one_piece_is_not_split() -> None:
    one = item()
    with pytest.raises(RverError, match="one piece"):
        split_item(sheet_of(one), one.id, [one.mask], BOB)


def test_copies_keep_their_names_but_are_not_confirmed() -> None:
    named = item(2, 3).named("rice", ADA).verify(ADA).noted("warm").with_suggestions((Suggestion("rice", 1.0, 0.5),))
    onto = Sheet("q", SIZE, (item(20, 10),))
    sheet, (copy_id,) = copy_items([named], onto, BOB)
    copy = sheet.items[-1]
    assert (copy.id, copy.mask, copy.class_id, copy.note) == (copy_id, named.mask, "rice", "warm")
    assert copy.id != named.id
    assert (copy.state, copy.verified, copy.suggestions, copy.mask_source) == (ItemState.OPEN, None, (), BOB)
    with pytest.raises(RverError, match="already"):
        copy_items([named], sheet, BOB)


def test_masks_are_scaled_to_a_photo_of_the_same_shape() -> None:
    named = item(10, 10, 6)
    sheet, _ = copy_items([named], Sheet("q", (40, 60)), BOB)
    assert sheet.items[0].mask == square(20, 20, 12, (40, 60))
    with pytest.raises(RverError, match=r"same shape; this one is 30x20 pixels and the other 20x30"):
        copy_items([named], Sheet("q", (30, 20)), BOB)


def test_a_speck_that_scaling_swallows_is_not_copied() -> None:
    large = Item.new(Mask.from_crop(np.ones((1, 1)), (1, 1), (200, 300)), ADA)
    with pytest.raises(RverError):
        copy_items([large], Sheet("q", SIZE), BOB)


def test_verifying_passes_over_what_is_not_confirmed() -> None:
    named, open_, looked_at = item().named("rice", ADA), item(8), item(16).named("peas", ADA).verify(ADA)
    sheet = verify_items(sheet_of(named, open_, looked_at), [named.id, open_.id, looked_at.id], BOB)
    assert [each.verified for each in sheet] == [BOB, None, ADA]
    with pytest.raises(RverError, match="confirm the name first"):
        verify_items(sheet, [open_.id], BOB)


def test_confirming_is_for_names_that_are_there() -> None:
    guess, nameless, named = item().named("rice", MODEL), item(8), item(16).named("peas", ADA)
    sheet = confirm_items(sheet_of(guess, nameless, named), [guess.id, nameless.id, named.id], BOB)
    assert [each.state for each in sheet] == [ItemState.CONFIRMED, ItemState.OPEN, ItemState.CONFIRMED]
    assert sheet.items[0].label_source == BOB
    assert sheet.items[2] == named
    with pytest.raises(RverError, match="no name to confirm"):
        confirm_items(sheet, [nameless.id], BOB)


def test_guessed_names_go_to_nameless_items_and_stay_unconfirmed() -> None:
    taxonomy = Taxonomy.from_names(["rice", "peas"])
    rice, peas = (food.id for food in taxonomy)
    nameless, unknown, named, unasked = item(), item(8), item(16).named(peas, ADA), item(24)
    said = {each.mask: (Suggestion("RICE", 0.9, 0.1),) for each in (nameless, named)}
    said[unknown.mask] = (Suggestion("haggis", 0.9, 0.1),)
    sheet, count = guess_names(sheet_of(nameless, unknown, named, unasked), said, taxonomy, MODEL)
    assert count == 1
    guess = sheet.items[0]
    assert (guess.class_id, guess.state, guess.label_source) == (rice, ItemState.OPEN, MODEL)
    assert guess.suggestions == said[nameless.mask]
    assert (sheet.items[1].class_id, sheet.items[1].suggestions[0].name) == (None, "haggis")
    assert sheet.items[2:] == (named, unasked)


def test_a_change_is_made_to_the_chosen_items_only() -> None:
    one, two = item(), item(8)
    sheet = change_items(sheet_of(one, two), [two.id, "gone"], lambda each: each.noted("x"))
    assert [each.note for each in sheet] == ["", "x"]
