"""Saving in the background: in order, one transaction an edit, and never given up silently."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from rvergui.gui.worker import Worker

RETRY_MS = 3000


class Saver(QObject):
    """Writes edits on its own thread in the order they were made.

    A failed save stays in the queue and is tried again every few seconds and with every further edit; until it
    succeeds ``pending`` is not zero and ``failed`` has told the user why.
    """

    saved = Signal(object)  # datetime of the last saved edit; emitted when nothing is pending
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("saver", self)
        self._queue: deque[Callable[[], datetime]] = deque()
        self._busy = False
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._next)

    @property
    def pending(self) -> int:
        """How many edits are not on disk yet."""
        return len(self._queue)

    def save(self, write: Callable[[], datetime]) -> None:
        """Queue one edit; ``write`` is one transaction and returns its time."""
        self._queue.append(write)
        self._next()

    def _next(self) -> None:
        if self._busy or not self._queue:
            return
        self._retry.stop()
        self._busy = True
        self._worker.submit(self._queue[0], self._on_saved, self._on_failed)

    def _on_saved(self, at: datetime) -> None:
        self._busy = False
        self._queue.popleft()
        if self._queue:
            self._next()
        else:
            self.saved.emit(at)

    def _on_failed(self, message: str) -> None:
        self._busy = False
        self._retry.start()
        self.failed.emit(message)

    def flush(self, timeout_ms: int = 5000) -> bool:
        """Wait until everything is on disk; False if it is not after ``timeout_ms`` or a save failed."""
        if not self._queue:
            return True
        loop = QEventLoop()
        self.saved.connect(loop.quit)
        self.failed.connect(loop.quit)
        QTimer.singleShot(timeout_ms, loop, loop.quit)
        self._next()
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.saved.disconnect(loop.quit)
        self.failed.disconnect(loop.quit)
        return not self._queue

    def stop(self) -> None:
        """End the thread after the present write."""
        self._retry.stop()
        self._worker.stop()
