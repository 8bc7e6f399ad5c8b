"""From arrays to Qt's images. Everything here is called on the loader thread, never on the GUI's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

from rvergui.core import Photo
from rvergui.core.photo_loading import load_photo, load_thumbnail

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
