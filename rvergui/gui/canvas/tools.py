"""What the mouse does on the canvas: one small class a tool. This one clicks and draws boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from rvergui.core import Box
from rvergui.gui.canvas.layers import BoxLayer
from rvergui.gui.session import Session
from rvergui.gui.theme import current

# The pointer must move this many screen pixels before a press becomes a drag.
DRAG_DISTANCE = 6.0


class Tool(Protocol):
    """A tool gets scene positions (photo pixels) and tells the session what is wanted."""

    name: str
    cursor: Qt.CursorShape
    previews: bool
    """Whether the mask under a resting pointer is shown."""

    @property
    def hint(self) -> str:
        """What the bar over the canvas says while the tool is in use; "" shows none."""
        ...

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """A button went down."""
        ...

    def move(self, at: QPointF) -> None:
        """The pointer moved with the button down."""
        ...

    def release(self, at: QPointF) -> None:
        """The button went up."""
        ...

    def double_click(self, at: QPointF) -> bool:
        """A second press came quickly; False treats it as a press like any other."""
        ...

    def hover(self, at: QPointF, zoom: float) -> None:
        """The pointer moved without a button."""
        ...

    def leave(self) -> None:
        """The pointer left the canvas."""
        ...

    def takes(self, key: Qt.Key) -> bool:
        """Whether the tool wants this key now, before any shortcut."""
        ...

    def key(self, key: Qt.Key) -> None:
        """A key that it takes was pressed."""
        ...

    def cancel(self) -> None:
        """Forget a gesture that was begun."""
        ...


class PromptTool:
    """Left click adds, right click or Shift takes away, a drag draws a box, Ctrl+click selects an item.

    With Shift as well, Ctrl+click chooses one more item, or one less.

    While proposals are looked at, a click on one makes it the current one, Shift+click joins it to that, and a double
    click accepts it.
    """

    name = "click"
    cursor = Qt.CursorShape.CrossCursor
    previews = True
    hint = ""

    def __init__(
        self,
        session: Session,
        scene: QGraphicsScene,
        item_at: Callable[[QPointF], str | None],
        proposal_at: Callable[[QPointF], int | None],
    ) -> None:
        self._item_at = item_at
        self._proposal_at = proposal_at
        self._session = session
        self._scene = scene
        self._begin: QPointF | None = None
        self._positive = True
        self._selecting = False
        self._shift = False
        self._reach = DRAG_DISTANCE
        self._band: BoxLayer | None = None

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """Remember where the gesture begins."""
        self._begin = at
        self._selecting = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._positive = button == Qt.MouseButton.LeftButton and not self._shift
        self._reach = DRAG_DISTANCE / max(zoom, 1e-6)

    def move(self, at: QPointF) -> None:
        """Past a short distance a left press is a box."""
        if self._begin is None or not self._positive or self._selecting:
            return
        rect = QRectF(self._begin, at).normalized()
        if self._band is None:
            if max(rect.width(), rect.height()) < self._reach:
                return
            self._band = BoxLayer(rect, current().accent)
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
        elif self._selecting and self._shift:
            self._session.item_edits.choose_also(self._item_at(begin))
        elif self._selecting:
            self._session.select(self._item_at(begin))
        elif not self._reviewed(begin):
            self._session.click(begin.x(), begin.y(), self._positive)

    def _reviewed(self, at: QPointF) -> bool:
        """Whether the click was for a proposal."""
        number = self._proposal_at(at) if self._session.draft is None else None
        if number is None:
            return False
        if self._shift:
            self._session.proposals.join(number)
        else:
            self._session.proposals.go_to(number)
        return True

    def double_click(self, at: QPointF) -> bool:
        """Accept a proposal; elsewhere two quick clicks are two clicks."""
        if self._session.draft is not None or self._proposal_at(at) is None:
            return False
        self._session.proposals.accept_first()
        return True

    def hover(self, at: QPointF, zoom: float) -> None:
        """Nothing: the canvas asks for previews."""

    def leave(self) -> None:
        """Nothing."""

    def takes(self, key: Qt.Key) -> bool:
        """No key."""
        return False

    def key(self, key: Qt.Key) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Forget the gesture."""
        if self._band is not None:
            self._scene.removeItem(self._band)
        self._begin = self._band = None
