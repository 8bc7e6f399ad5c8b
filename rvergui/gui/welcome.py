"""What an empty window shows: open a folder, drop photos, try the sample meals, or go on where one was."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.icons import icon
from rvergui.gui.labels import ElidedLabel, WrapLabel

RECENT = 4
WIDTH = 560


class Welcome(QWidget):
    """Three ways in, and the projects that were open last."""

    open_folder = Signal()
    open_project = Signal()
    demo = Signal()
    recent = Signal(object)  # Path of a project

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = QFrame()
        card.setProperty("kind", "card")
        card.setFixedWidth(WIDTH)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(40, 36, 40, 36)
        layout.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(icon("app").pixmap(QSize(48, 48), self.devicePixelRatioF()))
        title = WrapLabel(self.tr("Click a dish. It is cut out and named."))
        title.setProperty("kind", "title")
        text = WrapLabel(
            self.tr(
                "Drop photos or a folder here, or choose below. Nothing leaves this computer; labels are saved at once."
            )
        )
        text.setProperty("kind", "muted")
        self.folder = QPushButton(self.tr("Open a folder of photos …"))
        self.folder.setProperty("kind", "primary")
        self.project = QPushButton(self.tr("Open a project …"))
        self.samples = QPushButton(self.tr("Try the sample meals"))
        for button, signal in (
            (self.folder, self.open_folder),
            (self.project, self.open_project),
            (self.samples, self.demo),
        ):
            button.clicked.connect(signal)
            button.setMinimumHeight(38)
        layout.addWidget(picture)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addSpacing(12)
        layout.addWidget(self.folder)
        row = QHBoxLayout()
        row.addWidget(self.project, 1)
        row.addWidget(self.samples, 1)
        layout.addLayout(row)
        self._heading = QLabel(self.tr("Recent projects"))
        self._heading.setProperty("kind", "heading")
        self._heading.setContentsMargins(0, 14, 0, 0)
        layout.addWidget(self._heading)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        layout.addLayout(self._list)
        self.projects: list[QPushButton] = []
        self.show_recent([])
        outer = QVBoxLayout(self)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)

    def show_recent(self, projects: list[tuple[Path, bool]]) -> None:
        """Offer these projects, each with whether it is no longer there."""
        for old in self.projects:
            self._list.removeWidget(old)
            old.deleteLater()
        self.projects = [self._entry(path, gone) for path, gone in projects[:RECENT]]
        for button in self.projects:
            self._list.addWidget(button)
        self._heading.setVisible(bool(self.projects))

    def _entry(self, path: Path, gone: bool) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "row")
        button.setMinimumHeight(34)
        name, where = QLabel(path.stem), ElidedLabel(self.tr("no longer there") if gone else str(path.parent))
        lost, there = self.tr("{name} in {folder}: no longer there"), self.tr("Open the project {name} in {folder}")
        button.setAccessibleName((lost if gone else there).format(name=path.stem, folder=path.parent))
        button.setToolTip(str(path))
        button.setEnabled(not gone)
        button.clicked.connect(lambda checked=False: self.recent.emit(path))
        where.setProperty("kind", "muted")
        row = QHBoxLayout(button)
        row.setContentsMargins(10, 0, 10, 0)
        row.addWidget(name)
        row.addWidget(where, 1)
        for label in (name, where):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setEnabled(not gone)
        return button
