"""Run lengths read inside a box: the same pixels as pycocotools decodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco

from rvergui.core import Mask
from rvergui.core.run_lengths import crop_of_runs, run_lengths

bools = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40))


def lengths_of(array: np.ndarray) -> list[int]:
    """Counted pixel by pixel."""
    lengths, value = [0], False
    for pixel in array.reshape(-1, order="F"):
        if bool(pixel) != value:
            lengths.append(0)
            value = not value
        lengths[-1] += 1
    return lengths


@given(bools)
def test_lengths_are_those_of_the_pixels(array: np.ndarray) -> None:
    assert run_lengths(Mask.from_array(array).counts).tolist() == lengths_of(array)


@given(st.lists(st.integers(0, 2**25), min_size=1, max_size=30))
def test_lengths_of_any_size_are_read(lengths: list[int]) -> None:
    total = sum(lengths)
    counts = coco.frPyObjects({"size": [total, 1], "counts": lengths}, total, 1)["counts"]
    assert run_lengths(counts).tolist() == lengths


def test_no_runs() -> None:
    assert run_lengths(b"").tolist() == []
    assert crop_of_runs(Mask.empty((5, 7)).counts, 5, (0, 0, 0, 0)).shape == (0, 0)


@given(bools)
def test_a_box_holds_what_pycocotools_decodes(array: np.ndarray) -> None:
    mask = Mask.from_array(array)
    x, y, w, h = mask.bbox
    crop = crop_of_runs(mask.counts, mask.size[0], mask.bbox)
    assert np.array_equal(crop, mask.array()[y : y + h, x : x + w])
    assert crop.dtype == np.uint8
    assert crop.flags.c_contiguous


@pytest.mark.parametrize("columns", [slice(0, 9), slice(3, 5), slice(8, 9)])
def test_runs_over_several_columns(columns: slice) -> None:
    array = np.zeros((6, 9), dtype=np.bool_)
    array[:, columns] = True
    array[0, 0] = array[-1, -1] = False
    mask = Mask.from_array(array)
    x, y, w, h = mask.bbox
    assert np.array_equal(crop_of_runs(mask.counts, 6, mask.bbox), array[y : y + h, x : x + w])


def test_runs_of_no_length_are_read_over() -> None:
    """Other programs write them."""
    counts = coco.frPyObjects({"size": [4, 3], "counts": [0, 2, 0, 3, 2, 0, 1, 4]}, 4, 3)["counts"]
    mask = Mask((4, 3), bytes(counts))
    x, y, w, h = mask.bbox
    assert np.array_equal(mask.crop(), mask.array()[y : y + h, x : x + w])
    assert mask.crop().sum() == mask.area == 9
