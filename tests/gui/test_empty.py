"""Every panel says something while it is empty, and only one thing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from rvergui.gui.empty import EmptyHint
from rvergui.gui.main_window import MainWindow
from tests.gui.driving import wait_photo


def _said(panel: QWidget) -> list[str]:
    """The sentences that a panel shows."""
    labels = (label for label in panel.findChildren(QLabel) if label.isVisible())
    return [label.text() for label in labels if label.text().endswith(".")]


def test_empty_panels_say_what_goes_into_them(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot
) -> None:
    window = open_window()
    panels = (window.photos, window.views, window.suggestions, window.items)
    for panel in panels:
        assert len(_said(panel)) == 1, panel
    hint = window.photos.findChild(EmptyHint)
    assert hint.text() in window.photos.list.accessibleDescription()
    window.open_path(meals)
    wait_photo(window, qtbot, "001.jpg")
    assert _said(window.photos) == []
    assert _said(window.items) == ["Nothing is cut out on this photo yet."]
