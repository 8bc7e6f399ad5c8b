"""The photos panel: filters, the list, and what is said where there is nothing to list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.panels.looking_line import LookingLine
from rvergui.gui.panels.photo_delegate import PhotoDelegate
from rvergui.gui.panels.photo_filters import PhotoFilters
from rvergui.gui.panels.photos_model import RECORD_ROLE, PhotosModel
from rvergui.gui.panels.thumbnails import Thumbnails
from rvergui.gui.session import Session


class PhotosPanel(QWidget):
    """Filters and the list. Whatever happens to the list, the photos in sight stay where they are."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._photos = session.photos
        self._model = PhotosModel(session.photos)
        self._following = False
        self._query = session.photos.query
        self._sight: list[tuple[str, int]] = []
        self.list = QListView()
        self.list.setModel(self._model)
        # One pass, or the scroll bar would know a few hundred photos only; with rows of one height it takes
        # milliseconds for 50,000.
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(self.tr("Photos"))
        self.thumbnails = Thumbnails(session, self)
        self.list.setItemDelegate(PhotoDelegate(session, self.thumbnails, self.list))
        self.filters = PhotoFilters(session)
        self.text = self.filters.text
        self.nothing = Nothing(self.list)
        self.nothing.button.clicked.connect(self.filters.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.filters)
        layout.addWidget(self.list, 1)
        self.looking = LookingLine()
        layout.addWidget(self.looking)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._photos.changing.connect(self._remember_sight)
        self._photos.replaced.connect(self._renew)
        self._photos.shown_changed.connect(self._renew)
        self._photos.current_changed.connect(lambda: self._select(scroll=True))
        self.thumbnails.arrived.connect(self._on_thumbnail)
        session.project_changed.connect(self._on_project)
        self._renew()

    def stop(self) -> None:
        """The window is closing."""
        self.filters.stop()
        self.looking.hide_now()
        self.thumbnails.stop()

    def _on_project(self) -> None:
        self.thumbnails.forget_all()
        self._select(scroll=True)

    def _remember_sight(self) -> None:
        """Note which photos are in sight, and where, before others are shown."""
        self._sight = []
        index = self.list.indexAt(QPoint(1, 1))
        place, height = index.row(), self.list.viewport().height()
        while index.isValid() and (top := self.list.visualRect(index).top()) < height:
            record = index.data(RECORD_ROLE)
            if record is not None:
                self._sight.append((record.id, top))
            place += 1
            index = self._model.index(place)

    def _renew(self) -> None:
        """Others are shown: unless somebody asked for that, the uppermost that is left stays where it was."""
        sight, self._sight = self._sight, []
        asked, self._query = self._query != self._photos.query, self._photos.query
        self._following = True
        self._model.renew()
        self._following = False
        kept = next((pair for pair in sight if self._photos.place_of(pair[0]) is not None), None)
        if asked or kept is None:
            self._select(scroll=True)
        else:
            self._select(scroll=False)
            bar, place = self.list.verticalScrollBar(), self._photos.place_of(kept[0])
            bar.setValue(bar.value() + self.list.visualRect(self._model.index(place or 0)).top() - kept[1])
        self.nothing.setVisible(len(self._photos) > 0 and self._photos.shown_count == 0)

    def _select(self, scroll: bool) -> None:
        """Mark the current photo, if it is shown."""
        record = self._photos.current
        place = self._photos.place_of(record.id) if record else None
        index = self._model.index(place) if place is not None else QModelIndex()
        self._following = True
        self.list.setAutoScroll(False)
        self.list.setCurrentIndex(index)
        self.list.setAutoScroll(True)
        self._following = False
        if index.isValid() and scroll:
            self.list.scrollTo(index)

    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid() and not self._following:
            self._session.go_to(now.data(RECORD_ROLE).id)

    def _on_thumbnail(self, photo_id: str) -> None:
        place = self._photos.place_of(photo_id)
        if place is not None:
            self.list.update(self._model.index(place))


class Nothing(QWidget):
    """Lies over a list in which nothing fits the filter."""

    def __init__(self, over: QAbstractItemView) -> None:
        super().__init__(over.viewport())
        words = QLabel(self.tr("No photo fits this filter."))
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setProperty("kind", "muted")
        self.button = QPushButton(self.tr("Show all photos"))
        layout = QVBoxLayout(self)
        layout.addSpacing(24)
        layout.addWidget(words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        over.viewport().installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)
