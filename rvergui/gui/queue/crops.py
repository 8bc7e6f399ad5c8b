"""What a cell of the grid shows: both views of an object, cut to its surroundings, and the item itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from rvergui.core import Item, Mask, RverError, Sheet
from rvergui.core.photo_loading import load_photo
from rvergui.core.views import views
from rvergui.gui.pictures import to_qimage

EDGE = 256
# So much of the object's longer side is shown around it: what the surroundings tell is half of what a name is given by.
AROUND = 0.45


@dataclass(frozen=True)
class Crop:
    """Both views of an item.

    Attributes:
        item: the item, with all suggestions.
        roi: the ROI view inside ``window``, at most ``EDGE`` pixels on its longer side.
        extra: likewise the extra-ROI view.
        problem: why there are no pictures, a sentence; "" if there are.
    """

    item: Item
    roi: QImage = field(default_factory=QImage, repr=False)
    extra: QImage = field(default_factory=QImage, repr=False)
    problem: str = ""

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return self.roi.sizeInBytes() + self.extra.sizeInBytes() + len(self.item.mask.counts) + 1000


def window(bbox: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of a photo that is shown of an object.

    Args:
        bbox: (x, y, width, height) of the object's mask in pixels.
        size: (height, width) of the photo.

    Returns:
        (x, y, width, height) inside the photo: a square around the object where the photo is large enough for it.
    """
    height, width = size
    x, y, w, h = bbox
    side = max(round(max(w, h) * (1 + 2 * AROUND)), 16)
    wide, high = min(side, width), min(side, height)
    left = min(max(x + (w - wide) // 2, 0), width - wide)
    top = min(max(y + (h - high) // 2, 0), height - high)
    return left, top, wide, high


def cut_views(pixels: NDArray[np.uint8], mask: Mask) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """``core.views`` of the photo, cut to ``window``; only that part of the photo is touched.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        mask: the object.

    Raises:
        RverError: the mask belongs to a photo of another size.
    """
    if pixels.shape[:2] != mask.size:
        raise RverError(
            f"The photo is now {pixels.shape[1]}x{pixels.shape[0]} pixels, but this object was cut out at "
            f"{mask.size[1]}x{mask.size[0]}; put the original photo back."
        )
    x, y, w, h = mask.bbox
    left, top, wide, high = window(mask.bbox, mask.size)
    inside = np.zeros((high, wide), dtype=bool)
    inside[y - top : y - top + h, x - left : x - left + w] = mask.crop()
    return views(pixels[top : top + high, left : left + wide], Mask.from_array(inside))


def make_crops(path: Path, pixel_limit: int, sheet: Sheet, item_ids: Collection[str]) -> Iterator[Crop]:
    """The crops of some items of one photo, which is opened once. What cannot be shown says why."""
    items = [item for item in sheet if item.id in item_ids]
    try:
        pixels = load_photo(path, pixel_limit).pixels if items else None
    except RverError as error:
        yield from (Crop(item, problem=str(error)) for item in items)
        return
    for item in items:
        try:
            assert pixels is not None
            roi, extra = cut_views(pixels, item.mask)
            yield Crop(item, _picture(roi), _picture(extra))
        except RverError as error:
            yield Crop(item, problem=str(error))


def _picture(view: NDArray[np.uint8]) -> QImage:
    import cv2

    height, width = view.shape[:2]
    shrink = max(height, width) / EDGE
    if shrink > 1:
        size = (max(round(width / shrink), 1), max(round(height / shrink), 1))
        view = np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return to_qimage(np.ascontiguousarray(view))
