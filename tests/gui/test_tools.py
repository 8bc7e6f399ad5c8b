"""Brush, eraser, polygon, clean-up and refining, in a real window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from rvergui.core import Mask, SourceKind
from rvergui.gui.canvas.brush import BrushTool
from rvergui.gui.main_window import MainWindow
from rvergui.project.store import Project
from tests.gui import stub_names
from tests.gui.driving import LEFT, NONE, RIGHT, at, click, click_and_wait, press, wait_saved

ALT, CTRL, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Alt", "Control", "Shift"))


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def stroke(window: MainWindow, path: list[tuple[float, float]], button=LEFT, modifiers=NONE) -> None:
    """Press at the first place, move along ``path``, release at the last."""
    viewport = window.canvas.viewport()

    def send(kind: QEvent.Type, place: tuple[float, float], changed: Qt.MouseButton, held: Qt.MouseButton) -> None:
        there = QPointF(at(window, *place))
        QApplication.sendEvent(
            viewport, QMouseEvent(kind, there, viewport.mapToGlobal(there), changed, held, modifiers)
        )

    send(QEvent.Type.MouseButtonPress, path[0], button, button)
    for place in path[1:]:
        send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button)
    send(QEvent.Type.MouseButtonRelease, path[-1], button, Qt.MouseButton.NoButton)


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until all strokes are in place and painted."""
    qtbot.waitUntil(lambda: not window.session.editing.busy and window.session.loader.waiting == 0, timeout=20_000)


def line(y: float, begin: float = 40, end: float = 120) -> list[tuple[float, float]]:
    return [(float(x), y) for x in np.linspace(begin, end, 12)]


def test_painting_begins_a_draft_of_ones_own(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    assert window.canvas.tool.name == "brush"
    stroke(window, line(90))
    settle(window, qtbot)
    draft = window.session.draft
    assert draft.prompt.is_empty
    radius = window.canvas.tool.radius
    x, y, w, h = draft.mask.bbox
    assert abs(x - (40 - radius)) <= 2
    assert abs(w - (80 + 2 * radius)) <= 3
    assert abs(y - (90 - radius)) <= 2
    assert abs(h - 2 * radius) <= 3
    press(window, Qt.Key.Key_Return, CTRL)
    (item,) = window.session.sheet.items
    assert item.mask_source.kind is SourceKind.PERSON
    wait_saved(window, qtbot)
    with Project.open(window.session.project.path, read_only=True) as stored:
        assert stored.sheet(window.session.record.id).items[0].mask == draft.mask


def test_the_eraser_and_the_other_button_take_away(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    stroke(window, line(90))
    settle(window, qtbot)
    painted = window.session.draft.mask
    stroke(window, line(90, 40, 80), RIGHT)
    settle(window, qtbot)
    less = window.session.draft.mask
    assert (less - painted).is_empty
    assert not less.contains(60, 90)
    assert less.contains(110, 90)
    press(window, Qt.Key.Key_E)
    assert window.canvas.tool.name == "eraser"
    stroke(window, line(90, 40, 80), modifiers=SHIFT)  # with Shift the eraser paints
    settle(window, qtbot)
    assert window.session.draft.mask.contains(60, 90)
    stroke(window, line(90))
    settle(window, qtbot)
    assert window.session.draft is None  # nothing is left of it


def test_every_stroke_is_a_step_of_undo(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    masks = []
    for y in (60, 90, 120):
        stroke(window, line(y))
        settle(window, qtbot)
        masks.append(window.session.draft.mask)
    for wanted in (masks[1], masks[0], None):
        press(window, Qt.Key.Key_Z, CTRL)
        draft = window.session.draft
        assert (draft.mask if draft else None) == wanted
    for wanted in masks:
        press(window, Qt.Key.Key_Z, CTRL | SHIFT)
        assert window.session.draft.mask == wanted


def test_quick_strokes_all_count(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    for y in (40, 70, 100, 130):
        stroke(window, line(y))
    settle(window, qtbot)
    for y in (40, 70, 100, 130):
        assert window.session.draft.mask.contains(80, y)
    assert window.canvas.masks.strokes == 0


def test_a_click_after_painting_keeps_the_paint(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 60, 60)
    raw = session.draft.mask
    press(window, Qt.Key.Key_B, ALT)  # letters alone search for a name while a draft waits
    assert window.canvas.tool.name == "brush"
    stroke(window, line(150, 150, 200))
    settle(window, qtbot)
    paint = session.draft.mask - raw
    assert not paint.is_empty
    press(window, Qt.Key.Key_V)
    assert window.canvas.tool.name == "click"
    click(window, 90, 60)
    qtbot.waitUntil(lambda: not session.draft.waiting, timeout=20_000)
    assert (paint - session.draft.mask).is_empty
    assert session.draft.mask.contains(90, 60)
    assert session.draft.candidate is not None
    assert (paint - session.draft.candidate) == paint
    first = session.draft.mask
    press(window, Qt.Key.Key_Tab)  # the other candidates keep it, too
    qtbot.waitUntil(lambda: session.draft.mask != first, timeout=20_000)
    assert (paint - session.draft.mask).is_empty
    for _ in range(2):
        press(window, Qt.Key.Key_Z, CTRL)
    assert session.draft.mask == raw


def test_a_stroke_during_an_unanswered_click_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click(window, 60, 60)
    session.editing.stroke([(180.0, 150.0), (200.0, 150.0)], 6, erase=False)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: session.draft is not None and not session.draft.waiting, timeout=20_000)
    assert session.draft.mask.contains(60, 60)
    assert session.draft.mask.contains(190, 150)


def test_painting_changes_the_selected_object(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 60, 60)
    session.name("rice")
    (item,) = session.sheet.items
    press(window, Qt.Key.Key_E)
    stroke(window, line(60, 40, 80))
    settle(window, qtbot)
    (changed,) = session.sheet.items
    assert changed.id == item.id
    assert changed.class_id == item.class_id
    assert changed.mask_source.kind is SourceKind.PERSON
    assert not changed.mask.contains(60, 60)
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.sheet.items == (item,)


def test_erasing_without_a_mask_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_E)
    stroke(window, line(60))
    assert window.strip.isVisible()
    assert "no mask" in window.strip.label.text()
    assert window.session.draft is None


def test_a_polygon_is_closed_by_enter_double_click_or_its_first_corner(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    corners = [(40, 40), (100, 40), (100, 90), (40, 90)]

    def by_enter() -> None:
        press(window, Qt.Key.Key_Return)

    def by_first_corner() -> None:
        click(window, 41, 41)

    def by_double_click() -> None:
        QTest.mouseDClick(window.canvas.viewport(), LEFT, NONE, at(window, *corners[-1]))

    for close in (by_enter, by_first_corner, by_double_click):
        window.canvas.use_tool("polygon")
        for corner in corners:
            click(window, *corner)
        assert len(window.canvas.tool.corners) == 4
        close()
        settle(window, qtbot)
        assert window.canvas.tool.corners == []
        wanted = np.zeros(session.photo.photo.size, bool)
        wanted[40:90, 40:100] = True
        assert session.draft.mask.iou(Mask.from_array(wanted)) > 0.93
        session.drop_draft()


def test_backspace_takes_a_corner_back_and_escape_drops_the_polygon(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_O)
    tool = window.canvas.tool
    assert tool.name == "polygon"
    for corner in [(40, 40), (100, 40), (100, 90)]:
        click(window, *corner)
    press(window, Qt.Key.Key_Backspace)
    assert len(tool.corners) == 2
    press(window, Qt.Key.Key_Return)  # two corners enclose nothing
    assert tool.corners == []
    click(window, 40, 40)
    press(window, Qt.Key.Key_Escape)
    assert tool.corners == []
    assert window.canvas.tool is tool
    press(window, Qt.Key.Key_Escape)
    assert window.canvas.tool.name == "click"
    assert window.session.draft is None
    assert window.session.history.last is None


def test_a_polygon_begun_with_the_right_button_takes_away(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    stroke(window, line(60))
    settle(window, qtbot)
    window.canvas.use_tool("polygon")
    click(window, 30, 40, RIGHT)
    for corner in [(80, 40), (80, 80), (30, 80)]:
        click(window, *corner)
    press(window, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert not window.session.draft.mask.contains(60, 60)
    assert window.session.draft.mask.contains(110, 60)


def test_the_brush_ring_has_the_size_of_the_stroke(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    tool = window.canvas.tool
    assert isinstance(tool, BrushTool)
    before = tool.radius
    press(window, Qt.Key.Key_BracketRight)
    press(window, Qt.Key.Key_BracketRight)
    assert tool.radius == pytest.approx(before * 1.25**2)
    press(window, Qt.Key.Key_BracketLeft)
    assert tool.radius == pytest.approx(before * 1.25)
    for _ in range(60):
        press(window, Qt.Key.Key_BracketLeft)
    assert tool.radius == pytest.approx(0.5)
    for _ in range(80):
        press(window, Qt.Key.Key_BracketRight)
    assert tool.radius == pytest.approx(0.2 * 240)
    assert str(round(2 * tool.radius)) in window.canvas.bar.keys.text()


def test_clean_up_fills_holes_of_the_target_and_says_when_there_are_none(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    inside = np.zeros(session.photo.photo.size, bool)
    inside[40:120, 40:120] = True
    whole = Mask.from_array(inside)
    inside[60:63, 60:63] = False
    inside[10:12, 200:203] = True
    session.drafting.paint(Mask.from_array(inside), "Paint")
    press(window, Qt.Key.Key_C, ALT)
    settle(window, qtbot)
    assert session.draft.mask == whole
    window.actions_["clean-up"].trigger()
    settle(window, qtbot)
    assert "no small holes" in window.strip.label.text()
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.draft.mask == Mask.from_array(inside)


def test_refining_an_object_keeps_its_name_and_its_place(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    for place, name in (((60, 60), "rice"), ((180, 120), "egg")):
        click_and_wait(window, qtbot, *place)
        session.name(name)
    rice, egg = session.sheet.items
    session.select(rice.id)
    press(window, Qt.Key.Key_R)
    assert session.draft.item_id == rice.id
    assert session.draft.mask == rice.mask
    assert len(session.sheet) == 2
    click(window, 110, 60)
    qtbot.waitUntil(lambda: not session.draft.waiting and session.draft.mask != rice.mask, timeout=20_000)
    assert (rice.mask - session.draft.mask).is_empty  # refined, not begun anew
    press(window, Qt.Key.Key_Return, CTRL)
    refined, other = session.sheet.items
    assert other == egg
    assert (refined.id, refined.class_id, refined.state) == (rice.id, rice.class_id, rice.state)
    assert refined.mask.contains(110, 60)
    assert session.selected == rice.id
    press(window, Qt.Key.Key_R)
    press(window, Qt.Key.Key_Escape)
    assert session.draft is None
    assert session.selected == rice.id
    assert session.sheet.items == (refined, egg)


def test_a_refined_object_can_be_reduced_by_a_right_click(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    inside = np.zeros(session.photo.photo.size, bool)
    inside[40:100, 20:200] = True
    session.drafting.paint(Mask.from_array(inside), "Paint")
    session.name("rice")
    press(window, Qt.Key.Key_R)
    click(window, 170, 70, RIGHT)
    qtbot.waitUntil(lambda: not session.draft.waiting, timeout=20_000)
    assert not session.draft.mask.contains(170, 70)
    assert session.draft.mask.contains(40, 70)


def test_while_a_draft_waits_letters_search_and_with_a_tool_in_hand_they_do_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_and_wait(window, qtbot, 60, 60)
    press(window, Qt.Key.Key_B)
    assert window.canvas.tool.name == "click"
    assert window.suggestions.search.text() == "b"
    press(window, Qt.Key.Key_Escape)
    window.canvas.use_tool("eraser")
    press(window, Qt.Key.Key_B)
    assert window.canvas.tool.name == "brush"


def test_the_tools_are_in_the_rail_with_names_and_keys(window: MainWindow) -> None:
    buttons = [b for b in window.rail.findChildren(QToolButton) if b.accessibleName()]
    names = [b.accessibleName() for b in buttons]
    assert names == [
        "Click and box", "Brush", "Eraser", "Polygon", "Clean up the mask", "Find everything",
        "Hide masks (hold: bare photo)", "Selected item alone",
    ]  # fmt: skip
    keys = [b.toolTip().rpartition("(")[2].rstrip(")") for b in buttons]
    assert keys == ["V", "B", "E", "O", "C", "F", "M", "I"]
    window.actions_["tool-brush"].trigger()
    checked = [name for name in ("click", "brush", "eraser", "polygon") if window.actions_[f"tool-{name}"].isChecked()]
    assert checked == ["brush"]
    assert window.canvas.bar.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert window.actions_["tool-click"].isChecked()
    assert not window.canvas.bar.isVisible()


def test_the_stroke_is_seen_while_it_is_drawn(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    viewport = window.canvas.viewport()
    before = viewport.grab().toImage()
    place = QPointF(at(window, 100, 90))
    press_event = QMouseEvent(QEvent.Type.MouseButtonPress, place, viewport.mapToGlobal(place), LEFT, LEFT, NONE)
    QApplication.sendEvent(viewport, press_event)
    during = viewport.grab().toImage()
    pixel = place.toPoint() * viewport.devicePixelRatioF()
    assert before.pixelColor(pixel) != during.pixelColor(pixel)
    assert window.session.draft is None  # nothing is decided before the button goes up
    QTest.mouseRelease(viewport, LEFT, NONE, place.toPoint())
    settle(window, qtbot)
    assert window.session.draft is not None


def test_going_to_another_photo_in_the_middle_of_a_stroke_is_harmless(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    viewport = window.canvas.viewport()
    QTest.mousePress(viewport, LEFT, NONE, at(window, 100, 90))
    with qtbot.waitSignal(window.session.photo_changed, timeout=20_000):
        window.session.step_photo(1)
    QTest.mouseRelease(viewport, LEFT, NONE, at(window, 100, 90))
    settle(window, qtbot)
    assert window.session.draft is None
