"""The table seen from above as one relief: everything on it has a height, so light and shadow come out right."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rvergui.samples.relief import BoolField, Colours, Relief
from rvergui.samples.textures import Field

FINE = 2
"""Canvas pixels along one photo pixel: edges are drawn finer than they are seen."""

NOTHING = 0
"""The label of the table and what stands on it."""

Window = tuple[slice, slice]
"""Rows and columns of a canvas."""


def _finer(field: Field) -> Field:
    """``field`` (..., h, w) with every pixel repeated FINE times both ways."""
    return field.astype(np.float32, copy=False).repeat(FINE, -1).repeat(FINE, -2)


class Canvas:
    """Height, colour (linear light), shine and label of every canvas pixel.

    Attributes:
        size: (height, width) of the photo in pixels; the canvas is ``FINE`` times as large.
        height: above the table, in canvas pixels.
        colour: (3, FINE*height, FINE*width) linear reflectance.
        shine: 0..1.
        label: the number of the object that is seen.
        closed: where no more food may be laid.
        ground: the height of table and tableware, which foods lie on.
    """

    def __init__(self, table_height: Field, table_colour: Colours, shine: float) -> None:
        rows, columns = table_height.shape
        self.size = (rows, columns)
        self.height = _finer(table_height)
        self.colour = _finer(table_colour * table_colour)
        self.shine = np.full(self.height.shape, shine, dtype=np.float32)
        self.label = np.full(self.height.shape, NOTHING, dtype=np.uint8)
        self.closed = np.zeros(self.height.shape, dtype=bool)
        self.ground = self.height

    def settle(self) -> None:
        """Take what stands here now as the ground for food."""
        self.ground = self.height.copy()

    def window(self, x: float, y: float, radius: float) -> Window:
        """The part of the canvas within ``radius`` of (x, y), in canvas pixels."""
        rows, columns = self.height.shape
        x0, x1 = max(math.floor(x - radius), 0), min(math.ceil(x + radius) + 1, columns)
        y0, y1 = max(math.floor(y - radius), 0), min(math.ceil(y + radius) + 1, rows)
        return slice(min(y0, rows), max(y1, 0)), slice(min(x0, columns), max(x1, 0))

    def lay(self, window: Window, inside: BoolField, height: Field, colour: Colours, shine: float) -> None:
        """Put tableware down; ``height`` is absolute, ``colour`` linear; the fields have the window's shape."""
        np.copyto(self.height[window], height, where=inside)
        np.copyto(self.colour[:, *window], colour, where=inside)
        np.copyto(self.shine[window], np.float32(shine), where=inside)

    def disc(self, window: Window, x: float, y: float, radius: float) -> BoolField:
        """Which pixels of ``window`` lie within ``radius`` of (x, y)."""
        dx = np.arange(window[1].start, window[1].stop, dtype=np.float32)[None, :] - np.float32(x)
        dy = np.arange(window[0].start, window[0].stop, dtype=np.float32)[:, None] - np.float32(y)
        near: BoolField = dx * dx + dy * dy < np.float32(radius * radius)
        return near

    def serve(
        self, food: Relief, x: float, y: float, label: int, within: tuple[float, float, float] | None = None
    ) -> None:
        """Put food on the ground around (x, y); where it meets other food the higher one is seen.

        Args:
            food: what is served.
            x, y: its centre in canvas pixels.
            label: the number of its object.
            within: a circle (x, y, radius) that it cannot leave: a bowl's inside.
        """
        half = (food.shape[0] - 1) // 2
        left, top = round(x) - half, round(y) - half
        rows, columns = self.height.shape
        y0, y1, x0, x1 = max(top, 0), min(top + food.shape[0], rows), max(left, 0), min(left + food.shape[1], columns)
        if y0 >= y1 or x0 >= x1:
            return
        window = (slice(y0, y1), slice(x0, x1))
        part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        height = food.height[part] + self.ground[window]
        seen = food.inside[part] & (height > self.height[window]) & ~self.closed[window]
        if within is not None:
            seen &= self.disc(window, *within)
        colour = np.clip(food.colour[:, *part], 0, 1)
        np.copyto(self.height[window], height, where=seen)
        np.copyto(self.colour[:, *window], colour * colour, where=seen)
        np.copyto(self.shine[window], food.shine[part], where=seen)
        self.label[window][seen] = label

    def close(self, inside: BoolField, window: Window) -> None:
        """Let no food be laid there any more."""
        self.closed[window] |= inside

    def shown(self, labels: int) -> NDArray[np.uint8]:
        """Which object, 1..``labels``, each photo pixel (height, width) shows; 0 for none.

        A pixel shows the object that half of its canvas pixels or more show, of two such the later one.
        """
        corners = [self.label[dy::FINE, dx::FINE] for dy in range(FINE) for dx in range(FINE)]
        shown = np.zeros(self.size, dtype=np.uint8)
        for label in range(1, labels + 1):
            hits = np.zeros(self.size, dtype=np.uint8)
            for corner in corners:
                hits += corner == label
            shown[hits * 2 >= FINE * FINE] = label
        return shown
