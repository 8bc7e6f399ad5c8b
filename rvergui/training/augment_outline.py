"""Outlines as first clicks draw them: the same object cut out less exactly."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Cover = NDArray[np.uint8]

# A smooth random field is drawn on this many cells a side and enlarged.
_FIELD_CELLS = 5
_STEEPNESS = 6.0
_LEAST_AREA = 4.0  # of the object, in pixels; of less there is no outline
_LEAST_LEFT = 0.2
_BLUR_KEPT = 2.5  # pixels of blur that the coarser grid must still have


@dataclass(frozen=True)
class OutlineChange:
    """How an outline bulges, shrinks and wavers, relative to the object: at any scale it is the same change.

    Attributes:
        softness: over which distance, as a share of the object's extent.
        waver: (cells, cells) float32, one way or the other along the outline.
        level: below a half the object grows, above it shrinks.
    """

    softness: float
    waver: NDArray[np.float32]
    level: float

    @classmethod
    def drawn(cls, random: np.random.Generator) -> OutlineChange:
        """People correct the masks that a network learns from; the masks it is asked about come from first clicks."""
        softness = random.uniform(0.03, 0.3)
        waver = random.normal(0.0, random.uniform(0.0, 0.25), (_FIELD_CELLS, _FIELD_CELLS)).astype(np.float32)
        return cls(softness, waver, random.uniform(0.2, 0.75))

    def __call__(self, cover: Cover) -> Cover:
        """The changed cover (h, w) uint8, a new array; the given one where next to nothing of the object is left."""
        inside = cover.astype(np.float32) / 255.0
        area = float(inside.sum())
        if area < _LEAST_AREA:
            return cover
        blur = float(np.clip(self.softness * np.sqrt(area), 0.6, 0.1 * max(cover.shape)))
        field = _blurred(inside, blur)
        # far from the outline the blurred cover is 0 or 1 and the wavering must not reach it
        near_outline = 4.0 * field * (1.0 - field)
        moved = (field + self._waver_around(cover) * near_outline - self.level) * _STEEPNESS + 0.5
        share = np.clip(moved, 0.0, 1.0)
        if float(share.sum()) < _LEAST_LEFT * area:
            return cover
        return np.asarray(np.rint(share * 255.0), dtype=np.uint8)

    def _waver_around(self, cover: Cover) -> NDArray[np.float32]:
        """The field over the object's box and a half of it on each side, nothing beyond."""
        x, y, w, h = cv2.boundingRect(cv2.threshold(cover, 127, 255, cv2.THRESH_BINARY)[1])
        spread = np.zeros(cover.shape, dtype=np.float32)
        if not w or not h:
            return spread
        wide, high = 2 * w, 2 * h
        field = np.asarray(cv2.resize(self.waver, (wide, high), interpolation=cv2.INTER_CUBIC))
        left, top = x - w // 2, y - h // 2
        rows = slice(max(top, 0), min(top + high, cover.shape[0]))
        columns = slice(max(left, 0), min(left + wide, cover.shape[1]))
        spread[rows, columns] = field[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        return spread


def _blurred(inside: NDArray[np.float32], blur: float) -> NDArray[np.float32]:
    """A Gaussian of ``blur`` pixels; a wide one on a coarser grid, where it takes a tenth of the time."""
    coarser = int(blur / _BLUR_KEPT)
    if coarser < 2:
        return np.asarray(cv2.GaussianBlur(inside, (0, 0), blur, borderType=cv2.BORDER_REPLICATE))
    height, width = inside.shape
    small = cv2.resize(inside, (-(-width // coarser), -(-height // coarser)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), blur / coarser, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
