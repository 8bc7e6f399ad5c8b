"""Light on a relief: sun or window from one side, sky from above, shadows, shine."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rvergui.samples.canvas import FINE
from rvergui.samples.relief import Colours
from rvergui.samples.textures import Field, blurred, smoothstep

_STRIP = 16
"""Photo rows shaded at a time: few enough for the processor's cache."""


@dataclass(frozen=True)
class Light:
    """One light from the side and the light of the room.

    Attributes:
        azimuth: where it comes from, in radians on the photo.
        elevation: above the table, in radians.
        key: its colour and strength, linear RGB.
        sky: colour and strength of the room's light, linear RGB.
        falloff: how much darker the far side of the table is, 0..1.
        softness: how far shadows are blurred, 0.5..2.
    """

    azimuth: float
    elevation: float
    key: tuple[float, float, float]
    sky: tuple[float, float, float]
    falloff: float
    softness: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Light:
        """A pleasant light: from one side or behind, warm or cool."""
        warmth = float(rng.normal(0.05, 0.045))
        strength = float(rng.uniform(0.78, 0.96))
        sky = float(rng.uniform(0.30, 0.42))
        return cls(
            azimuth=-math.pi / 2 + float(rng.uniform(-1.9, 1.9)),
            elevation=float(rng.uniform(0.62, 0.90)),
            key=(strength * (1 + warmth), strength, strength * (1 - 1.3 * warmth)),
            sky=(sky * (1 - 0.2 * warmth), sky, sky * (1 + 0.4 * warmth)),
            falloff=float(rng.uniform(0.08, 0.32)),
            softness=float(rng.uniform(0.7, 1.6)),
        )


def illuminate(
    height: Field, colour: Colours, shine: Field, light: Light, origin: tuple[int, int], frame: tuple[int, int]
) -> Colours:
    """The light that reaches the camera: (3, h, w) linear RGB, one value for each photo pixel.

    Args:
        height: (FINE*h, FINE*w) relief.
        colour: (3, FINE*h, FINE*w) linear reflectance.
        shine: (FINE*h, FINE*w), 0..1.
        light: the light.
        origin: (x, y) of this part in the photo, in photo pixels.
        frame: (height, width) of the whole photo.
    """
    coarse = _coarse(height)
    ramp = _falloff(coarse.shape, light, origin, frame)
    shadow = _shadow(coarse, light) * ramp
    sky = _openness(coarse) * (np.float32(0.35) + np.float32(0.65) * ramp)
    glint = _gleam(coarse, _coarse(shine), light) * (np.float32(0.12) * ramp + np.float32(0.88) * shadow)
    lit = np.empty((3, *coarse.shape), dtype=np.float32)
    padded = np.pad(height, 1, mode="edge")
    rows = coarse.shape[0]
    for top in range(0, rows, _STRIP):
        strip = slice(top, min(top + _STRIP, rows))
        fine = slice(top * FINE, strip.stop * FINE)
        diffuse = _diffuse(padded[fine.start : fine.stop + 2], light)
        for channel in range(3):
            direct = _coarse(colour[channel, fine] * diffuse) * shadow[strip]
            direct += glint[strip]
            direct *= np.float32(light.key[channel])
            plain = _coarse(colour[channel, fine]) * sky[strip]
            plain *= np.float32(light.sky[channel])
            np.add(direct, plain, out=lit[channel, strip])
    return lit


def _towards(light: Light) -> tuple[float, float, float]:
    flat = math.cos(light.elevation)
    return flat * math.cos(light.azimuth), flat * math.sin(light.azimuth), math.sin(light.elevation)


def _facing(padded: Field, step: float, direction: tuple[float, float, float]) -> Field:
    """The cosine between the surface's normal and ``direction``; ``padded`` has a rim of one pixel of ``step``."""
    # Cliffs between foods would mirror like knife edges; no food stands steeper than this.
    steepest = np.float32(4.0 * step)
    slope_x = padded[1:-1, 2:] - padded[1:-1, :-2]
    slope_y = padded[2:, 1:-1] - padded[:-2, 1:-1]
    np.clip(slope_x, -steepest, steepest, out=slope_x)
    np.clip(slope_y, -steepest, steepest, out=slope_y)
    facing = slope_x * np.float32(-direction[0])
    facing += np.float32(2 * step * direction[2])
    facing -= slope_y * np.float32(direction[1])
    slope_x *= slope_x
    slope_y *= slope_y
    slope_x += slope_y
    slope_x += np.float32(4 * step * step)
    facing /= np.sqrt(slope_x, out=slope_x)
    return facing


def _diffuse(padded: Field, light: Light) -> Field:
    """How much of the light each canvas pixel catches. Food lets some light in: the terminator is soft."""
    facing = _facing(padded, 1.0, _towards(light))
    facing += np.float32(0.25)
    facing *= np.float32(1 / 1.25)
    return np.maximum(facing, 0, out=facing)


def _gleam(coarse: Field, shine: Field, light: Light) -> Field:
    """How much of the light each photo pixel mirrors to the camera, which looks straight down (Blinn and Phong)."""
    x, y, z = _towards(light)
    size = math.sqrt(x * x + y * y + (z + 1) ** 2)
    gleam = _facing(np.pad(coarse, 1, mode="edge"), FINE, (x / size, y / size, (z + 1) / size))
    np.clip(gleam, 0, 1, out=gleam)
    for _ in range(4):
        gleam *= gleam
    sharp = gleam * gleam
    sharp *= sharp
    mirrored: Field = shine * (np.float32(0.09) * gleam + np.float32(0.50) * sharp * shine)
    return mirrored


def _coarse(field: Field) -> Field:
    """The mean over each photo pixel."""
    rows: Field = field[0::FINE] + field[1::FINE]
    total: Field = rows[:, 0::FINE] + rows[:, 1::FINE]
    total *= np.float32(1 / (FINE * FINE))
    return total


def _shadow(height: Field, light: Light) -> Field:
    """1 in the light, towards 0 where something nearer to the light stands higher."""
    rise = math.tan(light.elevation) * FINE  # canvas pixels of height for one photo pixel of distance
    dark = np.zeros_like(height)
    reach = max(height.shape[0] // 7, 8)
    distance = 1.5
    rows, columns = height.shape
    while distance < reach:
        dx, dy = round(distance * math.cos(light.azimuth)), round(distance * math.sin(light.azimuth))
        if abs(dx) >= columns or abs(dy) >= rows:
            break
        here = (slice(max(-dy, 0), rows - max(dy, 0)), slice(max(-dx, 0), columns - max(dx, 0)))
        there = (slice(max(dy, 0), rows - max(-dy, 0)), slice(max(dx, 0), columns - max(-dx, 0)))
        penumbra = (1.5 + 0.35 * distance) * light.softness * FINE
        over = height[there] - height[here]
        over *= np.float32(1 / penumbra)
        over += np.float32(0.5 - distance * rise / penumbra)
        np.maximum(dark[here], over, out=dark[here])
        distance = distance * 1.32 + 0.8
    soft = blurred(np.minimum(dark, 1), 2)
    return np.clip(1 - np.float32(0.86) * soft * soft * (3 - 2 * soft), 0.14, 1)


def _openness(height: Field) -> Field:
    """How much of the sky is seen: less in nooks and beside higher things."""
    open_sky = np.ones_like(height)
    for factor, weight in ((4, 0.40), (12, 0.5), (32, 0.4)):
        hidden = blurred(height, factor) - height
        hidden *= np.float32(1 / (factor * FINE * 0.9))
        np.clip(hidden, -0.30, 1.2, out=hidden)
        hidden *= np.float32(weight)
        open_sky -= hidden
    np.clip(open_sky, 0.18, 1.12, out=open_sky)
    return open_sky


def _falloff(shape: tuple[int, ...], light: Light, origin: tuple[int, int], frame: tuple[int, int]) -> Field:
    long = max(frame)
    x = (np.arange(shape[1], dtype=np.float32)[None, :] + np.float32(origin[0] - frame[1] / 2)) / np.float32(long)
    y = (np.arange(shape[0], dtype=np.float32)[:, None] + np.float32(origin[1] - frame[0] / 2)) / np.float32(long)
    away = -(x * np.float32(math.cos(light.azimuth)) + y * np.float32(math.sin(light.azimuth)))
    return 1 - np.float32(light.falloff) * smoothstep(-0.75, 0.75, away)
