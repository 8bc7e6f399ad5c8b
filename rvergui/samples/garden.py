"""Vegetables, fruit and egg: company for anything, or for yoghurt sauce (cucumber, lettuce, olives)."""

from __future__ import annotations

import math

import numpy as np

from rvergui.samples.relief import Painted, Relief, Sprite, around, disc_points, how_many, polar, scatter, wobble
from rvergui.samples.textures import Field, jittered, layered, mix, noise, plane, smoothstep


def _slices(
    rng: np.random.Generator, radius: float, size: float, count: int, fanned: bool
) -> list[tuple[float, float, float, float]]:
    """Places x, y, turn and radius of ``count`` round slices, in a row or strewn."""
    spread = 1 - size / radius
    if fanned:
        turn, bow = float(rng.random()) * 2 * math.pi, float(rng.uniform(-0.35, 0.35))
        places = []
        for i in range(count):
            t = (i - (count - 1) / 2) / max(count - 1, 1) * 2
            u, v = t * radius * spread, bow * radius * (t * t - 0.4)
            x, y = u * math.cos(turn) - v * math.sin(turn), u * math.sin(turn) + v * math.cos(turn)
            places.append((x, y, float(rng.random()) * 2 * math.pi, size * float(rng.uniform(0.94, 1.06))))
        return places
    return [
        (x, y, float(rng.random()) * 2 * math.pi, size * float(rng.uniform(0.88, 1.08)))
        for x, y in disc_points(rng, count, radius * spread)
    ]


def cucumber(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Slices of cucumber: a dark rim, pale flesh, three fields of seeds."""
    relief = Relief.blank(radius, 1.3)
    flesh = jittered(rng, (0.80, 0.88, 0.62), 0.02)
    rind = jittered(rng, (0.16, 0.34, 0.12), 0.08)
    texture = layered(rng, (300, 300), 20, 4, 0.6)
    fanned = bool(rng.random() < 0.5) and radius < unit * 1.25
    places = _slices(rng, radius, unit * 0.38, how_many(rng, 7, 10, radius, unit), fanned)
    for i, (x, y, turn, size) in enumerate(places):
        lean = float(rng.normal(0, 0.05))

        def paint(u: Field, v: Field, size: float = size, shift: int = 31 * i, lean: float = lean) -> Painted:
            rho, angle = polar(u, v)
            rho = rho / np.float32(size)
            rough = texture[(v.astype(np.int32) + shift) % 300, (u.astype(np.int32) + shift) % 300]
            inside = rho < 1 + 0.008 * np.cos(11 * angle)
            lobe = np.abs(np.cos(angle * 1.5))
            colour = mix(flesh, (0.90, 0.93, 0.76), np.clip(smoothstep(0.62, 0.82, rho) + 0.10 * rough, 0, 1))
            core = smoothstep(0.62, 0.50, rho) * smoothstep(0.12, 0.45, lobe)
            colour = mix(colour, (0.68, 0.80, 0.46), 0.55 * core)
            spokes = np.cos(angle * 21 + 0.6 * rough)
            seed = (
                smoothstep(0.2, 0.75, spokes)
                * smoothstep(0.085, 0.03, np.abs(rho - 0.42 - 0.03 * rough))
                * (lobe > 0.3)
            )
            colour = mix(colour, (0.93, 0.91, 0.70), 0.85 * seed)
            colour = mix(colour, rind, smoothstep(0.90, 0.955, rho))
            height = np.float32(size * 0.17) - np.float32(size * 0.05) * smoothstep(0.93, 1.0, rho)
            height = height + 0.5 * rough + 1.5 * seed + np.float32(lean) * u
            return inside, height.astype(np.float32), colour, 0.65

        relief.put(x, y, turn, (size * 1.02, size * 1.02), paint)
    return relief


def tomato(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Slices of tomato with their chambers of seeds."""
    relief = Relief.blank(radius, 1.3)
    wall = jittered(rng, (0.86, 0.25, 0.13), 0.04)
    texture = layered(rng, (300, 300), 18, 4, 0.6)
    fanned = bool(rng.random() < 0.5) and radius < unit * 1.25
    places = _slices(rng, radius, unit * 0.47, how_many(rng, 4, 6, radius, unit), fanned)
    for i, (x, y, turn, size) in enumerate(places):
        chambers = int(rng.integers(5, 8))
        outline = wobble(rng, 0.05, 2, 6)

        def paint(
            u: Field,
            v: Field,
            size: float = size,
            shift: int = 47 * i,
            chambers: int = chambers,
            outline: Field = outline,
        ) -> Painted:
            rho, angle = polar(u, v)
            rho = rho / (np.float32(size) * around(outline, angle))
            rough = texture[(v.astype(np.int32) + shift) % 300, (u.astype(np.int32) + shift) % 300]
            inside = rho < 1
            sector = np.abs(((angle * chambers / (2 * math.pi) + 0.06 * rough) % 1) - 0.5)
            hollow = smoothstep(0.42, 0.30, sector) * smoothstep(0.80, 0.70, rho + 0.03 * rough)
            hollow = hollow * smoothstep(0.24, 0.36, rho + 0.02 * rough)
            colour = mix(wall, (0.95, 0.48, 0.30), np.clip(0.25 + 0.2 * rough, 0, 1) * smoothstep(0.95, 0.5, rho))
            colour = mix(colour, (0.80, 0.22, 0.08), 0.8 * hollow)
            spots = np.cos(angle * chambers * 3 + 1.2 * rough) * np.cos(rho * 21 + rough)
            seed = smoothstep(0.45, 0.80, spots) * smoothstep(0.35, 0.8, hollow)
            colour = mix(colour, (0.94, 0.80, 0.45), 0.85 * seed)
            colour = mix(colour, (0.72, 0.10, 0.05), smoothstep(0.94, 0.985, rho))
            height = np.float32(size * 0.18) - np.float32(size * 0.055) * smoothstep(0.93, 1.0, rho)
            height = height - np.float32(size * 0.035) * hollow + 2.0 * seed + 0.5 * rough
            shine = 0.45 + 0.4 * hollow
            return inside, height.astype(np.float32), colour, shine.astype(np.float32)

        relief.put(x, y, turn, (size * 1.2, size * 1.2), paint)
    return relief


def carrot(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Boiled carrot, cut into thick slices."""
    relief = Relief.blank(radius, 1.3)
    orange = jittered(rng, (0.96, 0.50, 0.11), 0.03)
    texture = layered(rng, (300, 300), 14, 4, 0.65)
    for i, (x, y) in enumerate(disc_points(rng, how_many(rng, 15, 20, radius, unit), radius - unit * 0.24)):
        size = unit * float(rng.uniform(0.21, 0.29))
        tilt_u, tilt_v = rng.normal(0, 0.10, 2)
        points = int(rng.integers(5, 8))

        def paint(
            u: Field,
            v: Field,
            size: float = size,
            shift: int = 53 * i,
            points: int = points,
            tilt: tuple[float, float] = (float(tilt_u), float(tilt_v)),
        ) -> Painted:
            rho, angle = polar(u, v)
            rho = rho / np.float32(size)
            rough = texture[(v.astype(np.int32) + shift) % 300, (u.astype(np.int32) + shift) % 300]
            inside = rho < 1 + 0.02 * np.cos(3 * angle + shift) + 0.012 * rough
            star = 0.42 + 0.07 * np.cos(points * angle)
            core = smoothstep(0.10, -0.10, rho - star)
            colour = mix(orange, (0.99, 0.68, 0.25), np.clip(0.75 * core + 0.10 * rough, 0, 1))
            ring = smoothstep(0.07, 0.02, np.abs(rho - star))
            colour = mix(colour, (0.90, 0.40, 0.06), 0.45 * ring)
            rays = smoothstep(0.3, 1.0, np.cos(angle * 26 + rough)) * (1 - core) * smoothstep(0.95, 0.7, rho)
            colour = mix(colour, (0.99, 0.62, 0.22), 0.22 * rays)
            colour = mix(colour, (0.85, 0.36, 0.05), 0.8 * smoothstep(0.90, 1.0, rho))
            height = np.float32(size * 0.42) - np.float32(size * 0.16) * smoothstep(0.82, 1.0, rho) + 0.6 * rough
            height = height + np.float32(tilt[0]) * u + np.float32(tilt[1]) * v
            return inside, height.astype(np.float32), colour, 0.5

        relief.put(x, y, float(rng.random()) * 2 * math.pi, (size * 1.05, size * float(rng.uniform(0.9, 1.05))), paint)
    return relief


def broccoli(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Florets of broccoli: bunches of small buds, here and there a stalk."""
    relief = Relief.blank(radius, 1.3)
    green = np.asarray(jittered(rng, (0.36, 0.52, 0.20), 0.06), dtype=np.float32)
    stalk = jittered(rng, (0.66, 0.77, 0.42), 0.03)
    bud = max(unit * 0.030, 1.5)
    buds = [Sprite.ellipsoid(bud * k, bud * k) for k in (0.75, 1.0, 1.25)]
    for x, y in disc_points(rng, how_many(rng, 5, 7, radius, unit), radius - unit * 0.36):
        a = math.atan2(y, x)
        size = unit * float(rng.uniform(0.42, 0.54))

        def paint(u: Field, v: Field, size: float = size) -> Painted:
            b = np.abs(v) / np.float32(size * 0.20) - 0.3 * (u / np.float32(size)) ** 2
            inside = (b < 1) & (np.abs(u) < size * 0.62)
            streak = 0.06 * np.cos(v * np.float32(9 / (size * 0.2)))
            colour = mix(stalk, (0.48, 0.62, 0.28), np.clip(np.abs(b) ** 3 + streak, 0, 1))
            return inside, (np.float32(size * 0.26) * np.sqrt(np.clip(1 - b * b, 0, 1))).astype(np.float32), colour, 0.3

        # The stalk shows outwards on one side, the crown hides the rest.
        if rng.random() < 0.7:
            relief.put(
                x + size * 0.75 * math.cos(a + 2.2),
                y + size * 0.75 * math.sin(a + 2.2),
                a + 2.2,
                (size * 0.62, size * 0.4),
                paint,
                rest=0.0,
            )
        _crown(relief, rng, (x, y), size, green, buds)
    return relief


def _crown(
    relief: Relief,
    rng: np.random.Generator,
    centre: tuple[float, float],
    size: float,
    green: Field,
    buds: list[Sprite],
) -> None:
    """One floret: lobes around its middle, each covered with buds."""
    many = int(rng.integers(5, 8))
    turns = (np.arange(many) + rng.normal(0, 0.2, many)) * 2 * math.pi / many
    out = rng.uniform(0.46, 0.60, many)
    lobe_x = np.append(0.0, out * np.cos(turns))
    lobe_y = np.append(0.0, out * np.sin(turns))
    lobe = np.append(0.60, rng.uniform(0.34, 0.46, many))
    owner = np.repeat(np.arange(many + 1), (300 * lobe**1.2).astype(int))
    r, a = np.sqrt(rng.random(len(owner))), rng.random(len(owner)) * 2 * math.pi
    x = lobe_x[owner] + lobe[owner] * r * np.cos(a)
    y = lobe_y[owner] + lobe[owner] * r * np.sin(a)
    far = np.hypot(lobe_x, lobe_y)[owner]
    top = 0.8 * (0.60 - 0.34 * far + 0.85 * lobe[owner] * np.sqrt(1 - r * r))
    tone = 1.08 + rng.normal(0, 0.06, len(owner)) - 0.45 * r**4
    colours = (green * tone[:, None] + np.asarray([0.03, 0.03, 0.0]) * rng.random((len(owner), 1))).astype(np.float32)
    places = tuple(k.astype(np.float32) for k in (centre[0] + size * x, centre[1] + size * y, size * top))
    scatter(relief, places, buds, rng.integers(0, len(buds), len(owner)), np.clip(colours, 0, 1), 0.30, 0.10)


def lettuce(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Curly leaves of lettuce, pale at the rib and frilled at the edge."""
    relief = Relief.blank(radius, 1.3)
    for i, (x, y) in enumerate(disc_points(rng, how_many(rng, 8, 11, radius, unit), radius - unit * 0.42)):
        a = math.atan2(y, x) + float(rng.normal(0, 0.9))
        size = unit * float(rng.uniform(0.38, 0.56))
        tone = jittered(rng, (0.45, 0.64, 0.20), 0.09)
        frill = wobble(rng, 0.30, 5, 13)
        folds = float(rng.uniform(9, 14))
        phase = float(rng.random()) * 6

        def paint(
            u: Field,
            v: Field,
            size: float = size,
            tone: tuple[float, float, float] = tone,
            frill: Field = frill,
            folds: float = folds,
            phase: float = phase,
        ) -> Painted:
            rho, angle = polar(u + np.float32(size * 0.35), v * np.float32(1.05))
            edge = np.float32(size) * (0.82 + 0.42 * np.cos(angle * 0.5) ** 2) * around(frill, angle)
            rho = rho / edge
            inside = rho < 1
            rho, angle = rho[inside], angle[inside]
            curl = rho**2 * np.sin(angle * np.float32(folds) + np.float32(phase) + 3 * rho)
            curl = curl + 0.45 * rho**3 * np.sin(angle * np.float32(folds * 2.3) + np.float32(phase * 2))
            height = np.float32(size) * (0.10 + 0.18 * rho + 0.075 * curl)
            veins = smoothstep(0.75, 1.0, np.abs(np.cos(angle * 6 + 1.4 * rho))) * smoothstep(1.0, 0.4, rho)
            rib = smoothstep(0.13, 0.03, np.abs(angle) * rho + 0.03 * rho)
            colour = mix((0.80, 0.87, 0.52), tone, smoothstep(0.12, 0.75, rho))
            colour = mix(colour, (0.30, 0.54, 0.10), 0.6 * smoothstep(0.75, 1.0, rho))
            colour = mix(colour, (0.86, 0.91, 0.66), np.clip(0.32 * veins + 0.75 * rib, 0, 1))
            colour = colour * (1 + 0.13 * curl)
            return inside, height.astype(np.float32), np.clip(colour, 0, 1), 0.25

        relief.put(x, y, a, (size * 1.35, size * 1.2), paint, rest=unit * 0.035 * i)
    return relief


def olives(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """Stoned olives, black or green, shining."""
    relief = Relief.blank(radius, 1.3)
    black = rng.random() < 0.5
    skin = jittered(rng, (0.16, 0.115, 0.13) if black else (0.46, 0.48, 0.14), 0.08)
    deep = (0.05, 0.03, 0.035) if black else (0.24, 0.24, 0.06)
    texture = layered(rng, (300, 300), 12, 3, 0.6)
    for i, (x, y) in enumerate(disc_points(rng, how_many(rng, 18, 24, radius, unit), radius - unit * 0.2)):
        size = unit * float(rng.uniform(0.17, 0.20))
        hole = float(rng.uniform(-0.5, 0.5))
        holed = rng.random() < 0.75

        def paint(
            u: Field, v: Field, size: float = size, hole: float = hole, holed: bool = bool(holed), shift: int = 41 * i
        ) -> Painted:
            a, b = u / np.float32(size * 1.15), v / np.float32(size)
            rho2 = a * a + b * b
            inside = rho2 < 1
            rough = texture[(v.astype(np.int32) + shift) % 300, (u.astype(np.int32) + shift) % 300]
            height = np.float32(size * 1.25) * np.sqrt(np.clip(1 - rho2, 0, 1)) + 0.3 * rough
            colour = mix(
                skin, (0.60, 0.60, 0.28) if not black else (0.30, 0.20, 0.20), np.clip(0.15 + 0.22 * rough, 0, 0.6)
            )
            if holed:
                ring = np.sqrt((a - np.float32(hole)) ** 2 + (b * 1.05) ** 2)
                opening = smoothstep(0.30, 0.20, ring)
                colour = mix(
                    colour,
                    (0.62, 0.55, 0.34) if not black else (0.33, 0.24, 0.22),
                    0.7 * smoothstep(0.12, 0.02, np.abs(ring - 0.31)),
                )
                colour = mix(colour, deep, opening)
                height = height - np.float32(size * 0.7) * opening
            return inside, height.astype(np.float32), colour, 0.85

        relief.put(x, y, float(rng.random()) * 2 * math.pi, (size * 1.2, size * 1.05), paint)
    return relief


def egg(rng: np.random.Generator, radius: float, unit: float) -> Relief:
    """A fried egg, sunny side up, crisp at the edge."""
    relief = Relief.blank(radius)
    x, y = relief.grid()
    rho, angle = polar(x, y)
    rough = layered(rng, relief.shape, radius * 0.22, 3, 0.55)
    distance = rho / (np.float32(radius * 0.95) * around(wobble(rng, 0.22, 2, 9), angle))
    distance = distance + 0.012 * rough
    inside = distance < 1
    yolk_x, yolk_y = rng.normal(0, radius * 0.10, 2)
    yolk_size = radius * float(rng.uniform(0.33, 0.38))
    yolk = np.sqrt((x - np.float32(yolk_x)) ** 2 + (y - np.float32(yolk_y)) ** 2) / np.float32(yolk_size)
    white = jittered(rng, (0.975, 0.965, 0.93), 0.008)
    colour = mix(white, (0.90, 0.86, 0.76), np.clip(0.25 + 0.3 * rough, 0, 1) * smoothstep(0.3, 0.9, distance))
    crisp = smoothstep(0.87, 1.0, distance + 0.05 * rough) * float(rng.uniform(0.3, 1.0))
    colour = mix(colour, (0.70, 0.44, 0.18), np.clip(crisp, 0, 1))
    yellow = jittered(rng, (0.98, 0.67, 0.07), 0.025)
    colour = mix(colour, mix(yellow, (0.93, 0.50, 0.03), smoothstep(0.4, 1.0, yolk)), smoothstep(1.03, 0.97, yolk))
    height = np.float32(radius) * (0.07 * np.sqrt(np.clip(1 - distance, 0, 1)) + 0.03 * smoothstep(1.9, 0.9, yolk))
    height = height + 0.9 * rough * smoothstep(0.9, 1.3, yolk)
    height = height + np.float32(yolk_size * 0.42) * np.sqrt(np.clip(1 - yolk * yolk, 0, 1))
    pepper = (noise(rng, relief.shape, 3.0) > 3.5) & (distance < 0.9)
    np.copyto(colour, plane((0.14, 0.11, 0.08)), where=pepper)
    shine = np.where(yolk < 1, np.float32(0.9), np.float32(0.5))
    relief.fill(inside, height.astype(np.float32), colour, shine)
    return relief
