"""The brush and the eraser."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from rvergui.gui.canvas.strokes import ADD, TAKE, RingLayer, StrokeLayer
from rvergui.gui.session import Session

# The brush's radius to begin with, and its limits, as shares of the photo's longer side.
FIRST, LEAST, MOST = 0.015, 0.0005, 0.2
STEP = 1.25
# Places of a stroke are at least so many screen pixels apart.
_APART = 1.5


class BrushSize:
    """The radius that brush and eraser share, in photo pixels; it fits the photo."""

    def __init__(self) -> None:
        self._share = FIRST

    def radius(self, longest: float) -> float:
        """For a photo whose longer side has so many pixels."""
        return max(self._share * longest, 0.5)

    def grow(self, steps: int, longest: float) -> None:
        """Larger or smaller by ``steps``."""
        least = max(LEAST, 0.5 / max(longest, 1))
        self._share = min(max(self._share * STEP**steps, least), MOST)


class BrushTool:
    """Paints the mask, or erases it; the right button or Shift does the opposite."""

    cursor = Qt.CursorShape.BlankCursor
    previews = False

    def __init__(
        self,
        session: Session,
        scene: QGraphicsScene,
        size: BrushSize,
        erases: bool,
        view: Callable[[], tuple[QRectF, float]],
        keep: Callable[[StrokeLayer], None],
    ) -> None:
        """``view`` tells what of the scene is seen and the zoom; ``keep`` shows a stroke until its mask is there."""
        self.name = "eraser" if erases else "brush"
        self._session = session
        self._scene = scene
        self._size = size
        self._erases = erases
        self._view = view
        self._keep = keep
        self._ring: RingLayer | None = None
        self._stroke: StrokeLayer | None = None
        self._erasing = erases
        self._last = QPointF()

    @property
    def hint(self) -> str:
        """How to use it."""
        brush = QCoreApplication.translate(
            "Tools",
            "Brush, {size} pixels wide · {smaller} and {larger} size · right button or Shift erases · "
            "{click} or {drop}: click again",
        )
        eraser = QCoreApplication.translate(
            "Tools",
            "Eraser, {size} pixels wide · {smaller} and {larger} size · right button or Shift paints · "
            "{click} or {drop}: click again",
        )
        key = self._session.keys
        return (eraser if self._erases else brush).format(
            size=round(2 * self.radius),
            smaller=key("brush-smaller"),
            larger=key("brush-larger"),
            click=key("tool-click"),
            drop=key("drop"),
        )

    @property
    def radius(self) -> float:
        """In photo pixels."""
        return self._size.radius(self._longest())

    def _longest(self) -> float:
        photo = self._session.photo
        return float(max(photo.photo.size)) if photo is not None else 1000.0

    def refresh(self) -> None:
        """The size has changed."""
        if self._ring is not None:
            self._ring.resize(self.radius)

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, zoom: float) -> None:
        """Begin a stroke."""
        self.cancel()
        opposite = button == Qt.MouseButton.RightButton or bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._erasing = self._erases != opposite
        view, zoom = self._view()
        self._stroke = StrokeLayer(view, zoom, self.radius, TAKE if self._erasing else ADD)
        self._scene.addItem(self._stroke)
        self._stroke.add(at)
        self._last = at
        self.hover(at, zoom)

    def move(self, at: QPointF) -> None:
        """The stroke goes on."""
        view, zoom = self._view()
        self.hover(at, zoom)
        if self._stroke is None:
            return
        self._stroke.look_from(view, zoom)
        if (at - self._last).manhattanLength() * zoom >= _APART:
            self._stroke.add(at)
            self._last = at

    def release(self, at: QPointF) -> None:
        """The stroke is done."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        if at != self._last:
            stroke.add(at)
        if self._session.editing.stroke(stroke.path, self.radius, self._erasing):
            self._keep(stroke)
        else:
            self._scene.removeItem(stroke)

    def double_click(self, at: QPointF) -> bool:
        """Two quick strokes are two strokes."""
        return False

    def hover(self, at: QPointF, zoom: float) -> None:
        """The ring goes where the pointer is."""
        if self._ring is None:
            self._ring = RingLayer(self.radius)
            self._scene.addItem(self._ring)
        self._ring.resize(self.radius)
        self._ring.setPos(at)

    def leave(self) -> None:
        """No pointer, no ring."""
        if self._ring is not None:
            self._scene.removeItem(self._ring)
            self._ring = None

    def takes(self, key: Qt.Key) -> bool:
        """No key."""
        return False

    def key(self, key: Qt.Key) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Forget a stroke that was begun."""
        if self._stroke is not None:
            self._scene.removeItem(self._stroke)
            self._stroke = None
