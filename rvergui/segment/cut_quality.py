"""How well a cut probably agrees with what the person meant, judged from the cut alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.segment.cut import Cut

# Features in order: constant, outline strength, colour difference to the surroundings, solidity,
# log share of the search area, log share of the photo, log of the number of pieces, log of one more than the holes.
FEATURES = 8
# Ridge regression on 110 objects that are no food, five simulated clicks each; see docs/adr/0004-segmenter-protocol.md.
_WEIGHTS = np.array([0.597, 0.001, 0.041, 0.060, 0.044, 0.051, -0.117, -0.553])

_CROSS = np.ones((3, 3), dtype=np.uint8)


def expected_agreement(cut: Cut) -> float:
    """The expected intersection over union with the meant object, 0..1; 0 for an empty cut."""
    if not cut.inside.any():
        return 0.0
    return float(np.clip(features(cut) @ _WEIGHTS, 0.02, 0.98))


def features(cut: Cut) -> NDArray[np.float64]:
    """What the estimate looks at, (FEATURES,); ``cut`` is not empty."""
    inside = cut.inside.astype(np.uint8)
    area = int(np.count_nonzero(inside))
    grown = cv2.dilate(inside, _CROSS)
    shrunk = cv2.erode(inside, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    outline = cut.inside & (np.asarray(shrunk) == 0)
    ring = np.asarray(cv2.dilate(inside, _CROSS, iterations=max(2, int(0.25 * np.sqrt(area))))) > np.asarray(grown)
    pixels = cut.window.pixels.astype(np.float32)
    pieces, _ = cv2.connectedComponents(inside, connectivity=4)
    around, _ = cv2.connectedComponents(np.pad(1 - inside, 1, constant_values=1), connectivity=8)
    in_photo = area / cut.window.shrink**2 / (cut.window.grid[0] * cut.window.grid[1])
    searched = max(1, int(np.count_nonzero(cut.trimap != cv2.GC_BGD)))
    return np.array(
        [
            1.0,
            np.log1p(_mean(_gradient(pixels), outline)),
            np.log1p(_colour_difference(pixels, cut.inside, ring)),
            _solidity(inside, area),
            np.log(area / searched),
            np.log(in_photo),
            np.log(max(1, pieces - 1)),
            np.log(max(1, around - 1)),
        ]
    )


def _gradient(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    across = np.asarray(cv2.Scharr(pixels, cv2.CV_32F, 1, 0)).reshape(pixels.shape) / 16
    down = np.asarray(cv2.Scharr(pixels, cv2.CV_32F, 0, 1)).reshape(pixels.shape) / 16
    strength: NDArray[np.float32] = np.sqrt((across**2 + down**2).sum(axis=-1))
    return strength


def _mean(values: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _colour_difference(pixels: NDArray[np.float32], inside: NDArray[np.bool_], ring: NDArray[np.bool_]) -> float:
    if not ring.any():
        return 0.0
    return float(np.linalg.norm(pixels[inside].mean(axis=0) - pixels[ring].mean(axis=0)))


def _solidity(inside: NDArray[np.uint8], area: int) -> float:
    """The area's share of its convex hull; 1 for anything too small to have one."""
    points = cv2.findNonZero(inside)
    hull = float(cv2.contourArea(cv2.convexHull(points))) if points is not None and len(points) > 3 else 0.0
    return min(1.0, area / hull) if hull > 0 else 1.0
