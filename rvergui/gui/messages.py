"""The strip over the canvas that says what happened; it never takes the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from rvergui.gui.widgets import set_kind

NOTICE_MS = 6000
MARGIN = 14


class MessageStrip(QFrame):
    """Shows one sentence. A notice goes by itself, a problem stays until it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setAccessibleName(self.tr("Message"))
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setAccessibleName(self.tr("Close the message"))
        close.clicked.connect(self.hide)
        self.button = QPushButton()
        self.button.setProperty("kind", "bar")
        self.button.clicked.connect(self._on_button)
        self.button.hide()
        self._act: Callable[[], object] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self._below: QWidget | None = None
        self.hide()

    def float_over(self, widget: QWidget) -> None:
        """Lie over the upper edge of ``widget``, so that nothing moves when a sentence comes or goes."""
        self._below = widget
        widget.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        if self._below is not None:
            width = min(self._below.width() - 2 * MARGIN, 760)
            self.setFixedWidth(max(width, 200))
            self.adjustSize()
            self.move(self._below.x() + (self._below.width() - self.width()) // 2, self._below.y() + MARGIN)

    def notice(self, text: str) -> None:
        """Something worth knowing."""
        if self.isVisible() and self.property("kind") == "problem":
            return  # a problem is not covered by a notice
        self._show("notice", text)
        self._timer.start()

    def hold(self, text: str) -> None:
        """Something that goes on: said until ``take_back`` or until something else is said."""
        if self.isVisible() and self.property("kind") == "problem":
            return
        self._timer.stop()
        self._show("notice", text)

    def take_back(self, text: str) -> None:
        """It is over; whatever else is said by now stays."""
        if self.label.text() == text and self.property("kind") == "notice":
            self.hide()

    def problem(self, text: str) -> None:
        """Something that must not be missed."""
        self._timer.stop()
        self._show("problem", text)

    def offer(self, text: str, button: str, act: Callable[[], object]) -> None:
        """Something that stays until it is closed, with a button for what can be done about it."""
        self._timer.stop()
        self._show("notice", text, button, act)

    def _on_button(self) -> None:
        act = self._act
        self.hide()
        if act is not None:
            act()

    def _show(self, kind: str, text: str, button: str = "", act: Callable[[], object] | None = None) -> None:
        self._act = act
        self.button.setText(button)
        self.button.setVisible(bool(button))
        set_kind(self, kind)
        self.label.setText(text)
        self._place()
        self.show()
        self.raise_()
