"""What the mouse does on the canvas: one small class a tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from rvergui.core import Box
from rvergui.gui.canvas.layers import BoxLayer
from rvergui.gui.session import Session

# The pointer must move this many screen pixels before a press becomes a drag.
DRAG_DISTANCE = 6.0


class Tool(Protocol):
    """A tool gets scene positions (photo pixels) and tells the session what is wanted."""

    cursor: Qt.CursorShape

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """A button went down."""
        ...

    def move(self, at: QPointF) -> None:
        """The pointer moved with the button down."""
        ...

    def release(self, at: QPointF) -> None:
        """The button went up."""
        ...

    def cancel(self) -> None:
        """Forget a gesture that was begun."""
        ...


class PromptTool:
    """Left click adds, right click or Shift takes away, a drag draws a box, Ctrl+click selects an item."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        session: Session,
        scene: QGraphicsScene,
        colour: str,
        item_at: Callable[[QPointF], str | None],
    ) -> None:
        self._item_at = item_at
        self._session = session
        self._scene = scene
        self._colour = colour
        self._begin: QPointF | None = None
        self._positive = True
        self._selecting = False
        self._reach = DRAG_DISTANCE
        self._band: BoxLayer | None = None

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """Remember where the gesture begins."""
        self._begin = at
        self._selecting = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._positive = button == Qt.MouseButton.LeftButton and not shift
        self._reach = DRAG_DISTANCE / max(zoom, 1e-6)

    def move(self, at: QPointF) -> None:
        """Past a short distance a left press is a box."""
        if self._begin is None or not self._positive or self._selecting:
            return
        rect = QRectF(self._begin, at).normalized()
        if self._band is None:
            if max(rect.width(), rect.height()) < self._reach:
                return
            self._band = BoxLayer(rect, self._colour)
            self._scene.addItem(self._band)
        self._band.set_rect(rect)

    def release(self, at: QPointF) -> None:
        """A box if one was drawn, else a click."""
        begin, band = self._begin, self._band
        self.cancel()
        if begin is None:
            return
        if band is not None:
            self._session.box(Box.between(begin.x(), begin.y(), at.x(), at.y()))
        elif self._selecting:
            self._session.select(self._item_at(begin))
        else:
            self._session.click(begin.x(), begin.y(), self._positive)

    def cancel(self) -> None:
        """Forget the gesture."""
        if self._band is not None:
            self._scene.removeItem(self._band)
        self._begin = self._band = None
