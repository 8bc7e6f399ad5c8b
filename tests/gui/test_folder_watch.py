"""Photos that appear, vanish, move or change under the open window."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from rvergui.core import Taxonomy
from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.main_window import MainWindow
from rvergui.project.records import PhotoStatus
from rvergui.project.rescan import Hashes
from rvergui.project.store import Project
from tests.gui.driving import click_and_wait, wait_photo, wait_saved


def quiet(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until nobody looks any more."""
    watch = window.feature(FolderWatch)
    qtbot.waitUntil(lambda: not watch._looking and watch._hashes is not None, timeout=20_000)


def look(window: MainWindow, qtbot: QtBot) -> None:
    quiet(window, qtbot)
    window.actions_["look-again"].trigger()
    quiet(window, qtbot)


def paths(window: MainWindow) -> list[str]:
    return [window.session.photos[row].path for row in range(len(window.session.photos))]


def label(window: MainWindow, qtbot: QtBot) -> str:
    """Name an object on the photo that is shown; returns the photo's id."""
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    wait_saved(window, qtbot)
    assert window.session.record is not None
    return window.session.record.id


@pytest.fixture
def said(window: MainWindow) -> list[str]:
    """What the window has told since."""
    sentences: list[str] = []
    window.session.notice.connect(sentences.append)
    window.session.problem.connect(sentences.append)
    return sentences


def test_new_photos_are_seen_by_themselves(window: MainWindow, meals: Path, qtbot: QtBot, said: list[str]) -> None:
    quiet(window, qtbot)
    shown = window.session.photo
    (meals / "deep").mkdir()
    for name in ("meal-000.jpg", "deep/er.jpg"):
        (meals / name).write_bytes((meals / "meal-001.jpg").read_bytes() + name.encode())
    qtbot.waitUntil(lambda: len(window.session.photos) == 5, timeout=20_000)
    assert paths(window) == ["deep/er.jpg", "meal-000.jpg", "meal-001.jpg", "meal-002.jpg", "meal-003.jpg"]
    assert window.session.photo is shown
    assert window.session.record.path == "meal-001.jpg"
    assert window.photos.list.currentIndex().row() == 2
    qtbot.waitUntil(lambda: "New photos: 2." in said, timeout=5000)
    quiet(window, qtbot)
    (meals / "deep" / "more.jpg").write_bytes((meals / "meal-002.jpg").read_bytes())  # a folder that was new itself
    qtbot.waitUntil(lambda: len(window.session.photos) == 6, timeout=20_000)


def test_a_vanished_photo_is_marked_told_and_keeps_its_items(
    window: MainWindow, meals: Path, qtbot: QtBot, said: list[str]
) -> None:
    photo_id = label(window, qtbot)
    quiet(window, qtbot)
    sheet = window.session.sheet
    (meals / "meal-001.jpg").rename(meals.parent / "elsewhere.jpg")
    qtbot.waitUntil(lambda: window.session.photos.get(photo_id).missing, timeout=20_000)
    assert window.session.photos.count(PhotoStatus.BROKEN) == 1
    assert any("no longer there: 1 (meal-001.jpg); their items are kept" in each.lower() for each in said)
    assert window.session.sheet is sheet  # it is still shown: it can be worked on
    window.session.step_photo(1)
    wait_photo(window, qtbot, "002.jpg")
    (meals.parent / "elsewhere.jpg").rename(meals / "meal-001.jpg")
    qtbot.waitUntil(lambda: not window.session.photos.get(photo_id).missing, timeout=20_000)
    window.session.step_photo(-1)
    wait_photo(window, qtbot, "001.jpg")
    assert window.session.sheet == sheet


def test_a_renamed_photo_stays_on_the_canvas_with_its_items(
    window: MainWindow, meals: Path, qtbot: QtBot, said: list[str]
) -> None:
    photo_id = label(window, qtbot)
    quiet(window, qtbot)
    sheet = window.session.sheet
    (meals / "meal-001.jpg").rename(meals / "soup.jpg")
    qtbot.waitUntil(lambda: "soup.jpg" in paths(window), timeout=20_000)
    session = window.session
    assert (session.record.id, session.record.path) == (photo_id, "soup.jpg")
    assert paths(window) == ["meal-002.jpg", "meal-003.jpg", "soup.jpg"]
    assert session.sheet is sheet
    assert session.photo_ref().path == meals / "soup.jpg"
    assert "soup.jpg" in window.windowTitle()
    qtbot.waitUntil(lambda: "Found again in another place: 1." in said, timeout=5000)
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    click_and_wait(window, qtbot, 40, 40)


def test_a_photo_that_another_program_changed_is_told_and_shown_as_it_is(
    window: MainWindow, meals: Path, qtbot: QtBot, said: list[str]
) -> None:
    photo_id = label(window, qtbot)
    window.session.step_photo(1)
    wait_photo(window, qtbot, "002.jpg")
    quiet(window, qtbot)
    Image.new("RGB", (240, 180), "red").save(meals / "meal-001.jpg")
    os.utime(meals / "meal-001.jpg", ns=(1, 2))
    look(window, qtbot)
    qtbot.waitUntil(lambda: photo_id in window.session.photos.altered, timeout=20_000)
    told = [each for each in said if "changed by another program: 1 (meal-001.jpg)" in each.lower()]
    assert len(told) == 1
    look(window, qtbot)
    assert [each for each in said if "changed by" in each.lower()] == told
    window.session.step_photo(-1)
    wait_photo(window, qtbot, "001.jpg")
    assert any("look whether they still fit" in each for each in said)
    assert len(window.session.sheet) == 1
    assert photo_id not in window.session.photos.altered
    assert window.session.photo.photo.pixels[90, 120, 0] > 200
    qtbot.waitUntil(lambda: window.session.loader.waiting == 0, timeout=10_000)
    look(window, qtbot)
    assert photo_id not in window.session.photos.altered


def test_the_photo_on_the_canvas_is_shown_anew_when_it_changes(window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    label(window, qtbot)
    quiet(window, qtbot)
    Image.new("RGB", (240, 180), "blue").save(meals / "meal-001.jpg")  # in place: its folder tells nothing
    session = window.session
    qtbot.waitUntil(lambda: session.photo is not None and session.photo.photo.pixels[90, 120, 2] > 200, timeout=20_000)
    assert len(session.sheet) == 1


def test_a_copy_that_is_shown_when_the_original_goes_gets_its_items(
    window: MainWindow, meals: Path, qtbot: QtBot
) -> None:
    photo_id = label(window, qtbot)
    quiet(window, qtbot)
    (meals / "card").mkdir()
    (meals / "card" / "1.jpg").write_bytes((meals / "meal-001.jpg").read_bytes())
    qtbot.waitUntil(lambda: len(window.session.photos) == 4, timeout=20_000)
    copy = next(p for p in map(window.session.photos.__getitem__, range(4)) if p.path == "card/1.jpg")
    window.session.go_to(copy.id)
    wait_photo(window, qtbot, "card/1.jpg")
    (meals / "meal-001.jpg").unlink()
    qtbot.waitUntil(lambda: len(window.session.photos) == 3, timeout=20_000)
    wait_photo(window, qtbot, "card/1.jpg")
    assert window.session.record.id == photo_id
    assert len(window.session.sheet) == 1


def test_looking_says_when_there_is_nothing_to_see(window: MainWindow, qtbot: QtBot, said: list[str]) -> None:
    look(window, qtbot)
    assert said == ["All photos are where they were, and there are no new ones."]


def test_coming_back_to_the_window_looks(window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    quiet(window, qtbot)
    watch = window.feature(FolderWatch)
    watch._watch([])  # as where folders cannot be watched
    watch._soon.stop()
    (meals / "new.jpg").write_bytes((meals / "meal-001.jpg").read_bytes() + b"x")
    watch._on_application(Qt.ApplicationState.ApplicationActive)
    assert not watch.busy  # it was looked a moment ago
    watch._looked_at = 0.0
    watch._on_application(Qt.ApplicationState.ApplicationInactive)
    assert not watch.busy
    watch._on_application(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: "new.jpg" in paths(window), timeout=20_000)


def test_missing_photos_are_taken_off_the_list_but_not_those_with_items(
    window: MainWindow, meals: Path, qtbot: QtBot, said: list[str]
) -> None:
    photo_id = label(window, qtbot)
    quiet(window, qtbot)
    window.actions_["forget-missing"].trigger()
    assert said == ["No photo is missing."]
    window.session.step_photo(1)
    wait_photo(window, qtbot, "002.jpg")
    for name in ("meal-001.jpg", "meal-002.jpg"):
        (meals / name).unlink()
    qtbot.waitUntil(lambda: window.session.photos.count(PhotoStatus.BROKEN) == 2, timeout=20_000)
    window.actions_["forget-missing"].trigger()
    qtbot.waitUntil(lambda: paths(window) == ["meal-001.jpg", "meal-003.jpg"], timeout=10_000)
    assert said[-1] == "Missing photos taken off the list: 1. With items, so they stay: 1."
    wait_photo(window, qtbot, "003.jpg")
    assert window.session.project.photos()[0].id == photo_id
    assert len(window.session.project.sheet(photo_id)) == 1


def test_a_read_only_project_is_left_alone(
    open_window: Callable[..., MainWindow], window: MainWindow, meals: Path, qtbot: QtBot
) -> None:
    quiet(window, qtbot)
    other = open_window()
    with qtbot.waitSignal(other.session.photo_changed, timeout=10_000):
        other.open_path(window.session.project.path)
    assert other.session.project.read_only
    with qtbot.waitSignal(other.session.notice) as told:
        other.actions_["look-again"].trigger()
    assert "open in another window" in told.args[0]
    assert other.feature(FolderWatch)._watcher.directories() == []


def test_a_large_new_folder_is_listed_bit_by_bit(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rvergui.gui.opening.FIRST", 2)
    window = open_window()
    lengths: list[int] = []
    window.session.photos.replaced.connect(lambda: lengths.append(len(window.session.photos)))
    window.open_path(meals)
    qtbot.waitUntil(lambda: len(window.session.photos) == 3, timeout=20_000)
    assert lengths == [2, 3]
    assert paths(window) == ["meal-001.jpg", "meal-002.jpg", "meal-003.jpg"]


def test_a_look_can_be_stopped_and_ends_with_its_project(
    window: MainWindow, meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet(window, qtbot)
    watch, line = window.feature(FolderWatch), window.photos.looking
    begun: list[bool] = []

    def endless(project: object, hashes: object, cancelled: Callable[[], bool]) -> None:
        from rvergui.project.rescan import Cancelled

        begun.append(True)
        while not cancelled():
            time.sleep(0.005)
        raise Cancelled

    monkeypatch.setattr("rvergui.project.store.Project.look_again", endless)
    window.actions_["look-again"].trigger()
    qtbot.waitUntil(line.isVisible, timeout=10_000)
    line.button.click()
    quiet(window, qtbot)
    assert not line.isVisible()
    window.actions_["look-again"].trigger()
    qtbot.waitUntil(lambda: len(begun) == 2, timeout=10_000)
    other = meals.parent / "other"
    other.mkdir()
    (meals / "meal-003.jpg").rename(other / "alone.jpg")
    with qtbot.waitSignal(window.session.project_changed, timeout=10_000):
        window.open_path(other)
    qtbot.waitUntil(lambda: len(begun) == 3, timeout=10_000)
    assert watch.busy


@pytest.mark.parametrize("by_menu", [False, True])
def test_a_folder_that_was_moved_as_a_whole_is_found_again_in_one_act(
    open_window: Callable[..., MainWindow],
    meals: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    by_menu: bool,
) -> None:
    project = Project.create(tmp_path / "elsewhere.rver", Taxonomy.from_names(["rice"]))
    project.add_folder(meals)
    project.add_photos(sorted(meals.glob("*.jpg")))
    project.look_again(Hashes())
    project.close()
    moved = tmp_path / "disk" / "meals of May"
    moved.parent.mkdir()
    meals.rename(moved)
    (moved / "new.jpg").write_bytes((moved / "meal-001.jpg").read_bytes() + b"new")
    window = open_window()
    window.open_path(tmp_path / "elsewhere.rver")
    quiet(window, qtbot)
    qtbot.waitUntil(lambda: window.strip.button.isVisible(), timeout=20_000)
    assert "meals" in window.strip.label.text()
    assert window.actions_["find-folder"].isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(moved))
    window.actions_["find-folder"].trigger() if by_menu else window.strip.button.click()
    qtbot.waitUntil(lambda: "disk/meals of May/new.jpg" in paths(window), timeout=20_000)
    wanted = sorted(f"disk/meals of May/{name}" for name in ("meal-001.jpg", "meal-002.jpg", "meal-003.jpg", "new.jpg"))
    assert sorted(paths(window)) == wanted
    quiet(window, qtbot)
    assert not window.actions_["find-folder"].isEnabled()
    assert window.session.project.folders() == [moved]


def test_a_folder_that_holds_none_of_the_photos_changes_nothing(
    open_window: Callable[..., MainWindow], meals: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    window.open_path(meals)
    qtbot.waitUntil(lambda: window.session.photo is not None, timeout=20_000)
    quiet(window, qtbot)
    before = paths(window)
    empty = tmp_path / "empty"
    empty.mkdir()
    with qtbot.waitSignal(window.session.problem, timeout=20_000) as told:
        window.feature(FolderWatch).move_folder(meals, empty)
    assert "None of the photos" in told.args[0]
    quiet(window, qtbot)
    assert paths(window) == before
    assert window.session.project.folders() == [meals]
