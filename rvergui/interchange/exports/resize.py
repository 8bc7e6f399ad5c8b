"""Windows around objects, and pictures made smaller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Mask


def window_around(mask: Mask, margin: float) -> tuple[slice, slice]:
    """Rows and columns of the mask's box, ``margin`` (a share of its longer side) wider on each side."""
    x, y, w, h = mask.bbox
    more = round(max(w, h) * margin)
    height, width = mask.size
    return slice(max(y - more, 0), min(y + h + more, height)), slice(max(x - more, 0), min(x + w + more, width))


def resized(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """The picture (h, w, channels) with its longest side at most ``longest`` pixels; 0 leaves it as it is.

    Bicubic and rounded down, as the RveRNet paper's preprocessing makes photos smaller.
    """
    height, width = pixels.shape[:2]
    if longest <= 0 or max(height, width) <= longest:
        return pixels
    scale = longest / max(height, width)
    size = (max(int(width * scale), 1), max(int(height * scale), 1))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
