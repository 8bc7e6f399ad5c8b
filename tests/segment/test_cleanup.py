"""Small holes are filled, small pieces go, and nothing else changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rvergui.core import Mask, Point
from rvergui.segment.cleanup import HARMLESS, CleanUp, clean_array, clean_up
from tests.segment.segment_cases import disc

SIZE = (120, 160)

pictures = arrays.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))
limits = st.builds(CleanUp, hole=st.sampled_from([0.0, 0.05, 0.3, 1.0]), crumb=st.sampled_from([0.0, 0.05, 0.3, 1.0]))


def plate_with_flaws() -> np.ndarray:
    """A large disc with a small and a large hole, a crumb beside it, and a crumb in the large hole."""
    inside = disc(SIZE, (70, 60), 45)
    inside &= ~disc(SIZE, (50, 45), 2.5)
    inside &= ~disc(SIZE, (80, 70), 18)
    inside |= disc(SIZE, (80, 70), 2.5)
    inside |= disc(SIZE, (140, 20), 3)
    return inside


def test_specks_go_and_what_is_large_stays() -> None:
    inside = plate_with_flaws()
    cleaned = clean_up(Mask.from_array(inside)).array()
    wanted = disc(SIZE, (70, 60), 45) & ~disc(SIZE, (80, 70), 18)
    assert (cleaned == wanted).all()


def test_clicked_specks_stay() -> None:
    inside = plate_with_flaws()
    clicks = (Point(140.5, 20.5), Point(80.5, 70.5), Point(50.5, 45.5, positive=False))
    assert (clean_up(Mask.from_array(inside), clicks=clicks).array() == inside).all()


def test_the_harmless_clean_up_leaves_what_someone_could_have_meant() -> None:
    inside = plate_with_flaws()
    inside[2, 2] = True
    cleaned = clean_up(Mask.from_array(inside), HARMLESS).array()
    inside[2, 2] = False
    assert (cleaned == inside).all()


def test_a_notch_at_the_edge_of_the_photo_is_no_hole() -> None:
    inside = np.ones((40, 40), bool)
    inside[0:2, 10:12] = False
    assert (clean_up(Mask.from_array(inside)).array() == inside).all()


def test_a_clean_mask_comes_back_itself() -> None:
    mask = Mask.from_array(disc(SIZE, (70, 60), 30))
    assert clean_up(mask) is mask
    empty = Mask.empty(SIZE)
    assert clean_up(empty) is empty


@given(inside=pictures, limit=limits)
def test_cleaning_twice_is_cleaning_once(inside: np.ndarray, limit: CleanUp) -> None:
    once = clean_array(inside, limit)
    assert (clean_array(once, limit) == once).all()


@given(inside=pictures, limit=limits)
def test_only_holes_are_added_and_only_whole_pieces_taken(inside: np.ndarray, limit: CleanUp) -> None:
    cleaned = clean_array(inside, limit)
    outside = cv2.connectedComponents(np.pad(1 - inside.astype(np.uint8), 1, constant_values=1), connectivity=4)[1]
    reaches_out = (outside == outside[0, 0])[1:-1, 1:-1]
    assert not (cleaned & ~inside & reaches_out).any()
    _, pieces = cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)
    for number in range(1, pieces.max() + 1):
        piece = pieces == number
        assert cleaned[piece].all() or not cleaned[piece].any()
    assert cleaned.any() == inside.any()


@given(inside=pictures, limit=limits)
def test_the_orientation_does_not_matter(inside: np.ndarray, limit: CleanUp) -> None:
    assert clean_up(Mask.from_array(inside), limit).area == int(clean_array(inside, limit).sum())


def test_arrays_that_run_down_the_columns_do_as_well() -> None:
    inside = plate_with_flaws()
    assert (clean_array(np.asfortranarray(inside)) == clean_array(inside)).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1)])
def test_lines_and_single_pixels(size: tuple[int, int]) -> None:
    inside = np.ones(size, bool)
    assert clean_array(inside).all()
