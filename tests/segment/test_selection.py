"""Which of many masks are offered."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rvergui.segment.selection import (
    Nesting,
    Prominence,
    Shapes,
    edge_share,
    encoded,
    is_background,
    prominent,
    resolve_nested,
    stability,
    suppress,
)
from tests.segment.segment_cases import disc, iou

SIZE = (60, 80)


def shapes(*masks: np.ndarray) -> Shapes:
    return Shapes([encoded(mask) for mask in masks])


many = st.lists(
    st.tuples(arrays.arrays(np.bool_, (6, 7)), st.floats(0, 1)),
    min_size=0,
    max_size=9,
)


@given(found=many, limit=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
def test_no_two_kept_masks_agree_too_much(found: list[tuple[np.ndarray, float]], limit: float) -> None:
    masks, scores = [m for m, _ in found], [s for _, s in found]
    kept = suppress(shapes(*masks), scores, limit)
    assert len(set(kept)) == len(kept)
    assert [scores[i] for i in kept] == sorted((scores[i] for i in kept), reverse=True)
    comparable = [i for i in kept if masks[i].any()]
    for one, other in itertools.combinations(comparable, 2):
        assert iou(masks[one], masks[other]) <= limit + 1e-9
    for gone in set(range(len(masks))) - set(kept):
        if masks[gone].any():
            assert any(iou(masks[gone], masks[i]) > limit and scores[i] >= scores[gone] for i in comparable)


@given(found=many)
def test_nesting_only_takes_away_and_never_everything(found: list[tuple[np.ndarray, float]]) -> None:
    masks, scores = [m for m, _ in found], [s for _, s in found]
    stay = resolve_nested(shapes(*masks), scores)
    assert stay == sorted(set(stay))
    assert set(stay) <= set(range(len(masks)))
    assert bool(stay) == bool(masks)
    alone = [i for i, m in enumerate(masks) if all(not (m & o).any() for j, o in enumerate(masks) if j != i)]
    assert set(alone) <= set(stay)


def test_of_two_nearly_equal_masks_the_better_stays() -> None:
    whole, part = disc(SIZE, (40, 30), 25), disc(SIZE, (40, 30), 21)
    assert resolve_nested(shapes(whole, part), [0.8, 0.9]) == [1]
    assert resolve_nested(shapes(whole, part), [0.9, 0.8]) == [0]


def test_an_egg_on_the_rice_stays_unless_it_is_much_worse() -> None:
    rice, egg = disc(SIZE, (40, 30), 25), disc(SIZE, (35, 30), 8)
    assert resolve_nested(shapes(rice, egg), [0.9, 0.85]) == [0, 1]
    assert resolve_nested(shapes(rice, egg), [0.9, 0.5]) == [0]


def test_a_group_that_its_parts_fill_gives_way_to_them() -> None:
    left, right = np.zeros(SIZE, bool), np.zeros(SIZE, bool)
    left[10:50, 10:38] = True
    right[10:50, 42:70] = True
    group = np.zeros(SIZE, bool)
    group[10:50, 10:70] = True
    assert resolve_nested(shapes(group, left, right), [0.8, 0.8, 0.8]) == [1, 2]
    assert resolve_nested(shapes(group, left, right), [0.95, 0.5, 0.5], Nesting()) == [0]


def test_a_plate_with_little_on_it_stays_with_what_is_on_it() -> None:
    plate, peas, ham = disc(SIZE, (40, 30), 28), disc(SIZE, (30, 30), 6), disc(SIZE, (50, 30), 7)
    assert resolve_nested(shapes(plate, peas, ham), [0.8, 0.8, 0.8]) == [0, 1, 2]


def test_only_what_nearly_reaches_the_best_is_shown_and_not_too_much() -> None:
    masks = [disc(SIZE, (8 + 7 * i, 30), 3) for i in range(10)]
    scores = [0.9, 0.88, 0.86, 0.8, 0.74, 0.72, 0.5, 0.4, 0.3, 0.2]
    assert prominent(shapes(*masks), scores) == [0, 1, 2, 3, 4]
    assert prominent(shapes(*masks), scores, Prominence(reach=1.0, most=7)) == list(range(7))
    assert prominent(shapes(*masks), scores[::-1], Prominence(most=2)) == [9, 8]
    assert prominent(shapes(), []) == []


def test_what_better_ones_mostly_cover_is_not_shown_but_what_is_nested_is() -> None:
    left, right = disc(SIZE, (28, 30), 16), disc(SIZE, (52, 30), 16)
    between = disc(SIZE, (40, 30), 14)
    assert prominent(shapes(left, right, between), [0.9, 0.9, 0.85]) == [0, 1]
    inside = disc(SIZE, (24, 30), 6)
    assert prominent(shapes(left, right, inside), [0.9, 0.9, 0.85]) == [0, 1, 2]
    around = disc(SIZE, (40, 30), 30)
    assert prominent(shapes(left, right, around), [0.9, 0.9, 0.85]) == [0, 1, 2]


def test_a_table_is_background_and_a_dish_is_not() -> None:
    table = np.ones(SIZE, bool) & ~disc(SIZE, (40, 30), 28)
    assert is_background(table, most=0.6)
    assert is_background(disc(SIZE, (40, 30), 38), most=0.6)
    assert is_background(np.zeros(SIZE, bool), most=0.6)
    assert not is_background(disc(SIZE, (10, 10), 20), most=0.6)  # cut off by two edges


def test_the_edge_counts_more_for_a_table_than_for_a_dish_that_is_cut_off() -> None:
    strip = np.zeros(SIZE, bool)
    strip[:8] = True
    cut_off = disc(SIZE, (40, 0), 20)
    assert edge_share(strip) == pytest.approx((80 + 8 + 8) / (2 * 80 + 2 * 8))
    assert edge_share(disc(SIZE, (40, 30), 20)) == 0
    assert 0 < edge_share(cut_off) < edge_share(strip)


def test_stability_is_that_of_the_border_whatever_the_scale() -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    slope = (20 - np.hypot(x - 40, y - 30)).astype(np.float32)
    steep = np.clip(slope * 8, -20, 20)
    assert stability(slope) < stability(steep) <= 1
    assert stability(steep * 7) == pytest.approx(stability(steep), abs=0.02)
    assert stability(-np.ones(SIZE, np.float32)) == 0
