"""Whole meals: who sits with whom, and the photo of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from rvergui.core import Mask, RverError
from rvergui.samples import eastern, garden, sauces, western
from rvergui.samples.camera import photograph
from rvergui.samples.canvas import FINE, Canvas
from rvergui.samples.layout import Circle, Layout, arrange, random_layout
from rvergui.samples.lighting import Light, illuminate
from rvergui.samples.relief import Colours, Relief
from rvergui.samples.tableware import TABLES, set_ware
from rvergui.samples.textures import Field, blurred

FoodMaker = Callable[[np.random.Generator, float, float], Relief]
"""Draws a portion from randomness, its radius and the radius of a usual portion, which sets the size of the pieces."""

SMALLEST = 96
"""The shorter side of the smallest photo, in pixels."""


@dataclass(frozen=True)
class Food:
    """A food and how it is served.

    Attributes:
        make: draws it.
        size: how much room it wants compared to others.
        in_bowl: whether a bowl can hold it.
    """

    make: FoodMaker
    size: float = 1.0
    in_bowl: bool = False


WESTERN: dict[str, Food] = {
    "french fries": Food(western.french_fries, 1.15, in_bowl=True),
    "steak": Food(western.steak, 1.2),
    "sausage": Food(western.sausage, 1.1),
}
EASTERN: dict[str, Food] = {
    "noodles": Food(eastern.noodles, 1.15, in_bowl=True),
    "rice": Food(eastern.rice, 1.05, in_bowl=True),
    "wonton dumplings": Food(eastern.wonton_dumplings, 1.15),
}
GARDEN: dict[str, Food] = {
    "cucumber": Food(garden.cucumber, 1.05, in_bowl=True),
    "lettuce": Food(garden.lettuce, 1.1, in_bowl=True),
    "olives": Food(garden.olives, 0.85, in_bowl=True),
}
NEUTRAL: dict[str, Food] = {
    "broccoli": Food(garden.broccoli, 0.95, in_bowl=True),
    "carrot": Food(garden.carrot, 0.85, in_bowl=True),
    "tomato": Food(garden.tomato, 0.95, in_bowl=True),
    "egg": Food(garden.egg, 1.0),
    "bread": Food(western.bread, 1.0),
}


@dataclass(frozen=True)
class LookAlike:
    """One painter, two names: beside ``sides[0]`` a sauce is called ``names[0]``, beside ``sides[1]`` ``names[1]``."""

    paint: FoodMaker
    names: tuple[str, str]
    sides: tuple[dict[str, Food], dict[str, Food]]


_LOOK_ALIKES = (
    LookAlike(sauces.red_sauce, ("ketchup", "chili paste"), (WESTERN, EASTERN)),
    LookAlike(sauces.white_sauce, ("mayonnaise", "yoghurt sauce"), (WESTERN, GARDEN)),
)

LOOK_ALIKES: tuple[tuple[str, str], ...] = tuple(pair.names for pair in _LOOK_ALIKES)
"""Pairs of names for the same pixels; only the company tells them apart."""

SAMPLE_CLASSES: tuple[str, ...] = (
    *WESTERN,
    *EASTERN,
    *GARDEN,
    *NEUTRAL,
    *(name for pair in LOOK_ALIKES for name in pair),
)
"""Every name that occurs on sample meals."""


@dataclass(frozen=True)
class MealObject:
    """One food on a meal's photo.

    Attributes:
        name: its class.
        mask: exactly the pixels that show it; never empty.
    """

    name: str
    mask: Mask


@dataclass(frozen=True)
class Meal:
    """A rendered photo and the truth about it.

    Attributes:
        pixels: (height, width, 3) uint8 RGB.
        objects: every food and the sauce, which is the last one.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    objects: tuple[MealObject, ...]


def render_meal(seed: int, size: tuple[int, int] = (480, 640), swapped: bool = False) -> Meal:
    """The photo of a meal from above: a table, plates, three to five foods and a sauce.

    The same seed and size give the same meal on the same platform. What the sauce is called is decided by the foods
    beside it alone: its pixels and its mask are drawn before the names are.

    Args:
        seed: which meal, 0 or above.
        size: (height, width) in pixels, each at least 96.
        swapped: the same table, plates, light and, to the last bit, the same sauce, in the company that gives it its
            other name.

    Raises:
        RverError: the seed is negative or the size too small.
    """
    if seed < 0:
        raise RverError(f"A sample meal cannot have the seed {seed}; choose 0 or a larger number.")
    if min(size) < SMALLEST:
        raise RverError(
            f"A sample meal of {size[1]}x{size[0]} pixels is too small; make each side at least {SMALLEST}."
        )
    streams = [np.random.default_rng([seed, number]) for number in range(7)]
    table_rng, layout_rng, sauce_rng, light_rng, camera_rng, company_rng, food_rng = streams

    height, colour, shine = TABLES[int(table_rng.integers(len(TABLES)))](table_rng, size)
    canvas = Canvas(height, colour, shine)
    layout = random_layout(layout_rng, size)
    _set_table(canvas, table_rng, layout)
    pair = _LOOK_ALIKES[int(layout_rng.integers(len(_LOOK_ALIKES)))]
    which = int(layout_rng.integers(2)) ^ int(swapped)
    light = Light.random(light_rng)
    sauce_label = layout.foods + 1
    sauce = _serve_sauce(canvas, sauce_rng, layout, pair.paint, sauce_label)
    alone = _Alone.lit_alone(canvas, light, sauce, sauce_label)

    names = _company(company_rng, layout, pair.sides[which])
    foods = {**pair.sides[which], **NEUTRAL}
    _serve_foods(canvas, food_rng, layout, [foods[name] for name in names])
    lit = illuminate(canvas.height, canvas.colour, canvas.shine, light, (0, 0), size)
    alone.lay_over(lit)
    shown = canvas.shown(sauce_label)
    objects = tuple(
        MealObject(name, Mask.from_array(shown == label))
        for label, name in enumerate((*names, pair.names[which]), start=1)
    )
    return Meal(pixels=photograph(camera_rng, lit), objects=objects)


def _set_table(canvas: Canvas, rng: np.random.Generator, layout: Layout) -> None:
    for place, kind in ((layout.plate, "plate"), (layout.bowl, "bowl"), (layout.dish, "dish")):
        if place is not None:
            set_ware(canvas, rng, (place.x * FINE, place.y * FINE, place.radius * FINE), kind)


def _serve_sauce(canvas: Canvas, rng: np.random.Generator, layout: Layout, paint: FoodMaker, label: int) -> Circle:
    """Put the sauce down and keep its surroundings free; the circle it needs, in photo pixels."""
    canvas.settle()
    place = layout.sauce
    within = None
    if layout.dish is not None:
        dish = layout.dish
        within = (dish.x * FINE, dish.y * FINE, dish.radius * FINE * 0.85)
    canvas.serve(paint(rng, place.radius * FINE, _portion(layout)), place.x * FINE, place.y * FINE, label, within)
    keep = layout.dish or Circle(place.x, place.y, place.radius * 1.3)
    reach = keep.radius * FINE
    window = canvas.window(keep.x * FINE, keep.y * FINE, reach)
    if layout.dish is not None:
        canvas.close(canvas.disc(window, keep.x * FINE, keep.y * FINE, reach), window)
    else:
        near = blurred((canvas.label[window] == label).astype(np.float32), 6) > 0.02
        canvas.close(near | (canvas.label[window] == label), window)
    return keep


@dataclass(frozen=True)
class _Alone:
    """The sauce as it is lit with nothing beside it, so that its pixels cannot betray its company."""

    window: tuple[slice, slice]
    lit: Colours
    share: Field

    @classmethod
    def lit_alone(cls, canvas: Canvas, light: Light, keep: Circle, label: int) -> _Alone:
        """Light the sauce ``label`` before there is anything else."""
        height, width = canvas.size
        margin = keep.radius + 20
        y0, y1 = max(int(keep.y - margin), 0), min(int(keep.y + margin), height)
        x0, x1 = max(int(keep.x - margin), 0), min(int(keep.x + margin), width)
        fine = (slice(y0 * FINE, y1 * FINE), slice(x0 * FINE, x1 * FINE))
        lit = illuminate(canvas.height[fine], canvas.colour[:, *fine], canvas.shine[fine], light, (x0, y0), canvas.size)
        # Fully alone up to 3 pixels around it (further than the camera's blur), then fading into the scene.
        touched = Image.fromarray((canvas.shown(label)[y0:y1, x0:x1] == label).astype(np.uint8) * 255)
        near = np.asarray(touched.filter(ImageFilter.BoxBlur(3))) > 0
        halo = np.asarray(touched.filter(ImageFilter.BoxBlur(8)).filter(ImageFilter.BoxBlur(4)), dtype=np.float32)
        share = np.where(near, np.float32(1), np.minimum(halo / 100, 1)).astype(np.float32)
        return cls(window=(slice(y0, y1), slice(x0, x1)), lit=lit, share=share)

    def lay_over(self, lit: Colours) -> None:
        """Put it in its place in the light of the whole scene."""
        part = lit[:, *self.window]
        part[...] = np.where(self.share >= 1, self.lit, part + (self.lit - part) * self.share)


def _company(rng: np.random.Generator, layout: Layout, sides: dict[str, Food]) -> list[str]:
    """The names of the foods; in a meal with a bowl the first one goes into the bowl."""
    deciding = [str(name) for name in rng.permutation(list(sides))[: layout.deciding]]
    neutral = [str(name) for name in rng.permutation(list(NEUTRAL))[: layout.foods - layout.deciding]]
    names = [*neutral, *deciding]
    if layout.bowl is not None:
        both = {**sides, **NEUTRAL}
        for name in names:
            if both[name].in_bowl:
                names.remove(name)
                names.insert(0, name)
                break
        else:
            spare = next(name for name in both if both[name].in_bowl and name not in names)
            names[0] = spare
    return names


def _portion(layout: Layout) -> float:
    """The radius of a usual portion in canvas pixels."""
    return layout.plate.radius * FINE * 0.32


def _serve_foods(canvas: Canvas, rng: np.random.Generator, layout: Layout, foods: list[Food]) -> None:
    label = 1
    on_plate = foods
    if layout.bowl is not None:
        bowl = layout.bowl
        relief = foods[0].make(rng, bowl.radius * FINE * 0.84, _portion(layout))
        within = (bowl.x * FINE, bowl.y * FINE, bowl.radius * FINE * 0.88)
        canvas.serve(relief, bowl.x * FINE, bowl.y * FINE, label, within)
        label, on_plate = 2, foods[1:]
    inside = Circle(layout.plate.x, layout.plate.y, layout.plate.radius * 0.88)
    free_of = layout.dish or layout.sauce
    sizes = [food.size * float(rng.uniform(0.93, 1.07)) for food in on_plate]
    for food, place in zip(on_plate, arrange(rng, sizes, inside, free_of), strict=True):
        relief = food.make(rng, place.radius * FINE, _portion(layout))
        canvas.serve(relief, place.x * FINE, place.y * FINE, label)
        label += 1
