"""Where plates, sauce and foods go. Nothing here knows what the foods are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Circle:
    """A place in photo pixels."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Layout:
    """The places on one photo, in photo pixels.

    Attributes:
        plate: the large plate.
        bowl: a bowl beside it, if there is one; one food goes there.
        sauce: the sauce itself.
        dish: the small dish it is in, if it is.
        foods: how many foods there are, 3..5.
        deciding: how many of them decide what the sauce is called, 1..3.
    """

    plate: Circle
    bowl: Circle | None
    sauce: Circle
    dish: Circle | None
    foods: int
    deciding: int


def random_layout(rng: np.random.Generator, size: tuple[int, int]) -> Layout:
    """A table for a photo of ``size`` (height, width), plates turned and shifted at random."""
    height, width = size
    along_x = width >= height
    long, short = max(size), min(size)
    unit = min(short, long / 1.30)
    side = 1 if rng.random() < 0.5 else -1
    with_bowl = rng.random() < 0.38
    spot = str(rng.choice(["plate", "dish", "table"], p=[0.45, 0.3, 0.25]))
    foods = int(rng.integers(3, 6))
    deciding = int(rng.integers(1, 3)) if foods < 5 else int(rng.integers(1, 4))
    jitter = rng.normal(0, 0.012, 4) * unit

    def at(along: float, across: float) -> tuple[float, float]:
        x, y = width / 2, height / 2
        return (x + along, y + across) if along_x else (x + across, y + along)

    bowl: Circle | None = None
    if with_bowl:
        radius = unit * float(rng.uniform(0.385, 0.41))
        across = float(rng.uniform(-0.5, 0.5)) * max(short - 2 * radius, 0)
        plate = Circle(*at(-side * (long / 2 - radius - 0.005 * unit) + jitter[0], across), radius)
        small = unit * float(rng.uniform(0.245, 0.265))
        slide = (short / 2 - small - 0.02 * unit) * (1 if rng.random() < 0.5 else -1) * float(rng.uniform(0.3, 1.0))
        bowl = Circle(*at(side * (long / 2 - small - 0.01 * unit) + jitter[1], slide), small)
    elif spot == "table":
        radius = unit * float(rng.uniform(0.425, 0.45))
        plate = Circle(*at(-side * (long / 2 - radius - 0.005 * unit), jitter[1]), radius)
    else:
        radius = unit * float(rng.uniform(0.45, 0.49))
        sway = max(long / 2 - radius, 0) * 0.55
        plate = Circle(*at(sway * float(rng.uniform(-1, 1)), jitter[1]), radius)

    turn = float(rng.random()) * 2 * math.pi
    share = float(rng.uniform(0.185, 0.235))
    if spot == "table" and bowl is None:
        dish_radius = unit * float(rng.uniform(0.125, 0.145))
        corner = (
            (short / 2 - dish_radius - 0.03 * unit) * (1 if rng.random() < 0.5 else -1) * float(rng.uniform(0.75, 1))
        )
        x, y = at(side * (long / 2 - dish_radius - 0.03 * unit), corner)
        dish: Circle | None = Circle(x, y, dish_radius)
        sauce = Circle(x, y, dish_radius * 0.76)
    elif spot == "plate":
        out = plate.radius * (0.70 - share)
        dish, sauce = None, Circle(plate.x + out * math.cos(turn), plate.y + out * math.sin(turn), plate.radius * share)
    else:
        dish_radius = plate.radius * float(rng.uniform(0.27, 0.31))
        out = plate.radius * 0.98 - dish_radius if rng.random() < 0.5 else plate.radius * 0.70 - dish_radius
        x, y = plate.x + out * math.cos(turn), plate.y + out * math.sin(turn)
        dish, sauce = Circle(x, y, dish_radius), Circle(x, y, dish_radius * 0.76)
    return Layout(plate=plate, bowl=bowl, sauce=sauce, dish=dish, foods=foods, deciding=deciding)


def arrange(rng: np.random.Generator, sizes: list[float], inside: Circle, free_of: Circle | None) -> list[Circle]:
    """Places for foods on a plate, as large as they fit.

    Args:
        rng: decides where each starts.
        sizes: how large the foods are compared to each other.
        inside: the circle they must stay in.
        free_of: a circle that they must not touch.
    """
    count = len(sizes)
    start = float(rng.random()) * 2 * math.pi
    blocked = (
        free_of is not None and math.hypot(free_of.x - inside.x, free_of.y - inside.y) < inside.radius + free_of.radius
    )
    if blocked and free_of is not None:
        start = math.atan2(free_of.y - inside.y, free_of.x - inside.x)
    slots = count + (1 if blocked else 0)
    first = 1 if blocked else 0
    places = []
    for i in range(count):
        angle = start + (i + first) * 2 * math.pi / slots + float(rng.normal(0, 0.12))
        out = inside.radius * (0.5 if count > 1 or blocked else 0.0)
        places.append([inside.x + out * math.cos(angle), inside.y + out * math.sin(angle)])
    # Circles fill at most about three quarters of a circle; from there they shrink until they fit.
    room = inside.radius**2 - (free_of.radius**2 if blocked and free_of is not None else 0)
    scale = min(math.sqrt(0.78 * room / sum(size**2 for size in sizes)), inside.radius * 0.72)
    for _ in range(20):
        radii = [size * scale for size in sizes]
        for _ in range(16):
            worst = _push_apart(places, radii, inside, free_of if blocked else None)
            if worst < 0.03 * inside.radius:
                break
        if worst < 0.03 * inside.radius:
            break
        scale *= 0.95
    return [Circle(x, y, size * scale) for (x, y), size in zip(places, sizes, strict=True)]


def _push_apart(places: list[list[float]], radii: list[float], inside: Circle, free_of: Circle | None) -> float:
    """Move overlapping circles apart once; the largest overlap found."""
    worst = 0.0
    for i, here in enumerate(places):
        for j in range(i + 1, len(places)):
            there = places[j]
            dx, dy = there[0] - here[0], there[1] - here[1]
            distance = math.hypot(dx, dy) or 1e-6
            overlap = 0.88 * (radii[i] + radii[j]) - distance
            if overlap > 0:
                worst = max(worst, overlap)
                dx, dy = dx / distance * overlap / 2, dy / distance * overlap / 2
                here[0], here[1], there[0], there[1] = here[0] - dx, here[1] - dy, there[0] + dx, there[1] + dy
        if free_of is not None:
            dx, dy = here[0] - free_of.x, here[1] - free_of.y
            distance = math.hypot(dx, dy) or 1e-6
            overlap = 1.06 * radii[i] + free_of.radius * 1.12 - distance
            if overlap > 0:
                worst = max(worst, overlap)
                here[0], here[1] = here[0] + dx / distance * overlap, here[1] + dy / distance * overlap
        dx, dy = here[0] - inside.x, here[1] - inside.y
        distance = math.hypot(dx, dy) or 1e-6
        overlap = distance + radii[i] - inside.radius
        if overlap > 0:
            worst = max(worst, overlap)
            pull = min(overlap, distance)
            here[0], here[1] = here[0] - dx / distance * pull, here[1] - dy / distance * pull
    return worst
