"""Where the window stands: kept, and found again when a screen has gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QDockWidget

from rvergui.gui import window_state
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.window_state import on_a_screen

LAPTOP, BESIDE = QRect(0, 0, 1440, 900), QRect(1440, 0, 1920, 1080)


@pytest.mark.parametrize(
    ("wanted", "screens", "placed"),
    [
        (QRect(100, 50, 1200, 800), [LAPTOP], QRect(100, 50, 1200, 800)),
        (QRect(1600, 50, 1200, 800), [LAPTOP, BESIDE], QRect(1600, 50, 1200, 800)),
        (QRect(1600, 50, 1200, 800), [LAPTOP], QRect(120, 50, 1200, 800)),  # its screen was unplugged
        (QRect(-1150, 50, 1200, 800), [LAPTOP], QRect(120, 50, 1200, 800)),  # only a sliver is left
        (QRect(100, -300, 1200, 800), [LAPTOP], QRect(120, 50, 1200, 800)),  # its title is above the screen
        (QRect(1500, 20, 1900, 1000), [LAPTOP], QRect(0, 0, 1440, 900)),  # and it was larger
        (QRect(10, 10, 1200, 800), [], QRect(10, 10, 1200, 800)),
    ],
)
def test_a_window_is_never_where_no_screen_is(wanted: QRect, screens: list[QRect], placed: QRect) -> None:
    assert on_a_screen(wanted, screens) == placed


def test_size_and_docks_come_back(open_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    memory = Memory(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = open_window()
    window.resize(1200, 640)
    photos = next(dock for dock in window.findChildren(QDockWidget) if dock.objectName() == "photos")
    photos.hide()
    height = window.height()  # its width is more than this platform's screen has
    window_state.remember(window, memory)
    other = open_window()
    window_state.restore(other, other.docks, memory)
    assert other.height() == height
    assert next(dock for dock in other.findChildren(QDockWidget) if dock.objectName() == "photos").isHidden()


def test_what_was_stored_and_is_broken_gives_the_usual_window(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    memory = Memory(None)
    memory.put("window/geometry", "nonsense")
    memory.put("window/state", 7)
    window_state.restore(window, window.docks, memory)
    assert window.size().width() > 500
