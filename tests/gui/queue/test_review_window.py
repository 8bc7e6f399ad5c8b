"""The review window, used with the keyboard alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import ItemState
from rvergui.gui.main_window import MainWindow
from rvergui.gui.queue import shelf as shelf_module
from rvergui.gui.queue.crops import Crop, make_crops
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.review_queue import Wish
from rvergui.gui.queue.shelf import CropShelf
from rvergui.gui.queue.window import ReviewWindow
from rvergui.project.queue import QueueFilter, QueueItem, QueueOrder
from tests.gui.driving import wait_saved

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def press(review: ReviewWindow, qtbot: QtBot, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(review.focusWidget(), key, modifiers)
    qtbot.waitUntil(lambda: not review.queue.busy, timeout=10_000)


def names(window: MainWindow, qtbot: QtBot) -> list[str | None]:
    """The names of all items as they are on disk, photo by photo."""
    wait_saved(window, qtbot)
    project, taxonomy = window.session.project, window.session.taxonomy
    sheets = [project.sheet(record.id) for record in project.photos()]
    return [taxonomy.get(item.class_id).name if item.class_id else None for sheet in sheets for item in sheet]


def entry(review: ReviewWindow) -> QueueItem:
    return review.queue.entries[review.grid.row]


def test_accept_verify_reject_by_key_and_undo_of_each(asked: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    total = asked.queue.entries.left
    before = names(window, qtbot)
    assert asked.grid.hasFocus()
    first = asked.grid.row
    press(asked, qtbot, Qt.Key.Key_Return)
    assert window.session.history.last.text == "Accept “rice”"
    assert asked.queue.entries.left == total - 1
    assert not asked.queue.entries.is_left(first)
    assert asked.grid.row != first  # the next one
    named = next(row for row in range(total) if asked.queue.entries[row].state is ItemState.CONFIRMED and row != first)
    asked.grid.go_to(named)
    press(asked, qtbot, Qt.Key.Key_Space)
    assert asked.queue.entries[named].verified
    named = next(row for row in range(total) if asked.queue.entries[row].class_id and asked.queue.entries.is_left(row))
    asked.grid.go_to(named)
    press(asked, qtbot, Qt.Key.Key_Delete)
    assert asked.queue.entries[named].class_id is None
    assert asked.bar.left.text() == f"{total - 3} of {total} left"
    for _ in range(3):
        press(asked, qtbot, Qt.Key.Key_Z, CTRL)
    assert asked.queue.entries.left == total
    assert names(window, qtbot) == before


def test_digits_and_typed_names(asked: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    row = asked.grid.row
    qtbot.waitUntil(lambda: asked.side.rows[1].row is not None)
    press(asked, qtbot, Qt.Key.Key_2)
    assert window.session.taxonomy.get(asked.queue.entries[row].class_id).name == "egg"
    row = asked.grid.row
    QTest.keyClick(asked.grid, Qt.Key.Key_T)
    assert asked.side.search.hasFocus()
    QTest.keyClicks(asked.side.search, "oma")
    press(asked, qtbot, Qt.Key.Key_Return)
    assert window.session.taxonomy.get(asked.queue.entries[row].class_id).name == "tomato"
    assert asked.grid.hasFocus()
    row = asked.grid.row
    QTest.keyClick(asked.grid, Qt.Key.Key_Slash)
    QTest.keyClicks(asked.side.search, "quince")
    press(asked, qtbot, Qt.Key.Key_Return)
    assert window.session.taxonomy.get(asked.queue.entries[row].class_id).name == "quince"
    window.session.undo()
    assert window.session.taxonomy.find("quince") is None
    QTest.keyClick(asked.grid, Qt.Key.Key_Q)
    QTest.keyClick(asked.side.search, Qt.Key.Key_Escape)
    assert asked.grid.hasFocus()


def test_all_selected_get_the_name_over_several_photos_as_one_step(
    asked: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    before = names(window, qtbot)
    photos = {asked.queue.entries[row].photo_id for row in range(len(asked.queue.entries))}
    assert len(photos) == 3
    press(asked, qtbot, Qt.Key.Key_A, CTRL)
    assert asked.grid.selected_count == len(before)
    press(asked, qtbot, Qt.Key.Key_2)
    assert set(names(window, qtbot)) == {"egg"}
    shown = {item.class_id for item in window.session.sheet}
    assert shown == {window.session.taxonomy.find("egg").id}  # the photo on the canvas, too
    assert asked.queue.entries.left == 0
    window.session.undo()
    assert names(window, qtbot) == before
    window.session.redo()
    assert set(names(window, qtbot)) == {"egg"}


def test_accepting_all_look_alikes_does_not_overrule_a_person(
    asked: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    before = names(window, qtbot)
    asked.at_least.setValue(61)
    assert not asked.alike.isEnabled()
    asked.at_least.setValue(60)
    unnamed = before.count(None)
    assert asked.alike.text() == f"Accept all {unnamed} “rice”"
    press(asked, qtbot, Qt.Key.Key_Return, SHIFT)
    after = names(window, qtbot)
    assert after == [name or "rice" for name in before]
    assert window.session.history.last.text == f"Accept “rice” for {unnamed} objects"
    window.session.undo()
    assert names(window, qtbot) == before


def test_select_alike_and_accept_where_model_and_name_disagree(
    asked: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    bread = names(window, qtbot).count("bread")
    asked.actions_["review-order-disagreement"].trigger()
    qtbot.waitUntil(lambda: not asked.queue.loading)
    assert len(asked.queue.entries) == bread
    assert asked.grid.hasFocus()
    press(asked, qtbot, Qt.Key.Key_A, CTRL | SHIFT)
    assert asked.grid.selected_count == bread
    press(asked, qtbot, Qt.Key.Key_Return)
    assert "bread" not in names(window, qtbot)
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.actions_["review-reload"].trigger()
    assert len(asked.queue.entries) == 0
    assert "agree" in asked.empty.text()


def test_the_photo_is_opened_with_the_object_selected(asked: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    here = window.session.record.id
    rows = range(len(asked.queue.entries))
    for row in (
        next(row for row in rows if asked.queue.entries[row].photo_id != here),
        next(row for row in rows if asked.queue.entries[row].photo_id == here),
    ):
        asked.grid.go_to(row)
        photo_id, item_id = asked.queue.key(row)
        press(asked, qtbot, Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda item_id=item_id: window.session.selected == item_id, timeout=10_000)
        assert window.session.record.id == photo_id
        window.actions_["review"].trigger()  # and back
        qtbot.waitUntil(lambda: asked.isActiveWindow() and asked.grid.hasFocus())


def test_filters_and_orders(asked: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    all_names = names(window, qtbot)
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.bar.shown.setCurrentIndex(1)
    assert len(asked.queue.entries) == all_names.count(None)
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.bar.shown.setCurrentIndex(2)
    assert len(asked.queue.entries) == all_names.count("bread")
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.bar.classes.setCurrentIndex(asked.bar.classes.findText("egg"))
    assert len(asked.queue.entries) == 0
    assert "nothing to review here" in asked.empty.text()
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.bar.classes.setCurrentIndex(0)
    press(asked, qtbot, Qt.Key.Key_Space) if asked.grid.hasFocus() else asked.actions_["review-verify"].trigger()
    qtbot.waitUntil(lambda: not asked.queue.busy)
    wait_saved(window, qtbot)
    with qtbot.waitSignal(asked.queue.reloaded):
        asked.bar.shown.setCurrentIndex(3)
    entries = asked.queue.entries
    assert [entries[row].verified for row in range(len(entries))] == [False] * (len(entries) - 1) + [True]
    assert entries.left == len(entries) - 1


def test_edits_in_the_main_window_are_seen(asked: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    item = session.sheet.items[0]
    row = asked.queue.entries.row_of(session.record.id, item.id)
    session.select(item.id)
    session.name("egg")
    assert asked.queue.entries[row].class_id == session.taxonomy.find("egg").id
    assert not asked.queue.entries.is_left(row)
    session.delete_selected()
    assert asked.queue.entries.is_gone(row)
    session.undo()
    session.undo()
    assert asked.queue.entries.is_left(row)


def test_an_act_is_made_again_if_the_photo_was_edited_meanwhile(
    asked: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    session, here = window.session, window.session.record.id
    rows = [row for row in range(len(asked.queue.entries)) if asked.queue.entries[row].photo_id == here]
    session.select(session.sheet.items[-1].id)
    asked.queue.rename(rows[:1], "tomato")
    session.name("egg")  # before the act, which is being made on its thread, comes back
    qtbot.waitUntil(lambda: not asked.queue.busy, timeout=10_000)
    found = [food.name if (food := session.taxonomy.get(item.class_id or "")) else None for item in session.sheet]
    changed = asked.queue.key(rows[0])[1]
    ids = [item.id for item in session.sheet]
    assert found[ids.index(changed)] == "tomato"
    if changed != ids[-1]:
        assert found[-1] == "egg"
    wait_saved(window, qtbot)
    assert session.project.sheet(here) == session.sheet


def test_read_only_projects_are_looked_at_but_not_changed(
    asked: ReviewWindow, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.session.project, "read_only", True)
    monkeypatch.setattr(window.session.project, "read_only_reason", "Another window has it open.")
    press(asked, qtbot, Qt.Key.Key_Return)
    assert window.session.history.last is None


def test_another_project_empties_the_queue(asked: ReviewWindow, window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.project_changed, timeout=10_000):
        window.open_path(meals)
    assert len(asked.queue.entries) == 0
    assert asked.queue.crops.nbytes == 0
    assert window.feature(Reviewing)._naming.unasked == ()
    qtbot.waitUntil(lambda: window.session.photo is not None, timeout=10_000)


def test_only_what_is_in_sight_is_cut_out_of_a_hundred_thousand(review: ReviewWindow, qtbot: QtBot) -> None:
    from rvergui.gui.queue.entries import Entries

    real = review.queue.entries.was(0)
    many = [QueueItem(f"photo {n // 20}", f"item {n}", *_rest(real)) for n in range(100_000)]
    review.queue.entries = Entries(many)
    review.queue.crops.forget()
    review.queue.reloaded.emit()
    qtbot.waitUntil(lambda: review.grid.verticalScrollBar().maximum() > 100_000, timeout=20_000)
    review.grid.go_to(90_000)
    review.grid.selectAll()
    QTest.qWait(50)
    assert review.grid.selected_count == 100_000
    assert review.queue.crops.waiting <= 240


def _rest(item: QueueItem) -> tuple[object, ...]:
    return (
        item.class_id, item.state, item.label_kind, item.suggested, item.probability, item.margin, item.verified,
        item.area, item.bbox,
    )  # fmt: skip


def test_crops_stay_within_their_budget_and_come_again(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    shelf = CropShelf(session, budget=400_000)
    project = session.project
    keys = [(record.id, item.id) for record in project.photos() for item in project.sheet(record.id)]
    for key in keys:
        shelf.get(key)
    qtbot.waitUntil(lambda: shelf.waiting == 0, timeout=20_000)
    assert 0 < shelf.nbytes <= 400_000
    missing = [key for key in keys if shelf.peek(key) is None]
    assert missing
    assert shelf.get(missing[0]) is None
    qtbot.waitUntil(lambda: shelf.peek(missing[0]) is not None, timeout=10_000)
    assert shelf.get(("nobody", "x")) is None
    qtbot.waitUntil(lambda: shelf.waiting == 0)
    assert shelf.get(("nobody", "x")) is None
    assert shelf.waiting == 0  # not asked for once more
    shelf.stop()


def test_what_is_in_sight_now_is_cut_out_first_and_from_the_top(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def held(*asked: object) -> Iterator[Crop]:
        assert gate.wait(20)
        yield from make_crops(*asked)

    monkeypatch.setattr(shelf_module, "make_crops", held)
    shelf = CropShelf(window.session)
    project = window.session.project
    first, second, third = ((record.id, project.sheet(record.id).items[0].id) for record in project.photos())
    made: list[tuple[str, str]] = []
    shelf.arrived.connect(made.extend)
    for key in (third, first):
        shelf.get(key)
    qtbot.waitUntil(lambda: shelf._round == 1)  # the first of them is being made
    shelf.get(second)
    qtbot.waitUntil(lambda: shelf._round == 2)
    gate.set()
    qtbot.waitUntil(lambda: shelf.waiting == 0 and len(made) == 3, timeout=20_000)
    assert made == [third, second, first]
    shelf.stop()


def test_the_order_and_the_filter_are_the_projects(review: ReviewWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(review.queue.reloaded):
        review.queue.load(Wish(QueueOrder.PHOTO, QueueFilter(states=frozenset({ItemState.CONFIRMED}))))
    entries = review.queue.entries
    assert {entries[row].state for row in range(len(entries))} == {ItemState.CONFIRMED}
