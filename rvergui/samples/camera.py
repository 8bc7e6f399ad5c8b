"""What a camera makes of the light."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from rvergui.samples.relief import Colours
from rvergui.samples.textures import smoothstep

_WHITE = 4.0
"""The brightest light that is told apart."""

_LEVELS = 8192


@cache
def _curve() -> NDArray[np.float32]:
    """Brightness 0..255 for light 0.._WHITE in equal steps: a soft shoulder, gamma, a little contrast."""
    light = np.linspace(0, _WHITE, _LEVELS, dtype=np.float32)
    tone = np.sqrt(light / (1 + 0.20 * light * light))
    tone = np.minimum(tone, np.float32(1.0)) if tone.max() <= 1 else tone / np.float32(tone.max())
    tone = tone + 0.22 * (tone - 0.42) * tone * (1 - tone)
    curve: NDArray[np.float32] = (np.maximum.accumulate(tone) * 255).astype(np.float32)
    curve.setflags(write=False)
    return curve


def photograph(rng: np.random.Generator, lit: Colours) -> NDArray[np.uint8]:
    """The photo of light (3, height, width): exposure, vignette, a touch of blur, noise; (height, width, 3) uint8."""
    height, width = lit.shape[1:]
    exposure = float(rng.uniform(1.1, 1.3))
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    vignette = 1 - np.float32(rng.uniform(0.05, 0.22)) * smoothstep(0.3, 2.0, x * x + y * y)
    vignette *= np.float32(exposure * (_LEVELS - 1) / _WHITE)
    blur = np.float32(rng.uniform(0.06, 0.15))
    # Light falls on neighbouring pixels too, and sensor noise is alike in neighbours.
    grain = rng.standard_normal((height, width + 16), dtype=np.float32)
    grain *= np.float32(rng.uniform(0.9, 2.2))
    curve = _curve()
    photo = np.empty((height, width, 3), dtype=np.uint8)
    for channel in range(3):
        level = np.minimum(lit[channel] * vignette, _LEVELS - 1).astype(np.int32)
        plane = curve[level]
        soft = np.pad(plane, 1, mode="edge")
        soft = soft[:, 1:-1] + blur * (soft[:, 2:] + soft[:, :-2] - 2 * soft[:, 1:-1])
        soft = soft[1:-1] + blur * (soft[2:] + soft[:-2] - 2 * soft[1:-1])
        soft += (
            np.float32(0.8) * grain[:, 8 : 8 + width] + np.float32(0.5) * grain[:, 7 * channel : 7 * channel + width]
        )
        photo[..., channel] = np.clip(np.rint(soft), 0, 255)
    return photo
