"""How a photo and prompts on it are brought into the square that a network of the SAM family sees, and back.

The official predictor's steps: the longest side fills the square (Pillow's bilinear resize), colours are normalised,
the rest of the square is zero. A low-resolution mask is first brought to the square, cut to the photo, and then to the
photo's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Box, Point

FloatArray = NDArray[np.float32]

# Of RGB values 0..255, as the image encoders expect them.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_DEVIATION = (58.395, 57.12, 57.375)

# Photos up to this many pixels are handed to Pillow as a whole, larger ones in strips.
_ORDINARY_PIXELS = 32_000_000
_STRIP_PIXELS = 4_000_000


class Square(Protocol):
    """What has to be known of a network."""

    @property
    def image_size(self) -> int:
        """The side of the square the image encoder sees, in pixels."""
        ...

    @property
    def grid(self) -> int:
        """The side of the low-resolution masks in cells."""
        ...


@dataclass(frozen=True)
class SamFrame:
    """A photo in a network's square.

    Attributes:
        photo: (height, width) of the photo in pixels.
        side: the square's side in pixels.
        grid: the side of its low-resolution masks in cells.
    """

    photo: tuple[int, int]
    side: int
    grid: int

    @classmethod
    def of(cls, design: Square, photo: tuple[int, int]) -> SamFrame:
        """The frame of a photo of (height, width) for a network of ``design``."""
        return cls(photo=photo, side=design.image_size, grid=design.grid)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the photo in the square, the longest side as long as the square's."""
        shrink = self.side / max(self.photo)
        return max(1, int(self.photo[0] * shrink + 0.5)), max(1, int(self.photo[1] * shrink + 0.5))

    @property
    def shrink(self) -> tuple[float, float]:
        """The square's pixels per photo pixel along (x, y)."""
        height, width = self.size
        return width / self.photo[1], height / self.photo[0]

    @property
    def finer(self) -> int:
        """The square's pixels per cell of a low-resolution mask."""
        return self.side // self.grid

    @property
    def scale(self) -> tuple[float, float]:
        """Cells of a low-resolution mask per photo pixel along (x, y)."""
        sx, sy = self.shrink
        return sx / self.finer, sy / self.finer

    def pixels(self, photo: NDArray[np.uint8]) -> FloatArray:
        """(1, 3, side, side) float32: what the image encoder gets for ``photo`` (height, width, 3) uint8."""
        height, width = self.size
        small = shrunk(photo, (height, width)).astype(np.float32)
        small -= np.array(PIXEL_MEAN, dtype=np.float32)
        small /= np.array(PIXEL_DEVIATION, dtype=np.float32)
        square = np.zeros((1, 3, self.side, self.side), dtype=np.float32)
        square[0, :, :height, :width] = small.transpose(2, 0, 1)
        return square

    def places(self, points: Sequence[Point]) -> FloatArray:
        """(n, 2) float32: ``points`` of the photo as (x, y) in the square."""
        sx, sy = self.shrink
        return np.array([(p.x * sx, p.y * sy) for p in points], dtype=np.float32).reshape(-1, 2)

    def corners(self, box: Box) -> FloatArray:
        """(4,) float32: a box on the photo as x0, y0, x1, y1 in the square."""
        sx, sy = self.shrink
        return np.array([box.x0 * sx, box.y0 * sy, box.x1 * sx, box.y1 * sy], dtype=np.float32)


def shrunk(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """``pixels`` (height, width, 3) uint8 resized to ``size`` (height, width) as Pillow's bilinear resize does.

    Pillow needs a copy of four bytes a pixel, so a huge photo is brought to its width in strips and then to its height.
    Pillow takes these two steps, too, and rounds between them, but in an order of its own: where it begins with the
    height, values differ by a level at most. Other photos are resized by Pillow alone.
    """
    height, width = size
    rows, columns = pixels.shape[:2]
    if rows * columns <= _ORDINARY_PIXELS:
        return _resized(pixels, (height, width))
    strip = max(1, _STRIP_PIXELS // columns)
    across = np.empty((rows, width, 3), dtype=np.uint8)
    for top in range(0, rows, strip):
        part = pixels[top : top + strip]
        across[top : top + strip] = _resized(part, (len(part), width))
    return _resized(across, (height, width))


def _resized(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BILINEAR))
