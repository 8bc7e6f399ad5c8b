"""Work of the window's thread in several turns."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from rvergui.gui.retrain.advanced import Advanced
from rvergui.gui.turns import Turns


def _steps(done: list[int]) -> Iterator[None]:
    for step in range(3):
        done.append(step)
        yield


def test_it_goes_on_by_itself_and_nothing_is_done_at_once(qtbot: QtBot) -> None:
    done: list[int] = []
    parent = QObject()
    turns = Turns(_steps(done), parent)
    assert done == []
    qtbot.waitUntil(lambda: turns.over)
    assert done == [0, 1, 2]


def test_what_is_left_can_be_done_at_once_or_left(qtbot: QtBot) -> None:
    done: list[int] = []
    parent = QObject()
    turns = Turns(_steps(done), parent)
    turns.finish()
    assert turns.over
    assert done == [0, 1, 2]
    Turns(_steps(done), parent).stop()
    qtbot.wait(1)
    assert done == [0, 1, 2]


def test_rows_that_are_not_made_yet_are_made_when_they_are_asked_for(qtbot: QtBot) -> None:
    form = Advanced()
    qtbot.addWidget(form)
    form.for_new_network(False)
    assert form.values() == {}
    assert form.rows["seed"].field.isEnabled()
    assert not form.rows["roi"].field.isEnabled()
