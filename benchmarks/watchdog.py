"""How long the window's event loop goes unserved, and what it was doing meanwhile."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer

TICK_MS = 2
LOOK_EVERY_S = 0.004
NOTE_FROM_MS = 20.0


@dataclass(frozen=True)
class Gap:
    """The longest time without a tick.

    Attributes:
        ms: its length.
        where: the innermost frame of this project that the GUI thread was in, and the innermost frame of all, as
            "file:line"; empty for short gaps.
    """

    ms: float
    where: str = ""


class Watchdog(QObject):
    """A timer on the GUI thread that should tick every two milliseconds; a thread notes what delays it."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0
        self._longest = Gap(0.0)
        self._seen = ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._watched = threading.get_ident()

    def start(self) -> None:
        """Begin to watch; call it on the GUI thread."""
        self._longest, self._seen = Gap(0.0), ""
        self._last = time.perf_counter()
        self._stop.clear()
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)
        self._thread.start()
        self._timer.start()

    def stop(self) -> Gap:
        """End watching; the longest gap, one that is still open included."""
        self._tick()
        self._timer.stop()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        return self._longest

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        if gap > self._longest.ms:
            self._longest = Gap(gap, self._seen)
        self._last, self._seen = now, ""

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            if (time.perf_counter() - self._last) * 1000 > NOTE_FROM_MS:
                frame = sys._current_frames().get(self._watched)
                if frame is not None:
                    self._seen = _describe(frame)


def _describe(frame: FrameType) -> str:
    innermost, ours = f"{_short(frame)}", ""
    step: FrameType | None = frame
    while step is not None and not ours:
        if "/rvergui/" in step.f_code.co_filename.replace("\\", "/"):
            ours = _short(step)
        step = step.f_back
    return innermost if ours in ("", innermost) else f"{ours} > {innermost}"


def _short(frame: FrameType) -> str:
    parts = frame.f_code.co_filename.replace("\\", "/").split("/")
    return f"{'/'.join(parts[-2:])}:{frame.f_lineno} {frame.f_code.co_name}"


def wait_until(true: Callable[[], bool], timeout_s: float, what: str) -> None:
    """Run the event loop until ``true()``; a benchmark that waits for ever says what for instead."""
    end = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} took longer than {timeout_s:.0f} s")
        QCoreApplication.processEvents()
        time.sleep(0.0002)


def rest(seconds: float) -> None:
    """Run the event loop for a while."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end, seconds + 5, "resting")
