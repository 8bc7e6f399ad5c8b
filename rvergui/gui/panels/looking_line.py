"""The line below the photo list while the folders are looked through, if that takes long."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

SHOWN_AFTER_MS = 1000


class LookingLine(QWidget):
    """Says that photos are looked for, and lets it be stopped."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(self.tr("Looking for photos …"))
        words.setProperty("kind", "muted")
        self.button = QPushButton(self.tr("Stop"))
        self.button.setProperty("kind", "chip")
        self.button.setAccessibleName(self.tr("Stop looking for photos"))
        self.button.clicked.connect(self.stopped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 0, 0)
        layout.addWidget(words, 1)
        layout.addWidget(self.button)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SHOWN_AFTER_MS)
        self._soon.timeout.connect(self.show)
        self.hide()

    def show_soon(self) -> None:
        """Something is looked for; most of the time that is over before anybody could read it."""
        self._soon.start()

    def hide_now(self) -> None:
        """Nothing is looked for any more."""
        self._soon.stop()
        self.hide()
