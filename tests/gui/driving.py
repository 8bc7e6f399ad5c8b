"""How tests use the window: as a person would, with mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow

NONE = Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """Where a photo position is on the canvas."""
    return window.canvas.mapFromScene(x, y)


def click(window: MainWindow, x: float, y: float, button=LEFT, modifiers=NONE) -> None:
    """Click a photo position."""
    QTest.mouseClick(window.canvas.viewport(), button, modifiers, at(window, x, y))


def click_and_wait(window: MainWindow, qtbot: QtBot, x: float, y: float, button=LEFT) -> None:
    """Click and wait for the mask."""
    session = window.session
    before = session.draft.mask if session.draft else None
    click(window, x, y, button)
    qtbot.waitUntil(
        lambda: session.draft is not None and session.draft.mask is not None and session.draft.mask != before,
        timeout=20_000,
    )


def drag(window: MainWindow, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag a box."""
    viewport = window.canvas.viewport()
    QTest.mousePress(viewport, LEFT, NONE, at(window, *begin))
    steps = 5
    for step in range(1, steps + 1):
        share = step / steps
        x, y = (begin[i] + (end[i] - begin[i]) * share for i in range(2))
        # QTest.mouseMove carries no buttons on the offscreen platform

        place = QPointF(at(window, x, y))
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, NONE
        )
        QApplication.sendEvent(viewport, event)
    QTest.mouseRelease(viewport, LEFT, NONE, at(window, *end))


def press(window: MainWindow, key: Qt.Key, modifiers=NONE) -> None:
    """Press a key on whatever has the keyboard, the canvas by default."""
    QTest.keyClick(window.focusWidget() or window.canvas, key, modifiers)


def wait_named(window: MainWindow, qtbot: QtBot, timeout: int = 60_000) -> None:
    """Wait until the network has said something of the target."""

    def named() -> bool:
        naming = window.session.target_naming()
        return naming is not None and bool(naming.suggestions)

    qtbot.waitUntil(named, timeout=timeout)


def wait_saved(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until everything is on disk."""
    qtbot.waitUntil(lambda: window.session.saver.pending == 0, timeout=10_000)


def wait_photo(window: MainWindow, qtbot: QtBot, path_ends: str) -> None:
    """Wait until a photo is shown."""
    session = window.session
    qtbot.waitUntil(
        lambda: session.photo is not None and session.record is not None and session.record.path.endswith(path_ends),
        timeout=10_000,
    )
