"""Photos that EXIF turns, and masks that were drawn before it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from rvergui.core import Mask

_ORIENTATION = 0x0112


def stored_orientation(path: Path) -> int:
    """The EXIF orientation 1..8 in a photo file's header; 1 where there is none or it cannot be read."""
    try:
        with Image.open(path) as image:
            orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged metadata raises anything; the loader takes such a photo as it lies
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def turned(mask: Mask, orientation: int) -> Mask:
    """``mask`` of the stored pixels as it lies on the upright photo."""
    picture = Image.fromarray(mask.array().astype(np.uint8))
    picture.getexif()[_ORIENTATION] = orientation
    return Mask.from_array(np.asarray(ImageOps.exif_transpose(picture)))
