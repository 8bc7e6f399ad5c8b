"""Turning the view, hiding and isolating items, the strength of the tint: what the canvas shows, and nothing more."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.core import Mask
from rvergui.gui.canvas import hold_key
from rvergui.gui.canvas.layers import LabelLayer
from rvergui.gui.main_window import MainWindow
from rvergui.gui.tints import INSIDE, OUTSIDE, RIM, STRIPE, Tint, tint
from rvergui.gui.view_acts import ViewActs
from tests.gui import stub_names
from tests.gui.driving import NONE, at, click_and_wait, drag, press, wait_photo

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def cut_out(window: MainWindow, qtbot: QtBot, x: float, y: float, name: str) -> str:
    """An item at a photo position; returns its id."""
    click_and_wait(window, qtbot, x, y)
    window.session.name(name)
    item_id = window.session.sheet.items[-1].id
    qtbot.waitUntil(lambda: window.canvas.masks.layer_of(item_id) is not None)
    return item_id


def seen(window: MainWindow, item_id: str) -> bool:
    layer = window.canvas.masks.layer_of(item_id)
    return layer is not None and layer.isVisible()


# --- turning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_click_hits_the_same_pixel_however_the_view_is_turned(window: MainWindow, qtbot: QtBot, turns: int) -> None:
    canvas = window.canvas
    before = (canvas.zoom, at(window, 200, 40))
    for _ in range(turns):
        window.actions_["turn-right"].trigger()
    assert at(window, 200, 40) != before[1]
    assert canvas.viewport().rect().contains(at(window, 0, 0))  # the whole photo is seen
    assert canvas.viewport().rect().contains(at(window, 240, 180))
    click_and_wait(window, qtbot, 200, 40)
    (point,) = window.session.draft.prompt.points
    assert abs(point.x - 200) <= 1 / canvas.zoom
    assert abs(point.y - 40) <= 1 / canvas.zoom
    assert window.session.draft.mask.contains(200, 40)
    for _ in range(4 - turns):
        window.actions_["turn-right"].trigger()
    assert canvas.zoom == pytest.approx(before[0])


def test_where_right_is_after_a_turn(window: MainWindow) -> None:
    window.actions_["turn-right"].trigger()
    left, right = at(window, 10, 90), at(window, 230, 90)
    assert right.y() > left.y() + 50  # clockwise: what was on the right is below
    assert abs(right.x() - left.x()) <= 1
    window.actions_["turn-left"].trigger()
    left, right = at(window, 10, 90), at(window, 230, 90)
    assert right.x() > left.x() + 50


def test_boxes_brush_and_zoom_work_on_a_turned_view(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas
    window.actions_["turn-left"].trigger()
    drag(window, (40, 30), (120, 110))
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None)
    box = session.draft.prompt.box
    assert np.allclose([box.x0, box.y0, box.x1, box.y1], [40, 30, 120, 110], atol=1.5)
    session.drop_draft()
    window.actions_["tool-brush"].trigger()
    drag(window, (150, 100), (190, 140))
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None)
    mask = session.draft.mask
    assert mask.contains(150, 100)
    assert mask.contains(170, 120)
    assert not mask.contains(150, 140)
    window.canvas.use_tool("click")
    place = at(window, 60, 50)
    held = canvas.mapToScene(place)
    zoom = canvas.zoom
    canvas.zoom_by(3.0, place)
    assert canvas.zoom == pytest.approx(3 * zoom)
    moved = canvas.mapToScene(place)
    assert QPointF(moved - held).manhattanLength() < 2.0


def test_a_turn_is_the_view_s_alone_and_comes_back_with_its_photo(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas
    window.actions_["turn-right"].trigger()
    assert "90°" in window.feature(ViewActs).chip.label.text()
    assert window.feature(ViewActs).chip.isVisible()
    assert session.history.last is None
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    assert canvas.viewpoint.turns == 0
    assert not window.feature(ViewActs).chip.isVisible()
    session.step_photo(-1)
    wait_photo(window, qtbot, "1.jpg")
    assert canvas.viewpoint.turns == 1
    window.feature(ViewActs).chip.back.click()
    assert canvas.viewpoint.turns == 0
    assert not window.feature(ViewActs).chip.isVisible()


def test_turning_keeps_the_middle_of_a_view_that_was_zoomed_in(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_by(6.0, at(window, 180, 60))
    middle = canvas.mapToScene(canvas.viewport().rect().center())
    canvas.turn_view(1)
    after = canvas.mapToScene(canvas.viewport().rect().center())
    assert QPointF(after - middle).manhattanLength() < 2.0


def test_a_name_plate_lies_at_the_upper_left_as_it_is_seen(window: MainWindow) -> None:
    plate = LabelLayer("rice", "#ff8000", QRectF(10, 20, 30, 40), 0)
    corners = []
    for turns in range(4):
        plate.turn(turns)
        corners.append(plate.pos().toTuple())
    assert corners == [(10, 20), (10, 60), (40, 60), (40, 20)]
    window.canvas.turn_view(1)
    box = [window.canvas.mapFromScene(*corner) for corner in corners]
    assert box[1].x() == min(p.x() for p in box)
    assert box[1].y() == min(p.y() for p in box)


def test_zooming_to_the_object(window: MainWindow, qtbot: QtBot) -> None:
    cut_out(window, qtbot, 60, 60, "rice")
    window.actions_["zoom-target"].trigger()
    view = window.canvas.mapToScene(window.canvas.viewport().rect()).boundingRect()
    x, y, w, h = window.session.selected_item.mask.bbox
    assert view.contains(QRectF(x, y, w, h))
    assert min(view.width() / w, view.height() / h) < 1.5


def test_the_view_moves_without_a_mouse_and_its_size_is_told(window: MainWindow) -> None:
    canvas, label = window.canvas, window.feature(ViewActs).zoom
    assert label.text() == f"{canvas.zoom:.0%}".replace("%", " %")
    window.actions_["actual-size"].trigger()
    assert label.text() == "100 %"
    canvas.zoom_by(6.0)
    assert label.text() == "600 %"

    def middle() -> QPointF:
        return canvas.mapToScene(canvas.viewport().rect().center())

    canvas.setFocus()
    before = middle()
    press(window, Qt.Key.Key_Right, SHIFT)
    press(window, Qt.Key.Key_Down, SHIFT)
    after = middle()
    assert after.x() - before.x() == pytest.approx(0.2 * canvas.viewport().width() / 6, abs=1)
    assert after.y() - before.y() == pytest.approx(0.2 * canvas.viewport().height() / 6, abs=1)
    press(window, Qt.Key.Key_Left, SHIFT)
    press(window, Qt.Key.Key_Up, SHIFT)
    assert QPointF(middle() - before).manhattanLength() < 1.5
    canvas.turn_view(1)
    assert label.text() == "600 %, turned by 90°"
    assert "turned by 90°" in label.accessibleName()


# --- hiding ----------------------------------------------------------------------------------------------------------


def test_hiding_and_showing_items(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas
    rice, bread = cut_out(window, qtbot, 60, 60, "rice"), cut_out(window, qtbot, 180, 120, "bread")
    steps = session.history.last
    assert seen(window, rice)
    assert seen(window, bread)
    press(window, Qt.Key.Key_H)  # bread is selected
    assert session.selected is None
    assert not seen(window, bread)
    assert canvas.item_at(QPointF(180, 120)) is None  # what is not seen is not hit
    assert "1 hidden" in window.feature(ViewActs).chip.label.text()
    assert session.history.last is steps  # no step of its own
    session.select(bread)  # from the list: one sees what is selected
    assert seen(window, bread)
    session.select(None)
    assert not seen(window, bread)
    press(window, Qt.Key.Key_H, SHIFT)
    assert seen(window, bread)
    assert not window.feature(ViewActs).chip.isVisible()
    session.select(rice)
    press(window, Qt.Key.Key_H)
    session.select(rice)
    press(window, Qt.Key.Key_H)  # a second time: it stays from now on
    session.select(None)
    assert seen(window, rice)


def test_several_chosen_items_are_hidden_together(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    rice, bread = cut_out(window, qtbot, 60, 60, "rice"), cut_out(window, qtbot, 180, 120, "bread")
    egg = cut_out(window, qtbot, 180, 40, "egg")
    session.choice.choose([bread, egg])
    window.actions_["isolate"].trigger()
    assert [seen(window, item) for item in (rice, bread, egg)] == [False, True, True]
    window.actions_["isolate"].trigger()
    window.actions_["hide-item"].trigger()
    assert [seen(window, item) for item in (rice, bread, egg)] == [True, False, False]
    assert len(session.choice) == 0
    window.actions_["show-all"].trigger()
    assert all(seen(window, item) for item in (rice, bread, egg))


def test_the_selected_item_alone_follows_the_selection(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    rice, bread = cut_out(window, qtbot, 60, 60, "rice"), cut_out(window, qtbot, 180, 120, "bread")
    press(window, Qt.Key.Key_I)
    assert (seen(window, rice), seen(window, bread)) == (False, True)
    press(window, Qt.Key.Key_Down)
    assert session.selected == rice
    assert (seen(window, rice), seen(window, bread)) == (True, False)
    press(window, Qt.Key.Key_R)  # refining it: the others stay away
    assert not seen(window, bread)
    session.drop_draft()
    press(window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: seen(window, rice) and seen(window, bread))


def test_a_tap_hides_the_masks_and_holding_the_key_shows_the_bare_photo(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    rice = cut_out(window, qtbot, 60, 60, "rice")
    press(window, Qt.Key.Key_M)
    assert not seen(window, rice)
    assert window.actions_["masks-off"].isChecked()
    assert window.feature(ViewActs).chip.label.text() == "Masks hidden"
    press(window, Qt.Key.Key_M)
    assert seen(window, rice)
    window.actions_["masks-off"].trigger()  # from the menu: no key to wait for
    assert not seen(window, rice)
    window.actions_["masks-off"].trigger()
    assert seen(window, rice)
    click_and_wait(window, qtbot, 180, 120)
    qtbot.waitUntil(lambda: window.canvas.masks.draft_layer is not None)
    monkeypatch.setattr(hold_key, "TAP_MS", -1)  # however quick this machine is, the key was held
    ALT = Qt.KeyboardModifier.AltModifier
    QTest.keyPress(window.canvas, Qt.Key.Key_M, ALT)
    assert session.visibility.peeking
    assert not seen(window, rice)
    assert not window.canvas.masks.draft_layer.isVisible()
    again = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_M, ALT, "", True)
    QApplication.sendEvent(window.canvas, again)  # the keyboard repeats: still held
    assert session.visibility.peeking
    QTest.keyRelease(window.canvas, Qt.Key.Key_M, ALT)
    assert not session.visibility.peeking
    assert seen(window, rice)
    assert window.canvas.masks.draft_layer.isVisible()
    assert not window.actions_["masks-off"].isChecked()


def test_a_held_key_ends_when_the_window_loses_the_keyboard(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyPress(window.canvas, Qt.Key.Key_M, NONE)
    assert window.session.visibility.peeking
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    assert not window.session.visibility.peeking
    assert not window.session.visibility.masks_off


# --- tint ------------------------------------------------------------------------------------------------------------


def test_the_tint_follows_keys_and_slider_and_outlines_stay(window: MainWindow, qtbot: QtBot) -> None:
    session, slider = window.session, window.feature(ViewActs).slider
    rice = cut_out(window, qtbot, 120, 90, "rice")
    session.select(None)

    def inside_alpha() -> int:
        picture = window.canvas.masks.layer_of(rice).picture
        y, x = np.argwhere(picture.parts == INSIDE)[0]
        return picture.image.pixelColor(int(x), int(y)).alpha()

    qtbot.waitUntil(lambda: inside_alpha() == round(0.28 * 255))
    press(window, Qt.Key.Key_Period)
    assert session.visibility.tint == 38
    qtbot.waitUntil(lambda: inside_alpha() == round(0.38 * 255))
    assert slider.value() == 38
    assert "38 %" in slider.toolTip()
    slider.setValue(0)
    qtbot.waitUntil(lambda: inside_alpha() == 0)
    picture = window.canvas.masks.layer_of(rice).picture
    y, x = np.argwhere(picture.parts == RIM)[0]
    assert picture.image.pixelColor(int(x), int(y)).alpha() == 255
    assert window.canvas.item_at(QPointF(120, 90)) == rice  # a mask without tint can still be selected
    for _ in range(12):
        press(window, Qt.Key.Key_Period)
    assert session.visibility.tint == slider.maximum() == 90


def test_a_draft_is_told_from_what_is_accepted_by_its_stripes(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    qtbot.waitUntil(lambda: window.canvas.masks.draft_layer is not None)
    parts = window.canvas.masks.draft_layer.picture.parts
    assert (parts == STRIPE).any()
    assert (parts == RIM).any()
    window.session.name("rice")
    (item,) = window.session.sheet.items
    qtbot.waitUntil(lambda: window.canvas.masks.layer_of(item.id) is not None)
    assert not (window.canvas.masks.layer_of(item.id).picture.parts == STRIPE).any()


def test_another_colour_needs_no_second_look_at_the_mask() -> None:
    inside = np.zeros((60, 80), bool)
    inside[10:40, 20:70] = True
    mask = Mask.from_array(inside)
    first = tint(mask, Tint("#ff8000", 0.5, 2))
    second = tint(mask, Tint("#0000ff", 0.2, 2), first)
    assert second.parts is first.parts
    assert second.image.pixelColor(10, 10).alpha() == 51
    assert tint(mask, Tint("#0000ff", 0.2, 5), first).parts is not first.parts
    striped = tint(mask, Tint("#0000ff", 0.2, 2, "#ffffff"), first)
    assert set(np.unique(striped.parts)) == {INSIDE, RIM, STRIPE}
    assert tint(Mask.empty((5, 5)), Tint("#0000ff", 0.2, 2)).image.isNull()
    assert OUTSIDE == 0
