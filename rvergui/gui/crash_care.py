"""What happens to an exception that nobody caught: it is logged and said, and the program goes on where it can."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from rvergui.core import RverError

log = logging.getLogger(__name__)

# An error in something that is painted comes with every repaint: the log gets it so often, the window says it once.
LOGGED_AT_MOST = 20


class CrashCare(QObject):
    """The hooks of this process. Any thread may run into them; ``told`` is for the GUI thread's."""

    told = Signal(str)  # one sentence; nothing was lost
    interrupted = Signal()  # Ctrl+C in the terminal

    def __init__(self, log_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_path = log_path
        self._seen: Counter[tuple[str, str, int]] = Counter()
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def install(self) -> None:
        """From now on no exception goes by unseen."""
        sys.excepthook = self
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable

    def remove(self) -> None:
        """Put the hooks back that were there before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Called by Python as ``sys.excepthook``: from the event loop, slots, overrides of Qt's methods, QThreads."""
        if issubclass(kind, KeyboardInterrupt):
            self.interrupted.emit()
            return
        self._report(kind, error, trace, threading.current_thread().name)

    def _in_thread(self, error: threading.ExceptHookArgs) -> None:
        if issubclass(error.exc_type, SystemExit):
            return
        value = error.exc_value if error.exc_value is not None else error.exc_type()
        self._report(error.exc_type, value, error.exc_traceback, error.thread.name if error.thread else "a thread")

    def _unraisable(self, error: sys.UnraisableHookArgs) -> None:
        """Something went wrong while Python tidied up: of use in the log only."""
        value = error.exc_value if error.exc_value is not None else error.exc_type()
        where = "".join(traceback.format_exception(error.exc_type, value, error.exc_traceback))
        log.warning("ignored in %r: %s", error.object, where)

    def _report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None, thread: str
    ) -> None:
        last = traceback.extract_tb(trace)[-1:] if trace is not None else []
        place = (kind.__name__, last[0].filename, last[0].lineno or 0) if last else (kind.__name__, "", 0)
        self._seen[place] += 1
        count = self._seen[place]
        if count <= LOGGED_AT_MOST:
            where = "".join(traceback.format_exception(kind, error, trace))
            log.error("uncaught in %s: %s", thread, where)
        if count == 1:
            self.told.emit(self._sentence(kind, error))

    def _sentence(self, kind: type[BaseException], error: BaseException) -> str:
        if issubclass(kind, RverError):  # made for people, but nobody was there to say it
            return str(error)
        return self.tr(
            "Something unexpected happened ({kind}: {error}). What you did is saved and the program goes on; details "
            "are in {log}, and Help > Report a problem puts everything into one file."
        ).format(kind=kind.__name__, error=str(error)[:200], log=self._log_path)
