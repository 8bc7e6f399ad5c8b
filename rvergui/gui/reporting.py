"""Help > Report a problem: one file to send, made by another process so that the window goes on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QProcessEnvironment, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.showing import show
from rvergui.gui.trainer import program
from rvergui.runtime.log_files import log_folder

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

# Where the window stands, what was opened last: of no use to others, or nobody's business.
_PRIVATE = ("window/", "geometry", "state", "folder", "recent", "last", "path", "file")


class Reporting(Feature):
    """Writes the report and says where it is."""

    ACTS = (
        Act("report", "Help", "Report a problem …", (), "warning", separator=True, after="shortcuts"),
        Act("show-logs", "Help", "Show the log files", after="report"),
    )

    ended = Signal(bool, str)  # whether it is written, one sentence

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._process: QProcess | None = None
        self._target: Path | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"report": self.show, "show-logs": self.show_logs}

    def stop(self) -> None:  # noqa: D102
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(500)

    @property
    def running(self) -> bool:
        """Whether a report is being written."""
        return self._process is not None

    def show(self) -> None:
        """Open the dialog that says what will be in the file."""
        from rvergui.gui.dialogs.report import ReportDialog

        dialog = self.window.findChild(ReportDialog)
        show(dialog or ReportDialog(self, self.window))

    def show_logs(self) -> None:
        """Open the folder with the logs in the system's file manager."""
        folder = log_folder()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.window.strip.notice(self.tr("The logs are in {folder}.").format(folder=folder))

    def offer(self) -> None:
        """The window before this one ended unexpectedly: say it once."""
        text = self.tr(
            "RveRGUI did not end properly last time. Everything you had kept is there. A report helps to find out why."
        )
        self.window.strip.offer(text, self.tr("Make a report …"), self.show)

    def choose(self) -> Path | None:
        """Ask where to write it."""
        name = f"rvergui-problem-{date.today():%Y-%m-%d}.zip"
        first = Path.home() / name
        number = 1
        while first.exists():
            number += 1
            first = first.with_name(f"{Path(name).stem}-{number}.zip")
        chosen, _ = QFileDialog.getSaveFileName(
            self.window,
            self.tr("Save the report"),
            str(first),
            self.tr("Report (*.zip)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # what is there is never replaced
        )
        if not chosen:
            return None
        return Path(chosen) if chosen.lower().endswith(".zip") else Path(f"{chosen}.zip")

    def write(self, target: Path) -> None:
        """Begin to write the report; ``ended`` follows."""
        if self._process is not None:
            return
        command = [*program(), "doctor", "--report", str(target), "--settings-follow"]
        if self.session.project is not None:
            command += ["--project", str(self.session.project.path)]
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process, self._target = process, target
        process.start(command[0], command[1:])
        process.write(json.dumps(self.settings(), default=str).encode("utf-8"))
        process.closeWriteChannel()

    def cancel(self) -> None:
        """Write no report."""
        self.stop()
        self.ended.emit(False, "")

    def settings(self) -> dict[str, str]:
        """The window's stored settings that others may see."""
        stored = self.window.memory.settings
        if stored is None:
            return {}
        keys = [key for key in stored.allKeys() if not any(word in key.lower() for word in _PRIVATE)]
        return {key: str(stored.value(key)) for key in sorted(keys)}

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process = None
            self.ended.emit(False, self.tr("The report could not be started; run “rvergui doctor --report FILE.zip”."))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        words = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").split("\n")
        process.deleteLater()
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            text = self.tr("The report is in {path}. Nothing was sent.").format(path=self._target)
            self.ended.emit(True, text)
            self.window.strip.notice(text)
            return
        told = next((line.strip() for line in reversed(words) if line.strip()), "")
        self.ended.emit(False, told or self.tr("The report could not be written; the log says why."))
