"""Finding everything and deciding on each proposal with one key, in a real window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import ItemState, Prompt
from rvergui.gui.main_window import MainWindow
from rvergui.project.store import Project
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Candidates, Embedding
from tests.gui import stub_names
from tests.gui.driving import LEFT, NONE, at, click, click_and_wait, press, wait_photo, wait_saved

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
# Centres (x, y) and radii as shares of the photo's longer side: what the segmenter of these tests sees.
DISHES = ((0.2, 0.2, 0.12), (0.6, 0.25, 0.15), (0.3, 0.55, 0.09), (0.75, 0.6, 0.1))


class Dishes(FakeSegmenter):
    """Every click gives the dish it hits; between the dishes there is the table."""

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        rows, columns = (int(v) for v in embedding.arrays["grid"])
        y, x = np.mgrid[:rows, :columns] + 0.5
        longest = max(rows, columns)
        dishes = [(r * longest - np.hypot(x - cx * longest, y - cy * longest)) * 4 for cx, cy, r in DISHES]
        scale = (columns / embedding.size[1], rows / embedding.size[0])
        point = prompt.points[-1]
        row, column = int(point.y * scale[1]), int(point.x * scale[0])
        hit = next((d for d in dishes if d[row, column] > 0), -np.maximum.reduce(dishes))
        # The further to the left the better, so the order is known.
        score = 0.95 - 0.2 * float(x[hit > 0].mean()) / columns
        logits = hit[None].astype(np.float32)
        return Candidates(logits, np.array([score], np.float32), scale, embedding.size)


@pytest.fixture(autouse=True)
def _dishes_and_stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)
    monkeypatch.setattr("rvergui.segment.fake.FakeSegmenter", Dishes)


@pytest.fixture
def found(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window when everything has been found."""
    press(window, Qt.Key.Key_F)
    assert window.session.proposals.searching
    qtbot.waitUntil(lambda: not window.session.proposals.searching, timeout=60_000)
    assert len(window.session.review.proposals) == len(DISHES)
    return window


def named(window: MainWindow, qtbot: QtBot) -> None:
    """Wait for the current proposal's names."""
    qtbot.waitUntil(
        lambda: (naming := window.session.target_naming()) is not None and bool(naming.suggestions), timeout=20_000
    )


def names(window: MainWindow) -> list[str | None]:
    taxonomy = window.session.taxonomy
    return [taxonomy.get(item.class_id).name if item.class_id else None for item in window.session.sheet]


def test_all_dishes_are_found_the_best_first(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    proposals = session.review.proposals
    width = session.photo.photo.size[1]
    for x, y, _ in DISHES:
        assert sum(p.mask.contains(x * width, y * width) for p in proposals) == 1
    assert [p.score for p in proposals] == sorted((p.score for p in proposals), reverse=True)
    assert session.review.proposal == proposals[0]
    assert session.sheet.items == ()
    assert found.canvas.bar.isVisible()
    assert "1 of 4" in found.canvas.bar.accessibleName()
    qtbot.waitUntil(lambda: session.loader.waiting == 0)
    middle = DISHES[1][0] * width, DISHES[1][1] * width
    assert found.canvas.masks.proposal_at(found.canvas.mapToScene(at(found, *middle))) is not None


def test_each_proposal_takes_one_key(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    first, second, third, fourth = session.review.proposals
    named(found, qtbot)
    press(found, Qt.Key.Key_Return)  # the first name
    named(found, qtbot)
    assert session.review.proposal == second
    press(found, Qt.Key.Key_2)  # the second name
    press(found, Qt.Key.Key_Space)  # no name
    assert session.review.proposal == fourth
    press(found, Qt.Key.Key_Delete)  # not wanted
    assert session.review is None
    assert [item.mask for item in session.sheet] == [first.mask, second.mask, third.mask]
    assert names(found) == ["rice", "egg", None]
    assert [item.state for item in session.sheet] == [ItemState.CONFIRMED, ItemState.CONFIRMED, ItemState.OPEN]
    assert not found.canvas.bar.isVisible()
    wait_saved(found, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert len(stored.sheet(session.record.id)) == 3


def test_undo_brings_the_proposals_back_one_by_one(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    before = session.review.proposals
    press(found, Qt.Key.Key_Space)
    press(found, Qt.Key.Key_Delete)
    press(found, Qt.Key.Key_Space)
    press(found, Qt.Key.Key_Escape)  # drops the last one
    assert session.review is None
    assert len(session.sheet) == 2
    left = []
    for _ in range(4):
        press(found, Qt.Key.Key_Z, CTRL)
        left.append((len(session.review.proposals), len(session.sheet)))
    assert left == [(1, 2), (2, 1), (3, 1), (4, 0)]
    assert session.review.proposals == before
    assert session.history.last is None
    press(found, Qt.Key.Key_Z, CTRL | SHIFT)
    assert len(session.sheet) == 1
    assert session.review.proposals == before[1:]


def test_typing_a_name_accepts_under_it(found: MainWindow, qtbot: QtBot) -> None:
    for letter in "ketchup":
        QTest.keyClick(found.focusWidget(), letter)
    assert found.suggestions.search.text() == "ketchup"
    press(found, Qt.Key.Key_Return)
    assert names(found) == ["ketchup"]
    assert len(found.session.review.proposals) == 3
    assert found.focusWidget() is found.canvas  # the keys act on the next one again


def test_tab_and_arrows_go_round(found: MainWindow) -> None:
    session = found.session
    numbers = [p.number for p in session.review.proposals]
    seen = [session.review.current]
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Tab):
        press(found, key)
        seen.append(session.review.current)
    assert seen == [*numbers, numbers[0]]
    press(found, Qt.Key.Key_Tab, SHIFT)
    assert session.review.current == numbers[-1]
    press(found, Qt.Key.Key_Up)
    assert session.review.current == numbers[-2]


def test_plus_joins_with_the_next_and_then_with_what_was_accepted(found: MainWindow) -> None:
    session = found.session
    first, second, third, fourth = session.review.proposals
    press(found, Qt.Key.Key_Plus, SHIFT)
    assert session.review.proposal.mask == first.mask | second.mask
    assert len(session.review.proposals) == 3
    press(found, Qt.Key.Key_Space)
    press(found, Qt.Key.Key_Plus)
    assert [item.mask for item in session.sheet] == [first.mask | second.mask | third.mask]
    assert session.review.proposals == (fourth,)
    for _ in range(3):
        press(found, Qt.Key.Key_Z, CTRL)
    assert session.review.proposals == (first, second, third, fourth)
    assert session.sheet.items == ()


def test_shift_enter_keeps_all_and_is_one_step(found: MainWindow) -> None:
    session = found.session
    press(found, Qt.Key.Key_Return, SHIFT)
    assert len(session.sheet) == 4
    assert {item.state for item in session.sheet} == {ItemState.OPEN}
    assert session.review is None
    press(found, Qt.Key.Key_Z, CTRL)
    assert session.sheet.items == ()
    assert len(session.review.proposals) == 4


def test_the_mouse_chooses_joins_and_accepts(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    qtbot.waitUntil(lambda: session.loader.waiting == 0)
    width = session.photo.photo.size[1]
    places = [(x * width, y * width) for x, y, _ in DISHES]
    click(found, *places[3])
    assert session.review.proposal.mask.contains(*places[3])
    assert session.draft is None
    click(found, *places[1], modifiers=SHIFT)
    assert session.review.proposal.mask.contains(*places[1])
    assert session.review.proposal.mask.contains(*places[3])
    assert len(session.review.proposals) == 3
    qtbot.waitUntil(lambda: session.loader.waiting == 0)
    click(found, *places[0])
    named(found, qtbot)
    QTest.mouseDClick(found.canvas.viewport(), LEFT, NONE, at(found, *places[0]))
    (item,) = session.sheet.items
    assert item.mask.contains(*places[0])
    assert names(found) == ["rice"]


def test_a_missing_dish_can_be_clicked_in_between(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    press(found, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: session.loader.waiting == 0)
    width = session.photo.photo.size[1]
    click_and_wait(found, qtbot, 0.95 * width, 0.05 * width)
    assert len(session.review.proposals) == 3
    assert session.target_mask == session.draft.mask
    press(found, Qt.Key.Key_Return, CTRL)
    assert len(session.sheet) == 1
    assert session.target_mask == session.review.proposal.mask


def test_the_current_proposal_can_be_painted(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    before = session.review.proposal
    session.editing.stroke([(200.0, 170.0), (220.0, 170.0)], 5, erase=False)
    qtbot.waitUntil(lambda: not session.editing.busy, timeout=20_000)
    assert session.review.proposal.mask.contains(210, 170)
    assert (before.mask - session.review.proposal.mask).is_empty
    press(found, Qt.Key.Key_Z, CTRL)
    assert session.review.proposal == before


def test_what_is_cut_out_already_is_not_proposed_again(found: MainWindow, qtbot: QtBot) -> None:
    press(found, Qt.Key.Key_Space)
    press(found, Qt.Key.Key_Escape)
    press(found, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not found.session.proposals.searching, timeout=60_000)
    assert len(found.session.review.proposals) == 3


def test_nothing_left_to_find_is_said(found: MainWindow, qtbot: QtBot) -> None:
    press(found, Qt.Key.Key_Return, SHIFT)
    press(found, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not found.session.proposals.searching, timeout=60_000)
    assert found.session.review is None
    assert "Nothing more" in found.strip.label.text()


def test_another_photo_ends_the_review(found: MainWindow, qtbot: QtBot) -> None:
    session = found.session
    press(found, Qt.Key.Key_Space)
    session.step_photo(1)
    wait_photo(found, qtbot, "2.jpg")
    assert session.review is None
    press(found, Qt.Key.Key_Z, CTRL)  # back to the photo and to its proposals
    wait_photo(found, qtbot, "1.jpg")
    assert len(session.review.proposals) == 4
    assert session.sheet.items == ()


class Slow(Dishes):
    """Takes its time for every answer."""

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        import time

        time.sleep(0.03)
        return super().decode(embedding, prompt, previous)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rvergui.segment.fake.FakeSegmenter", Slow)


def test_escape_stops_a_search_and_keeps_what_it_found(slow: None, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: session.review is not None and bool(session.review.proposals), timeout=60_000)
    assert session.proposals.searching
    share = session.proposals.share
    assert 0 < share < 1
    press(window, Qt.Key.Key_Escape)
    assert not session.proposals.searching
    count = len(session.review.proposals)
    assert count
    session.hover(20, 20)
    with qtbot.waitSignal(session.preview_changed, timeout=20_000, check_params_cb=lambda mask: mask is not None):
        pass  # the engine has answered something else, so the search is really over
    assert len(session.review.proposals) == count
    press(window, Qt.Key.Key_Escape)
    assert session.review is None


def test_a_click_overtakes_a_search(slow: None, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: session.proposals.share > 0, timeout=60_000)
    width = session.photo.photo.size[1]
    session.click(0.95 * width, 0.05 * width)
    qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None, timeout=20_000)
    assert session.proposals.searching
    qtbot.waitUntil(lambda: not session.proposals.searching, timeout=60_000)
    assert len(session.review.proposals) == len(DISHES)


def test_a_segmenter_that_fails_ends_the_search_with_a_sentence(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rvergui.core import RverError

    def fail(*args: object) -> Candidates:
        raise RverError("The network has fallen asleep; wake it.")

    monkeypatch.setattr(Dishes, "decode", fail)
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not window.session.proposals.searching, timeout=60_000)
    assert window.strip.label.text() == "The network has fallen asleep; wake it."
    assert window.session.review is None


def test_a_read_only_project_is_not_searched(window: MainWindow) -> None:
    window.session._may_edit = lambda: False  # type: ignore[method-assign]
    window.session.proposals._may_edit = lambda: False
    press(window, Qt.Key.Key_F)
    assert not window.session.proposals.searching
    assert window.session.review is None
