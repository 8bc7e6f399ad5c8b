"""What an empty list says instead of nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel

MARGIN = 14


class EmptyHint(QLabel):
    """A sentence in the middle of a list while it has no rows; ``text`` is asked for it anew every time."""

    def __init__(self, view: QAbstractItemView, text: Callable[[], str]) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._text = text
        self.setProperty("kind", "muted")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        model = view.model()
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            signal.connect(self.refresh)
        view.viewport().installEventFilter(self)
        self.refresh()

    def refresh(self) -> None:
        """Show it or hide it."""
        empty = self._view.model().rowCount() == 0
        text = self._text() if empty else ""
        self.setText(text)
        self._view.setAccessibleDescription(text)
        self.setVisible(bool(text))
        self._stand()

    def _stand(self) -> None:
        rect = self._view.viewport().rect()
        self.setGeometry(rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.Resize:
            self._stand()
        return super().eventFilter(watched, event)
