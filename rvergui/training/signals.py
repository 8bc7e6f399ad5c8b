"""Being asked to stop: Ctrl+C, or the window's Cancel (SIGTERM)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def cancelled_by_signals() -> Iterator[Callable[[], bool]]:
    """Yields a question, "was I asked to stop?"; inside, SIGINT and SIGTERM set the answer and end nothing.

    A second SIGINT interrupts at once. Outside the main thread no signal can be caught and the answer stays no.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def on_signal(number: int, _frame: object) -> None:
        if number == signal.SIGINT and asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    caught = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, on_signal) for number in caught}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
