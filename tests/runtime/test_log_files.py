"""Logs that rotate, last words of a crash, and how the next start knows of it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rvergui.runtime import log_files as module
from rvergui.runtime.crash_marks import RunningMark, count_crashes
from rvergui.runtime.log_files import log_files, log_thread_errors, write_logs


@pytest.fixture(autouse=True)
def _as_before():
    """The root logger and the interpreter's hooks are the whole process's."""
    root, hook = logging.getLogger(), threading.excepthook
    level, handlers = root.level, list(root.handlers)
    yield
    threading.excepthook = hook
    root.setLevel(level)
    root.handlers[:] = handlers


def test_logs_are_written_and_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 400)
    files = write_logs("rvergui", tmp_path / "logs")
    for number in range(60):
        logging.getLogger("other").info("message %s", number)
    files.close()
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["rvergui.log", "rvergui.log.1", "rvergui.log.2", "rvergui.log.3"]  # an empty crash log goes
    assert "message 59" in files.path.read_text(encoding="utf-8")
    assert all(path.stat().st_size <= 400 for path in log_files(tmp_path / "logs"))


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    files = write_logs("rvergui", tmp_path / "file" / "logs")
    logging.getLogger("other").info("goes to standard error")
    files.close()
    assert log_files(tmp_path / "file" / "logs") == []


@pytest.mark.expects_log
def test_a_thread_that_ends_with_an_exception_is_in_the_log(tmp_path: Path) -> None:
    files = write_logs("rvergui", tmp_path)
    log_thread_errors()

    def work() -> None:
        raise ZeroDivisionError("the plate is empty")

    thread = threading.Thread(target=work, name="cook")
    thread.start()
    thread.join()
    files.close()
    text = files.path.read_text(encoding="utf-8")
    assert "uncaught in cook" in text
    assert "the plate is empty" in text
    assert "in work" in text


CRASH = """
import faulthandler, sys
from pathlib import Path
from rvergui.runtime.crash_marks import RunningMark
from rvergui.runtime.log_files import write_logs
folder = Path(sys.argv[1])
files = write_logs("rvergui", folder)
mark = RunningMark(folder)
mark.set()
def deep_inside():
    {end}
deep_inside()
"""


def run(folder: Path, end: str) -> int:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", CRASH.format(end=end), str(folder)], env=environment, capture_output=True, check=False
    )
    return done.returncode


def test_a_crash_leaves_its_stack_and_is_told_once(tmp_path: Path) -> None:
    assert run(tmp_path, "faulthandler._sigsegv()") != 0
    assert "deep_inside" in (tmp_path / "rvergui.crash.log").read_text(encoding="utf-8")
    assert count_crashes(tmp_path) == 1
    assert count_crashes(tmp_path) == 0


def test_a_process_that_was_killed_counts_and_one_that_ended_well_does_not(tmp_path: Path) -> None:
    run(tmp_path, "import os; os._exit(9)")
    assert count_crashes(tmp_path) == 1
    assert run(tmp_path, "mark.clear(); files.close()") == 0
    assert count_crashes(tmp_path) == 0


def test_a_window_that_still_runs_is_no_crash(tmp_path: Path) -> None:
    mark = RunningMark(tmp_path)
    mark.set()
    assert count_crashes(tmp_path) == 0
    mark.clear()
    mark.clear()
    assert count_crashes(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []
