"""What painting looks like while it happens: the stroke, the brush's ring, the polygon's outline."""

from __future__ import annotations

import itertools
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

ADD, TAKE = "#38bdf8", "#c2371f"
_OPACITY = 0.45


class StrokeLayer(QGraphicsItem):
    """A stroke that is being drawn, painted into an image as fine as the screen.

    A move costs one line into that image and a repaint of the line's box, however long the stroke has become and
    however large the photo is.
    """

    def __init__(self, view: QRectF, zoom: float, radius: float, colour: str) -> None:
        super().__init__()
        self._view, self._zoom, self._radius = view, zoom, radius
        self._colour = QColor(colour)
        self._path: list[QPointF] = []
        self._image = QImage()
        self._fit(view, zoom)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # else all of it counts as exposed
        self.setZValue(95)
        self.setOpacity(_OPACITY)

    @property
    def path(self) -> list[tuple[float, float]]:
        """Where the stroke went, in photo pixels."""
        return [(p.x(), p.y()) for p in self._path]

    def _fit(self, view: QRectF, zoom: float) -> None:
        self._view, self._zoom = view, zoom
        size = (max(math.ceil(view.width() * zoom), 1), max(math.ceil(view.height() * zoom), 1))
        self._image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(Qt.GlobalColor.transparent)

    def look_from(self, view: QRectF, zoom: float) -> None:
        """The canvas was zoomed or moved while the button was down: draw what is to be seen from there."""
        if view == self._view and zoom == self._zoom:
            return
        self.prepareGeometryChange()
        self._fit(view, zoom)
        self._draw(self._path)
        self.update()

    def add(self, at: QPointF) -> None:
        """The stroke goes on to ``at``."""
        last = self._path[-1] if self._path else at
        self._path.append(at)
        self._draw([last, at])
        reach = self._radius + 2 / self._zoom
        self.update(QRectF(last, at).normalized().adjusted(-reach, -reach, reach, reach))

    def _draw(self, places: list[QPointF]) -> None:
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._zoom, self._zoom)
        painter.translate(-self._view.topLeft())
        pen = QPen(self._colour, 2 * self._radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if len(places) == 1 or places[0] == places[-1]:
            painter.drawPoint(places[-1])
        for begin, end in itertools.pairwise(places):
            painter.drawLine(begin, end)
        painter.end()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's name
        return self._view

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        seen = option.exposedRect.intersected(self._view)
        corner = (seen.topLeft() - self._view.topLeft()) * self._zoom
        painter.drawImage(seen, self._image, QRectF(corner, seen.size() * self._zoom))


class RingLayer(QGraphicsItem):
    """The brush's outline at its true size, light and dark so that it shows on any ground."""

    def __init__(self, radius: float) -> None:
        super().__init__()
        self._radius = radius
        self.setZValue(120)

    @property
    def radius(self) -> float:
        """In photo pixels."""
        return self._radius

    def resize(self, radius: float) -> None:
        """Another brush size, in photo pixels."""
        if radius != self._radius:
            self.prepareGeometryChange()
            self._radius = radius

    def boundingRect(self) -> QRectF:  # noqa: D102
        reach = self._radius * 1.05 + 4
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor("#ffffff"), 1.4)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), self._radius, self._radius)


class OutlineLayer(QGraphicsItem):
    """A polygon that is being drawn: its corners, its sides, and the side to the pointer."""

    HANDLE = 4.5

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = QColor(colour)
        self._corners: list[QPointF] = []
        self._pointer: QPointF | None = None
        self._zoom = 1.0
        self._closing = False
        self.setZValue(110)

    def show_outline(self, corners: list[QPointF], pointer: QPointF | None, zoom: float, closing: bool) -> None:
        """Show these ``corners`` and a line on to the ``pointer``; ``closing`` lights up the first corner."""
        self.prepareGeometryChange()
        self._corners, self._pointer, self._zoom, self._closing = list(corners), pointer, zoom, closing
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102
        places = [*self._corners, *([self._pointer] if self._pointer is not None else [])]
        if not places:
            return QRectF()
        reach = 3 * self.HANDLE / max(self._zoom, 1e-6)
        return QPolygonF(places).boundingRect().adjusted(-reach, -reach, reach, reach)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        if not self._corners:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = [*self._corners]
        if self._pointer is not None:
            line.append(self._corners[0] if self._closing else self._pointer)
        inside = QColor(self._colour)
        inside.setAlphaF(0.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inside)
        painter.drawPolygon(QPolygonF(line))
        for colour, width in ((QColor("#ffffff"), 3.2), (self._colour, 1.8)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(line))
        radius = self.HANDLE / max(self._zoom, 1e-6)
        pen = QPen(QColor("#ffffff"), 1.6)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for place, corner in enumerate(self._corners):
            large = place == 0 and self._closing
            painter.setBrush(QColor("#ffffff") if large else self._colour)
            painter.drawEllipse(corner, radius * (1.8 if large else 1), radius * (1.8 if large else 1))
