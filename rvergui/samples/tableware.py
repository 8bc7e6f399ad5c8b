"""The table and what stands on it: wood, cloth or stone; plates, bowls and small dishes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.samples.canvas import Canvas
from rvergui.samples.relief import Colours
from rvergui.samples.textures import Colour, Field, jittered, layered, mix, noise, plane, smoothstep

Table = tuple[Field, Colours, float]
"""Height (height, width) and colour (3, height, width) of the bare table, and how it shines."""


def wood(rng: np.random.Generator, size: tuple[int, int]) -> Table:
    """Planks, lying a little askew."""
    scale = min(size) / 480
    upright = rng.random() < 0.4
    rows, columns = (size[1], size[0]) if upright else size
    tilt = float(np.clip(rng.normal(0, 2.5), -5, 5))
    margin = math.ceil(max(size) * math.sin(math.radians(abs(tilt))) / 2) + 2
    rows, columns = rows + 2 * margin, columns + 2 * margin
    tones: tuple[Colour, ...] = ((0.55, 0.38, 0.24), (0.42, 0.28, 0.18), (0.68, 0.54, 0.38), (0.34, 0.26, 0.20))
    base = jittered(rng, tones[int(rng.integers(len(tones)))], 0.06)
    plank = rng.uniform(90, 150) * scale
    at = np.arange(rows, dtype=np.float32)
    number = (at // plank).astype(int)
    across = at % np.float32(plank)
    gap = smoothstep(2.6 * scale, 0.8 * scale, np.minimum(across, np.float32(plank) - across))[:, None]
    tone = rng.normal(0, 0.06, number[-1] + 1).astype(np.float32)[number][:, None]
    flow = layered(rng, (rows, columns), (26 * scale, 260 * scale), 2)
    phase = (at * np.float32(0.22 / scale) + np.float32(2.1) * number.astype(np.float32))[:, None]
    rings = np.sin(phase + np.float32(2.6) * flow)
    fibre = noise(rng, (rows, columns), (1.7, 34 * scale))
    shade = np.clip(1 + tone + 0.055 * rings + 0.045 * fibre + 0.05 * flow, 0.4, 1.3) * (1 - 0.72 * gap)
    height = (0.35 * fibre + 0.25 * rings - 5 * gap).astype(np.float32)
    shade, height = (_turned(field, tilt, upright, size) for field in (shade.astype(np.float32), height))
    # Dark grain is also redder.
    colour = plane(base) * (1 + (shade - 1) * plane((1.0, 1.06, 1.12)))
    return height, colour, 0.22


def _turned(field: Field, degrees: float, upright: bool, size: tuple[int, int]) -> Field:
    """The middle of ``field``, turned a little and perhaps by a right angle, cut to ``size``."""
    turned = np.asarray(Image.fromarray(field).rotate(degrees, Image.Resampling.BILINEAR))
    turned = turned.T if upright else turned
    top, left = (turned.shape[0] - size[0]) // 2, (turned.shape[1] - size[1]) // 2
    return turned[top : top + size[0], left : left + size[1]]


def cloth(rng: np.random.Generator, size: tuple[int, int]) -> Table:
    """Linen with soft folds, plain, striped or checked."""
    scale = min(size) / 480
    y, x = np.arange(size[0], dtype=np.float32)[:, None], np.arange(size[1], dtype=np.float32)[None, :]
    folds = layered(rng, size, 150 * scale, 2, 0.4)
    weave = np.sin(x * np.float32(2.1)) * np.sin(y * np.float32(2.1))
    thread = noise(rng, size, (1.6, 9.0)) + noise(rng, size, (9.0, 1.6))
    grounds: tuple[Colour, ...] = ((0.86, 0.83, 0.77), (0.58, 0.63, 0.66), (0.76, 0.70, 0.60), (0.38, 0.42, 0.47))
    ground = jittered(rng, grounds[int(rng.integers(len(grounds)))], 0.03)
    prints: tuple[Colour, ...] = ((0.26, 0.35, 0.48), (0.58, 0.22, 0.20), (0.34, 0.42, 0.33), (0.52, 0.46, 0.38))
    ink = jittered(rng, prints[int(rng.integers(len(prints)))], 0.05)
    pattern = int(rng.integers(3))
    turn = float(rng.normal(0, 0.12))
    pitch = float(rng.uniform(44, 80)) * scale
    printed = np.zeros_like(folds)
    for part in range(pattern):
        a, b = (math.cos(turn), math.sin(turn)) if part == 0 else (-math.sin(turn), math.cos(turn))
        u = (x * np.float32(a / pitch) + y * np.float32(b / pitch) + np.float32(2.5 / pitch) * folds) % 1
        printed += np.float32(0.75 if pattern == 1 else 0.42) * smoothstep(-0.02, 0.02, np.abs(u - 0.5) - 0.27)
    colour = mix(ground, ink, printed) * (1 + 0.030 * thread + 0.03 * weave)
    height = 6.0 * scale * folds + 0.30 * weave + 0.30 * thread
    return height.astype(np.float32), colour, 0.02


def stone(rng: np.random.Generator, size: tuple[int, int]) -> Table:
    """Slate, concrete or pale marble."""
    scale = min(size) / 480
    tones: tuple[Colour, ...] = ((0.25, 0.26, 0.28), (0.54, 0.53, 0.51), (0.83, 0.82, 0.80))
    kind = int(rng.integers(len(tones)))
    base = jittered(rng, tones[kind], 0.04)
    cloud = layered(rng, size, 120 * scale, 5, 0.62)
    grain = rng.standard_normal(size, dtype=np.float32)
    shade = 1 + (0.075, 0.05, 0.03)[kind] * cloud + 0.022 * grain
    colour = plane(base) * shade
    if kind == 2:
        warp = layered(rng, size, 230 * scale, 5, 0.6) + 0.5 * cloud
        vein = smoothstep(0.16, 0.0, np.abs(warp)) * np.clip(0.35 + 0.5 * cloud, 0, 1)
        vein += 0.4 * smoothstep(0.6, 0.0, np.abs(warp + 0.7))
        colour = mix(colour, (0.60, 0.59, 0.585), 0.55 * np.clip(vein, 0, 1))
    height = 0.25 * grain + (1.6, 0.4, 0.2)[kind] * cloud
    return height.astype(np.float32), colour, (0.12, 0.10, 0.30)[kind]


TABLES: tuple[Callable[[np.random.Generator, tuple[int, int]], Table], ...] = (wood, cloth, stone)

# Profiles from the middle to the rim: (share of the radius, height as a share of the radius).
_PROFILES: dict[str, tuple[tuple[float, float], ...]] = {
    "plate": ((0, 0.020), (0.68, 0.022), (0.76, 0.048), (0.82, 0.060), (0.965, 0.090), (0.985, 0.088), (1, 0.060)),
    "bowl": ((0, 0.10), (0.60, 0.115), (0.80, 0.17), (0.90, 0.235), (0.935, 0.25), (0.965, 0.245), (1, 0.17)),
    "dish": ((0, 0.10), (0.55, 0.11), (0.78, 0.20), (0.87, 0.33), (0.92, 0.345), (0.96, 0.335), (1, 0.20)),
}
_GLAZES: tuple[Colour, ...] = (
    (0.905, 0.90, 0.885),
    (0.905, 0.90, 0.885),
    (0.88, 0.85, 0.79),
    (0.76, 0.81, 0.83),
    (0.68, 0.71, 0.66),
    (0.34, 0.38, 0.43),
    (0.22, 0.22, 0.24),
)
_BANDS: tuple[Colour, ...] = ((0.20, 0.30, 0.48), (0.55, 0.40, 0.22), (0.30, 0.34, 0.30))
_STEPS = 2048
_ROWS = 48


@cache
def _profile(kind: str) -> NDArray[np.float64]:
    """The height from the middle to the rim in ``_STEPS`` steps, its corners rounded."""
    knots = np.asarray(_PROFILES[kind])
    line = np.interp(np.linspace(0, 1, _STEPS), knots[:, 0], knots[:, 1])
    kernel = np.hanning(91)
    line = np.convolve(np.pad(line, 45, mode="edge"), kernel / kernel.sum(), mode="valid")
    line[-30:] -= np.linspace(0, 1, 30) ** 2 * 0.03  # the lip turns under
    line.setflags(write=False)
    return line


def set_ware(canvas: Canvas, rng: np.random.Generator, place: tuple[float, float, float], kind: str) -> None:
    """Put a "plate", "bowl" or "dish" down at ``place`` (x, y, radius in canvas pixels), in a random glaze."""
    x, y, radius = place
    glaze = jittered(rng, _GLAZES[int(rng.integers(len(_GLAZES)))], 0.02)
    band = jittered(rng, _BANDS[int(rng.integers(len(_BANDS)))], 0.06)
    banded, speckled = rng.random() < 0.3, rng.random() < 0.3
    tile = (_ROWS * 6, _ROWS * 6) if speckled else (1, 1)
    spots = smoothstep(2.4, 3.0, noise(rng, tile, max(radius * 0.011, 2.0)))
    tint = np.tile(np.asarray(glaze, dtype=np.float32)[:, None], (1, _STEPS))
    if banded:
        edge = np.exp(-(((np.linspace(0, 1, _STEPS) - 0.93) / 0.022) ** 4)).astype(np.float32)
        tint += (np.asarray(band, dtype=np.float32)[:, None] - tint) * edge * np.float32(0.9)
    tint *= tint
    window = canvas.window(x, y, radius)
    ground = float(canvas.height[window].max(initial=0.0)) if kind == "dish" else 0.0
    line = (_profile(kind) * radius + ground).astype(np.float32)
    dx = np.arange(window[1].start, window[1].stop, dtype=np.float32)[None, :] - np.float32(x)
    for top in range(window[0].start, window[0].stop, _ROWS):
        strip = (slice(top, min(top + _ROWS, window[0].stop)), window[1])
        dy = np.arange(strip[0].start, strip[0].stop, dtype=np.float32)[:, None] - np.float32(y)
        share = np.sqrt(dx * dx + dy * dy) * np.float32((_STEPS - 1) / radius)
        inside = share < _STEPS - 1
        at = np.minimum(share, _STEPS - 1).astype(np.int32)
        colour = tint[:, at] if banded else tint[:, :1, None]
        if speckled:
            rows = (np.arange(strip[0].start, strip[0].stop) - window[0].start) % spots.shape[0]
            columns = np.arange(window[1].stop - window[1].start) % spots.shape[1]
            colour = mix(colour, (0.10, 0.065, 0.045), np.float32(0.45) * spots[rows[:, None], columns[None, :]])
        canvas.lay(strip, inside, line[at], colour, 0.55)
