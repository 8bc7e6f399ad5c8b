"""Masks that were drawn before EXIF turned their photo."""

from __future__ import annotations

import numpy as np

from rvergui.core import Mask
from rvergui.core.photo_loading import turned_upright


def turned(mask: Mask, orientation: int) -> Mask:
    """``mask`` of the stored pixels as it lies on the upright photo."""
    return Mask.from_array(turned_upright(mask.array().astype(np.uint8), orientation))
