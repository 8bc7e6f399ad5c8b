"""Views that look closely: the object fills the ROI view, the extra-ROI view is the whole photo without it.

In the published views both show the whole photo, so an object that covers a twentieth of it has fifty pixels across and
the rest of the ROI view is black. Here the ROI view is a square around the object at the photo's own resolution; where
and how large it is among the other things is what the extra-ROI view tells, as before.

Picture and mask are brought to size apart and then multiplied. At the object's edge a pixel is as dark as the object
covers it, while resizing an already cut picture makes the edge ring.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask
from rvergui.rvernet.view_layers import Example, Frame, Layer, Shows
from rvergui.rvernet.view_scaling import Pyramid

if TYPE_CHECKING:
    from rvergui.rvernet.preprocessing import Preprocessing

Pixels = NDArray[np.uint8]

# The ROI view is never enlarged more than this: an object of a few pixels does not become clearer by it.
_MOST_ENLARGED = 8
# The square's side is a multiple of this, so that it and a border of an eighth lie on whole photo pixels.
_SIDE_STEP = 8
# A stencil lies on a grid of this many pixels with a cell of nothing around it, so that its blocks are the photo's and
# those at its rim stay empty.
_CELL = 64


def close_up_frame(height: int, width: int, size: int) -> Frame:
    """Where the whole photo lies inside the extra-ROI view: the longest side is ``size``, the rest even padding."""
    longest = max(height, width)
    fitted_height = max(round(height * size / longest), 1)
    fitted_width = max(round(width * size / longest), 1)
    return Frame(fitted_height, fitted_width, (size - fitted_width) // 2, (size - fitted_height) // 2)


class CloseUpCutter:
    """Cuts objects out of one photo, each in its own square and out of the whole."""

    def __init__(self, pixels: Pixels, preprocessing: Preprocessing) -> None:
        self._how = preprocessing
        self._size = pixels.shape[:2]
        self._photo = Pyramid(pixels)
        self.frame = close_up_frame(pixels.shape[0], pixels.shape[1], preprocessing.size)
        self._step = max(self._size) / preprocessing.size
        self._fitted = self._photo.window(0, 0, self._step, self.frame.width, self.frame.height, trimmed=True)
        self._fitted.setflags(write=False)

    def views(self, mask: Mask) -> tuple[Pixels, Pixels]:
        """``example(mask).views()``."""
        return self.example(mask).views()

    def example(self, mask: Mask, border: int = 0) -> Example:
        """The object under ``mask``; its close-up picture reaches ``border`` pixels beyond the view on every side."""
        stencil = _Stencil(mask)
        cover = stencil.window(0, 0, self._step, self.frame.width, self.frame.height, trimmed=True)
        extra = Layer(self._fitted, cover, "rest", self.frame)
        return Example(self._roi(stencil, border, extra), extra, self._how.size, self._how.fill)

    def _roi(self, stencil: _Stencil, border: int, extra: Layer) -> Layer:
        if self._how.roi == "photo":
            return Layer(extra.picture, extra.cover, "all", self.frame)
        shows: Shows = "object" if self._how.roi == "masked" else "all"
        size = self._how.size
        count = size + 2 * border
        frame = Frame(count, count, -border, -border)
        if stencil.box is None:
            nothing = np.zeros((count, count), dtype=np.uint8)
            return Layer(np.zeros((count, count, 3), dtype=np.uint8), nothing, shows, frame, follows=True)
        x, y, side = self.square(stencil.box)
        step = side / size
        left, top = x - border * step, y - border * step
        picture = self._photo.window(left, top, step, count, count)
        if shows == "all":
            picture = self._beyond_filled(picture, left, top, step)
        return Layer(picture, stencil.window(left, top, step, count, count), shows, frame, follows=True)

    def square(self, box: tuple[int, int, int, int]) -> tuple[int, int, int]:
        """The square (x, y, side) that the ROI view shows of an object in ``box`` (x, y, width, height)."""
        x, y, w, h = box
        side = max(math.ceil(max(w, h) * (1.0 + 2.0 * self._how.margin)), self._how.size // _MOST_ENLARGED)
        side = -(-side // _SIDE_STEP) * _SIDE_STEP
        return x + (w - side) // 2, y + (h - side) // 2, side

    def _beyond_filled(self, picture: Pixels, left: float, top: float, step: float) -> Pixels:
        """Grey where the square hangs over the photo's edge; around a cut-out object it is black anyway."""
        centres = (np.arange(picture.shape[0]) + 0.5) * step
        rows = (centres + top < 0) | (centres + top >= self._size[0])
        columns = (centres + left < 0) | (centres + left >= self._size[1])
        if rows.any() or columns.any():
            picture = picture.copy()
            picture[rows] = self._how.fill
            picture[:, columns] = self._how.fill
        return picture


class _Stencil:
    """A mask that can be looked at at any scale."""

    def __init__(self, mask: Mask) -> None:
        self.box = None if mask.is_empty else mask.bbox
        if self.box is not None:
            x, y, w, h = self.box
            self._x, self._y = (x // _CELL - 1) * _CELL, (y // _CELL - 1) * _CELL
            left, top = x - self._x, y - self._y
            inside = np.empty((top + h + _CELL, left + w + _CELL), dtype=np.uint8)
            for around in (np.s_[:top], np.s_[top + h :], np.s_[:, :left], np.s_[:, left + w :]):
                inside[around] = 0
            np.negative(mask.crop().view(np.uint8), out=inside[top : top + h, left : left + w])  # 1 becomes 255
            self._levels = Pyramid(inside)

    def window(
        self, x: float, y: float, step: float, columns: int, rows: int, trimmed: bool = False
    ) -> NDArray[np.uint8]:
        """How much of each of ``rows`` x ``columns`` squares of ``step`` photo pixels is the object, 255 all."""
        if self.box is None:
            return np.zeros((rows, columns), dtype=np.uint8)
        return self._levels.window(x - self._x, y - self._y, step, columns, rows, trimmed)
