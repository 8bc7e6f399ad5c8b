"""Closing the window ends everything, whatever is under way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.leaving import finish, left_behind
from rvergui.gui.main_window import MainWindow
from rvergui.gui.worker import Worker
from tests.gui.driving import click_and_wait

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "leaving.py"


def workers(window: MainWindow) -> dict[str, Worker]:
    """All threads but the one that saves: the window does not close before everything is saved."""
    made = {worker._thread.objectName(): worker for worker in window.findChildren(Worker)}
    assert made.keys() >= {"loader", "ahead", "thumbnails", "folders", "export", "saver"}
    del made["saver"]
    return made


def test_no_timer_and_no_thread_outlives_the_window(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    window.photos.filters.text.setText("meal")
    window.session.notice.emit("Something that goes by itself.")
    window.feature(FolderWatch).look_soon()
    threads = [worker._thread for worker in window.findChildren(Worker)]
    assert any(timer.isActive() for timer in window.findChildren(QTimer))
    window.close()
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []
    assert [thread.objectName() for thread in threads if thread.isRunning()] == []
    assert left_behind() == []
    assert finish(7) == 7


def test_jobs_that_never_end_are_left_behind_all_at_once(window: MainWindow, qtbot: QtBot) -> None:
    gate, begun = threading.Event(), []
    qtbot.waitUntil(lambda: not window.feature(FolderWatch).busy, timeout=20_000)
    for name, worker in workers(window).items():
        worker.submit(lambda name=name: (begun.append(name), gate.wait()), priority=-1000)
    qtbot.waitUntil(lambda: len(begun) == len(workers(window)), timeout=20_000)
    threads = [worker._thread for worker in workers(window).values()]
    begin = time.monotonic()
    window.close()
    # One after the other they would take five seconds each.
    assert time.monotonic() - begin < 15
    assert sorted(left_behind()) == sorted(workers(window))
    assert all(thread.parent() is QCoreApplication.instance() for thread in threads)  # nobody destroys them
    gate.set()
    qtbot.waitUntil(lambda: left_behind() == [], timeout=20_000)


def test_with_a_thread_left_behind_the_process_ends_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    monkeypatch.setattr("logging.shutdown", lambda: None)
    gate, begun = threading.Event(), threading.Event()
    worker = Worker("stubborn")
    worker.submit(lambda: (begun.set(), gate.wait()))
    assert begun.wait(20)
    assert not worker.stop(50)
    monkeypatch.setattr("rvergui.gui.leaving.log.warning", lambda *words: codes.append(-1))
    finish(3)
    assert codes == [-1, 3]
    gate.set()
    qtbot.waitUntil(lambda: left_behind() == [], timeout=20_000)


@pytest.mark.skipif(not BENCHMARK.is_file(), reason="the benchmarks are not here")
def test_the_program_ends_whatever_is_under_way_and_leaves_nothing_running(repository_env: dict[str, str]) -> None:
    """The real program in a process of its own; without an end it would go on for ten minutes. Speed: benchmarks."""
    command = [sys.executable, str(BENCHMARK), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=repository_env, check=True)
    for what, result in json.loads(done.stdout).items():
        assert result["code"] == 0, what
        assert result["left_processes"] == 0, what
        assert result["seconds"] is not None
    assert len(result["under_way"]) == 7


@pytest.fixture
def repository_env() -> dict[str, str]:
    root = str(BENCHMARK.parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}
