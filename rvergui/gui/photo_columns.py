"""The photos as columns, which lists and filters go through in milliseconds. Knows nothing of Qt.

Made on a background thread for many photos (``columns_of`` takes a twentieth of a second for 50,000), and kept up to
date row by row on the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from rvergui.project.records import PhotoRecord, PhotoStatus


@dataclass
class Columns:
    """Photos in natural order; a *row* is a place in each of these lists.

    Attributes:
        records: the photos.
        rows: the row of every photo, by id.
        paths: their paths, casefolded.
        statuses: how far the work on them has come.
        counts: how many photos have which status.
        confirmed: how many items are confirmed.
        labelled: on how many photos some are.
    """

    records: list[PhotoRecord]
    rows: dict[str, int]
    paths: list[str]
    statuses: list[PhotoStatus]
    counts: dict[PhotoStatus, int]
    confirmed: int
    labelled: int

    def put(self, row: int, record: PhotoRecord) -> None:
        """A photo has changed."""
        old, self.records[row] = self.records[row], record
        self.counts[self.statuses[row]] -= 1
        self.statuses[row] = status = record.status
        self.counts[status] += 1
        self.confirmed += record.confirmed - old.confirmed
        self.labelled += int(record.confirmed > 0) - int(old.confirmed > 0)
        if record.path != old.path:
            self.paths[row] = record.path.casefold()


def columns_of(records: Iterable[PhotoRecord]) -> Columns:
    """The columns of photos in natural order."""
    photos = list(records)
    statuses = [record.status for record in photos]
    named = [record.confirmed for record in photos if record.confirmed]
    return Columns(
        photos,
        {record.id: row for row, record in enumerate(photos)},
        [record.path.casefold() for record in photos],
        statuses,
        {status: statuses.count(status) for status in PhotoStatus},
        sum(named),
        len(named),
    )


def merged(
    present: Sequence[PhotoRecord],
    taken: Sequence[PhotoRecord],
    order: Sequence[str] | None,
    renewed: Container[str],
) -> list[PhotoRecord]:
    """The ``present`` photos with those that are new or have come elsewhere.

    Args:
        present: the photos as the window knows them, which may be newer than what is on disk.
        taken: new photos, and known ones with another path or problem.
        order: the ids of all photos from now on; None if that is as it was.
        renewed: the ids of those whose content is not known any more.
    """
    known = {record.id: record for record in present}
    for record in taken:
        known[record.id] = taken_over(known.get(record.id), record, record.id in renewed)
    return [known[photo_id] for photo_id in (known if order is None else order) if photo_id in known]


def taken_over(known: PhotoRecord | None, record: PhotoRecord, renewed: bool) -> PhotoRecord:
    """A photo as it was found on the disk, with the work that is done on it meanwhile."""
    if known is None:
        return record
    found = replace(known, path=record.path, problem=record.problem, missing=record.missing)
    return replace(found, content_hash=None, size=None) if renewed else found


Work = Callable[[], Columns]
"""What may be called on any thread."""
