"""What a report holds, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.widgets import set_kind

if TYPE_CHECKING:
    from rvergui.gui.reporting import Reporting

WIDTH = 520


class ReportDialog(QDialog):
    """Says what is in the file and what is not, and lets it be written."""

    def __init__(self, reporting: Reporting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reporting = reporting
        self.setWindowTitle(self.tr("Report a problem"))
        self.setMinimumWidth(WIDTH)
        title = QLabel(self.tr("Report a problem"))
        title.setProperty("kind", "title")
        text = QLabel(
            self.tr(
                "<p>This makes one file that you can send to whoever looks after the program, or look at yourself. "
                "Nothing is sent by itself.</p>"
                "<p><b>In it:</b> the program's logs, what “doctor” finds about this installation, versions, settings, "
                "and counts of the open project (how many photos, items and classes, of what size).</p>"
                "<p><b>Not in it:</b> photos, masks and names of foods. Your home folder, your login name, the "
                "computer's name and the names of photos and projects are replaced.</p>"
            )
        )
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.state.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.state.hide()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The report is being written"))
        self.progress.hide()
        self.save = QPushButton(self.tr("Save the report …"))
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        self.leave = QPushButton(self.tr("Close"))
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self._leave)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        for widget in (title, text, self.state, self.progress):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        reporting.ended.connect(self._on_ended)
        self._refresh()

    def _save(self) -> None:
        target = self._reporting.choose()
        if target is not None:
            self._say("", "")
            self._reporting.write(target)
            self._refresh()

    def _leave(self) -> None:
        if self._reporting.running:
            self._reporting.cancel()
        else:
            self.close()

    def _refresh(self) -> None:
        running = self._reporting.running
        self.progress.setVisible(running)
        self.save.setEnabled(not running)
        self.leave.setText(self.tr("Cancel") if running else self.tr("Close"))
        if running:
            self._say("muted", self.tr("Looking at the installation; this takes up to a minute …"))

    def _on_ended(self, written: bool, text: str) -> None:
        self._refresh()
        self._say("positive" if written else "negative", text)

    def _say(self, kind: str, text: str) -> None:
        set_kind(self.state, kind)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.adjustSize()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102 - Qt's name
        if self._reporting.running:
            self._reporting.cancel()
        super().closeEvent(event)
