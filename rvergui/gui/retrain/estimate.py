"""What a training would take, measured by a child process that cuts a few photos and takes a few steps."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from rvergui.gui.trainer import program

if TYPE_CHECKING:
    from rvergui.training.events import Estimate

log = logging.getLogger(__name__)

# While somebody goes through the choices nothing is measured.
WAIT_MS = 900
KNOWN_AT_MOST = 40


class Estimator(QObject):
    """Measures at most one set of choices at a time, the newest; what was measured is remembered.

    How long to train is not part of what is measured, so changing that costs nothing.
    """

    known = Signal(object)  # Estimate
    failed = Signal(str, object)  # a sentence, and the batch size to try next or None
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.program = program
        self._wanted: tuple[str, ...] | None = None
        self._known: dict[tuple[str, ...], Estimate] = {}
        self._process: QProcess | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._begin)

    @property
    def busy(self) -> bool:
        """Whether something is measured, or will be in a moment."""
        return self._process is not None or self._wait.isActive()

    def ask(self, arguments: Sequence[str]) -> None:
        """Find out about a training with these arguments (after ``rvergui``, without how long and where to)."""
        wanted = tuple(arguments)
        if wanted == self._wanted and self.busy:
            return
        self.give_up()
        self._wanted = wanted
        found = self._known.get(wanted)
        if found is not None:
            self.known.emit(found)
            return
        self._wait.start()
        self.busy_changed.emit(True)

    def forget(self) -> None:
        """The data have changed: what was measured holds no longer."""
        self._known.clear()

    def give_up(self) -> None:
        """Nobody wants to know any more."""
        self._wait.stop()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        self.busy_changed.emit(False)

    def stop(self) -> None:
        """The window is closing."""
        self._wait.stop()
        self._process = None
        for process in self.findChildren(QProcess):
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(500)

    def _begin(self) -> None:
        assert self._wanted is not None
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.finished.connect(lambda: self._finished(process))
        process.errorOccurred.connect(lambda error: self._not_started(process, error))
        self._process = process
        command = [*self.program(), *self._wanted, "--estimate", "--events"]
        process.start(command[0], command[1:])

    def _not_started(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and process is self._process:
            self._process = None
            self.busy_changed.emit(False)
            self.failed.emit("", None)

    def _finished(self, process: QProcess) -> None:
        from rvergui.training.events import Estimate, Failed, parse_event

        if process is not self._process or self._wanted is None:
            process.deleteLater()
            return
        events = [parse_event(line) for line in bytes(process.readAllStandardOutput().data()).splitlines()]
        self._process = None
        process.deleteLater()
        self.busy_changed.emit(False)
        last = next((event for event in reversed(events) if event is not None), None)
        if isinstance(last, Estimate):
            if len(self._known) >= KNOWN_AT_MOST:
                self._known.clear()
            self._known[self._wanted] = last
            self.known.emit(last)
        elif isinstance(last, Failed):
            self.failed.emit(last.message, last.smaller_batch)
        else:
            log.info("no estimate: %s", bytes(process.readAllStandardError().data()).decode("utf-8", "replace")[-500:])
            self.failed.emit("", None)
