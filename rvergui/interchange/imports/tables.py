"""The program's own tables: a CSV with run lengths, and a mask a file with a table of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.coco_outlines import outline_mask
from rvergui.interchange.exports.division import WORDS
from rvergui.interchange.exports.object_masks import TABLE
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.limits import folder_or_parent, read_text
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.mask_file import read_mask_file
from rvergui.interchange.photo_finder import PhotoFinder

_CELL = 2**26
_TABLE_BYTES = 2**31


@dataclass(frozen=True)
class Row:
    """An object: its class, its mask as run lengths or the file of its mask, and where that stands."""

    class_name: str
    where: str
    size: tuple[int, int] | None = None
    counts: str = field(default="", repr=False)
    mask: Path | None = None

    def read(self, size: tuple[int, int], pixel_limit: int) -> Mask:
        """The mask for a photo of ``size``; RverError says why it is of no use."""
        if self.mask is not None:
            return read_mask_file(self.mask, size, pixel_limit)
        if self.size != size:
            raise RverError(
                f"it was made on a photo of {self.size[1]}x{self.size[0]} pixels" if self.size else "no size"
            )
        return outline_mask({"size": list(size), "counts": self.counts}, size)


@dataclass(frozen=True)
class TabledPhoto:
    """A photo and its rows; see ``LabelledPhoto``."""

    path: Path
    part: str
    rows: list[Row] = field(repr=False)

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        objects: list[tuple[str, Mask]] = []
        left_out: list[tuple[str, str]] = []
        for row in self.rows:
            try:
                objects.append((row.class_name, row.read(photo.size, pixel_limit)))
            except RverError as error:
                left_out.append(("broken", f"{row.where}: {str(error).rstrip('.')}."))
        return opened(photo, objects, left_out)


def read_csv(request: Request) -> Dataset:
    """The objects of an exported CSV; the photos are looked for beside it or in the folder given."""
    file = request.source
    finder = PhotoFinder(request.images if request.images is not None else folder_or_parent(file, "the CSV file"))
    needed = ("photo", "class", "width", "height", "rle")
    gathered = _Gathered(file, finder)
    for line, cells in _rows(file, needed):
        where = f"{file}, line {line}"
        sides = (cells["height"], cells["width"])
        if not all(side.isdecimal() and len(side) < 7 and int(side) > 0 for side in sides):
            gathered.problems.append(f"{where}: its width and height are no numbers of pixels.")
            continue
        row = Row(cells["class"], where, (int(sides[0]), int(sides[1])), cells["rle"])
        gathered.add(where, cells["photo"], _part(cells), row)
    return gathered.dataset()


def read_masks(request: Request) -> Dataset:
    """The objects of an exported folder of masks."""
    source = request.source
    root = folder_or_parent(source, "the folder of the export")
    file = source if source.is_file() else root / TABLE
    gathered = _Gathered(file, PhotoFinder(request.images if request.images is not None else root))
    masks = PhotoFinder(root)
    for line, cells in _rows(file, ("mask", "photo", "class")):
        where = f"{file}, line {line}"
        mask = masks.find(cells["mask"])
        if mask is None:
            gathered.problems.append(f"{where}: the mask {cells['mask'][:200]} is not in {root}.")
            continue
        gathered.add(where, cells["photo"], _part(cells), Row(cells["class"], where, mask=mask))
    return gathered.dataset()


def _part(cells: dict[str, str]) -> str:
    return WORDS.get(cells.get("part", "").strip().lower(), "")


class _Gathered:
    """Rows by photo."""

    def __init__(self, file: Path, finder: PhotoFinder) -> None:
        self._file, self._finder = file, finder
        self._photos: dict[str, TabledPhoto | None] = {}
        self._classes: dict[str, None] = {}
        self.problems: list[str] = []

    def add(self, where: str, name: str, part: str, row: Row) -> None:
        if name not in self._photos:
            path = self._finder.find(name)
            self._photos[name] = TabledPhoto(path, part, []) if path is not None else None
            if path is None:
                self.problems.append(
                    f"{where}: the photo {name[:200]} is not in {self._finder.folder}, or several are."
                )
        photo = self._photos[name]
        if photo is not None:
            photo.rows.append(row)
            self._classes[row.class_name] = None

    def dataset(self) -> Dataset:
        photos = [photo for photo in self._photos.values() if photo is not None]
        if not photos:
            raise RverError(
                f"There is nothing to import in {self._file}. {self.problems[0] if self.problems else ''}".strip()
            )
        return Dataset(tuple(self._classes), photos, self.problems)


def _rows(file: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column of each row that has all columns."""
    text = read_text(file, _TABLE_BYTES)
    # the module knows one limit for the whole process; it is only ever raised, to what a mask may need
    csv.field_size_limit(max(csv.field_size_limit(), _CELL))
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heads = next(table, [])
        missing = [name for name in needed if name not in heads]
        if missing:
            raise RverError(f"{file} lacks the column {missing[0]}; give a table that an export made.")
        for cells in table:
            if not cells:
                continue
            if len(cells) != len(heads):
                raise RverError(f"{file}, line {table.line_num}: it has {len(cells)} cells instead of {len(heads)}.")
            yield table.line_num, dict(zip(heads, cells, strict=True))
    except csv.Error as error:
        raise RverError(f"{file}, line {table.line_num}: it is no CSV ({error}).") from error


CSV = ImportFormat(
    name="csv",
    title="CSV table",
    summary="A table that an export made, with masks as run lengths; the photos beside it or in a folder of their own.",
    read=read_csv,
    suffixes=(".csv",),
    folder=False,
)

MASKS = ImportFormat(
    name="masks",
    title="A mask for each object",
    summary="A folder that an export of masks made, with objects.csv.",
    read=read_masks,
    suffixes=(".csv",),
)
