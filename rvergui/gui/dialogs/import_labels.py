"""File > Import labels: which format, from where, and what its classes are called in the project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui import counted
from rvergui.gui.dialogs.class_mapping import ClassMapping
from rvergui.gui.dialogs.export import section
from rvergui.gui.dialogs.option_form import OptionForm, align, format_words
from rvergui.gui.importing import DIALOG, Importer, ImportOrder, Look
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.interchange.imports.run import ImportOutcome
from rvergui.interchange.imports.table import IMPORTS

# More sentences about single objects than this are counted instead of told.
_MOST_TOLD = 500


class ImportDialog(QDialog):
    """Looks first, shows the classes, imports, and says what was left out; it keeps the window busy meanwhile."""

    def __init__(self, session: Session, importer: Importer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._importer = importer
        self._look: Look | None = None
        self.setObjectName(DIALOG)
        self.setWindowTitle(self.tr("Import labels"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(640, 700)
        self.format = QComboBox(self)
        self.format.setAccessibleName(self.tr("Format"))
        for name, format in IMPORTS.items():
            self.format.addItem(format_words(format.title), name)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setProperty("kind", "muted")
        self._source_row, self.source, self.pick_source = self._place(self.tr("From"))
        self._images_row, self.images, self.pick_images = self._place(self.tr("Photos"))
        self.images.setPlaceholderText(self.tr("where the format puts them"))
        self.boxes = QComboBox(self)
        self.boxes.setAccessibleName(self.tr("Boxes without masks"))
        self.boxes.addItem(self.tr("cut out with {segmenter}").format(segmenter=self._segmenter()), "segment")
        self.boxes.addItem(self.tr("take as rectangles"), "rectangle")
        self.boxes.addItem(self.tr("leave out"), "skip")
        self.options = OptionForm(self)
        self._classes, within = section(self.tr("What the classes are called in this project"), self)
        self.mapping = ClassMapping(self._classes)
        within.addWidget(self.mapping)
        self.found = QLabel(self)
        self.found.setWordWrap(True)
        self.found.setAccessibleName(self.tr("What was found"))
        self._left_out, within = section(self.tr("Left out"), self)
        self.report = QPlainTextEdit(self._left_out)
        within.addWidget(self.report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(self.tr("What was left out"))
        self.report.setMaximumHeight(130)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the import"))
        self.cancel = QPushButton(self.tr("Close"), self)
        self.cancel.setAutoDefault(False)
        self.start = QPushButton(self.tr("Look"), self)
        self.start.setProperty("kind", "primary")
        self.start.setDefault(True)
        self._arrange()
        self._wire()
        self._show_format()

    def _segmenter(self) -> str:
        ready = self._session.segmenter
        return ready.description if ready is not None else self.tr("the segmenter")

    # --- layout --------------------------------------------------------------------------------------------------

    def _place(self, name: str) -> tuple[QWidget, QLineEdit, QPushButton]:
        row = QWidget(self)
        line = QLineEdit(row)
        line.setAccessibleName(name)
        button = QPushButton(self.tr("Choose …"), row)
        button.setAutoDefault(False)
        button.setAccessibleName(self.tr("Choose: {name}").format(name=name))
        beside = QHBoxLayout(row)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(8)
        beside.addWidget(line, 1)
        beside.addWidget(button)
        return row, line, button

    def _arrange(self) -> None:
        self.head = QFormLayout()
        self.head.addRow(self.tr("Format"), self.format)
        self.head.addRow("", self.summary)
        self.head.addRow(self.tr("From"), self._source_row)
        self.head.addRow(self.tr("Photos"), self._images_row)
        self.head.addRow(self.tr("Boxes without masks"), self.boxes)
        align(self.head)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        layout.addLayout(self.head)
        layout.addWidget(self.options)
        layout.addWidget(self.found)
        layout.addWidget(self._classes, 1)
        layout.addWidget(self._left_out)
        layout.addWidget(self.progress)
        layout.addStretch(0)
        layout.addLayout(buttons)
        for widget in (self.found, self._classes, self._left_out, self.progress):
            widget.hide()

    def _wire(self) -> None:
        self.format.currentIndexChanged.connect(self._show_format)
        self.pick_source.clicked.connect(self._pick_source)
        self.pick_images.clicked.connect(self._pick_images)
        self.source.textChanged.connect(self._forget)
        self.images.textChanged.connect(self._forget)
        self.options.changed.connect(self._forget)
        self.start.clicked.connect(self._next)
        self.cancel.clicked.connect(self._cancel)
        self._importer.progressed.connect(self._on_progress)
        self._importer.looked.connect(self._on_looked)
        self._importer.finished.connect(self._on_finished)
        self._importer.failed.connect(self._on_failed)

    # --- choices -------------------------------------------------------------------------------------------------

    def choose_format(self, name: str) -> None:
        """Select the format called ``name``."""
        self.format.setCurrentIndex(self.format.findData(name))

    def _show_format(self) -> None:
        format = IMPORTS[self.format.currentData()]
        self.summary.setText(format_words(format.summary))
        self.options.show_options(format.options)
        self.head.setRowVisible(self._images_row, format.images)
        self.head.setRowVisible(self.boxes, format.boxes)
        self._forget()

    def _forget(self) -> None:
        """What was found belongs to other choices; look again first."""
        self._look = None
        self.start.setText(self.tr("Look"))
        self.start.setEnabled(bool(self.source.text().strip()) and not self._importer.running)
        self._classes.hide()
        self._left_out.hide()
        self._say(self.tr("First look what there is; nothing is written before you have seen it."))

    def _pick_source(self) -> None:
        format = IMPORTS[self.format.currentData()]
        if not format.folder:
            self._pick_file()
        elif not format.suffixes:
            self._pick_folder()
        else:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(self.tr("A file …"), self._pick_file)
            menu.addAction(self.tr("A folder …"), self._pick_folder)
            menu.popup(self.pick_source.mapToGlobal(self.pick_source.rect().bottomLeft()))

    def _pick_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Import from"), self.source.text())
        if chosen:
            self.source.setText(chosen)

    def _pick_file(self) -> None:
        suffixes = IMPORTS[self.format.currentData()].suffixes
        kind = f"{self.format.currentText()} ({' '.join(f'*{suffix}' for suffix in suffixes)})"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Import from"), self.source.text(), kind)
        if chosen:
            self.source.setText(chosen)

    def _pick_images(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder of the photos"), self.images.text())
        if chosen:
            self.images.setText(chosen)

    # --- looking and importing -----------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._look is None:
            self.look()
        else:
            self.begin()

    def look(self) -> None:
        """Find out what there is; nothing is written."""
        images = self.images.text().strip() if IMPORTS[self.format.currentData()].images else ""
        order = ImportOrder(
            self.format.currentData(),
            Path(self.source.text().strip()).expanduser(),
            Path(images).expanduser() if images else None,
            self.options.values(),
        )
        self._busy(self.tr("Looking …"))
        self._importer.look(order)

    def begin(self) -> None:
        """Import what was found."""
        if self._look is None:
            return
        self._session.keep_draft()
        if not self._session.saver.flush():
            self._say(self.tr("Some edits are not saved yet; free some disk space and import again."))
            return
        self._busy(self.tr("Importing …"))
        self._importer.start(self._look, self.mapping.names(), self.boxes.currentData())

    def _busy(self, text: str) -> None:
        self.start.setEnabled(False)
        self.cancel.setText(self.tr("Cancel"))
        self.progress.setRange(0, 0)
        self.progress.show()
        self._say(text)

    def _rest(self, text: str) -> None:
        self.progress.hide()
        self.start.setEnabled(True)
        self.cancel.setText(self.tr("Close"))
        self._say(text)

    def _say(self, text: str) -> None:
        self.found.setText(text)
        self.found.setVisible(bool(text))

    def _tell(self, sentences: list[str]) -> None:
        told = sentences[:_MOST_TOLD]
        if len(sentences) > _MOST_TOLD:
            told.append(self.tr("and {count} more").format(count=Local(len(sentences) - _MOST_TOLD)))
        self.report.setPlainText("\n".join(told))
        self._left_out.setVisible(bool(sentences))

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(min(done, total))

    def _on_looked(self, look: Look) -> None:
        self._look = look
        dataset = look.dataset
        self.mapping.show_offers(look.offers, self._session.taxonomy.names())
        self._classes.show()
        self._tell(dataset.problems)
        self.start.setText(self.tr("Import"))
        self._rest(
            self.tr("Labelled: {photos}, {classes}. Look at the names, then import.").format(
                photos=counted.photos(len(dataset.photos)), classes=counted.classes(len(dataset.classes))
            )
        )

    def _on_finished(self, outcome: ImportOutcome) -> None:
        text = self.tr("New: {items} on {photos}; {undo} takes that back.").format(
            items=counted.items(outcome.objects),
            photos=counted.photos(outcome.photos),
            undo=self._session.keys("undo"),
        )
        for count, words in (
            (outcome.cut, self.tr("Cut out of boxes, waiting to be confirmed: {count}.")),
            (outcome.known, self.tr("There already: {count}.")),
            (outcome.named, self.tr("Named that had no name: {count}.")),
            (len(outcome.conflicts), self.tr("There under another name, too, and both kept: {count}.")),
        ):
            if count:
                text += " " + words.format(count=Local(count))
        if outcome.cancelled:
            text = self.tr("Stopped.") + " " + text
        self._look = None
        self._classes.hide()
        self._tell([*outcome.conflicts, *outcome.skipped])
        self.start.setText(self.tr("Look"))
        self._rest(text)

    def _on_failed(self, message: str) -> None:
        self._rest(message)

    def _cancel(self) -> None:
        if self._importer.running:
            self._importer.cancel()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        self._importer.cancel()
        super().closeEvent(event)
