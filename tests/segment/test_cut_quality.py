from __future__ import annotations

import cv2
import numpy as np
import pytest
from segment_cases import disc

from rvergui.core import Box, Point
from rvergui.segment.cut import Cut, Window, cut_out
from rvergui.segment.cut_quality import FEATURES, expected_agreement, features
from rvergui.segment.trimap import box_trimap, click_trimap

DISH = disc((60, 80), (40, 30), 18)


def window_of(pixels: np.ndarray, side: int = 200) -> Window:
    return Window.between(pixels, 0, 0, pixels.shape[1], pixels.shape[0], side)


def cut_of(inside: np.ndarray, colour: tuple[int, int, int] = (180, 160, 120)) -> Cut:
    pixels = np.where(DISH[..., None], colour, (90, 128, 128)).astype(np.uint8)
    window = Window(pixels=pixels, origin=(0, 0), extent=(80, 60), grid=(60, 80))
    return Cut(window=window, trimap=np.full((60, 80), cv2.GC_PR_BGD, dtype=np.uint8), inside=inside)


def test_empty_cut_is_worth_nothing() -> None:
    assert expected_agreement(cut_of(np.zeros_like(DISH))) == 0


@pytest.mark.parametrize("area", ["one pixel", "row", "everything"])
def test_degenerate_cuts_have_finite_features(area: str) -> None:
    inside = np.zeros_like(DISH)
    inside[{"one pixel": (5, 5), "row": (slice(3, 4),), "everything": (slice(None),)}[area]] = True
    found = features(cut_of(inside))
    assert found.shape == (FEATURES,)
    assert np.isfinite(found).all()
    assert 0 <= expected_agreement(cut_of(inside)) <= 1


def test_one_clear_piece_is_worth_more_than_a_torn_one() -> None:
    torn = DISH.copy()
    torn[::6] = False
    torn[:, ::6] = False
    assert expected_agreement(cut_of(DISH)) > expected_agreement(cut_of(torn)) + 0.1


def test_contrast_to_the_surroundings_counts() -> None:
    assert expected_agreement(cut_of(DISH)) > expected_agreement(cut_of(DISH, (92, 128, 128)))


def test_click_trimap_says_what_the_clicks_said() -> None:
    points = [Point(40.5, 30.5), Point(60.5, 30.5, False), Point(-20, 500, False)]
    trimap = click_trimap((60, 80), points, 30)
    assert trimap[30, 40] == cv2.GC_FGD
    assert trimap[30, 60] == cv2.GC_BGD
    assert trimap[30, 44] == cv2.GC_PR_FGD
    assert trimap[30, 55] == cv2.GC_PR_BGD  # nearer to the negative click
    assert trimap[0, 0] == cv2.GC_BGD  # farther than the radius


def test_box_trimap_has_a_sure_core_but_not_where_a_click_takes_away() -> None:
    box = Box(10, 10, 70, 50)
    trimap = box_trimap((60, 80), [], box, 0.5)
    assert trimap[30, 40] == cv2.GC_FGD
    assert trimap[12, 12] == cv2.GC_PR_FGD
    assert trimap[5, 40] == cv2.GC_BGD
    doubted = box_trimap((60, 80), [Point(30.5, 30.5, False)], box, 0.5)
    assert doubted[30, 30] == cv2.GC_BGD
    assert doubted[30, 36] == cv2.GC_PR_BGD
    assert doubted[30, 40] == cv2.GC_PR_FGD
    assert not (box_trimap((60, 80), [], box, 0) == cv2.GC_FGD).any()


def test_window_maps_points_to_its_pixels() -> None:
    lab = np.zeros((100, 200, 3), dtype=np.uint8)
    window = Window.between(lab, 50, 20, 150, 70, 50)
    assert window.shape == (25, 50)
    assert window.shrink == pytest.approx(0.5)
    assert window.local([Point(60, 30)])[0] == Point(5, 5)
    assert window.local_box(Box(50, 20, 150, 70)) == Box(0, 0, 50, 25)


def test_largest_piece_stays_when_nothing_was_clicked() -> None:
    pixels = np.full((60, 80, 3), 60, dtype=np.uint8)
    pixels[DISH] = pixels[50:53, 70:73] = 200
    window = window_of(pixels, 80)
    found = cut_out(window, box_trimap(window.shape, [], Box(1, 1, 79, 59), 0.0), [])
    assert found.inside[30, 40]
    assert not found.inside[51, 71]
