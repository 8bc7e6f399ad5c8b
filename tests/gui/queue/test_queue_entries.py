"""The rows of a queue: what is left, what is alike, and how they follow edits."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import Item, ItemState, Mask, Source, SourceKind, Suggestion
from rvergui.gui.queue.entries import Entries
from rvergui.gui.queue.grid import runs
from rvergui.project.queue import QueueItem

ADA = Source.now(SourceKind.PERSON, "ada")
MASK = Mask.from_array(np.eye(5, dtype=bool))


def _item(number: int, said: str = "rice", probability: float = 0.8) -> Item:
    item = replace(Item.new(MASK, ADA), id=f"i{number}")
    return item.with_suggestions((Suggestion(said, probability, 0.1), Suggestion("zz", 0.05, 0.1))) if said else item


def _entry(photo: str, item: Item) -> QueueItem:
    first = item.suggested
    return QueueItem(
        photo, item.id, item.class_id, item.state, item.label_source.kind if item.label_source else None,
        first.name if first else "", first.probability if first else None, item.margin, item.verified is not None,
        MASK.area, MASK.bbox,
    )  # fmt: skip


def _entries(items: list[Item], photo: str = "p") -> Entries:
    return Entries([_entry(photo, item) for item in items])


def test_what_was_dealt_with_is_not_left_and_undo_brings_it_back() -> None:
    items = [_item(n) for n in range(4)]
    entries = _entries(items)
    assert entries.left == 4
    named = items[1].named("c", ADA)
    assert entries.update("p", [items[0], named, *items[2:]]) == [1]
    assert (entries.left, entries.is_left(1), entries[1].class_id) == (3, False, "c")
    assert entries.was(1).class_id is None
    assert entries.update("p", items) == [1]
    assert (entries.left, entries.is_left(1)) == (4, True)


def test_a_deleted_item_keeps_its_row_and_comes_back_with_undo() -> None:
    items = [_item(n) for n in range(3)]
    entries = _entries(items)
    assert entries.update("p", items[1:]) == [0]
    assert entries.is_gone(0)
    assert entries[0] == entries.was(0)
    assert entries.left == 2
    entries.update("p", items)
    assert not entries.is_gone(0)
    assert entries.left == 3


def test_items_that_came_later_and_other_photos_are_none_of_its_business() -> None:
    entries = _entries([_item(0)])
    assert entries.update("p", [_item(0), _item(9)]) == []
    assert entries.update("q", [_item(0).named("c", ADA)]) == []
    assert entries.row_of("p", "i9") is None


def test_new_suggestions_are_shown_and_leave_the_item_to_do() -> None:
    blank = _item(0, said="")
    entries = _entries([blank])
    said = blank.with_suggestions((Suggestion("egg", 0.6, 0.5), Suggestion("rice", 0.3, 0.5)))
    assert entries.update("p", [said]) == [0]
    assert (entries[0].suggested, entries[0].margin, entries.is_left(0)) == ("egg", said.margin, True)
    assert list(entries.look_alikes("egg", 0.6, lambda entry: False)) == [0]


def test_look_alikes_by_name_and_probability_without_what_would_be_overruled() -> None:
    items = [_item(0, "rice", 0.95), _item(1, "rice", 0.89), _item(2, "egg", 0.99), _item(3, "rice", 0.9)]
    items.append(_item(4, "rice", 0.97).named("c", ADA))
    entries = _entries(items)
    assert list(entries.look_alikes("rice", 0.9, lambda entry: False)) == [0, 3, 4]
    assert list(entries.look_alikes("rice", 0.9, lambda entry: entry.state is ItemState.CONFIRMED)) == [0, 3]
    assert list(entries.look_alikes("nobody", 0.0, lambda entry: False)) == []
    entries.update("p", [items[0].named("c", ADA), *items[1:]])
    assert list(entries.look_alikes("rice", 0.9, lambda entry: False)) == [3, 4]


def test_alike_is_the_same_suggestion_and_the_same_name() -> None:
    items = [_item(0), _item(1).named("c", ADA), _item(2).named("c", ADA), _item(3, "egg").named("c", ADA), _item(4)]
    entries = _entries(items)
    assert list(entries.alike(1)) == [1, 2]
    assert list(entries.alike(0)) == [0, 4]


def test_what_comes_next_is_left_behind_or_else_before() -> None:
    items = [_item(n) for n in range(5)]
    entries = _entries(items)
    entries.update("p", [items[0], items[1].named("c", ADA), items[2], items[3].named("c", ADA), items[4]])
    assert entries.next_left(-1) == 0
    assert entries.next_left(0) == 2
    assert entries.next_left(0, [2]) == 4
    assert entries.next_left(4) == 4
    assert entries.next_left(4, [4]) == 2
    assert entries.next_left(0, [0, 2, 4]) is None
    assert Entries().next_left(-1) is None


def test_verified_ones_are_not_left() -> None:
    items = [_item(0).named("c", ADA).verify(ADA), _item(1)]
    entries = _entries(items)
    assert entries.left == 1
    entries.update("p", [replace(items[0], verified=None), items[1]])
    assert entries.left == 1


@given(st.sets(st.integers(0, 40)))
def test_runs_hold_exactly_the_rows(rows: set[int]) -> None:
    found = runs(rows)
    assert {row for first, last in found for row in range(first, last + 1)} == rows
    assert all(later[0] > earlier[1] + 1 for earlier, later in itertools.pairwise(found))
