from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco

from rvergui.core import Mask
from rvergui.interchange.coco_outlines import BrokenOutlineError, outline_mask, outline_size

SIZE = (30, 40)
SQUARE = [10, 5, 20, 5, 20, 15, 10, 15]


def runs_of(array: np.ndarray) -> list[int]:
    """Run lengths down the columns, the first of them outside, counted without pycocotools."""
    flat = np.concatenate([[0], array.ravel(order="F").astype(int)])
    changes = np.flatnonzero(np.diff(flat))
    return [int(run) for run in np.diff([0, *changes, flat.size - 1])]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.02, 0.98), st.integers(0, 9999))
def test_run_lengths_of_both_kinds_give_the_very_pixels(height: int, width: int, share: float, seed: int) -> None:
    array = np.random.default_rng(seed).random((height, width)) < share
    array[0, 0] = True
    compressed = coco.encode(np.asfortranarray(array.astype(np.uint8)))["counts"]
    for counts in (compressed, compressed.decode(), runs_of(array), np.array(runs_of(array))):
        assert np.array_equal(outline_mask({"size": [height, width], "counts": counts}, None).array(), array)
        assert np.array_equal(outline_mask({"size": [height, width], "counts": counts}, (height, width)).array(), array)


def test_a_large_mask_with_long_runs_is_read() -> None:
    array = np.zeros((3000, 2000), dtype=bool)
    array[10:2900, 5:1990] = True
    assert outline_mask(Mask.from_array(array).rle(), (3000, 2000)).area == array.sum()


def test_polygons_are_joined_and_one_alone_may_stand_without_its_list() -> None:
    two = [SQUARE, [25, 20, 35, 20, 35, 28, 25, 28]]
    assert outline_mask(two, SIZE).area == 100 + 80
    assert outline_mask(SQUARE, SIZE) == outline_mask([SQUARE], SIZE) == outline_mask([np.array(SQUARE)], SIZE)
    assert outline_mask([SQUARE, [1, 2, 3, 4]], SIZE).area == 100  # two points are no area; pycocotools takes a box


def test_a_polygon_may_reach_a_little_beyond_the_photo() -> None:
    assert outline_mask([[-3, -3, 43, -3, 43, 33, -3, 33]], SIZE).area == 30 * 40


@pytest.mark.parametrize(
    ("segmentation", "reason"),
    [
        ([], "no list of polygons"),
        (7, "no list of polygons"),
        ("0A", "no list of polygons"),
        ([[1, 2, 3, 4]], "hold no pixel"),
        ([[]], "hold no pixel"),
        ([[5, 5, 5, 5, 5, 5]], "hold no pixel"),
        ([[50, 2, 55, 2, 55, 9, 50, 9]], "hold no pixel"),
        ([[1, 2, 3, 4, 5, 6, 7]], "pairs"),
        ([[[1, 2], [3, 4], [5, 6]]], "pairs"),
        ([["a", "b", "c", "d", "e", "f"]], "numbers"),
        ([[1, 2, None, 4, 5, 6]], "numbers"),
        ([[1, 2, float("nan"), 4, 5, 6]], "numbers"),
        ([[1, 2, float("inf"), 4, 5, 6]], "numbers"),
        ([[0, 0, 1e9, 0, 1e9, 1e9]], "far outside"),
        ([{"x": 1}], "numbers"),
        ({}, "size"),
        ({"size": [30], "counts": [1200]}, "size"),
        ({"size": ["30", 40], "counts": [1200]}, "size"),
        ({"size": [0, 40], "counts": []}, "size"),
        ({"size": [40, 30], "counts": [1200]}, "photo has"),
        ({"size": [30, 40]}, "missing"),
        ({"size": [30, 40], "counts": {}}, "missing"),
        ({"size": [30, 40], "counts": [1, "b"]}, "numbers"),
        ({"size": [30, 40], "counts": [1.5, 1198.5]}, "whole"),
        ({"size": [30, 40], "counts": [[600], [600]]}, "whole"),
        ({"size": [30, 40], "counts": [-5, 1205]}, "below zero"),
        ({"size": [30, 40], "counts": [100, 100]}, "add up"),
        ({"size": [30, 40], "counts": [1e300]}, "add up"),
        ({"size": [30, 40], "counts": [1200]}, "no pixel"),
        ({"size": [30, 40], "counts": ""}, "damaged"),
        ({"size": [30, 40], "counts": "not run lengths!"}, "damaged"),
        ({"size": [30, 40], "counts": "äöü"}, "damaged"),
        ({"size": [30, 40], "counts": "PPPPP"}, "damaged"),  # ends within a number
        ({"size": [30, 40], "counts": "oooooooooooooo0"}, "damaged"),  # a number of 70 bits
        ({"size": [30, 40], "counts": "11"}, "add up"),
    ],
)
def test_what_is_broken_is_told(segmentation: object, reason: str) -> None:
    with pytest.raises(BrokenOutlineError, match=reason):
        outline_mask(segmentation, SIZE)


def test_polygons_need_a_size() -> None:
    with pytest.raises(BrokenOutlineError, match="size is not given"):
        outline_mask([SQUARE], None)
    assert outline_size({"size": [3, 4], "counts": ""}) == (3, 4)
    assert outline_size([SQUARE]) is outline_size({"size": [True, 2]}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.sampled_from(["size", "counts"]), inner),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_nothing_else_than_a_mask_or_a_reason_comes_out(segmentation: object) -> None:
    try:
        mask = outline_mask(segmentation, SIZE)
    except BrokenOutlineError:
        return
    assert mask.size == SIZE
    assert mask.area > 0


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=48, max_codepoint=111), min_size=1, max_size=30))
def test_garbage_in_the_alphabet_of_run_lengths_is_no_danger(counts: str) -> None:
    try:
        mask = outline_mask({"size": list(SIZE), "counts": counts}, SIZE)
    except BrokenOutlineError:
        return
    assert mask.array().shape == SIZE
