"""Having objects named in the background: what is kept, what is left out, what a person does meanwhile."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.window import ReviewWindow
from rvergui.project.records import SUGGEST
from tests.gui import stub_names
from tests.gui.driving import wait_saved


def _items(window: MainWindow, qtbot: QtBot) -> list[object]:
    wait_saved(window, qtbot)
    project = window.session.project
    return [item for record in project.photos() for item in project.sheet(record.id)]


def test_suggestions_are_kept_with_the_items_without_a_step_of_undo(
    review: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    naming = window.feature(Reviewing)._naming
    before = _items(window, qtbot)
    assert naming.unasked_count == len(before)
    assert review.offer.isVisible()
    assert str(len(before)) in review.offer.label.text()
    review.offer.button.click()
    assert naming.running
    assert review.offer.button.text() == "Cancel"
    qtbot.waitUntil(lambda: not naming.running and naming.unasked_count == 0, timeout=20_000)
    assert not review.offer.isVisible()
    after = _items(window, qtbot)
    assert all(item.suggestions == stub_names.SUGGESTED for item in after)
    assert [item.class_id for item in after] == [item.class_id for item in before]
    assert window.session.history.last is None
    assert {entry.act for entry in window.session.project.history(limit=2)} == {SUGGEST}
    entries = review.queue.entries
    assert {entries[row].suggested for row in range(len(entries))} == {"rice"}  # without making the queue anew
    assert entries.left == len(entries)
    assert all(item.suggestions for item in window.session.sheet)
    assert window.session.project.figures().work.named == len([i for i in before if i.class_id])


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Holds the stub network back until it is opened."""
    held = SimpleNamespace(open=threading.Event(), asked=threading.Event())
    answer = stub_names.StubPredictor.classify

    def classify(self: object, photo: object, masks: object, **how: object) -> object:
        held.asked.set()
        assert held.open.wait(20)
        return answer(self, photo, masks)

    monkeypatch.setattr(stub_names.StubPredictor, "classify", classify)
    yield held
    held.open.set()


def test_what_a_person_does_meanwhile_is_not_lost(
    gate: SimpleNamespace, review: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    session, naming = window.session, window.feature(Reviewing)._naming
    gate.asked.clear()
    review.offer.button.click()
    qtbot.waitUntil(gate.asked.is_set, timeout=10_000)
    first, second = session.sheet.items[:2]
    session.select(first.id)
    session.name("tomato")
    session.select(second.id)
    session.delete_selected()
    wait_saved(window, qtbot)
    gate.open.set()
    qtbot.waitUntil(lambda: not naming.running, timeout=20_000)
    wait_saved(window, qtbot)
    stored = session.project.sheet(session.record.id)
    assert stored == session.sheet
    assert stored.get(second.id) is None
    assert stored.get(first.id).class_id == session.taxonomy.find("tomato").id
    assert stored.get(first.id).suggestions == stub_names.SUGGESTED
    session.undo()
    session.undo()
    wait_saved(window, qtbot)
    assert next(item.class_id for item in session.project.sheet(session.record.id)) == first.class_id


def test_cancelling_keeps_what_was_said_and_nothing_comes_after_it(
    gate: SimpleNamespace, review: ReviewWindow, window: MainWindow, qtbot: QtBot
) -> None:
    naming = window.feature(Reviewing)._naming
    total = naming.unasked_count
    gate.asked.clear()
    review.offer.button.click()
    qtbot.waitUntil(gate.asked.is_set, timeout=10_000)
    review.offer.button.click()
    assert not naming.running
    gate.open.set()
    qtbot.waitUntil(lambda: not window.session.networks._claims, timeout=10_000)
    assert not any(item.suggestions for item in _items(window, qtbot) if item.class_id is None)
    assert naming.unasked_count <= total
    review.offer.button.click()  # and once more
    qtbot.waitUntil(lambda: not naming.running and naming.unasked_count == 0, timeout=20_000)


def test_photos_that_do_not_open_are_left_out_and_told(review: ReviewWindow, window: MainWindow, qtbot: QtBot) -> None:
    project, naming = window.session.project, window.feature(Reviewing)._naming
    last = project.photos()[-1]
    project.photo_path(last).write_bytes(b"no photo any more")
    count = len(project.sheet(last.id))
    said: list[str] = []
    naming.notice.connect(said.append)
    review.offer.button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert f"{count} could not be" in said[0]
    qtbot.waitUntil(lambda: naming.unasked_count == count, timeout=10_000)
    assert not naming.running


def test_another_project_ends_it(
    gate: SimpleNamespace, review: ReviewWindow, window: MainWindow, meals: object, qtbot: QtBot
) -> None:
    naming = window.feature(Reviewing)._naming
    gate.asked.clear()
    review.offer.button.click()
    qtbot.waitUntil(gate.asked.is_set, timeout=10_000)
    with qtbot.waitSignal(window.session.project_changed, timeout=10_000):
        window.open_path(meals)
    assert not naming.running
    gate.open.set()
    qtbot.waitUntil(lambda: window.session.photo is not None, timeout=10_000)
    assert not any(item.suggestions for item in window.session.sheet)
