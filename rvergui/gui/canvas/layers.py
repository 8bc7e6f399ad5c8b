"""What lies on the canvas: the photo, tinted masks, prompt points. One scene unit is one photo pixel."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from rvergui.core import Point
from rvergui.gui.tints import OUTSIDE, MaskPicture


class PhotoLayer(QGraphicsItem):
    """The photo; painted from the level of its pyramid that fits the zoom, so 12 megapixels repaint quickly."""

    def __init__(self, levels: tuple[QImage, ...]) -> None:
        super().__init__()
        self._images = levels  # fromImage may alias their memory, so they must live as long as the pixmaps
        self._levels = [QPixmap.fromImage(image) for image in levels]
        self._rect = QRectF(0, 0, levels[0].width(), levels[0].height())
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(0)

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's name
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        level = 0
        while level + 1 < len(self._levels) and zoom <= 0.5 ** (level + 1):
            level += 1
        pixmap = self._levels[level]
        target = option.exposedRect.intersected(self._rect)
        fx, fy = pixmap.width() / self._rect.width(), pixmap.height() / self._rect.height()
        source = QRectF(target.x() * fx, target.y() * fy, target.width() * fx, target.height() * fy)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 4.0)
        painter.drawPixmap(target, pixmap, source)


class MaskLayer(QGraphicsItem):
    """One tinted mask inside its box."""

    def __init__(self, picture: MaskPicture, z: float) -> None:
        super().__init__()
        self._image = picture.image  # fromImage may alias its memory
        self._pixmap = QPixmap.fromImage(picture.image)
        self._rect = picture.rect
        self.setZValue(z)
        self.picture = picture
        self.mask = picture.mask

    def boundingRect(self) -> QRectF:  # noqa: D102
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self._rect, self._pixmap, QRectF(self._pixmap.rect()))

    def covers(self, at: QPointF) -> bool:
        """Whether the mask is under a scene position (read from what was painted: no decoding)."""
        parts = self.picture.parts
        height, width = parts.shape
        if not self._rect.contains(at) or not parts.size:
            return False
        x = int((at.x() - self._rect.left()) / self._rect.width() * width)
        y = int((at.y() - self._rect.top()) / self._rect.height() * height)
        return 0 <= x < width and 0 <= y < height and int(parts[y, x]) != OUTSIDE


class LabelLayer(QGraphicsItem):
    """A small name plate at the corner of a mask's box, above all masks, the same size at every zoom."""

    def __init__(self, text: str, colour: str, box: QRectF, turns: int) -> None:
        super().__init__()
        self._box = box
        self.turn(turns)
        self.setZValue(60)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self._text = text
        self._font = QFont()
        self._font.setPixelSize(12)
        self._font.setWeight(QFont.Weight.DemiBold)
        ground = QColor(colour)
        self._ground = ground
        # WCAG relative luminance decides between black and white text
        light = 0.2126 * ground.redF() ** 2.2 + 0.7152 * ground.greenF() ** 2.2 + 0.0722 * ground.blueF() ** 2.2
        self._ink = QColor("#101418") if light > 0.18 else QColor("#ffffff")
        width = QFontMetricsF(self._font).horizontalAdvance(text) + 12
        self._rect = QRectF(0, -20, width, 18)

    def turn(self, turns: int) -> None:
        """The view was turned by so many quarters clockwise: lie at what is the upper left corner then."""
        box = self._box
        self.setPos((box.topLeft(), box.bottomLeft(), box.bottomRight(), box.topRight())[turns % 4])

    def boundingRect(self) -> QRectF:  # noqa: D102
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(self._ground))
        painter.drawRoundedRect(self._rect, 4, 4)
        painter.setPen(self._ink)
        painter.setFont(self._font)
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self._text)


class PointLayer(QGraphicsItem):
    """A click of the draft: a disc with plus or minus, the same size at every zoom."""

    RADIUS = 8.0

    def __init__(self, point: Point, positive: str, negative: str) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setPos(point.x, point.y)
        self.setZValue(100)
        self._positive = point.positive
        self._colour = QColor(positive if point.positive else negative)

    def boundingRect(self) -> QRectF:  # noqa: D102
        reach = self.RADIUS + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#ffffff"), 2))
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(0, 0), self.RADIUS, self.RADIUS)
        painter.drawLine(QPointF(-3.5, 0), QPointF(3.5, 0))
        if self._positive:
            painter.drawLine(QPointF(0, -3.5), QPointF(0, 3.5))


class BoxLayer(QGraphicsItem):
    """A box prompt: a thin double line, visible on light and dark ground."""

    def __init__(self, rect: QRectF, colour: str) -> None:
        super().__init__()
        self._rect = rect
        self._colour = QColor(colour)
        self.setZValue(90)

    def set_rect(self, rect: QRectF) -> None:
        """Another box (while it is being dragged)."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:  # noqa: D102
        return self._rect.adjusted(-4, -4, 4, 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: D102
        for colour, width, style in (
            (QColor("#ffffff"), 3.0, Qt.PenStyle.SolidLine),
            (self._colour, 1.6, Qt.PenStyle.DashLine),
        ):
            pen = QPen(colour, width, style)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._rect)
