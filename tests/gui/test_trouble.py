"""What a person sees when something is wrong: broken photos, a second window, a dead engine, a slow network."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from rvergui.engine.messages import UseSegmenter
from rvergui.gui.main_window import MainWindow
from rvergui.project.records import PhotoStatus
from rvergui.samples import write_meals
from tests.gui.driving import click, click_and_wait, wait_photo, wait_saved


def test_broken_photos_stay_in_the_list_marked_with_a_sentence(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot
) -> None:
    (meals / "a-empty.jpg").write_bytes(b"")
    (meals / "b-cut.jpg").write_bytes((meals / "meal-001.jpg").read_bytes()[:2000])
    (meals / "c-text.png").write_text("not a picture")
    window = open_window()
    session = window.session
    with qtbot.waitSignal(session.photo_changed, timeout=10_000):
        window.open_path(meals)
    assert len(session.photos) == 6
    for name in ("a-empty.jpg", "b-cut.jpg", "c-text.png"):
        assert session.record.path == name
        assert session.photo is None
        assert name in session.photo_problem
        assert session.record.status is PhotoStatus.BROKEN
        click(window, 5, 5)  # nothing to click on
        assert session.draft is None
        with qtbot.waitSignal(session.photo_changed, timeout=10_000):
            session.step_photo(1)
    assert session.photo is not None
    qtbot.waitUntil(lambda: session.loader.waiting == 0)
    window.close()
    again = open_window()
    with qtbot.waitSignal(again.session.photo_changed, timeout=10_000):
        again.open_path(meals)
    assert again.session.photos.count(PhotoStatus.BROKEN) == 3
    assert again.session.record.path == "meal-001.jpg"  # the first that can be worked on


def test_a_photo_that_vanishes_is_said_and_its_labels_are_kept(window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    first = session.record
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    (meals / first.path).unlink()
    session.step_photo(-1)
    qtbot.waitUntil(lambda: session.photo_problem is not None, timeout=30_000)
    assert "no longer" in session.photo_problem
    wait_saved(window, qtbot)
    assert len(session.project.sheet(first.id).items) == 1


def test_a_photo_of_another_size_does_not_get_the_old_masks(window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    first = session.record
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    write_meals(meals / "other", 1, seed=1, size=(96, 96))
    (meals / "other" / "meal-001.jpg").replace(meals / first.path)
    session.step_photo(-1)
    qtbot.waitUntil(lambda: session.photo_problem is not None, timeout=30_000)
    assert session.photo is None
    assert "put the original photo back" in session.photo_problem
    wait_saved(window, qtbot)
    assert len(session.project.sheet(first.id).items) == 1


def test_a_second_window_opens_read_only_and_says_so(
    open_window: Callable[..., MainWindow], window: MainWindow, meals: Path, qtbot: QtBot
) -> None:
    other = open_window()
    with qtbot.waitSignal(other.session.photo_changed, timeout=10_000):
        other.open_path(meals)
    assert other.session.project.read_only
    assert other.strip.isVisible()
    assert other.strip.label.text() == other.session.project.read_only_reason
    assert other.statusBar().saved.text() == "read-only"
    other.session.click(120, 90)
    assert other.session.draft is None


def test_opening_the_present_project_again_keeps_it_and_finds_new_photos(
    window: MainWindow, meals: Path, qtbot: QtBot
) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    (meals / "meal-004.jpg").write_bytes((meals / "meal-001.jpg").read_bytes())
    project = session.project
    with qtbot.waitSignal(session.photos.replaced, timeout=10_000):
        window.open_path(meals / "meal-004.jpg")
    wait_photo(window, qtbot, "meal-004.jpg")
    assert session.project is project
    assert not project.read_only
    assert len(session.photos) == 4
    assert session.photos.labelled() == (1, 1)
    with qtbot.waitSignal(session.photos.replaced, timeout=10_000):
        window.open_path(project.path)
    assert session.project is project


@pytest.mark.expects_log
@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
def test_the_engine_may_die_and_the_window_goes_on(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot
) -> None:
    window = open_window(in_process=False)
    session = window.session
    with qtbot.waitSignal(session.photo_changed, timeout=10_000):
        window.open_path(meals)
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    with qtbot.waitSignal(session.models.died, timeout=10_000):
        os.kill(session.models._process.pid, signal.SIGKILL)
    assert "started again" in window.strip.label.text()
    assert len(session.sheet.items) == 1
    click_and_wait(window, qtbot, 60, 60)
    session.name("bread")
    wait_saved(window, qtbot)
    assert len(session.project.sheet(session.record.id).items) == 2


def test_a_slow_network_never_stalls_the_window_and_exit_is_quick(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot
) -> None:
    window = open_window(in_process=False)
    session = window.session
    with qtbot.waitSignal(session.photo_changed, timeout=10_000):
        window.open_path(meals)
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    options = {"encode_seconds": 1.0, "decode_seconds": 1.5}
    session.models.submit(UseSegmenter(name="fake", options=options))
    gaps, last = [], time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(2)
    session.networks.encode()
    click(window, 120, 90)  # arrives while the photo is being encoded, and is answered
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None, timeout=20_000)
    timer.stop()
    # a loaded test machine is no stop-watch; a window that waits for the network would be frozen for 1.5 s and more
    assert max(gaps) < 0.75
    click(window, 60, 60)
    qtbot.wait(100)
    begin = time.perf_counter()
    window.close()
    assert time.perf_counter() - begin < 3.0
