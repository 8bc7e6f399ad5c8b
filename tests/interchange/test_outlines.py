"""Masks as rings and back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco

from rvergui.core import Mask, RverError
from rvergui.interchange import outlines
from rvergui.interchange.outlines import fill, mask_rings, one_ring

pictures = arrays(bool, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.booleans())


@given(pictures)
def test_rings_at_no_tolerance_give_the_mask_back_here_and_in_pycocotools(array):
    mask = Mask.from_array(array)
    rings = mask_rings(mask)
    assert fill(rings, mask.size) == mask
    assert fill([one_ring(mask)], mask.size) == mask
    if rings:
        merged = coco.merge(coco.frPyObjects([ring.reshape(-1).tolist() for ring in rings], *mask.size))
        assert np.array_equal(coco.decode(merged).astype(bool), array)


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.75, 1.0]))
def test_simpler_rings_stay_within_a_pixel_of_the_mask(seed, tolerance):
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((50, 70)).astype(np.float32), (0, 0), 3)
    array = noise > 0.5
    mask = Mask.from_array(array)
    simple = mask_rings(mask, tolerance)
    found = fill(simple, mask.size).array()
    square = np.ones((3, 3), np.uint8)
    padded = np.pad(array.astype(np.uint8), 1)
    inner = cv2.erode(padded, square)[1:-1, 1:-1].astype(bool)
    outer = cv2.dilate(padded, square)[1:-1, 1:-1].astype(bool)
    assert not (inner & ~found).any()
    assert not (found & ~outer).any()
    assert len(simple) == len(mask_rings(mask))


def test_a_hole_with_an_island_is_two_rings():
    array = np.zeros((20, 20), dtype=bool)
    array[2:18, 2:18] = True
    array[5:15, 5:15] = False
    array[8:11, 8:11] = True
    mask = Mask.from_array(array)
    assert len(mask_rings(mask)) == 2
    assert fill(mask_rings(mask), mask.size) == mask


def test_what_reaches_beyond_the_photo_is_cut_off_and_small_rings_are_nothing():
    square = np.array([[-5.0, -5.0], [4.0, -5.0], [4.0, 4.0], [-5.0, 4.0]])
    assert fill([square], (10, 10)).area == 16
    assert fill([square * 1e9], (10, 10)).area == 100
    assert fill([square[:2]], (10, 10)).is_empty
    assert fill([square - 100], (10, 10)).is_empty
    assert fill([], (3, 4)) == Mask.empty((3, 4))


def test_an_outline_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(outlines, "MOST_CROSSINGS", 1000)
    teeth = np.column_stack([np.arange(100.0), np.tile([0.0, 50.0], 50)])
    with pytest.raises(RverError, match="too complicated"):
        fill([teeth], (60, 120))


def test_portions_that_do_not_fit_at_once_make_the_same_mask(monkeypatch):
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    ring = np.column_stack([60 + 50 * np.cos(angle * 3), 40 + 35 * np.sin(angle)])
    whole = fill([ring], (80, 120))
    monkeypatch.setattr(outlines, "_AT_ONCE", 64)
    assert fill([ring], (80, 120)) == whole
