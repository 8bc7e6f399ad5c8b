"""Bringing parts of a photo to the network's size as if the whole photo had been brought there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

_FILTER = Image.Resampling.BICUBIC
_REACH = 2  # the filter reaches two pixels of the coarser grid to each side
# Whole blocks of photo pixels are averaged first as long as so many blocks are left along each pixel of the view.
BLOCKS_LEFT = 3


def resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """``pixels`` at ``size`` (width, height), bicubic, smoothed as needed.

    Along x first, then along y, as the published code's Pillow always did. Left alone, newer Pillows choose the order
    by the shape; each pass rounds to whole numbers, so the order shows: by up to 9/255 at sharp edges.
    """
    return shortened(narrowed(pixels, size[0]), size[1])


def narrowed(pixels: Pixels, width: int) -> Pixels:
    """The first of the two passes of ``resized``: (height, width, 3)."""
    return np.asarray(Image.fromarray(pixels).resize((width, pixels.shape[0]), _FILTER), dtype=np.uint8)


def shortened(narrow: Pixels, height: int) -> Pixels:
    """The second."""
    return np.asarray(Image.fromarray(narrow).resize((narrow.shape[1], height), _FILTER), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Reach:
    """Along one axis of a photo that is resized from ``whole`` to ``fitted`` pixels: what an object has to do with.

    Attributes:
        whole: length of the photo.
        fitted: length of the resized photo.
        target: the pixels of the resized photo that the object reaches.
        source: the pixels of the photo that they are made from.
    """

    whole: int
    fitted: int
    target: slice
    source: slice

    @classmethod
    def of(cls, start: int, length: int, whole: int, fitted: int) -> Reach:
        """The reach of an object from ``start`` on, ``length`` pixels long, in pixels of the photo."""
        scale = whole / fitted
        reach = filter_reach(whole, fitted)
        first = max(math.floor((start - reach) / scale), 0)
        last = min(math.ceil((start + length + reach) / scale), fitted)
        return cls.to(first, last, whole, fitted)

    @classmethod
    def to(cls, first: int, last: int, whole: int, fitted: int) -> Reach:
        """The reach whose target begins with pixel ``first`` and ends before ``last``."""
        scale = whole / fitted
        reach = filter_reach(whole, fitted)
        low = max(math.floor(first * scale - reach), 0)
        return cls(whole, fitted, slice(first, last), slice(low, min(math.ceil(last * scale + reach), whole)))


def filter_reach(whole: int, fitted: int) -> float:
    """How many photo pixels beyond its own a pixel of the resized photo is made from, at most."""
    return _REACH * max(whole / fitted, 1.0) + 1.0


def shortened_part(narrow: Pixels, rows: Reach) -> Pixels:
    """The target of ``rows`` exactly as ``shortened`` gives it for the whole photo.

    A narrow picture is resized so quickly that the pass can have its whole length; then it needs no box.

    Args:
        narrow: the source of ``rows``.
        rows: any.
    """
    column = np.zeros((rows.whole, *narrow.shape[1:]), dtype=np.uint8)
    column[rows.source] = narrow
    return shortened(column, rows.fitted)[rows.target]


class Pyramid:
    """A photo (height, width, 3) or a mask (height, width), and coarser copies of it as they are needed."""

    def __init__(self, pixels: Pixels) -> None:
        self._levels = {0: pixels}

    def window(self, x: float, y: float, step: float, columns: int, rows: int, trimmed: bool = False) -> Pixels:
        """``rows`` x ``columns`` pixels, each a square of ``step`` photo pixels, from the photo's point (x, y) on.

        Bicubic, smoothed as needed. Beyond its edges the photo goes on with its last pixel.

        Args:
            x: in photo pixels; may lie outside.
            y: likewise.
            step: photo pixels to a pixel of the window.
            columns: width of the window.
            rows: height of the window.
            trimmed: work out only what touches the photo. That is quicker where little does, but Pillow's boxes are
                single-precision, so now and then a number differs by one from that of a larger window.
        """
        level = max(math.floor(math.log2(max(step / BLOCKS_LEFT, 1.0))), 0)
        pixels = self._level(level)
        unit = float(2**level)
        return _window(pixels, (x / unit, y / unit), step / unit, (columns, rows), trimmed)

    def _level(self, level: int) -> Pixels:
        if level not in self._levels:
            self._levels[level] = averaged(self._levels[0], 2**level)
        return self._levels[level]


def averaged(pixels: Pixels, block: int) -> Pixels:
    """The averages of ``block`` x ``block`` pixels; the last ones of what there is."""
    return np.asarray(Image.fromarray(pixels).reduce(block), dtype=np.uint8)


def _window(pixels: Pixels, corner: tuple[float, float], step: float, size: tuple[int, int], trimmed: bool) -> Pixels:
    columns, rows = size
    across = _span(corner[0], step, columns, pixels.shape[1], trimmed)
    down = _span(corner[1], step, rows, pixels.shape[0], trimmed)
    part = pixels[down.low : down.high, across.low : across.high]
    if across.padded or down.padded:
        around = ((down.before, down.after), (across.before, across.after), (0, 0))
        part = np.pad(part, around[: pixels.ndim], mode="edge")
    box = (across.near, down.near, across.far, down.far)
    fitted = Image.fromarray(part).resize((across.last - across.first, down.last - down.first), _FILTER, box=box)
    shown = np.asarray(fitted, dtype=np.uint8)
    missing = ((down.first, rows - down.last), (across.first, columns - across.last), (0, 0))
    return np.pad(shown, missing[: pixels.ndim], mode="edge") if any(map(any, missing)) else shown


@dataclass(frozen=True, slots=True)
class _Span:
    """Along one axis of a window: the pixels that are worked out, and what they are made from.

    Attributes:
        first: first pixel of the window that is worked out; the ones before are like it.
        last: one past the last.
        low: first photo pixel that is needed.
        high: one past the last.
        before: how often the photo's first pixel is repeated, so that the filter has something to work with.
        after: likewise its last.
        near: where the first pixel begins, in pixels of the repeated part.
        far: where the last ends.
    """

    first: int
    last: int
    low: int
    high: int
    before: int
    after: int
    near: float
    far: float

    @property
    def padded(self) -> bool:
        """Whether anything is repeated."""
        return self.before > 0 or self.after > 0


def _span(start: float, step: float, count: int, length: int, trimmed: bool) -> _Span:
    first, last = 0, count
    if trimmed:
        first = min(max(math.floor(-start / step), 0), count - 1)
        last = max(min(math.ceil((length - start) / step), count), first + 1)
    near, far = start + first * step, start + last * step
    reach = _REACH * max(step, 1.0) + 1.0
    wanted_low, wanted_high = math.floor(near - reach), math.ceil(far + reach)
    low = min(max(wanted_low, 0), length - 1)
    high = max(min(wanted_high, length), low + 1)
    if trimmed:  # at the photo's edge the filter does with what there is
        wanted_low, wanted_high = math.floor(near), math.ceil(far)
    before, after = max(low - wanted_low, 0), max(wanted_high - high, 0)
    begin = low - before
    return _Span(first, last, low, high, before, after, near - begin, far - begin)
