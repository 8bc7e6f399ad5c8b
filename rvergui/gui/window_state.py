"""Where the window stands and how it is divided, kept from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from rvergui.gui.docks import Docks
from rvergui.gui.memory import Memory

SIZE = QSize(1320, 820)
SEEN = 120  # so many pixels of the title's width must be on a screen, or nobody can take hold of the window


def restore(window: QMainWindow, docks: Docks, memory: Memory) -> None:
    """Put the window where it was, or give it its first size; never where no screen is."""
    window.resize(SIZE)
    geometry, state = memory.get("window/geometry"), memory.get("window/state")
    if isinstance(geometry, QByteArray) and isinstance(state, QByteArray) and window.restoreGeometry(geometry):
        window.restoreState(state)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        window.setGeometry(on_a_screen(window.geometry(), screens))
    else:
        # Sizes hold only once the window has its own; a show event comes after that.
        QTimer.singleShot(0, window, docks.arrange)


def remember(window: QMainWindow, memory: Memory) -> None:
    """Store where the window is."""
    memory.put("window/geometry", window.saveGeometry())
    memory.put("window/state", window.saveState())


def on_a_screen(wanted: QRect, screens: list[QRect]) -> QRect:
    """``wanted`` if its upper edge can be taken hold of on one of ``screens``, else the middle of the first.

    It is made smaller where it is larger than the screen that it is on.
    """
    if not screens:
        return wanted
    handle = QRect(wanted.left(), wanted.top(), wanted.width(), 1)
    holds = [screen for screen in screens if handle.intersected(screen).width() >= min(SEEN, wanted.width())]
    screen = holds[0] if holds else screens[0]
    size = wanted.size().boundedTo(screen.size())
    if holds:
        return QRect(wanted.topLeft(), size)
    placed = QRect(screen.topLeft(), size)
    placed.moveCenter(screen.center())
    return placed
