"""From an empty window to an exported data set without a mouse: key presses only, to whatever has the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from rvergui.gui.dialogs.export import ExportDialog
from rvergui.gui.main_window import MainWindow
from rvergui.gui.showing import Showing
from rvergui.interchange.pairs import read_pairs
from rvergui.project.store import Project
from tests.gui.driving import wait_named, wait_saved

Key, Held = Qt.Key, Qt.KeyboardModifier
CTRL, NONE, SHIFT = Held.ControlModifier, Held.NoModifier, Held.ShiftModifier


def _focus() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    return widget


def _press(key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(_focus(), key, held)


def _type(text: str) -> None:
    for letter in text:
        QTest.keyClicks(_focus(), letter)


def _tab_to(wanted: QWidget, most: int = 40) -> None:
    """Press Tab until ``wanted`` has the keyboard."""
    for _ in range(most):
        if wanted.hasFocus():
            return
        _press(Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {wanted.accessibleName() or wanted}")


def _back_to(window: MainWindow, qtbot: QtBot) -> None:
    """What a window manager does when a dialog is closed; there is none here."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)


def _answer_file_dialog(path: Path) -> None:
    """Once a file dialog is there, paste a path into it and press Enter."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        # Pasted as one: Qt's own dialog completes what is typed to something else while it reads folders.
        QApplication.clipboard().setText(str(path))
        name.selectAll()
        QTest.keyClick(name, Key.Key_V, CTRL)
        QTest.keyClick(name, Key.Key_Return)

    QTimer.singleShot(20, answer)


@pytest.mark.timeout(300)
def test_from_an_empty_window_to_an_exported_set(
    open_window: Callable[..., MainWindow], meals: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, True)
    window = open_window()
    session = window.session
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)

    # Open the folder: the welcome page has the keyboard, its first button opens the dialog.
    _tab_to(window.welcome.folder)
    _answer_file_dialog(meals)
    _press(Key.Key_Space)
    qtbot.waitUntil(lambda: session.photo is not None, timeout=60_000)
    assert session.project is not None
    assert session.project.path.parent == meals
    _back_to(window, qtbot)
    qtbot.waitUntil(lambda: not session.encoding and not session.model_loading, timeout=200_000)
    assert window.canvas.hasFocus()

    # The first photo: cut out the middle, take another outline and go back, accept the first name.
    _press(Key.Key_M, CTRL)
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None, timeout=20_000)
    wait_named(window, qtbot)
    _press(Key.Key_1)
    first = session.sheet.items[0]
    assert first.class_id is not None

    # A wrong name is corrected by typing another; undo and redo.
    _press(Key.Key_Slash)
    assert window.suggestions.search.hasFocus()
    _type("kimch")
    _press(Key.Key_Return)
    named = session.taxonomy.get(session.sheet.items[0].class_id)
    assert named is not None
    assert window.canvas.hasFocus()
    _press(Key.Key_Z, CTRL)
    assert session.sheet.items[0].class_id == first.class_id
    _press(Key.Key_Z, CTRL | SHIFT)
    assert session.sheet.items[0].class_id == named.id

    # The second photo: all dishes at once, the first one named, the others kept.
    _press(Key.Key_N)
    qtbot.waitUntil(lambda: session.photo is not None and session.record.path.endswith("002.jpg"), timeout=60_000)
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    _press(Key.Key_F)
    qtbot.waitUntil(lambda: not session.proposals.searching and session.review is not None, timeout=60_000)
    _type("r")
    assert window.suggestions.search.hasFocus()
    _type("ice")
    _press(Key.Key_Return)
    assert len(session.sheet.items) >= 1
    assert session.taxonomy.get(session.sheet.items[0].class_id).name == "rice"
    if session.review is not None:
        _press(Key.Key_Return, SHIFT)
    wait_saved(window, qtbot)

    # Export: the dialog has the keyboard; its fields are reached by Tab.
    _press(Key.Key_E, CTRL)
    (dialog,) = window.findChildren(ExportDialog)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=5000)
    out = tmp_path / "exported"
    _tab_to(dialog.out)
    _press(Key.Key_A, CTRL)
    _type(str(out))
    _tab_to(dialog.start)
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=30_000):
        _press(Key.Key_Space)
    assert {pair.class_name for pair in read_pairs(out)} == {named.name, "rice"}
    _press(Key.Key_Escape)
    assert not isinstance(QApplication.activeWindow(), QDialog)

    with Project.open(session.project.path, read_only=True) as stored:
        assert stored.taxonomy() == session.taxonomy
