"""The two views: complementary, pixel for pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rvergui.core import Mask, RverError, views


@st.composite
def photos_and_masks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    return draw(arrays(np.uint8, (height, width, 3))), draw(arrays(np.bool_, (height, width)))


@given(photos_and_masks())
def test_the_views_add_up_to_the_photo_and_share_nothing(case: tuple[np.ndarray, np.ndarray]) -> None:
    photo, inside = case
    before = photo.copy()
    photo.setflags(write=False)
    roi, extra = views(photo, Mask.from_array(inside))
    assert roi.dtype == extra.dtype == np.uint8
    assert np.array_equal(roi.astype(int) + extra, before)
    assert not np.logical_and(roi, extra).any()
    assert np.array_equal(roi[inside], before[inside])
    assert not roi[~inside].any()
    assert not extra[inside].any()
    assert np.array_equal(extra[~inside], before[~inside])


def test_the_views_are_copies() -> None:
    photo = np.full((4, 4, 3), 9, dtype=np.uint8)
    roi, extra = views(photo, Mask.empty((4, 4)))
    extra[:] = 0
    roi[:] = 0
    assert (photo == 9).all()


def test_a_mask_of_another_photo_is_refused() -> None:
    with pytest.raises(RverError, match=r"5x4.*4x4"):
        views(np.zeros((4, 4, 3), dtype=np.uint8), Mask.empty((4, 5)))
