"""From a photo and a mask to exactly what the network receives. No torch here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rvergui.core import Mask, RverError
from rvergui.rvernet.close_up_views import CloseUpCutter, close_up_frame
from rvergui.rvernet.published_views import PublishedCutter, published_frame, published_pair
from rvergui.rvernet.view_layers import Example, Frame, Layer, blacked

__all__ = [
    "Example",
    "Frame",
    "Layer",
    "Preprocessing",
    "ViewCutter",
    "black_view",
    "fit_views",
    "frame_of",
    "joined_views",
    "network_views",
    "pair_example",
]

Pixels = NDArray[np.uint8]

# A picture file says black with noise of this much.
_NOISE = 12
# How far to look for who decides where a pixel belongs that is black in both views, the nearest first.
_NEIGHBOURHOODS = (4, 16, 64, 256)


class Preprocessing(BaseModel):
    """How views are brought to the network's size.

    Attributes:
        kind: "published" is the RveRNet paper's: both views show the whole photo, the longest side resized to ``size``
            (bicubic, the other side rounded down), the rest padded evenly with grey ``fill``, a left-over pixel to the
            left or top; values / 255. "close_up" shows the object in a square of its own and the whole photo, likewise
            padded, without it. Mean and standard deviation are each backbone's own matter.
        size: side of the square view in pixels.
        fill: grey value of the padding, 0..255.
        roi: what the ROI view shows: the object alone ("masked"), or, for networks that look at one view only, the
            object's box with all that is in it ("box") or the whole photo ("photo").
        margin: around the object's box on each side, as a share of the box's longer side; for "close_up".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = "published"
    size: int = Field(default=224, ge=16, le=2048)
    fill: int = Field(default=125, ge=0, le=255)
    roi: Literal["masked", "box", "photo"] = "masked"
    margin: float = Field(default=0.1, ge=0, le=2)

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"the preprocessing “{kind}” is not one of {', '.join(sorted(KINDS))}")
        return kind


class _Cutter(Protocol):
    """Cuts objects out of one photo."""

    frame: Frame

    def views(self, mask: Mask) -> tuple[Pixels, Pixels]: ...

    def example(self, mask: Mask, border: int = 0) -> Example: ...


@dataclass(frozen=True)
class _Kind:
    """A way of cutting.

    Attributes:
        cutter: for one photo.
        frame: (height, width, size) of a photo and a view -> where the photo lies in the extra-ROI view.
        pair: from two full-size views, the photo that they show together, and the mask; None if the photo is cut.
    """

    cutter: Callable[[Pixels, Preprocessing], _Cutter]
    frame: Callable[[int, int, int], Frame]
    pair: Callable[[Pixels, Pixels, Pixels, Mask, Preprocessing], Example] | None = None


KINDS: dict[str, _Kind] = {
    "published": _Kind(PublishedCutter, published_frame, published_pair),
    "close_up": _Kind(CloseUpCutter, close_up_frame),
}


def frame_of(height: int, width: int, preprocessing: Preprocessing) -> Frame:
    """Where a photo of ``height`` x ``width`` pixels lies inside the extra-ROI view."""
    return KINDS[preprocessing.kind].frame(height, width, preprocessing.size)


class ViewCutter:
    """Cuts many objects out of one photo at the network's size; what belongs to the photo alone is done once.

    Attributes:
        frame: where the photo lies inside the extra-ROI view.
    """

    frame: Frame

    def __init__(self, pixels: Pixels, preprocessing: Preprocessing) -> None:
        if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise RverError(f"A photo has height, width and 3 colours, this array has the shape {pixels.shape}.")
        self._size = pixels.shape[:2]
        self._cutter = KINDS[preprocessing.kind].cutter(pixels, preprocessing)
        self.frame = self._cutter.frame

    def views(self, mask: Mask) -> tuple[Pixels, Pixels]:
        """The ROI view and the extra-ROI view of an object, each (size, size, 3) uint8 RGB.

        Raises:
            RverError: the mask belongs to a photo of another size.
        """
        self._check(mask)
        return self._cutter.views(mask)

    def example(self, mask: Mask, border: int = 0) -> Example:
        """The two views in parts, so that picture and object can be changed together before they are shown.

        Args:
            mask: the object, of the photo's size.
            border: how many pixels a close-up picture reaches beyond the view on every side; views stay the same.

        Raises:
            RverError: the mask belongs to a photo of another size.
        """
        self._check(mask)
        return self._cutter.example(mask, border)

    def _check(self, mask: Mask) -> None:
        height, width = self._size
        if mask.size != (height, width):
            raise RverError(
                f"The mask is {mask.size[1]}x{mask.size[0]} pixels and the photo {width}x{height}; "
                "use a mask that was made on this photo."
            )


def network_views(pixels: Pixels, mask: Mask, preprocessing: Preprocessing) -> tuple[Pixels, Pixels]:
    """The ROI view and the extra-ROI view exactly as the network receives them, each (size, size, 3) uint8 RGB.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        mask: the object, of the photo's size.
        preprocessing: how they are brought to size.

    Raises:
        RverError: the mask belongs to a photo of another size.
    """
    return ViewCutter(pixels, preprocessing).views(mask)


def fit_views(roi: Pixels, extra: Pixels, preprocessing: Preprocessing) -> tuple[Pixels, Pixels]:
    """The same from two views that are already cut at the photo's size (``core.views``, a pairs folder).

    Raises:
        RverError: the two differ in size.
    """
    return pair_example(roi, extra, preprocessing).views()


def pair_example(roi: Pixels, extra: Pixels, preprocessing: Preprocessing, border: int = 0) -> Example:
    """``ViewCutter.example`` from two full-size views.

    Raises:
        RverError: the two differ in size.
    """
    photo, mask = joined_views(roi, extra)
    pair = KINDS[preprocessing.kind].pair
    if pair is None:
        return ViewCutter(photo, preprocessing).example(mask, border)
    return pair(roi, extra, photo, mask, preprocessing)


def joined_views(roi: Pixels, extra: Pixels) -> tuple[Pixels, Mask]:
    """The photo and the mask that two full-size views were cut from.

    Views that were stored as JPEG are not quite black where they should be. What is dark in both belongs to where most
    of its neighbourhood belongs.

    Raises:
        RverError: the two differ in size.
    """
    if roi.shape != extra.shape:
        raise RverError(
            f"The ROI view is {roi.shape[1]}x{roi.shape[0]} pixels and the extra-ROI view "
            f"{extra.shape[1]}x{extra.shape[0]}; the two views of a pair have the same size."
        )
    bright, other = roi.max(axis=2), extra.max(axis=2)
    inside = bright > other
    unclear = np.maximum(bright, other) <= _NOISE
    for reach in _NEIGHBOURHOODS:
        if not unclear.any():
            break
        vote = np.where(unclear, 128, np.where(inside, 255, 0)).astype(np.uint8)
        around = np.asarray(Image.fromarray(vote).filter(ImageFilter.BoxBlur(reach)))
        inside = np.where(unclear, around > 128, inside)
        unclear &= around == 128  # nobody near, or as many for as against
    whole = np.minimum(roi.astype(np.uint16) + extra, 255).astype(np.uint8)
    return whole, Mask.from_array(inside)


def black_view(frame: Frame, preprocessing: Preprocessing) -> Pixels:
    """The extra-ROI view with the surroundings blacked out: black where the photo lies, its padding unchanged."""
    return blacked(frame, preprocessing.size, preprocessing.fill)
