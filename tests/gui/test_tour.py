"""The tour: once by itself, again from the menu, without a mouse, and never where nothing is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.tour import Tour
from tests.gui.driving import wait_photo

Key = Qt.Key


def test_it_is_walked_through_with_keys_and_comes_again_from_the_menu(window: MainWindow) -> None:
    tour = window.feature(Tour)
    assert tour.bubble is None  # nothing is remembered here, so it does not come by itself
    window.keymap.give("next", ["F6"])
    window.actions_["tour"].trigger()
    bubble = tour.bubble
    assert bubble.next.hasFocus()
    assert window.rect().contains(bubble.geometry())
    QTest.keyClick(bubble.next, Key.Key_Space)
    QTest.keyClick(bubble.next, Key.Key_Right)
    assert bubble.place == 2
    assert "F6" in bubble.text.text()
    QTest.keyClick(bubble.next, Key.Key_Left)
    assert bubble.place == 1
    QTest.keyClick(bubble.next, Key.Key_Right)
    QTest.keyClick(bubble.next, Key.Key_Space)
    assert tour.bubble is None
    assert window.canvas.hasFocus()


def test_esc_skips_it_and_keys_of_the_window_do_nothing_meanwhile(window: MainWindow) -> None:
    window.actions_["tour"].trigger()
    tour = window.feature(Tour)
    record = window.session.record
    QTest.keyClick(tour.bubble.next, Key.Key_N)
    assert window.session.record == record
    QTest.keyClick(tour.bubble.next, Key.Key_Escape)
    assert tour.bubble is None


def test_it_comes_by_itself_once(
    open_window: Callable[..., MainWindow], meals: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    window.memory.settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    tour = window.feature(Tour)
    tour.begin()
    window.open_path(meals)
    wait_photo(window, qtbot, "001.jpg")
    assert tour.bubble is not None
    tour.bubble.skip.click()
    assert window.memory.flag("tour-seen", False)
    told: list[object] = []
    window.session.photo_changed.connect(lambda: told.append(tour.bubble))
    tour.begin()
    window.actions_["next"].trigger()
    wait_photo(window, qtbot, "002.jpg")
    assert set(told) == {None}
