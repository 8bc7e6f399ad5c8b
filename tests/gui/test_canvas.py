"""Zoom, pan and what is painted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.core import Mask
from rvergui.gui.main_window import MainWindow
from rvergui.gui.pictures import levels_of
from rvergui.gui.tints import Tint, tint
from tests.gui.driving import at, click_and_wait

NONE = Qt.KeyboardModifier.NoModifier


def test_the_wheel_zooms_to_the_pointer(window: MainWindow) -> None:
    canvas = window.canvas
    place = QPointF(at(window, 60, 50))
    before, zoom = canvas.mapToScene(place.toPoint()), canvas.zoom
    for _ in range(4):
        event = QWheelEvent(
            place, canvas.viewport().mapToGlobal(place), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas.viewport(), event)
    assert canvas.zoom == pytest.approx(zoom * 1.2**4, rel=1e-6)
    after = canvas.mapToScene(place.toPoint())
    assert abs(after.x() - before.x()) < 2.0
    assert abs(after.y() - before.y()) < 2.0
    window.actions_["fit"].trigger()
    assert canvas.zoom == pytest.approx(zoom, rel=0.02)
    window.actions_["actual-size"].trigger()
    assert canvas.zoom == pytest.approx(1.0)


def test_the_middle_button_pans(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_by(4)
    begin = at(window, 120, 90)
    held = canvas.mapToScene(begin)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.MiddleButton, NONE, begin)
    QTest.mouseMove(canvas.viewport(), begin + QPoint(40, -25))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.MiddleButton, NONE, begin + QPoint(40, -25))
    moved = canvas.mapToScene(begin + QPoint(40, -25))
    assert abs(moved.x() - held.x()) < 1.0
    assert abs(moved.y() - held.y()) < 1.0
    assert window.session.draft is None


def test_levels_halve_and_keep_the_picture() -> None:
    pixels = np.zeros((1600, 3000, 3), np.uint8)
    pixels[:, 1500:] = (200, 100, 50)
    levels = levels_of(pixels)
    assert [(level.width(), level.height()) for level in levels] == [(3000, 1600), (1500, 800), (750, 400)]
    assert levels[-1].pixelColor(700, 200).getRgb()[:3] == (200, 100, 50)
    assert levels[-1].pixelColor(10, 200).getRgb()[:3] == (0, 0, 0)


def test_a_tint_covers_exactly_the_mask() -> None:
    inside = np.zeros((60, 80), bool)
    inside[10:40, 20:70] = True
    inside[20:30, 30:40] = False
    picture = tint(Mask.from_array(inside), Tint("#ff8000", fill=0.5, outline=2))
    assert picture.rect.getRect() == (20.0, 10.0, 50.0, 30.0)
    alpha = np.array(
        [[picture.image.pixelColor(x, y).alpha() for x in range(50)] for y in range(30)],
    )
    assert ((alpha > 0) == inside[10:40, 20:70]).all()
    assert alpha[0, 25] == 255  # the rim
    assert alpha[25, 45] in (127, 128)  # the inside


def test_the_mask_on_the_canvas_has_its_class_colour(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    (item,) = session.sheet.items
    food = session.taxonomy.find("rice")
    qtbot.waitUntil(lambda: shown_colour(window, item.id) == food.colour)
    assert session.edit_taxonomy("Colour", lambda taxonomy: taxonomy.recoloured(food.id, "#00ff00"))
    qtbot.waitUntil(lambda: shown_colour(window, item.id) == "#00ff00")


def shown_colour(window: MainWindow, item_id: str) -> str:
    """The colour of an item's rim on the canvas; "" while it is not painted or if it has more than one."""
    layer = window.canvas.masks.layer_of(item_id)
    if layer is None:
        return ""
    image = layer.picture.image
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    return colours.pop() if len(colours) == 1 else ""
