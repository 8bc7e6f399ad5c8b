"""The statistics window over a real project."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.statistics.feature import Statistics
from rvergui.gui.statistics.window import StatisticsWindow
from tests.gui.driving import click_and_wait, wait_saved


def _open(window: MainWindow, qtbot: QtBot) -> StatisticsWindow:
    feature = window.feature(Statistics)
    window.actions_["statistics"].trigger()
    qtbot.waitUntil(lambda: feature.shown is not None and feature.shown.report is not None, timeout=30_000)
    shown = feature.shown
    assert shown is not None
    qtbot.waitUntil(lambda: shown.day_chart is not None, timeout=10_000)
    return shown


def test_plots_are_not_imported_before_they_are_wanted() -> None:
    code = (
        "import sys; import rvergui.gui.app, rvergui.gui.features, rvergui.gui.statistics.feature; "
        "print([name for name in ('pyqtgraph', 'pydantic', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_figures_follow_the_work(window: MainWindow, qtbot: QtBot) -> None:
    shown = _open(window, qtbot)
    assert shown.tiles["objects"].value.text() == "0"
    assert shown.tiles["hour"].value.text() == "–"
    assert "Nothing is named yet" in shown.summary.text()
    charts = [shown.class_chart, shown.day_chart]
    empty = ["No object has a name yet.", "No name was given by hand yet."]
    qtbot.waitUntil(lambda: [chart.accessibleDescription() for chart in charts] == empty, timeout=10_000)
    assert not any(chart.getAxis("bottom").isVisible() for chart in charts)
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    wait_saved(window, qtbot)
    qtbot.waitUntil(lambda: shown.tiles["named"].value.text() == "1", timeout=20_000)
    assert shown.tiles["acts"].value.text() == "2.0"  # a click and a name
    assert "0 of 1 classes in use" in shown.summary.text()
    assert "at least two classes" in shown.summary.text()
    qtbot.waitUntil(lambda: all(chart.getAxis("bottom").isVisible() for chart in charts), timeout=10_000)
    assert [chart.accessibleDescription() for chart in charts] == ["", ""]
    assert "person 1" in shown.sources.accessibleName()
    assert "in progress 0, to do 2" in shown.photos.accessibleName()
    window.session.undo()
    wait_saved(window, qtbot)
    qtbot.waitUntil(lambda: shown.tiles["named"].value.text() == "0", timeout=20_000)


def test_the_figures_can_be_copied_with_a_key(window: MainWindow, qtbot: QtBot) -> None:
    shown = _open(window, qtbot)
    qtbot.waitActive(shown)
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("class,objects,named")
    assert len(text.splitlines()) == 1 + len(window.session.taxonomy)
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text().startswith("day,named")


def test_a_project_that_cannot_be_counted_says_why(window: MainWindow, qtbot: QtBot) -> None:
    shown = _open(window, qtbot)
    project = window.session.project
    with project._opened.writer.transaction() as connection:
        connection.execute(
            "INSERT INTO history (at, act, who, photo_id, before, after) VALUES ('never', 'draw', '', 'p', '{}', '{}')"
        )
    shown.refresh()
    qtbot.waitUntil(lambda: "history cannot be read" in shown.state.text(), timeout=10_000)
