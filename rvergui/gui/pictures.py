"""From arrays to Qt's images. Everything here is called on the loader thread, never on the GUI's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from rvergui.core import Mask, Photo
from rvergui.core.photo_loading import load_photo, load_thumbnail

# A mask is tinted at most at this many pixels along its longer side; beyond, no screen shows the difference.
TINT_EDGE = 1400
LEVEL_EDGE = 700


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """An RGB32 image that owns a copy of ``pixels`` (height, width, 3) uint8.

    OpenCV writes right into the image and, unlike Qt's own conversions, lets other threads run meanwhile: with 12
    megapixels the window would stop for a moment otherwise.
    """
    import cv2

    height, width = pixels.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA, dst=_bytes_of(image))
    return image


def _bytes_of(image: QImage) -> NDArray[np.uint8]:
    """The pixels of an RGB32 image, (height, width, 4) uint8 in the order BGRA; writing to them changes the image."""
    os.environ.setdefault("QT_DRIVER", "PySide6")  # qimage2ndarray guesses by imports otherwise
    import qimage2ndarray

    view: NDArray[np.uint8] = qimage2ndarray.byte_view(image, byteorder="little")
    return view


@dataclass(frozen=True)
class LoadedPhoto:
    """A photo ready to be painted.

    Attributes:
        photo: the pixels, as every other room sees them.
        levels: the photo at full size, half, quarter ...; painting takes the one that fits the zoom.
    """

    photo: Photo
    levels: tuple[QImage, ...] = field(repr=False)

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return int(self.photo.pixels.nbytes) + sum(level.sizeInBytes() for level in self.levels)


def read_photo(path: Path, pixel_limit: int) -> LoadedPhoto:
    """Open a photo and prepare its levels.

    Raises:
        PhotoError: one sentence, as ``load_photo``.
    """
    photo = load_photo(path, pixel_limit)
    return LoadedPhoto(photo=photo, levels=levels_of(photo.pixels))


def levels_of(pixels: NDArray[np.uint8]) -> tuple[QImage, ...]:
    """``pixels`` (height, width, 3) uint8 as images, each half the one before, down to about ``LEVEL_EDGE`` pixels.

    Pillow halves them because it lets go of the interpreter lock meanwhile; Qt's own scaling does not, and the window
    would wait for it.
    """
    levels = [to_qimage(pixels)]
    image = Image.fromarray(pixels)
    while max(image.size) > 2 * LEVEL_EDGE:
        image = image.reduce(2)
        levels.append(to_qimage(np.asarray(image)))
    return tuple(levels)


def read_thumbnail(path: Path, edge: int, pixel_limit: int) -> QImage:
    """A small copy of a photo, at most ``edge`` pixels on its longer side."""
    return to_qimage(load_thumbnail(path, edge, pixel_limit))


@dataclass(frozen=True)
class MaskPicture:
    """A mask tinted in one colour, to be painted into ``rect`` (photo pixels)."""

    mask: Mask
    image: QImage = field(repr=False)
    rect: QRectF


def tint(mask: Mask, colour: str, fill: float, outline: float) -> MaskPicture:
    """Paint ``mask`` inside its box.

    Args:
        mask: the object.
        colour: "#rrggbb".
        fill: opacity of the inside, 0..1.
        outline: width of the opaque rim in photo pixels.
    """
    import cv2

    x, y, w, h = mask.bbox
    if w == 0 or h == 0:
        return MaskPicture(mask, QImage(), QRectF())
    inside = mask.crop().astype(np.uint8)
    shrink = max(max(w, h) / TINT_EDGE, 1.0)
    if shrink > 1.0:
        small = (max(round(w / shrink), 1), max(round(h / shrink), 1))
        inside = np.asarray(cv2.resize(inside, small, interpolation=cv2.INTER_AREA))
    width = max(round(outline / shrink), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    core = np.asarray(cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0))
    alpha = np.where(core > 0, np.uint8(round(fill * 255)), np.uint8(255))
    alpha[inside == 0] = 0
    rgb = QColor(colour)
    height, wide = inside.shape
    pixels = np.empty((height, wide, 4), dtype=np.uint8)  # BGRA, premultiplied
    for channel, value in enumerate((rgb.blue(), rgb.green(), rgb.red())):
        pixels[..., channel] = alpha.astype(np.uint16) * value // 255
    pixels[..., 3] = alpha
    image = QImage(pixels.data, wide, height, wide * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
    return MaskPicture(mask, image, QRectF(x, y, w, h))
