"""Numbers are written as the window's language writes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from rvergui.gui.numbers import Local, local


@pytest.fixture(params=["en", "de"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def test_thousands_and_decimals(spoken: str) -> None:
    texts = [
        str(Local(1234567)),
        f"{Local(12)} of {Local(50_000)}",
        f"F1 {Local(0.84):.2f}",
        f"{Local(1234.56):,.1f}",
        f"{Local(-0.5):+.0f}",
        local("38.8 MB"),
    ]
    english = ["1,234,567", "12 of 50,000", "F1 0.84", "1,234.6", "-0", "38.8 MB"]
    german = ["1.234.567", "12 of 50.000", "F1 0,84", "1.234,6", "-0", "38,8 MB"]
    assert texts == (german if spoken == "de" else english)
