"""Masks: round trips, set operations, crops that hang over the edge, outlines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rvergui.core import Mask, RverError

bools = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    shape = draw(array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))
    return draw(arrays(np.bool_, shape)), draw(arrays(np.bool_, shape))


def fill_even_odd(loops: tuple[np.ndarray, ...], size: tuple[int, int]) -> np.ndarray:
    """Which pixel centres lie inside, by counting the vertical edges to their left."""
    crossings = np.zeros((size[0], size[1] + 1), dtype=int)
    for loop in loops:
        for (x0, y0), (x1, y1) in zip(loop, np.roll(loop, -1, axis=0), strict=True):
            assert (x0 == x1) != (y0 == y1), "every edge runs along the pixel grid and has a length"
            if x0 == x1:
                crossings[min(y0, y1) : max(y0, y1), x0] += 1
    return np.cumsum(crossings, axis=1)[:, : size[1]] % 2 == 1


@given(bools)
def test_array_round_trip(array: np.ndarray) -> None:
    mask = Mask.from_array(array)
    assert mask.size == array.shape
    assert np.array_equal(mask.array(), array)
    assert mask.array().dtype == np.bool_
    assert mask.area == array.sum()
    assert mask.is_empty == (not array.any())


@given(bools)
def test_rle_round_trip_is_the_same_value(array: np.ndarray) -> None:
    mask = Mask.from_array(array)
    rle = mask.rle()
    assert isinstance(rle["counts"], str)
    assert Mask.from_rle(rle) == mask
    assert hash(Mask.from_rle(rle)) == hash(mask)
    assert Mask.from_rle({"size": rle["size"], "counts": rle["counts"].encode()}) == mask


@given(bools)
def test_uncompressed_rle_is_read(array: np.ndarray) -> None:
    flat = array.reshape(-1, order="F")
    counts, value = [0], False
    for pixel in flat:
        if bool(pixel) != value:
            counts.append(0)
            value = not value
        counts[-1] += 1
    assert np.array_equal(Mask.from_rle({"size": list(array.shape), "counts": counts}).array(), array)


@given(bools)
@settings(max_examples=150)
def test_loops_filled_by_the_even_odd_rule_give_the_mask_back(array: np.ndarray) -> None:
    mask = Mask.from_array(array)
    assert np.array_equal(fill_even_odd(mask.loops, mask.size), array)
    assert mask.polygons() == [[float(v) for v in loop.reshape(-1)] for loop in mask.loops]


@given(bools)
def test_every_loop_keeps_its_inside_to_the_right(array: np.ndarray) -> None:
    padded = np.pad(array, 1)
    for loop in Mask.from_array(array).loops:
        for (x0, y0), (x1, y1) in zip(loop, np.roll(loop, -1, axis=0), strict=True):
            dx, dy = np.sign(x1 - x0), np.sign(y1 - y0)
            right = (x0 + (dx - dy - 1) // 2 + 1, y0 + (dy + dx - 1) // 2 + 1)
            left = (x0 + (dx + dy - 1) // 2 + 1, y0 + (dy - dx - 1) // 2 + 1)
            assert padded[right[1], right[0]]
            assert not padded[left[1], left[0]]


def test_loops_of_a_ring_run_clockwise_outside_and_the_other_way_inside() -> None:
    array = np.ones((5, 6), dtype=bool)
    array[2, 2:4] = False
    outer, hole = Mask.from_array(array).loops
    assert {tuple(p) for p in outer.tolist()} == {(0, 0), (6, 0), (6, 5), (0, 5)}
    assert {tuple(p) for p in hole.tolist()} == {(2, 2), (4, 2), (4, 3), (2, 3)}

    def turning(loop: np.ndarray) -> float:
        x, y = loop[:, 0].astype(float), loop[:, 1].astype(float)
        return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2

    assert turning(outer) == 30
    assert turning(hole) == -2


def test_pixels_that_touch_at_a_corner_have_loops_of_their_own() -> None:
    loops = Mask.from_array(np.eye(3, dtype=bool)).loops
    assert [len(loop) for loop in loops] == [4, 4, 4]


@given(pairs())
def test_set_operations_are_those_of_the_arrays(both: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = both
    ma, mb = Mask.from_array(a), Mask.from_array(b)
    assert np.array_equal((ma | mb).array(), a | b)
    assert np.array_equal((ma & mb).array(), a & b)
    assert np.array_equal((ma - mb).array(), a & ~b)
    # Equal pixels are equal values, whatever way they came about.
    assert (ma - mb) | (ma & mb) == ma
    union = (a | b).sum()
    assert ma.iou(mb) == pytest.approx((a & b).sum() / union if union else 1.0)


@given(bools)
def test_box_and_crop_are_tight(array: np.ndarray) -> None:
    mask = Mask.from_array(array)
    x, y, w, h = mask.bbox
    if not array.any():
        assert mask.bbox == (0, 0, 0, 0)
        assert mask.crop().shape == (0, 0)
        return
    assert np.array_equal(mask.crop(), array[y : y + h, x : x + w])
    assert mask.crop().sum() == array.sum()
    assert array[y].any()
    assert array[y + h - 1].any()
    assert array[:, x].any()
    assert array[:, x + w - 1].any()


@given(bools, st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 15), st.integers(1, 15))
def test_a_crop_is_placed_and_cut_off_at_the_edges(crop: np.ndarray, x: int, y: int, height: int, width: int) -> None:
    expected = np.zeros((height, width), dtype=bool)
    for row in range(crop.shape[0]):
        for column in range(crop.shape[1]):
            if 0 <= y + row < height and 0 <= x + column < width:
                expected[y + row, x + column] = crop[row, column]
    mask = Mask.from_crop(crop, (x, y), (height, width))
    assert mask.size == (height, width)
    assert np.array_equal(mask.array(), expected)


@given(bools, st.floats(-2, 16), st.floats(-2, 16))
def test_contains_is_the_pixel_under_the_point(array: np.ndarray, x: float, y: float) -> None:
    row, column = int(np.floor(y)), int(np.floor(x))
    inside = 0 <= row < array.shape[0] and 0 <= column < array.shape[1] and bool(array[row, column])
    assert Mask.from_array(array).contains(x, y) == inside


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.uint16])
def test_any_dtype_and_any_non_zero_value_is_inside(dtype: type) -> None:
    array = np.array([[0, 1, 200], [3, 0, 0]], dtype=dtype)
    assert np.array_equal(Mask.from_array(array).array(), array != 0)


def test_a_mask_does_not_follow_later_changes_of_its_array() -> None:
    array = np.zeros((3, 3), dtype=bool)
    mask = Mask.from_array(array)
    array[1, 1] = True
    assert mask.is_empty
    decoded = mask.array()
    decoded[0, 0] = True
    assert mask.is_empty


def test_polygons_of_a_rectangle_come_back() -> None:
    array = np.zeros((20, 30), dtype=bool)
    array[5:15, 8:22] = True
    mask = Mask.from_array(array)
    assert mask.polygons() == [[8, 5, 22, 5, 22, 15, 8, 15]] or sorted(
        zip(mask.polygons()[0][::2], mask.polygons()[0][1::2], strict=True)
    ) == [(8, 5), (8, 15), (22, 5), (22, 15)]
    assert Mask.from_polygons(mask.polygons(), mask.size) == mask


def test_polygons_are_united_and_stumps_left_out() -> None:
    mask = Mask.from_polygons([[0, 0, 4, 0, 4, 4, 0, 4], [2, 2, 6, 2, 6, 6, 2, 6], [1, 1, 2, 2]], (8, 8))
    assert mask.area == 16 + 16 - 4
    assert Mask.from_polygons([], (4, 5)) == Mask.empty((4, 5))


def test_masks_of_other_sizes_are_refused() -> None:
    a, b = Mask.empty((3, 4)), Mask.empty((4, 3))
    for operation in (lambda: a | b, lambda: a & b, lambda: a - b, lambda: a.iou(b)):
        with pytest.raises(RverError, match="different size"):
            operation()
    assert a != b


def test_a_colour_image_is_no_mask() -> None:
    with pytest.raises(RverError, match="3"):
        Mask.from_array(np.zeros((4, 4, 3)))


def test_a_resized_mask_covers_the_same_share_of_the_photo() -> None:
    mask = Mask.from_crop(np.ones((10, 20), bool), (10, 5), (40, 60))
    twice = mask.resized((80, 120))
    assert (twice.size, twice.area, twice.bbox) == ((80, 120), 4 * mask.area, (20, 10, 40, 20))
    assert twice.resized((40, 60)) == mask
    assert mask.resized((40, 60)) is mask
    assert mask.resized((0, 0)).is_empty
