"""How far something has come that runs in the background, in the status bar, with a button that ends it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class JobBar(QWidget):
    """A sentence, a bar and a cross. Hidden as long as nothing runs."""

    cancelled = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(110, 6)
        self.bar.setAccessibleName(what)
        self.stop = QToolButton()
        self.stop.setText("✕")
        self.stop.setAutoRaise(True)
        self.stop.setAccessibleName(self.tr("Cancel: {what}").format(what=what))
        self.stop.setToolTip(self.stop.accessibleName())
        self.stop.clicked.connect(self.cancelled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        layout.addWidget(self.bar)
        layout.addWidget(self.stop)
        self.hide()

    def tell(self, text: str, done: int, total: int) -> None:
        """Show ``text`` and how much is done; a ``total`` of 0 means that nobody knows yet."""
        self.label.setText(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.show()
