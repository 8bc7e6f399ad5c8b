"""COCO instance files of any size: polygons, run lengths of both kinds, boxes, crowds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import is_sideways, load_photo, stored_orientation
from rvergui.core.prompt import Box
from rvergui.interchange.coco_file import categories
from rvergui.interchange.coco_outlines import outline_mask, outline_size
from rvergui.interchange.coco_parts import CocoPart, CocoPhotos, coco_parts
from rvergui.interchange.exports.options import Options
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.json_records import records
from rvergui.interchange.imports.limits import MOST_CORNERS, MOST_OBJECTS
from rvergui.interchange.labelled_photos import LabelledPhoto, Opened, opened
from rvergui.interchange.photo_finder import missing_photo
from rvergui.interchange.turning import turned

EXPECTED = "a COCO instances file (an object with the lists “images” and “annotations”)"
_LISTS = ("images", "annotations", "categories")


class CocoImportOptions(Options):
    """What is taken."""

    crowds: Literal["skip", "keep"] = Field(
        "skip",
        title="Crowds",
        description="skip: leave out annotations of many objects at once (iscrowd); keep: take each as one object.",
        json_schema_extra={"labels": {"skip": "leave out", "keep": "take as one object"}},
    )


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation, its numbers in arrays; ``index`` is its place in the file."""

    index: int
    number: Any
    name: str
    segmentation: Any
    bbox: Any

    @property
    def words(self) -> str:
        """Where it stands."""
        return f"annotations[{self.index}]" + (f" (id {self.number})" if isinstance(self.number, int | str) else "")


@dataclass(frozen=True)
class CocoPhoto:
    """A photo and its annotations; see ``LabelledPhoto``. ``size`` is what the file says, (height, width)."""

    path: Path
    file: str
    size: tuple[int, int] | None
    annotations: Sequence[Annotation] = field(repr=False)
    part: str = ""

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        drawn = self._drawn_size(photo.size)
        orientation = stored_orientation(self.path) if drawn != photo.size else 1
        objects: list[tuple[str, Mask]] = []
        boxes: list[tuple[str, Box]] = []
        left_out: list[tuple[str, str]] = []
        for annotation in self.annotations:
            try:
                if _has_outline(annotation.segmentation):
                    objects.append((annotation.name, self._mask(annotation, drawn, photo.size, orientation)))
                elif drawn == photo.size:
                    boxes.append((annotation.name, box_of(annotation.bbox, photo.size)))
                else:
                    raise RverError("its box was drawn on the photo before it was turned")
            except RverError as error:
                words = str(error).rstrip(".")
                left_out.append(("broken", f"{self.file}, {annotation.words} on {self.path.name}: {words}."))
        return opened(photo, objects, left_out, boxes)

    def _drawn_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size that the outlines were drawn at: the photo's, or the photo's before EXIF turned it."""
        said = self.size or next((s for a in self.annotations if (s := outline_size(a.segmentation))), size)
        if said == size:
            return size
        if said == size[::-1] and is_sideways(stored_orientation(self.path)):
            return said
        raise RverError(
            f"{self.path.name} has {size[1]}x{size[0]} pixels and was annotated at {said[1]}x{said[0]} in {self.file}; "
            "use the photos that were annotated."
        )

    def _mask(self, annotation: Annotation, drawn: tuple[int, int], size: tuple[int, int], orientation: int) -> Mask:
        mask = outline_mask(annotation.segmentation, drawn)
        return mask if drawn == size else turned(mask, orientation)


def box_of(bbox: Any, size: tuple[int, int]) -> Box:
    """A COCO bbox [x, y, width, height] as a box on a photo of ``size``.

    Raises:
        RverError: it is none, or lies outside; half a sentence.
    """
    try:
        values = np.asarray(bbox, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise RverError("it has neither an outline nor a box") from error
    if values.shape != (4,):
        raise RverError("it has neither an outline nor a box")
    if not np.isfinite(values).all():
        raise RverError("its box is not made of numbers")
    x, y, width, height = (float(value) for value in values)
    if width <= 0 or height <= 0:
        raise RverError(f"its box is {width:g}x{height:g} pixels large")
    box = Box(max(x, 0.0), max(y, 0.0), min(x + width, float(size[1])), min(y + height, float(size[0])))
    if box.x1 - box.x0 < 1 or box.y1 - box.y0 < 1:
        raise RverError("its box lies outside the photo")
    return box


def read_coco(request: Request) -> Dataset:
    """The photos that have annotations, in the file's order; of a folder, those of all its files."""
    parts = coco_parts(request.source)
    classes: dict[str, None] = {}
    photos: list[LabelledPhoto] = []
    problems: list[str] = []
    for part in parts:
        try:
            found = _read_file(request, part)
        except RverError as error:
            if len(parts) == 1:
                raise
            problems.append(str(error))
            continue
        classes.update(dict.fromkeys(found.classes))
        photos.extend(found.photos)
        problems.extend(found.problems)
    if not photos:
        raise RverError(f"There is nothing to import in {request.source}. {problems[0] if problems else ''}".strip())
    return Dataset(tuple(classes), photos, problems)


def _read_file(request: Request, part: CocoPart) -> Dataset:
    options = request.options
    crowds = options.crowds if isinstance(options, CocoImportOptions) else "skip"
    name = part.file.name if part.file.parent == request.source.parent or not part.name else f"{part.name}.json"
    reading = _Reading(name, part.part, keep_crowds=crowds == "keep")
    for key, index, record in records(part.file, _LISTS, EXPECTED, progress=request.progress):
        reading.take(key, index, record)
    return reading.dataset(part.file, CocoPhotos(part.file, request.images))


class _Reading:
    """Collects records in whatever order the file has them."""

    def __init__(self, file: str, part: str, keep_crowds: bool) -> None:
        self._file, self._part, self._keep_crowds = file, part, keep_crowds
        self._images: dict[Any, tuple[str, tuple[int, int] | None]] = {}
        self._annotations: dict[Any, list[tuple[int, Any, Any, Any, Any]]] = {}
        self._categories: list[Any] = []
        self._crowds = 0
        self.problems: list[str] = []

    def take(self, name: str, index: int, record: Any) -> None:
        where = f"{self._file}, {name}[{index}]"
        if name == "categories":
            self._categories.append(record)
        elif not isinstance(record, dict):
            self.problems.append(f"{where}: it is no record.")
        elif name == "images":
            self._take_image(where, record)
        else:
            self._take_annotation(where, index, record)

    def _take_image(self, where: str, record: dict[str, Any]) -> None:
        number, file = record.get("id"), record.get("file_name")
        if not _is_key(number) or not isinstance(file, str) or not file:
            self.problems.append(f"{where}: a photo without id or file_name.")
        elif number in self._images:
            if self._images[number][0] != file:
                self.problems.append(f"{where} ({file[:80]}): an earlier photo has the id {number}.")
        else:
            self._images[number] = (file, _size(record))

    def _take_annotation(self, where: str, index: int, record: dict[str, Any]) -> None:
        image = record.get("image_id")
        if not _is_key(image):
            self.problems.append(f"{where}: it does not say which photo it is on.")
        elif record.get("iscrowd") and not self._keep_crowds:
            self._crowds += 1
        elif len(on_photo := self._annotations.setdefault(image, [])) >= MOST_OBJECTS:
            self.problems.append(f"{where}: its photo has more than {MOST_OBJECTS} annotations.")
        else:
            outline, trouble = _compact(record.get("segmentation"))
            if trouble:
                self.problems.append(f"{where}: {trouble}.")
            else:
                on_photo.append((index, record.get("id"), record.get("category_id"), outline, record.get("bbox")))

    def dataset(self, source: Path, finder: CocoPhotos) -> Dataset:
        names = {number: name for number, (name, _) in categories(self._categories).items()}
        photos: list[CocoPhoto] = []
        missing: list[str] = []
        used: dict[str, None] = {}
        for number, (file, size) in self._images.items():
            found = self._annotations.pop(number, None)
            if not found:
                continue
            path = finder.find(file)
            if path is None:
                missing.append(file)
                continue
            annotations = tuple(self._annotation(names, *one) for one in found)
            used.update(dict.fromkeys(annotation.name for annotation in annotations))
            photos.append(CocoPhoto(path, self._file, size, annotations, self._part))
        self._tell(missing, finder)
        if not photos:
            first = f" {self.problems[0]}" if self.problems else ""
            raise RverError(f"There is nothing to import in {source}.{first}")
        known = [name for name in dict.fromkeys(names.values()) if name in used]
        return Dataset(tuple(dict.fromkeys([*known, *used])), photos, self.problems)

    def _annotation(
        self, names: dict[Any, str], index: int, number: Any, category: Any, outline: Any, bbox: Any
    ) -> Annotation:
        name = names.get(category) if _is_key(category) else None
        return Annotation(index, number, name or f"category {str(category)[:40]}", outline, bbox)

    def _tell(self, missing: list[str], finder: CocoPhotos) -> None:
        for file in missing:
            self.problems.append(f"{self._file}: {missing_photo(finder.folder, file)}")
        for image, lost in self._annotations.items():
            first = lost[0][0] if lost else 0
            self.problems.append(
                f"{self._file}, annotations[{first}]: {len(lost)} on the photo {str(image)[:40]}, which the file does "
                "not list."
            )
        if self._crowds:
            self.problems.append(f"{self._file}: {self._crowds} crowds (iscrowd), which are not single objects.")


def _is_key(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _has_outline(outline: Any) -> bool:
    return not (outline is None or (isinstance(outline, list | dict | str) and len(outline) == 0))


def _size(record: dict[str, Any]) -> tuple[int, int] | None:
    sides = record.get("height"), record.get("width")
    if all(isinstance(side, int | float) and 1 <= side < 2**31 and side == int(side) for side in sides):
        return int(sides[0]), int(sides[1])  # type: ignore[arg-type]
    return None


def _compact(outline: Any) -> tuple[Any, str]:
    """The outline with its numbers in arrays, and why it is too large, if it is; what is broken is told later."""
    if isinstance(outline, list):
        with suppress(TypeError, ValueError, OverflowError):
            rings = [outline] if outline and isinstance(outline[0], int | float) else outline
            arrays = [np.asarray(ring, dtype=np.float64) if isinstance(ring, list) else ring for ring in rings]
            corners = sum(len(ring) for ring in arrays if isinstance(ring, np.ndarray)) // 2
            if corners > MOST_CORNERS:
                return None, f"its outline has {corners} corners, more than the {MOST_CORNERS} that one may have"
            return arrays, ""
    if isinstance(outline, dict) and isinstance(outline.get("counts"), list):
        with suppress(TypeError, ValueError, OverflowError):
            return {**outline, "counts": np.asarray(outline["counts"], dtype=np.float64)}, ""
    return outline, ""


COCO = ImportFormat(
    name="coco",
    title="COCO JSON",
    summary="A file of instances with polygons, run lengths or boxes, or a folder with one for each part; the photos "
    "lie beside it or in a folder of their own.",
    read=read_coco,
    options=CocoImportOptions,
    suffixes=(".json",),
    boxes=True,
)
