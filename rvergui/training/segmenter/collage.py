"""Meals put together from the surfaces of real food: touching, irregular helpings with exact masks.

What makes meals hard to cut out is that every helping has a texture of its own, no outline, and touches the next one.
Photos of fruit and vegetables without masks are enough for that: a piece of one fills a helping of random shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.training.segmenter.cutouts import background
from rvergui.training.segmenter.scenes import Pixels, Region, Scene

_CANVAS = 320


@dataclass(frozen=True)
class CollageScenes:
    """Helpings on a plate, in a bowl or on a table.

    Attributes:
        textures: photos of food surfaces.
        backgrounds: photos of anything.
    """

    textures: list[Pixels]
    backgrounds: list[Pixels]

    def scene(self, dice: np.random.Generator) -> Scene:
        """A collage."""
        table = background(self.backgrounds[int(dice.integers(len(self.backgrounds)))], dice, _CANVAS)
        if dice.random() < 0.5:  # a plain table
            colour = dice.uniform(20, 245, 3)
            table = np.clip(colour + _smooth(dice, 3, 40)[..., None] * dice.uniform(0, 30), 0, 255).astype(np.uint8)
        labels = np.zeros((_CANVAS, _CANVAS), np.uint8)
        whole = np.zeros((_CANVAS, _CANVAS), np.uint8)
        canvas = table
        if dice.random() < 0.75:
            canvas, ground = _plate(canvas, dice)
            whole[ground] = 1
        else:
            ground = np.ones(labels.shape, bool)
        pieces = dice.random() < 0.3  # of one food, such as dumplings: alike, and told apart by their edges alone
        many = int(dice.integers(4, 13)) if pieces else int(dice.integers(1, 7))
        _helpings(labels, ground, many, dice, pieces)
        one = int(dice.integers(len(self.textures))) if pieces else None
        colours = _Colours.drawn(dice) if pieces else None
        for label in range(1, many + 1):
            region = labels == label
            if region.any():
                canvas = _filled(canvas, region, self._surface(dice, one, colours), dice)
        present = [label for label in range(1, many + 1) if np.count_nonzero(labels == label) >= 250]
        regions: list[Region] = [(0, (label,), 1.0) for label in present]
        if len(present) > 1:
            regions.append((0, tuple(present), 0.3))
        if whole.any():
            regions.append((1, (1,), 0.25))
        return Scene(canvas, (labels, whole), tuple(regions))

    def _surface(self, dice: np.random.Generator, which: int | None, colours: _Colours | None) -> Pixels:
        photo = self.textures[int(dice.integers(len(self.textures))) if which is None else which]
        height, width = photo.shape[:2]
        piece = int(min(height, width) * dice.uniform(0.25, 0.8))
        y = int((height - piece) * dice.uniform(0.1, 0.9))
        x = int((width - piece) * dice.uniform(0.1, 0.9))
        cut = np.ascontiguousarray(np.rot90(photo[y : y + piece, x : x + piece], int(dice.integers(4))))
        side = int(_CANVAS * dice.uniform(0.3, 1.0))
        tile = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA if side < piece else cv2.INTER_LINEAR)
        reach = _CANVAS - side
        surface = np.asarray(cv2.copyMakeBorder(tile, 0, reach, 0, reach, cv2.BORDER_REFLECT))
        if surface.shape[:2] != (_CANVAS, _CANVAS):
            surface = np.asarray(cv2.resize(surface, (_CANVAS, _CANVAS)))
        return (colours or _Colours.drawn(dice)).of(surface)


@dataclass(frozen=True)
class _Colours:
    """How a surface is changed: blurred by ``blur`` pixels, then hue, saturation and value."""

    blur: float
    hue: int
    saturation: float
    value: float
    lift: float

    @classmethod
    def drawn(cls, dice: np.random.Generator) -> _Colours:
        # sauces, mash and rice have little structure
        blur = float(dice.uniform(1, 12)) if dice.random() < 0.4 else 0.0
        return cls(
            blur,
            int(dice.integers(-12, 13)),
            float(dice.uniform(0.4, 1.3)),
            float(dice.uniform(0.7, 1.3)),
            float(dice.uniform(-20, 20)),
        )

    def of(self, surface: Pixels) -> Pixels:
        """``surface`` in these colours."""
        if self.blur:
            surface = np.asarray(cv2.GaussianBlur(surface, (0, 0), self.blur))
        hsv = np.asarray(cv2.cvtColor(surface, cv2.COLOR_RGB2HSV)).astype(np.int16)
        hsv[..., 0] = (hsv[..., 0] + self.hue) % 180
        hsv[..., 1] = np.clip(hsv[..., 1] * self.saturation, 0, 255)
        hsv[..., 2] = np.clip(hsv[..., 2] * self.value + self.lift, 0, 255)
        return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB))


def _smooth(dice: np.random.Generator, cells: int, limit: int) -> NDArray[np.float32]:
    """(canvas, canvas) float32, smooth noise of about ``cells`` bumps a side, roughly -1..1."""
    coarse = dice.standard_normal((min(cells, limit), min(cells, limit))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (_CANVAS, _CANVAS), interpolation=cv2.INTER_CUBIC))


def _plate(canvas: Pixels, dice: np.random.Generator) -> tuple[Pixels, NDArray[np.bool_]]:
    """The canvas with a plate, and where food may lie."""
    centre = (dice.uniform(0.4, 0.6, 2) * _CANVAS).astype(int)
    radius = _CANVAS * dice.uniform(0.3, 0.6)
    axes = (int(radius), int(radius * dice.uniform(0.55, 1.0)))
    angle = float(dice.uniform(0, 180)) if dice.random() < 0.3 else 0.0
    plate = np.zeros((_CANVAS, _CANVAS), np.uint8)
    if dice.random() < 0.8:
        cv2.ellipse(plate, tuple(map(int, centre)), axes, angle, 0, 360, 255, -1, cv2.LINE_AA)
    else:
        corners = cv2.boxPoints((tuple(map(float, centre)), (axes[0] * 1.9, axes[1] * 1.9), angle))
        cv2.fillPoly(plate, [np.asarray(corners).astype(np.int32)], 255, cv2.LINE_AA)
    colour = dice.uniform(170, 255, 3) if dice.random() < 0.7 else dice.uniform(20, 255, 3)
    if dice.random() < 0.6:
        colour = np.full(3, colour.mean()) + dice.uniform(-10, 10, 3)
    shade = colour + _smooth(dice, 2, 40)[..., None] * dice.uniform(3, 18)
    inner = cv2.erode(plate, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * int(radius * 0.12) + 1,) * 2))
    rim = cv2.GaussianBlur(inner, (0, 0), float(dice.uniform(1, 4))).astype(np.float32)[..., None] / 255
    shade = shade * (1 - dice.uniform(-0.08, 0.12) * rim)
    soft = cv2.GaussianBlur(plate, (0, 0), float(dice.uniform(4, 12))).astype(np.float32)[..., None] / 255
    dark = canvas * (1 - soft * dice.uniform(0.1, 0.45))
    share = plate.astype(np.float32)[..., None] / 255
    out = dark * (1 - share) + np.clip(shade, 0, 255) * share
    ground = (inner if dice.random() < 0.7 else plate) > 127
    return out.astype(np.uint8), ground


def _helpings(
    labels: NDArray[np.uint8], ground: NDArray[np.bool_], many: int, dice: np.random.Generator, pieces: bool
) -> None:
    """Write ``many`` irregular regions into ``labels``; they touch, and later ones lie over earlier ones.

    ``pieces`` of one food are about as large as each other and lie close together.
    """
    rows, columns = np.nonzero(ground)
    ys, xs = np.mgrid[0:_CANVAS, 0:_CANVAS].astype(np.float32)
    span = np.sqrt(len(rows))
    middle = int(dice.integers(len(rows)))
    alike = span * float(np.exp(dice.uniform(np.log(0.1), np.log(0.25))))
    for label in range(1, many + 1):
        pick = int(dice.integers(len(rows)))
        size = span * float(np.exp(dice.uniform(np.log(0.12), np.log(0.5))))
        if pieces:
            size = alike * float(dice.uniform(0.85, 1.15))
            away = dice.standard_normal(2) * alike * 1.6
            near = (rows - rows[middle] - away[0]) ** 2 + (columns - columns[middle] - away[1]) ** 2
            pick = int(near.argmin())
        stretch = float(dice.uniform(0.6, 1.0))
        turn = float(dice.uniform(0, np.pi))
        dx, dy = xs - columns[pick], ys - rows[pick]
        along = dx * np.cos(turn) + dy * np.sin(turn)
        across = (dy * np.cos(turn) - dx * np.sin(turn)) / stretch
        far = np.sqrt(along**2 + across**2) / size
        ragged = _smooth(dice, int(dice.integers(4, 14)), 40) * float(dice.uniform(0.05, 0.3))
        labels[(far + ragged < 1) & ground] = label


def _filled(canvas: Pixels, region: NDArray[np.bool_], surface: Pixels, dice: np.random.Generator) -> Pixels:
    """``surface`` inside ``region``, with soft edges, some volume and a shadow around it."""
    alpha = region.astype(np.float32)
    depth = np.asarray(cv2.GaussianBlur(alpha, (0, 0), float(dice.uniform(3, 14))))
    volume = 1 + (depth - 0.6) * float(dice.uniform(0, 0.5))
    shadow = 1 - depth * float(dice.uniform(0, 0.35))
    share = np.asarray(cv2.GaussianBlur(alpha, (0, 0), float(dice.uniform(0.5, 1.6))))[..., None]
    inside = np.clip(surface * volume[..., None], 0, 255)
    return np.asarray((canvas * shadow[..., None]) * (1 - share) + inside * share).astype(np.uint8)
