"""The project's photos in order, the filter on them, and which one is current."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Taxonomy
from rvergui.gui.photo_columns import Columns, Work, columns_of, merged, taken_over
from rvergui.gui.photo_query import Matcher, PhotoOrder, PhotoQuery
from rvergui.project.photo_contents import NOTHING, PhotoContents
from rvergui.project.records import PhotoRecord, PhotoStatus

# A photo that no longer fits the filter stays in sight for so long, and as long as it is the current one.
SETTLE_MS = 700
# Of more than so many, the whole list is made anew.
UPDATED_AT_ONCE = 50


class PhotoList(QObject):
    """Records by id and position, and which of them are shown. Knows nothing of pixels.

    A *row* is a photo's place among all, in natural order; a *place* is its place among those that are shown. While the
    current photo is worked on it stays where it is, even if it no longer fits the filter; it goes when it is left.

    Attributes:
        query: which photos are shown.
        contents: what is on those that have items, by photo id, as far as it is known.
        altered: ids of photos with items that another program has changed and nobody has looked at since.
    """

    changing = Signal()  # others will be shown in a moment: the last look at those that are
    replaced = Signal()
    changed = Signal(str)  # photo id
    current_changed = Signal()
    shown_changed = Signal()  # others are shown, or in another order
    contents_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns_of(())
        self._since: set[str] | None = None  # photos that have changed since ``prepared``
        self._current: str | None = None
        self.contents: dict[str, PhotoContents] = {}
        self.altered: set[str] = set()
        self.query = PhotoQuery()
        self._taxonomy = Taxonomy()
        self._matcher = Matcher(self.query, self._taxonomy)
        self._shown: list[int] | None = None  # None: all
        self._places: dict[int, int] = {}
        self._held = False  # whether the current photo is shown although it does not fit
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._refilter)

    # --- all photos ----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._columns.records)

    def __getitem__(self, row: int) -> PhotoRecord:
        return self._columns.records[row]

    def replace(self, photos: Iterable[PhotoRecord] | Columns) -> None:
        """Another list, of many photos best as columns; the current photo stays current if it is still there."""
        self.changing.emit()
        self._columns = photos if isinstance(photos, Columns) else columns_of(photos)
        self._since = None
        if self._current not in self._columns.rows:
            self._current = None
        self._filter()
        self.replaced.emit()

    def get(self, photo_id: str) -> PhotoRecord | None:
        """The record with this id."""
        row = self._columns.rows.get(photo_id)
        return None if row is None else self._columns.records[row]

    def row_of(self, photo_id: str) -> int | None:
        """The position of a photo among all."""
        return self._columns.rows.get(photo_id)

    def update(self, record: PhotoRecord) -> None:
        """A record has changed."""
        row = self._columns.rows.get(record.id)
        if row is not None:
            self._columns.put(row, record)
            if self._since is not None:
                self._since.add(record.id)
            self._check_fit(record)
            self.changed.emit(record.id)

    def count(self, status: PhotoStatus) -> int:
        """How many photos have this status."""
        return self._columns.counts.get(status, 0)

    def labelled(self) -> tuple[int, int]:
        """How many items are confirmed, and on how many photos."""
        return self._columns.confirmed, self._columns.labelled

    def first_to_do(self) -> str | None:
        """The first photo that is not done, else the first."""
        records = self._columns.records
        for row, status in enumerate(self._columns.statuses):
            if status in (PhotoStatus.TODO, PhotoStatus.IN_PROGRESS):
                return records[row].id
        return records[0].id if records else None

    def take_over(self, records: Sequence[PhotoRecord], order: Sequence[str] | None, renewed: Container[str]) -> None:
        """Photos are new or have come elsewhere; what is worked on meanwhile stays as it is here.

        Args:
            records: those photos, as they were written down.
            order: the ids of all photos from now on; None if that is as it was.
            renewed: the ids of those whose content is not known any more.
        """
        if order is None and len(records) <= UPDATED_AT_ONCE:
            for record in records:
                self.update(taken_over(self.get(record.id), record, record.id in renewed))
        else:
            self.adopt(self.prepared(records, order, renewed)())

    def prepared(self, records: Sequence[PhotoRecord], order: Sequence[str] | None, renewed: Container[str]) -> Work:
        """As ``take_over``, in two steps: what this returns may be called on another thread, then ``adopt`` it.

        Until then the list may be changed photo by photo.
        """
        present = list(self._columns.records)
        self._since = set()
        return lambda: columns_of(merged(present, records, order, renewed))

    def adopt(self, columns: Columns) -> bool:
        """Take over what ``prepared`` made; photos that have changed meanwhile stay as they are here.

        Returns:
            Whether it was; if another list has come in between it has to be prepared anew.
        """
        since = self._since
        if since is None:
            return False
        for newer in filter(None, map(self.get, since)):
            row = columns.rows.get(newer.id)
            if row is not None:
                found = columns.records[row]
                columns.put(row, replace(newer, path=found.path, problem=found.problem, missing=found.missing))
        self.replace(columns)
        return True

    def mark_altered(self, photo_id: str, altered: bool) -> None:
        """Note whether a photo with items has been changed by another program and nobody has looked at it since."""
        if altered != (photo_id in self.altered):
            (self.altered.add if altered else self.altered.discard)(photo_id)
            self.changed.emit(photo_id)

    # --- the current one -----------------------------------------------------------------------------------------

    @property
    def current(self) -> PhotoRecord | None:
        """The photo on the canvas."""
        return self.get(self._current) if self._current else None

    def set_current(self, photo_id: str) -> None:
        """Another photo is on the canvas."""
        self._current = photo_id
        if self._settle.isActive() or self._held:
            self._refilter()
        self.current_changed.emit()

    def neighbour(self, offset: int) -> str | None:
        """The id of the photo ``offset`` places further among those that are shown, if there is one."""
        row = self._columns.rows.get(self._current or "")
        place = None if row is None else self._place(row)
        if place is None:
            place = self._place_before(row, offset)
        place += offset
        return self.at(place).id if 0 <= place < self.shown_count else None

    def _place_before(self, row: int | None, offset: int) -> int:
        """The place that, ``offset`` places on, leads to what follows a photo that is not shown."""
        if row is None or self._shown is None or self.query.order is not PhotoOrder.NATURAL:
            return -1 if offset > 0 else 0
        return bisect_right(self._shown, row) - 1 if offset > 0 else bisect_left(self._shown, row)

    # --- those that are shown ------------------------------------------------------------------------------------

    @property
    def shown_count(self) -> int:
        """How many photos are shown."""
        return len(self._columns.records) if self._shown is None else len(self._shown)

    def at(self, place: int) -> PhotoRecord:
        """The photo that is shown in this place."""
        return self._columns.records[place if self._shown is None else self._shown[place]]

    def place_of(self, photo_id: str) -> int | None:
        """Where a photo is shown; None if it is not."""
        row = self._columns.rows.get(photo_id)
        return None if row is None else self._place(row)

    def _place(self, row: int) -> int | None:
        if self._shown is None:
            return row
        if self._sorted:
            place = bisect_left(self._shown, row)
            return place if place < len(self._shown) and self._shown[place] == row else None
        if len(self._places) != len(self._shown):  # worked out when it is first asked for
            self._places = {each: place for place, each in enumerate(self._shown)}
        return self._places.get(row)

    @property
    def _sorted(self) -> bool:
        """Whether those that are shown are in natural order."""
        return self.query.order is PhotoOrder.NATURAL

    def show_only(self, query: PhotoQuery) -> None:
        """Show the photos that fit ``query``."""
        if query != self.query:
            self.changing.emit()
            self.query = query
            self._matcher = Matcher(query, self._taxonomy)
            self._filter()
            self.shown_changed.emit()

    def use_taxonomy(self, taxonomy: Taxonomy) -> None:
        """The classes have changed: their names are looked for, and a merged one counts as another."""
        if taxonomy != self._taxonomy:
            self._taxonomy = taxonomy
            self._matcher = Matcher(self.query, taxonomy)
            if self.query.class_id is not None or self.query.text:
                self._settle.start()

    def use_contents(self, contents: Mapping[str, PhotoContents]) -> None:
        """What is on the photos, all at once."""
        self.contents = dict(contents)
        self.contents_changed.emit()
        if not self.query.shows_everything:
            self._refilter()

    def note_contents(self, photo_id: str, contents: PhotoContents) -> None:
        """What is on one photo has changed."""
        if contents == self.contents.get(photo_id, NOTHING):
            return
        self.contents[photo_id] = contents
        self.contents_changed.emit()
        record = self.get(photo_id)
        if record is not None:
            self._check_fit(record)

    def _check_fit(self, record: PhotoRecord) -> None:
        """Filter anew in a moment if a photo does not belong where it is any more."""
        if self.query.shows_everything or self._settle.isActive():
            return
        fits = self._matcher.fits(record, self.contents.get(record.id, NOTHING))
        if fits != (self.place_of(record.id) is not None) or self.query.order is not PhotoOrder.NATURAL:
            self._settle.start()

    def _refilter(self) -> None:
        self.changing.emit()
        current = self._current
        before = None if current is None else self.place_of(current)
        self._filter()
        if current is not None and before is not None and self.place_of(current) is None:
            self._keep_in_sight(self._columns.rows[current], before)
        self.shown_changed.emit()

    def _keep_in_sight(self, row: int, place: int) -> None:
        """Show the current photo although it no longer fits: in its natural place, or where it was."""
        if self._shown is not None:
            self._shown.insert(bisect_left(self._shown, row) if self._sorted else place, row)
            self._places, self._held = {}, True

    def _filter(self) -> None:
        self._settle.stop()
        self._places, self._held = {}, False
        if self.query.shows_everything:
            self._shown = None
        else:
            self._shown = self._matcher.rows(self._columns, self.contents)

    def stop(self) -> None:
        """The window is closing."""
        self._settle.stop()
