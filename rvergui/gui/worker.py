"""A long-lived thread that works off jobs by priority and hands the outcome back on the GUI thread."""

from __future__ import annotations

import itertools
import logging
import queue
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot

from rvergui.core import RverError

log = logging.getLogger(__name__)

T = TypeVar("T")

_AT_ONCE = -(10**9)  # before every job


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    lane: str
    number: int


class _Thread(QThread):
    """Runs jobs; the signals carry them back to the GUI thread."""

    succeeded = Signal(object, object)
    refused = Signal(object, str)
    dropped = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.jobs: queue.PriorityQueue[tuple[int, int, _Job | None]] = queue.PriorityQueue()
        self.newest: dict[str, int] = {}

    def run(self) -> None:
        while True:
            _, _, job = self.jobs.get()
            if job is None:
                return
            if job.lane and self.newest.get(job.lane, job.number) > job.number:
                self.dropped.emit(job)
                continue
            try:
                result = job.work()
            except RverError as error:
                self.refused.emit(job, str(error))
            except Exception as error:
                if job.failed == log.warning:  # nobody is told otherwise
                    sys.excepthook(type(error), error, error.__traceback__)
                else:
                    log.warning("a background job failed", exc_info=True)
                self.refused.emit(job, _unexpected(error))
            else:
                self.succeeded.emit(job, result)


def _unexpected(error: Exception) -> str:
    text = QCoreApplication.translate(
        "Worker",
        "Something unexpected happened ({error}); your labels are safe. Help > Report a problem has the details.",
    )
    return text.format(error=error)


class Worker(QObject):
    """Submit work from the GUI thread; ``done`` or ``failed`` is called back on the GUI thread.

    Jobs with a smaller priority go first; of the waiting jobs in one lane only the newest is run.
    """

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread(name)
        self._thread.succeeded.connect(self._on_succeeded, Qt.ConnectionType.QueuedConnection)
        self._thread.refused.connect(self._on_refused, Qt.ConnectionType.QueuedConnection)
        self._thread.dropped.connect(self._on_dropped, Qt.ConnectionType.QueuedConnection)
        self._numbers = itertools.count(1)
        self._waiting = 0
        self._stopped = False
        self._until: float | None = None  # when its end is not waited for any longer, once it was wished for
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many jobs have not been called back yet."""
        return self._waiting

    def submit(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] = lambda result: None,
        failed: Callable[[str], None] = log.warning,
        priority: int = 0,
        lane: str = "",
    ) -> None:
        """Run ``work`` on the thread. ``failed`` gets one sentence."""
        if self._stopped or self._until is not None:
            return
        job = _Job(work, done, failed, lane, next(self._numbers))
        if lane:
            self._thread.newest[lane] = job.number
        self._waiting += 1
        self._thread.jobs.put((priority, job.number, job))

    def wish_end(self, until: float) -> None:
        """Drop what waits; ``stop`` will not wait for the present job beyond ``until`` (``time.monotonic``)."""
        if self._until is None:
            self._until = until
            self._thread.jobs.put((_AT_ONCE, 0, None))

    def stop(self, wait_ms: int = 5000) -> bool:
        """Drop what waits, let the present job end, end the thread. No callback comes after this.

        Returns:
            Whether the thread has ended. If not, it goes on until its job is done, and is kept until then.
        """
        self._stopped = True
        self.wish_end(time.monotonic() + wait_ms / 1000)
        assert self._until is not None
        ended = bool(self._thread.wait(max(round((self._until - time.monotonic()) * 1000), 0)))
        app = QCoreApplication.instance()
        if not ended and app is not None and self._thread.parent() is None:
            self._thread.setParent(app)  # a thread must not be destroyed while it runs
        return ended

    @Slot(object, object)
    def _on_succeeded(self, job: _Job, result: object) -> None:
        self._waiting -= 1
        if not self._stopped:
            job.done(result)

    @Slot(object, str)
    def _on_refused(self, job: _Job, message: str) -> None:
        self._waiting -= 1
        if not self._stopped:
            job.failed(message)

    @Slot(object)
    def _on_dropped(self, job: _Job) -> None:
        self._waiting -= 1
