from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from segment_cases import disc, dish_photo

from rvergui.core import Mask, Photo, Point
from rvergui.segment.clicks import next_click, simulate_clicks
from rvergui.segment.fake import FakeSegmenter

NOTHING = np.zeros((40, 60), dtype=bool)


def test_first_click_is_the_middle_of_the_object() -> None:
    target = NOTHING.copy()
    target[10:21, 30:41] = True
    assert next_click(target, NOTHING) == Point(35.5, 15.5, True)


def test_agreement_needs_no_click() -> None:
    target = disc((40, 60), (30, 20), 9)
    assert next_click(target, target.copy()) is None
    assert next_click(NOTHING, NOTHING) is None


def test_excess_is_clicked_away_when_it_is_larger() -> None:
    target = NOTHING.copy()
    target[5:10, 5:10] = True
    found = NOTHING.copy()
    found[20:31, 40:51] = True
    assert next_click(target, found) == Point(45.5, 25.5, False)


def test_largest_region_counts_not_the_sum_of_small_ones() -> None:
    target = NOTHING.copy()
    target[::4, ::4] = True  # 150 single pixels
    found = target.copy()
    target[1, 1], found[20:25, 21:24] = True, True
    click = next_click(target, found)
    assert click is not None
    assert not click.positive


def test_photo_edge_counts_as_outside() -> None:
    target = np.ones((21, 41), dtype=bool)
    click = next_click(target, np.zeros_like(target))
    assert click is not None
    assert click.y == 10.5
    assert 10 <= click.x <= 31


@given(st.integers(0, 5000))
def test_a_click_always_lies_on_an_error_of_its_kind(seed: int) -> None:
    random = np.random.default_rng(seed)
    target, found = random.random((2, 12, 17)) > 0.6
    click = next_click(target, found)
    assert click is not None
    row, column = int(click.y), int(click.x)
    assert target[row, column] == click.positive
    assert found[row, column] != click.positive


def test_simulation_with_the_fake_reaches_a_disc_at_once() -> None:
    photo, _ = dish_photo((200, 300))
    target = Mask.from_array(disc((200, 300), (150, 100), 30))
    assert simulate_clicks(FakeSegmenter(), photo, target, 1)[0] > 0.95


def test_simulation_gives_one_number_a_click_and_stops_when_done() -> None:
    photo = Photo.from_array(np.zeros((9, 9, 3), dtype=np.uint8))
    agreement = simulate_clicks(FakeSegmenter(), photo, Mask.from_array(np.zeros((9, 9))), 3)
    assert agreement == [1.0, 1.0, 1.0]
    bar = np.zeros((90, 300), dtype=bool)
    bar[40:50, 20:280] = True
    curve = simulate_clicks(FakeSegmenter(), dish_photo((90, 300))[0], Mask.from_array(bar), 4)
    assert len(curve) == 4
    assert all(0 < value < 1 for value in curve)
    assert curve[0] == pytest.approx(0.2, abs=0.15)
