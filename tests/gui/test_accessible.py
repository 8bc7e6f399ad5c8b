"""Every control of the window and its dialogs has a name for those who hear it, and the keyboard reaches it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QSlider,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rvergui.gui.canvas.view import Canvas
from rvergui.gui.main_window import MainWindow
from tests.gui.driving import click_and_wait

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QProgressBar,
    QSlider,
)


def _dialog_acts(window: MainWindow) -> list[str]:
    """The acts that open something: by custom their names end in dots, and files are asked for by the system."""
    files = {"open-folder", "open-project", "add-photos", "segmenter-sam", "open-model"}
    return [act.key for act in window.actions_.acts if act.text.endswith("…") and act.key not in files]


def _is_qts_own(widget: QWidget) -> bool:
    """Whether Qt made it inside one of its widgets."""
    inside = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
    return inside or widget.objectName().startswith("qt_") or type(widget).__name__.startswith("QComboBoxPrivate")


def _controls(top: QWidget) -> Iterator[QWidget]:
    for widget in top.findChildren(QWidget):
        if isinstance(widget, QHeaderView) or _is_a_picture(widget) or _waits(widget):
            continue
        if isinstance(widget, CONTROLS) and not _is_qts_own(widget) and not _is_qts_own(widget.parentWidget()):
            yield widget


def _is_a_picture(widget: QWidget) -> bool:
    """Whether it shows figures that a table beside it says in words."""
    return isinstance(widget, QGraphicsView) and not isinstance(widget, Canvas)


def _waits(button: QWidget) -> bool:
    """Whether a button gets its text only when it is shown."""
    return isinstance(button, QAbstractButton) and button.isHidden() and not button.text()


def _said(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _described(widget: QWidget) -> str:
    parents = []
    at: QWidget | None = widget
    while at is not None:
        parents.append(type(at).__name__)
        at = at.parentWidget()
    return " in ".join(parents[:5])


@pytest.fixture
def everything(window: MainWindow, qtbot: QtBot) -> list[QWidget]:
    """The window with something in every panel, and every dialog."""
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    for key in ("shortcuts", *_dialog_acts(window)):
        window.actions_[key].trigger()
    QApplication.processEvents()
    tops = [top for top in QApplication.topLevelWidgets() if top.parent() is window and isinstance(top, QDialog)]
    assert len(tops) >= 5
    return [window, *tops]


def test_every_control_has_a_name(everything: list[QWidget]) -> None:
    nameless = {_described(widget) for top in everything for widget in _controls(top) if not _said(widget).strip("✕ ")}
    assert not nameless, "\n".join(sorted(nameless))


def test_the_keyboard_reaches_every_control_of_dialogs_and_panels(everything: list[QWidget]) -> None:
    by_mouse_only = {
        f"{_said(widget)!r}: {_described(widget)}"
        for top in everything
        for widget in _controls(top)
        if not isinstance(widget, QProgressBar)
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not _has_an_act(widget)
    }
    assert not by_mouse_only, "\n".join(sorted(by_mouse_only))


def _has_an_act(widget: QWidget) -> bool:
    """Whether it only shows an act that is in a menu, or lies on the canvas, whose acts are all in menus."""
    at: QWidget | None = widget
    while at is not None:
        if isinstance(at, QGraphicsView) and at is not widget:
            return True
        at = at.parentWidget()
    return bool(widget.actions()) or isinstance(widget.parentWidget(), QDockWidget)


def test_what_has_the_keyboard_looks_different(everything: list[QWidget], window: MainWindow, qtbot: QtBot) -> None:
    compared, alike = 0, set()
    for scheme in ("light", "dark"):
        window.actions_[f"theme-{scheme}"].trigger()
        for top in everything:
            top.activateWindow()
            qtbot.waitUntil(top.isActiveWindow, timeout=5000)
            for widget in _controls(top):
                widget.clearFocus()
                without = widget.grab().toImage()
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                if widget.hasFocus() and widget.isVisible():  # what is folded away gets it only from a program
                    compared += 1
                    if widget.grab().toImage() == without:
                        alike.add(f"{scheme}: {_described(widget)}")
    assert compared > 60
    assert not alike, "\n".join(sorted(alike))
