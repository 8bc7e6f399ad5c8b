"""labelme's files: polygons, masks, circles, and boxes that are cut out."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, ValidationError

from rvergui.core import Mask, RverError
from rvergui.core.atomic import write_bytes
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, decode_photo, load_photo
from rvergui.core.prompt import Box
from rvergui.interchange.exports.marker import MARKER
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.limits import LABELME_BYTES, MOST_OBJECTS, checked_ring, folder_or_parent, read_text
from rvergui.interchange.imports.photos_by_name import files_below, part_of
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.outlines import fill
from rvergui.interchange.photo_finder import PhotoFinder, missing_photo
from rvergui.interchange.safe_names import encode_name

_CIRCLE_CORNERS = 90


class Shape(BaseModel):
    """One shape as labelme documents it."""

    model_config = ConfigDict(extra="ignore")

    label: str
    points: list[tuple[float, float]] = []
    shape_type: str = "polygon"
    group_id: int | str | None = None
    mask: str | None = None


class LabelmeFile(BaseModel):
    """A whole file; what the program does not need is passed over."""

    model_config = ConfigDict(extra="ignore")

    shapes: list[Shape]
    imagePath: str | None = None
    imageData: str | None = None
    imageHeight: int | None = None
    imageWidth: int | None = None


@dataclass(frozen=True)
class LabelmePhoto:
    """A photo and its file; see ``LabelledPhoto``. Where there is no photo, ``path`` is made of the file's own copy."""

    path: Path
    file: Path
    part: str = ""

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        content = read_file(self.file)
        if not self.path.exists():
            _write_own_photo(content, self.path, self.file, pixel_limit)
        photo = load_photo(self.path, pixel_limit)
        said = (content.imageHeight, content.imageWidth)
        if None not in said and said != photo.size:
            raise RverError(
                f"{self.file.name} in {self.file.parent} was drawn on {said[1]}x{said[0]} pixels and {self.path.name} "
                f"has {photo.size[1]}x{photo.size[0]}; use the photo that it was drawn on."
            )
        objects: dict[tuple[str, int | str], Mask] = {}
        boxes: list[tuple[str, Box]] = []
        left_out: list[tuple[str, str]] = []
        for number, shape in enumerate(content.shapes):
            try:
                if number >= MOST_OBJECTS:
                    raise RverError(f"there are more than {MOST_OBJECTS} shapes")
                place = shape_place(shape, photo.size, pixel_limit)
            except RverError as error:
                words = f"{self.file}, shapes[{number}] ({shape.label[:40]}): {str(error).rstrip('.')}."
                left_out.append(("broken", words))
                continue
            if isinstance(place, Box):
                boxes.append((shape.label, place))
                continue
            key = (shape.label, shape.group_id if shape.group_id is not None else f"alone {number}")
            objects[key] = objects[key] | place if key in objects else place
        return opened(photo, [(name, mask) for (name, _), mask in objects.items()], left_out, boxes)


def read_file(file: Path) -> LabelmeFile:
    """A file of labelme.

    Raises:
        RverError: it is none; the sentence says which part is wrong.
    """
    text = read_text(file, LABELME_BYTES)
    try:
        return LabelmeFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "its beginning"
        raise RverError(f"{file} is no file of labelme: {where}: {first['msg'][:100].rstrip('.')}.") from error


def shape_place(shape: Shape, size: tuple[int, int], pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> Mask | Box:
    """Where a shape is on a photo of ``size`` (height, width).

    Raises:
        RverError: it covers nothing, or is of no use; half a sentence.
    """
    if shape.shape_type not in _SHAPES:
        raise RverError(f"a {shape.shape_type[:40]} covers no area")
    place = _SHAPES[shape.shape_type](shape, size, pixel_limit)
    if isinstance(place, Mask) and place.is_empty:
        raise RverError("it holds no pixel of the photo")
    return place


def _polygon(shape: Shape, size: tuple[int, int], pixel_limit: int) -> Mask:
    return fill([checked_ring(_points(shape, 3).reshape(-1), size)], size)


def _circle(shape: Shape, size: tuple[int, int], pixel_limit: int) -> Mask:
    middle, edge = _points(shape, 2)[:2]
    angle = np.linspace(0, 2 * np.pi, _CIRCLE_CORNERS, endpoint=False)
    ring = middle + float(np.hypot(*(edge - middle))) * np.column_stack([np.cos(angle), np.sin(angle)])
    return fill([checked_ring(ring.reshape(-1), size)], size)


def _rectangle(shape: Shape, size: tuple[int, int], pixel_limit: int) -> Box:
    points = _points(shape, 2)
    height, width = size
    (x0, y0), (x1, y1) = (
        np.clip(points.min(axis=0), 0, (width, height)),
        np.clip(points.max(axis=0), 0, (width, height)),
    )
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise RverError("the box holds no pixel of the photo")
    return Box(float(x0), float(y0), float(x1), float(y1))


def _mask(shape: Shape, size: tuple[int, int], pixel_limit: int) -> Mask:
    if not shape.mask:
        raise RverError("its mask is missing")
    origin = _points(shape, 1)[0]
    if np.abs(origin).max() > 10**6:
        raise RverError("its mask lies far outside the photo")
    try:
        data = base64.b64decode(shape.mask, validate=True)
        with Image.open(io.BytesIO(data)) as picture:
            if (
                picture.width > 2 * size[1]
                or picture.height > 2 * size[0]
                or picture.width * picture.height > pixel_limit
            ):
                raise RverError(f"its mask has {picture.width}x{picture.height} pixels, more than the photo")
            inside = np.asarray(picture.convert("L")) > 0
    except RverError:
        raise
    except (binascii.Error, Exception) as error:
        # Pillow's decoders raise anything from struct.error to SyntaxError
        raise RverError("its mask cannot be read as a picture") from error
    x, y = (round(float(value)) for value in origin)
    return Mask.from_crop(inside, (x, y), size)


_SHAPES: dict[str, Callable[[Shape, tuple[int, int], int], Mask | Box]] = {
    "polygon": _polygon,
    "rectangle": _rectangle,
    "circle": _circle,
    "mask": _mask,
}


def _points(shape: Shape, least: int) -> NDArray[np.float64]:
    points = np.array(shape.points, dtype=np.float64).reshape(-1, 2)
    if len(points) < least:
        raise RverError(f"a {shape.shape_type} needs {least} points or more")
    if not np.isfinite(points).all():
        raise RverError("a coordinate is no number")
    return points


def _write_own_photo(content: LabelmeFile, path: Path, file: Path, pixel_limit: int) -> None:
    if not content.imageData:
        raise RverError(f"{file}: its photo is missing, and the file holds no copy of it.")
    try:
        data = base64.b64decode(content.imageData, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RverError(f"{file}: its photo is missing, and the file's copy is damaged.") from error
    decode_photo(data, path, pixel_limit)  # what is no photo is not written
    write_bytes(path, data)


def read_labelme(request: Request) -> Dataset:
    """The photos of labelme's files below a folder, or of one file."""
    root = folder_or_parent(request.source, "a file of labelme or a folder of them")
    files = [request.source] if request.source.is_file() else list(files_below(root, (".json",)))
    finder = PhotoFinder(request.images if request.images is not None else root)
    photos: list[LabelmePhoto] = []
    said = {file: part_of(file.relative_to(root)) for file in files}
    divided = {"train", "test"} <= set(said.values())
    problems: list[str] = []
    classes: dict[str, None] = {}
    for done, file in enumerate(files):
        if file.name == MARKER:
            continue
        if request.progress is not None and not request.progress(done, len(files)):
            from rvergui.interchange.report import Cancelled

            raise Cancelled("The import was cancelled; nothing was changed.")
        try:
            content = read_file(file)
        except RverError as error:
            problems.append(str(error))
            continue
        path = _photo_of(content, file, finder)
        if path is None and content.imageData:
            path = request.made / f"{encode_name(file.relative_to(root).with_suffix('').as_posix())}.png"
        if path is None:
            problems.append(f"{file}: {missing_photo(finder.folder, str(content.imagePath))}")
            continue
        classes.update(dict.fromkeys(shape.label for shape in content.shapes))
        photos.append(LabelmePhoto(path, file, said[file] if divided else ""))
    if not photos:
        raise RverError(
            f"There is nothing of labelme's to import in {request.source}. {problems[0] if problems else ''}".strip()
        )
    return Dataset(tuple(classes), photos, problems)


def _photo_of(content: LabelmeFile, file: Path, finder: PhotoFinder) -> Path | None:
    if not content.imagePath:
        return None
    if file.parent.is_relative_to(finder.folder) and file.parent != finder.folder:
        found = PhotoFinder(file.parent).find(content.imagePath)
        if found is not None:
            return found
    return finder.find(content.imagePath)


LABELME = ImportFormat(
    name="labelme",
    title="labelme JSON",
    summary="A folder of photos with labelme's JSON files beside them, or one such file.",
    read=read_labelme,
    suffixes=(".json",),
    boxes=True,
)
