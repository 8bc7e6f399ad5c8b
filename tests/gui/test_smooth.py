"""Looking for garbage holds nobody up, and garbage goes nevertheless."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.gui.smooth import ALL_FROM, TOO_MANY, WORTH_IT, Tidying, keep_smooth


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


def grow(objects: int) -> list[list[object]]:
    """So many young objects more."""
    return [[] for _ in range(objects)]


def test_no_other_thread_looks_for_garbage_and_nobody_through_everything(tidying: Tidying, qtbot: QtBot) -> None:
    seen: list[tuple[int, str]] = []

    def note(phase: str, info: dict[str, int]) -> None:
        seen.append((info["generation"], threading.current_thread().name))

    gc.callbacks.append(note)
    kept: list[object] = []
    thread = threading.Thread(target=lambda: kept.extend(grow(3 * WORTH_IT)), name="busy")
    thread.start()
    thread.join()
    assert not seen
    qtbot.waitUntil(lambda: bool(seen))
    gc.callbacks.remove(note)
    assert kept
    assert {name for _, name in seen} == {threading.main_thread().name}
    assert 2 not in {generation for generation, _ in seen}


def test_what_is_garbage_on_another_thread_is_taken_apart_on_this(tidying: Tidying, qtbot: QtBot) -> None:
    ended: list[str] = []

    def make() -> None:
        circle = Circle()
        weakref.finalize(circle, lambda: ended.append(threading.current_thread().name))
        del circle
        grow(5 * WORTH_IT)  # gone at once

    kept = grow(WORTH_IT)
    thread = threading.Thread(target=make, name="busy")
    thread.start()
    thread.join()
    assert not ended
    qtbot.waitUntil(lambda: bool(ended))
    assert kept
    assert ended == [threading.main_thread().name]


def test_a_little_garbage_is_found_by_the_timer(tidying: Tidying, qtbot: QtBot) -> None:
    circle = Circle()
    gone = weakref.ref(circle)
    kept = grow(WORTH_IT)
    assert kept
    del circle
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)


def test_garbage_that_lived_through_one_look_is_found_by_the_next(tidying: Tidying) -> None:
    circle = Circle()
    gone = weakref.ref(circle)
    kept = [grow(WORTH_IT)]
    tidying.tidy()
    del circle
    while len(kept) < 2 + TOO_MANY // WORTH_IT and gone() is not None:
        kept.append(grow(WORTH_IT))
        tidying.tidy()
    assert gone() is None


def test_many_objects_at_once_are_set_aside_without_a_look(tidying: Tidying) -> None:
    kept = grow(2 * TOO_MANY)
    assert kept
    before = gc.get_freeze_count()
    looks: list[str] = []
    note = lambda phase, info: looks.append(phase)  # noqa: E731 - to be taken back
    gc.callbacks.append(note)
    tidying.tidy()
    gc.callbacks.remove(note)
    assert not looks
    assert gc.get_freeze_count() > before + TOO_MANY


def test_what_was_set_aside_goes_while_nobody_looks(tidying: Tidying) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    circle = Circle()
    gone = weakref.ref(circle)
    gc.freeze()
    del circle
    kept = []
    for _ in range(ALL_FROM):
        kept += grow(TOO_MANY + WORTH_IT)
        tidying.tidy()
    assert kept
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert gone() is not None
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert gone() is None


def test_stopping_gives_python_its_habits_back(qtbot: QtBot) -> None:
    before = gc.isenabled()
    parent = QObject()
    made = keep_smooth(parent)
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled() == before
    assert gc.get_freeze_count() == 0
