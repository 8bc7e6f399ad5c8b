from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_cases import click, disc, dish_photo, iou

from rvergui.core import Box, Mask, Photo, Point, Prompt, RverError
from rvergui.segment import cut
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.find import segment
from rvergui.segment.grabcut import GRID_SIDE, GrabCutSegmenter
from rvergui.segment.protocol import Candidates, Segmenter
from rvergui.segment.upsample import candidate_mask


def decode(photo: Photo, prompt: Prompt) -> Candidates:
    grabcut = GrabCutSegmenter()
    return grabcut.decode(grabcut.encode(photo), prompt)


def all_masks(photo: Photo, prompt: Prompt) -> list[Mask]:
    found = decode(photo, prompt)
    return [candidate_mask(found, i) for i in range(len(found))]


def plain(colour: int, size: tuple[int, int]) -> Photo:
    return Photo.from_array(np.full((*size, 3), colour, dtype=np.uint8))


def test_is_a_segmenter() -> None:
    assert isinstance(GrabCutSegmenter(), Segmenter)


@pytest.mark.parametrize("seed", range(3))
def test_one_click_cuts_out_a_plain_dish(seed: int) -> None:
    photo, dish = dish_photo(seed=seed)
    mask = segment(GrabCutSegmenter(), photo, click((0.55 * 320, 0.45 * 240)))
    assert iou(mask.array(), dish) > 0.95


def test_click_near_the_dish_edge_still_finds_it() -> None:
    photo, dish = dish_photo()
    mask = segment(GrabCutSegmenter(), photo, click((0.55 * 320 + 50, 0.45 * 240)))
    assert iou(mask.array(), dish) > 0.9


def test_box_cuts_out_the_dish() -> None:
    photo, dish = dish_photo()
    x, y, w, h = Mask.from_array(dish).bbox
    mask = segment(GrabCutSegmenter(), photo, Prompt(box=Box(x - 6, y - 6, x + w + 6, y + h + 6)))
    assert iou(mask.array(), dish) > 0.95


def test_nothing_outside_the_box() -> None:
    photo, _ = dish_photo()
    for mask in all_masks(photo, Prompt(box=Box(150, 80, 200, 140))):
        x, y, w, h = mask.bbox
        assert x >= 148
        assert y >= 78
        assert x + w <= 202
        assert y + h <= 142


def test_second_click_adds_and_negative_click_removes() -> None:
    two = np.zeros((200, 300, 3), dtype=np.uint8) + np.array((90, 120, 160), dtype=np.uint8)
    left, right = disc((200, 300), (90, 100), 40), disc((200, 300), (215, 100), 40)
    two[left], two[right] = (200, 60, 40), (60, 160, 60)
    photo = Photo.from_array(np.clip(two + np.random.default_rng(0).normal(0, 5, two.shape), 0, 255).astype(np.uint8))
    both = segment(GrabCutSegmenter(), photo, click((90, 100), (215, 100)))
    assert both.contains(90, 100)
    assert both.contains(215, 100)
    one = segment(GrabCutSegmenter(), photo, click((90, 100), away=((215, 100),)))
    assert iou(one.array(), left) > 0.9


def test_unconnected_things_of_the_same_colour_are_left_alone() -> None:
    pixels = np.full((200, 300, 3), (90, 120, 160), dtype=np.uint8)
    left, right = disc((200, 300), (90, 100), 40), disc((200, 300), (215, 100), 40)
    pixels[left | right] = (200, 60, 40)
    for mask in all_masks(Photo.from_array(pixels), click((90, 100))):
        assert not mask.contains(215, 100)


def test_outline_is_smooth_at_photo_size() -> None:
    """A large photo is cut on a small grid; its outline must still run between the grid's cells."""
    photo, dish = dish_photo((1500, 2000))
    mask = segment(GrabCutSegmenter(), photo, click((0.55 * 2000, 0.45 * 1500)))
    assert iou(mask.array(), dish) > 0.95
    columns = mask.crop()[:, : mask.bbox[2] // 3].argmax(axis=0)
    cell = 2000 / GRID_SIDE
    assert np.abs(np.diff(columns[20:])).max() < 4 * cell
    assert len(np.unique(columns[20:])) > 3 * len(columns) / cell / 4


def test_small_holes_are_filled_unless_clicked_away() -> None:
    photo, dish = dish_photo()
    pixels = photo.pixels.copy()
    hole = disc((240, 320), (176, 130), 9)
    pixels[hole] = (90, 120, 160)
    photo = Photo.from_array(pixels)
    filled = segment(GrabCutSegmenter(), photo, click((176, 90)))
    assert filled.contains(176, 130)
    holed = segment(GrabCutSegmenter(), photo, click((176, 90), away=((176, 130),)))
    assert not holed.contains(176, 130)
    assert iou(holed.array(), dish & ~hole) > 0.9


def test_the_same_click_gives_the_same_answer_whatever_came_before() -> None:
    photo, _ = dish_photo()
    grabcut = GrabCutSegmenter()
    embedding = grabcut.encode(photo)
    first = grabcut.decode(embedding, click((176, 108)))
    other = grabcut.decode(embedding, click((20, 20)))
    cv2.setRNGSeed(12345)
    again = grabcut.decode(embedding, click((176, 108)), previous=other)
    np.testing.assert_array_equal(first.logits, again.logits)
    np.testing.assert_array_equal(first.scores, again.scores)


def test_candidates_differ_and_scores_are_shares() -> None:
    photo, _ = dish_photo()
    found = decode(photo, click((176, 108)))
    masks = [candidate_mask(found, i).array() for i in range(len(found))]
    assert 1 <= len(masks) <= 3
    assert all(iou(a, b) < 0.99 for i, a in enumerate(masks) for b in masks[:i])
    assert found.scores.dtype == np.float32
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert found.logits.dtype == np.float32
    assert found.logits.shape[1:] == (240, 320)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    size=st.tuples(st.integers(1, 70), st.integers(1, 90)),
    where=st.lists(st.tuples(st.floats(0, 0.999), st.floats(0, 0.999), st.booleans()), min_size=1, max_size=5),
)
def test_every_candidate_holds_the_last_positive_click(
    seed: int, size: tuple[int, int], where: list[tuple[float, float, bool]]
) -> None:
    random = np.random.default_rng(seed)
    photo = Photo.from_array(random.integers(0, 256, (*size, 3), dtype=np.uint8))
    points = [Point(x * size[1], y * size[0], positive) for x, y, positive in where]
    last = Point(random.random() * size[1] * 0.999, random.random() * size[0] * 0.999)
    for mask in all_masks(photo, Prompt(points=(*points, last))):
        assert mask.size == size
        assert mask.contains(last.x, last.y)


@pytest.mark.parametrize("corner", [(0, 0), (319.99, 0), (0, 239.99), (319.99, 239.99), (160, 0), (0, 120)])
def test_clicks_on_the_very_edge(corner: tuple[float, float]) -> None:
    for mask in all_masks(dish_photo()[0], click(corner)):
        assert mask.contains(*corner)


def test_clicks_on_a_large_photo_are_kept_to_the_pixel() -> None:
    photo, _ = dish_photo((1200, 1600))
    prompt = click((880.2, 540.7), (882.9, 700.1), away=((300.3, 200.9), (1500.5, 1100.5)))
    for mask in all_masks(photo, prompt):
        assert mask.contains(880.2, 540.7)
        assert mask.contains(882.9, 700.1)
        assert not mask.contains(300.3, 200.9)
        assert not mask.contains(1500.5, 1100.5)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 500), (500, 1), (3, 3)])
def test_tiny_and_thin_photos(size: tuple[int, int]) -> None:
    assert all(mask.contains(0.5, 0.5) for mask in all_masks(plain(120, size), click((0.5, 0.5))))
    assert not segment(GrabCutSegmenter(), plain(120, size), Prompt(box=Box(0, 0, size[1], size[0]))).is_empty


@pytest.mark.parametrize("colour", [0, 127, 255])
def test_uniform_photo(colour: int) -> None:
    masks = all_masks(plain(colour, (120, 160)), click((80, 60), away=((10, 10),)))
    assert all(mask.contains(80, 60) and not mask.contains(10, 10) for mask in masks)
    assert not segment(GrabCutSegmenter(), plain(colour, (120, 160)), Prompt(box=Box(20, 20, 90, 90))).is_empty


def test_grey_photo() -> None:
    grey = np.where(disc((120, 160), (80, 60), 30), 200, 60).astype(np.uint8)
    grey = np.clip(grey + np.random.default_rng(0).normal(0, 4, grey.shape), 0, 255).astype(np.uint8)
    photo = Photo.from_array(np.dstack([grey] * 3))
    mask = segment(GrabCutSegmenter(), photo, click((80, 60)))
    assert iou(mask.array(), disc((120, 160), (80, 60), 30)) > 0.95


def test_clicks_outside_are_ignored() -> None:
    photo, _ = dish_photo()
    inside = decode(photo, click((176, 108)))
    mixed = decode(photo, click((176, 108), (-5, 10), (10, 9999)))
    np.testing.assert_array_equal(inside.logits, mixed.logits)


@pytest.mark.parametrize("prompt", [Prompt(), click((-1, 5)), click((5, 240)), Prompt(box=Box(400, 10, 500, 60))])
def test_nothing_inside_the_photo_is_said(prompt: Prompt) -> None:
    with pytest.raises(RverError, match="inside the photo"):
        decode(dish_photo()[0], prompt)


def test_only_negative_clicks_are_refused() -> None:
    with pytest.raises(RverError, match="only take away"):
        decode(dish_photo()[0], click(away=((10, 10),)))


def test_positive_and_negative_click_on_the_same_pixel() -> None:
    photo, _ = dish_photo()
    for mask in all_masks(photo, click((176, 108), away=((176, 108),))):
        assert mask.contains(176, 108)


def test_embedding_of_another_segmenter_is_refused() -> None:
    embedding = FakeSegmenter().encode(dish_photo()[0])
    with pytest.raises(RverError, match=r"fake.*encode it again"):
        GrabCutSegmenter().decode(embedding, click((5, 5)))
    other = dataclasses.replace(GrabCutSegmenter().encode(dish_photo()[0]), signature="grabcut-0/1")
    with pytest.raises(RverError, match="grabcut-0/1"):
        GrabCutSegmenter().decode(other, click((5, 5)))


def test_opencv_errors_become_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise cv2.error("the graph fell over")

    monkeypatch.setattr(cut.cv2, "grabCut", broken)
    with pytest.raises(RverError, match=r"OpenCV.*the graph fell over"):
        decode(dish_photo()[0], click((176, 108)))
