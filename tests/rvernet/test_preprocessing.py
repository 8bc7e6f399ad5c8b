from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from rvergui.core import Mask, RverError, views
from rvergui.rvernet.preprocessing import (
    Frame,
    Preprocessing,
    ViewCutter,
    black_view,
    fit_views,
    frame_of,
    network_views,
)


def _photo(height: int, width: int, seed: int) -> np.ndarray:
    """Smooth with sharp edges, as photos are; pure noise would measure rounding only."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (max(height // 12, 2), max(width // 12, 2), 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.NEAREST))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([32, 64, 224]), st.integers(0, 10_000))
def test_cutting_at_network_size_equals_resizing_the_full_views(height: int, width: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    photo = _photo(height, width, seed)
    y, x = rng.integers(0, height), rng.integers(0, width)
    y1, x1 = rng.integers(y + 1, height + 1), rng.integers(x + 1, width + 1)
    shape = np.zeros((height, width), dtype=bool)
    shape[y:y1, x:x1] = rng.random((y1 - y, x1 - x)) < 0.9
    mask = Mask.from_array(shape)
    preprocessing = Preprocessing(size=size)
    direct = network_views(photo, mask, preprocessing)
    long_way = fit_views(*views(photo, mask), preprocessing)
    for ours, wanted in zip(direct, long_way, strict=True):
        assert ours.shape == (size, size, 3)
        assert ours.dtype == np.uint8
        apart = np.abs(ours.astype(int) - wanted)
        assert apart.max() <= 2  # a rounding step in each of the two passes
        assert apart.mean() < 0.02


@pytest.mark.parametrize(
    ("photo", "size", "frame"),
    [
        ((480, 640), 224, Frame(height=168, width=224, x=0, y=28)),
        ((640, 480), 224, Frame(height=224, width=168, x=28, y=0)),
        ((100, 100), 64, Frame(height=64, width=64, x=0, y=0)),
        ((301, 400), 224, Frame(height=168, width=224, x=0, y=28)),  # 168.56 rounds down
        ((303, 400), 224, Frame(height=169, width=224, x=0, y=28)),  # 55 rows over: 28 above, 27 below
        ((1, 5000), 224, Frame(height=1, width=224, x=0, y=112)),  # never nothing
    ],
)
def test_the_frame_is_the_published_one(photo: tuple[int, int], size: int, frame: Frame) -> None:
    assert frame_of(*photo, Preprocessing(size=size)) == frame


def test_padding_is_grey_and_views_of_an_unscaled_photo_are_exact() -> None:
    photo = _photo(48, 64, 1)
    shape = np.zeros((48, 64), dtype=bool)
    shape[10:30, 20:50] = True
    roi, extra = network_views(photo, Mask.from_array(shape), Preprocessing(size=64, fill=77))
    assert (roi[:8] == 77).all()
    assert (extra[56:] == 77).all()
    assert np.array_equal(roi[8:56], photo * shape[..., None])
    assert np.array_equal(extra[8:56], photo * ~shape[..., None])


def test_an_empty_mask_gives_a_black_object_and_the_whole_photo() -> None:
    photo = _photo(30, 60, 2)
    preprocessing = Preprocessing(size=60)
    roi, extra = network_views(photo, Mask.empty((30, 60)), preprocessing)
    assert np.array_equal(roi, black_view(frame_of(30, 60, preprocessing), preprocessing))
    assert np.array_equal(extra[15:45], photo)


def test_one_cutter_serves_many_masks_without_mixing_them() -> None:
    photo = _photo(90, 120, 3)
    cutter = ViewCutter(photo, Preprocessing(size=64))
    masks = [Mask.from_crop(np.ones((20, 30), dtype=bool), (x, x // 2), (90, 120)) for x in (0, 40, 85)]
    for mask in [*masks, masks[0]]:
        for ours, alone in zip(cutter.views(mask), network_views(photo, mask, Preprocessing(size=64)), strict=True):
            assert np.array_equal(ours, alone)


def test_a_mask_of_another_photo_is_refused() -> None:
    with pytest.raises(RverError, match="20x10 pixels and the photo 30x10"):
        network_views(_photo(10, 30, 0), Mask.empty((10, 20)), Preprocessing())


def test_views_of_different_size_are_refused() -> None:
    with pytest.raises(RverError, match="same size"):
        fit_views(_photo(10, 30, 0), _photo(10, 31, 0), Preprocessing())


def test_an_array_that_is_no_photo_is_refused() -> None:
    with pytest.raises(RverError, match="3 colours"):
        ViewCutter(np.zeros((10, 10), dtype=np.uint8), Preprocessing())


@pytest.mark.parametrize("wrong", [{"kind": "squashed"}, {"size": 0}, {"fill": 256}, {"colour": 3}])
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Preprocessing.model_validate(wrong)
