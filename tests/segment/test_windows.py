"""Windows onto a photo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.core import Box, Point, Prompt
from rvergui.segment.protocol import Candidates
from rvergui.segment.windows import closer_look, whole_photo

sides = st.integers(1, 5000)


def found(size: tuple[int, int], box: tuple[int, int, int, int] | None, grid: int = 64) -> Candidates:
    scale = grid / max(size)
    shape = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    logits = np.full((1, *shape), -5, np.float32)
    if box is not None:
        x0, y0, x1, y1 = box
        logits[0, y0:y1, x0:x1] = 5
    return Candidates(logits, np.ones(1, np.float32), (shape[1] / size[1], shape[0] / size[0]), size)


@given(height=sides, width=sides)
def test_the_whole_photo_fills_the_window_in_its_middle(height: int, width: int) -> None:
    window = whole_photo((height, width), 320)
    first, last = window.cell(0, 0, 1), window.cell(width, height, 1)
    assert first[0] >= -0.501
    assert first[1] >= -0.501
    assert max(last[0] - first[0], last[1] - first[1]) == pytest.approx(320, abs=0.01)
    assert first[0] + last[0] == pytest.approx(319, abs=0.01)
    assert first[1] + last[1] == pytest.approx(319, abs=0.01)


@settings(max_examples=200)
@given(data=st.data(), height=st.integers(40, 4000), width=st.integers(40, 4000))
def test_a_closer_look_holds_what_was_found_and_clicked(data: st.DataObject, height: int, width: int) -> None:
    before = found((height, width), None)
    rows, columns = before.logits.shape[1:]
    x0, y0 = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, columns)), data.draw(st.integers(y0 + 1, rows))
    before = found((height, width), (x0, y0, x1, y1))
    point = Point(data.draw(st.floats(0, width - 1)), data.draw(st.floats(0, height - 1)))
    window = closer_look(before, Prompt((point,)), 256, None)
    assert window.rows == window.columns == 256
    for x, y in (
        (point.x, point.y),
        (x0 / before.scale[0], y0 / before.scale[1]),
        (x1 / before.scale[0], y1 / before.scale[1]),
    ):
        column, row = window.cell(min(x, width), min(y, height), 1)
        assert -1 <= column <= 256
        assert -1 <= row <= 256
    # what still fits is looked at again
    assert closer_look(before, Prompt((point,)), 256, window) in (
        window,
        closer_look(before, Prompt((point,)), 256, None),
    )


def test_small_objects_are_brought_close() -> None:
    small = closer_look(found((2000, 3000), (10, 10, 14, 14)), Prompt((Point(560, 560),)), 256, None)
    large = closer_look(found((2000, 3000), (5, 5, 50, 40)), Prompt((Point(560, 560),)), 256, None)
    assert small.zoom > 2.5 * large.zoom
    assert 256 / small.zoom < 500


def test_without_a_find_the_surroundings_of_the_click_are_looked_at() -> None:
    window = closer_look(found((1000, 1000), None), Prompt((Point(300, 700),)), 256, None)
    column, row = window.cell(300, 700, 1)
    assert (column, row) == pytest.approx((127.5, 127.5), abs=1)
    assert 256 / window.zoom < 250
    boxed = closer_look(found((1000, 1000), None), Prompt((), Box(100, 100, 900, 500)), 256, None)
    assert 256 / boxed.zoom > 800


def test_a_kept_window_is_taken_again_only_where_it_fits() -> None:
    before = found((1000, 1000), (20, 20, 40, 40))
    kept = closer_look(before, Prompt((Point(450, 450),)), 256, None)
    assert closer_look(before, Prompt((Point(460, 440),)), 256, kept) == kept
    assert closer_look(before, Prompt((Point(900, 900),)), 256, kept) != kept
    assert closer_look(found((1000, 1000), (28, 28, 30, 30)), Prompt((Point(450, 450),)), 256, kept) != kept
