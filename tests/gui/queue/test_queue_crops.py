"""The crops: exactly the two views of the photo, made in the background, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rvergui.core import Item, Mask, RverError, Sheet, Source, SourceKind
from rvergui.core.views import views
from rvergui.gui.queue.crops import EDGE, cut_views, make_crops, window

ADA = Source.now(SourceKind.PERSON, "ada")
LIMIT = 10**7


@st.composite
def boxes(draw: st.DrawFn) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    height, width = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return (x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y))), (height, width)


@given(boxes())
def test_the_window_lies_in_the_photo_and_holds_the_object(
    case: tuple[tuple[int, int, int, int], tuple[int, int]],
) -> None:
    (x, y, w, h), (height, width) = case
    left, top, wide, high = window((x, y, w, h), (height, width))
    assert 0 <= left <= x
    assert 0 <= top <= y
    assert left + wide <= width
    assert top + high <= height
    assert left + wide >= x + w
    assert top + high >= y + h
    assert wide in (high, width) or high == height


@given(boxes(), st.integers(0, 2**32 - 1))
def test_a_crop_is_the_two_views_pixel_for_pixel(
    case: tuple[tuple[int, int, int, int], tuple[int, int]], seed: int
) -> None:
    (x, y, w, h), (height, width) = case
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    inside = np.zeros((height, width), dtype=bool)
    inside[y : y + h, x : x + w] = random.integers(0, 2, (h, w), dtype=bool)
    inside[y, x] = True
    mask = Mask.from_array(inside)
    left, top, wide, high = window(mask.bbox, mask.size)
    part = (slice(top, top + high), slice(left, left + wide))
    for crop, whole in zip(cut_views(pixels, mask), views(pixels, mask), strict=True):
        assert np.array_equal(crop, whole[part])


def test_another_photo_in_its_place_is_told_in_a_sentence(tmp_path: Path) -> None:
    mask = Mask.from_array(np.eye(40, dtype=bool))
    with pytest.raises(RverError, match="put the original photo back"):
        cut_views(np.zeros((40, 50, 3), dtype=np.uint8), mask)
    path = tmp_path / "a.png"
    Image.new("RGB", (50, 40)).save(path)
    item = Item.new(mask, ADA)
    (crop,) = make_crops(path, LIMIT, Sheet("a", (40, 40), (item,)), {item.id})
    assert "40x40" in crop.problem
    assert crop.roi.isNull()
    (crop,) = make_crops(tmp_path / "gone.png", LIMIT, Sheet("a", (40, 40), (item,)), {item.id})
    assert "gone.png" in crop.problem


def test_crops_are_small_and_only_those_that_were_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (900, 700), (200, 10, 20)).save(path)
    inside = np.zeros((700, 900), dtype=bool)
    inside[100:600, 200:800] = True
    big = Item.new(Mask.from_array(inside), ADA)
    inside = np.zeros((700, 900), dtype=bool)
    inside[5:9, 5:9] = True
    small, other = Item.new(Mask.from_array(inside), ADA), Item.new(Mask.from_array(inside), ADA)
    crops = list(make_crops(path, LIMIT, Sheet("a", (700, 900), (big, small, other)), {big.id, small.id}))
    assert [crop.item for crop in crops] == [big, small]
    assert max(crops[0].roi.width(), crops[0].roi.height()) == EDGE
    assert crops[1].extra.width() == 16  # nothing is made larger than it is
    assert crops[0].roi.pixelColor(EDGE // 2, crops[0].roi.height() // 2).red() == 200
    assert crops[0].extra.pixelColor(EDGE // 2, crops[0].extra.height() // 2).red() == 0
    assert list(make_crops(path, LIMIT, Sheet("a", (700, 900), (big,)), {"nobody"})) == []
