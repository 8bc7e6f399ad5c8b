from __future__ import annotations

import time

import numpy as np
import pytest
from segment_cases import click, dish_photo

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.find import segment
from rvergui.segment.upsample import candidate_mask


def masks(prompt: Prompt, size: tuple[int, int] = (200, 300)) -> list[np.ndarray]:
    fake = FakeSegmenter()
    found = fake.decode(fake.encode(dish_photo(size)[0]), prompt)
    return [candidate_mask(found, i).array() for i in range(len(found))]


def test_three_nested_candidates_around_the_click() -> None:
    small, medium, large = masks(click((150, 100)))
    assert small[100, 150]
    assert not (small & ~medium).any()
    assert not (medium & ~large).any()
    assert 0 < small.sum() < medium.sum() < large.sum()


def test_disc_has_the_radius_it_promises() -> None:
    medium = masks(click((150, 100)))[1]
    assert medium.sum() == pytest.approx(np.pi * 30**2, rel=0.03)  # 0.1 of 300 pixels


def test_negative_click_takes_away() -> None:
    with_both = masks(click((150, 100), away=((170, 100),)))[2]
    assert with_both[100, 150]
    assert not with_both[100, 170]
    assert not with_both[100, 165]  # nearer to the negative click


def test_box_is_filled_by_the_largest_candidate() -> None:
    small, medium, large = masks(Prompt(box=Box(50, 40, 250, 160)))
    wanted = np.zeros((200, 300), dtype=bool)
    wanted[40:160, 50:250] = True
    assert np.count_nonzero(large ^ wanted) <= 2 * (200 + 120)  # at most a pixel along the border
    assert small.sum() < medium.sum() < large.sum()


def test_negative_click_in_a_box() -> None:
    prompt = Prompt(points=(Point(100, 100, False),), box=Box(50, 40, 250, 160))
    large = masks(prompt)[2]
    assert not large[100, 100]
    assert large[100, 220]


def test_same_prompt_same_answer_and_best_is_the_medium_one() -> None:
    fake = FakeSegmenter()
    embedding = fake.encode(dish_photo()[0])
    one, two = (fake.decode(embedding, click((30, 40))) for _ in range(2))
    np.testing.assert_array_equal(one.logits, two.logits)
    assert one.best == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (5, 3)])
def test_tiny_photos_have_a_mask_under_the_click(size: tuple[int, int]) -> None:
    photo = Photo.from_array(np.zeros((*size, 3), dtype=np.uint8))
    mask = segment(FakeSegmenter(), photo, click((size[1] - 0.5, size[0] - 0.5)))
    assert mask.contains(size[1] - 0.5, size[0] - 0.5)


def test_slowness_is_as_long_as_asked() -> None:
    fake = FakeSegmenter(encode_seconds=0.05, decode_seconds=0.03)
    start = time.monotonic()
    embedding = fake.encode(dish_photo()[0])
    assert 0.05 <= time.monotonic() - start < 1
    start = time.monotonic()
    fake.decode(embedding, click((5, 5)))
    assert 0.03 <= time.monotonic() - start < 1


def test_fails_on_request() -> None:
    photo = dish_photo()[0]
    with pytest.raises(RverError, match="create"):
        FakeSegmenter(fail_on="create")
    with pytest.raises(RverError, match="encode"):
        FakeSegmenter(fail_on="encode").encode(photo)
    fake = FakeSegmenter(fail_on="decode")
    with pytest.raises(RverError, match="decode"):
        fake.decode(fake.encode(photo), click((5, 5)))
