"""The status bar says what is true now: of the network in use, where it runs, and what it was measured at."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from tests.gui.driving import click_and_wait, wait_named


def test_times_of_a_network_that_has_moved_elsewhere_are_not_shown_any_more(window: MainWindow, qtbot: QtBot) -> None:
    session, bar = window.session, window.statusBar()
    click_and_wait(window, qtbot, 120, 90)
    wait_named(window, qtbot)
    assert "a click" in bar.segmenter.text()
    assert "to name" in bar.model.text()
    # A conversion has finished: the same network, now somewhere quicker.
    moved = replace(session.segmenter, description="fake on OpenVINO", why="converted a moment ago")
    session.networks._on_segmenter(moved)
    assert bar.segmenter.text() == "fake on OpenVINO"
    assert bar.segmenter.toolTip() == "converted a moment ago"
    session.networks._on_model(replace(session.model, name="another"))
    assert "another" in bar.model.text()
    assert "to name" not in bar.model.text()


def test_a_long_line_gives_way_instead_of_widening_the_window(window: MainWindow) -> None:
    bar = window.statusBar()
    least = window.minimumSizeHint().width()
    bar.model.setText("a network with a very long name " * 12)
    assert window.minimumSizeHint().width() == least
