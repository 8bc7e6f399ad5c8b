"""File > Export: which format, where, how much for testing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.exporting import Exporter, ExportPlan
from rvergui.gui.session import Session
from rvergui.interchange.report import ExportReport


class ExportDialog(QDialog):
    """Runs the export and stays open to say how it went; closing it does not stop a running export."""

    def __init__(self, session: Session, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._exporter = exporter
        self.setWindowTitle(self.tr("Export labelled items"))
        self.resize(520, 260)
        self.format = QComboBox()
        self.format.setAccessibleName(self.tr("Format"))
        self.format.addItem(self.tr("Pairs: ROI and extra-ROI pictures for training"), "pairs")
        self.format.addItem(self.tr("COCO JSON with exact masks"), "coco")
        self.format.currentIndexChanged.connect(self._suggest)
        self.out = QLineEdit()
        self.out.setAccessibleName(self.tr("Where to"))
        browse = QPushButton(self.tr("Choose …"))
        browse.clicked.connect(self._browse)
        where = QHBoxLayout()
        where.addWidget(self.out, 1)
        where.addWidget(browse)
        self.test_share = QSpinBox()
        self.test_share.setRange(0, 90)
        self.test_share.setValue(20)
        self.test_share.setSuffix(" %")
        self.test_share.setAccessibleName(self.tr("Photos held out for testing"))
        form = QFormLayout()
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Where to"), where)
        form.addRow(self.tr("Photos held out for testing"), self.test_share)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self.progress.hide()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.start = QPushButton(self.tr("Export"))
        self.start.setProperty("kind", "primary")
        self.start.clicked.connect(self.begin)
        self.cancel = QPushButton(self.tr("Close"))
        self.cancel.clicked.connect(self._cancel)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.progress)
        layout.addWidget(self.message, 1)
        layout.addLayout(buttons)
        exporter.progressed.connect(self._on_progress)
        exporter.finished.connect(self._on_finished)
        exporter.failed.connect(self._on_failed)
        self._suggest()

    def _suggest(self) -> None:
        project = self._session.project
        if project is not None:
            ending = "-pairs" if self.format.currentData() == "pairs" else "-coco.json"
            self.out.setText(str(project.root / f"{project.path.stem}{ending}"))
        self.test_share.setEnabled(self.format.currentData() == "pairs")

    def _browse(self) -> None:
        if self.format.currentData() == "pairs":
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Export into"), self.out.text())
        else:
            chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export to"), self.out.text(), "COCO JSON (*.json)")
        if chosen:
            self.out.setText(chosen)

    def begin(self) -> None:
        """Save what is pending, then export."""
        project = self._session.project
        if project is None or not self.out.text().strip():
            return
        self._session.keep_draft()
        if not self._session.saver.flush():
            self.message.setText(self.tr("Some edits are not saved yet; free some disk space and export again."))
            return
        plan = ExportPlan(
            project=project.path,
            out=Path(self.out.text().strip()).expanduser(),
            format=self.format.currentData(),
            test_share=self.test_share.value() / 100.0,
            seed=0,
            pixel_limit=self._session.pixel_limit,
        )
        self.start.setEnabled(False)
        self.cancel.setText(self.tr("Cancel"))
        self.progress.setRange(0, 0)
        self.progress.show()
        self.message.setText(self.tr("Exporting …"))
        self._exporter.start(plan)

    def _cancel(self) -> None:
        if self._exporter.running:
            self._exporter.cancel()
        else:
            self.close()

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.message.setText(self.tr("{done} of {total} photos").format(done=done, total=total))

    def _rest(self, text: str) -> None:
        self.progress.hide()
        self.start.setEnabled(True)
        self.cancel.setText(self.tr("Close"))
        self.message.setText(text)

    def _on_finished(self, plan: ExportPlan, report: ExportReport) -> None:
        text = self.tr("{items} items of {photos} photos are in {out}.").format(
            items=report.written, photos=report.photos, out=plan.out
        )
        parts = ", ".join(f"{name} {count}" for name, count in report.parts.items())
        if parts:
            text += f" ({parts})"
        if report.skipped:
            text += "\n" + self.tr("Left out: {reasons}").format(reasons="; ".join(report.skipped[:5]))
        self._rest(text)

    def _on_failed(self, message: str) -> None:
        self._rest(message)
