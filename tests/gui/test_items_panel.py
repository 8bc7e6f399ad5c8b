"""The list of a photo's items and what can be done to them, in a real window and mostly by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from rvergui.core import Item, ItemState
from rvergui.gui.item_acts import MENU
from rvergui.gui.main_window import MainWindow
from rvergui.gui.panels.item_rows import ITEM_ROLE, eye_of
from rvergui.project.store import Project
from tests.gui import stub_names
from tests.gui.driving import click, press, wait_photo, wait_saved
from tests.gui.placing import named_item, open_item, place

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


@pytest.fixture
def three(window: MainWindow) -> list[Item]:
    """Rice, a guess and something without a name, bottom to top."""
    rice, egg = named_item(window, "rice", 10, 10), named_item(window, "egg", 60, 10, 10)
    guess = replace(egg, state=ItemState.OPEN)
    return place(window, rice, guess, open_item(window, 110, 10, 30))


def choose_all_by_keys(window: MainWindow) -> None:
    """From the top of the list to its end, with the keyboard."""
    window.items.list.setFocus()
    QTest.keyClick(window.items.list, Key.Key_Home)
    QTest.keyClick(window.items.list, Key.Key_End, SHIFT)


def rows(window: MainWindow) -> list[str]:
    model = window.items.list.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]


def test_rows_say_name_state_size_and_note(window: MainWindow, three: list[Item]) -> None:
    rice = three[0].verify(three[0].mask_source).noted("warm")
    window.session.document.commit("x", sheet=window.session.sheet.with_item(rice))
    assert rows(window) == [
        "no name yet, 900 px · 2.1 %",
        "egg, not confirmed, 100 px · 0.2 %",
        "rice, verified, 400 px · 0.9 %, note: warm",
    ]
    tip = window.items.list.model().index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.count("Ada") == 3
    assert "Note: warm" in tip


def test_several_are_chosen_by_keys_and_summed_up(window: MainWindow, three: list[Item]) -> None:
    assert not window.actions_["merge-items"].isEnabled()
    choose_all_by_keys(window)
    assert set(window.session.choice.ids) == {item.id for item in three}
    assert window.session.selected in window.session.choice.ids
    assert window.items.summary.text().replace("1,400", "1400") == "3 items, 1400 px · 3.2 %"
    assert window.actions_["merge-items"].isEnabled()
    QTest.keyClick(window.items.list, Key.Key_Home)
    assert window.session.choice.ids == (three[2].id,)
    assert window.items.summary.isHidden()


def test_choosing_elsewhere_is_shown_in_the_list(window: MainWindow, three: list[Item]) -> None:
    window.session.select(three[1].id)
    selected = window.items.list.selectionModel().selectedIndexes()
    assert [index.row() for index in selected] == [1]
    window.session.select(None)
    assert not window.items.list.selectionModel().hasSelection()
    press(window, Key.Key_A, CTRL)
    assert len(window.session.choice) == 3
    assert len(window.items.list.selectionModel().selectedIndexes()) == 3


def test_on_the_canvas_ctrl_shift_click_chooses_one_more_or_less(window: MainWindow, three: list[Item]) -> None:
    session = window.session
    rice, egg, nameless = three

    def lit() -> set[str]:
        return {shown.item_id for shown in window.canvas.masks._items.values() if shown.look.selected}

    click(window, 20, 20, modifiers=CTRL)
    assert session.choice.ids == (rice.id,)
    click(window, 65, 15, modifiers=CTRL | SHIFT)
    click(window, 125, 25, modifiers=CTRL | SHIFT)
    assert session.choice.ids == (rice.id, egg.id, nameless.id)
    assert lit() == {rice.id, egg.id, nameless.id}
    click(window, 125, 25, modifiers=CTRL | SHIFT)
    assert (session.choice.ids, session.selected) == ((rice.id, egg.id), egg.id)
    assert lit() == {rice.id, egg.id}
    click(window, 20, 20, modifiers=CTRL)
    assert session.choice.ids == (rice.id,)
    assert lit() == {rice.id}


def test_an_item_can_be_clicked_before_it_is_painted(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.session.loader, "submit", lambda *args, **kwargs: None)
    (rice,) = place(window, named_item(window, "rice", 10, 10))
    assert window.canvas.masks.layer_of(rice.id) is None
    assert window.canvas.item_at(QPointF(20, 20)) == rice.id
    assert window.canvas.item_at(QPointF(40, 20)) is None


def test_merge_split_and_undo(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    session, before = window.session, window.session.sheet
    choose_all_by_keys(window)
    QTest.keyClick(window.items.list, Key.Key_J, CTRL)
    (united,) = session.sheet.items
    assert (united.id, united.mask.area) == (three[0].id, 1400)
    assert session.choice.ids == (united.id,)
    assert "different names" in window.strip.label.text()
    QTest.keyClick(window.items.list, Key.Key_J, CTRL | SHIFT)
    qtbot.waitUntil(lambda: len(session.sheet) == 3, timeout=10_000)
    assert {item.mask for item in session.sheet} == {item.mask for item in three}
    assert len(session.choice) == 3
    session.undo()
    assert session.sheet.items == (united,)
    session.undo()
    assert session.sheet == before


def test_what_is_in_one_piece_is_not_split(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    before = window.session.sheet
    window.session.select(three[0].id)
    with qtbot.waitSignal(window.session.notice, timeout=10_000) as said:
        window.actions_["split-item"].trigger()
    assert "one piece" in said.args[0]
    assert window.session.sheet == before


def test_one_key_names_or_deletes_all_chosen(window: MainWindow, three: list[Item]) -> None:
    session, before = window.session, window.session.sheet
    choose_all_by_keys(window)
    session.name("broccoli")
    food = session.taxonomy.find("broccoli")
    assert {item.class_id for item in session.sheet} == {food.id}
    assert session.sheet.confirmed == 3
    assert session.history.last.text == "Name 3 items “broccoli”"
    session.name("broccoli")  # which they are called already
    session.undo()
    assert session.sheet == before
    choose_all_by_keys(window)
    QTest.keyClick(window.items.list, Key.Key_Delete)
    assert session.sheet.items == ()
    session.undo()
    assert session.sheet == before


def test_confirming_and_verifying_by_keys(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    session = window.session
    choose_all_by_keys(window)
    QTest.keyClick(window.items.list, Key.Key_Y)
    assert [item.state for item in session.sheet] == [ItemState.CONFIRMED, ItemState.CONFIRMED, ItemState.OPEN]
    QTest.keyClick(window.items.list, Key.Key_K, CTRL)
    assert [item.verified is not None for item in session.sheet] == [True, True, False]
    session.select(three[0].id)
    assert session.sheet.get(three[0].id).verified.name == session.user
    window.actions_["verify"].trigger()
    assert session.sheet.get(three[0].id).verified is None
    session.select(three[2].id)
    with qtbot.waitSignal(session.notice) as said:
        window.actions_["verify"].trigger()
    assert "confirmed" in said.args[0]
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as project:
        (record, *_) = project.photos()
        assert (record.confirmed, record.verified) == (2, 1)


def note_editor(window: MainWindow) -> QLineEdit:
    (editor,) = window.items.list.viewport().findChildren(QLineEdit)
    return editor


def test_a_note_is_written_in_its_row(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    session = window.session
    session.select(three[0].id)
    press(window, Key.Key_T, CTRL)
    editor = note_editor(window)
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "a  bit burnt")
    session.document.commit("x", sheet=session.sheet.with_item(three[1].noted("meanwhile")))
    assert note_editor(window).text() == "a  bit burnt"  # what others do leaves what is being typed
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: session.sheet.get(three[0].id).note == "a bit burnt", timeout=5000)
    assert session.history.last.text == "Note"
    qtbot.waitUntil(lambda: not window.items.list.viewport().findChildren(QLineEdit), timeout=5000)
    press(window, Key.Key_T, CTRL)
    QTest.keyClicks(note_editor(window), "no")
    QTest.keyClick(note_editor(window), Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.items.list.viewport().findChildren(QLineEdit), timeout=5000)
    assert session.sheet.get(three[0].id).note == "a bit burnt"
    session.undo()
    assert session.sheet.get(three[0].id).note == ""


def test_masks_are_copied_to_the_next_photo(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    session = window.session
    window.session.select(three[0].id)
    press(window, Key.Key_D, CTRL)
    wait_photo(window, qtbot, "002.jpg")
    qtbot.waitUntil(lambda: session.sheet is not None and len(session.sheet) == 1)
    (copy,) = session.sheet.items
    assert copy.id != three[0].id
    assert (copy.mask, copy.class_id, copy.state) == (three[0].mask, three[0].class_id, ItemState.OPEN)
    session.undo()
    assert session.sheet.items == ()
    session.redo()
    assert session.sheet.items == (copy,)
    wait_saved(window, qtbot)
    session.step_photo(-1)
    wait_photo(window, qtbot, "001.jpg")
    with qtbot.waitSignal(session.notice, timeout=10_000) as said:
        session.select(three[0].id)
        window.actions_["copy-to-next"].trigger()
    assert "already" in said.args[0]


def test_nothing_is_copied_to_a_photo_that_cannot_be_opened(
    window: MainWindow, three: list[Item], qtbot: QtBot
) -> None:
    photos = window.session.photos
    photos.update(replace(photos[1], problem="meal-002.jpg is gone; put it back."))
    with qtbot.waitSignal(window.session.notice) as said:
        window.actions_["copy-to-next"].trigger()
    assert said.args[0] == "meal-002.jpg is gone; put it back."
    assert window.session.record.path.endswith("001.jpg")


def test_from_the_last_photo_nothing_is_copied(window: MainWindow, qtbot: QtBot) -> None:
    window.session.step_photo(2)
    wait_photo(window, qtbot, "003.jpg")
    place(window, open_item(window, 10, 10))
    with qtbot.waitSignal(window.session.notice) as said:
        window.actions_["copy-to-next"].trigger()
    assert "last photo" in said.args[0]


def test_the_menu_and_the_buttons_offer_the_acts(
    window: MainWindow, three: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[list[str | None]] = []

    def popup(menu: QMenu, place: QPoint) -> None:  # without a screen nothing can pop up
        offered.append([None if act.isSeparator() else act.objectName() for act in menu.actions()])
        menu.deleteLater()

    monkeypatch.setattr(QMenu, "popup", popup)
    window.items.list.customContextMenuRequested.emit(QPoint(5, 5))
    assert offered == [list(MENU)]
    buttons = window.items.findChildren(QToolButton)
    assert len(buttons) == 6
    assert all(button.accessibleName() and not button.icon().isNull() for button in buttons)


def test_rows_are_painted_in_every_state(window: MainWindow, three: list[Item]) -> None:
    """Painting looks at every kind of row; what it looks like is for people to judge."""
    rice = three[0].verify(three[0].mask_source).noted("a note that is far too long for the little room there is here")
    window.session.document.commit("x", sheet=window.session.sheet.with_item(rice))
    choose_all_by_keys(window)
    image = window.items.list.grab().toImage()
    assert not image.isNull()
    states = [window.items.list.model().index(row, 0).data(ITEM_ROLE) for row in range(3)]
    assert [(row.verified, row.is_guess, row.colour is None) for row in states] == [
        (False, False, True),
        (False, True, False),
        (True, False, False),
    ]


def test_hidden_items_are_seen_to_be_hidden(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    panel, visibility = window.items.list, window.session.visibility
    window.session.select(three[0].id)
    window.actions_["hide-item"].trigger()
    assert rows(window)[2].startswith("rice, confirmed, hidden")
    assert panel.model().index(2, 0).data(ITEM_ROLE).hidden
    tip = panel.model().index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert window.session.keys("hide-item") in tip
    panel.setFocus()
    QTest.keyClick(panel, Key.Key_Home)
    QTest.keyClick(panel, Key.Key_End)  # by keys: choose it in the list, and the same key again
    assert window.session.selected == three[0].id
    window.actions_["hide-item"].trigger()
    assert not visibility.hidden


def test_the_eye_hides_and_shows_without_choosing(window: MainWindow, three: list[Item]) -> None:
    panel, visibility = window.items.list, window.session.visibility
    window.session.select(None)

    def click_eye(row: int) -> None:
        place = eye_of(panel.visualRect(panel.model().index(row, 0))).center()
        QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click_eye(1)
    assert visibility.hidden == {three[1].id}
    assert not visibility.shows(three[1].id)
    assert window.session.selected is None
    panel.grab()  # both kinds of row are painted
    click_eye(1)
    assert not visibility.hidden
    assert window.session.selected is None


def test_a_project_that_is_read_only_stays_as_it_is(window: MainWindow, three: list[Item], qtbot: QtBot) -> None:
    session = window.session
    wait_saved(window, qtbot)
    session.project.read_only, session.project.read_only_reason = True, "It is read-only."
    before = session.sheet
    choose_all_by_keys(window)
    for key in ("merge-items", "split-item", "copy-to-next", "confirm-names", "verify"):
        window.actions_[key].trigger()
    session.item_edits.note(three[0].id, "x")
    assert session.sheet == before
    assert window.strip.label.text() == "It is read-only."
