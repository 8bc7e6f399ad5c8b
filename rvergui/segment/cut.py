"""One GrabCut in one window of the small photo: shrink, cut, keep what was clicked, give soft logits back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Point
from rvergui.segment.trimap import Trimap

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]

_ITERATIONS = 3
# The window reaches this much beyond the search radius, so that there is background to learn from.
_MARGIN = 1.3
# Windows are not stretched further than this: there is nothing more to see.
_MOST_STRETCH = 1.5
# Holes up to this share of the object are filled unless a click says otherwise.
_SMALL_HOLE = 0.10
# Blur of the outline in window pixels: takes the stairs away, so the outline is smooth at the photo's size.
_EDGE_BLUR = 0.8


@dataclass(frozen=True)
class Window:
    """A part of the small photo, resized for cutting.

    Attributes:
        pixels: (height, width, 3) uint8, what is cut.
        origin: (x, y) of its upper left corner on the grid.
        extent: (width, height) on the grid, in cells.
        grid: (height, width) of the whole grid.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    origin: tuple[int, int]
    extent: tuple[int, int]
    grid: tuple[int, int]

    @classmethod
    def around(cls, lab: NDArray[np.uint8], points: Sequence[Point], radius: float, side: int) -> Window:
        """The window that holds everything within ``radius`` cells of ``points`` and some background."""
        reach = radius * _MARGIN
        xs, ys = [p.x for p in points], [p.y for p in points]
        return cls.between(lab, min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach, side)

    @classmethod
    def between(cls, lab: NDArray[np.uint8], x0: float, y0: float, x1: float, y1: float, side: int) -> Window:
        """The window over cells x0..x1, y0..y1, cut to the grid, its longest side at most ``side`` pixels."""
        height, width = int(lab.shape[0]), int(lab.shape[1])
        left, top = (int(np.clip(np.floor(v), 0, n - 1)) for v, n in ((x0, width), (y0, height)))
        right, bottom = (int(np.clip(np.ceil(v), s + 1, n)) for v, s, n in ((x1, left, width), (y1, top, height)))
        part = lab[top:bottom, left:right]
        shrink = min(_MOST_STRETCH, side / max(right - left, bottom - top))
        size = (max(1, round((right - left) * shrink)), max(1, round((bottom - top) * shrink)))
        pixels = cv2.resize(part, size, interpolation=cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR)
        return cls(
            pixels=np.asarray(pixels, dtype=np.uint8).reshape(size[1], size[0], 3),
            origin=(left, top),
            extent=(right - left, bottom - top),
            grid=(height, width),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in window pixels."""
        return (int(self.pixels.shape[0]), int(self.pixels.shape[1]))

    @property
    def shrink(self) -> float:
        """Window pixels per grid cell."""
        return max(self.shape) / max(self.extent)

    def local(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """Grid points in window pixels."""
        return tuple(Point(*self._local(p.x, p.y), p.positive) for p in points)

    def local_box(self, box: Box) -> Box:
        """A box on the grid in window pixels."""
        return Box(*self._local(box.x0, box.y0), *self._local(box.x1, box.y1))

    def _local(self, x: float, y: float) -> tuple[float, float]:
        height, width = self.shape
        return (x - self.origin[0]) * width / self.extent[0], (y - self.origin[1]) * height / self.extent[1]


@dataclass(frozen=True)
class Cut:
    """What GrabCut found in a window.

    Attributes:
        window: where.
        trimap: what it was told.
        inside: (window height, window width), the object.
    """

    window: Window
    trimap: Trimap = field(repr=False)
    inside: BoolArray = field(repr=False)

    def logits(self, grid: tuple[int, int]) -> FloatArray:
        """Soft logits (grid height, grid width) between -0.5 and 0.5; above 0 is inside."""
        soft = cv2.GaussianBlur(self.inside.astype(np.float32), (0, 0), _EDGE_BLUR, borderType=cv2.BORDER_REPLICATE)
        x, y = self.window.origin
        width, height = self.window.extent
        part = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
        logits = np.full(grid, -0.5, dtype=np.float32)
        logits[y : y + height, x : x + width] = np.asarray(part, dtype=np.float32).reshape(height, width) - 0.5
        return logits


def cut_out(window: Window, trimap: Trimap, points: Sequence[Point]) -> Cut:
    """GrabCut of ``window``; only what a positive click touches stays, or the largest part when there is none.

    Args:
        window: where to cut.
        trimap: from ``rvergui.segment.trimap``.
        points: the clicks in window pixels.
    """
    inside = _graph_cut(window.pixels, trimap)
    inside = _clicked_parts(inside, points)
    inside = _without_small_holes(inside, trimap == cv2.GC_BGD)
    return Cut(window=window, trimap=trimap, inside=inside)


def _graph_cut(pixels: NDArray[np.uint8], trimap: Trimap) -> BoolArray:
    likely: BoolArray = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    free = (trimap == cv2.GC_PR_FGD) | (trimap == cv2.GC_PR_BGD)
    if likely.all() or not likely.any() or not free.any():
        return likely  # GrabCut needs samples of both and something to decide
    labels = trimap.copy()
    # GrabCut starts its colour models from this thread's random numbers; a fixed start makes a click repeatable.
    cv2.setRNGSeed(0)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(pixels, labels, None, background, foreground, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    inside: BoolArray = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    # On a plain patch a box may lose everything; what was likely is a better answer than none.
    return inside if inside.any() else likely


def _clicked_parts(inside: BoolArray, points: Sequence[Point]) -> BoolArray:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=4)
    keep = np.zeros(count, dtype=bool)
    height, width = inside.shape
    for point in points:
        if point.positive:
            row = int(np.clip(np.floor(point.y), 0, height - 1))
            column = int(np.clip(np.floor(point.x), 0, width - 1))
            keep[labels[row, column]] = True
    keep[0] = False
    if not keep.any() and count > 1:
        keep[1 + int(np.argmax(np.asarray(stats)[1:, cv2.CC_STAT_AREA]))] = True
    kept: BoolArray = keep[np.asarray(labels)]
    return kept


def _without_small_holes(inside: BoolArray, said_background: BoolArray) -> BoolArray:
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~inside).astype(np.uint8), connectivity=4)
    labels, stats = np.asarray(labels), np.asarray(stats)
    fill = stats[:, cv2.CC_STAT_AREA] <= _SMALL_HOLE * np.count_nonzero(inside)
    fill[0] = False
    fill[labels[said_background]] = False
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        fill[edge] = False
    filled: BoolArray = inside | fill[labels]
    return filled
