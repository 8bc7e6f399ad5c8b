"""Sheets, items and prompts: edits make new values."""

from __future__ import annotations

import numpy as np
import pytest

from rvergui.core import (
    Box,
    Item,
    ItemState,
    Mask,
    Photo,
    Point,
    Prompt,
    RverError,
    Sheet,
    Source,
    SourceKind,
    Suggestion,
)

SIZE = (10, 12)
PERSON, MODEL = Source.now(SourceKind.PERSON, "Ada"), Source.now(SourceKind.MODEL, "RveRNet")


def square(x0: int, y0: int, side: int) -> Mask:
    return Mask.from_crop(np.ones((side, side)), (x0, y0), SIZE)


def item(x0: int = 0, y0: int = 0, side: int = 4) -> Item:
    return Item.new(square(x0, y0, side), PERSON)


def test_adding_replacing_and_removing_leave_the_old_sheet_alone() -> None:
    a, b = item(), item(5, 5)
    empty = Sheet("p", SIZE)
    one = empty.with_item(a)
    two = one.with_item(b)
    changed = two.with_item(a.named("c", PERSON))
    assert (len(empty), len(one), len(two), len(changed)) == (0, 1, 2, 2)
    assert [i.id for i in changed] == [a.id, b.id], "a replaced item keeps its place"
    first = two.get(a.id)
    assert first is not None
    assert first.class_id is None
    assert [i.id for i in changed.without([a.id])] == [b.id]
    assert changed.without(["nobody"]) == changed
    assert changed.get("nobody") is None


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(RverError, match="12x10"):
        Sheet("p", SIZE).with_item(Item.new(Mask.empty((10, 11)), PERSON))


def test_of_nested_items_the_smallest_is_hit_of_equal_ones_the_topmost() -> None:
    large, small, twin = item(0, 0, 8), item(2, 2, 3), item(2, 2, 3)
    sheet = Sheet("p", SIZE).with_item(small).with_item(large)
    assert sheet.at(3.5, 3.5) == small
    assert sheet.at(0, 0) == large
    assert sheet.at(7.99, 7.99) == large
    assert sheet.at(8, 8) is None
    assert sheet.at(-1, 3) is None
    assert sheet.with_item(twin).at(3, 3) == twin


def test_done_means_every_item_is_confirmed() -> None:
    a, b = item(), item(5, 5)
    sheet = Sheet("p", SIZE)
    assert not sheet.is_done
    sheet = sheet.with_item(a.named("c", PERSON)).with_item(b)
    assert (sheet.confirmed, sheet.is_done) == (1, False)
    sheet = sheet.with_item(b.named("d", PERSON))
    assert (sheet.confirmed, sheet.is_done) == (2, True)


def test_only_a_persons_or_an_imported_word_confirms() -> None:
    proposed = Item.new(square(0, 0, 3), MODEL, ItemState.PROPOSED)
    assert proposed.named("c", MODEL).state is ItemState.PROPOSED
    assert proposed.named("c", MODEL).class_id == "c"
    assert proposed.named("c", PERSON).state is ItemState.CONFIRMED
    assert proposed.named("c", Source.now(SourceKind.IMPORT, "coco")).state is ItemState.CONFIRMED
    assert proposed.named("c", PERSON).label_source == PERSON


def test_a_new_mask_drops_suggestions_that_no_longer_hold() -> None:
    suggestion = Suggestion("rice", 0.8, 0.5)
    assert suggestion.context_change == pytest.approx(0.3)
    with_one = item().with_suggestions((suggestion,))
    assert with_one.suggestions == (suggestion,)
    moved = with_one.with_mask(square(1, 1, 2), MODEL)
    assert (moved.suggestions, moved.mask_source, moved.id) == ((), MODEL, with_one.id)


def test_prompt_is_cut_to_the_photo() -> None:
    prompt = Prompt().with_point(Point(-1, 2)).with_point(Point(11.9, 9.9)).with_point(Point(12, 3))
    prompt = prompt.with_box(Box.between(20, 9, -5, 2))
    inside = prompt.inside(SIZE)
    assert inside.points == (Point(11.9, 9.9),)
    assert inside.box == Box(0, 2, 12, 9)
    assert Prompt(box=Box(11.5, 0, 30, 5)).inside(SIZE).is_empty
    assert Prompt().is_empty
    assert not prompt.is_empty


def test_photo_of_an_array_is_a_frozen_copy_keyed_by_its_pixels() -> None:
    pixels = np.zeros((3, 5, 3), dtype=np.uint8)
    photo = Photo.from_array(pixels)
    pixels[0, 0] = 9
    assert photo.pixels.max() == 0
    assert photo.size == (3, 5)
    assert photo.key == Photo.from_array(np.zeros((3, 5, 3), dtype=np.uint8)).key
    assert photo.key != Photo.from_array(pixels).key
    assert photo.key != Photo.from_array(np.zeros((5, 3, 3), dtype=np.uint8)).key
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 1


def test_a_second_look_holds_until_mask_or_name_change() -> None:
    named = Item.new(square(0, 0, 2), PERSON).named("c", PERSON)
    verified = named.verify(PERSON)
    assert verified.verified == PERSON
    assert verified.unverify() == named
    assert verified.named("c", PERSON).verified == PERSON
    assert verified.named("d", PERSON).verified is None
    assert verified.with_mask(square(1, 1, 2), PERSON).verified is None
    with pytest.raises(RverError, match="name first"):
        Item.new(square(0, 0, 2), PERSON).named("c", MODEL).verify(PERSON)


def test_the_margin_is_how_far_the_first_suggestion_is_ahead() -> None:
    item = Item.new(square(0, 0, 2), PERSON)
    assert item.margin is None
    assert item.suggested is None
    sure = item.with_suggestions((Suggestion("pea", 0.2, 0.0), Suggestion("bean", 0.75, 0.0)))
    assert sure.margin == pytest.approx(0.55)
    assert sure.suggested == Suggestion("bean", 0.75, 0.0)
    assert item.with_suggestions((Suggestion("pea", 0.2, 0.0),)).margin == 0.2


def test_a_sheet_knows_how_uncertain_its_unconfirmed_items_are() -> None:
    close = (Suggestion("pea", 0.5, 0.0), Suggestion("bean", 0.5, 0.0))
    named = Item.new(square(0, 0, 2), PERSON).with_suggestions(close).named("c", PERSON).verify(PERSON)
    open_ = Item.new(square(0, 0, 2), PERSON).with_suggestions((Suggestion("pea", 0.5, 0.0),))
    sheet = Sheet("p", SIZE).with_item(named)
    assert (sheet.smallest_margin, sheet.verified) == (None, 1)
    assert sheet.with_item(open_).smallest_margin == 0.5
