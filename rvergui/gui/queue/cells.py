"""One cell of the grid: both views, the name, what the model says, and whether it was looked at."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rvergui.core import ItemState
from rvergui.gui.numbers import percent
from rvergui.gui.queue.review_queue import ReviewQueue
from rvergui.gui.session import Session
from rvergui.gui.theme import Theme, current
from rvergui.project.queue import QueueItem

Index = QModelIndex | QPersistentModelIndex
CELL = QSize(232, 172)
VIEW = 102
GAP = 6
PAD = 8
DONE_OPACITY = 0.4
SCALED_KEPT = 240


def fitted(image: QImage, frame: QRect) -> QRect:
    """Where ``image`` goes inside ``frame``, whole and in its own shape."""
    size = image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(frame.topLeft(), size)
    place.moveCenter(frame.center())
    return place


class CellDelegate(QStyledItemDelegate):
    """Paints entries; asks for the crops of those that come into sight."""

    def __init__(self, queue: ReviewQueue, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._queue = queue
        self._session = session
        self._scaled: OrderedDict[tuple[int, float], QPixmap] = OrderedDict()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        grid = self.parent()
        size = grid.gridSize() if isinstance(grid, QListView) else CELL
        return size if size.isValid() else CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        entries, theme, row = self._queue.entries, current(), index.row()
        if row >= len(entries):
            return
        entry, left = entries[row], entries.is_left(row)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(option.rect).adjusted(4.5, 4.5, -4.5, -4.5)
        self._paint_card(painter, option, card, theme)
        width = 2 * VIEW + GAP
        x, y = round(card.center().x() - width / 2), round(card.top()) + PAD
        frames = (QRect(x, y, VIEW, VIEW), QRect(x + VIEW + GAP, y, VIEW, VIEW))
        painter.setOpacity(1.0 if left else DONE_OPACITY)
        self._paint_views(painter, frames, row, theme)
        painter.setOpacity(1.0)
        if not left:
            self._paint_done(painter, QRect(x, y, width, VIEW), entries.is_gone(row), theme)
        painter.setFont(option.font)
        self._paint_words(painter, QRect(x, y + VIEW + 5, width, 38), entry, theme)
        painter.restore()

    def _paint_card(self, painter: QPainter, option: QStyleOptionViewItem, card: QRectF, theme: Theme) -> None:
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = theme.selected if selected else theme.hover if hovered else theme.panel
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(theme.accent if focused or selected else theme.line), 2.0 if focused else 1.0))
        painter.drawRoundedRect(card, 8, 8)

    def _paint_views(self, painter: QPainter, frames: tuple[QRect, QRect], row: int, theme: Theme) -> None:
        crop = None if self._queue.entries.is_gone(row) else self._queue.crops.get(self._queue.key(row))
        images = (crop.roi, crop.extra) if crop is not None and not crop.problem else (QImage(), QImage())
        for frame, image in zip(frames, images, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.window if image.isNull() else "#000000"))
            painter.drawRoundedRect(frame, 4, 4)
            if not image.isNull():
                small = self._small(image, painter.device().devicePixelRatioF())
                place = QRect(QPoint(), small.deviceIndependentSize().toSize())
                place.moveCenter(frame.center())
                painter.drawPixmap(place.topLeft(), small)
        if crop is not None and crop.problem:
            painter.setPen(QColor(theme.negative))
            both = frames[0].united(frames[1])
            painter.drawText(both, Qt.AlignmentFlag.AlignCenter, "! " + self.tr("no picture"))

    def _small(self, image: QImage, ratio: float) -> QPixmap:
        """The picture at the size of a cell; scaling it for every painting would be most of the work."""
        key = (image.cacheKey(), ratio)
        found = self._scaled.get(key)
        if found is None:
            edge = round(VIEW * ratio)
            smooth = Qt.TransformationMode.SmoothTransformation
            found = QPixmap.fromImage(image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, smooth))
            found.setDevicePixelRatio(ratio)
            self._scaled[key] = found
            while len(self._scaled) > SCALED_KEPT:
                self._scaled.popitem(last=False)
        self._scaled.move_to_end(key)
        return found

    def _paint_done(self, painter: QPainter, views: QRect, gone: bool, theme: Theme) -> None:
        badge = QRectF(0, 0, 34, 34)
        badge.moveCenter(QRectF(views).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.negative if gone else theme.positive))
        painter.drawEllipse(badge)
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.panel))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "✕" if gone else "✓")

    def _paint_words(self, painter: QPainter, box: QRect, entry: QueueItem, theme: Theme) -> None:
        food = self._session.taxonomy.get(entry.class_id) if entry.class_id else None
        font = QFont(painter.font())
        font.setBold(False)
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        font.setWeight(QFont.Weight.DemiBold if food else QFont.Weight.Normal)
        line = QRect(box.left(), box.top(), box.width(), box.height() // 2)
        dot = QRectF(line.left() + 1, line.center().y() - 4.5, 10, 10)
        painter.setPen(QColor(food.colour if food else theme.muted))
        painter.setBrush(QColor(food.colour) if food else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        mark = self._mark(entry)
        painter.setFont(small)
        painter.setPen(QColor(theme.positive))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, mark)
        room = line.adjusted(18, 0, -painter.fontMetrics().horizontalAdvance(mark) - 4, 0)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if food else theme.muted))
        name = food.name if food else self.tr("no name yet")
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        self._paint_suggestion(painter, line.translated(0, line.height()), entry, small, theme)

    def _paint_suggestion(self, painter: QPainter, line: QRect, entry: QueueItem, font: QFont, theme: Theme) -> None:
        painter.setFont(font)
        right = ""
        if entry.suggested:
            right = percent(entry.probability or 0.0)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        meant = self._session.taxonomy.find(entry.suggested) if entry.suggested else None
        given = self._session.taxonomy.get(entry.class_id) if entry.class_id else None
        differs = bool(entry.suggested) and given is not None and meant != given
        painter.setPen(QColor(theme.warning if differs else theme.muted))
        words = self.tr("model: {name}").format(name=entry.suggested) if entry.suggested else self.tr("not asked yet")
        room = line.adjusted(18, 0, -painter.fontMetrics().horizontalAdvance(right) - 6, 0)
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _mark(self, entry: QueueItem) -> str:
        if entry.verified:
            return self.tr("✓✓")
        return "✓" if entry.state is ItemState.CONFIRMED else ""
