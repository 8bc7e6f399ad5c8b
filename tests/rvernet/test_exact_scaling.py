"""The pass that is done in sums: number for number what Pillow gives, for the object and for all the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rvergui.rvernet.exact_scaling import ExactPass, exact_pass


def pillow(pixels: np.ndarray, fitted: int) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).resize((fitted, pixels.shape[0]), Image.Resampling.BICUBIC))


def check(whole: int, fitted: int, first: int, last: int, seed: int, hard: bool) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (5, whole, 3), dtype=np.uint8)
    if hard:  # black and white: the filter rings, and both ends are cut off
        pixels = np.where(pixels > 127, 255, 0).astype(np.uint8)
    inside = (random.random((5, whole)) < random.choice([0.0, 0.1, 0.5, 1.0])).astype(np.uint8)
    exact = ExactPass(whole, fitted)
    source = exact.source(first, last)
    object_, rest = exact.apart(pixels[:, source], inside[:, source], first, last)
    assert np.array_equal(object_, pillow(pixels * inside[..., None], fitted)[:, first:last])
    assert np.array_equal(rest, pillow(pixels * (1 - inside[..., None]), fitted)[:, first:last])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2000), st.integers(1, 300), st.data(), st.booleans())
def test_any_part_is_what_pillow_gives(whole: int, fitted: int, data: st.DataObject, hard: bool) -> None:
    first = data.draw(st.integers(0, fitted - 1))
    last = data.draw(st.integers(first + 1, fitted))
    check(whole, fitted, first, last, data.draw(st.integers(0, 2**32 - 1)), hard)


@pytest.mark.parametrize("whole", [4000, 4032, 3000, 1280, 224, 100, 1])
def test_photos_of_usual_sizes(whole: int) -> None:
    check(whole, 224, 0, 224, whole, hard=True)


def test_photos_of_one_camera_share_their_weights() -> None:
    assert exact_pass(640, 224) is exact_pass(640, 224)
    with pytest.raises(ValueError, match="read-only"):
        exact_pass(640, 224).weights[0, 0] = 1
