"""Naming every item that has no name, on one photo and on all, in a real window with a network that says rice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import Item, ItemState, Mask, SourceKind, Taxonomy
from rvergui.core.photo_loading import content_hash
from rvergui.gui.main_window import MainWindow
from rvergui.gui.name_everything import NameEverything
from rvergui.gui.naming_acts import NamingActs
from tests.gui import stub_names
from tests.gui.driving import press, wait_photo, wait_saved
from tests.gui.placing import named_item, open_item, place

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def run_of(window: MainWindow) -> NameEverything:
    return window.session.name_everything


def wait_end(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not run_of(window).running, timeout=30_000)


def on_disk(window: MainWindow, row: int) -> tuple[Item, ...]:
    project = window.session.project
    return project.sheet(window.session.photos[row].id).items


@pytest.fixture
def spread(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Two nameless items and one that Ada has named on the first photo, one nameless on each of the others."""
    place(window, open_item(window, 10, 10), named_item(window, "bread", 60, 10), open_item(window, 110, 10))
    for number in (2, 3):
        window.session.step_photo(1)
        wait_photo(window, qtbot, f"{number:03d}.jpg")
        place(window, open_item(window, 10 * number, 30))
    window.session.step_photo(-2)
    wait_photo(window, qtbot, "001.jpg")
    wait_saved(window, qtbot)
    return window


def test_one_photo_in_one_step(spread: MainWindow, qtbot: QtBot) -> None:
    session, before = spread.session, spread.session.sheet
    press(spread, Qt.Key.Key_N, CTRL | SHIFT)
    wait_end(spread, qtbot)
    rice = session.taxonomy.find("rice")
    first, named, last = session.sheet.items
    for item in (first, last):
        assert (item.class_id, item.state) == (rice.id, ItemState.OPEN)
        assert (item.label_source.kind, item.label_source.name) == (SourceKind.MODEL, "stub")
        assert item.suggestions == stub_names.SUGGESTED
    assert named == before.items[1]
    assert "Named by the model: 2." in spread.strip.label.text()
    wait_saved(spread, qtbot)
    assert on_disk(spread, 0) == session.sheet.items
    assert on_disk(spread, 1)[0].class_id is None
    session.undo()
    assert session.sheet == before
    session.redo()
    press(spread, Qt.Key.Key_N, CTRL | SHIFT)
    assert "has a name" in spread.strip.label.text()


def test_all_photos_are_one_step_however_many(spread: MainWindow, qtbot: QtBot) -> None:
    session = spread.session
    told: list[tuple[int, int]] = []
    run_of(spread).changed.connect(lambda: told.append((run_of(spread).done, run_of(spread).total)))
    spread.actions_["name-all"].trigger()
    assert spread.actions_["stop-naming"].isEnabled()
    wait_end(spread, qtbot)
    wait_saved(spread, qtbot)
    assert [done for done, total in told if total == 3] == [0, 1, 2, 3, 3]
    rice = session.taxonomy.find("rice")
    assert [[item.class_id == rice.id for item in on_disk(spread, row)] for row in range(3)] == [
        [True, False, True],
        [True],
        [True],
    ]
    assert session.record.path.endswith("001.jpg")  # nobody is taken elsewhere
    assert session.photos[2].margin == pytest.approx(0.3)  # unconfirmed: to be looked at
    assert session.history.last.text == "Name everything"
    before = session.history.position
    session.undo()
    wait_saved(spread, qtbot)
    assert session.history.position == before - 1
    assert [[item.class_id for item in on_disk(spread, row)] for row in (1, 2)] == [[None], [None]]
    assert [item.class_id == rice.id for item in session.sheet.items] == [False, False, False]
    session.redo()
    wait_saved(spread, qtbot)
    assert [on_disk(spread, row)[0].class_id for row in range(3)] == [rice.id] * 3


def test_an_edit_in_between_divides_the_step_in_two(spread: MainWindow, qtbot: QtBot) -> None:
    session, run = spread.session, run_of(spread)
    before = session.history.position

    def edit() -> None:
        if run.done == 1 and session.history.position == before + 1:
            session.document.commit("note", sheet=session.sheet.with_item(session.sheet.items[1].noted("warm")))

    run.changed.connect(edit)
    spread.actions_["name-all"].trigger()
    wait_end(spread, qtbot)
    texts = [step.text for step in session.history.steps[before:]]
    assert texts == ["Name everything", "note", "Name everything"]
    session.undo()
    wait_saved(spread, qtbot)
    assert [on_disk(spread, row)[0].class_id for row in (1, 2)] == [None, None]
    assert session.sheet.items[1].note == "warm"
    assert session.sheet.items[0].class_id is not None


def test_what_was_undone_is_not_redone_after_more_of_the_run(spread: MainWindow, qtbot: QtBot) -> None:
    session, run = spread.session, run_of(spread)

    def undo_another() -> None:
        if run.done == 1 and run.running and session.history.next is None:
            session.document.commit("note", sheet=session.sheet.with_item(session.sheet.items[1].noted("warm")))
            session.undo()

    run.changed.connect(undo_another)
    spread.actions_["name-all"].trigger()
    wait_end(spread, qtbot)
    assert session.history.next is None
    assert session.history.last.text == "Name everything"
    assert len(session.history.last.after.sheets) == 3


def test_photos_that_were_never_opened_are_named_too(window: MainWindow, qtbot: QtBot) -> None:
    session, project = window.session, window.session.project
    record = session.photos[2]
    sheet = project.sheet(record.id)
    photo = session.pictures.read(project.photo_path(record), session.pixel_limit).photo
    mask = Mask.from_array(photo.pixels[:, :, 0] > 128)
    full = replace(sheet, size=photo.size, items=(Item.new(mask, named_item(window, "bread", 1, 1).mask_source),))
    project.save_sheet(sheet, full, "import")
    assert project.photo(record.id).content_hash is None
    assert content_hash(project.photo_path(record).read_bytes()) == photo.key
    run_of(window).name_all()
    wait_end(window, qtbot)
    wait_saved(window, qtbot)
    assert on_disk(window, 2)[0].class_id == session.taxonomy.find("rice").id


def test_what_is_edited_meanwhile_wins(spread: MainWindow, qtbot: QtBot) -> None:
    session = spread.session
    here = session.sheet
    run = run_of(spread)
    asked = session.networks.ask

    def ask(request, answered):
        spread.session.select(here.items[0].id)
        spread.session.name("noodles")
        place(spread, open_item(spread, 150, 100))
        return asked(request, answered)

    session.networks.ask = ask
    run.name_photo()
    wait_end(spread, qtbot)
    names = [session.taxonomy.get(item.class_id).name if item.class_id else None for item in session.sheet]
    assert names == ["noodles", "bread", "rice", None]
    assert session.sheet.items[0].state is ItemState.CONFIRMED
    assert "Named by the model: 1." in spread.strip.label.text()


def test_cancelling_keeps_what_is_done(spread: MainWindow, qtbot: QtBot) -> None:
    session, run = spread.session, run_of(spread)
    bar = spread.feature(NamingActs).bar
    texts: list[str] = []

    def stop_after_one() -> None:
        texts.append(bar.label.text())
        if run.running and run.done == 1:
            QTest.mouseClick(bar.stop, Qt.MouseButton.LeftButton)

    run.changed.connect(stop_after_one)
    run.name_all()
    wait_end(spread, qtbot)
    wait_saved(spread, qtbot)
    assert on_disk(spread, 0)[0].class_id is not None
    assert on_disk(spread, 2)[0].class_id is None
    assert "Stopped after 1 of 3 photos. Named by the model: 2." in spread.strip.label.text()
    assert "Naming everything: photo 1 of 3" in texts
    assert bar.isHidden()
    assert not spread.actions_["stop-naming"].isEnabled()
    run.changed.disconnect(stop_after_one)
    run.name_all()  # where it stopped
    wait_end(spread, qtbot)
    wait_saved(spread, qtbot)
    assert on_disk(spread, 2)[0].class_id == session.taxonomy.find("rice").id


def test_a_photo_that_cannot_be_read_stops_none_of_the_others(spread: MainWindow, qtbot: QtBot) -> None:
    session = spread.session
    session.photos.update(replace(session.photos[1], content_hash="ab" * 16))  # as if the file were another by now
    with qtbot.waitSignal(session.problem, timeout=30_000) as said:
        run_of(spread).name_all()
    assert "Photos that could not be read: 1." in said.args[0]
    assert "changed on disk" in said.args[0]
    wait_saved(spread, qtbot)
    assert on_disk(spread, 2)[0].class_id == session.taxonomy.find("rice").id


def test_names_that_are_no_classes_are_left_to_people(spread: MainWindow, qtbot: QtBot) -> None:
    session = spread.session
    food = session.taxonomy.find("rice")
    # Another name, without the old one as an alias.
    other = Taxonomy(tuple(replace(f, name="paella") if f == food else f for f in session.taxonomy.classes))
    session.document.commit("rename", taxonomy=other)
    run_of(spread).name_photo()
    wait_end(spread, qtbot)
    assert session.sheet.items[0].class_id is None
    assert session.sheet.items[0].suggested.name == "rice"
    assert "Left without a name: 2," in spread.strip.label.text()


def test_without_a_trained_network_nothing_is_named(spread: MainWindow, qtbot: QtBot) -> None:
    session, before = spread.session, spread.session.sheet
    session.networks.model = replace(session.networks.model, trained=False)
    with qtbot.waitSignal(session.notice) as said:
        run_of(spread).name_photo()
    assert "guesses" in said.args[0]
    session.networks.model = None
    with qtbot.waitSignal(session.notice) as said:
        run_of(spread).name_all()
    assert "No network names yet" in said.args[0]
    assert session.sheet == before


def test_closing_the_project_ends_the_run(spread: MainWindow, qtbot: QtBot) -> None:
    run = run_of(spread)
    run.name_all()
    assert run.running
    assert spread.session.close_project()
    assert not run.running
