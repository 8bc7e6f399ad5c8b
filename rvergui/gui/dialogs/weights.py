"""Model > Weights: the official files of segmenters, what is here of them, and getting them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.dialogs.weights_card import WeightsCard
from rvergui.gui.downloads import ADDING, Downloads
from rvergui.gui.numbers import local
from rvergui.gui.session import Session
from rvergui.gui.widgets import scrolled_sheet, set_kind
from rvergui.runtime import catalogue
from rvergui.runtime.machine import readable_size


class WeightsDialog(QDialog):
    """The catalogue. Closing it stops nothing: downloads go on and the window says when they are done."""

    def __init__(self, session: Session, downloads: Downloads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._downloads = downloads
        self.setWindowTitle(self.tr("Weights"))
        self.resize(760, 720)
        self._arrange()
        for card in self.cards.values():
            card.get.connect(downloads.get)
            card.cancel.connect(downloads.cancel)
            card.verify.connect(downloads.verify)
            card.remove.connect(self._remove)
            card.use.connect(self._use)
        downloads.changed.connect(self._show)
        downloads.progressed.connect(self._show_progress)
        session.segmenter_changed.connect(self._show)
        self._show()
        downloads.look()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        intro = QLabel(
            self.tr(
                "Networks of the SAM family cut out anything, mostly more surely than what comes with the program. "
                "Nothing is downloaded unless you ask for it, and a download can be stopped and taken up again."
            ),
            self,
        )
        intro.setWordWrap(True)
        layout.addWidget(intro)
        area, sheet = scrolled_sheet(self)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(area, 1)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.cards = {entry.name: WeightsCard(entry, sheet) for entry in catalogue.OFFICIAL}
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setAccessibleName(self.tr("Message"))
        layout.addWidget(self.message)
        layout.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        self.add = QPushButton(self.tr("Add a file from disk …"), self)
        self.add.setAutoDefault(False)
        self.add.setToolTip(self.tr("For files that you fetched elsewhere; they are recognised by their contents."))
        self.add.clicked.connect(self._add_or_cancel)
        self.folder = QPushButton(self.tr("Show the folder"), self)
        self.folder.setAutoDefault(False)
        self.folder.clicked.connect(self._open_folder)
        close = QPushButton(self.tr("Close"), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addWidget(self.folder)
        foot.addStretch(1)
        foot.addWidget(close)
        return foot

    # --- what is shown -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        downloads = self._downloads
        segmenter = self._session.segmenter
        for name, card in self.cards.items():
            found = downloads.holding(name)
            card.show_state(
                found,
                downloads.troubles.get(name),
                busy=downloads.busy(name),
                stopping=downloads.stopping(name),
                in_use=segmenter is not None and segmenter.name == name,
            )
            card.setToolTip(str(found.path) if found is not None and found.path is not None else "")
            if downloads.busy(name):
                card.show_progress(downloads.progress(name), downloads.silence(name))
        adding = downloads.busy(ADDING)
        self.add.setText(self.tr("Cancel adding") if adding else self.tr("Add a file from disk …"))
        self.add.setEnabled(not downloads.stopping(ADDING))
        self.folder.setEnabled(downloads.inventory is not None)
        self._show_message()

    def _show_message(self) -> None:
        downloads = self._downloads
        trouble = downloads.troubles.get(ADDING) or downloads.problem
        if downloads.busy(ADDING):
            progress = downloads.progress(ADDING)
            words = progress.text() if progress is not None else "…"
            text, kind = self.tr("Adding the file, {words}").format(words=words), "muted"
        elif trouble:
            text, kind = trouble, "negative"
        elif downloads.inventory is not None:
            text, kind = self.tr("Files are kept in {folder}").format(folder=downloads.inventory.folder), "muted"
        else:
            text, kind = "", "muted"
        self.message.setText(text)
        set_kind(self.message, kind)

    def _show_progress(self, key: str) -> None:
        card = self.cards.get(key)
        if card is not None:
            card.show_progress(self._downloads.progress(key), self._downloads.silence(key))
        else:
            self._show_message()

    # --- what is asked for ---------------------------------------------------------------------------------------

    def _add_or_cancel(self) -> None:
        if self._downloads.busy(ADDING):
            self._downloads.cancel(ADDING)
            return
        kinds = self.tr("Weights (*.pth *.pt *.bin);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Add a file with weights"), "", kinds)
        if chosen:
            self._downloads.add(Path(chosen))

    def _remove(self, name: str) -> None:
        found = self._downloads.holding(name)
        if found is None:
            return
        title = found.entry.title
        if found.path is not None:
            text = self.tr("Delete {path}? Getting it again means downloading {size}.").format(
                path=found.path, size=local(readable_size(found.entry.size))
            )
        else:
            text = self.tr("Delete the {size} of {title} that have been downloaded so far?").format(
                size=local(readable_size(found.part_bytes)), title=title
            )
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        if QMessageBox.question(self, self.tr("Remove {title}").format(title=title), text, yes | no, no) == yes:
            self._downloads.remove(name)

    def _use(self, name: str) -> None:
        found = self._downloads.holding(name)
        if found is not None and found.path is not None:
            self._session.use_segmenter(name, found.path)

    def _open_folder(self) -> None:
        inventory = self._downloads.inventory
        if inventory is not None:
            folder = next((f for f in (inventory.folder, *inventory.folder.parents) if f.is_dir()), inventory.folder)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
