"""How far long work has come, how fast it goes and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rvergui.runtime.machine import readable_size

WINDOW_S = 8.0
BETWEEN_S = 0.1


class Phase(StrEnum):
    """What is being done."""

    CONNECTING = "connecting"
    LOADING = "loading"
    WAITING = "waiting"
    CHECKING = "checking"
    COPYING = "copying"


@dataclass(frozen=True)
class Progress:
    """How far it has come.

    Attributes:
        phase: what is being done.
        done: bytes so far, those of earlier tries included.
        total: bytes in all.
        speed: bytes a second over the last seconds; None while unknown.
        seconds_left: until the end, or, while WAITING, until the next try; None while unknown.
        note: while WAITING, what went wrong.
    """

    phase: Phase
    done: int
    total: int
    speed: float | None = None
    seconds_left: float | None = None
    note: str = ""

    def text(self) -> str:
        """For people, e.g. "120 MB of 375 MB, 8.2 MB/s, 31 s left"."""
        parts = [f"{readable_size(self.done)} of {readable_size(self.total)}"]
        if self.speed is not None:
            parts.append(f"{readable_size(int(self.speed))}/s")
        if self.seconds_left is not None:
            parts.append(f"{readable_time(self.seconds_left)} left")
        return ", ".join(parts)


class Meter:
    """Turns byte counts into ``Progress``, told at most ten times a second.

    Args:
        total: bytes in all.
        done: bytes that are there already; they do not count for the speed.
        tell: gets each ``Progress``.
        phase: what is being done.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        total: int,
        done: int,
        tell: Callable[[Progress], None],
        phase: Phase = Phase.LOADING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._done = total, done
        self._tell, self._phase, self._clock = tell, phase, clock
        self._marks: deque[tuple[float, int]] = deque()
        self._told: float | None = None

    def begin(self, done: int) -> None:
        """A connection stands from which bytes follow after the first ``done``; the pause before it is no slowness."""
        self._marks.clear()
        self._told = None
        self.reach(done)
        self._told = None  # the first bytes are told at once, perhaps nothing follows for long

    def connecting(self) -> None:
        """A connection is sought."""
        self._tell(Progress(Phase.CONNECTING, self._done, self._total))

    def reach(self, done: int) -> None:
        """``done`` bytes are there now."""
        self._done = done
        now = self._clock()
        if self._told is not None and now - self._told < BETWEEN_S and done < self._total:
            return
        self._told = now
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW_S:
            self._marks.popleft()
        self._tell(self._progress(now))

    def _progress(self, now: float) -> Progress:
        since, before = self._marks[0]
        speed = (self._done - before) / (now - since) if now - since > 0.2 else None
        left = (self._total - self._done) / speed if speed else None
        return Progress(self._phase, self._done, self._total, speed, left)


def readable_time(seconds: float) -> str:
    """``seconds`` for people, e.g. "4 min 10 s"; in steps of ten seconds when it is long."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes, rest = divmod(round(seconds / 10) * 10, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
