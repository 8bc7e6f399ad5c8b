"""The canvas: shows the photo with its masks and passes gestures on to the tool."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QNativeGestureEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from rvergui.gui.canvas.bar import CanvasBar
from rvergui.gui.canvas.brush import BrushSize, BrushTool
from rvergui.gui.canvas.layers import PhotoLayer
from rvergui.gui.canvas.masks import Masks
from rvergui.gui.canvas.polygon import PolygonTool
from rvergui.gui.canvas.tools import PromptTool, Tool
from rvergui.gui.canvas.viewpoint import Viewpoint
from rvergui.gui.session import Session
from rvergui.gui.theme import current

HOVER_MS = 70


class Canvas(QGraphicsView):
    """Zoom to the pointer with the wheel, pan with the middle button or the space bar."""

    zoom_changed = Signal(float)
    turned = Signal(int)  # quarter turns clockwise
    tool_changed = Signal(str)
    typed = Signal(str)  # text typed while a draft waits for its name

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Photo"))
        self.setAccessibleDescription(
            self.tr("Click a dish to cut it out; Ctrl+click selects what is cut out already.")
        )
        self.setMouseTracking(True)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.viewpoint = Viewpoint(self)
        self._turns: dict[str, int] = {}  # photo id -> how it was turned, as long as the project is open
        self._pan_from: QPoint | None = None
        self._space = False
        self._photo: PhotoLayer | None = None
        self.masks = Masks(session, self._scene)
        self.brush_size = BrushSize()
        brushes = [
            BrushTool(session, self._scene, self.brush_size, erases, self._seen, self.masks.keep_stroke)
            for erases in (False, True)
        ]
        clicker = PromptTool(session, self._scene, self.item_at, self.masks.proposal_at)
        tools: list[Tool] = [clicker, *brushes, PolygonTool(session, self._scene)]
        self._tools = {tool.name: tool for tool in tools}
        self.tool = self._tools["click"]
        self.bar = CanvasBar(session, self)
        self._hover_at = QPointF()
        self._hover = QTimer(self)
        self._hover.setSingleShot(True)
        self._hover.setInterval(HOVER_MS)
        self._hover.timeout.connect(self._ask_preview)
        self.viewport().setCursor(self.tool.cursor)
        session.photo_loading.connect(lambda record: self._clear())
        session.photo_changed.connect(self._show_photo)
        session.project_changed.connect(self._on_project)
        self.restyle()

    def restyle(self) -> None:
        """Take on the theme's colours."""
        self.setBackgroundBrush(QColor(current().canvas))

    # --- showing -------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        self.tool.cancel()
        self._hover.stop()
        self.tool.leave()
        self._scene.clear()
        self._photo = None
        self.viewpoint.rect = None
        self.masks.clear()

    def _on_project(self) -> None:
        self._clear()
        self._turns.clear()

    def _show_photo(self) -> None:
        self._clear()
        loaded = self._session.photo
        if loaded is None:
            return
        self._photo = PhotoLayer(loaded.levels)
        self._scene.addItem(self._photo)
        self.viewpoint.rect = self._photo.boundingRect()
        self._scene.setSceneRect(self._photo.boundingRect())
        self._turn_to(self._turns.get(self._session.record.id, 0) if self._session.record else 0)
        self.fit()
        self.masks.begin()

    # --- tools ---------------------------------------------------------------------------------------------------

    def use_tool(self, name: str) -> None:
        """Take another tool: "click", "brush", "eraser" or "polygon"."""
        self.tool.cancel()
        self.tool.leave()
        self._end_hover()
        self.tool = self._tools[name]
        self.viewport().setCursor(self.tool.cursor)
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        if self._photo is not None and self.viewport().rect().contains(place):
            self.tool.hover(self.mapToScene(place), self.zoom)
        self.bar.set_hint(self._tool_hint)
        self.tool_changed.emit(name)

    def resize_brush(self, steps: int) -> None:
        """A larger (1) or smaller (-1) brush."""
        longest = max(self._session.photo.photo.size) if self._session.photo is not None else 1
        self.brush_size.grow(steps, float(longest))
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        if isinstance(self.tool, BrushTool):
            if self.viewport().rect().contains(place):
                self.tool.hover(self.mapToScene(place), self.zoom)
            self.tool.refresh()
        self.bar.refresh()

    def _tool_hint(self) -> str:
        return self.tool.hint

    def _seen(self) -> tuple[QRectF, float]:
        """What of the scene is seen, and the zoom."""
        return self.mapToScene(self.viewport().rect()).boundingRect(), self.zoom * self.devicePixelRatioF()

    def item_at(self, at: QPointF) -> str | None:
        """The id of the item under a scene position; of nested ones the smallest."""
        return self.masks.item_at(at)

    # --- zoom and pan --------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Screen pixels for one photo pixel."""
        return self.viewpoint.zoom

    def fit(self) -> None:
        """Show the whole photo."""
        self.viewpoint.fit()
        self.zoom_changed.emit(self.zoom)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom so that what lies under ``around`` (viewport pixels; None: the middle) stays there."""
        self.viewpoint.zoom_by(factor, around)
        self.zoom_changed.emit(self.zoom)

    def actual_size(self) -> None:
        """One pixel of the screen for one of the photo, also where Qt counts several screen pixels as one."""
        self.zoom_by(1.0 / (self.zoom * self.devicePixelRatioF()))

    def zoom_to_target(self) -> None:
        """Show the draft, the current proposal or the selected item as large as it can be."""
        mask = self._session.target_mask
        if mask is not None and not mask.is_empty:
            self.viewpoint.show(QRectF(*mask.bbox))
            self.zoom_changed.emit(self.zoom)

    def pan_by(self, across: float, down: float) -> None:
        """Look further right and down by these shares of what is seen."""
        size = self.viewport().size()
        self.viewpoint.pan(QPoint(round(across * size.width()), round(down * size.height())))

    def turn_view(self, quarters: int) -> None:
        """Turn what is seen by so many quarters clockwise (0: upright again). The photo and its masks stay as they are.

        A photo that was turned is turned again when it is shown next.
        """
        if self._photo is None or self._session.record is None:
            return
        turns = (self.viewpoint.turns + quarters) % 4 if quarters else 0
        self._turns[self._session.record.id] = turns
        self._turn_to(turns)

    def _turn_to(self, turns: int) -> None:
        self.viewpoint.turn_to(turns)
        self.masks.turn(turns)
        self.turned.emit(turns)
        self.zoom_changed.emit(self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        if self.viewpoint.fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102
        steps = event.angleDelta().y() / 120.0
        if steps:
            self.zoom_by(1.2**steps, event.position().toPoint())
        event.accept()

    # --- pointer and keys ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton or self._space:
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._photo is not None and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            at = self.mapToScene(event.position().toPoint())
            self.tool.press(at, event.button(), event.modifiers(), self.zoom)
            self.bar.refresh()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        left = event.button() == Qt.MouseButton.LeftButton
        at = self.mapToScene(event.position().toPoint())
        if left and not self._space and self._photo is not None and self.tool.double_click(at):
            self.bar.refresh()
            event.accept()
        else:
            self.mousePressEvent(event)  # two quick clicks are two clicks

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        if self._pan_from is not None:
            step = event.position().toPoint() - self._pan_from
            self._pan_from = event.position().toPoint()
            self.viewpoint.pan(-step)
            return
        self._hover_at = self.mapToScene(event.position().toPoint())
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self.tool.move(self._hover_at)
        elif self._photo is not None:
            self.tool.hover(self._hover_at, self.zoom)
            if self.tool.previews and self._photo.boundingRect().contains(self._hover_at):
                self._hover.start()
            else:
                self._end_hover()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else self.tool.cursor)
        else:
            self.tool.release(self.mapToScene(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102
        self._end_hover()
        self.tool.leave()
        super().leaveEvent(event)

    def _ask_preview(self) -> None:
        nothing = self.item_at(self._hover_at) is None and self.masks.proposal_at(self._hover_at) is None
        if self._session.draft is None and nothing:
            self._session.hover(self._hover_at.x(), self._hover_at.y())
        else:
            self._end_hover()

    def _end_hover(self) -> None:
        self._hover.stop()
        self._session.end_hover()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1.0 + event.value(), event.position().toPoint())  # two fingers on a touch pad
            return True
        return bool(super().viewportEvent(event))

    def event(self, event: QEvent) -> bool:  # noqa: D102
        # While a draft waits for its name, letters belong to the search, not to shortcuts.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (self._types(event) or self.tool.takes(Qt.Key(event.key())))
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def _types(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        clicking = self.tool.name == "click"  # with a brush in hand letters choose the tool
        unheld = held == Qt.KeyboardModifier.NoModifier
        return clicking and self._session.awaits_name and unheld and event.text().isalpha()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if self.tool.takes(Qt.Key(event.key())):
            self.tool.key(Qt.Key(event.key()))
            self.bar.refresh()
        elif self._types(event):
            self.typed.emit(event.text())
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().setCursor(self.tool.cursor)
        else:
            super().keyReleaseEvent(event)

    def paintEvent(self, event) -> None:  # type: ignore[no-untyped-def] # noqa: D102
        super().paintEvent(event)
        hint = self._hint()
        if hint:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(current().muted))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, hint)
            painter.end()

    def _hint(self) -> str:
        session = self._session
        if self._photo is not None:
            return ""
        if session.photo_problem:
            return session.photo_problem
        if session.record is not None:
            return self.tr("Opening {name} …").format(name=session.record.path)
        return ""
