"""The training child process as an object: events in, one outcome out."""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

if TYPE_CHECKING:
    from rvergui.training.events import Event, Finished

log = logging.getLogger(__name__)

# A run answers a cancel within a step; after this long it is ended the hard way.
KILL_AFTER_MS = 6000
LAST_WORDS = 30
# Where the window is closing nobody waits for a last checkpoint.
END_S = 0.5


@dataclass(frozen=True)
class TrainingPlan:
    """What to train; the values of the form's first page."""

    source: Path
    out: Path
    parent: Path | None
    epochs: int
    options: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """The command line of the run, after ``rvergui``."""
        arguments = ["train", str(self.source), "--out", str(self.out), "--epochs", str(self.epochs), "--events"]
        if self.parent is not None:
            arguments += ["--from", str(self.parent)]
        return [*arguments, *self.options]


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        finished: the last event of a complete run.
        checkpoint: a usable checkpoint, also after a cancel; None if there is none.
        cancelled: it was stopped on request.
        message: one sentence for every end but a complete one.
    """

    finished: Finished | None
    checkpoint: Path | None
    cancelled: bool
    message: str


def program() -> list[str]:
    """How this very program is started again as a child: frozen into one file, or a module."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "rvergui"]


class Trainer(QObject):
    """Runs at most one training process; a crash, a cancel or a kill of it leaves the window alone."""

    told = Signal(object)  # an Event of the run
    ended = Signal(object)  # an Outcome

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._last: Event | None = None
        self._cancelled = False
        self._end_by: float | None = None  # when a run that was asked to end is ended hard
        self._errors: deque[str] = deque(maxlen=LAST_WORDS)
        self._kill = QTimer(self)
        self._kill.setSingleShot(True)
        self._kill.setInterval(KILL_AFTER_MS)
        self._kill.timeout.connect(self._end_hard)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The run's process id, 0 without one."""
        return int(self._process.processId()) if self._process is not None else 0

    def start(self, plan: TrainingPlan) -> None:
        """Begin a run; a second one while one is under way is not started."""
        if self._process is not None:
            return
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
        command = [*program(), *plan.arguments()]
        log.info("training: %s", " ".join(command))
        process.start(command[0], command[1:])

    def cancel(self) -> None:
        """Ask the run to stop; it keeps its best checkpoint so far. It is ended hard if it does not listen."""
        if self._process is not None:
            self._cancelled = True
            self._process.write(b"cancel\n")  # where signals do not reach a console program, as on Windows
            self._process.terminate()
            self._kill.start()

    def wish_end(self) -> None:
        """Ask the run to end, without waiting for it; nothing more is heard of it."""
        if self._process is not None and self._end_by is None:
            self._end_by = time.monotonic() + END_S
            self._process.blockSignals(True)
            self._process.terminate()

    def stop(self) -> None:
        """End the run at once; the window is closing."""
        self.wish_end()
        process, self._process = self._process, None
        self._kill.stop()
        if process is not None and self._end_by is not None:
            left_ms = max(round((self._end_by - time.monotonic()) * 1000), 0)
            if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(left_ms):
                process.kill()
                process.waitForFinished(500)

    def _end_hard(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read(self) -> None:
        from rvergui.training.events import parse_event  # brings pydantic, which the first window does without

        process = self._process
        while process is not None and process.canReadLine():
            event = parse_event(bytes(process.readLine().data()))
            if event is not None:
                self._last = event
                self.told.emit(event)

    def _read_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._errors.extend(line for line in text.splitlines() if line.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process = None
            message = self.tr("The training could not be started; run “rvergui doctor”. Your labels are safe.")
            self.ended.emit(Outcome(None, None, False, message))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        self._read()
        self._read_errors()
        self._kill.stop()
        self._process = None
        process.deleteLater()
        self.ended.emit(self._outcome(code, status))

    def _outcome(self, code: int, status: QProcess.ExitStatus) -> Outcome:
        from rvergui.training.events import Cancelled, Failed, Finished

        last = self._last
        if isinstance(last, Finished):
            return Outcome(last, Path(last.checkpoint), False, "")
        if isinstance(last, Cancelled) or self._cancelled:
            kept = Path(last.checkpoint) if isinstance(last, Cancelled) and last.checkpoint else None
            message = (
                self.tr("Training was cancelled; its best state so far is kept.")
                if kept
                else self.tr("Training was cancelled before a first result; nothing was changed.")
            )
            return Outcome(None, kept, True, message)
        if isinstance(last, Failed):
            return Outcome(None, None, False, last.message)
        if status == QProcess.ExitStatus.CrashExit:
            message = self.tr(
                "Training ended by itself, perhaps for lack of memory; try a smaller batch. Nothing was lost."
            )
            return Outcome(None, None, False, message)
        words = self._errors[-1] if self._errors else self.tr("it said nothing")
        message = self.tr("Training stopped with code {code}: {words}").format(code=code, words=words)
        return Outcome(None, None, False, message)
