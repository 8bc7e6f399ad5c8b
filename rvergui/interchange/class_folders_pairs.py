"""A photo put together again from its two views."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from rvergui.core import Mask, RverError
from rvergui.core.atomic import write_bytes
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.labelled_photos import Opened, opened

# JPEG leaves a shimmer on what was black; below this difference a pixel says nothing about its view.
_CLEAR = 8
# Such pixels go with the clear ones so far around them.
_REACH = 4


@dataclass(frozen=True)
class PairedPhoto:
    """A photo to be made from a pair; see ``LabelledPhoto``.

    Attributes:
        path: where the photo is put; what is there already is kept.
        part: "train" or "test".
        class_name: what the object is.
        roi: the picture of the object, black elsewhere.
        extra: the picture of its surroundings, black where the object is.
    """

    path: Path
    part: str
    class_name: str
    roi: Path
    extra: Path

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``; writes the photo if it is not there yet."""
        roi, extra = (load_photo(path, pixel_limit).pixels for path in (self.roi, self.extra))
        if roi.shape != extra.shape:
            raise RverError(
                f"{self.roi.name} is {roi.shape[1]}x{roi.shape[0]} pixels in {self.roi.parent} and "
                f"{extra.shape[1]}x{extra.shape[0]} in {self.extra.parent}; a pair has one size."
            )
        inside = object_in(roi, extra)
        if not inside.any():
            raise RverError(f"{self.roi.name} in {self.roi.parent} shows no object; it is black throughout.")
        if not self.path.exists():
            stream = io.BytesIO()
            Image.fromarray(joined(roi, extra)).save(stream, format="PNG", compress_level=3)
            write_bytes(self.path, stream.getvalue())
        photo = load_photo(self.path, pixel_limit)
        return opened(photo, [(self.class_name, Mask.from_array(inside))])


def joined(roi: NDArray[np.uint8], extra: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The photo (height, width, 3) of two views: their sum, since each is black where the other is not."""
    photo: NDArray[np.uint8] = np.minimum(roi.astype(np.uint16) + extra, 255).astype(np.uint8)
    return photo


def object_in(roi: NDArray[np.uint8], extra: NDArray[np.uint8], clear_from: int = _CLEAR) -> NDArray[np.bool_]:
    """Where the object is (height, width): the ROI view is brighter than the extra-ROI view.

    Where both are dark, as in a black olive or under a shimmer of JPEG, the clear pixels around decide; a pixel is
    clear if its views differ by ``clear_from`` (of 255).
    """
    difference = roi.max(axis=2).astype(np.int16) - extra.max(axis=2)
    clear = np.abs(difference) >= clear_from
    votes = np.where(clear, np.sign(difference), 0) * 127 + 128
    around = np.asarray(Image.fromarray(votes.astype(np.uint8)).filter(ImageFilter.BoxBlur(_REACH)))
    inside: NDArray[np.bool_] = np.where(clear, difference > 0, around > 128)
    return inside
