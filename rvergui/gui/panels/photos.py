"""The list of photos with thumbnails and status; thumbnails are made when they come into sight."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.photo_list import PhotoList
from rvergui.gui.pictures import read_thumbnail
from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.gui.worker import Worker
from rvergui.project.records import PhotoRecord, PhotoStatus

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole + 1
EDGE = 56
THUMBNAILS_KEPT = 1500  # about 75 MB


class PhotosModel(QAbstractListModel):
    """A window onto ``PhotoList`` for Qt's views."""

    def __init__(self, photos: PhotoList) -> None:
        super().__init__()
        self._photos = photos
        photos.replaced.connect(self._on_replaced)
        photos.changed.connect(self._on_changed)

    def _on_replaced(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _on_changed(self, photo_id: str) -> None:
        row = self._photos.row_of(photo_id)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        record = self._photos[index.row()]
        if role == RECORD_ROLE:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return record.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record.path}, {record.problem or record.status}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return record.problem or record.path
        return None


class StatusFilter(QSortFilterProxyModel):
    """Photos of some statuses whose path holds a text."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: frozenset[PhotoStatus] | None = None
        self.text = ""

    def show_only(self, statuses: frozenset[PhotoStatus] | None, text: str) -> None:
        """Filter anew; None shows every status."""
        self.beginFilterChange()
        self.statuses, self.text = statuses, text.casefold()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: D102
        if self.statuses is None and not self.text:
            return True
        record = self.sourceModel().index(row, 0, parent).data(RECORD_ROLE)
        return (self.statuses is None or record.status in self.statuses) and self.text in record.path.casefold()


class Thumbnails:
    """Pixmaps by photo, made on a thread of their own in the order they were last asked for."""

    def __init__(self, session: Session, repaint: QWidget) -> None:
        self._session = session
        self._repaint = repaint
        self._worker = Worker("thumbnails", repaint)
        self._asked: set[str] = set()
        self._age = 0
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()

    def get(self, record: PhotoRecord) -> QPixmap | None:
        """The pixmap, or None while it is being made."""
        found = self._kept.get(record.id)
        if found is not None:
            self._kept.move_to_end(record.id)
            return found
        project = self._session.project
        if project is None or record.problem or record.id in self._asked:
            return None
        self._asked.add(record.id)
        path = project.photo_path(record)
        limit = self._session.pixel_limit

        def done(image: QImage) -> None:
            self._asked.discard(record.id)
            self._kept[record.id] = QPixmap.fromImage(image)
            while len(self._kept) > THUMBNAILS_KEPT:
                self._kept.popitem(last=False)
            self._repaint.update()

        self._age += 1
        # A broken photo is not asked again; opening it says what is wrong.
        self._worker.submit(lambda: read_thumbnail(path, 2 * EDGE, limit), done, lambda message: None, -self._age)
        return None

    @property
    def waiting(self) -> int:
        """How many are being made."""
        return self._worker.waiting

    def forget(self) -> None:
        """Another project."""
        self._asked.clear()
        self._kept.clear()

    def stop(self) -> None:
        """End the thread."""
        self._worker.stop()


class PhotoDelegate(QStyledItemDelegate):
    """Thumbnail, file name and status."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(180, EDGE + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        record: PhotoRecord = index.data(RECORD_ROLE)
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
                painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "!")
            return
        edge = min(pixmap.width(), pixmap.height())
        middle = QRect((pixmap.width() - edge) // 2, (pixmap.height() - edge) // 2, edge, edge)
        painter.drawPixmap(frame, pixmap, middle)

    def _status(self, record: PhotoRecord) -> tuple[str, str]:
        theme = current()
        words = {
            PhotoStatus.BROKEN: (self.tr("! cannot be opened"), theme.negative),
            PhotoStatus.DONE: (self.tr("✓ {n} named").format(n=record.confirmed), theme.positive),
            PhotoStatus.IN_PROGRESS: (
                self.tr("{done} of {n} named").format(done=record.confirmed, n=record.items),
                theme.warning,
            ),
            PhotoStatus.TODO: (self.tr("to do"), theme.muted),
        }
        return words[record.status]


class PhotosPanel(QWidget):
    """Filter buttons with counts, a text filter, and the list."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._source = PhotosModel(session.photos)
        self._filter = StatusFilter()
        self._filter.setSourceModel(self._source)
        self.list = QListView()
        self.list.setModel(self._filter)
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(self.tr("Photos"))
        self.thumbnails = Thumbnails(session, self.list.viewport())
        self.list.setItemDelegate(PhotoDelegate(self.thumbnails, self.list))
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("filter by name"))
        self.text.setAccessibleName(self.tr("Filter photos by name"))
        self.text.setClearButtonEnabled(True)
        self.text.textChanged.connect(self._apply_filter)
        self._buttons = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(2)
        self._choices: list[tuple[QPushButton, str, frozenset[PhotoStatus] | None]] = []
        for text, statuses in (
            (self.tr("all"), None),
            (self.tr("to do"), frozenset({PhotoStatus.TODO, PhotoStatus.IN_PROGRESS})),
            (self.tr("done"), frozenset({PhotoStatus.DONE})),
        ):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setChecked(statuses is None)
            button.clicked.connect(self._apply_filter)
            self._buttons.addButton(button)
            self._choices.append((button, text, statuses))
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.text)
        layout.addLayout(row)
        layout.addWidget(self.list, 1)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        session.photos.replaced.connect(self._show_counts)
        session.photos.changed.connect(self._show_counts)
        session.photos.current_changed.connect(self._select)
        session.project_changed.connect(self.thumbnails.forget)
        self._show_counts()

    def _show_counts(self) -> None:
        photos = self._session.photos
        done = photos.count(PhotoStatus.DONE)
        to_do = photos.count(PhotoStatus.TODO) + photos.count(PhotoStatus.IN_PROGRESS)
        for (button, text, _), count in zip(self._choices, (len(photos), to_do, done), strict=True):
            button.setText(f"{text} {count}")

    def _apply_filter(self) -> None:
        statuses = next((s for button, _, s in self._choices if button.isChecked()), None)
        blocked = self.list.selectionModel().blockSignals(True)
        self._filter.show_only(statuses, self.text.text().strip())
        self.list.selectionModel().blockSignals(blocked)
        self._select()

    def _select(self) -> None:
        record = self._session.record
        row = self._session.photos.row_of(record.id) if record else None
        if row is None:
            return
        index = self._filter.mapFromSource(self._source.index(row))
        blocked = self.list.selectionModel().blockSignals(True)
        self.list.setCurrentIndex(index)
        self.list.selectionModel().blockSignals(blocked)
        if index.isValid():
            self.list.scrollTo(index)
        self.list.viewport().update()

    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            self._session.go_to(now.data(RECORD_ROLE).id)
