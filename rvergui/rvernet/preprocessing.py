"""From a photo and a mask to exactly what the network receives. No torch here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rvergui.core import Mask, RverError

Pixels = NDArray[np.uint8]

_FILTER = Image.Resampling.BICUBIC
_REACH = 2  # the filter reaches two pixels of the coarser grid to each side


class Preprocessing(BaseModel):
    """How views are brought to the network's size.

    Attributes:
        kind: "published" is the RveRNet paper's: the longest side resized to ``size`` (bicubic, the other side rounded
            down), the rest padded evenly with grey ``fill``, a left-over pixel to the left or top; values / 255.
            Mean and standard deviation are each backbone's own matter.
        size: side of the square view in pixels.
        fill: grey value of the padding, 0..255.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = "published"
    size: int = Field(default=224, ge=16, le=2048)
    fill: int = Field(default=125, ge=0, le=255)

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in _FRAMES:
            raise ValueError(f"the preprocessing “{kind}” is not one of {', '.join(sorted(_FRAMES))}")
        return kind


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a photo lies inside the square view: its (height, width) there and its upper left pixel (x, y)."""

    height: int
    width: int
    x: int
    y: int


def _published_frame(height: int, width: int, size: int) -> Frame:
    longest = max(height, width)
    fitted_height = max(math.floor(height * size / longest), 1)
    fitted_width = max(math.floor(width * size / longest), 1)
    return Frame(
        height=fitted_height,
        width=fitted_width,
        x=math.ceil((size - fitted_width) / 2),
        y=math.ceil((size - fitted_height) / 2),
    )


_FRAMES: dict[str, Callable[[int, int, int], Frame]] = {"published": _published_frame}


def frame_of(height: int, width: int, preprocessing: Preprocessing) -> Frame:
    """Where a photo of ``height`` x ``width`` pixels lies inside the view."""
    return _FRAMES[preprocessing.kind](height, width, preprocessing.size)


class ViewCutter:
    """Cuts many objects out of one photo at the network's size.

    The photo is resized once. For each object only the part of the view that its box can reach is resampled, from a
    window of the photo with enough margin for the filter; the result is that of resizing the two full-size views
    (now and then 1/255 apart, at most 2/255: Pillow's single-precision box coordinates round differently), without
    ever building them.
    """

    def __init__(self, pixels: Pixels, preprocessing: Preprocessing) -> None:
        if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise RverError(f"A photo has height, width and 3 colours, this array has the shape {pixels.shape}.")
        self._pixels = pixels
        self._preprocessing = preprocessing
        self.frame = frame_of(pixels.shape[0], pixels.shape[1], preprocessing)
        self._fitted = _resized(pixels, (self.frame.width, self.frame.height))

    def views(self, mask: Mask) -> tuple[Pixels, Pixels]:
        """The ROI view and the extra-ROI view of an object, each (size, size, 3) uint8 RGB.

        Raises:
            RverError: the mask belongs to a photo of another size.
        """
        height, width = self._pixels.shape[:2]
        if mask.size != (height, width):
            raise RverError(
                f"The mask is {mask.size[1]}x{mask.size[0]} pixels and the photo {width}x{height}; "
                "use a mask that was made on this photo."
            )
        roi, extra = np.zeros_like(self._fitted), self._fitted.copy()
        if not mask.is_empty:
            x, y, w, h = mask.bbox
            columns = _Window.around(x, w, width, self.frame.width)
            rows = _Window.around(y, h, height, self.frame.height)
            source = self._pixels[rows.source, columns.source]
            inside = np.zeros((*source.shape[:2], 1), dtype=bool)
            top, left = y - rows.source.start, x - columns.source.start
            inside[top : top + h, left : left + w, 0] = mask.crop()
            box = (columns.box[0], rows.box[0], columns.box[1], rows.box[1])
            target = (columns.target.stop - columns.target.start, rows.target.stop - rows.target.start)
            roi[rows.target, columns.target] = _resized(source * inside, target, box)
            extra[rows.target, columns.target] = _resized(source * ~inside, target, box)
        return self._padded(roi), self._padded(extra)

    def _padded(self, fitted: Pixels) -> Pixels:
        return _padded(fitted, self.frame, self._preprocessing)


@dataclass(frozen=True, slots=True)
class _Window:
    """Along one axis: which pixels of the fitted photo an object reaches and what they are made from.

    Attributes:
        target: the reached pixels of the fitted photo.
        source: the pixels of the photo that are needed for them.
        box: where ``target`` lies in ``source``, in photo pixels.
    """

    target: slice
    source: slice
    box: tuple[float, float]

    @classmethod
    def around(cls, start: int, length: int, photo: int, fitted: int) -> _Window:
        scale = photo / fitted
        reach = _REACH * max(scale, 1.0) + 1.0
        first = max(math.floor((start - reach) / scale), 0)
        last = min(math.ceil((start + length + reach) / scale), fitted)
        near, far = first * scale, last * scale
        low, high = max(math.floor(near - reach), 0), min(math.ceil(far + reach), photo)
        return cls(slice(first, last), slice(low, high), (near - low, min(far - low, high - low)))


def network_views(pixels: Pixels, mask: Mask, preprocessing: Preprocessing) -> tuple[Pixels, Pixels]:
    """The ROI view and the extra-ROI view exactly as the network receives them, each (size, size, 3) uint8 RGB.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        mask: the object, of the photo's size.
        preprocessing: how they are brought to size.

    Raises:
        RverError: the mask belongs to a photo of another size.
    """
    return ViewCutter(pixels, preprocessing).views(mask)


def fit_views(roi: Pixels, extra: Pixels, preprocessing: Preprocessing) -> tuple[Pixels, Pixels]:
    """The same from two views that are already cut at the photo's size (``core.views``, a pairs folder).

    Raises:
        RverError: the two differ in size.
    """
    if roi.shape != extra.shape:
        raise RverError(
            f"The ROI view is {roi.shape[1]}x{roi.shape[0]} pixels and the extra-ROI view "
            f"{extra.shape[1]}x{extra.shape[0]}; the two views of a pair have the same size."
        )
    frame = frame_of(roi.shape[0], roi.shape[1], preprocessing)
    first, second = (_resized(view, (frame.width, frame.height)) for view in (roi, extra))
    return _padded(first, frame, preprocessing), _padded(second, frame, preprocessing)


def black_view(frame: Frame, preprocessing: Preprocessing) -> Pixels:
    """The extra-ROI view with the surroundings blacked out: black where the photo lies, its padding unchanged."""
    return _padded(np.zeros((frame.height, frame.width, 3), dtype=np.uint8), frame, preprocessing)


def _resized(pixels: Pixels, size: tuple[int, int], box: tuple[float, float, float, float] | None = None) -> Pixels:
    """``pixels``, or the part inside ``box``, at ``size`` (width, height).

    Along x first, then along y, as the published code's Pillow always did. Left alone, newer Pillows choose the order
    by the shape; each pass rounds to whole numbers, so the order shows: by up to 9/255 at sharp edges.
    """
    x0, y0, x1, y1 = box or (0, 0, pixels.shape[1], pixels.shape[0])
    width, height = size
    narrow = Image.fromarray(pixels).resize((width, pixels.shape[0]), _FILTER, box=(x0, 0, x1, pixels.shape[0]))
    return np.asarray(narrow.resize((width, height), _FILTER, box=(0, y0, width, y1)), dtype=np.uint8)


def _padded(fitted: Pixels, frame: Frame, preprocessing: Preprocessing) -> Pixels:
    view = np.full((preprocessing.size, preprocessing.size, 3), preprocessing.fill, dtype=np.uint8)
    view[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = fitted
    return view
