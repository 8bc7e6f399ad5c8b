"""Changing keys in the real window, without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from rvergui.gui.dialogs.key_editor import KeyEditor
from rvergui.gui.dialogs.shortcuts import ShortcutsDialog
from rvergui.gui.main_window import MainWindow

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def editor(window: MainWindow, qtbot: QtBot) -> KeyEditor:
    window.actions_["change-keys"].trigger()
    editor = window.findChild(KeyEditor)
    assert editor is not None
    qtbot.waitExposed(editor)
    return editor


def _choose(editor: KeyEditor, act: str, words: str) -> None:
    editor.search.setText(words)
    assert editor.act == act


def _record(editor: KeyEditor, key: Qt.Key, held: Qt.KeyboardModifier = Held.NoModifier) -> None:
    QTest.keyClick(editor.change, Key.Key_Space)
    assert editor.recorder.recording
    QTest.keyClick(editor.recorder, key, held)
    assert not editor.recorder.recording


def test_a_recorded_key_works_at_once(editor: KeyEditor, window: MainWindow) -> None:
    _choose(editor, "about", "about rver")
    _record(editor, Key.Key_F11)
    action = window.actions_["about"]
    assert [keys.toString() for keys in action.shortcuts()] == ["F11"]
    assert "F11" in action.toolTip()
    assert editor.recorder.text() == "F11"
    assert editor.reset.isEnabled()
    QTest.keyClick(editor.reset, Key.Key_Space)
    assert action.shortcuts() == []


@pytest.mark.parametrize(
    ("key", "held", "portable"),
    [
        (Key.Key_Tab, Held.NoModifier, "Tab"),
        (Key.Key_Escape, Held.NoModifier, "Esc"),
        (Key.Key_Return, Held.ShiftModifier, "Shift+Return"),
        (Key.Key_Backtab, Held.ShiftModifier, "Shift+Tab"),
        (Key.Key_K, Held.ControlModifier | Held.AltModifier, "Ctrl+Alt+K"),
        (Key.Key_Question, Held.ShiftModifier, "?"),
    ],
)
def test_every_kind_of_key_can_be_recorded(
    editor: KeyEditor, window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier, portable: str
) -> None:
    _choose(editor, "about", "about rver")
    _record(editor, key, held)
    if editor.take.isVisible():
        QTest.keyClick(editor.take, Key.Key_Space)
    assert window.keymap["about"] == (portable,)


def test_a_conflict_is_told_and_nothing_changes_until_it_is_answered(editor: KeyEditor, window: MainWindow) -> None:
    _choose(editor, "about", "about rver")
    _record(editor, Key.Key_E, Held.ControlModifier)
    assert "Export" in editor.message.text()
    assert editor.take.hasFocus()
    assert window.keymap["export"] == ("Ctrl+E",)
    QTest.keyClick(editor.leave, Key.Key_Space)
    assert window.keymap["about"] == ()
    _record(editor, Key.Key_E, Held.ControlModifier)
    QTest.keyClick(editor.take, Key.Key_Space)
    assert (window.keymap["about"], window.keymap["export"]) == (("Ctrl+E",), ())
    editor.search.clear()
    QTest.keyClick(editor.reset_all, Key.Key_Space)
    assert (window.keymap["about"], window.keymap["export"]) == ((), ("Ctrl+E",))


def test_a_second_key_comes_in_addition_and_modifiers_alone_are_no_key(editor: KeyEditor, window: MainWindow) -> None:
    _choose(editor, "fit", "fit photo")
    QTest.keyClick(editor.add, Key.Key_Space)
    QTest.keyPress(editor.recorder, Key.Key_Control)
    assert editor.recorder.recording
    QTest.keyClick(editor.recorder, Key.Key_F12)
    assert window.keymap["fit"] == ("Ctrl+0", "F12")
    QTest.keyClick(editor.remove, Key.Key_Space)
    assert window.keymap["fit"] == ()


def test_leaving_the_field_stops_recording(editor: KeyEditor, window: MainWindow) -> None:
    _choose(editor, "fit", "fit photo")
    QTest.keyClick(editor.change, Key.Key_Space)
    editor.search.setFocus()
    assert not editor.recorder.recording
    assert editor.recorder.text() == "Ctrl+0"


def test_acts_are_found_by_name_and_by_key(editor: KeyEditor) -> None:
    editor.search.setText("ctrl+shift+o")
    assert [row.text(0) for row in editor._rows() if not row.isHidden()] == ["Open project"]
    editor.search.setText("no such act")
    assert editor.act is None
    assert not editor.change.isEnabled()


def test_the_cheat_sheet_shows_the_present_keys(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["shortcuts"].trigger()
    sheet = window.findChild(ShortcutsDialog)
    window.keymap.give("about", ["F11"])
    qtbot.waitUntil(lambda: not sheet.filling)
    words = [label.text() for label in sheet._area.widget().findChildren(QLabel)]
    assert words[words.index("About RveRGUI") + 1] == "F11"


def test_the_cheat_sheet_fits_a_small_screen_and_is_searched(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["shortcuts"].trigger()
    sheet = window.findChild(ShortcutsDialog)
    assert sheet.width() <= 1280
    assert sheet.height() <= 760  # a screen of 1280 x 800 without its panels
    qtbot.waitUntil(lambda: not sheet.filling)
    qtbot.wait(50)
    assert sheet._area.verticalScrollBar().maximum() == 0
    assert [menu for menu, _ in sheet.groups()].count("View") == 1
    assert sheet.search.hasFocus()
    sheet.search.setText("ctrl+shift+o")
    assert [(menu, [act.key for act, _ in lines]) for menu, lines in sheet.groups()] == [("File", ["open-project"])]
    sheet.search.setText("no such act")
    assert sheet.groups() == []
    assert not sheet.nothing.isHidden()
