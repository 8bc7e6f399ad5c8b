"""A table with one line an object, masks and where they come from included."""

from __future__ import annotations

import csv
from typing import TextIO

from rvergui.core import Source
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.selection import ExportPhoto

COLUMNS = (
    "photo",
    "part",
    "object",
    "class",
    "state",
    "width",
    "height",
    "x",
    "y",
    "box_width",
    "box_height",
    "area",
    "mask_by",
    "mask_at",
    "named_by",
    "named_at",
    "verified_by",
    "verified_at",
    "note",
    "photo_key",
    "rle",
)


class CsvWriter:
    """Writes rows as they come."""

    def __init__(self, job: Job) -> None:
        # A byte order mark: without it Excel takes UTF-8 for the code page of the country.
        self._stream: TextIO = job.root.open("w", encoding="utf-8-sig", newline="")
        self._table = csv.writer(self._stream)
        self._table.writerow(COLUMNS)
        self._divided = job.is_divided

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        height, width = photo.size
        for chosen in photo.items:
            item = chosen.item
            self._table.writerow(
                (
                    photo.record.path,
                    part if self._divided else "",
                    chosen.number,
                    chosen.name,
                    item.state.value,
                    width,
                    height,
                    *item.mask.bbox,
                    item.mask.area,
                    *_told(item.mask_source),
                    *_told(item.label_source),
                    *_told(item.verified),
                    item.note,
                    photo.record.content_hash or "",
                    item.mask.rle()["counts"],
                )
            )
        return len(photo.items)

    def finish(self) -> None:
        """Nothing is left to write."""
        self.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._stream.close()


def _told(source: Source | None) -> tuple[str, str]:
    return ("", "") if source is None else (source.name, source.at.isoformat(timespec="seconds"))


CSV = ExportFormat(
    name="csv",
    title="CSV table",
    summary="One line an object for spreadsheets: photo, class, box, area, who named it, the mask as run lengths.",
    make=CsvWriter,
    suffix=".csv",
    test_share=0.0,
)
