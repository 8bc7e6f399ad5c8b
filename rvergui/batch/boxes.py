"""Boxes that somebody else drew or detected: what is to be cut out of which photo."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from rvergui.core import Box, RverError
from rvergui.interchange.coco_file import load_coco

_CORNERS, _SIDES = ("x0", "y0", "x1", "y1"), ("x", "y", "width", "height")


def read_boxes(file: Path, photos: Iterable[str]) -> tuple[dict[str, tuple[Box, ...]], list[str]]:
    """The boxes in a file, by photo.

    Args:
        file: a CSV table with the columns photo and x0, y0, x1, y1 (or x, y, width, height), or a COCO file with
            "bbox"; in pixels of the upright photo.
        photos: the photos there are, their paths below the folder. A photo may be called by that path or, where only
            one has it, by its file name.

    Returns:
        Boxes in the order of the file, and the names in it that fit no photo.

    Raises:
        RverError: the file cannot be read or a box is none; the sentence says where.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise RverError(f"{file.name} holds no boxes that can be read; give a .csv table or a COCO .json file.")
    known = _Names(photos)
    boxes: dict[str, list[Box]] = {}
    strange: dict[str, None] = {}
    for name, box in reader(file):
        photo = known.find(name)
        if photo is None:
            strange[name] = None
        else:
            boxes.setdefault(photo, []).append(box)
    if not boxes:
        first = next(iter(strange), None)
        reason = "it has no boxes" if first is None else f"the first is {first}"
        raise RverError(f"{file.name} has no box of a photo in this folder ({reason}); check both.")
    return {photo: tuple(its) for photo, its in boxes.items()}, list(strange)


class _Names:
    def __init__(self, photos: Iterable[str]) -> None:
        self._paths = set(photos)
        self._by_name: dict[str, list[str]] = {}
        for path in self._paths:
            self._by_name.setdefault(PurePosixPath(path).name.casefold(), []).append(path)

    def find(self, name: str) -> str | None:
        path = PurePosixPath(name.replace("\\", "/"))
        if str(path) in self._paths:
            return str(path)
        same = self._by_name.get(path.name.casefold(), [])
        return same[0] if len(same) == 1 else None


def _from_csv(file: Path) -> Iterator[tuple[str, Box]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            table = csv.DictReader(stream)
            columns = [column.strip().lower() for column in table.fieldnames or []]
            sides = next((each for each in (_CORNERS, _SIDES) if set(each) <= set(columns)), None)
            if "photo" not in columns or sides is None:
                raise RverError(
                    f"{file.name} lacks columns: its first line has to name photo and x0, y0, x1, y1, or photo and x, "
                    "y, width, height."
                )
            table.fieldnames = columns
            for row in table:
                if any(row.get(column) for column in columns):
                    where = f"line {table.line_num} of {file.name}"
                    yield str(row["photo"]), _box([row[side] for side in sides], sides is _SIDES, where)
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RverError(f"{file.name} is no table in UTF-8 ({error}); save it as CSV again.") from error


def _from_coco(file: Path) -> Iterator[tuple[str, Box]]:
    content = load_coco(file)
    names = {
        record["id"]: record["file_name"]
        for record in content["images"]
        if isinstance(record, dict)
        and isinstance(record.get("id"), int | str)
        and isinstance(record.get("file_name"), str)
    }
    for number, annotation in enumerate(content["annotations"], start=1):
        box = annotation.get("bbox") if isinstance(annotation, Mapping) else None
        where = f"annotation {number} of {file.name}"
        if not isinstance(box, list) or len(box) != 4:
            raise RverError(f"There is no “bbox” of four numbers in {where}; correct it.")
        image = annotation.get("image_id")
        if not isinstance(image, int | str) or image not in names:
            raise RverError(f"The photo {image!r} in {where} is not listed in its “images”; correct it.")
        yield names[image], _box(box, True, where)


def _box(values: Sequence[Any], sides: bool, where: str) -> Box:
    try:
        a, b, c, d = (float(value) for value in values)
    except (TypeError, ValueError) as error:
        raise RverError(f"The box in {where} is not made of four numbers; correct it.") from error
    x1, y1 = (a + c, b + d) if sides else (c, d)
    if not all(math.isfinite(value) and abs(value) < 1e9 for value in (a, b, x1, y1)) or x1 <= a or y1 <= b:
        raise RverError(f"The box in {where} has no area; write its upper left and then its lower right corner.")
    return Box(a, b, x1, y1)


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, Box]]]] = {
    ".csv": _from_csv,
    ".json": _from_coco,
    ".coco": _from_coco,
}
