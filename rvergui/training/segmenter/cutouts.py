"""Cut-out objects pasted on other photos: exact masks with every background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.training.segmenter.scenes import Pixels, Region, Scene

_CANVAS = 384
_RIM = 0.006  # of a product shot's longer side
_SIDE = 220  # longest side at which cut-outs are kept


@dataclass(frozen=True)
class Cutout:
    """An object: ``pixels`` (h, w, 3) uint8 and ``alpha`` (h, w) uint8, 255 inside."""

    pixels: Pixels
    alpha: NDArray[np.uint8]


def cutout(picture: Pixels, mask: NDArray[np.uint8]) -> Cutout | None:
    """The object under ``mask`` in its box; None if it is too small to be of use."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if rows.size < 24 or columns.size < 24 or int(mask.sum()) < 1200:
        return None
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    pixels, alpha = picture[box], (mask[box] * 255).astype(np.uint8)
    factor = min(1.0, _SIDE / max(alpha.shape))
    if factor < 1:
        size = (max(1, round(alpha.shape[1] * factor)), max(1, round(alpha.shape[0] * factor)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        alpha = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA))
    return Cutout(np.ascontiguousarray(pixels), np.ascontiguousarray(alpha))


def on_white(picture: Pixels) -> NDArray[np.uint8]:
    """The mask of a product shot: what is not connected to the white at the picture's edge, without holes or rim."""
    white = (picture.min(axis=2) >= 244).astype(np.uint8)
    framed = np.pad(white, 1, constant_values=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    inside = (np.asarray(labels) != labels[0, 0]).astype(np.uint8)[1:-1, 1:-1]
    opened = cv2.morphologyEx(np.ascontiguousarray(inside), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    # The rim is mixed with white. On another background it would be a halo that tells where to cut, as no photo does.
    reach = 2 * max(1, round(_RIM * max(picture.shape[:2]))) + 1
    return np.asarray(cv2.erode(opened, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))))


@dataclass(frozen=True)
class PastedScenes:
    """One to six cut-outs on a background that they do not belong to, partly over one another; or a pile of one kind.

    Fruit in a bowl, dumplings, biscuits: where many of a kind touch, colour and texture say nothing of where one ends.

    Attributes:
        cutouts: objects.
        backgrounds: photos, each at least as large as the canvas after scaling.
    """

    cutouts: list[Cutout]
    backgrounds: list[Pixels]

    def scene(self, dice: np.random.Generator) -> Scene:
        """A pasted scene."""
        canvas = background(self.backgrounds[int(dice.integers(len(self.backgrounds)))], dice, _CANVAS)
        labels = np.zeros(canvas.shape[:2], np.uint8)
        piled = dice.random() < 0.35
        many = int(dice.integers(5, 15)) if piled else int(dice.integers(1, 7))
        alike = piled or dice.random() < 0.2  # several of a kind: the hardest to keep apart
        first = int(dice.integers(len(self.cutouts)))
        heap = _Heap.drawn(dice) if piled else None
        for label in range(1, many + 1):
            chosen = self.cutouts[first if alike else int(dice.integers(len(self.cutouts)))]
            share, place = _LOOSE.drawn_for(dice) if heap is None else heap.drawn_for(dice)
            _paste(canvas, labels, chosen, label, share, place, dice)
        present = [label for label in range(1, many + 1) if np.count_nonzero(labels == label) >= 200]
        regions: list[Region] = [(0, (label,), 1.0) for label in present]
        if len(present) > 1:
            regions.append((0, tuple(present), 0.3))
        return Scene(canvas, (labels,), tuple(regions))


def background(picture: Pixels, dice: np.random.Generator, side: int) -> Pixels:
    """A random square piece of ``picture``, (side, side, 3), its own."""
    height, width = picture.shape[:2]
    piece = int(min(height, width) * dice.uniform(0.5, 1.0))
    y, x = int(dice.integers(height - piece + 1)), int(dice.integers(width - piece + 1))
    cut = picture[y : y + piece, x : x + piece]
    turned = np.rot90(cut, int(dice.integers(4))) if dice.random() < 0.3 else cut
    return np.array(cv2.resize(np.ascontiguousarray(turned), (side, side), interpolation=cv2.INTER_LINEAR))


@dataclass(frozen=True)
class _Loose:
    """Objects of any size anywhere."""

    def drawn_for(self, dice: np.random.Generator) -> tuple[float, NDArray[np.float64]]:
        """An object's longest side and its centre, as shares of the canvas."""
        return float(np.exp(dice.uniform(np.log(0.12), np.log(0.75)))), dice.uniform(0.1, 0.9, 2)


@dataclass(frozen=True)
class _Heap:
    """Objects of about one size close together: around ``centre``, ``reach`` (x, y) wide, each ``share`` long."""

    share: float
    centre: NDArray[np.float64]
    reach: NDArray[np.float64]

    @classmethod
    def drawn(cls, dice: np.random.Generator) -> _Heap:
        share = float(np.exp(dice.uniform(np.log(0.14), np.log(0.4))))
        return cls(share, dice.uniform(0.35, 0.65, 2), share * dice.uniform(0.7, 1.5, 2))

    def drawn_for(self, dice: np.random.Generator) -> tuple[float, NDArray[np.float64]]:
        """As ``_Loose.drawn_for``."""
        return self.share * float(dice.uniform(0.85, 1.15)), self.centre + dice.standard_normal(2) * self.reach * 0.7


_LOOSE = _Loose()


def _paste(
    canvas: Pixels,
    labels: NDArray[np.uint8],
    chosen: Cutout,
    label: int,
    share: float,
    place: NDArray[np.float64],
    dice: np.random.Generator,
) -> None:
    side = canvas.shape[0]
    height, width = chosen.alpha.shape
    factor = side * share / max(height, width)
    angle = float(dice.uniform(-180, 180)) if dice.random() < 0.5 else float(dice.uniform(-15, 15))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, factor)
    matrix[:, 2] += place * side - (width / 2, height / 2)
    if dice.random() < 0.5:
        matrix = matrix @ np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
    alpha = np.asarray(cv2.warpAffine(chosen.alpha, matrix, (side, side), flags=cv2.INTER_LINEAR))
    pixels = np.asarray(cv2.warpAffine(chosen.pixels, matrix, (side, side), flags=cv2.INTER_LINEAR))
    inside = alpha > 127
    if np.count_nonzero(inside) < 150:
        return
    if dice.random() < 0.6:  # a shadow or a rim keeps the paste from being the only hard edge
        soft = cv2.GaussianBlur(alpha, (0, 0), float(dice.uniform(2, 8))).astype(np.float32) / 255
        shift = np.array([[1, 0, dice.uniform(-6, 6)], [0, 1, dice.uniform(-2, 8)]], dtype=np.float64)
        soft = np.asarray(cv2.warpAffine(soft, shift, (side, side)))
        canvas[:] = (canvas * (1 - soft[..., None] * float(dice.uniform(0.1, 0.5)))).astype(np.uint8)
    light = np.float32(dice.uniform(0.75, 1.2)) * dice.uniform(0.92, 1.08, 3).astype(np.float32)
    edge = cv2.GaussianBlur(alpha, (0, 0), float(dice.uniform(0.4, 1.2))).astype(np.float32)[..., None] / 255
    lit = np.clip(pixels * light, 0, 255)
    canvas[:] = (canvas * (1 - edge) + lit * edge).astype(np.uint8)
    labels[inside] = label
