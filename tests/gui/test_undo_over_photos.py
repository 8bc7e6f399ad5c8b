"""Steps over several photos: one undo, one transaction, whichever photo is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from rvergui.core import Item, Mask, RverError, Sheet, Source, SourceKind, Taxonomy
from rvergui.gui.document import Document
from rvergui.gui.photo_list import PhotoList
from rvergui.project.store import Project

TAXONOMY = Taxonomy.from_names(["rice", "egg", "bread"])
PERSON = Source.now(SourceKind.PERSON, "ada")


def _item(column: int) -> Item:
    inside = np.zeros((20, 30), bool)
    inside[4:9, column : column + 3] = True
    return Item.new(Mask.from_array(inside), PERSON)


def _named(sheet: Sheet, name: str) -> Sheet:
    food = TAXONOMY.find(name)
    assert food is not None
    return replace(sheet, items=tuple(item.named(food.id, PERSON) for item in sheet.items))


class Desk:
    """A document over a project with some photos of two items each; "showing" one puts its sheet in place."""

    def __init__(self, folder: Path, photos: int) -> None:
        self.project = Project.create(folder / "meals.rver", TAXONOMY)
        records = self.project.add_photos([folder / f"{number:03d}.jpg" for number in range(photos)])
        for record in records:
            sheet = Sheet(record.id, (20, 30))
            self.project.save_sheet(sheet, sheet.with_item(_item(2)).with_item(_item(9)), "draw")
        self.photos = PhotoList()
        self.photos.replace(self.project.photos())
        self.ids = [record.id for record in records]
        self.document = Document(self.photos)
        self.document.open(self.project, self.project.taxonomy())
        self.document.photo_wanted.connect(self.show)

    def show(self, photo_id: str) -> None:
        document = self.document
        document.leave_photo()
        self.photos.set_current(photo_id)
        unsaved = document.unsaved(photo_id)
        document.show(photo_id, self.stored(photo_id) if unsaved is None else unsaved)

    def stored(self, photo_id: str) -> Sheet:
        assert self.document.saver.flush()
        return self.project.sheet(photo_id)

    def now(self, photo_id: str) -> Sheet:
        present = self.document.present(photo_id)
        return self.stored(photo_id) if present is None else present

    def name_all(self, name: str, ids: list[str]) -> None:
        sheets = [self.now(photo_id) for photo_id in ids]
        self.document.commit_many(f"Name “{name}”", [(sheet, _named(sheet, name)) for sheet in sheets])

    def names(self, photo_id: str) -> list[str | None]:
        """The names on a photo, the same in memory and on disk."""
        stored = self.stored(photo_id)
        assert self.now(photo_id) == stored
        return [item.class_id for item in stored]


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(tmp_path, 4)
    yield made
    made.document.saver.stop()
    made.project.close()


def _ids(*names: str | None) -> list[str | None]:
    return [food.id if name and (food := TAXONOMY.find(name)) else None for name in names]


def test_one_undo_takes_a_batch_back_and_shows_no_other_photo(desk: Desk) -> None:
    a, b, c, d = desk.ids
    desk.show(a)
    desk.name_all("rice", [a, b, c])
    assert [item.class_id for item in desk.document.sheet] == _ids("rice", "rice")
    assert [desk.names(p) for p in (a, b, c, d)] == [_ids("rice", "rice")] * 3 + [_ids(None, None)]
    desk.show(d)
    desk.document.undo()
    assert desk.photos.current.id == d
    assert [desk.names(p) for p in (a, b, c)] == [_ids(None, None)] * 3
    desk.show(b)
    desk.document.redo()
    assert desk.photos.current.id == b
    assert [item.class_id for item in desk.document.sheet] == _ids("rice", "rice")
    assert [desk.names(p) for p in (a, b, c)] == [_ids("rice", "rice")] * 3


def test_a_batch_is_one_transaction(desk: Desk, qtbot: QtBot) -> None:
    a, b, *_ = desk.ids
    sheets = [desk.now(a), desk.now(b)]
    stranger = replace(sheets[1], photo_id="nobody")
    with pytest.raises(RverError, match="no longer in the project"):
        desk.project.save_sheets([(sheets[0], _named(sheets[0], "rice")), (stranger, _named(stranger, "rice"))], "name")
    assert desk.names(a) == _ids(None, None)
    before = len(desk.project.history())
    desk.name_all("egg", [a, b])
    assert desk.document.saver.pending == 1
    desk.names(a)
    entries = desk.project.history()
    assert len(entries) == before + 2  # each photo has its own line, so that each can be rewound
    assert {entry.photo_id for entry in entries[:2]} == {a, b}
    assert [item.class_id for item in desk.project.sheet_before(entries[0])] == _ids(None, None)


def test_the_selection_and_the_draft_stay(desk: Desk) -> None:
    a, b, *_ = desk.ids
    desk.show(a)
    first, second = desk.document.sheet.items
    desk.document.selected = first.id
    pairs = [(desk.now(p), _named(desk.now(p), "egg")) for p in (a, b)]
    desk.document.commit_many("Name", pairs)
    assert desk.document.selected == first.id
    desk.document.commit_many("Delete", [(s := desk.now(p), replace(s, items=s.items[1:])) for p in (a, b)])
    assert desk.document.selected is None
    assert [item.id for item in desk.document.sheet] == [second.id]
    desk.document.undo()
    assert [item.id for item in desk.document.sheet] == [first.id, second.id]


def test_nothing_to_do_is_no_step(desk: Desk) -> None:
    sheet = desk.now(desk.ids[0])
    desk.document.commit_many("Nothing", [(sheet, sheet)])
    assert desk.document.history.last is None


def test_classes_change_in_the_same_step(desk: Desk) -> None:
    a, b, *_ = desk.ids
    taxonomy, food = desk.document.taxonomy.added("quince")
    pairs = [(s := desk.now(p), replace(s, items=tuple(i.named(food.id, PERSON) for i in s))) for p in (a, b)]
    desk.document.commit_many("Name “quince”", pairs, taxonomy)
    assert desk.names(a) == [food.id, food.id]
    assert desk.project.taxonomy().find("quince") is not None
    desk.document.undo()
    assert desk.names(a) == _ids(None, None)
    assert desk.project.taxonomy().find("quince") is None
    desk.document.redo()
    assert desk.names(b) == [food.id, food.id]


def test_the_photo_list_is_told_also_of_many(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path, 105)
    desk.name_all("rice", desk.ids)
    qtbot.waitUntil(lambda: desk.photos.labelled() == (2 * len(desk.ids), len(desk.ids)))
    desk.document.undo()
    desk.document.redo()
    desk.document.undo()
    qtbot.waitUntil(lambda: desk.photos.labelled() == (0, 0))
    desk.document.saver.flush()
    desk.document.saver.stop()
    desk.project.close()


acts = st.lists(
    st.one_of(
        st.tuples(st.just("show"), st.integers(0, 3)),
        st.tuples(st.just("one"), st.sampled_from(["rice", "egg"])),
        st.tuples(st.just("many"), st.sets(st.integers(0, 3), min_size=1).map(sorted)),
        st.tuples(st.just("undo"), st.none()),
        st.tuples(st.just("redo"), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_steps_of_one_and_of_many_photos_undo_to_what_was(
    acts: list[tuple[str, object]], tmp_path_factory: pytest.TempPathFactory, qtbot: QtBot
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"), 4)
    desk.show(desk.ids[0])

    def world() -> list[tuple[str | None, ...]]:
        return [tuple(desk.names(photo_id)) for photo_id in desk.ids]

    past, future = [world()], []
    for act, what in acts:
        depth = len(desk.document.history._done)
        if act == "show":
            desk.show(desk.ids[what])
        elif act == "one":
            desk.document.commit("Name", sheet=_named(desk.document.sheet, what))
        elif act == "many":
            desk.name_all("bread", [desk.ids[number] for number in what])
        elif act == "undo" and len(past) > 1:
            desk.document.undo()
            future.append(past.pop())
        elif act == "redo" and future:
            desk.document.redo()
            past.append(future.pop())
        if act in ("one", "many") and len(desk.document.history._done) > depth:
            past.append(world())
            future.clear()
        assert world() == past[-1]
    desk.document.saver.stop()
    desk.project.close()
