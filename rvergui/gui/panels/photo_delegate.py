"""How a photo looks in the list: thumbnail, file name, status."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rvergui.gui.panels.photos_model import RECORD_ROLE
from rvergui.gui.panels.thumbnails import EDGE, Thumbnails
from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.project.records import PhotoRecord, PhotoStatus

Index = QModelIndex | QPersistentModelIndex


class PhotoDelegate(QStyledItemDelegate):
    """Thumbnail, file name and status."""

    def __init__(self, session: Session, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(180, EDGE + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        record: PhotoRecord | None = index.data(RECORD_ROLE)
        if record is None:
            return
        theme = current()
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        rect: QRect = option.rect.adjusted(4, 2, -4, -2)
        flags = option.state
        if flags & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if flags & QStyle.StateFlag.State_Selected else theme.hover))
            painter.drawRoundedRect(rect, 6, 6)
        frame = QRect(rect.left() + 6, rect.top() + 5, EDGE, EDGE)
        self._paint_thumbnail(painter, frame, record)
        text = QRect(frame.right() + 10, rect.top() + 8, rect.right() - frame.right() - 16, rect.height() - 16)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(theme.text))
        name = metrics.elidedText(record.path, Qt.TextElideMode.ElideMiddle, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
        words, colour = self._status(record)
        painter.setPen(QColor(colour))
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, frame: QRect, record: PhotoRecord) -> None:
        theme = current()
        pixmap = self._thumbnails.get(record)
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.window))
            painter.drawRoundedRect(frame, 4, 4)
            if record.problem:
                painter.setPen(QColor(theme.negative))
                painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "?" if record.missing else "!")
            return
        edge = min(pixmap.width(), pixmap.height())
        middle = QRect((pixmap.width() - edge) // 2, (pixmap.height() - edge) // 2, edge, edge)
        painter.drawPixmap(frame, pixmap, middle)

    def _status(self, record: PhotoRecord) -> tuple[str, str]:
        theme = current()
        if record.id in self._session.photos.altered:
            return self.tr("⟳ changed on disk"), theme.warning
        words = {
            PhotoStatus.BROKEN: (
                self.tr("? not found") if record.missing else self.tr("! cannot be opened"),
                theme.negative,
            ),
            PhotoStatus.DONE: (self.tr("✓ {n} named").format(n=record.confirmed), theme.positive),
            PhotoStatus.IN_PROGRESS: (
                self.tr("{done} of {n} named").format(done=record.confirmed, n=record.items),
                theme.warning,
            ),
            PhotoStatus.TODO: (self.tr("to do"), theme.muted),
        }
        return words[record.status]
