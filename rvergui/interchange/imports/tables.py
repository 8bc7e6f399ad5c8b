"""The program's own tables: a CSV with run lengths, and a mask a file with a table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.coco_outlines import outline_mask
from rvergui.interchange.exports.division import WORDS
from rvergui.interchange.exports.object_masks import TABLE
from rvergui.interchange.imports.big_tables import BigTable, Place
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.limits import folder_or_parent
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.mask_file import read_mask_file
from rvergui.interchange.photo_finder import PhotoFinder, missing_photo


@dataclass(frozen=True, slots=True)
class Row:
    """An object: its class, and where in the table the rest stands."""

    class_name: str
    place: Place


MaskOf = Callable[[Mapping[str, str], tuple[int, int], int], Mask]
"""The mask that the cells of a row tell, for a photo of a size (height, width) with a limit of pixels."""


@dataclass(frozen=True)
class TabledPhoto:
    """A photo and its rows; see ``LabelledPhoto``."""

    path: Path
    part: str
    table: BigTable
    mask_of: MaskOf
    rows: list[Row] = field(default_factory=list, repr=False)

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        objects: list[tuple[str, Mask]] = []
        left_out: list[tuple[str, str]] = []
        with self.table.open() as stream:
            for row in self.rows:
                try:
                    mask = self.mask_of(self.table.row(stream, row.place), photo.size, pixel_limit)
                    objects.append((row.class_name, mask))
                except RverError as error:
                    where = _where(self.table.file, row.place)
                    left_out.append(("broken", f"{where}: {str(error).rstrip('.')}."))
        return opened(photo, objects, left_out)


def read_csv(request: Request) -> Dataset:
    """The objects of an exported CSV; the photos are looked for beside it or in the folder given."""
    file = request.source
    finder = PhotoFinder(request.images if request.images is not None else folder_or_parent(file, "the CSV file"))
    table = BigTable.of(file, ("photo", "class", "width", "height", "rle"))
    gathered = _Gathered(table, finder, _mask_of_run_lengths)
    for place, cells in table.rows():
        if _size(cells) is None:
            gathered.problems.append(f"{_where(file, place)}: its width and height are no numbers of pixels.")
        else:
            gathered.add(place, cells)
    return gathered.dataset()


def read_masks(request: Request) -> Dataset:
    """The objects of an exported folder of masks."""
    source = request.source
    root = folder_or_parent(source, "the folder of the export")
    file = source if source.is_file() else root / TABLE
    masks = PhotoFinder(root)

    def mask_of(cells: Mapping[str, str], size: tuple[int, int], pixel_limit: int) -> Mask:
        found = masks.find(cells["mask"])
        if found is None:
            raise RverError(f"the mask {cells['mask'][:200]} is not in {root}")
        return read_mask_file(found, size, pixel_limit)

    table = BigTable.of(file, ("mask", "photo", "class"))
    gathered = _Gathered(table, PhotoFinder(request.images if request.images is not None else root), mask_of)
    for place, cells in table.rows():
        gathered.add(place, cells)
    return gathered.dataset()


def _mask_of_run_lengths(cells: Mapping[str, str], size: tuple[int, int], pixel_limit: int) -> Mask:
    said = _size(cells)
    if said != size:
        raise RverError(f"it was made on a photo of {said[1]}x{said[0]} pixels" if said else "no size")
    return outline_mask({"size": list(size), "counts": cells["rle"]}, size)


def _size(cells: Mapping[str, str]) -> tuple[int, int] | None:
    """(height, width); None if they are no numbers of pixels."""
    sides = (cells["height"], cells["width"])
    if not all(side.isdecimal() and len(side) < 7 and int(side) > 0 for side in sides):
        return None
    return int(sides[0]), int(sides[1])


def _where(file: Path, place: Place) -> str:
    return f"{file}, line {place.line}"


def _part(cells: Mapping[str, str]) -> str:
    return WORDS.get(cells.get("part", "").strip().lower(), "")


class _Gathered:
    """Rows by photo. Kept are the places of rows, not what they say."""

    def __init__(self, table: BigTable, finder: PhotoFinder, mask_of: MaskOf) -> None:
        self._table, self._finder, self._mask_of = table, finder, mask_of
        self._photos: dict[str, TabledPhoto | None] = {}
        self._classes: dict[str, str] = {}
        self.problems: list[str] = []

    def add(self, place: Place, cells: Mapping[str, str]) -> None:
        name = cells["photo"]
        if name not in self._photos:
            path = self._finder.find(name)
            made = TabledPhoto(path, _part(cells), self._table, self._mask_of) if path is not None else None
            self._photos[name] = made
            if made is None:
                where = _where(self._table.file, place)
                self.problems.append(f"{where}: {missing_photo(self._finder.folder, name)}")
        photo = self._photos[name]
        if photo is not None:
            photo.rows.append(Row(self._classes.setdefault(cells["class"], cells["class"]), place))

    def dataset(self) -> Dataset:
        photos = [photo for photo in self._photos.values() if photo is not None]
        if not photos:
            raise RverError(
                f"There is nothing to import in {self._table.file}. {self.problems[0] if self.problems else ''}".strip()
            )
        return Dataset(tuple(self._classes), photos, self.problems)


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
