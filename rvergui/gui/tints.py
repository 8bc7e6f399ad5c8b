"""Masks as tinted pictures. Made on the loader thread, never on the GUI's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from rvergui.core import Mask

# A mask is tinted at most at this many pixels along its longer side; beyond, no screen shows the difference.
TINT_EDGE = 1400
OUTSIDE, INSIDE, RIM, STRIPE = range(4)


@dataclass(frozen=True)
class Tint:
    """How a mask is painted.

    Attributes:
        colour: "#rrggbb", of the inside and the rim.
        fill: opacity of the inside, 0..1.
        outline: width of the opaque rim in photo pixels.
        second: the rim's other colour, in which it is striped; "" for none.
    """

    colour: str
    fill: float
    outline: float
    second: str = ""


@dataclass(frozen=True)
class MaskPicture:
    """A tinted mask, to be painted into ``rect`` (photo pixels).

    Attributes:
        parts: (height, width) uint8 of ``image``'s size: OUTSIDE, INSIDE, RIM or STRIPE. Other colours need only these.
    """

    mask: Mask
    look: Tint
    image: QImage = field(repr=False)
    rect: QRectF
    parts: NDArray[np.uint8] = field(repr=False)


def tint(mask: Mask, look: Tint, known: MaskPicture | None = None) -> MaskPicture:
    """Paint ``mask`` inside its box; ``known`` saves most of the work if it is of this mask with a rim like this."""
    if known is not None and known.mask == mask and _same_rim(known.look, look):
        return MaskPicture(mask, look, _coloured(known.parts, look), known.rect, known.parts)
    x, y, w, h = mask.bbox
    parts = _parts_of(mask, look)
    return MaskPicture(mask, look, _coloured(parts, look), QRectF(x, y, w, h), parts)


def _same_rim(one: Tint, other: Tint) -> bool:
    return one.outline == other.outline and bool(one.second) == bool(other.second)


def _parts_of(mask: Mask, look: Tint) -> NDArray[np.uint8]:
    import cv2

    _, _, w, h = mask.bbox
    if w == 0 or h == 0:
        return np.zeros((0, 0), dtype=np.uint8)
    inside = mask.crop().astype(np.uint8)
    shrink = max(max(w, h) / TINT_EDGE, 1.0)
    if shrink > 1.0:
        small = (max(round(w / shrink), 1), max(round(h / shrink), 1))
        inside = np.asarray(cv2.resize(inside, small, interpolation=cv2.INTER_AREA))
    width = max(round(look.outline / shrink), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    core = np.asarray(cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0))
    parts = np.where(core > 0, np.uint8(INSIDE), np.uint8(RIM))
    if look.second:  # slanting stripes, so that a rim in any direction becomes a dashed one
        height, wide = inside.shape
        slant = np.add.outer(np.arange(height), np.arange(wide)) // (4 * width) % 2 == 1
        parts[slant & (parts == RIM)] = STRIPE
    parts[inside == 0] = OUTSIDE
    return np.asarray(parts)


def _coloured(parts: NDArray[np.uint8], look: Tint) -> QImage:
    height, wide = parts.shape
    if height == 0 or wide == 0:
        return QImage()
    rim = QColor(look.colour)
    inside = QColor(rim)
    inside.setAlphaF(look.fill)
    colours = (QColor(0, 0, 0, 0), inside, rim, QColor(look.second or look.colour))
    table = np.array([_premultiplied(colour) for colour in colours], dtype=np.uint8).view(np.uint32).reshape(-1)
    pixels = table[parts]
    return QImage(pixels.data, wide, height, wide * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _premultiplied(colour: QColor) -> tuple[int, int, int, int]:
    """In the order of ARGB32 in memory: blue, green, red, alpha."""
    alpha = colour.alpha()
    blue, green, red = (value * alpha // 255 for value in (colour.blue(), colour.green(), colour.red()))
    return blue, green, red, alpha
