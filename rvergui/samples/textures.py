"""Random textures: smooth noise at one or several scales, cheap enough to be drawn anew for every food."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.floating[Any]]
"""(height, width) or the points of an area, (n,); float32 wherever it matters for speed."""

Colour = tuple[float, float, float]
"""sRGB, each 0..1."""


def noise(rng: np.random.Generator, shape: tuple[int, int], cell: float | tuple[float, float]) -> Field:
    """Smooth noise of about unit variance.

    Args:
        rng: where the randomness comes from.
        shape: (height, width) of the result in pixels.
        cell: the size of a feature in pixels; a pair is (vertical, horizontal), for grain and fibres.
    """
    cell_y, cell_x = (cell, cell) if isinstance(cell, int | float) else cell
    rows, columns = math.ceil(shape[0] / cell_y) + 3, math.ceil(shape[1] / cell_x) + 3
    grid = rng.standard_normal((rows, columns), dtype=np.float32)
    shift_y, shift_x = rng.random(2)
    box = (1 + shift_x, 1 + shift_y, 1 + shift_x + shape[1] / cell_x, 1 + shift_y + shape[0] / cell_y)
    smooth = Image.fromarray(grid).resize((shape[1], shape[0]), Image.Resampling.BICUBIC, box=box)
    return np.asarray(smooth) * np.float32(1.35)


def layered(
    rng: np.random.Generator, shape: tuple[int, int], cell: float | tuple[float, float], octaves: int, gain: float = 0.5
) -> Field:
    """Noise at ``octaves`` scales, each half as large and ``gain`` times as strong as the one before.

    It is built from coarse to fine, so that only the finest scale is drawn at full size.
    """
    cell_y, cell_x = (cell, cell) if isinstance(cell, int | float) else cell
    total: Field | None = None
    strength, power = 1.0, 0.0
    for octave in range(octaves):
        rows = math.ceil(shape[0] / max(cell_y, 1.0)) + 3
        columns = math.ceil(shape[1] / max(cell_x, 1.0)) + 3
        fresh = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(strength)
        if total is not None:
            fresh += np.asarray(Image.fromarray(total).resize((columns, rows), Image.Resampling.BICUBIC))
        total = fresh
        power += strength * strength
        if octave < octaves - 1:
            strength *= gain
            cell_y, cell_x = cell_y / 2, cell_x / 2
    assert total is not None
    shift_y, shift_x = rng.random(2)
    wide, tall = shape[1] / max(cell_x, 1.0), shape[0] / max(cell_y, 1.0)
    box = (1 + shift_x, 1 + shift_y, min(1 + shift_x + wide, total.shape[1]), min(1 + shift_y + tall, total.shape[0]))
    smooth = Image.fromarray(total).resize((shape[1], shape[0]), Image.Resampling.BICUBIC, box=box)
    return np.asarray(smooth) * np.float32(1.35 / math.sqrt(power))


def blurred(field: Field, factor: int) -> Field:
    """``field`` with details smaller than about ``factor`` pixels taken out."""
    height, width = field.shape
    small = Image.fromarray(field).resize(
        (max(width // factor, 1), max(height // factor, 1)), Image.Resampling.BOX, reducing_gap=None
    )
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def smoothstep(low: float, high: float, values: Field) -> Field:
    """0 below ``low``, 1 above ``high``, smooth in between; falling if ``low > high``."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    smooth: Field = t * t * (3 - 2 * t)
    return smooth


def plane(colour: Colour, dimensions: int = 2) -> NDArray[np.float32]:
    """One colour as (3, 1, 1), or with as many axes as needed, to broadcast over an area."""
    return np.asarray(colour, dtype=np.float32).reshape(3, *(1,) * dimensions)


def mix(first: Colour | Field, second: Colour | Field, share: Field) -> Field:
    """Colours between ``first`` (share 0) and ``second`` (share 1); each one colour or (3, ...) like ``share``."""
    a = plane(first, share.ndim) if isinstance(first, tuple) else first
    b = plane(second, share.ndim) if isinstance(second, tuple) else second
    mixed = (b - a) * share
    mixed += a
    return mixed


def jittered(rng: np.random.Generator, colour: Colour, amount: float = 0.03) -> Colour:
    """``colour`` a little lighter or darker, warmer or cooler."""
    tone = 1 + amount * float(rng.standard_normal())
    tint = 1 + 0.5 * amount * rng.standard_normal(3)
    red, green, blue = (float(min(max(c * tone * t, 0.0), 1.0)) for c, t in zip(colour, tint, strict=True))
    return red, green, blue
