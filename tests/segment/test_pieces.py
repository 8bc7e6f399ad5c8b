"""The connected pieces of a mask."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.core import Mask
from rvergui.segment.pieces import pieces


def mask_of(*rows: str) -> Mask:
    return Mask.from_array(np.array([[c == "#" for c in row] for row in rows]))


def test_pieces_come_largest_first_and_hang_together_across_corners() -> None:
    mask = mask_of(
        "#.....##",
        ".#....##",
        "......##",
        "........",
    )
    large, small = pieces(mask)
    assert large == mask_of("......##", "......##", "......##", "........")
    assert small == mask_of("#.......", ".#......", "........", "........")


def test_a_ring_and_what_lies_in_its_hole_are_two() -> None:
    mask = mask_of("#####", "#...#", "#.#.#", "#...#", "#####")
    assert [piece.area for piece in pieces(mask)] == [16, 1]


def test_specks_stay_with_the_largest_piece() -> None:
    array = np.zeros((60, 60), bool)
    array[10:50, 10:50] = True
    array[0, 0] = array[59, 59] = True
    array[55:58, 0:3] = True
    first, second = pieces(Mask.from_array(array))
    assert (first.area, second.area) == (1602, 9)


def test_nothing_has_no_pieces() -> None:
    assert pieces(Mask.empty((4, 5))) == []


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**48 - 1))
def test_the_pieces_are_the_mask_and_do_not_overlap(bits: int) -> None:
    array = np.array([(bits >> n) & 1 for n in range(48)], bool).reshape(6, 8)
    mask = Mask.from_array(array)
    found = pieces(mask)
    assert sum(piece.area for piece in found) == mask.area
    assert reduce(or_, found, Mask.empty(mask.size)) == mask
    assert all(len(pieces(piece)) == 1 for piece in found)
