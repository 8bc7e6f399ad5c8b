"""The simulated person of the training: less careful than the one of the evaluation."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Of two clicks one goes somewhere inside the error, not to its middle.
_CARELESS = 0.5


def click(
    truth: NDArray[np.uint8], found: NDArray[np.uint8], dice: np.random.Generator
) -> tuple[float, float, float] | None:
    """A click into the largest wrong region: x, y in cells of ``truth`` and 1 (adds) or -1 (takes away).

    None if nothing is wrong.
    """
    wrong = truth != found
    if not wrong.any():
        return None
    # missing and excess regions that touch are two regions
    kinds = [(truth > found).astype(np.uint8), (truth < found).astype(np.uint8)]
    best: tuple[int, NDArray[np.uint8], float] | None = None
    for kind, sign in zip(kinds, (1.0, -1.0), strict=True):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(kind, connectivity=8)
        if count > 1:
            areas = np.asarray(stats)[1:, cv2.CC_STAT_AREA]
            largest = int(areas.argmax())
            if best is None or areas[largest] > best[0]:
                best = (int(areas[largest]), (np.asarray(labels) == largest + 1).astype(np.uint8), sign)
    assert best is not None
    _, region, sign = best
    depth = np.asarray(cv2.distanceTransform(np.pad(region, 1), cv2.DIST_L2, 3))[1:-1, 1:-1]
    limit = 0.2 if dice.random() < _CARELESS else 0.85
    rows, columns = np.nonzero(depth >= limit * depth.max())
    chosen = int(dice.integers(len(rows)))
    return float(columns[chosen]), float(rows[chosen]), sign
