from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.core import Mask, RverError
from rvergui.rvernet.preprocessing import Example, Preprocessing, ViewCutter
from rvergui.training.augment import Augmentation
from rvergui.training.augment_light import LightChange
from rvergui.training.augment_outline import OutlineChange
from rvergui.training.augment_place import PlaceChange
from rvergui.training.examples_ahead import ahead
from rvergui.training.options import TrainOptions
from rvergui.training.sources import CutObject, CutPhoto, border_for
from rvergui.training.view_store import ViewStore, cut_views
from tests.training.little_data import photo_with

PIXELS, MASKS = photo_with(["tomato", "pea"], 3, size=(90, 120))
WAYS = [
    Preprocessing(size=64),
    Preprocessing(size=64, kind="close_up"),
    Preprocessing(size=64, roi="box"),
    Preprocessing(size=64, kind="close_up", roi="box"),
    Preprocessing(size=64, roi="photo"),
]
PLAIN: dict[str, Any] = {
    "flip": 0.0,
    "turn": 0.0,
    "zoom": 0.0,
    "shift": 0.0,
    "outline": 0.0,
    "light": 0.0,
    "blackout": 0.0,
}
EVERYTHING: dict[str, Any] = {
    "flip": 0.5,
    "turn": 15.0,
    "zoom": 0.2,
    "shift": 0.1,
    "outline": 0.5,
    "light": 0.2,
    "blackout": 0.1,
    "noise": ("permute:16",),
}


class _Photo:
    split = None

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        cutter = ViewCutter(PIXELS, preprocessing)
        examples = [cutter.example(mask, border_for(preprocessing)) for mask in MASKS]
        return CutPhoto("key", tuple(CutObject(name, e) for name, e in zip("ab", examples, strict=True)))


def _store(preprocessing: Preprocessing) -> ViewStore:
    return cut_views([_Photo()], preprocessing, 10**6, 1, lambda done, total: None, lambda: False)


@pytest.fixture(scope="module", params=WAYS, ids=lambda p: f"{p.kind}-{p.roi}")
def store(request: pytest.FixtureRequest) -> ViewStore:
    return _store(request.param)


@pytest.fixture(scope="module")
def published() -> ViewStore:
    return _store(WAYS[0])


@pytest.fixture(scope="module")
def close_up() -> ViewStore:
    return _store(WAYS[1])


def _augmentation(seed: int = 0, **chosen: Any) -> Augmentation:
    return Augmentation(TrainOptions(source=Path("s"), out=Path("o"), seed=seed, **{**PLAIN, **chosen}))


def _same(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_without_variety_the_views_are_the_cutters(store: ViewStore) -> None:
    assert _same(_augmentation().pairs(store, [1, 0], 5), store.pairs([1, 0]))
    cutter = ViewCutter(PIXELS, store.preprocessing)
    roi, extra = cutter.views(MASKS[1])
    assert _same(store.pairs([1]), (roi[None], extra[None]))


def test_the_views_of_a_pair_are_mirrored_together_or_not_at_all(store: ViewStore) -> None:
    plain_roi, plain_extra = store.pairs([0])
    mirrored = 0
    roi, extra = _augmentation(flip=0.5).pairs(store, [0] * 60, 1, range(60))
    for place in range(60):
        if np.array_equal(roi[place], plain_roi[0]):
            assert np.array_equal(extra[place], plain_extra[0])
        else:
            assert np.array_equal(roi[place], plain_roi[0, :, ::-1])
            assert np.array_equal(extra[place], plain_extra[0, :, ::-1])
            mirrored += 1
    assert 15 < mirrored < 45


def test_surroundings_are_blacked_out_as_often_as_asked(store: ViewStore) -> None:
    black = store.pairs([0], context=False)[1][0]
    _, extra = _augmentation(blackout=0.25).pairs(store, [0] * 200, 1, range(200))
    assert 30 < sum(np.array_equal(view, black) for view in extra) < 70
    everywhere = _augmentation(blackout=1.0, light=0.2, turn=9.0).pairs(store, [0] * 20, 1, range(20))[1]
    assert all(np.array_equal(view, black) for view in everywhere)


def test_an_item_depends_on_seed_epoch_and_item_alone(store: ViewStore) -> None:
    before = store.pairs([0, 1])
    augmentation = _augmentation(3, **EVERYTHING)
    both = augmentation.pairs(store, [0, 1], 2)
    assert _same(_augmentation(3, **EVERYTHING).pairs(store, [1, 0], 2), (both[0][[1, 0]], both[1][[1, 0]]))
    assert not _same(augmentation.pairs(store, [0, 1], 3), both)
    assert not _same(_augmentation(4, **EVERYTHING).pairs(store, [0, 1], 2), both)
    twice = augmentation.pairs(store, [0, 0], 2, draws=[0, 7])
    assert np.array_equal(twice[0][0], both[0][0])
    assert not np.array_equal(twice[0][0], twice[0][1])
    assert _same(store.pairs([0, 1]), before)


def _object(view: np.ndarray) -> np.ndarray:
    """Where the tomato is: nothing else on the table is that red."""
    return view[..., 0].astype(int) - view[..., 1] > 90


def test_moving_moves_object_and_surroundings_together(published: ViewStore) -> None:
    frame = published.frames[0]
    inside = (slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width))
    plain = _object(published.pairs([0])[0][0]).sum()
    roi, extra = _augmentation(turn=20.0, zoom=0.2, shift=0.1).pairs(published, [0] * 40, 1, range(40))
    areas = []
    for one, other in zip(roi, extra, strict=True):
        assert (one[: frame.y] == 125).all()
        assert (other[frame.y + frame.height :] == 125).all()
        dark, alone = other[inside].sum(axis=2) < 165, one[inside].sum(axis=2) > 130
        assert (dark & alone).sum() > 0.85 * max(dark.sum(), alone.sum())  # the hole is where the object is
        assert not (dark & ~alone & (one[inside].sum(axis=2) == 0)).any()
        areas.append(_object(one).sum())
    assert 0.6 * plain < min(areas) < 0.9 * plain
    assert 1.1 * plain < max(areas) < 1.5 * plain


def test_a_close_up_is_laid_around_the_turned_object_anew(close_up: ViewStore) -> None:
    roi, extra = _augmentation(turn=30.0).pairs(close_up, [0] * 30, 1, range(30))
    plain = close_up.pairs([0])[0][0]
    for view in roi:
        rows, columns = (np.flatnonzero(_object(view).any(axis)) for axis in (1, 0))
        assert rows[0] >= 3
        assert columns[0] >= 3
        assert rows[-1] <= 60
        assert columns[-1] <= 60
        assert max(np.ptp(rows), np.ptp(columns)) >= 45  # it still fills the view
    assert sum(np.abs(view.astype(int) - plain).mean() > 5 for view in roi) > 15
    assert (extra[:, 0] == 125).all()


def test_moving_aside_never_pushes_the_object_out(published: ViewStore) -> None:
    plain = _object(published.pairs([0])[0][0]).sum()
    roi, _ = _augmentation(shift=0.9).pairs(published, [0] * 30, 1, range(30))
    assert min(_object(view).sum() for view in roi) > 0.85 * plain


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from(WAYS[:2]))
def test_a_moved_outline_still_shows_the_same_photo(seed: int, how: Preprocessing) -> None:
    example = ViewCutter(PIXELS, how).example(MASKS[0], border_for(how))
    change = OutlineChange.drawn(np.random.default_rng(seed))
    cover = change(example.extra.cover)
    changed = Example(example.roi, _with(example.extra, cover), 64, 125)
    frame = example.extra.frame
    inside = (slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width))
    rest = changed.extra.view(64, 125)[inside].astype(int)
    assert np.array_equal(rest + _with(example.extra, 255 - cover).view(64, 125)[inside], example.extra.picture)
    was, now = example.extra.cover > 127, cover > 127
    assert (was & now).sum() / (was | now).sum() > 0.15


def _with(layer: Any, cover: np.ndarray) -> Any:
    from dataclasses import replace

    return replace(layer, cover=cover, exact=None)


def test_outlines_do_move_by_different_amounts_and_alike_at_every_scale() -> None:
    fine = np.zeros((200, 240), dtype=np.uint8)
    fine[60:140, 70:170] = 255
    coarse = fine[::2, ::2].copy()
    random = np.random.default_rng(0)
    overlaps, agreement = [], []
    for _ in range(60):
        change = OutlineChange.drawn(random)
        after = change(fine) > 127
        overlaps.append((after & (fine > 127)).sum() / (after | (fine > 127)).sum())
        small = change(coarse) > 127
        agreement.append((small & after[::2, ::2]).sum() / (small | after[::2, ::2]).sum())
    assert 0.6 < np.mean(overlaps) < 0.95
    assert np.std(overlaps) > 0.05
    assert np.mean(agreement) > 0.95
    assert min(agreement) > 0.85


def test_an_object_of_a_few_pixels_keeps_its_outline() -> None:
    cover = np.zeros((64, 64), dtype=np.uint8)
    cover[5, 5:8] = 255
    assert OutlineChange.drawn(np.random.default_rng(0))(cover) is cover


def test_an_empty_mask_survives_every_change() -> None:
    for how in WAYS:
        empty = ViewCutter(PIXELS, how).example(Mask.empty(MASKS[0].size), border_for(how))

        class Bare:
            split = None

            def cut(self, preprocessing: Preprocessing, pixel_limit: int, cut: Example = empty) -> CutPhoto:
                return CutPhoto("key", (CutObject("a", cut),))

        store = cut_views([Bare()], how, 1, 1, lambda done, total: None, lambda: False)
        for epoch in range(10):
            roi, extra = _augmentation(epoch, **EVERYTHING).pairs(store, [0], epoch)
            assert roi.shape == extra.shape == (1, 64, 64, 3)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 0.5))
def test_light_changes_values_in_order_and_keeps_black(seed: int, strength: float) -> None:
    change = LightChange.drawn(strength, np.random.default_rng(seed))
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    lit = change(ramp)[0].astype(int)
    assert (lit[0] == 0).all()
    assert (np.diff(lit, axis=0) >= 0).all()
    assert (lit[255] <= 255).all()
    assert (lit[255] >= 255 * (1 - strength) * (1 - strength / 3) - 1).all()


def test_light_falls_on_both_views_alike_and_not_on_the_padding(published: ViewStore) -> None:
    frame = published.frames[0]
    inside = (slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width))
    plain_roi, plain_extra = (views[0] for views in published.pairs([0]))
    roi, extra = (views[0] for views in _augmentation(light=0.3).pairs(published, [0], 1))
    assert (roi[: frame.y] == 125).all()
    assert (extra[: frame.y] == 125).all()
    assert not np.array_equal(extra, plain_extra)
    for colour in range(3):
        was = np.concatenate([plain_roi[inside][..., colour].ravel(), plain_extra[inside][..., colour].ravel()])
        lit = np.concatenate([roi[inside][..., colour].ravel(), extra[inside][..., colour].ravel()])
        assert all(len(set(lit[was == value].tolist())) == 1 for value in np.unique(was))


def test_noise_is_put_on_training_items(published: ViewStore) -> None:
    shifted = _augmentation(noise=("translocate:0,224@extra",)).pairs(published, [0], 1)
    assert np.array_equal(shifted[0], published.pairs([0])[0])
    assert (shifted[1] == 125).all()


@given(st.floats(0, 45), st.floats(0, 0.9), st.floats(0, 0.9), st.integers(0, 999))
def test_drawn_places_stay_within_what_was_asked(turn: float, zoom: float, shift: float, seed: int) -> None:
    place = PlaceChange.drawn(turn, zoom, shift, np.random.default_rng(seed))
    assert abs(place.turn) <= turn
    assert 1 / (1 + zoom) - 1e-9 <= place.zoom <= 1 + zoom + 1e-9
    assert max(abs(place.x), abs(place.y)) <= shift


def test_what_is_made_ahead_comes_in_order_and_stops_when_closed() -> None:
    started: list[int] = []

    def make(item: int) -> int:
        started.append(item)
        return item * item

    with closing(ahead(iter(range(1000)), make, workers=2, depth=4)) as made:
        assert [next(made) for _ in range(5)] == [0, 1, 4, 9, 16]
    assert len(started) <= 10
    assert list(ahead([], make)) == []
    assert list(ahead(range(7), make, depth=1)) == [i * i for i in range(7)]


def test_what_goes_wrong_ahead_is_raised_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield from range(5)

    def make(item: int) -> int:
        if item == 2:
            raise RverError("the third")
        return item

    made = ahead(items(), make, workers=2)
    assert [next(made), next(made)] == [0, 1]
    with pytest.raises(RverError, match="the third"):
        next(made)
