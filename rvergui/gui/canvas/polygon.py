"""The polygon tool."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtWidgets import QGraphicsScene

from rvergui.gui.canvas.strokes import ADD, TAKE, OutlineLayer
from rvergui.gui.session import Session

# A click so near to the first corner (screen pixels) closes the polygon.
NEAR = 10.0
_CLOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PolygonTool:
    """Click the corners; a double click, Enter or a click on the first corner adds the inside to the mask.

    Begun with the right button or Shift it is taken away instead. Backspace takes a corner back, Esc drops all.
    """

    name = "polygon"
    cursor = Qt.CursorShape.CrossCursor
    previews = False

    def __init__(self, session: Session, scene: QGraphicsScene) -> None:
        self._session = session
        self._scene = scene
        self._corners: list[QPointF] = []
        self._erasing = False
        self._outline: OutlineLayer | None = None
        self._pointer: QPointF | None = None
        self._zoom = 1.0

    @property
    def corners(self) -> list[QPointF]:
        """The corners so far."""
        return list(self._corners)

    @property
    def hint(self) -> str:
        """How to use it."""
        if not self._corners:
            words = QCoreApplication.translate(
                "Tools",
                "Polygon: click the corners · right button or Shift first: take away · {click} or {drop}: click again",
            )
            return words.format(click=self._session.keys("tool-click"), drop=self._session.keys("drop"))
        return QCoreApplication.translate(
            "Tools", "Click the next corner · double click or Enter closes · Backspace: one back · Esc drops it"
        )

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """Another corner, or the end."""
        self._zoom = zoom
        if not self._corners:
            shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._erasing = button == Qt.MouseButton.RightButton or shift
        elif self._closes(at):
            self._close()
            return
        self._corners.append(at)
        self.hover(at, zoom)

    def move(self, at: QPointF) -> None:
        """The side follows the pointer."""
        self.hover(at, self._zoom)

    def release(self, at: QPointF) -> None:
        """Nothing: corners are set when the button goes down."""

    def double_click(self, at: QPointF) -> bool:
        """The end; its first press has set the last corner. Two corners at one place would be of no use."""
        if len(self._corners) >= 3:
            self._close()
        return True

    def hover(self, at: QPointF, zoom: float) -> None:
        """Show the side that a click would add."""
        self._pointer, self._zoom = at, zoom
        self._show()

    def leave(self) -> None:
        """No pointer."""
        self._pointer = None
        self._show()

    def takes(self, key: Qt.Key) -> bool:
        """Enter closes, Backspace takes a corner back, Esc drops the polygon."""
        return bool(self._corners) and key in (*_CLOSE, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)

    def key(self, key: Qt.Key) -> None:
        """One of those."""
        if key in _CLOSE:
            self._close()
        elif key == Qt.Key.Key_Backspace:
            self._corners.pop()
            self._show()
        else:
            self.cancel()

    def cancel(self) -> None:
        """Drop the polygon."""
        self._corners.clear()
        self._show()

    def _closes(self, at: QPointF) -> bool:
        return len(self._corners) >= 3 and (at - self._corners[0]).manhattanLength() * self._zoom <= NEAR

    def _close(self) -> None:
        corners = [(p.x(), p.y()) for p in self._corners]
        self.cancel()
        if len(corners) >= 3:
            self._session.editing.polygon(corners, self._erasing)

    def _show(self) -> None:
        if not self._corners:
            if self._outline is not None:
                self._scene.removeItem(self._outline)
                self._outline = None
            return
        if self._outline is None:
            self._outline = OutlineLayer(TAKE if self._erasing else ADD)
            self._scene.addItem(self._outline)
        closing = self._pointer is not None and self._closes(self._pointer)
        self._outline.show_outline(self._corners, self._pointer, self._zoom, closing)
