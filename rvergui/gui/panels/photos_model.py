"""The photos that are shown, for Qt's views."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from rvergui.gui.photo_list import PhotoList

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole + 1


class PhotosModel(QStringListModel):
    """A window onto what ``PhotoList`` shows.

    A view that lays out 50,000 rows asks for every one of them, which through Python takes a tenth of a second. A list
    of empty strings answers that in Qt; Python is asked only for the rows in sight.
    """

    def __init__(self, photos: PhotoList) -> None:
        super().__init__()
        self._photos = photos
        photos.changed.connect(self._on_changed)
        self.renew()

    def renew(self) -> None:
        """Others are shown."""
        self.setStringList([""] * self._photos.shown_count)

    def _on_changed(self, photo_id: str) -> None:
        place = self._photos.place_of(photo_id)
        if place is not None and place < self.rowCount():
            self.dataChanged.emit(self.index(place), self.index(place))

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: D102
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        # Between a change of the list and the reset a view may still ask for rows that are gone.
        if not index.isValid() or index.row() >= self._photos.shown_count:
            return None
        record = self._photos.at(index.row())
        if role == RECORD_ROLE:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return record.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record.path}, {record.problem or record.status}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return record.problem or record.path
        return None
