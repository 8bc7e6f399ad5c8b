"""The project's photos in order, the filter on them, and which one is current."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from rvergui.project.records import PhotoRecord, PhotoStatus


class PhotoList(QObject):
    """Records by id and position. Knows nothing of pixels."""

    replaced = Signal()
    changed = Signal(str)  # photo id
    current_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[PhotoRecord] = []
        self._rows: dict[str, int] = {}
        self._counts: Counter[PhotoStatus] = Counter()
        self._confirmed = 0
        self._labelled = 0
        self._current: str | None = None

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, row: int) -> PhotoRecord:
        return self._records[row]

    def replace(self, records: Iterable[PhotoRecord]) -> None:
        """Another list; the current photo stays current if it is still there."""
        self._records = list(records)
        self._rows = {record.id: row for row, record in enumerate(self._records)}
        self._counts = Counter(record.status for record in self._records)
        self._confirmed = sum(record.confirmed for record in self._records)
        self._labelled = sum(record.confirmed > 0 for record in self._records)
        if self._current not in self._rows:
            self._current = None
        self.replaced.emit()

    def get(self, photo_id: str) -> PhotoRecord | None:
        """The record with this id."""
        row = self._rows.get(photo_id)
        return None if row is None else self._records[row]

    def row_of(self, photo_id: str) -> int | None:
        """The position of a photo."""
        return self._rows.get(photo_id)

    def update(self, record: PhotoRecord) -> None:
        """A record has changed."""
        row = self._rows.get(record.id)
        if row is not None:
            old = self._records[row]
            self._counts[old.status] -= 1
            self._counts[record.status] += 1
            self._confirmed += record.confirmed - old.confirmed
            self._labelled += int(record.confirmed > 0) - int(old.confirmed > 0)
            self._records[row] = record
            self.changed.emit(record.id)

    @property
    def current(self) -> PhotoRecord | None:
        """The photo on the canvas."""
        return self.get(self._current) if self._current else None

    def set_current(self, photo_id: str) -> None:
        """Another photo is on the canvas."""
        self._current = photo_id
        self.current_changed.emit()

    def neighbour(self, offset: int) -> str | None:
        """The id of the photo ``offset`` places further, if there is one."""
        row = self._rows.get(self._current or "", -1 if offset > 0 else 0) + offset
        return self._records[row].id if 0 <= row < len(self._records) else None

    def first_to_do(self) -> str | None:
        """The first photo that is not done, else the first."""
        for record in self._records:
            if record.status in (PhotoStatus.TODO, PhotoStatus.IN_PROGRESS):
                return record.id
        return self._records[0].id if self._records else None

    def count(self, status: PhotoStatus) -> int:
        """How many photos have this status."""
        return self._counts[status]

    def labelled(self) -> tuple[int, int]:
        """How many items are confirmed, and on how many photos."""
        return self._confirmed, self._labelled
