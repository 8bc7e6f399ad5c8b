"""How the next start knows that the last one did not end as it should.

A running window holds the lock of a file of its own; the operating system lets go of it however the process ends. A
file that is still there and that nobody holds belongs to a window that crashed, was killed or lost its power.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

_PREFIX, _SUFFIX = "window-", ".running"


class RunningMark:
    """The mark of this window. Nothing here ever keeps the program from starting.

    Attributes:
        folder: where the marks are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / f"{_PREFIX}{uuid.uuid4().hex[:12]}{_SUFFIX}"
        self._lock: BaseFileLock | None = None

    def set(self) -> None:
        """From now on an end without ``clear`` is a crash."""
        with suppress(OSError, NotImplementedError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _taken(self._path)

    def clear(self) -> None:
        """The window ends as it should."""
        lock, self._lock = self._lock, None
        if lock is not None:
            with suppress(OSError):
                lock.release()
                self._path.unlink(missing_ok=True)


def count_crashes(folder: Path) -> int:
    """How many windows ended unexpectedly since this was asked last; each is counted once."""
    found = 0
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError, NotImplementedError):
            lock = _taken(path)  # fails (an OSError, too) where somebody holds it: that window is alive
            lock.release()
            path.unlink(missing_ok=True)
            found += 1
    return found


def _taken(path: Path) -> BaseFileLock:
    from filelock import FileLock  # takes thirty milliseconds, which the first painted window does without

    lock = FileLock(path, timeout=0, thread_local=False)
    lock.acquire()
    return lock
