"""Foods that keep company with ketchup and mayonnaise: french fries, steak, sausage."""

from __future__ import annotations

import math

import numpy as np

from rvergui.samples.relief import Painted, Relief, Strand, around, disc_points, how_many, lay_strands, polar, wobble
from rvergui.samples.textures import Field, jittered, layered, mix, noise, plane, smoothstep


def french_fries(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A heap of fries that mostly point one way."""
    relief = Relief.blank(radius, 1.35)
    lie = float(rng.random()) * math.pi
    fry_colour = jittered(rng, (0.95, 0.76, 0.36), 0.03)
    grain = layered(rng, (256, 256), (3.0, 18.0), 2)
    for x, y in disc_points(rng, how_many(rng, 26, 34, radius, unit), radius - unit * 0.36):
        long = unit * float(rng.uniform(0.42, 0.66))
        wide = unit * float(rng.uniform(0.064, 0.082))
        tone = float(rng.normal(0, 0.05))
        toast = float(rng.uniform(0.05, 0.65))
        bend = float(rng.normal(0, 0.10)) / long
        shift_u, shift_v = (int(k) for k in rng.integers(0, 120, 2))
        angle = lie + float(rng.normal(0, 0.55))

        def paint(
            u: Field,
            v: Field,
            long: float = long,
            wide: float = wide,
            tone: float = tone,
            toast: float = toast,
            bend: float = bend,
            shift: tuple[int, int] = (shift_v, shift_u),
        ) -> Painted:
            v = v - np.float32(bend) * (u * u - np.float32(long * long / 3))
            along, across = np.abs(u) / np.float32(long), np.abs(v) / np.float32(wide)
            inside = (along < 1) & (across < 1)
            rows = (np.clip(v, -60, 60).astype(np.int32) + shift[0] + 60) % 256
            columns = (u.astype(np.int32) + shift[1] + 120) % 256
            speck = grain[rows, columns]
            height = np.float32(wide * 1.5) * (1 - 0.45 * across**4) * (1 - 0.35 * along**10) + 0.5 * speck
            brown = np.clip(0.9 * toast * (along**6 + 0.55 * across**5) + 0.10 * toast * speck, 0, 1)
            colour = mix(fry_colour, (0.72, 0.40, 0.12), brown) * np.float32(1 + tone)
            colour = colour * (1 + 0.025 * speck)
            return inside, height, colour, 0.20

        relief.put(x, y, angle, (long, wide + long * 0.12), paint)
    return relief


def steak(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A grilled steak with a rim of fat and the marks of the grill."""
    relief = Relief.blank(radius)
    x, y = relief.grid()
    turn = float(rng.random()) * 2 * math.pi
    u = (x * math.cos(turn) + y * math.sin(turn)) / np.float32(1.08)
    v = (y * math.cos(turn) - x * math.sin(turn)) / np.float32(rng.uniform(0.68, 0.84))
    rho, angle = polar(u, v)
    distance = rho / (np.float32(radius) * around(wobble(rng, 0.22), angle))
    rough = layered(rng, relief.shape, radius * 0.16, 4, 0.65)
    fibre = noise(rng, relief.shape, (2.2, radius * 0.14))
    inside = distance + 0.010 * rough < 1
    thick = radius * 0.22
    dome = np.sqrt(np.clip(1 - distance, 0, 1) * 7).clip(0, 1)
    height = np.float32(thick) * dome + 1.5 * rough * dome + 0.5 * fibre
    meat = jittered(rng, (0.44, 0.25, 0.155), 0.06)
    crust = jittered(rng, (0.29, 0.145, 0.085), 0.06)
    colour = mix(meat, crust, np.clip(0.45 + 0.30 * rough + 0.10 * fibre, 0, 1))
    colour = mix(colour, (0.62, 0.40, 0.26), 0.5 * smoothstep(0.9, 2.0, rough))
    # Fat along one side, where the outline faces `side`.
    side = float(rng.random()) * 2 * math.pi
    facing = np.cos(angle - np.float32(side))
    fat = smoothstep(0.86, 0.92, distance + 0.02 * rough) * smoothstep(0.1, 0.5, facing)
    colour = mix(colour, jittered(rng, (0.83, 0.64, 0.42), 0.04), fat * np.clip(0.8 + 0.2 * rough, 0, 1))
    bars = float(rng.uniform(0.22, 0.28)) * radius
    marks: Field = np.zeros(relief.shape, dtype=np.float32)
    for tilt in (turn + 0.7, turn - 0.75)[: int(rng.integers(1, 3))]:
        across = x * np.float32(math.cos(tilt)) + y * np.float32(math.sin(tilt)) + np.float32(radius * 0.02) * rough
        wave = np.abs((across / np.float32(bars)) % 1 - 0.5)
        marks = np.maximum(marks, smoothstep(0.17, 0.09, wave) * np.clip(0.85 + 0.3 * rough, 0, 1))
    marks = marks * smoothstep(0.95, 0.85, distance)
    colour = mix(colour, (0.10, 0.055, 0.035), 0.86 * marks)
    height = height - 3 * marks
    pepper = noise(rng, relief.shape, 3.5) > 3.3
    np.copyto(colour, plane((0.06, 0.05, 0.045)), where=pepper)
    shine = np.clip(0.42 + 0.25 * rough - 0.3 * marks, 0.05, 0.8)
    relief.fill(inside, height, colour, shine)
    return relief


def sausage(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Two or three fried sausages side by side, scored on top."""
    relief = Relief.blank(radius, 1.3)
    turn = float(rng.random()) * 2 * math.pi
    count = int(rng.integers(2, 4))
    girth = radius * (0.25 if count == 3 else 0.29)
    char = layered(rng, (64, 200), (7, 9), 3, 0.6)
    skin = jittered(rng, (0.66, 0.32, 0.15), 0.06)
    t = np.linspace(-1, 1, max(math.ceil(radius * 2.6), 60), dtype=np.float32)
    cos, sin = math.cos(turn), math.sin(turn)
    for i in range(count):
        offset = (i - (count - 1) / 2) * girth * 2.12
        bend = float(rng.normal(0.12, 0.05)) * radius
        long = radius * float(rng.uniform(0.86, 0.98)) * (1.0 if abs(offset) < girth else 0.9)
        sway = radius * 0.06 * float(rng.standard_normal())
        u = t * np.float32(long) + np.float32(sway)
        v = np.float32(offset) + np.float32(bend) * (t * t - 0.4)
        taper = np.sqrt(np.clip(1 - np.abs(t) ** 9, 0, 1)).astype(np.float32)
        half_width = np.float32(girth) * taper + 0.5
        row = char[int(rng.integers(0, 60))]
        dark = np.clip(0.28 + 0.30 * np.interp(np.linspace(0, 199, len(t)), np.arange(200), row), 0, 1)
        dark = np.maximum(dark, 0.8 * np.abs(t) ** 14).astype(np.float32)
        line = mix(skin, (0.30, 0.11, 0.05), dark[:, None])[..., 0].T
        strand = Strand(
            x=u * cos - v * sin, y=u * sin + v * cos, rest=np.zeros_like(t), half_width=half_width, colour=line
        )
        lay_strands(relief, [strand], shine=0.75, flat=0.9)
        _score(relief, rng, (u, v), (cos, sin), girth)
    mottle = layered(rng, relief.shape, radius * 0.12, 3, 0.6)
    relief.colour *= 1 + 0.10 * mottle
    relief.colour[...] = mix(relief.colour, (0.20, 0.08, 0.04), 0.55 * smoothstep(0.8, 1.8, mottle))
    return relief


def _score(
    relief: Relief, rng: np.random.Generator, line: tuple[Field, Field], turn: tuple[float, float], girth: float
) -> None:
    """Cut three slits into the sausage that follows ``line``."""
    cos, sin = turn
    count = len(line[0])
    for place in (0.25, 0.5, 0.75):
        i = int(count * (place + 0.03 * float(rng.standard_normal())))
        u, v = float(line[0][i]), float(line[1][i])
        x, y = relief.grid()
        dx, dy = x - np.float32(u * cos - v * sin), y - np.float32(u * sin + v * cos)
        du, dv = dx * np.float32(cos) + dy * np.float32(sin), dy * np.float32(cos) - dx * np.float32(sin)
        du = du - 0.45 * dv
        slit = smoothstep(1.0, 0.3, (du / np.float32(girth * 0.15)) ** 2 + (dv / np.float32(girth * 0.62)) ** 2)
        window = relief.inside & (slit > 0)
        relief.height -= np.where(window, np.float32(girth * 0.22) * slit, 0)
        deep = np.where(window, slit, 0).astype(np.float32)
        relief.colour[...] = mix(relief.colour, (0.80, 0.52, 0.34), 0.8 * deep)
        relief.shine *= 1 - 0.6 * deep


def bread(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Two or three slices of bread, one leaning on the other."""
    relief = Relief.blank(radius, 1.3)
    count = int(rng.integers(2, 4))
    turn = float(rng.random()) * 2 * math.pi
    crumb = jittered(rng, (0.95, 0.86, 0.68), 0.03)
    crust = jittered(rng, (0.62, 0.36, 0.15), 0.08)
    texture = layered(rng, (320, 320), 9, 3, 0.7)
    pores = noise(rng, (320, 320), 6.5)
    half_u, half_v = radius * 0.58, radius * 0.46
    for i in range(count):
        offset = (i - (count - 1) / 2) * radius * (0.78 if count == 2 else 0.55)
        x, y = offset * math.cos(turn), offset * math.sin(turn)
        tilt = float(rng.uniform(0.06, 0.16))
        shift = int(rng.integers(0, 60))

        def paint(u: Field, v: Field, tilt: float = tilt, shift: int = shift) -> Painted:
            a, b = u / np.float32(half_u), v / np.float32(half_v)
            # A rounded loaf: fuller at the top, square at the bottom.
            a = a / (1 - 0.10 * b)
            distance = (np.abs(a) ** 3.2 + np.abs(b) ** 3.2) ** np.float32(1 / 3.2)
            rows = (v.astype(np.int32) + shift + 160) % 320
            columns = (u.astype(np.int32) + shift + 160) % 320
            rough, pore = texture[rows, columns], pores[rows, columns]
            distance = distance + 0.008 * rough
            inside = distance < 1
            edge = smoothstep(0.86, 0.95, distance)
            hole = smoothstep(1.1, 1.9, pore) * (1 - edge)
            colour = mix(
                crumb, (0.80, 0.60, 0.35), np.clip(0.12 + 0.12 * rough + 0.5 * smoothstep(0.6, 0.95, distance), 0, 1)
            )
            colour = mix(colour, (0.74, 0.58, 0.38), 0.7 * hole)
            colour = mix(colour, crust, edge)
            height = radius * 0.10 + np.float32(tilt) * (u + half_u) - 3.0 * hole + 0.8 * rough
            height = height - np.float32(radius * 0.05) * smoothstep(0.93, 1.0, distance)
            return inside, height.astype(np.float32), colour, 0.05

        relief.put(
            x, y, turn + float(rng.normal(0, 0.12)), (half_u * 1.15, half_v * 1.1), paint, rest=i * radius * 0.05
        )
    return relief
