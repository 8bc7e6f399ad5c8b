"""What an empty window shows: open a folder, drop photos, or try the sample meals."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.icons import icon


class Welcome(QWidget):
    """Three ways in."""

    open_folder = Signal()
    open_project = Signal()
    demo = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = QFrame()
        card.setProperty("kind", "card")
        card.setMaximumWidth(560)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(40, 36, 40, 36)
        layout.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(icon("app").pixmap(QSize(48, 48)))
        title = QLabel(self.tr("Click a dish. It is cut out and named."))
        title.setProperty("kind", "title")
        title.setWordWrap(True)
        text = QLabel(
            self.tr(
                "Drop photos or a folder here, or choose below. Nothing leaves this computer; labels are saved at once."
            )
        )
        text.setProperty("kind", "muted")
        text.setWordWrap(True)
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
        row.addWidget(self.project)
        row.addWidget(self.samples)
        layout.addLayout(row)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
