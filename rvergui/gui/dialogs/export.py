"""File > Export: which format with which options, which items, where; counted before anything is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
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
    QVBoxLayout,
    QWidget,
)

from rvergui.gui import counted
from rvergui.gui.dialogs.export_choices import DivisionChoice, SelectionChoice
from rvergui.gui.dialogs.option_form import OptionForm, align, format_words
from rvergui.gui.exporting import Exporter, ExportOrder
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.gui.widgets import scrolled_sheet
from rvergui.interchange.exports.format import ExportFormat
from rvergui.interchange.exports.run import ExportCounts
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.report import ExportReport

# Between the last change of a choice and the count of what it means.
_COUNT_AFTER_MS = 200
_MOST_CLASSES = 6


class ExportDialog(QDialog):
    """Runs the export and stays open to say how it went; closing it does not stop a running export."""

    def __init__(self, session: Session, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._exporter = exporter
        self._suggested = ""
        self._written: Path | None = None
        self._asked: ExportOrder | None = None
        self.setWindowTitle(self.tr("Export labelled items"))
        self.resize(620, 740)
        self._arrange(session)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COUNT_AFTER_MS)
        self._wire()
        self._show_format()

    # --- layout --------------------------------------------------------------------------------------------------

    def _arrange(self, session: Session) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        area, sheet = scrolled_sheet(self)
        layout.addWidget(area, 1)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        column.addLayout(self._head(sheet))
        self.what, within = section(self.tr("What"), sheet)
        self.selection = SelectionChoice(session, self.what)
        within.addWidget(self.selection)
        self.how, within = section(self.tr("How"), sheet)
        self.options = OptionForm(self.how)
        within.addWidget(self.options)
        self.parts, within = section(self.tr("Train and test"), sheet)
        self.division = DivisionChoice(self.parts)
        within.addWidget(self.division)
        for group in (self.what, self.how, self.parts):
            column.addWidget(group)
        column.addStretch(1)
        self._foot(layout)

    def _head(self, sheet: QWidget) -> QFormLayout:
        self.format = QComboBox(sheet)
        self.format.setAccessibleName(self.tr("Format"))
        for name, format in EXPORTS.items():
            self.format.addItem(format_words(format.title), name)
        self.summary = QLabel(sheet)
        self.summary.setWordWrap(True)
        self.summary.setProperty("kind", "muted")
        self.out = QLineEdit(sheet)
        self.out.setAccessibleName(self.tr("Where to"))
        self.browse = QPushButton(self.tr("Choose …"), sheet)
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose where to export to"))
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.out, 1)
        where.addWidget(self.browse)
        head = QFormLayout()
        head.addRow(self.tr("Format"), self.format)
        head.addRow("", self.summary)
        head.addRow(self.tr("Where to"), where)
        return align(head)

    def _foot(self, layout: QVBoxLayout) -> None:
        self.preview = QLabel(self)
        self.preview.setWordWrap(True)
        self.preview.setAccessibleName(self.tr("What will be written"))
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self.progress.hide()
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setAccessibleName(self.tr("Message"))
        self.message.hide()
        self.reveal = QPushButton(self.tr("Show in folder"), self)
        self.reveal.setAutoDefault(False)
        self.reveal.hide()
        self.cancel = QPushButton(self.tr("Close"), self)
        self.cancel.setAutoDefault(False)
        self.start = QPushButton(self.tr("Export"), self)
        self.start.setProperty("kind", "primary")
        self.start.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reveal)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.start)
        for widget in (self.preview, self.progress, self.message):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _wire(self) -> None:
        self.format.currentIndexChanged.connect(self._show_format)
        self.browse.clicked.connect(self._browse)
        self.start.clicked.connect(self.begin)
        self.cancel.clicked.connect(self._cancel)
        self.reveal.clicked.connect(self._reveal)
        for choice in (self.selection, self.options, self.division):
            choice.changed.connect(self._suggest)
            choice.changed.connect(self._timer.start)
        self.out.editingFinished.connect(self._timer.start)
        self._timer.timeout.connect(self._count)
        exporter = self._exporter
        exporter.progressed.connect(self._on_progress)
        exporter.counted.connect(self._on_counted)
        exporter.uncounted.connect(self._on_uncounted)
        exporter.finished.connect(self._on_finished)
        exporter.failed.connect(self._on_failed)

    # --- choices -------------------------------------------------------------------------------------------------

    def choose_format(self, name: str) -> None:
        """Select the format called ``name``."""
        self.format.setCurrentIndex(self.format.findData(name))

    def _show_format(self) -> None:
        format = EXPORTS[self.format.currentData()]
        self.summary.setText(format_words(format.summary))
        self.options.show_options(format.options)
        self.how.setVisible(bool(self.options.fields))
        self.division.share.setValue(round(format.test_share * 100))
        self._suggest()
        self._timer.start()

    def _suggest(self) -> None:
        """A place fit for format and division, as long as nobody has chosen another."""
        project = self._session.project
        if project is not None and self.out.text() in ("", self._suggested):
            format: ExportFormat = EXPORTS[self.format.currentData()]
            in_folder = self.division.division().is_wished or self.options.values().get("images", "leave") != "leave"
            self._suggested = str(project.root / format.default_name(project.path.stem, in_folder))
            self.out.setText(self._suggested)

    def _browse(self) -> None:
        format: ExportFormat = EXPORTS[self.format.currentData()]
        suffix = format.suffix
        if suffix and format.is_file(Path(self.out.text().strip() or f"x{suffix}")):
            kind = self.tr("{format} (*{suffix})").format(format=self.format.currentText(), suffix=suffix)
            chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export to"), self.out.text(), kind)
        else:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Export into"), self.out.text())
        if chosen:
            self.out.setText(chosen)

    def _order(self) -> ExportOrder | None:
        project = self._session.project
        if project is None:
            return None
        return ExportOrder(
            project=project.path,
            out=Path(self.out.text().strip()),
            format=self.format.currentData(),
            options=self.options.values(),
            selection=self.selection.selection(),
            division=self.division.division(),
            pixel_limit=self._session.pixel_limit,
        )

    # --- counting ------------------------------------------------------------------------------------------------

    def _count(self) -> None:
        if self._exporter.running:
            return
        if self.selection.is_empty:
            self._say_counts(self.tr("Choose at least one class."), possible=False)
            return
        self._asked = self._order()
        if self._asked is not None:
            if not self.preview.text():
                self.preview.setText(self.tr("Counting …"))
            self._exporter.count(self._asked)

    def _on_counted(self, order: ExportOrder, counts: ExportCounts) -> None:
        if order is not self._asked:
            return
        if not counts.objects:
            self._say_counts(self.tr("No item fits these choices yet."), possible=False)
            return
        text = self.tr("{items} on {photos}").format(
            items=counted.items(counts.objects), photos=counted.photos(counts.photos)
        )
        if len(counts.photos_in_parts) > 1:
            words = {"train": self.tr("train"), "test": self.tr("test")}
            parts = ", ".join(
                self.tr("{count} for {part}").format(count=Local(counts.parts.get(part, 0)), part=words[part])
                for part in counts.photos_in_parts
            )
            text += f" ({parts})"
        most = sorted(counts.classes.items(), key=lambda entry: -sum(entry[1].values()))
        named = ", ".join(f"{name} {Local(sum(parts.values()))}" for name, parts in most[:_MOST_CLASSES])
        more = self.tr(" and {count} more classes").format(count=Local(len(most) - _MOST_CLASSES))
        text += f"\n{named}{more if len(most) > _MOST_CLASSES else ''}"
        lacking = counts.missing + len(counts.left_out)
        if lacking:
            text += "\n" + self.tr("{count} cannot be written; the export says which.").format(count=Local(lacking))
        self._say_counts(text, possible=True)

    def _on_uncounted(self, order: ExportOrder, message: str) -> None:
        if order is self._asked:
            self._say_counts(message, possible=False)

    def _say_counts(self, text: str, possible: bool) -> None:
        self.preview.setText(text)
        self.start.setEnabled(possible and not self._exporter.running)

    # --- the export ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Save what is pending, then export."""
        order = self._order()
        if order is None or not self.out.text().strip():
            return
        self._session.keep_draft()
        if not self._session.saver.flush():
            self._say(self.tr("Some edits are not saved yet; free some disk space and export again."))
            return
        self._timer.stop()
        self.start.setEnabled(False)
        self.reveal.hide()
        self.cancel.setText(self.tr("Cancel"))
        self.progress.setRange(0, 0)
        self.progress.show()
        self._say(self.tr("Exporting …"))
        self._exporter.start(order)

    def _cancel(self) -> None:
        if self._exporter.running:
            self._exporter.cancel()
        else:
            self.close()

    def _reveal(self) -> None:
        if self._written is not None:
            place = self._written if self._written.is_dir() else self._written.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self._say(self.tr("{done} of {total} photos").format(done=Local(done), total=Local(total)))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _rest(self, text: str) -> None:
        self.progress.hide()
        self.start.setEnabled(True)
        self.cancel.setText(self.tr("Close"))
        self._say(text)

    def _on_finished(self, order: ExportOrder, report: ExportReport) -> None:
        text = self.tr("Written to {out}: {items} of {photos}.").format(
            items=counted.items(report.written), photos=counted.photos(report.photos), out=order.out
        )
        parts = ", ".join(f"{name} {Local(count)}" for name, count in report.parts.items())
        if parts:
            text += f" ({parts})"
        if report.skipped:
            shown = "\n".join(f"• {reason}" for reason in report.skipped[:5])
            more = self.tr("and {count} more").format(count=Local(len(report.skipped) - 5))
            text += "\n" + self.tr("Left out:") + f"\n{shown}" + (f"\n{more}" if len(report.skipped) > 5 else "")
        self._written = order.out.expanduser()
        self.reveal.show()
        self._rest(text)

    def _on_failed(self, message: str) -> None:
        self._rest(message)


def section(title: str, parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    """A heading; what comes below it is made with the widget as its parent and added to the layout."""
    whole = QWidget(parent)
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 6, 0, 0)
    layout.setSpacing(6)
    heading = QLabel(title, whole)
    heading.setProperty("kind", "heading")
    layout.addWidget(heading)
    return whole, layout
