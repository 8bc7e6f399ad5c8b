"""Photos and masks as arrays, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Photo, RverError
from rvergui.core import views as cut_views
from rvergui.core.photo_loading import load_photo as read_photo
from rvergui.runtime.settings import Settings

PhotoLike: TypeAlias = "Photo | NDArray[np.uint8] | str | Path"
"""A photo that was loaded, its pixels (height, width, 3) uint8 RGB, or its file."""

MaskLike: TypeAlias = "Mask | NDArray[Any]"
"""A mask, or an array (height, width) that is not zero inside."""

BoolArray: TypeAlias = "NDArray[np.bool_]"


def load_photo(path: str | Path) -> Photo:
    """The photo in a file: ``pixels`` (height, width, 3) uint8 RGB, upright, as the window shows it.

    Raises:
        RverError: it cannot be opened; the sentence says why.
    """
    return read_photo(Path(path), Settings().pixel_limit)


def views(photo: PhotoLike, mask: MaskLike) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The ROI view and the extra-ROI view (height, width, 3) uint8 of an object: ``roi + extra_roi == photo``.

    Raises:
        RverError: the photo cannot be opened, or the mask has another size.
    """
    pixels = as_photo(photo).pixels
    return cut_views(pixels, as_mask(mask, (pixels.shape[0], pixels.shape[1])))


def as_photo(photo: PhotoLike) -> Photo:
    """``photo`` as the program has it.

    Raises:
        RverError: it cannot be opened, or the array is no photo.
    """
    if isinstance(photo, Photo):
        return photo
    if isinstance(photo, str | Path):
        return load_photo(photo)
    if not isinstance(photo, np.ndarray):
        raise RverError(f"{type(photo).__name__} is no photo; give a file, a loaded photo, or an array of its pixels.")
    if photo.ndim != 3 or photo.shape[2] != 3 or photo.dtype != np.uint8 or 0 in photo.shape:
        raise RverError(
            f"An array {photo.shape} of {photo.dtype} is no photo; it has to be (height, width, 3) of uint8, RGB."
        )
    return Photo.from_array(photo)


def as_mask(mask: MaskLike, size: tuple[int, int]) -> Mask:
    """``mask`` as the program has it, for a photo of ``size`` (height, width).

    Raises:
        RverError: it has another size.
    """
    found = mask if isinstance(mask, Mask) else Mask.from_array(np.asarray(mask))
    if found.size != size:
        raise RverError(
            f"The mask is {found.size[1]}x{found.size[0]} pixels and the photo {size[1]}x{size[0]}; "
            "use a mask that was made on this photo."
        )
    return found
