"""Where the program writes down what happened: rotating logs, and the last words of a process that crashes.

Every process has files of its own: two of them cannot rotate one file.
"""

from __future__ import annotations

import faulthandler
import logging
import threading
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import platformdirs

WINDOW, ENGINE = "rvergui", "engine"
MAX_BYTES, BACKUPS = 1_000_000, 3
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_CRASH = ".crash.log"


def log_folder() -> Path:
    """The platform's folder for logs; it may not exist yet."""
    return platformdirs.user_log_path("rvergui", appauthor=False)


def log_files(folder: Path | None = None) -> list[Path]:
    """All that was written down, the newest first."""
    folder = log_folder() if folder is None else folder
    found = [path for path in folder.glob("*.log*") if path.is_file() and not path.is_symlink()]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


@dataclass
class LogFiles:
    """The open files of this process.

    Attributes:
        path: the log, also where it could not be opened.
        crash_path: what the interpreter writes when the process is ended by a fault (a signal).
    """

    path: Path
    crash_path: Path
    handler: logging.Handler
    _crash_file: IO[str] | None = None

    def close(self) -> None:
        """Write no more."""
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
            self._crash_file = None
            if self.crash_path.is_file() and self.crash_path.stat().st_size == 0:
                self.crash_path.unlink(missing_ok=True)
        logging.getLogger().removeHandler(self.handler)
        self.handler.close()


def write_logs(name: str, folder: Path | None = None, level: int = logging.INFO) -> LogFiles:
    """Write this process's messages to ``name.log`` and the stacks of a crash to ``name.crash.log``.

    Where nothing can be written, messages go to standard error instead; that is no reason not to start.
    """
    folder = log_folder() if folder is None else folder
    path, crash_path = folder / f"{name}.log", folder / f"{name}{_CRASH}"
    crash_file: IO[str] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8")
        if crash_path.is_file() and crash_path.stat().st_size > MAX_BYTES:
            crash_path.replace(crash_path.with_name(f"{crash_path.name}.1"))
        crash_file = crash_path.open("a", encoding="utf-8")  # stays open: a crash cannot open anything
        faulthandler.enable(crash_file)
    except OSError:
        if crash_file is None:
            handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(handler)
    return LogFiles(path, crash_path, handler, crash_file)


def log_thread_errors() -> None:
    """Exceptions that end a thread, and those that nobody can catch, are written down instead of printed."""

    def in_thread(error: threading.ExceptHookArgs) -> None:
        if error.exc_type is SystemExit:
            return
        name = error.thread.name if error.thread is not None else "a thread"
        value = error.exc_value if error.exc_value is not None else error.exc_type()
        logging.getLogger(__name__).error("uncaught in %s", name, exc_info=(error.exc_type, value, error.exc_traceback))

    threading.excepthook = in_thread
