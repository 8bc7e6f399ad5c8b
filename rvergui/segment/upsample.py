"""A candidate at the photo's size, computed only inside its box."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask
from rvergui.segment.protocol import Candidates


def candidate_mask(candidates: Candidates, index: int) -> Mask:
    """The mask (photo size) of candidate ``index``: its logits interpolated bilinearly, cut at 0."""
    height, width = candidates.size
    logits = candidates.logits[index]
    sx, sy = candidates.scale
    window = _photo_window(logits, (sx, sy), candidates.size)
    if window is None:
        return Mask.empty(candidates.size)
    x0, y0, x1, y1 = window
    # warpAffine maps destination (x, y) to source (a x + c, ...) with WARP_INVERSE_MAP; pixel centres at integers.
    matrix = np.array(
        [[sx, 0.0, (x0 + 0.5) * sx - 0.5], [0.0, sy, (y0 + 0.5) * sy - 0.5]],
        dtype=np.float64,
    )
    fine = cv2.warpAffine(
        np.ascontiguousarray(logits, dtype=np.float32),
        matrix,
        (x1 - x0, y1 - y0),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Mask.from_crop(np.asarray(fine) > 0, (x0, y0), (height, width))


def _photo_window(
    logits: NDArray[np.float32], scale: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """The box x0, y0, x1, y1 in photo pixels that holds everything above 0, one grid cell of margin included."""
    rows = np.flatnonzero((logits > 0).any(axis=1))
    columns = np.flatnonzero((logits > 0).any(axis=0))
    if rows.size == 0:
        return None
    sx, sy = scale
    height, width = size
    x0 = max(int(np.floor((columns[0] - 1) / sx)), 0)
    y0 = max(int(np.floor((rows[0] - 1) / sy)), 0)
    x1 = min(int(np.ceil((columns[-1] + 2) / sx)), width)
    y1 = min(int(np.ceil((rows[-1] + 2) / sy)), height)
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
