"""What every test gets: no screen, no leaked threads, no stray errors in the log, no Qt warnings."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_DRIVER", "PySide6")

# A loaded machine is no stop-watch: speed is measured in benchmarks/, not by deadlines.
settings.register_profile("rvergui", deadline=None)
settings.load_profile("rvergui")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

# Threads that libraries keep for the life of the process.
LIBRARY_THREADS = ("pydevd", "tqdm", "pytest_timeout", "ThreadPoolExecutor-pin")
# Qt says these on machines without a screen, whatever the program does.
HARMLESS = ("propagateSizeHints", "QStandardPaths: XDG_RUNTIME_DIR", "Populating font family aliases")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings of the person who runs the tests must not change their outcome."""
    for name in [n for n in os.environ if n.startswith("RVERGUI_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "home"
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))


@pytest.fixture(autouse=True)
def _own_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command gives way to the window; inside a test it would leave the processors to others for all that follow."""
    if hasattr(os, "nice"):
        nice = os.nice
        monkeypatch.setattr(os, "nice", lambda steps: nice(0))


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A thread that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 3.0
    while True:
        left = [t for t in threading.enumerate() if t not in before and t.is_alive() and not _is_library(t)]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.02)
    assert not left, f"threads left behind: {[t.name for t in left]}"


def _is_library(thread: threading.Thread) -> bool:
    # Python code on a QThread shows up as a dummy that is never removed; tests/gui looks at those threads itself.
    return thread.name.startswith((*LIBRARY_THREADS, "Dummy-"))


@pytest.fixture(autouse=True)
def _no_stray_log_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning or error in the log that the test did not announce fails it (marker ``expects_log``)."""
    caplog.set_level(logging.INFO)
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    stray = [
        record.getMessage()
        for phase in ("setup", "call", "teardown")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING and record.name.startswith(("rvergui", "qt"))
    ]
    assert not stray, f"unexpected log messages: {stray}"


@pytest.fixture
def shared() -> Path:
    """The folder with real photos and weights beside a checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real photos and weights (../shared) are not here")
    return SHARED
