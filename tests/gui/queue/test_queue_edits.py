"""What the review queue does to items, and to the sheets of several photos."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rvergui.core import Item, ItemState, Mask, RverError, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.gui.queue.edits import accept, edited, reject, rename, verify

TAXONOMY = Taxonomy.from_names(["rice", "egg", "bread"])
ADA, BOB = Source.now(SourceKind.PERSON, "ada"), Source.now(SourceKind.PERSON, "bob")
MODEL = Source.now(SourceKind.MODEL, "net")


def _id(name: str, taxonomy: Taxonomy = TAXONOMY) -> str:
    food = taxonomy.find(name)
    assert food is not None
    return food.id


def _item(name: str | None = None, source: Source = ADA, said: str = "") -> Item:
    item = Item.new(Mask.from_array(np.eye(6, dtype=bool)), ADA)
    if said:
        item = item.with_suggestions((Suggestion("nothing", 0.1, 0.1), Suggestion(said, 0.7, 0.5)))
    return item.named(_id(name), source) if name else item


def test_accepting_an_unnamed_object_names_it() -> None:
    item, taxonomy = accept(BOB)(_item(said="egg"), TAXONOMY)
    assert (item.class_id, item.state, item.label_source) == (_id("egg"), ItemState.CONFIRMED, BOB)
    assert item.verified is None  # the first look
    assert taxonomy is TAXONOMY


def test_accepting_the_name_that_it_has_is_a_second_look_and_the_name_stays_whose_it_was() -> None:
    item, _ = accept(BOB)(_item("egg", said="EGG"), TAXONOMY)
    assert (item.label_source, item.verified) == (ADA, BOB)


def test_accepting_another_name_replaces_it() -> None:
    item, _ = accept(BOB)(_item("rice", said="egg"), TAXONOMY)
    assert (item.class_id, item.label_source, item.verified) == (_id("egg"), BOB, BOB)


def test_what_no_model_has_looked_at_is_left_alone() -> None:
    item = _item("rice")
    assert accept(BOB)(item, TAXONOMY) == (item, TAXONOMY)


def test_a_new_name_becomes_a_class_once() -> None:
    sheets = [Sheet(f"p{n}", (6, 6), (_item(), _item("rice"))) for n in range(3)]
    wanted = {sheet.photo_id: {item.id for item in sheet} for sheet in sheets}
    made = edited(sheets, wanted, rename("quince", BOB), TAXONOMY)
    assert len(made.taxonomy) == len(TAXONOMY) + 1
    assert {item.class_id for _, after in made.pairs for item in after} == {_id("quince", made.taxonomy)}
    assert made.count == 6
    with pytest.raises(RverError, match="empty"):
        edited(sheets, wanted, rename("  ", BOB), TAXONOMY)


def test_verifying_confirms_a_models_name_first() -> None:
    guessed = _item("egg", MODEL)
    once, _ = verify(BOB)(guessed, TAXONOMY)
    assert (once.state, once.label_source, once.verified) == (ItemState.CONFIRMED, BOB, None)
    twice, _ = verify(ADA)(once, TAXONOMY)
    assert twice.verified == ADA
    unnamed = _item()
    assert verify(BOB)(unnamed, TAXONOMY)[0] is unnamed


def test_rejecting_takes_the_name_and_the_verification_back_but_not_the_mask() -> None:
    item = _item("egg", said="egg").verify(BOB)
    back, _ = reject()(item, TAXONOMY)
    assert back == replace(item, class_id=None, label_source=None, state=ItemState.OPEN, verified=None)
    assert reject()(back, TAXONOMY)[0] is back


def test_only_the_wanted_items_change_and_only_changed_photos_count() -> None:
    one, two, three = (_item(said="egg") for _ in range(3))
    sheets = [Sheet("a", (6, 6), (one, two)), Sheet("b", (6, 6), (three,)), Sheet("c", (6, 6), (_item("egg"),))]
    made = edited(sheets, {"a": {two.id}, "c": {"gone", sheets[2].items[0].id}}, accept(BOB), TAXONOMY)
    ((before, after),) = made.pairs
    assert before is sheets[0]
    assert [item.class_id for item in after] == [None, _id("egg")]
    assert made.count == 1
