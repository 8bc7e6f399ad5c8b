"""Stopping long work from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rvergui.core.errors import RverError


class Stopped(RverError):
    """The work was stopped on request; nothing is wrong."""


class Stop:
    """A wish to stop that one thread utters and another one heeds."""

    def __init__(self) -> None:
        self._wished = threading.Event()
        self._guard = threading.Lock()
        self._interrupt: Callable[[], None] | None = None

    @property
    def wished(self) -> bool:
        """Whether the work is to end."""
        return self._wished.is_set()

    def wish(self) -> None:
        """Ask the work to end; what it waits for at this moment is interrupted."""
        with self._guard:
            self._wished.set()
            if self._interrupt is not None:
                self._interrupt()

    def heed(self) -> None:
        """Raise ``Stopped`` if the work is to end."""
        if self._wished.is_set():
            raise Stopped("Stopped.")

    def pause(self, seconds: float) -> None:
        """Wait so long, or raise ``Stopped`` as soon as the work is to end."""
        self._wished.wait(seconds)
        self.heed()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Within this block ``interrupt`` is called, on the wishing thread, when the work is to end."""
        with self._guard:
            self._interrupt = interrupt
        try:
            self.heed()
            yield
        finally:
            with self._guard:
                self._interrupt = None
