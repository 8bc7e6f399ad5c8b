"""Brush strokes and polygons cover what they were drawn over."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.segment.strokes import polygon_mask, stroke_mask

SIZE = (60, 80)
places = st.tuples(st.floats(-20, 100), st.floats(-20, 80))


def distance(path: list[tuple[float, float]]) -> np.ndarray:
    """From each pixel's centre to the nearest place of ``path``."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    nearest = np.full(SIZE, np.inf)
    for (ax, ay), (bx, by) in itertools.pairwise([path[0], *path]):
        along, square = np.array([bx - ax, by - ay]), (bx - ax) ** 2 + (by - ay) ** 2
        share = np.clip(((x - ax) * along[0] + (y - ay) * along[1]) / square, 0, 1) if square > 0 else 0.0
        nearest = np.minimum(nearest, np.hypot(x - ax - share * along[0], y - ay - share * along[1]))
    return nearest


@given(path=st.lists(places, min_size=1, max_size=6), radius=st.floats(0.5, 25))
def test_a_stroke_is_as_wide_as_the_brush(path: list[tuple[float, float]], radius: float) -> None:
    covered = stroke_mask(path, radius, SIZE).array()
    away = distance(path)
    assert not (covered & (away > radius + 0.75)).any()
    assert covered[away < radius - 1.5].all()  # OpenCV rounds a small disc inwards


def test_the_smallest_brush_covers_the_pixel_under_it() -> None:
    mask = stroke_mask([(10.5, 20.5)], 0.1, SIZE)
    assert mask.contains(10.5, 20.5)
    assert mask.area == 1


def test_a_stroke_beside_the_photo_covers_nothing() -> None:
    assert stroke_mask([(-50.0, -50.0), (-40.0, 200.0)], 5, SIZE).is_empty


def test_a_polygon_is_its_inside() -> None:
    mask = polygon_mask([(10, 10), (50, 10), (50, 40), (10, 40)], SIZE)
    assert mask.bbox == (10, 10, 40, 30)
    assert mask.area == 1200


@pytest.mark.parametrize("corners", [[], [(1, 1)], [(1, 1), (30, 30)], [(5, 5), (5, 5), (5, 5)]])
def test_too_few_corners_enclose_nothing(corners: list[tuple[float, float]]) -> None:
    assert polygon_mask(corners, SIZE).is_empty


def test_corners_far_outside_enclose_the_photo() -> None:
    far = 1e7
    assert polygon_mask([(-far, -far), (far, -far), (far, far), (-far, far)], SIZE).area == SIZE[0] * SIZE[1]
