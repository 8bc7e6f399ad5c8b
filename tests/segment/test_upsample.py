from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch.nn import functional

from rvergui.segment.protocol import Candidates
from rvergui.segment.upsample import candidate_mask


def candidates(logits: NDArray[np.float32], scale: tuple[float, float], size: tuple[int, int]) -> Candidates:
    return Candidates(logits=logits[None], scores=np.ones(1, dtype=np.float32), scale=scale, size=size)


def plain(logits: NDArray[np.float32], scale: tuple[float, float], size: tuple[int, int]) -> NDArray[np.float64]:
    """The definition, pixel by pixel in double precision, for the whole photo."""
    values = logits.astype(np.float64)
    for axis, (length, step) in enumerate(zip(size, (scale[1], scale[0]), strict=True)):
        place = np.clip((np.arange(length) + 0.5) * step - 0.5, 0, values.shape[axis] - 1)
        before = np.floor(place).astype(int)
        after = np.minimum(before + 1, values.shape[axis] - 1)
        share = (place - before).reshape((-1, 1) if axis == 0 else (1, -1))
        values = values.take(before, axis) * (1 - share) + values.take(after, axis) * share
    return values


def assert_same(mask: NDArray[np.bool_], fine: NDArray[np.float64]) -> None:
    clear = np.abs(fine) > 1e-4  # nearer to 0 than that, rounding decides
    np.testing.assert_array_equal(mask[clear], (fine > 0)[clear])
    assert clear.mean() > 0.9


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    grid=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    padding=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    offset=st.sampled_from([0.0, -1.0, 1.0]),
)
def test_equals_a_full_size_bilinear_interpolation(
    seed: int, size: tuple[int, int], grid: tuple[int, int], padding: tuple[int, int], offset: float
) -> None:
    scale = (grid[1] / size[1], grid[0] / size[0])
    shape = (grid[0] + padding[0], grid[1] + padding[1])
    logits = (np.random.default_rng(seed).normal(size=shape) + offset).astype(np.float32)
    mask = candidate_mask(candidates(logits, scale, size), 0)
    fine = plain(logits, scale, size)
    clear = np.abs(fine) > 1e-4
    np.testing.assert_array_equal(mask.array()[clear], (fine > 0)[clear])


def test_odd_size_with_sam_like_padding() -> None:
    size, longest = (333, 517), 517
    scale = (256 / longest, 256 / longest)
    y, x = np.mgrid[:256, :256]
    logits = (40 - np.hypot(x - 128.3, y - 71.9)).astype(np.float32)
    mask = candidate_mask(candidates(logits, scale, size), 0).array()
    assert_same(mask, plain(logits, scale, size))


def two_steps(
    logits: NDArray[np.float32], scale: tuple[float, float], size: tuple[int, int], finer: int
) -> NDArray[np.float64]:
    """The definition, as the networks of the SAM family have it: to a finer grid, cut to the photo, to the photo."""
    once = plain(logits, (1 / finer, 1 / finer), (logits.shape[0] * finer, logits.shape[1] * finer))
    inside = tuple(round(length * step * finer) for length, step in zip(size, (scale[1], scale[0]), strict=True))
    cut = once[: inside[0], : inside[1]]
    return plain(cut, (cut.shape[1] / size[1], cut.shape[0] / size[0]), size)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    size=st.tuples(st.integers(1, 120), st.integers(1, 120)),
    inside=st.tuples(st.integers(1, 64), st.integers(1, 64)),
    finer=st.sampled_from([2, 3, 4, 5]),
    offset=st.sampled_from([0.0, -1.0, 1.0]),
)
def test_two_steps_taken_as_one_are_the_same(
    seed: int, size: tuple[int, int], inside: tuple[int, int], finer: int, offset: float
) -> None:
    shape = (max(1, -(-inside[0] // finer) + seed % 3), max(1, -(-inside[1] // finer) + seed % 2))
    scale = (inside[1] / size[1] / finer, inside[0] / size[0] / finer)
    logits = (np.random.default_rng(seed).normal(size=shape) + offset).astype(np.float32)
    found = Candidates(logits[None], np.ones(1, dtype=np.float32), scale, size, finer)
    fine = two_steps(logits, scale, size, finer)
    clear = np.abs(fine) > 1e-4
    np.testing.assert_array_equal(candidate_mask(found, 0).array()[clear], (fine > 0)[clear])


@pytest.mark.parametrize("size", [(61, 1203), (1203, 61), (600, 800), (1, 1), (2000, 3000), (1024, 1024)])
def test_equals_the_official_postprocessing(size: tuple[int, int]) -> None:
    """A single step, which does not stop at the photo's edge, agrees at 61x1203 pixels to an IoU of 0.9984 only."""
    longest = max(size)
    inside = tuple(int(side * 1024 / longest + 0.5) for side in size)
    logits = np.random.default_rng(5).normal(size=(256, 256)).astype(np.float32)
    at_square = functional.interpolate(torch.from_numpy(logits)[None, None], (1024, 1024), mode="bilinear")
    wanted = functional.interpolate(at_square[..., : inside[0], : inside[1]], size, mode="bilinear")[0, 0].numpy()
    scale = (inside[1] / size[1] / 4, inside[0] / size[0] / 4)
    found = Candidates(logits[None], np.ones(1, dtype=np.float32), scale, size, 4)
    clear = np.abs(wanted) > 1e-4
    np.testing.assert_array_equal(candidate_mask(found, 0).array()[clear], (wanted > 0)[clear])


def test_nothing_above_zero_is_an_empty_mask() -> None:
    mask = candidate_mask(candidates(np.zeros((4, 4), dtype=np.float32), (0.1, 0.1), (40, 40)), 0)
    assert mask.is_empty
    assert mask.size == (40, 40)


def test_only_padding_above_zero_is_an_empty_mask() -> None:
    logits = np.full((8, 8), -1, dtype=np.float32)
    logits[6:] = 1
    assert candidate_mask(candidates(logits, (0.1, 0.1), (30, 80)), 0).is_empty


def test_everything_above_zero_fills_the_photo_to_its_edges() -> None:
    mask = candidate_mask(candidates(np.ones((3, 5), dtype=np.float32), (0.1, 0.1), (30, 50)), 0)
    assert mask.area == 30 * 50


def test_chosen_index_is_used() -> None:
    logits = np.stack([np.full((4, 4), -1), np.full((4, 4), 1)]).astype(np.float32)
    found = Candidates(logits=logits, scores=np.ones(2, dtype=np.float32), scale=(1, 1), size=(4, 4))
    assert candidate_mask(found, 0).is_empty
    assert candidate_mask(found, 1).area == 16


@pytest.mark.parametrize("size", [(40, 70_000), (70_000, 40)])
def test_sides_beyond_16_bits(size: tuple[int, int]) -> None:
    grid = tuple(max(1, round(side * 256 / 70_000)) for side in size)
    scale = (grid[1] / size[1], grid[0] / size[0])
    logits = np.full(grid, -1, dtype=np.float32)
    middle = logits[:, 100:150] if size[1] > size[0] else logits[100:150]
    middle[:] = 1
    mask = candidate_mask(candidates(logits, scale, size), 0)
    assert mask.area == pytest.approx(50 / 256 * size[0] * size[1], rel=0.01)
    assert_same(mask.array(), plain(logits, scale, size))


def test_a_small_object_on_a_hundred_megapixels_is_quick() -> None:
    size = (8_000, 12_500)
    scale = (384 / 12_500, 384 / 12_500)
    logits = np.full((246, 384), -1, dtype=np.float32)
    logits[100:110, 200:212] = 1
    start = time.thread_time()  # other programs do not count
    mask = candidate_mask(candidates(logits, scale, size), 0)
    seconds = time.thread_time() - start
    assert mask.bbox[0] == pytest.approx(200 / scale[0], abs=20)
    assert mask.area == pytest.approx(120 / scale[0] ** 2, rel=0.05)
    assert seconds < 2  # about 0.1 s on an idle processor, most of it encoding
