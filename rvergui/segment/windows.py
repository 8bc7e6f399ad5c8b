"""Windows onto a photo: all of it, or a closer look at what is being cut out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rvergui.core import Prompt
from rvergui.segment.protocol import Candidates

# A closer look shows the object with this much around it on every side, relative to its longer side.
_MARGIN = 0.35
_CLICK_MARGIN = 0.12
# An object fills a kept window too little or too much beyond these shares of its side.
_TOO_SMALL, _TOO_LARGE = 0.3, 0.92
_SMALLEST_SIDE = 32.0


@dataclass(frozen=True)
class Window:
    """A part of a photo, looked at with some zoom.

    Attributes:
        x: left edge in photo pixels; may lie outside the photo.
        y: upper edge.
        zoom: window pixels per photo pixel.
        rows: height in window pixels.
        columns: width in window pixels.
    """

    x: float
    y: float
    zoom: float
    rows: int
    columns: int

    def cell(self, x: float, y: float, step: int) -> tuple[float, float]:
        """Where a place in photo pixels lies among cells of ``step`` window pixels; the first one's centre is 0."""
        return ((x - self.x) * self.zoom / step - 0.5, (y - self.y) * self.zoom / step - 0.5)


def whole_photo(size: tuple[int, int], side: int) -> Window:
    """All of a photo of ``size`` (height, width) in the middle of a square window of ``side`` pixels."""
    height, width = size
    longest = max(size)
    return Window((width - longest) / 2, (height - longest) / 2, side / longest, side, side)


def closer_look(before: Candidates, prompt: Prompt, side: int, kept: Window | None) -> Window:
    """The square window of ``side`` pixels around what was found so far, the clicks and the box.

    Args:
        before: candidates on the photo's grid; the best one counts.
        prompt: clicks and box in photo pixels.
        side: the window's side in window pixels.
        kept: a window that was looked at already; it is taken again where it still fits.
    """
    x0, y0, x1, y1 = _extent(before, prompt)
    extent = max(x1 - x0, y1 - y0)
    if kept is not None and kept.rows == kept.columns == side and _fits(kept, (x0, y0, x1, y1), extent):
        return kept
    height, width = before.size
    length = float(np.clip(extent * (1 + 2 * _MARGIN), _SMALLEST_SIDE, 1.1 * max(height, width)))
    x = _inside((x0 + x1) / 2, length, width)
    y = _inside((y0 + y1) / 2, length, height)
    return Window(x - length / 2, y - length / 2, side / length, side, side)


def _extent(before: Candidates, prompt: Prompt) -> tuple[float, float, float, float]:
    found = before.logits[before.best] > 0
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    xs: list[float] = []
    ys: list[float] = []
    if rows.size:
        xs += [columns[0] / before.scale[0], (columns[-1] + 1) / before.scale[0]]
        ys += [rows[0] / before.scale[1], (rows[-1] + 1) / before.scale[1]]
    span = max(before.size) * 0.05
    if rows.size:
        span = _CLICK_MARGIN * max(xs[1] - xs[0], ys[1] - ys[0])
    for point in prompt.points:
        if point.positive:
            xs += [point.x - span, point.x + span]
            ys += [point.y - span, point.y + span]
    if prompt.box is not None:
        xs += [prompt.box.x0, prompt.box.x1]
        ys += [prompt.box.y0, prompt.box.y1]
    height, width = before.size
    return max(min(xs), 0.0), max(min(ys), 0.0), min(max(xs), float(width)), min(max(ys), float(height))


def _fits(window: Window, box: tuple[float, float, float, float], extent: float) -> bool:
    length = window.columns / window.zoom
    rim = 0.06 * length
    x0, y0, x1, y1 = box
    inside = x0 >= window.x + rim and y0 >= window.y + rim
    inside = inside and x1 <= window.x + length - rim and y1 <= window.y + length - rim
    return inside and _TOO_SMALL * length <= extent <= _TOO_LARGE * length


def _inside(centre: float, length: float, limit: float) -> float:
    """Move a window's centre so that the window lies on the photo as far as its size allows."""
    if length >= limit:
        return limit / 2
    return float(np.clip(centre, length / 2, limit - length / 2))
