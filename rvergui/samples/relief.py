"""Small reliefs of food: a height, a colour and a shine for every point, and the tools that build them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rvergui.samples.textures import Field

BoolField = NDArray[np.bool_]
Colours = Field
"""(3, height, width) float32, sRGB 0..1: planes, because arithmetic on planes is fast."""

Painted = tuple[BoolField, Field, Colours, "Field | float"]
"""What a painter gives back: which points are inside, then height, colour (3, n) and shine: of every point or, to save
work, of the inner points alone."""

Painter = Callable[[Field, Field], Painted]
"""Paints points (n,) of a piece in its own coordinates: u along it, v across it, both in pixels from its centre."""


@dataclass
class Relief:
    """A square relief around a centre.

    Attributes:
        inside: where there is food.
        height: above the ground, in pixels.
        colour: sRGB.
        shine: 0 dull .. 1 wet.
        radius: the radius that the food was made for, in pixels; it may reach a little further.
    """

    inside: BoolField
    height: Field
    colour: Colours
    shine: Field
    radius: float

    @classmethod
    def blank(cls, radius: float, room: float = 1.25) -> Relief:
        """An empty relief with ``room`` times the radius on every side."""
        side = 2 * math.ceil(radius * room) + 1
        return cls(
            inside=np.zeros((side, side), dtype=bool),
            height=np.zeros((side, side), dtype=np.float32),
            colour=np.zeros((3, side, side), dtype=np.float32),
            shine=np.zeros((side, side), dtype=np.float32),
            radius=radius,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.inside.shape[0], self.inside.shape[1]

    def grid(self) -> tuple[Field, Field]:
        """x (1, width) and y (height, 1) from the centre, in pixels; they broadcast to the relief's shape."""
        half = (self.inside.shape[0] - 1) / 2
        axis = np.arange(self.inside.shape[0], dtype=np.float32) - np.float32(half)
        return axis[None, :], axis[:, None]

    def fill(self, inside: BoolField, height: Field, colour: Colours, shine: Field | float) -> None:
        """Lay a whole layer over the relief, hiding what is there."""
        self.inside |= inside
        np.copyto(self.height, height, where=inside)
        np.copyto(self.colour, colour, where=inside)
        np.copyto(self.shine, np.float32(shine) if isinstance(shine, float) else shine, where=inside)

    def put(
        self, x: float, y: float, angle: float, reach: tuple[float, float], paint: Painter, rest: float | None = None
    ) -> None:
        """Put a piece down; of overlapping pieces the higher is seen.

        Args:
            x, y: where its centre lies, in pixels from the relief's centre.
            angle: in radians, clockwise on the screen.
            reach: how far the piece reaches along u and v from its centre.
            paint: its painter.
            rest: the height it lies at; by default on what is there already.
        """
        half = (self.inside.shape[0] - 1) / 2
        cos, sin = math.cos(angle), math.sin(angle)
        wide = abs(reach[0] * cos) + abs(reach[1] * sin) + 1
        tall = abs(reach[0] * sin) + abs(reach[1] * cos) + 1
        side = self.inside.shape[0]
        x0, x1 = max(math.floor(x + half - wide), 0), min(math.ceil(x + half + wide) + 1, side)
        y0, y1 = max(math.floor(y + half - tall), 0), min(math.ceil(y + half + tall) + 1, side)
        if x0 >= x1 or y0 >= y1:
            return
        dx = np.arange(x0, x1, dtype=np.float32)[None, :] - np.float32(half + x)
        dy = np.arange(y0, y1, dtype=np.float32)[:, None] - np.float32(half + y)
        u, v = dx * np.float32(cos) + dy * np.float32(sin), dy * np.float32(cos) - dx * np.float32(sin)
        near = np.flatnonzero((np.abs(u) <= reach[0]) & (np.abs(v) <= reach[1]))
        places = (near // (x1 - x0) + y0) * side + near % (x1 - x0) + x0
        inside, height, colour, shine = paint(u.reshape(-1)[near], v.reshape(-1)[near])
        places = places[inside]
        if height.size == inside.size:
            height, colour = height[inside], colour[:, inside]
            shine = shine[inside] if isinstance(shine, np.ndarray) else shine
        below = self.height.reshape(-1)[places]
        if rest is None:
            rest = float(below.mean()) * 0.9 if below.size else 0.0
        height = height + np.float32(rest)
        seen = height > below
        places = places[seen]
        self.height.reshape(-1)[places] = height[seen]
        self.colour.reshape(3, -1)[:, places] = colour[:, seen]
        self.shine.reshape(-1)[places] = shine[seen] if isinstance(shine, np.ndarray) else shine
        self.inside.reshape(-1)[places] = True


def disc_points(rng: np.random.Generator, count: int, radius: float) -> list[tuple[float, float]]:
    """``count`` points evenly but irregularly over a disc (a jittered sunflower), the outermost first."""
    start = float(rng.random()) * 2 * math.pi
    points = []
    for i in range(count):
        r = radius * math.sqrt((i + 0.5) / count) * (1 + 0.10 * float(rng.standard_normal()))
        a = start + i * 2.399963 + 0.25 * float(rng.standard_normal())
        points.append((r * math.cos(a), r * math.sin(a)))
    return points[::-1]


def how_many(rng: np.random.Generator, few: int, many: int, radius: float, unit: float) -> int:
    """How many pieces make a portion: ``few`` to ``many`` for one of radius ``unit``, more for a larger one."""
    return max(round(float(rng.uniform(few, many)) * (radius / unit) ** 2), 3)


def wobble(rng: np.random.Generator, strength: float, lowest: int = 2, highest: int = 7) -> Field:
    """A closed outline: 256 radii around 1 at equal angles."""
    angles = np.linspace(0, 2 * math.pi, 256, endpoint=False, dtype=np.float32)
    outline = np.ones(256, dtype=np.float32)
    for k in range(lowest, highest + 1):
        phase, size = float(rng.random()) * 2 * math.pi, float(rng.standard_normal())
        outline += np.float32(strength * size / k) * np.cos(k * angles + np.float32(phase))
    return np.clip(outline, 0.55, 1.5)


def polar(x: Field, y: Field) -> tuple[Field, Field]:
    """Radius and angle (-pi..pi)."""
    return np.sqrt(x * x + y * y), np.arctan2(y, x)


def around(outline: Field, angle: Field) -> Field:
    """The value of a closed outline (as ``wobble`` makes) at each angle, interpolated."""
    count = len(outline)
    place = angle * np.float32(count / (2 * math.pi)) + np.float32(2 * count)
    low = place.astype(np.int32)
    part = place - low
    here, step = outline, np.roll(outline, -1) - outline
    low %= count
    value: Field = here[low] + step[low] * part
    return value


@dataclass(frozen=True)
class Strand:
    """A long round piece: a centre line and what it looks like.

    Attributes:
        x, y: the centre line in pixels from the relief's centre, (n,).
        rest: the height of its underside along the line, (n,).
        half_width: along the line, (n,).
        colour: along the line, (n, 3).
    """

    x: Field
    y: Field
    rest: Field
    half_width: Field
    colour: Colours


def lay_strands(relief: Relief, strands: list[Strand], shine: float, flat: float = 1.0) -> None:
    """Lay round strands over a relief in order, as tubes (``flat`` below 1 presses them).

    Each strand is sampled densely along and across its centre line and each sample is dropped on its pixel.
    """
    half = (relief.inside.shape[0] - 1) / 2
    side = relief.inside.shape[0]
    height = relief.height.reshape(-1)
    colour = relief.colour.reshape(3, -1)
    for strand in strands:
        widest = float(strand.half_width.max())
        across = np.linspace(-1, 1, max(int(widest * 2 / 0.72), 5), dtype=np.float32)
        dx, dy = np.gradient(strand.x), np.gradient(strand.y)
        length = np.maximum(np.sqrt(dx * dx + dy * dy), np.float32(1e-6))
        reach = strand.half_width[:, None] * across[None, :]
        px = np.rint(strand.x[:, None] - reach * (dy / length)[:, None] + np.float32(half)).astype(np.int32)
        py = np.rint(strand.y[:, None] + reach * (dx / length)[:, None] + np.float32(half)).astype(np.int32)
        bulge = np.sqrt(np.maximum(1 - across * across, 0)) * np.float32(flat)
        top = strand.rest[:, None] + strand.half_width[:, None] * (np.float32(flat) + bulge[None, :])
        keep = (px >= 0) & (px < side) & (py >= 0) & (py < side)
        places = (py * side + px)[keep]
        tops = top[keep]
        higher = tops > height[places] - 0.01
        places = places[higher]
        height[places] = tops[higher]
        rows = np.broadcast_to(np.arange(len(strand.x))[:, None], px.shape)[keep][higher]
        colour[:, places] = strand.colour[rows].T
        relief.inside.reshape(-1)[places] = True
        relief.shine.reshape(-1)[places] = shine
    _soften(relief)


def _soften(relief: Relief) -> None:
    """Even out the steps that come of dropping samples on whole pixels."""
    height = relief.height
    near = height[1:-1, :-2] + height[1:-1, 2:] + height[:-2, 1:-1] + height[2:, 1:-1]
    inner = relief.inside
    whole = inner[1:-1, 1:-1] & inner[1:-1, :-2] & inner[1:-1, 2:] & inner[:-2, 1:-1] & inner[2:, 1:-1]
    mean = (height[1:-1, 1:-1] * 2 + near) * np.float32(1 / 6)
    np.copyto(height[1:-1, 1:-1], mean, where=whole)


@dataclass(frozen=True)
class Sprite:
    """A tiny round piece, drawn once and scattered many times: which pixels, and how far each bulges.

    Attributes:
        dx, dy: the pixels, from its centre, (n,).
        bulge: their heights, (n,).
        girth: the largest of them.
    """

    dx: NDArray[np.int32]
    dy: NDArray[np.int32]
    bulge: Field
    girth: float

    @classmethod
    def ellipsoid(cls, long: float, wide: float, angle: float = 0.0) -> Sprite:
        """An ellipsoid with the half axes ``long`` and ``wide``, turned by ``angle``."""
        half = math.ceil(max(long, wide))
        dy, dx = (k.reshape(-1) for k in np.mgrid[-half : half + 1, -half : half + 1].astype(np.int32))
        u = (dx * math.cos(angle) + dy * math.sin(angle)) / long
        v = (dy * math.cos(angle) - dx * math.sin(angle)) / wide
        inside = 1 - u * u - v * v
        inner = inside > 0
        return cls(dx[inner], dy[inner], (wide * np.sqrt(inside[inner])).astype(np.float32), wide)


def scatter(
    relief: Relief,
    places: Sequence[Field],
    sprites: list[Sprite],
    kinds: NDArray[np.int64],
    colours: Field,
    rounding: float,
    shine: float,
) -> None:
    """Scatter many small pieces, the highest last.

    Args:
        relief: where.
        places: x, y from the relief's centre and the height of each piece, (n,) each.
        sprites: the shapes there are.
        kinds: which of them each piece has, (n,).
        colours: of each piece, (n, 3).
        rounding: how much darker a piece is at its rim, 0..1.
        shine: of all.
    """
    half, side = (relief.inside.shape[0] - 1) // 2, relief.inside.shape[0]
    order = np.argsort(places[2], kind="stable")
    flat, top, tone, rank, owner = [], [], [], [], []
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    for kind, sprite in enumerate(sprites):
        of_kind = np.nonzero(kinds == kind)[0]
        px = np.rint(places[0][of_kind]).astype(np.int64)[:, None] + half + sprite.dx
        py = np.rint(places[1][of_kind]).astype(np.int64)[:, None] + half + sprite.dy
        keep = (px >= 0) & (px < side) & (py >= 0) & (py < side)
        flat.append((py * side + px)[keep])
        top.append((places[2][of_kind][:, None] + sprite.bulge)[keep])
        shade = 1 - np.float32(rounding) * (1 - sprite.bulge / np.float32(sprite.girth))
        tone.append(np.broadcast_to(shade, px.shape)[keep])
        rank.append(np.broadcast_to(position[of_kind][:, None], px.shape)[keep])
        owner.append(np.broadcast_to(of_kind[:, None], px.shape)[keep])
    all_flat, all_top = np.concatenate(flat), np.concatenate(top)
    above = all_top > relief.height.reshape(-1)[all_flat]
    # Of the pieces on one pixel the last to be written stays, so they are written in order.
    turn = np.argsort(np.concatenate(rank)[above], kind="stable")
    spots = all_flat[above][turn]
    relief.height.reshape(-1)[spots] = all_top[above][turn]
    painted = colours[np.concatenate(owner)[above][turn]].T * np.concatenate(tone)[above][turn]
    relief.colour.reshape(3, -1)[:, spots] = np.minimum(painted, 1)
    relief.shine.reshape(-1)[spots] = shine
    relief.inside.reshape(-1)[spots] = True
