"""The projects that were open last: in the menu, on the welcome page, across starts, and when they vanish."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.recent import KEPT, SETTING, SUBMENU, Recent, recalled
from tests.gui.driving import wait_photo


def _entries(window: MainWindow) -> list[tuple[str, bool]]:
    menu = window.findChild(QMenu, SUBMENU)
    found = [(a.text(), a.isEnabled()) for a in menu.actions() if not a.isSeparator() and not a.objectName()]
    return found


def test_an_opened_project_is_offered_and_opens_again_from_the_welcome_page(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    (entry,) = _entries(window)
    assert "meals" in entry[0]
    assert entry[1]
    stored = window.memory.get(SETTING)
    window.close()
    again = open_window()
    again.memory.put(SETTING, stored)
    recent = again.feature(Recent)
    recent.paths = recalled(again.memory)
    recent._show()
    (button,) = again.welcome.projects
    qtbot.waitUntil(button.isVisible, timeout=5000)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    wait_photo(again, qtbot, "001.jpg")


def test_a_vanished_project_is_grey_and_a_cleared_list_is_empty(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    recent = window.feature(Recent)
    recent._keep([tmp_path / "gone" / "away & far.rver"])
    recent.look()
    qtbot.waitUntil(lambda: bool(recent.gone), timeout=5000)
    ((text, enabled),) = _entries(window)
    assert not enabled
    assert "away && far" in text
    assert "no longer there" in text
    assert not window.welcome.projects[0].isEnabled()
    assert window.actions_["clear-recent"].isEnabled()
    window.actions_["clear-recent"].trigger()
    assert _entries(window) == []
    assert window.welcome.projects == []
    assert not window.actions_["clear-recent"].isEnabled()


@pytest.mark.parametrize("stored", ["{", "7", '{"a": 1}', '[3, null, ""]', None])
def test_a_list_that_cannot_be_read_counts_as_empty(stored: str | None) -> None:
    memory = Memory(None)
    memory.put(SETTING, stored)
    assert recalled(memory) == []


def test_only_the_last_few_are_kept_each_once() -> None:
    memory = Memory(None)
    memory.put(SETTING, json.dumps([f"/{number % 20}.rver" for number in range(40)]))
    assert recalled(memory) == [Path(f"/{number}.rver") for number in range(KEPT)]
