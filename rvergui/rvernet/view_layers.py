"""What a view is made of: a picture, how much of each pixel is the object, and where the picture lies in the view.

An object is cut once into two such layers. Showing them gives the two views; training changes picture and object
together first, so what it shows is cut after the change, by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Cover = NDArray[np.uint8]
Shows = Literal["object", "rest", "all"]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture lies inside a square view: its (height, width) there and its upper left pixel (x, y).

    A picture that reaches beyond the view on all sides has a negative x and y.
    """

    height: int
    width: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Patch:
    """Pixels (h, w, 3) uint8 that replace those of a picture from (x, y) on."""

    x: int
    y: int
    pixels: Pixels = field(repr=False)


@dataclass(frozen=True, slots=True)
class Layer:
    """What one view shows.

    Attributes:
        picture: (h, w, 3) uint8 RGB, object and surroundings.
        cover: (h, w) uint8, how much of each pixel is the object, 255 all of it.
        shows: "object" is black around it, "rest" is its complement, "all" is the picture.
        frame: where the picture lies inside the view; around it is padding.
        follows: whether the view is cut around the object and goes where the object goes.
        exact: pixels that the published code computes in another way at the object's edges. They hold for the layer as
            it is; a changed one has none.
    """

    picture: Pixels = field(repr=False)
    cover: Cover = field(repr=False)
    shows: Shows
    frame: Frame
    follows: bool = False
    exact: Patch | None = None

    def view(self, size: int, fill: int) -> Pixels:
        """The view (size, size, 3) uint8 RGB, a new array; ``fill`` is the grey of its padding."""
        rows = slice(max(-self.frame.y, 0), min(self.frame.height, size - self.frame.y))
        columns = slice(max(-self.frame.x, 0), min(self.frame.width, size - self.frame.x))
        picture, cover = self.picture[rows, columns], self.cover[rows, columns]
        if self.exact is not None:
            shown = np.zeros_like(picture) if self.shows == "object" else picture.copy()
            patch = self.exact
            height, width = patch.pixels.shape[:2]
            shown[patch.y : patch.y + height, patch.x : patch.x + width] = patch.pixels
        elif self.shows == "all":
            shown = picture
        else:
            shown = covered(picture, cover if self.shows == "object" else 255 - cover)
        if shown.shape[:2] == (size, size):
            return shown.copy() if self.shows == "all" else shown
        view = np.full((size, size, 3), fill, dtype=np.uint8)
        y, x = max(self.frame.y, 0), max(self.frame.x, 0)
        view[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
        return view


@dataclass(frozen=True, slots=True)
class Example:
    """An object, cut and ready to be shown.

    Attributes:
        roi: what the ROI view shows.
        extra: what the extra-ROI view shows: the photo around the object.
        size: side of the views in pixels.
        fill: grey value of the padding.
    """

    roi: Layer
    extra: Layer
    size: int
    fill: int

    def views(self) -> tuple[Pixels, Pixels]:
        """The ROI view and the extra-ROI view, each (size, size, 3) uint8 RGB, new arrays."""
        return self.roi.view(self.size, self.fill), self.extra.view(self.size, self.fill)

    def black(self) -> Pixels:
        """The extra-ROI view with the surroundings blacked out; its padding stays."""
        return blacked(self.extra.frame, self.size, self.fill)


def covered(picture: Pixels, share: Cover) -> Pixels:
    """``picture`` (h, w, 3) times ``share`` (h, w) / 255, rounded: with ``share`` and 255 - ``share`` its two parts.

    The parts add up to the picture pixel for pixel, since no product of two bytes is half-way between multiples of 255.
    """
    scaled = picture.astype(np.uint16)
    scaled *= share[..., None]
    scaled += 127
    scaled //= 255
    return scaled.astype(np.uint8)


def blacked(frame: Frame, size: int, fill: int) -> Pixels:
    """A view that is black where its picture lies, around it grey."""
    view = np.full((size, size, 3), fill, dtype=np.uint8)
    view[max(frame.y, 0) : frame.y + frame.height, max(frame.x, 0) : frame.x + frame.width] = 0
    return view
