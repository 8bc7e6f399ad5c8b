"""YOLO data sets: a text file a photo, a line an object, outlines or boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.core.prompt import Box
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.limits import MOST_CORNERS, MOST_OBJECTS, checked_ring, folder_or_parent, read_text
from rvergui.interchange.imports.photos_by_name import PhotosByName, files_below, part_of
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.outlines import fill

_NAME_FILES = ("classes.txt", "obj.names", "class_names.txt", "_darknet.labels")
_YAML_BYTES = 4 * 2**20
_MOST_CLASSES = 100_000
# Text files that are no labels.
_OTHERS = frozenset({"readme", "classes", "class_names", "train", "val", "test", "license"})


@dataclass(frozen=True)
class YoloPhoto:
    """A photo and its label file; see ``LabelledPhoto``."""

    path: Path
    labels: Path
    part: str
    names: dict[int, str] = field(repr=False)

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        lines = read_text(self.labels).splitlines()
        photo = load_photo(self.path, pixel_limit)
        objects: list[tuple[str, Mask]] = []
        boxes: list[tuple[str, Box]] = []
        left_out: list[tuple[str, str]] = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                if len(objects) + len(boxes) >= MOST_OBJECTS:
                    raise RverError(f"there are more than {MOST_OBJECTS} objects on the photo")
                name, place = parsed(line, self.names, photo.size)
                if isinstance(place, Box):
                    boxes.append((name, place))
                    continue
                mask = fill([place], photo.size)
                if mask.is_empty:
                    raise RverError("the outline holds no pixel of the photo")
                objects.append((name, mask))
            except RverError as error:
                left_out.append(("broken", f"{self.labels}, line {number}: {str(error).rstrip('.')}."))
        return opened(photo, objects, left_out, boxes)


def parsed(line: str, names: dict[int, str], size: tuple[int, int]) -> tuple[str, Box | np.ndarray[Any, Any]]:
    """The class and the box or outline (n, 2), in pixels, of one line.

    Raises:
        RverError: it is neither; half a sentence.
    """
    if len(line) > 64 * MOST_CORNERS:
        raise RverError(f"the line is too long for an outline of {MOST_CORNERS} corners")
    words = line.split()
    try:
        number = int(words[0])
        values = np.array(words[1:], dtype=np.float64)
    except (ValueError, OverflowError) as error:
        raise RverError("there should be the number of a class and then coordinates") from error
    if number not in names:
        raise RverError(f"the class {str(number)[:20]} is not among the {len(names)} that the data set names")
    if not np.isfinite(values).all():
        raise RverError("a coordinate is no number")
    height, width = size
    if len(values) in (4, 5):  # five: a network's confidence stands behind the box
        x, y, w, h = (float(value) for value in values[:4])
        if w <= 0 or h <= 0:
            raise RverError(f"the box is {w:g} by {h:g} of the photo large")
        if max(abs(x), abs(y), w, h) > 2:
            raise RverError("the box is given in pixels; YOLO wants shares of the photo, 0 to 1")
        left, top = max((x - w / 2) * width, 0.0), max((y - h / 2) * height, 0.0)
        right, bottom = min((x + w / 2) * width, float(width)), min((y + h / 2) * height, float(height))
        if right - left < 1 or bottom - top < 1:
            raise RverError("the box holds no pixel of the photo")
        return names[number], Box(left, top, right, bottom)
    if len(values) < 6 or len(values) % 2:
        raise RverError(f"{len(values)} coordinates are neither a box (4) nor an outline (6 or more, in pairs)")
    if np.abs(values).max() > 2:
        raise RverError("the outline is given in pixels; YOLO wants shares of the photo, 0 to 1")
    return names[number], checked_ring((values.reshape(-1, 2) * (width, height)).reshape(-1), size)


def read_yolo(request: Request) -> Dataset:
    """The photos that have a label file; ``data.yaml`` or ``classes.txt`` names the classes."""
    root = folder_or_parent(request.source, "the data set's folder or its data.yaml")
    names = class_names(root, request.source if request.source.is_file() else None)
    photos = PhotosByName(request.images if request.images is not None else root)
    found: list[YoloPhoto] = []
    problems: list[str] = []
    for labels in files_below(root, (".txt",)):
        relative = PurePosixPath(labels.relative_to(root).as_posix())
        if labels.stem.lower() in _OTHERS and photos.called(labels.stem) is None:
            continue
        path = next((p for place in _places(relative) if (p := photos.at(place))), None) or photos.called(labels.stem)
        if path is None:
            problems.append(f"{labels}: there is no photo of that name in {photos.folder}, or several.")
        else:
            found.append(YoloPhoto(path, labels, part_of(relative), names))
    if not found:
        raise RverError(
            f"There is no photo with a label file in {root}; YOLO has images/NAME.jpg and labels/NAME.txt"
            f"{': ' + problems[0] if problems else '.'}"
        )
    return Dataset(tuple(dict.fromkeys(names.values())), found, problems)


def _places(relative: PurePosixPath) -> Iterator[str]:
    """Where the photo of a label file may be, without suffix: labels become images, or it lies beside."""
    parts = relative.with_suffix("").parts
    for index in reversed(range(len(parts) - 1)):
        if parts[index].lower() == "labels":
            yield "/".join((*parts[:index], "images", *parts[index + 1 :]))
            yield "/".join((*parts[:index], *parts[index + 1 :]))
            yield "/".join(parts[index + 1 :])
    yield "/".join(parts)


def class_names(root: Path, file: Path | None = None) -> dict[int, str]:
    """Number -> class name of a data set.

    Raises:
        RverError: nothing names the classes, or what does is broken.
    """
    if file is None:
        yamls = files_in(root, (".yaml", ".yml"))
        file = next((path for path in yamls if path.stem.lower() == "data"), yamls[0] if len(yamls) == 1 else None)
    if file is None:
        file = next((root / name for name in _NAME_FILES if (root / name).is_file()), None)
    if file is None:
        raise RverError(f"There is no data.yaml and no classes.txt in {root}; one of them has to name the classes.")
    if file.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(file)
    lines = read_text(file).splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    return {number: line.strip() or f"class {number}" for number, line in enumerate(lines)}


def files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files directly in ``folder`` with one of the suffixes."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and path.is_file())


def _from_yaml(file: Path) -> dict[int, str]:
    import yaml

    text = read_text(file, _YAML_BYTES)
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise RverError(f"{file}{where} is no YAML; correct it.") from error
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not names:
        raise RverError(f"{file} names no classes; it should hold “names:” with a number and a name a line.")
    if len(names) > _MOST_CLASSES:
        raise RverError(f"{file} names {len(names)} classes, more than the {_MOST_CLASSES} that are read.")
    found: dict[int, str] = {}
    for key, name in names.items():
        number = key if isinstance(key, int) and not isinstance(key, bool) else None
        if isinstance(key, str) and key.isdecimal() and len(key) < 10:
            number = int(key)
        if number is None or not isinstance(name, str | int | float | bool):
            raise RverError(f"{file}, names: {str(key)[:40]!r} should be a number and stand before a name.")
        found[number] = str(name)
    return found


YOLO = ImportFormat(
    name="yolo",
    title="YOLO data set",
    summary="A folder with data.yaml (or classes.txt), images and labels: outlines, or boxes that are cut out.",
    read=read_yolo,
    suffixes=(".yaml", ".yml"),
    boxes=True,
)
