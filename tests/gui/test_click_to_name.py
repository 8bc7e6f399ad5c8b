"""From a click to a name, a correction, and back by undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import ItemState, SourceKind
from rvergui.core.photo_loading import load_photo
from rvergui.gui.main_window import MainWindow
from rvergui.project.store import Project
from tests.gui.driving import (
    RIGHT,
    at,
    click,
    click_and_wait,
    drag,
    press,
    wait_named,
    wait_photo,
    wait_saved,
)

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_click_gives_a_mask_under_the_pointer_and_its_names(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    mask = window.session.draft.mask
    # the pointer is at a whole screen pixel, so up to one photo pixel beside
    assert any(mask.contains(120 + dx, 90 + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    assert window.session.sheet.items == ()
    wait_named(window, qtbot)
    suggestions = window.session.target_naming().suggestions
    assert len(suggestions) == 5
    shown = [row.row.name for row in window.suggestions.rows]
    assert shown == [s.name for s in suggestions]
    assert [s.probability for s in suggestions] == sorted((s.probability for s in suggestions), reverse=True)


def test_the_views_shown_add_up_to_the_padded_photo(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    wait_named(window, qtbot)
    naming = window.session.target_naming()
    roi, extra = naming.roi_view.astype(int), naming.extra_view.astype(int)
    assert roi.shape == extra.shape == (224, 224, 3)
    size = window.session.photo.photo.size
    top = (224 - 224 * size[0] // size[1]) // 2
    inside = slice(top + 2, 224 - top - 2)
    # outside the padding what one view shows is black in the other, but for resampled borders
    both_lit = ((roi[inside] > 60).any(axis=2) & (extra[inside] > 60).any(axis=2)).mean()
    assert both_lit < 0.12
    assert (roi[0] == 125).all()
    assert (extra[-1] == 125).all()
    assert window.views.roi.image.size() == window.views.extra.image.size()
    assert window.views.roi.image.width() == 224


def test_key_1_names_and_another_key_corrects(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    wait_named(window, qtbot)
    names = [s.name for s in window.session.target_naming().suggestions]
    press(window, Qt.Key.Key_1)
    session = window.session
    assert session.draft is None
    (item,) = session.sheet.items
    assert session.taxonomy.get(item.class_id).name == names[0]
    assert item.state is ItemState.CONFIRMED
    assert item.label_source.kind is SourceKind.PERSON
    assert item.mask_source.kind is SourceKind.MODEL
    press(window, Qt.Key.Key_3)
    (corrected,) = session.sheet.items
    assert corrected.id == item.id
    assert session.taxonomy.get(corrected.class_id).name == names[2]


def test_typing_searches_and_enter_accepts(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    press(window, Qt.Key.Key_B)  # with a draft on the photo letters belong to the search
    assert window.suggestions.search.hasFocus()
    QTest.keyClicks(window.suggestions.search, "rocc")
    assert window.suggestions.rows[0].row.name == "broccoli"
    QTest.keyClick(window.suggestions.search, Qt.Key.Key_Return)
    (item,) = window.session.sheet.items
    assert window.session.taxonomy.get(item.class_id).name == "broccoli"
    assert window.canvas.hasFocus()


def test_a_name_nobody_knows_becomes_a_class(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    window.suggestions.begin_search("Grandma's soup №7")
    QTest.keyClick(window.suggestions.search, Qt.Key.Key_Return)
    assert window.session.taxonomy.find("grandma's soup №7") is not None
    wait_saved(window, qtbot)
    with Project.open(window.session.project.path, read_only=True) as stored:
        assert stored.taxonomy().find("Grandma's soup №7") is not None
        assert stored.history(limit=1)[0].who == window.session.user
    press(window, Qt.Key.Key_Z, CTRL)  # takes back the name and the class, which no item uses any more
    wait_saved(window, qtbot)
    with Project.open(window.session.project.path, read_only=True) as stored:
        assert stored.taxonomy().find("Grandma's soup №7") is None
        assert stored.sheet(window.session.record.id).items == ()


def test_right_click_takes_away_and_a_drag_is_a_box(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    drag(window, (60, 50), (150, 120))
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None, timeout=20_000)
    box = session.draft.prompt.box
    assert abs(box.x0 - 60) <= 2
    assert abs(box.y1 - 120) <= 2
    click_and_wait(window, qtbot, 80, 70, RIGHT)
    assert [p.positive for p in session.draft.prompt.points] == [False]
    assert session.draft.prompt.box == box


def test_shift_click_is_negative_and_alone_says_so(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(window.canvas.viewport(), Qt.MouseButton.LeftButton, SHIFT, at(window, 100, 90))
    assert window.session.draft is None
    assert window.strip.isVisible()


def test_tab_cycles_the_candidates(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    session = window.session
    first, count = session.draft.index, session.draft.count
    assert count == 3
    seen = {first: session.draft.mask}
    for _ in range(count - 1):
        before = session.draft.index
        press(window, Qt.Key.Key_Tab)
        qtbot.waitUntil(lambda before=before: session.draft.index != before, timeout=10_000)
        seen[session.draft.index] = session.draft.mask
    assert set(seen) == {0, 1, 2}
    assert len(set(seen.values())) == 3


def test_escape_drops_the_draft_and_undo_brings_it_back(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    mask = window.session.draft.mask
    press(window, Qt.Key.Key_Escape)
    assert window.session.draft is None
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.session.draft.mask == mask


def test_undo_and_redo_of_everything(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    wait_named(window, qtbot)
    press(window, Qt.Key.Key_1)
    press(window, Qt.Key.Key_2)
    press(window, Qt.Key.Key_Delete)
    assert session.sheet.items == ()
    states = [session.sheet]
    for _ in range(4):
        press(window, Qt.Key.Key_Z, CTRL)
        states.append(session.sheet)
    assert [len(s.items) for s in states] == [0, 1, 1, 0, 0]
    assert session.draft is None
    assert session.history.last is None
    for expected in (0, 1, 1, 0):
        press(window, Qt.Key.Key_Z, CTRL | SHIFT)
        assert len(session.sheet.items) == expected
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert stored.sheet(session.record.id).items == ()


def test_undo_goes_back_to_the_photo_where_it_happened(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    first = session.record.path
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    press(window, Qt.Key.Key_N)
    wait_photo(window, qtbot, "2.jpg")
    press(window, Qt.Key.Key_Z, CTRL)
    wait_photo(window, qtbot, first)
    assert session.sheet.items == ()
    assert session.draft is not None
    assert session.draft.mask is not None
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert stored.sheet(session.record.id).items == ()


def test_leaving_a_photo_keeps_the_draft_as_an_unnamed_item(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    first = session.record.id
    click_and_wait(window, qtbot, 120, 90)
    mask = session.draft.mask
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    wait_saved(window, qtbot)
    (item,) = session.project.sheet(first).items
    assert item.mask == mask
    assert item.state is ItemState.OPEN
    assert session.photos.get(first).status == "in_progress"


def test_hovering_previews_what_a_click_would_give(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(
        window.session.preview_changed, timeout=10_000, check_params_cb=lambda mask: mask is not None
    ):
        QTest.mouseMove(window.canvas.viewport(), at(window, 120, 90))
        QTest.mouseMove(window.canvas.viewport(), at(window, 121, 91))
    assert window.session.draft is None
    assert window.session.sheet.items == ()


def test_ctrl_click_selects_an_item_for_correction(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    (item,) = session.sheet.items
    session.select(None)
    qtbot.waitUntil(lambda: window.canvas.item_at(window.canvas.mapToScene(at(window, 120, 90))) == item.id)
    click(window, 120, 90, modifiers=CTRL)
    assert session.selected == item.id
    assert session.draft is None


def test_the_engine_sees_the_same_pixels_as_the_window(window: MainWindow, meals: Path) -> None:
    shown = window.session.photo.photo
    assert np.array_equal(shown.pixels, load_photo(meals / window.session.record.path).pixels)


def test_clicks_outside_the_photo_do_no_harm(window: MainWindow, qtbot: QtBot) -> None:
    window.session.click(-40.0, 5.0)
    qtbot.waitUntil(window.strip.isVisible, timeout=10_000)
    assert "outside" in window.strip.label.text()
    assert window.session.sheet.items == ()
