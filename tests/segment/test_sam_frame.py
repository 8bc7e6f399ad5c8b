"""A photo in the square of a network: the official predictor's pixels, without its memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sam_cases import TINY, random_sam
from segment_anything.modeling import Sam
from segment_anything.utils.transforms import ResizeLongestSide
from segment_cases import dish_photo

from rvergui.core import Box, Point
from rvergui.segment import sam_frame
from rvergui.segment.sam_frame import SamFrame, shrunk


@pytest.fixture(scope="module")
def sam() -> Sam:
    return random_sam(TINY)


@pytest.mark.parametrize("size", [(333, 517), (517, 333), (512, 512), (3, 700), (1, 1), (64, 48), (1031, 1500)])
def test_pixels_are_the_official_predictors_to_the_bit(size: tuple[int, int], sam: Sam) -> None:
    photo = dish_photo(size, seed=3)[0]
    frame = SamFrame.of(TINY, size)
    small = ResizeLongestSide(512).apply_image(photo.pixels)
    assert frame.size == small.shape[:2]
    wanted = sam.preprocess(torch.as_tensor(small).permute(2, 0, 1).contiguous()[None])
    found = frame.pixels(photo.pixels)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, wanted.numpy())


def test_places_are_the_official_predictors() -> None:
    size = (333, 517)
    frame, transform = SamFrame.of(TINY, size), ResizeLongestSide(512)
    points = [Point(280.25, 150.5), Point(0, 332.9, False)]
    wanted = transform.apply_coords(np.array([[p.x, p.y] for p in points]), size)
    np.testing.assert_array_equal(frame.places(points), wanted.astype(np.float32))
    box = transform.apply_boxes(np.array([10.5, 20, 300, 300.25]), size)[0]
    np.testing.assert_array_equal(frame.corners(Box(10.5, 20, 300, 300.25)), box.astype(np.float32))
    assert frame.places([]).shape == (0, 2)


@settings(max_examples=40)
@given(
    size=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    side=st.integers(1, 90),
    strip=st.integers(1, 20_000),
    seed=st.integers(0, 99),
)
def test_strips_change_hardly_anything(size: tuple[int, int], side: int, strip: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    height, width = SamFrame(size, side, 1).size
    whole = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(shrunk(pixels, (height, width)), whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sam_frame, "_ORDINARY_PIXELS", 0)
        patch.setattr(sam_frame, "_STRIP_PIXELS", strip)
        in_strips = shrunk(pixels, (height, width)).astype(int)
    assert np.abs(in_strips - whole).max() <= 1


@pytest.mark.parametrize("size", [(8000, 12500), (100_000, 1000), (2, 20_000_000)])
def test_of_a_huge_photo_little_is_copied_at_a_time(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []
    original = Image.fromarray

    def counting(array: np.ndarray) -> Image.Image:
        copied.append(array.shape[0] * array.shape[1])
        return original(array)

    monkeypatch.setattr(sam_frame.Image, "fromarray", counting)
    pixels = np.broadcast_to(np.array([200, 100, 50], dtype=np.uint8), (*size, 3))
    frame = SamFrame.of(TINY, size)
    small = shrunk(pixels, frame.size)
    assert small.shape == (*frame.size, 3)
    assert (small == (200, 100, 50)).all()
    assert max(copied) <= max(5_000_000, size[0] * frame.size[1], size[1])
    assert sum(copied) >= size[0] * size[1]


def test_a_pixel_is_the_smallest_photo() -> None:
    frame = SamFrame.of(TINY, (1, 1))
    assert frame.size == (512, 512)
    square = frame.pixels(np.array([[[255, 0, 128]]], dtype=np.uint8))
    assert np.isfinite(square).all()
    assert len(np.unique(square)) == 3
