"""Pillow's bicubic pass along one axis, number for number, for any part of a picture and for two complements at once.

Pillow works with weights of 22 binary places and whole sums. A sum of 8-bit pixels under such weights fits a double
with room to spare, so matrix products give the very sums, in any order. And as they are sums, what is *not* the object
is the whole less the object: one product serves both views.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Doubles = NDArray[np.float64]

_PLACES = 22  # Pillow's PRECISION_BITS for pixels of 8 bits
_SUPPORT = 2.0


class ExactPass:
    """Brings an axis of ``whole`` pixels to ``fitted`` smaller or larger ones, as ``Image.resize`` does with BICUBIC.

    Attributes:
        weights: (whole, fitted), whole numbers, 2 to the 22nd for one.
        low: (fitted,) the first pixel of the axis that each is made from.
        high: (fitted,) one past the last.
    """

    def __init__(self, whole: int, fitted: int) -> None:
        scale = whole / fitted
        wide = max(scale, 1.0)
        centres = (np.arange(fitted) + 0.5) * scale
        self.low: NDArray[np.int64] = np.maximum((centres - _SUPPORT * wide + 0.5).astype(np.int64), 0)
        self.high: NDArray[np.int64] = np.minimum((centres + _SUPPORT * wide + 0.5).astype(np.int64), whole)
        taps = int((self.high - self.low).max())
        pixel = self.low[:, None] + np.arange(taps)
        shares = _cubic((pixel - centres[:, None] + 0.5) * (1.0 / wide))
        shares[pixel >= self.high[:, None]] = 0.0
        shares /= _in_order(shares)[:, None]
        fixed = np.trunc(np.copysign(0.5, shares) + shares * (1 << _PLACES))
        self.weights: Doubles = np.zeros((whole, fitted))
        inside = pixel < self.high[:, None]
        self.weights[pixel[inside], np.nonzero(inside)[0]] = fixed[inside]
        self.weights.setflags(write=False)
        self._sources = [slice(low, high) for low, high in zip(self.low.tolist(), self.high.tolist(), strict=True)]

    def source(self, first: int, last: int) -> slice:
        """What of the axis the pixels from ``first`` to before ``last`` are made from."""
        return slice(self._sources[first].start, self._sources[last - 1].stop)

    def apart(self, pixels: Pixels, inside: Pixels, first: int, last: int) -> tuple[Pixels, Pixels]:
        """Rows of ``pixels`` with the object alone and without it, each brought to the pixels ``first`` to ``last``.

        Args:
            pixels: (rows, n, channels), n as ``source`` says.
            inside: (rows, n), 1 where the object is, else 0.
            first: of the resized axis.
            last: one past the last.

        Returns:
            Two arrays (rows, last - first, channels).
        """
        rows, count, channels = pixels.shape
        weights = self.weights[self.source(first, last), first:last]
        lines = np.empty((rows, channels, count))
        lines[...] = pixels.transpose(0, 2, 1)
        everything = lines.reshape(-1, count) @ weights
        lines *= inside[:, None, :]
        object_ = lines.reshape(-1, count) @ weights
        everything -= object_
        shape = (rows, channels, last - first)
        return _pixels(object_, shape), _pixels(everything, shape)


@lru_cache(maxsize=4)
def exact_pass(whole: int, fitted: int) -> ExactPass:
    """The pass from ``whole`` to ``fitted`` pixels; photos of one camera share it."""
    return ExactPass(whole, fitted)


def _cubic(x: Doubles) -> Doubles:
    """Pillow's cubic with a = -0.5, evaluated in its order."""
    x, a = np.abs(x), -0.5
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    far = (((x - 5.0) * x + 8.0) * x - 4.0) * a
    return np.where(x < 1.0, near, np.where(x < _SUPPORT, far, 0.0))


def _in_order(shares: Doubles) -> Doubles:
    """The sums of the rows, added from the left as Pillow does: the last binary place depends on it."""
    return np.asarray(np.cumsum(shares, axis=1)[:, -1])


def _pixels(sums: Doubles, shape: tuple[int, int, int]) -> Pixels:
    """(rows, channels, n) sums, which are overwritten, as (rows, n, channels) pixels: rounded and cut off at 0, 255."""
    sums += 1 << (_PLACES - 1)
    sums *= math.ldexp(1.0, -_PLACES)
    np.maximum(sums, 0.0, out=sums)
    np.minimum(sums, 255.0, out=sums)
    return sums.astype(np.uint8).reshape(shape).transpose(0, 2, 1)
