"""The comparing child process as an object: how far it is, and one outcome."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from rvergui.gui.trainer import program

if TYPE_CHECKING:
    from rvergui.training.evaluate_events import Event

log = logging.getLogger(__name__)

# A comparison answers a cancel after the batch or photo that it is at.
KILL_AFTER_MS = 2500
END_MS = 500
LAST_WORDS = 30


@dataclass(frozen=True)
class Comparing:
    """Which models are compared, and on what.

    Attributes:
        old: the model in use.
        new: the one that may replace it.
        project: the project whose held-out photos judge.
    """

    old: Path
    new: Path
    project: Path

    def arguments(self) -> list[str]:
        """The command line of the run, after ``rvergui``."""
        return ["compare", str(self.old), str(self.new), str(self.project), "--events"]


class Comparer(QObject):
    """Runs at most one comparison; whatever becomes of it, the window goes on."""

    progressed = Signal(str, int, int)  # "reading" or "judging", done, total (0: not known)
    compared = Signal(dict)  # what it found, as ``Comparison.as_dict``
    failed = Signal(str)  # a sentence
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._last: Event | None = None
        self._cancelled = False
        self._errors: deque[str] = deque(maxlen=LAST_WORDS)
        self._kill = QTimer(self)
        self._kill.setSingleShot(True)
        self._kill.setInterval(KILL_AFTER_MS)
        self._kill.timeout.connect(self._end_hard)

    @property
    def running(self) -> bool:
        """Whether a comparison is under way."""
        return self._process is not None

    def start(self, what: Comparing) -> None:
        """Begin; what runs already is given up."""
        self.stop()
        self._last, self._cancelled = None, False
        self._errors.clear()
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        command = [*program(), *what.arguments()]
        log.info("comparing: %s", " ".join(command))
        process.start(command[0], command[1:])

    def cancel(self) -> None:
        """Ask it to stop; it is ended hard if it does not listen."""
        if self._process is not None:
            self._cancelled = True
            self._process.write(b"cancel\n")  # where signals do not reach a console program, as on Windows
            self._process.terminate()
            self._kill.start()

    def stop(self) -> None:
        """End it at once, and say nothing."""
        process, self._process = self._process, None
        self._kill.stop()
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(END_MS)
            process.deleteLater()

    def _end_hard(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read(self) -> None:
        from rvergui.training.evaluate_events import Judging, Reading, parse_event

        process = self._process
        while process is not None and process.canReadLine():
            event = parse_event(bytes(process.readLine().data()))
            if event is None:
                continue
            self._last = event
            if isinstance(event, Reading | Judging):
                self.progressed.emit(event.event, event.done, event.total)

    def _read_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._errors.extend(line for line in text.splitlines() if line.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process = None
            self.failed.emit(self.tr("The comparison could not be started; run “rvergui doctor”."))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        from rvergui.training.evaluate_events import Failed, Judged

        process = self._process
        if process is None:
            return
        self._read()
        self._read_errors()
        self._kill.stop()
        self._process = None
        process.deleteLater()
        if isinstance(self._last, Judged):
            self.compared.emit(self._last.result)
        elif self._cancelled:
            self.cancelled.emit()
        elif isinstance(self._last, Failed):
            self.failed.emit(self._last.message)
        elif status == QProcess.ExitStatus.CrashExit:
            self.failed.emit(self.tr("The comparison ended by itself, perhaps for lack of memory."))
        else:
            words = self._errors[-1] if self._errors else self.tr("it said nothing")
            self.failed.emit(self.tr("The comparison stopped with code {code}: {words}").format(code=code, words=words))
