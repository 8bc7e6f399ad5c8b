"""Labels that give way or ask for room, and icons that are sharp on every screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rvergui.gui.icons import icon
from rvergui.gui.labels import ElidedLabel, WrapLabel

LONG = "the network that names, from ImageNet, 12 ms to name " * 3


def test_an_elided_label_shows_both_ends_and_keeps_its_text(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(160, 20)
    assert label.text() == LONG
    assert "…" in label.shown
    assert label.shown[:3] == LONG[:3]
    assert label.fontMetrics().horizontalAdvance(label.shown) <= 160
    assert label.minimumSizeHint().width() < 140
    narrow = label.grab().toImage()
    label.resize(2000, 20)
    assert label.shown == LONG
    assert label.grab().toImage() != narrow
    label.setText("short")
    assert label.minimumSizeHint().width() <= label.sizeHint().width()


def test_a_wrapped_label_asks_for_the_height_it_needs(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    label = WrapLabel(LONG)
    QVBoxLayout(page).addWidget(label)
    page.resize(200, 10)
    page.show()
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()), timeout=5000)
    label.setText("")
    assert label.minimumHeight() == 0


@pytest.mark.parametrize("factor", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_icons_have_a_picture_of_exactly_the_size_of_every_screen(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, factor: float
) -> None:
    class Screen:
        def devicePixelRatio(self) -> float:
            return factor

    monkeypatch.setattr(QGuiApplication, "screens", staticmethod(lambda: [Screen()]))
    available = icon("undo", "#ff0000").availableSizes()
    for size in (20, 24):
        edge = round(size * factor)
        assert QSize(edge, edge) in available
