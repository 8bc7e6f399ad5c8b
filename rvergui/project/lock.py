"""One writer for a project file: a lock of the operating system on a file beside it.

The system lets go of the lock when the process ends, however it ends, so a crash never leaves a project locked.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class ProjectLock:
    """The lock of one project file, ``NAME.rver.lock``; the file may stay behind, only the lock on it counts."""

    def __init__(self, project: Path) -> None:
        # Not per thread: saving happens on another thread than opening and closing.
        self._lock = FileLock(project.with_name(f"{project.name}.lock"), timeout=0, thread_local=False)

    def take(self) -> bool:
        """Try to become the writer; False if somebody else is.

        Raises:
            OSError: no lock can be made there (the folder is read-only, for one).
        """
        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let others write; harmless if the lock is not held."""
        self._lock.release()
