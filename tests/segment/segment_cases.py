"""Photos and shapes that several test modules of this room use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Photo, Point, Prompt


def disc(size: tuple[int, int], centre: tuple[float, float], radius: float) -> NDArray[np.bool_]:
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.hypot(x - centre[0], y - centre[1]) <= radius


def dish_photo(size: tuple[int, int] = (240, 320), seed: int = 0) -> tuple[Photo, NDArray[np.bool_]]:
    """A red disc on a bluish, slightly noisy table, and where the disc is."""
    inside = disc(size, (size[1] * 0.55, size[0] * 0.45), min(size) * 0.25)
    noise = np.random.default_rng(seed).normal(0, 8, (*size, 3))
    pixels = np.where(inside[..., None], (190, 60, 40), (90, 120, 160)) + noise
    return Photo.from_array(np.clip(pixels, 0, 255).astype(np.uint8)), inside


def click(*points: tuple[float, float], away: tuple[tuple[float, float], ...] = ()) -> Prompt:
    return Prompt(points=(*(Point(x, y) for x, y in points), *(Point(x, y, False) for x, y in away)))


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0
