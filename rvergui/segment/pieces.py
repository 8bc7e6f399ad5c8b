"""The connected pieces of a mask."""

from __future__ import annotations

import cv2
import numpy as np

from rvergui.core import Mask
from rvergui.segment.cleanup import HARMLESS


def pieces(mask: Mask, crumb: float = HARMLESS.crumb) -> list[Mask]:
    """The connected pieces of ``mask`` as masks of their own, the largest first.

    Pieces hang together across corners, as in ``cleanup``. Those below the share ``crumb`` of the largest stay with it:
    nobody means specks by the parts of an object.
    """
    if mask.is_empty:
        return []
    x, y, _, _ = mask.bbox
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.crop().view(np.uint8), connectivity=8)
    areas = np.asarray(stats)[1:count, cv2.CC_STAT_AREA]
    order = np.argsort(-areas, kind="stable")
    largest = int(order[0])
    small = [int(n) + 1 for n in np.flatnonzero(areas < crumb * areas[largest])]
    found = [Mask.from_crop(np.isin(labels, [largest + 1, *small]), (x, y), mask.size)]
    for number in (int(n) for n in order[1:] if int(n) + 1 not in small):
        left, top, width, height = (int(v) for v in np.asarray(stats)[number + 1][:4])
        part = np.asarray(labels)[top : top + height, left : left + width] == number + 1
        found.append(Mask.from_crop(part, (x + left, y + top), mask.size))
    return found
