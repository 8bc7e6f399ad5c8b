"""The judging child process as an object: events in, one outcome out."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from rvergui.gui.trainer import program
from rvergui.training.evaluate_events import Failed, Judged, Judging, Reading, Stopped, parse_event

log = logging.getLogger(__name__)

# A run answers a cancel after the photo or batch at hand; after this long it is ended the hard way.
KILL_AFTER_MS = 4000
_LAST_WORDS = 30


@dataclass(frozen=True)
class JudgingPlan:
    """What to judge by what.

    Attributes:
        model: its file.
        data: a project, or labelled photos of any kind.
        split: which of the photos count, as ``rvergui evaluate --split`` takes it.
        noises: measured besides, each on its own, as ``rvergui evaluate --curves`` takes them.
    """

    model: Path
    data: Path
    split: str = "test"
    noises: tuple[str, ...] = ()

    def arguments(self, report: Path) -> list[str]:
        """The command line of the run, after ``rvergui``."""
        curves = [word for noise in self.noises for word in ("--curves", noise)]
        data = ["evaluate", str(self.model), str(self.data), "--split", self.split]
        return [*data, *curves, "--html", str(report), "--events"]


@dataclass(frozen=True)
class JudgingOutcome:
    """How a run ended.

    Attributes:
        plan: what was asked for.
        result: the numbers, as ``rvergui evaluate --json`` prints them; None unless it is complete.
        report: the page's file.
        message: one sentence for every end but a complete one.
    """

    plan: JudgingPlan
    result: dict[str, Any] | None
    report: Path | None
    message: str = ""


class JudgingRun(QObject):
    """Runs at most one judging process; whatever becomes of it, the window and the data stay as they are."""

    progressed = Signal(object)  # Reading or Judging
    ended = Signal(object)  # JudgingOutcome

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._plan: JudgingPlan | None = None
        self._last: object = None
        self._cancelled = False
        self._folder: Path | None = None
        self._errors: deque[str] = deque(maxlen=_LAST_WORDS)
        self._kill = QTimer(self)
        self._kill.setSingleShot(True)
        self._kill.setInterval(KILL_AFTER_MS)
        self._kill.timeout.connect(self._end_hard)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._process is not None

    def start(self, plan: JudgingPlan) -> None:
        """Begin a run; a second one while one is under way is not started. The report of the last one is gone."""
        if self._process is not None:
            return
        self._plan, self._last, self._cancelled = plan, None, False
        self._errors.clear()
        self._clear()
        self._folder = Path(tempfile.mkdtemp(prefix="rvergui-report-"))
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
        command = [*program(), *plan.arguments(self._folder / "report.html")]
        log.info("judging: %s", " ".join(command))
        process.start(command[0], command[1:])

    def cancel(self) -> None:
        """Ask the run to stop; it is ended hard if it does not listen."""
        if self._process is not None:
            self._cancelled = True
            self._process.write(b"cancel\n")  # where signals do not reach a console program, as on Windows
            self._process.terminate()
            self._kill.start()

    def wish_end(self) -> None:
        """Ask the run to end, without waiting for it; nothing more is heard of it."""
        if self._process is not None:
            self._process.blockSignals(True)
            self._process.terminate()

    def stop(self) -> None:
        """End the run at once; the window is closing."""
        process, self._process = self._process, None
        self._kill.stop()
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(1000)
        self._clear()

    def _clear(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _end_hard(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            event = parse_event(bytes(process.readLine().data()))
            if isinstance(event, Reading | Judging):
                self.progressed.emit(event)
            self._last = event or self._last

    def _read_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._errors.extend(line for line in text.splitlines() if line.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process = None
            self._end(self.tr("The evaluation could not be started; run “rvergui doctor”. Your labels are safe."))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        self._read()
        self._read_errors()
        self._kill.stop()
        self._process = None
        process.deleteLater()
        last = self._last
        if isinstance(last, Judged) and self._plan is not None:
            self.ended.emit(JudgingOutcome(self._plan, last.result, Path(last.report)))
        elif isinstance(last, Stopped) or self._cancelled:
            self._end(self.tr("The evaluation was cancelled; nothing was changed."))
        elif isinstance(last, Failed):
            self._end(last.message)
        elif status == QProcess.ExitStatus.CrashExit:
            self._end(self.tr("The evaluation ended by itself, perhaps for lack of memory. Nothing was lost."))
        else:
            words = self._errors[-1] if self._errors else self.tr("it said nothing")
            self._end(self.tr("The evaluation stopped with code {code}: {words}").format(code=code, words=words))

    def _end(self, message: str) -> None:
        if self._plan is not None:
            self.ended.emit(JudgingOutcome(self._plan, None, None, message))
