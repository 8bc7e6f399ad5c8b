"""Class colours as people without one kind of cone see them, simulated another way than the palette was made."""

from __future__ import annotations

import numpy as np
import pytest

from rvergui.core.colour_vision import far_apart, lab, linear
from rvergui.core.palette import COLOURS, palette_colour

# Viénot, Brettel, Mollon 1999: into cone responses, the missing one replaced, back.
RGB_TO_LMS = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
MISSING = {
    "protanopia": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "deuteranopia": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}


def _seen(colours: list[str], eyes: str) -> np.ndarray:
    rgb = np.array([[int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)] for colour in colours])
    light = linear(rgb)
    if eyes != "normal":
        light = light @ (np.linalg.inv(RGB_TO_LMS) @ MISSING[eyes] @ RGB_TO_LMS).T
    return lab(light)


def _smallest_distance(colours: list[str], eyes: str) -> float:
    points = _seen(colours, eyes)
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return float(distances[~np.eye(len(colours), dtype=bool)].min())


@pytest.mark.parametrize("eyes", ["normal", *MISSING])
@pytest.mark.parametrize(("count", "least"), [(6, 25), (12, 20), (24, 10), (105, 3)])
def test_the_first_colours_are_told_apart_by_every_kind_of_eyes(eyes: str, count: int, least: float) -> None:
    """A distance of 2.3 in CIELAB is what is just noticed side by side; outlines apart from each other need more."""
    assert _smallest_distance([palette_colour(number) for number in range(count)], eyes) >= least


def test_the_simulation_would_find_a_palette_that_is_not_safe() -> None:
    red_and_green = ["#c0504d", "#7f9a3c"]
    assert _smallest_distance(red_and_green, "normal") > 60
    assert _smallest_distance(red_and_green, "deuteranopia") < 25


def test_colours_are_different_and_visible_on_photos() -> None:
    assert len(set(COLOURS)) == len(COLOURS) >= 105
    lightness = _seen(list(COLOURS), "normal")[:, 0]
    assert lightness.min() > 35
    assert lightness.max() < 90
    assert palette_colour(len(COLOURS)) == palette_colour(0)


def test_the_table_is_what_the_search_for_far_colours_gives() -> None:
    assert far_apart(len(COLOURS)) == COLOURS
