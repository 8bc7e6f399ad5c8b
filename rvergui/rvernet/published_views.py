"""The views of the RveRNet paper: the whole photo in both, number for number what its code computes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Mask
from rvergui.rvernet.exact_scaling import ExactPass, exact_pass
from rvergui.rvernet.view_layers import Example, Frame, Layer, Patch
from rvergui.rvernet.view_scaling import (
    Reach,
    narrowed,
    resized,
    shortened,
    shortened_part,
)

if TYPE_CHECKING:
    from rvergui.rvernet.preprocessing import Preprocessing

Pixels = NDArray[np.uint8]

# The object is looked at in strips of so many rows; in each only where its outline runs is anything computed.
_STRIP = 64
# Columns are worked out together if no more than so many lie between them, and at most so many at a time: the product's
# matrix is a band, and what a long stretch multiplies is mostly its zeros.
_GAP, _LONGEST = 2, 12


def published_frame(height: int, width: int, size: int) -> Frame:
    """The longest side is ``size``, the other rounded down; a left-over pixel of padding lies to the left or above."""
    longest = max(height, width)
    fitted_height = max(math.floor(height * size / longest), 1)
    fitted_width = max(math.floor(width * size / longest), 1)
    return Frame(
        height=fitted_height,
        width=fitted_width,
        x=math.ceil((size - fitted_width) / 2),
        y=math.ceil((size - fitted_height) / 2),
    )


class PublishedCutter:
    """Cuts objects out of one photo as the published code does, without ever making a full-size view.

    The photo is resized once, in two passes: along its rows, then along its columns. In the first pass only those
    pixels are worked out anew that lie where the object's outline runs: inside it the one view is the photo and the
    other black, outside it the other way round. The second pass works on few columns. The numbers are those of resizing
    the two full-size views, all of them.
    """

    def __init__(self, pixels: Pixels, preprocessing: Preprocessing) -> None:
        self._pixels = pixels
        self._how = preprocessing
        self.frame = published_frame(pixels.shape[0], pixels.shape[1], preprocessing.size)
        self._narrow = narrowed(pixels, self.frame.width)
        self._fitted = shortened(self._narrow, self.frame.height)
        self._fitted.setflags(write=False)

    def views(self, mask: Mask) -> tuple[Pixels, Pixels]:
        """``example(mask).views()`` without what only changes of the example need."""
        return self._example(mask, with_cover=False).views()

    def example(self, mask: Mask, border: int = 0) -> Example:
        """The object under ``mask``; these views have no ``border``."""
        return self._example(mask, with_cover=True)

    def _example(self, mask: Mask, with_cover: bool) -> Example:
        cover, inner, outer = self._cut(mask, with_cover)
        extra = Layer(self._fitted, cover, "rest", self.frame, exact=outer)
        return Example(self._roi(mask, cover, inner), extra, self._how.size, self._how.fill)

    def _roi(self, mask: Mask, cover: NDArray[np.uint8], inner: Patch) -> Layer:
        if self._how.roi == "masked":
            return Layer(self._fitted, cover, "object", self.frame, exact=inner)
        if self._how.roi == "photo" or mask.is_empty:
            return Layer(self._fitted, cover, "all", self.frame)
        x, y, w, h = mask.bbox
        frame = published_frame(h, w, self._how.size)
        box = resized(np.ascontiguousarray(self._pixels[y : y + h, x : x + w]), (frame.width, frame.height))
        return Layer(box, np.full(box.shape[:2], 255, dtype=np.uint8), "all", frame)

    def _cut(self, mask: Mask, with_cover: bool) -> tuple[NDArray[np.uint8], Patch, Patch]:
        """How much of each pixel is the object, and the views where it reaches: with it alone and without it."""
        cover = np.zeros(self._fitted.shape[:2], dtype=np.uint8)
        if mask.is_empty:
            nothing = Patch(0, 0, np.zeros((0, 0, 3), dtype=np.uint8))
            return cover, nothing, nothing
        x, y, w, h = mask.bbox
        columns = Reach.of(x, w, self._pixels.shape[1], self.frame.width)
        rows = Reach.of(y, h, self._pixels.shape[0], self.frame.height)
        crop = mask.crop().view(np.uint8)
        corner = (columns.target.start, rows.target.start)
        inner, outer = (shortened_part(part, rows) for part in self._first_pass(crop, (x, y), columns, rows))
        if with_cover:
            cover = self._cover(mask)
        return cover, Patch(*corner, inner), Patch(*corner, outer)

    def _cover(self, mask: Mask) -> NDArray[np.uint8]:
        share = Image.fromarray(mask.array()).convert("L")
        fitted = share.resize((self.frame.width, self.frame.height), Image.Resampling.BICUBIC)
        return np.asarray(fitted, dtype=np.uint8)

    def _first_pass(self, crop: Pixels, corner: tuple[int, int], columns: Reach, rows: Reach) -> tuple[Pixels, Pixels]:
        """The narrowed views where the object reaches, with it alone and without it.

        Args:
            crop: the mask in its box, 0 and 1.
            corner: the box's (x, y).
            columns: what of the photo's width the object reaches.
            rows: what of its height.
        """
        outer = self._narrow[rows.source, columns.target].copy()
        inner = np.zeros_like(outer)
        exact = exact_pass(columns.whole, columns.fitted)
        for first in range(0, len(crop), _STRIP):
            strip = crop[first : first + _STRIP]
            top = corner[1] + first
            place = slice(top - rows.source.start, top + len(strip) - rows.source.start)
            inside, clear = _settled(strip, corner[0], columns.target, exact)
            settled = inside.astype(np.uint8)[:, None]
            np.multiply(outer[place], settled, out=inner[place])
            outer[place] -= inner[place]
            for run in _runs(~(inside | clear)):
                start, stop = run.start + columns.target.start, run.stop + columns.target.start
                source = exact.source(start, stop)
                pixels = self._pixels[top : top + len(strip), source]
                stencil = _placed(strip, corner[0] - source.start, pixels.shape[1])
                inner[place, run], outer[place, run] = exact.apart(pixels, stencil, start, stop)
        return inner, outer


def _settled(strip: Pixels, x: int, target: slice, exact: ExactPass) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each target column: whether all that it is made from is the object in every row, or nothing is in any."""
    low, high = exact.low[target], exact.high[target]
    whole, some = (np.concatenate([[0], np.cumsum(kind)]) for kind in (strip.all(axis=0), strip.any(axis=0)))
    width = strip.shape[1]
    ends = [np.minimum(np.maximum(edge - x, 0), width) for edge in (high, low)]  # a third of what np.clip takes
    return whole[ends[0]] - whole[ends[1]] == high - low, some[ends[0]] == some[ends[1]]


def _runs(open_: NDArray[np.bool_]) -> list[slice]:
    """Short stretches of columns that hold all of ``open_``."""
    columns = np.flatnonzero(open_)
    if not len(columns):
        return []
    gaps = np.flatnonzero(np.diff(columns) > _GAP)
    starts = columns[np.concatenate([[0], gaps + 1])].tolist()
    stops = (columns[np.concatenate([gaps, [-1]])] + 1).tolist()
    runs = []
    for start, stop in zip(starts, stops, strict=True):
        step = -(-(stop - start) // -(-(stop - start) // _LONGEST))  # of equal length, so that none is a crumb
        runs += [slice(low, min(low + step, stop)) for low in range(start, stop, step)]
    return runs


def _placed(strip: Pixels, x: int, width: int) -> Pixels:
    """(rows, ``width``) of 0 and 1: ``strip`` from column ``x`` on, which may lie outside; nothing beside it."""
    inside = np.zeros((strip.shape[0], width), dtype=np.uint8)
    start, stop = max(x, 0), min(x + strip.shape[1], width)
    if stop > start:
        inside[:, start:stop] = strip[:, start - x : stop - x]
    return inside


def published_pair(roi: Pixels, extra: Pixels, photo: Pixels, mask: Mask, preprocessing: Preprocessing) -> Example:
    """The example of two full-size views: they are resized as they are, as the published code does with its files.

    Args:
        roi: (height, width, 3) uint8 RGB.
        extra: likewise.
        photo: the two together.
        mask: what of it is the object.
        preprocessing: how they are brought to size.
    """
    frame = published_frame(roi.shape[0], roi.shape[1], preprocessing.size)
    size = (frame.width, frame.height)
    fitted, inner, outer = (resized(pixels, size) for pixels in (photo, roi, extra))
    share = Image.fromarray(mask.array()).convert("L")
    cover = np.asarray(share.resize(size, Image.Resampling.BICUBIC), dtype=np.uint8)
    if preprocessing.roi != "masked":
        whole = PublishedCutter(photo, preprocessing).example(mask)
        return Example(whole.roi, Layer(fitted, cover, "rest", frame, exact=Patch(0, 0, outer)), *_rest(preprocessing))
    first = Layer(fitted, cover, "object", frame, exact=Patch(0, 0, inner))
    return Example(first, Layer(fitted, cover, "rest", frame, exact=Patch(0, 0, outer)), *_rest(preprocessing))


def _rest(preprocessing: Preprocessing) -> tuple[int, int]:
    return preprocessing.size, preprocessing.fill
