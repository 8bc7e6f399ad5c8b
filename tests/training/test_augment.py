from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.core import Mask
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter
from rvergui.training.augment import Augmentation, change_light, shift_outline
from rvergui.training.options import TrainOptions
from rvergui.training.sources import CutObject, CutPhoto
from rvergui.training.view_store import ViewStore, cut_views
from tests.training.little_data import photo_with

SMALL = Preprocessing(size=64)
PIXELS, MASKS = photo_with(["tomato", "pea"], 3, size=(90, 120))
CUTTER = ViewCutter(PIXELS, SMALL)
FRAME = CUTTER.frame
INSIDE = (slice(FRAME.y, FRAME.y + FRAME.height), slice(FRAME.x, FRAME.x + FRAME.width))


def _object(roi: np.ndarray, extra: np.ndarray) -> np.ndarray:
    return roi[INSIDE].sum(axis=2, dtype=int) > extra[INSIDE].sum(axis=2, dtype=int)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0, 1]))
def test_a_moved_outline_still_shows_the_same_photo(seed: int, which: int) -> None:
    roi, extra = CUTTER.views(MASKS[which])
    new_roi, new_extra = shift_outline(roi, extra, FRAME, np.random.default_rng(seed))
    whole = np.minimum(roi[INSIDE].astype(int) + extra[INSIDE], 255)
    assert np.abs(new_roi[INSIDE].astype(int) + new_extra[INSIDE] - whole).max() <= 1
    for view in (new_roi, new_extra):
        assert (view[: FRAME.y] == 125).all()
        assert (view[FRAME.y + FRAME.height :] == 125).all()
    before, after = _object(roi, extra), _object(new_roi, new_extra)
    assert (before & after).sum() / (before | after).sum() > 0.15


def test_outlines_do_move_by_different_amounts() -> None:
    roi, extra = CUTTER.views(MASKS[0])
    random = np.random.default_rng(0)
    before = _object(roi, extra)
    overlaps = []
    for _ in range(40):
        after = _object(*shift_outline(roi, extra, FRAME, random))
        overlaps.append((before & after).sum() / (before | after).sum())
    assert 0.6 < np.mean(overlaps) < 0.95
    assert np.std(overlaps) > 0.05


def test_an_object_of_a_few_pixels_stays_as_it_is() -> None:
    roi, extra = CUTTER.views(Mask.from_crop(np.ones((2, 2), dtype=bool), (5, 5), (90, 120)))
    new_roi, new_extra = shift_outline(roi, extra, FRAME, np.random.default_rng(0))
    assert np.array_equal(new_roi, roi)
    assert np.array_equal(new_extra, extra)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 0.5))
def test_light_changes_both_views_alike_and_the_padding_not(seed: int, strength: float) -> None:
    roi, extra = CUTTER.views(MASKS[0])
    new_roi, new_extra = change_light(roi, extra, FRAME, strength, np.random.default_rng(seed))
    assert (new_roi[: FRAME.y] == 125).all()
    assert (new_extra[: FRAME.y] == 125).all()
    assert (new_roi[INSIDE][roi[INSIDE] == 0] == 0).all()
    most = (1 + strength) * (1 + strength / 3)
    bright = extra[INSIDE].astype(float)
    assert (new_extra[INSIDE] <= np.ceil(bright * most)).all()
    assert (new_extra[INSIDE] >= np.floor(bright * (1 - strength) * (1 - strength / 3))).all()
    # one factor a colour for both views
    for colour in range(3):
        lit = np.concatenate([new_roi[INSIDE][..., colour].ravel(), new_extra[INSIDE][..., colour].ravel()])
        was = np.concatenate([roi[INSIDE][..., colour].ravel(), extra[INSIDE][..., colour].ravel()])
        assert all(len(set(lit[was == value].tolist())) <= 1 for value in np.unique(was))


class _Photo:
    split = None

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        objects = [CutObject(name, *CUTTER.views(m), frame=FRAME) for name, m in zip("ab", MASKS, strict=True)]
        return CutPhoto("key", tuple(objects))


@pytest.fixture(scope="module")
def store() -> ViewStore:
    return cut_views([_Photo()], SMALL, 10**6, 1, lambda done, total: None, lambda: False)


def _augmentation(seed: int = 0, **chosen: float) -> Augmentation:
    plain = {"outline": 0.0, "light": 0.0, "blackout": 0.0}
    options = TrainOptions(source=Path("s"), out=Path("o"), **{**plain, **chosen})  # type: ignore[arg-type]
    return Augmentation(options, np.random.default_rng(seed))


def test_the_views_of_a_pair_are_mirrored_together_or_not_at_all(store: ViewStore) -> None:
    roi, extra = _augmentation().pairs(store, [0] * 60)
    plain_roi, plain_extra = store.views[0]
    mirrored = 0
    for place in range(60):
        if np.array_equal(roi[place], plain_roi):
            assert np.array_equal(extra[place], plain_extra)
        else:
            assert np.array_equal(roi[place], plain_roi[:, ::-1])
            assert np.array_equal(extra[place], plain_extra[:, ::-1])
            mirrored += 1
    assert 15 < mirrored < 45


def test_surroundings_are_blacked_out_as_often_as_asked(store: ViewStore) -> None:
    black = store.pairs([0], context=False)[1][0]
    _, extra = _augmentation(blackout=0.25).pairs(store, [0] * 200)
    assert 30 < sum(np.array_equal(view, black) for view in extra) < 70
    assert all(np.array_equal(view, black) for view in _augmentation(blackout=1.0).pairs(store, [0] * 20)[1])


def test_the_same_seed_draws_the_same_and_the_store_is_not_touched(store: ViewStore) -> None:
    before = store.views.copy()
    one = _augmentation(3, outline=0.5, light=0.2, blackout=0.1).pairs(store, [0, 1] * 8)
    same = _augmentation(3, outline=0.5, light=0.2, blackout=0.1).pairs(store, [0, 1] * 8)
    other = _augmentation(4, outline=0.5, light=0.2, blackout=0.1).pairs(store, [0, 1] * 8)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert np.array_equal(store.views, before)
