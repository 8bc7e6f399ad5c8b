"""A scene: a picture and the regions in it that somebody may want to cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Region = tuple[int, tuple[int, ...], float]


@dataclass(frozen=True)
class Scene:
    """A picture with regions.

    Attributes:
        picture: (h, w, 3) uint8 RGB.
        layers: label maps (h, w) uint8 each; regions of one map do not overlap, 0 is none of them.
        regions: (layer, labels that make the region, how often it is asked for relative to others) each.
    """

    picture: Pixels = field(repr=False)
    layers: tuple[Labels, ...] = field(repr=False)
    regions: tuple[Region, ...]

    def mask(self, region: int) -> NDArray[np.uint8]:
        """(h, w) uint8, 1 inside region ``region``."""
        layer, labels, _ = self.regions[region]
        wanted = np.zeros(256, np.uint8)
        wanted[list(labels)] = 1
        return np.asarray(cv2.LUT(self.layers[layer], wanted))


class SceneSource(Protocol):
    """Makes scenes; the same dice give the same scene."""

    def scene(self, dice: np.random.Generator) -> Scene:
        """A scene."""
        ...


@dataclass(frozen=True)
class Mixture:
    """Scenes of several sources, each with its share."""

    sources: Sequence[tuple[SceneSource, float]]

    def scene(self, dice: np.random.Generator) -> Scene:
        """A scene of one of the sources."""
        shares = np.array([share for _, share in self.sources], dtype=np.float64)
        chosen = int(dice.choice(len(shares), p=shares / shares.sum()))
        return self.sources[chosen][0].scene(dice)


def fit_side(picture: Pixels, longest: int) -> float:
    """The factor that brings the picture's longest side to at most ``longest``."""
    return float(min(1.0, longest / max(picture.shape[:2])))


def resized(picture: Pixels, factor: float) -> Pixels:
    """``picture`` scaled down by ``factor``."""
    if factor == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
