from __future__ import annotations

import io

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
    joined_views,
    network_views,
)
from rvergui.rvernet.view_layers import covered


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
        assert np.array_equal(ours, wanted)


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


@pytest.mark.parametrize("size", [(700, 900), (901, 640), (600, 896)])
@pytest.mark.parametrize("radius", [40, 210, 500])
def test_large_objects_are_cut_exactly_too(size: tuple[int, int], radius: int) -> None:
    height, width = size
    photo = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot(rows - 0.4 * height, columns - 0.6 * width)
    mask = Mask.from_array((away < radius) & (away > radius / 3))  # with a hole, over the edge where it is large
    for ours, wanted in zip(
        network_views(photo, mask, Preprocessing(size=64)),
        fit_views(*views(photo, mask), Preprocessing(size=64)),
        strict=True,
    ):
        assert np.array_equal(ours, wanted)


CLOSE = Preprocessing(kind="close_up", size=64)


def _disc(height: int, width: int, y: float, x: float, radius: float) -> Mask:
    rows, columns = np.mgrid[0:height, 0:width]
    return Mask.from_array(np.hypot(rows - y, columns - x) < radius)


@settings(max_examples=40)
@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([32, 64, 224]), st.integers(0, 10_000))
def test_a_close_up_shows_the_object_large_and_the_rest_whole(height: int, width: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    photo = _photo(height, width, seed)
    y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
    h, w = int(rng.integers(1, height - y + 1)), int(rng.integers(1, width - x + 1))
    mask = Mask.from_crop(np.ones((h, w), dtype=bool), (x, y), (height, width))
    how = Preprocessing(kind="close_up", size=size)
    cutter = ViewCutter(photo, how)
    roi, extra = cutter.views(mask)
    assert roi.shape == extra.shape == (size, size, 3)
    side = max(int(np.ceil(max(h, w) * 1.2)), size // 8)
    cover = cutter.example(mask).roi.cover > 127
    for length, found in ((w, cover.any(0).sum()), (h, cover.any(1).sum())):
        assert (
            min(h, w) * size < 2 * side or abs(int(found) - length * size / side) <= 2 + 8 * size / side
        )  # the side is rounded up to eights
    assert (roi[~(cutter.example(mask).roi.cover > 0)] == 0).all()
    frame = frame_of(height, width, how)
    inside = (slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width))
    whole = cutter.views(Mask.empty((height, width)))[1]
    black = black_view(frame, how)
    assert np.array_equal(
        np.delete(extra.reshape(-1, 3), _flat(inside, size), 0), np.delete(black.reshape(-1, 3), _flat(inside, size), 0)
    )
    assert (extra[inside] <= whole[inside]).all()


def _flat(inside: tuple[slice, slice], size: int) -> np.ndarray:
    return np.arange(size * size).reshape(size, size)[inside].ravel()


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.0, 0.0), (1.0, 0.97), (0.2, 0.9)])
@pytest.mark.parametrize(("size", "scale"), [(64, 1), (224, 1), (224, 4), (200, 7)])
def test_a_border_adds_to_a_close_up_and_changes_nothing(place: tuple[float, float], size: int, scale: int) -> None:
    height, width = 151 * scale, 197 * scale
    photo = _photo(height, width, 5)
    mask = _disc(height, width, place[0] * height, place[1] * width, 31 * scale)
    for roi in ("masked", "box"):
        how = Preprocessing(kind="close_up", size=size, roi=roi)
        cutter = ViewCutter(photo, how)
        bordered = cutter.example(mask, border=size // 8)
        assert bordered.roi.picture.shape == (size + 2 * (size // 8),) * 2 + (3,)
        for ours, wanted in zip(bordered.views(), cutter.views(mask), strict=True):
            assert np.array_equal(ours, wanted)


def test_a_close_up_is_the_photo_at_its_own_resolution() -> None:
    photo = _photo(400, 600, 7)
    mask = Mask.from_crop(np.ones((40, 50), dtype=bool), (300, 200), (400, 600))
    roi, extra = network_views(photo, mask, CLOSE)
    # 50 x 1.2 = 60, rounded up to 64: a view pixel is a photo pixel, and 293 + 32 is the object's middle
    assert np.array_equal(roi[12:52, 7:57], photo[200:240, 300:350])
    assert roi[:12].max() == roi[52:].max() == roi[:, :7].max() == 0
    assert extra[11:53].min() < 125
    assert (extra[:10] == 125).all()
    assert (extra[32:34, 33:36] == 0).all()


def test_close_ups_fade_where_the_object_ends_and_never_ring() -> None:
    photo = np.full((900, 900, 3), 200, dtype=np.uint8)
    mask = _disc(900, 900, 450.5, 430.25, 333)
    roi, _ = network_views(photo, mask, CLOSE)
    assert roi.max() == 200
    published, _ = network_views(photo, mask, Preprocessing(size=64))
    assert published[:, :, 0].max() > 200


def test_a_tiny_object_is_not_blown_up_beyond_use() -> None:
    photo = _photo(500, 500, 1)
    mask = Mask.from_crop(np.ones((2, 2), dtype=bool), (100, 100), (500, 500))
    cover = ViewCutter(photo, CLOSE).example(mask).roi.cover
    assert 100 < (cover > 127).sum() < 400  # eight times, not thirty


def test_a_box_shows_what_is_around_the_object_too_and_grey_beyond_the_photo() -> None:
    photo = _photo(120, 200, 4)
    mask = _disc(120, 200, 2, 100, 20)
    roi, extra = network_views(photo, mask, Preprocessing(kind="close_up", size=64, roi="box"))
    assert (roi[:16] == 125).all()
    assert (roi[24:].reshape(-1, 3).std(axis=0) > 10).all()  # the table goes on around the dish
    masked_extra = network_views(photo, mask, CLOSE)[1]
    assert np.array_equal(extra, masked_extra)
    box, _ = network_views(photo, mask, Preprocessing(size=64, roi="box"))
    x, y, w, h = mask.bbox
    wanted, _ = network_views(
        photo[y : y + h, x : x + w].copy(), Mask.from_array(np.ones((h, w))), Preprocessing(size=64)
    )
    assert np.array_equal(box, wanted)


@pytest.mark.parametrize("kind", ["published", "close_up"])
def test_the_whole_photo_is_what_both_views_leave(kind: str) -> None:
    photo = _photo(90, 130, 6)
    mask = _disc(90, 130, 40, 60, 20)
    whole, extra = network_views(photo, mask, Preprocessing(kind=kind, size=64, roi="photo"))
    uncut = network_views(photo, Mask.empty((90, 130)), Preprocessing(kind=kind, size=64))[1]
    assert np.array_equal(whole, uncut)
    assert np.array_equal(extra, network_views(photo, mask, Preprocessing(kind=kind, size=64))[1])


@pytest.mark.parametrize("kind", ["published", "close_up"])
@pytest.mark.parametrize("roi", ["masked", "box", "photo"])
def test_an_empty_mask_has_views_in_every_way(kind: str, roi: str) -> None:
    photo = _photo(30, 60, 2)
    views_of_it = network_views(photo, Mask.empty((30, 60)), Preprocessing(kind=kind, size=48, roi=roi))
    assert all(view.shape == (48, 48, 3) for view in views_of_it)


@given(st.integers(0, 10_000))
def test_the_two_parts_of_a_picture_add_up_to_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
    share = rng.integers(0, 256, (20, 20), dtype=np.uint8)
    assert np.array_equal(covered(picture, share).astype(int) + covered(picture, 255 - share), picture)


def test_photo_and_mask_come_back_from_two_views_even_as_jpeg() -> None:
    photo = _photo(200, 240, 8).copy()
    photo[90:110, 100:130] = 0  # something black inside the object
    mask = _disc(200, 240, 100, 120, 60)
    whole, found = joined_views(*views(photo, mask))
    assert np.array_equal(whole, photo)
    assert found.iou(mask) > 0.98
    stored = []
    for view in views(photo, mask):
        buffer = io.BytesIO()
        Image.fromarray(view).save(buffer, "JPEG", quality=85)
        stored.append(np.asarray(Image.open(buffer)))
    whole, found = joined_views(stored[0], stored[1])
    assert found.iou(mask) > 0.97
    assert np.abs(whole.astype(int) - photo).mean() < 12


@pytest.mark.parametrize(
    "wrong", [{"roi": "sky"}, {"margin": -0.1}, {"kind": "squashed"}, {"size": 0}, {"fill": 256}, {"colour": 3}]
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Preprocessing.model_validate(wrong)
