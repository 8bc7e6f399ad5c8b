"""How many items make a step where nobody said."""

from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.training.options import TrainOptions


@pytest.mark.parametrize(("items", "size"), [(5, 4), (17, 4), (64, 8), (160, 20), (256, 32), (10_000, 32)])
def test_little_data_is_cut_into_more_steps(items: int, size: int) -> None:
    assert TrainOptions(source=Path("a"), out=Path("b")).batch_size_for(items) == size


def test_what_was_asked_for_holds() -> None:
    assert TrainOptions(source=Path("a"), out=Path("b"), batch_size=7).batch_size_for(10_000) == 7
