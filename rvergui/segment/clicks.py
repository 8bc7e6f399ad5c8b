"""A simulated person who corrects a mask with clicks, for tests, benchmarks and studies.

The next click goes to the centre of the largest error, the usual protocol for comparing interactive segmenters
(e.g. Sofiiuk et al., "Reviving iterative training with mask guidance", 2021).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Photo, Point, Prompt
from rvergui.segment.protocol import Candidates, Segmenter
from rvergui.segment.upsample import candidate_mask

BoolArray = NDArray[np.bool_]


def next_click(target: BoolArray, found: BoolArray) -> Point | None:
    """Where a careful person clicks next.

    Args:
        target: (height, width), the object as it should be.
        found: (height, width), the mask so far; all False before the first click.

    Returns:
        The innermost pixel's centre of the largest connected region that is missing (positive) or too much
        (negative), or None when both agree everywhere.
    """
    missing, excess = target & ~found, found & ~target
    choices = [(*_largest_region(region), positive) for region, positive in ((missing, True), (excess, False))]
    region, area, positive = max(choices, key=lambda choice: choice[1])
    if area == 0:
        return None
    y, x = _innermost(region)
    return Point(x + 0.5, y + 0.5, positive)


def simulate_clicks(segmenter: Segmenter, photo: Photo, target: Mask, clicks: int) -> list[float]:
    """The intersection over union of the best candidate with ``target`` after each of ``clicks`` simulated clicks.

    An agreement in every pixel ends the simulation; its 1.0 then stands for the clicks that were not needed.
    """
    embedding = segmenter.encode(photo)
    wanted = target.array()
    found = np.zeros_like(wanted)
    prompt = Prompt()
    previous: Candidates | None = None
    agreement: list[float] = []
    for _ in range(clicks):
        click = next_click(wanted, found)
        if click is None:
            break
        prompt = prompt.with_point(click)
        previous = segmenter.decode(embedding, prompt, previous)
        mask = candidate_mask(previous, previous.best)
        found = mask.array()
        agreement.append(mask.iou(target))
    return agreement + [1.0] * (clicks - len(agreement))


def _largest_region(wrong: BoolArray) -> tuple[BoolArray, int]:
    """The largest 8-connected region of ``wrong`` and its area in pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
    if count == 1:
        return wrong, 0
    areas = np.asarray(stats)[1:, cv2.CC_STAT_AREA]
    largest = int(np.argmax(areas))
    region: BoolArray = np.asarray(labels) == largest + 1
    return region, int(areas[largest])


def _innermost(region: BoolArray) -> tuple[int, int]:
    """The row and column of the pixel that is farthest from the region's outside (the photo's edge counts as such)."""
    padded = np.pad(region, 1).astype(np.uint8)
    distance = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(distance)), distance.shape)
    return int(row), int(column)
