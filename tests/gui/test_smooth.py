"""Looking for garbage holds nobody up, and garbage goes nevertheless."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.gui.smooth import ALL_FROM, MIDDLE, TOO_MANY, WORTH_IT, YOUNG, Tidying, keep_smooth


class Circle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def tidying(qtbot: QtBot) -> Iterator[Tidying]:
    parent, before = QObject(), sys.getswitchinterval()
    made = keep_smooth(parent)
    yield made
    made.stop()
    sys.setswitchinterval(before)


def grow(times: int) -> list[list[object]]:
    """Objects that grow old, in units of what the tidying counts in."""
    kept: list[list[object]] = []
    while gc.get_count()[2] < times:
        kept += [[] for _ in range(YOUNG * MIDDLE)]
    return kept


def test_python_itself_never_looks_through_everything(tidying: Tidying) -> None:
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        seen.append(info["generation"])

    gc.callbacks.append(note)
    kept = grow(TOO_MANY + 3)
    gc.callbacks.remove(note)
    assert kept
    assert 1 in seen
    assert 2 not in seen


def test_a_little_garbage_is_found_by_the_timer(tidying: Tidying, qtbot: QtBot) -> None:
    circle = Circle()
    gone = weakref.ref(circle)
    kept = grow(WORTH_IT)
    assert kept
    del circle
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)


def test_many_objects_at_once_are_set_aside_without_a_look(tidying: Tidying) -> None:
    kept = grow(TOO_MANY)
    assert kept
    before = gc.get_freeze_count()
    tidying.tidy()
    assert gc.get_freeze_count() > before + TOO_MANY * YOUNG * MIDDLE // 2
    assert gc.get_count()[2] == 0


def test_what_was_set_aside_goes_while_nobody_looks(tidying: Tidying) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    circle = Circle()
    gone = weakref.ref(circle)
    gc.freeze()
    del circle
    for _ in range(ALL_FROM):
        kept = grow(TOO_MANY)
        tidying.tidy()
    assert kept
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert gone() is not None
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert gone() is None


def test_stopping_gives_python_its_habits_back(qtbot: QtBot) -> None:
    before = gc.get_threshold()
    parent = QObject()
    made = keep_smooth(parent)
    assert gc.get_threshold() != before
    made.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
