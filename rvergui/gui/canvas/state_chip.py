"""What is unusual about the view just now, in the corner of the photo, and the way back to the usual."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from rvergui.gui.canvas.view import Canvas
from rvergui.gui.session import Session

_MARGIN = 12


class StateChip(QFrame):
    """Says that the view is turned, that masks are hidden, or that one is shown alone. Takes no keyboard."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.setProperty("kind", "notice")
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.back = QToolButton()
        self.back.setText("✕")
        self.back.setAutoRaise(True)
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the View menu has an act for everything that it does
        self.back.setToolTip(self.tr("Show everything, upright"))
        self.back.setAccessibleName(self.back.toolTip())
        self.back.clicked.connect(self.go_back)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        layout.addWidget(self.back)
        canvas.installEventFilter(self)
        canvas.turned.connect(self.refresh)
        for signal in (
            session.visibility.changed,
            session.photo_changed,
            session.photo_loading,
            session.sheet_changed,
            session.project_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def go_back(self) -> None:
        """The usual view."""
        self._canvas.turn_view(0)
        self._session.visibility.show_all()

    def text(self) -> str:
        """What is unusual; "" if nothing is."""
        visibility = self._session.visibility
        degrees = 90 * self._canvas.viewpoint.turns
        hidden = visibility.hidden_here()
        parts = []
        if degrees:
            parts.append(self.tr("View turned by {degrees}°").format(degrees=degrees))
        if visibility.masks_off:
            parts.append(self.tr("masks hidden"))
        elif visibility.isolating:
            parts.append(self.tr("the selected item alone"))
        elif hidden:
            parts.append(self.tr("{count} hidden").format(count=hidden))
        text = " · ".join(parts)
        return text[:1].upper() + text[1:]

    def refresh(self, *_: object) -> None:
        """Say what is so now."""
        text = self.text() if self._session.photo is not None else ""
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._canvas.width() - self.width() - _MARGIN, _MARGIN)
        self.raise_()
