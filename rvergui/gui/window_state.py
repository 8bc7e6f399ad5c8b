"""Where the window stands and how it is divided, kept from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtWidgets import QMainWindow

from rvergui.gui.docks import Docks
from rvergui.gui.memory import Memory

SIZE = (1320, 820)


def restore(window: QMainWindow, docks: Docks, memory: Memory) -> None:
    """Put the window where it was, or give it its first size."""
    window.resize(*SIZE)
    geometry, state = memory.get("window/geometry"), memory.get("window/state")
    if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
        window.restoreGeometry(geometry)
        window.restoreState(state)
    else:
        # Sizes hold only once the window has its own; a show event comes after that.
        QTimer.singleShot(0, window, docks.arrange)


def remember(window: QMainWindow, memory: Memory) -> None:
    """Store where the window is."""
    memory.put("window/geometry", window.saveGeometry())
    memory.put("window/state", window.saveState())
