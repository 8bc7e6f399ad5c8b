"""The canvas: shows the photo with its masks and passes gestures on to the tool."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from rvergui.core import Item, Mask
from rvergui.gui.canvas.layers import BoxLayer, LabelLayer, MaskLayer, PhotoLayer, PointLayer
from rvergui.gui.canvas.tools import PromptTool, Tool
from rvergui.gui.pictures import MaskPicture, tint
from rvergui.gui.session import Session
from rvergui.gui.theme import current

HOVER_MS = 70
UNNAMED = "#c9d1da"
MIN_ZOOM, MAX_ZOOM = 0.02, 64.0


class Canvas(QGraphicsView):
    """Zoom to the pointer with the wheel, pan with the middle button or the space bar."""

    zoom_changed = Signal(float)
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
        self._fitted = True
        self._pan_from: QPoint | None = None
        self._space = False
        self._photo: PhotoLayer | None = None
        self._items: dict[str, tuple[tuple[object, ...], MaskLayer | None]] = {}
        self._labels: dict[str, LabelLayer] = {}
        self._draft: MaskLayer | None = None
        self._marks: list[PointLayer | BoxLayer] = []
        self._preview: MaskLayer | None = None
        self.tool: Tool = PromptTool(session, self._scene, current().accent, self.item_at)
        self._hover_at = QPointF()
        self._hover = QTimer(self)
        self._hover.setSingleShot(True)
        self._hover.setInterval(HOVER_MS)
        self._hover.timeout.connect(self._ask_preview)
        self.viewport().setCursor(self.tool.cursor)
        session.photo_loading.connect(lambda record: self._clear())
        session.photo_changed.connect(self._show_photo)
        session.project_changed.connect(self._clear)
        session.sheet_changed.connect(self._show_items)
        session.selection_changed.connect(self._show_items)
        session.taxonomy_changed.connect(self._show_items)
        session.draft_changed.connect(self._show_draft)
        session.preview_changed.connect(self._show_preview)
        self.restyle()

    def restyle(self) -> None:
        """Take on the theme's colours."""
        self.setBackgroundBrush(QColor(current().canvas))

    # --- showing -------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        self.tool.cancel()
        self._hover.stop()
        self._scene.clear()
        self._photo = self._draft = self._preview = None
        self._items.clear()
        self._labels.clear()
        self._marks.clear()

    def _show_photo(self) -> None:
        self._clear()
        loaded = self._session.photo
        if loaded is None:
            return
        self._photo = PhotoLayer(loaded.levels)
        self._scene.addItem(self._photo)
        self._scene.setSceneRect(self._photo.boundingRect())
        self.fit()
        self._show_items()
        self._show_draft()

    def _outline(self) -> float:
        """Width of a mask's rim in photo pixels: about two screen pixels when the photo fills the window."""
        size = self._session.photo.photo.size if self._session.photo else (1, 1)
        return max(max(size) / 450.0, 1.0)

    def _show_items(self) -> None:
        sheet = self._session.sheet
        if self._photo is None or sheet is None:
            return
        wanted: dict[str, tuple[object, ...]] = {}
        for z, item in enumerate(sheet):
            colour, label = self._look(item)
            selected = item.id == self._session.selected
            wanted[item.id] = (item.mask, colour, label, selected, z)
        for item_id in [i for i in self._items if i not in wanted or self._items[i][0] != wanted[i]]:
            layer = self._items.pop(item_id)[1]
            if layer is not None:
                self._scene.removeItem(layer)
            plate = self._labels.pop(item_id, None)
            if plate is not None:
                self._scene.removeItem(plate)
        for item_id, look in wanted.items():
            if item_id not in self._items:
                self._items[item_id] = (look, None)
                self._tint_item(item_id, look)

    def _look(self, item: Item) -> tuple[str, str]:
        food = self._session.taxonomy.get(item.class_id) if item.class_id else None
        return (food.colour, food.name) if food else (UNNAMED, "")

    def _tint_item(self, item_id: str, look: tuple[object, ...]) -> None:
        mask, colour, label, selected, z = look
        assert isinstance(mask, Mask)
        fill, outline = (0.36, 1.8 * self._outline()) if selected else (0.28, self._outline())

        def placed(picture: MaskPicture) -> None:
            held = self._items.get(item_id)
            if held is None or held[0] is not look or self._photo is None:
                return
            assert isinstance(z, int)
            # however many items there are, they stay between the photo and what is being made
            layer = MaskLayer(picture, 10 + z / (1 + z) + (40 if selected else 0))
            self._scene.addItem(layer)
            if label:
                self._labels[item_id] = LabelLayer(str(label), str(colour), picture.rect.topLeft())
                self._scene.addItem(self._labels[item_id])
            self._items[item_id] = (look, layer)

        self._session.loader.submit(lambda: tint(mask, str(colour), fill, outline), placed, priority=-2)

    def _show_draft(self) -> None:
        for mark in self._marks:
            self._scene.removeItem(mark)
        self._marks.clear()
        draft = self._session.draft
        theme = current()
        if draft is None or self._photo is None:
            self._drop_draft_layer()
            return
        self._show_preview(None)
        if draft.prompt.box is not None:
            box = draft.prompt.box
            self._marks.append(BoxLayer(QRectF(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0), theme.accent))
        self._marks += [PointLayer(point, theme.accent, "#c2371f") for point in draft.prompt.points]
        for mark in self._marks:
            self._scene.addItem(mark)
        if draft.mask is None:
            self._drop_draft_layer()
        elif self._draft is None or self._draft.mask != draft.mask:
            mask = draft.mask

            def placed(picture: MaskPicture) -> None:
                now = self._session.draft
                if now is not None and now.mask == mask and self._photo is not None:
                    self._drop_draft_layer()
                    self._draft = MaskLayer(picture, 80)
                    self._scene.addItem(self._draft)

            outline = 1.4 * self._outline()
            self._session.loader.submit(lambda: tint(mask, "#38bdf8", 0.34, outline), placed, priority=-3, lane="draft")

    def _drop_draft_layer(self) -> None:
        if self._draft is not None:
            self._scene.removeItem(self._draft)
            self._draft = None

    def _show_preview(self, mask: object) -> None:
        if self._preview is not None:
            self._scene.removeItem(self._preview)
            self._preview = None
        if not isinstance(mask, Mask) or mask.is_empty or self._photo is None:
            return

        def placed(picture: MaskPicture) -> None:
            if self._preview is None and self._session.draft is None and self._photo is not None:
                self._preview = MaskLayer(picture, 70)
                self._scene.addItem(self._preview)

        outline = self._outline()
        self._session.loader.submit(lambda: tint(mask, "#ffffff", 0.22, outline), placed, priority=-3, lane="preview")

    def item_at(self, at: QPointF) -> str | None:
        """The id of the item under a scene position; of nested ones the smallest."""
        hits = [
            (layer.mask.area, item_id)
            for item_id, (_, layer) in self._items.items()
            if layer is not None and layer.covers(at)
        ]
        return min(hits)[1] if hits else None

    # --- zoom and pan --------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Screen pixels for one photo pixel."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show the whole photo."""
        if self._photo is not None:
            margin = 0.02 * max(self._photo.boundingRect().width(), self._photo.boundingRect().height())
            rect = self._photo.boundingRect().adjusted(-margin, -margin, margin, margin)
            self.setSceneRect(rect)
            self.fitInView(rect, Qt.AspectRatioMode.KeepAspectRatio)
        self._fitted = True
        self.zoom_changed.emit(self.zoom)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom so that what lies under ``around`` (viewport pixels; None: the middle) stays there."""
        around = self.viewport().rect().center() if around is None else around
        factor = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM) / self.zoom
        if self._photo is not None:  # room to scroll past the edges, so that zooming keeps the pointer's place
            rect = self._photo.boundingRect()
            self.setSceneRect(rect.adjusted(-rect.width(), -rect.height(), rect.width(), rect.height()))
        held = self.mapToScene(around)
        self.scale(factor, factor)
        moved = self.mapFromScene(held) - around
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + moved.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved.y())
        self._fitted = False
        self.zoom_changed.emit(self.zoom)

    def actual_size(self) -> None:
        """One screen pixel for one photo pixel."""
        self.zoom_by(1.0 / self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        if self._fitted:
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
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        if self._pan_from is not None:
            step = event.position().toPoint() - self._pan_from
            self._pan_from = event.position().toPoint()
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - step.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - step.y())
            self._fitted = False
            return
        self._hover_at = self.mapToScene(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.tool.move(self._hover_at)
        elif self._photo is not None:
            if self._photo.boundingRect().contains(self._hover_at):
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
        super().leaveEvent(event)

    def _ask_preview(self) -> None:
        if self._session.draft is None and self.item_at(self._hover_at) is None:
            self._session.hover(self._hover_at.x(), self._hover_at.y())
        else:
            self._end_hover()

    def _end_hover(self) -> None:
        self._hover.stop()
        self._session.end_hover()

    def event(self, event: QEvent) -> bool:  # noqa: D102
        # While a draft waits for its name, letters belong to the search, not to shortcuts.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._types(event):
            event.accept()
            return True
        return bool(super().event(event))

    def _types(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        return self._session.awaits_name and held == Qt.KeyboardModifier.NoModifier and event.text().isalpha()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if self._types(event):
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
