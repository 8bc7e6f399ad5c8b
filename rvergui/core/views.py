"""The two views of an object, after the RveRNet paper (arXiv 2407.08257)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rvergui.core.errors import RverError
from rvergui.core.mask import Mask


def views(photo: NDArray[np.uint8], mask: Mask) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The ROI view and the extra-ROI view of an object.

    Args:
        photo: (height, width, 3) uint8 RGB.
        mask: the object, of the photo's size.

    Returns:
        Two arrays like ``photo``: the first keeps the object and is black elsewhere, the second is its complement,
        so ``roi + extra_roi == photo`` pixel for pixel.

    Raises:
        RverError: the mask belongs to a photo of another size.
    """
    if photo.shape[:2] != mask.size:
        raise RverError(
            f"The mask is {mask.size[1]}x{mask.size[0]} pixels and the photo {photo.shape[1]}x{photo.shape[0]}; "
            "use a mask that was made on this photo."
        )
    x, y, w, h = mask.bbox
    window = (slice(y, y + h), slice(x, x + w))
    inside = mask.crop()[..., None]
    roi = np.zeros_like(photo)
    roi[window] = photo[window] * inside
    extra = photo.copy()
    extra[window] = photo[window] * ~inside
    return roi, extra
