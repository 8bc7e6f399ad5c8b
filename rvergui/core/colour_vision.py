"""Colours that people with any kind of colour vision can tell apart.

Each colour is, of many candidates, the one that lies farthest from all before it, where the distance of two colours is
the smallest of those seen with normal, red-blind, green-blind and blue-blind eyes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST = (0.0, 0.45, 0.74)  # a blue, sRGB

# Linear RGB as dichromats see it: Machado, Oliveira, Fernandes 2009, severity 1.0.
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
TRITANOPIA = np.array(
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
)

_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)

Colours = NDArray[np.float64]


def linear(colours: Colours) -> Colours:
    """sRGB (n, 3) in 0 to 1 as linear light."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def lab(light: Colours) -> Colours:
    """Linear light (n, 3) as CIELAB for daylight: distances are about what eyes see."""
    ratio = np.clip(light, 0, 1) @ _XYZ.T / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def seen(colours: Colours) -> Colours:
    """sRGB (n, 3) as four kinds of eyes see it: CIELAB (4, n, 3) of normal, red-, green- and blue-blind ones."""
    light = linear(colours)
    return np.stack([lab(light), *(lab(light @ eyes.T) for eyes in (PROTANOPIA, DEUTERANOPIA, TRITANOPIA))])


def far_apart(count: int) -> tuple[str, ...]:
    """``count`` colours, "#rrggbb", each as far as can be from those before it. Takes half a second."""
    levels = np.linspace(0, 1, 13)
    candidates = np.array([FIRST, *np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)])
    views = seen(candidates)
    lightness, chroma = views[0, :, 0], np.hypot(views[0, :, 1], views[0, :, 2])
    # Neither so dark or light that a thin outline is lost on a photo, nor so grey that it looks like an unnamed item.
    fit = (lightness > 38) & (lightness < 88) & (chroma > 32)
    fit[0] = True
    candidates, views = candidates[fit], views[:, fit]
    nearest = np.full(len(candidates), np.inf)
    chosen = [0]
    while len(chosen) < count:
        distance = np.linalg.norm(views - views[:, chosen[-1]][:, None], axis=-1).min(axis=0)
        nearest = np.minimum(nearest, distance)
        chosen.append(int(nearest.argmax()))
    return tuple("#" + "".join(f"{round(value * 255):02x}" for value in candidates[place]) for place in chosen)
