"""Foods that keep company with chili paste: noodles, rice, wonton dumplings."""

from __future__ import annotations

import math

import numpy as np

from rvergui.samples.relief import Painted, Relief, Sprite, Strand, how_many, lay_strands, polar, scatter
from rvergui.samples.textures import Field, jittered, layered, mix, plane, smoothstep


def noodles(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A nest of noodles: bundles of parallel strands that swirl over each other."""
    relief = Relief.blank(radius)
    hue = jittered(rng, (0.95, 0.80, 0.48), 0.03)
    strands: list[Strand] = []
    half_width = unit * float(rng.uniform(0.032, 0.040))
    bundles = max(round(float(rng.integers(9, 12)) * radius / unit), 5)
    for layer in range(bundles):
        around_x, around_y = rng.normal(0, radius * 0.20, 2)
        ring = radius * (0.74 - 0.56 * layer / bundles) * float(rng.uniform(0.9, 1.1))
        start, sweep = float(rng.random()) * 2 * math.pi, float(rng.uniform(2.2, 4.6))
        squash, lean = float(rng.uniform(0.62, 1.0)), float(rng.random()) * math.pi
        waves, depth = float(rng.uniform(2, 5)), radius * float(rng.uniform(0.01, 0.05))
        many = int(rng.integers(5, 8))
        for k in range(many):
            t = np.linspace(0, 1, max(int(ring * sweep / 0.85), 40), dtype=np.float32)
            phase = np.float32(rng.normal(0, 0.12))
            offset = (k - (many - 1) / 2) * half_width * 2.05 + float(rng.normal(0, half_width * 0.5))
            angle = start + phase + sweep * t
            r = ring + offset + depth * np.sin(waves * 2 * math.pi * t + start)
            a, b = r * np.cos(angle), r * np.sin(angle) * squash
            x = around_x * 0.6 + a * math.cos(lean) - b * math.sin(lean)
            y = around_y * 0.6 + a * math.sin(lean) + b * math.cos(lean)
            # Keep every strand inside the nest: far out it bends back softly.
            rho = np.sqrt(x * x + y * y)
            pull = np.where(rho > radius * 0.8, (radius * 0.8 + (rho - radius * 0.8) * 0.35) / np.maximum(rho, 1), 1)
            dome = 1 - np.minimum(rho * pull / radius, 1) ** 2
            rest = radius * (0.02 + 0.16 * dome + 0.016 * layer) + half_width * 0.8 * np.sin(waves * 5 * t + k)
            tone = np.float32(1 + rng.normal(0, 0.035)) * (1 + 0.02 * np.sin(9 * t))
            strands.append(
                Strand(
                    x=(x * pull).astype(np.float32),
                    y=(y * pull).astype(np.float32),
                    rest=rest.astype(np.float32),
                    half_width=np.full(len(t), half_width, dtype=np.float32),
                    colour=(np.asarray(hue, dtype=np.float32) * tone[:, None]).astype(np.float32),
                )
            )
    base_x, base_y = relief.grid()
    rho, _ = polar(base_x, base_y)
    relief.fill(
        rho < radius * 0.62, np.full(relief.shape, radius * 0.02, dtype=np.float32), plane((0.76, 0.58, 0.30)), 0.2
    )
    lay_strands(relief, strands, shine=0.55)
    _sprinkle_rings(relief, rng, radius)
    return relief


def _sprinkle_rings(relief: Relief, rng: np.random.Generator, radius: float) -> None:
    """A few rings of spring onion on top."""
    green = jittered(rng, (0.36, 0.58, 0.20), 0.06)
    for _ in range(int(rng.integers(0, 9))):
        x, y = rng.normal(0, radius * 0.30, 2)
        size = radius * float(rng.uniform(0.035, 0.055))

        def paint(u: Field, v: Field, size: float = size) -> Painted:
            rho = np.sqrt(u * u + v * v) / np.float32(size)
            inside = (rho < 1) & (rho > 0.45)
            colour = mix((0.80, 0.88, 0.58), green, smoothstep(0.5, 0.85, rho))
            return inside, np.float32(size * 0.7) * np.sqrt(np.clip(1 - rho**4, 0, 1)), colour, 0.4

        relief.put(float(x), float(y), float(rng.random()) * math.pi, (size, size * 0.8), paint)


def rice(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A mound of steamed rice, every grain its own."""
    relief = Relief.blank(radius)
    x, y = relief.grid()
    rho, _ = polar(x, y)
    white = jittered(rng, (0.965, 0.945, 0.885), 0.012)
    rough = layered(rng, relief.shape, radius * 0.4, 2)
    mound = np.float32(radius) * (0.27 * np.clip(1 - (rho / radius) ** 2, 0, 1) + 0.008 * rough)
    relief.fill(rho + 0.02 * radius * rough < radius * 0.86, mound, plane((0.86, 0.83, 0.75)), 0.1)
    long, wide = max(unit * 0.068, 2.6), max(unit * 0.0245, 1.3)
    turns = 24
    grains = [Sprite.ellipsoid(long, wide, math.pi * k / turns) for k in range(turns)]
    count = how_many(rng, 860, 940, radius, unit)
    out = np.sqrt(rng.random(count)) * 0.93 * (1 + 0.03 * rng.standard_normal(count))
    angle = rng.random(count) * 2 * math.pi
    lift = 0.30 * np.clip(1 - out**2, 0, 1) + rng.random(count) * wide / radius * 1.1
    tone = 1 + rng.normal(0, 0.018, (count, 1))
    places = tuple((radius * k).astype(np.float32) for k in (out * np.cos(angle), out * np.sin(angle), lift))
    colours = (np.asarray(white) * tone).astype(np.float32)
    scatter(relief, places, grains, rng.integers(0, turns, count), colours, 0.06, 0.30)
    return relief


def wonton_dumplings(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Pleated dumplings in a loose ring or row, fried a little brown."""
    relief = Relief.blank(radius, 1.35)
    count = int(rng.integers(4, 6))
    start = float(rng.random()) * 2 * math.pi
    dough = jittered(rng, (0.945, 0.885, 0.755), 0.02)
    fried = float(rng.uniform(0.0, 0.9))
    texture = layered(rng, (320, 320), 26, 3, 0.6)
    for i in range(count):
        a = start + 2 * math.pi * i / count + float(rng.normal(0, 0.08))
        out = radius * 0.56
        x, y = out * math.cos(a), out * math.sin(a)
        long = radius * float(rng.uniform(0.44, 0.50))
        shift = int(rng.integers(0, 150))
        turn = a + math.pi / 2 + float(rng.normal(0, 0.2))
        relief.put(x, y, turn, (long * 1.1, long * 0.85), _Dumpling(long, dough, fried, texture, shift))
    return relief


class _Dumpling:
    """A half moon whose straight side is folded and whose round side is pleated."""

    def __init__(
        self, long: float, dough: tuple[float, float, float], fried: float, texture: Field, shift: int
    ) -> None:
        self._long, self._dough, self._fried, self._texture, self._shift = long, dough, fried, texture, shift

    def __call__(self, u: Field, v: Field) -> Painted:
        long = np.float32(self._long)
        a, b = u / long, v / long + 0.12
        # A bent body: the middle bulges to one side.
        b = b - 0.22 * (1 - a * a)
        rho, angle = np.sqrt(a * a + (b / np.where(b < 0, np.float32(0.62), np.float32(0.42))) ** 2), np.arctan2(b, a)
        rows = (v.astype(np.int32) + self._shift + 160) % 320
        columns = (u.astype(np.int32) + self._shift + 160) % 320
        rough = self._texture[rows, columns]
        rim = (b < 0) & (np.abs(a) < 0.96)
        pleat = np.where(rim, np.cos(angle * 15), 0).astype(np.float32)
        edge = 1 + 0.035 * pleat
        inside = rho < edge
        body = np.sqrt(np.clip(1 - rho * rho, 0, 1))
        frill = smoothstep(0.62, 0.86, rho) * rim
        height = long * (0.44 * body * (1 - 0.35 * frill) + 0.05 + 0.075 * frill * (0.6 + 0.6 * pleat))
        height = height + np.float32(0.012) * long * rough
        colour = mix(self._dough, (0.86, 0.74, 0.54), np.clip(0.25 + 0.25 * rough, 0, 1) * (1 - frill) * 0.6)
        brown = smoothstep(0.0, 0.9, b * 2.2 + 0.35 * rough) * np.float32(self._fried)
        colour = mix(colour, (0.66, 0.38, 0.14), 0.9 * brown)
        shine = np.clip(0.55 - 0.25 * frill, 0, 1)
        return inside, height.astype(np.float32), colour, shine.astype(np.float32)
