"""The photo list in the window: filters, what stays in sight, thumbnails."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.panels.photos_model import RECORD_ROLE
from rvergui.gui.panels.thumbnails import KEPT, WANTED
from rvergui.gui.photo_query import PhotoOrder, PhotoQuery
from rvergui.project.records import PhotoRecord, PhotoStatus
from tests.gui.driving import NONE, click_and_wait, press, wait_photo


def shown(window: MainWindow) -> list[str]:
    model = window.photos.list.model()
    return [model.index(row, 0).data(RECORD_ROLE).path for row in range(model.rowCount())]


def records(count: int, first: int = 0) -> list[PhotoRecord]:
    return [PhotoRecord(f"id{n}", f"IMG_{n}.jpg") for n in range(first, first + count)]


def test_the_list_filters_by_status_and_words(window: MainWindow, qtbot: QtBot) -> None:
    session, filters = window.session, window.photos.filters
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    assert [button.text() for button in filters.statuses.values()] == [
        "all 3",
        "to do 2",
        "in progress 0",
        "done 1",
        "broken 0",
    ]
    filters.statuses[PhotoStatus.TODO].click()
    assert shown(window) == ["meal-002.jpg", "meal-003.jpg"]
    filters.text.setText("003")
    qtbot.waitUntil(lambda: shown(window) == ["meal-003.jpg"], timeout=5000)
    window.photos.list.setCurrentIndex(window.photos.list.model().index(0, 0))
    wait_photo(window, qtbot, "003.jpg")
    filters.text.setText("no such photo")
    qtbot.waitUntil(window.photos.nothing.isVisible, timeout=5000)
    window.photos.nothing.button.click()
    assert len(shown(window)) == 3
    assert filters.text.text() == ""
    assert filters.statuses[None].isChecked()
    assert not window.photos.nothing.isVisible()


def test_a_class_can_be_chosen_once_it_is_on_a_photo(window: MainWindow, qtbot: QtBot) -> None:
    filters = window.photos.filters
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    qtbot.waitUntil(lambda: filters.classes.count() == 2, timeout=5000)
    rice = window.session.taxonomy.find("rice")
    assert (filters.classes.itemText(1), filters.classes.itemData(1)) == ("rice", rice.id)
    filters.classes.setCurrentIndex(1)
    filters.classes.activated.emit(1)
    assert shown(window) == ["meal-001.jpg"]
    window.session.edit_taxonomy("rename", lambda taxonomy: taxonomy.renamed(rice.id, "basmati"))
    qtbot.waitUntil(lambda: filters.classes.itemText(1) == "basmati", timeout=5000)
    filters.text.setText("basm")
    qtbot.waitUntil(lambda: window.session.photos.query.text == "basm", timeout=5000)
    assert shown(window) == ["meal-001.jpg"]


def test_what_is_on_the_photos_is_known_when_a_project_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    path = window.session.project.path
    assert window.session.close_project()
    with qtbot.waitSignal(window.session.photo_changed, timeout=10_000):
        window.open_path(path)
    qtbot.waitUntil(lambda: len(window.session.photos.contents) == 1, timeout=10_000)
    (contents,) = window.session.photos.contents.values()
    assert contents.class_ids == {window.session.taxonomy.find("rice").id}


def test_next_and_previous_keep_to_the_filter(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    press(window, Qt.Key.Key_N)
    wait_photo(window, qtbot, "002.jpg")
    window.actions_["photos-to-do"].trigger()
    press(window, Qt.Key.Key_N)
    wait_photo(window, qtbot, "003.jpg")
    press(window, Qt.Key.Key_P)
    wait_photo(window, qtbot, "002.jpg")
    press(window, Qt.Key.Key_P)
    assert window.session.record.path == "meal-002.jpg"


def test_filters_are_acts_that_show_what_is_on(window: MainWindow) -> None:
    acts, photos = window.actions_, window.session.photos
    acts["photos-done"].trigger()
    assert photos.query == PhotoQuery(status=PhotoStatus.DONE)
    assert acts["photos-done"].isChecked()
    assert not acts["photos-to-do"].isChecked()
    assert window.photos.filters.statuses[PhotoStatus.DONE].isChecked()
    acts["photos-done"].trigger()
    assert photos.query == PhotoQuery()
    assert not acts["photos-done"].isChecked()
    acts["photos-uncertain"].trigger()
    assert photos.query == PhotoQuery(order=PhotoOrder.UNCERTAIN)
    assert window.photos.filters.order.currentIndex() == 1
    acts["photos-all"].trigger()
    assert photos.query.shows_everything
    assert not acts["photos-uncertain"].isChecked()


def test_photos_are_found_without_a_mouse(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["find-photos"].trigger()
    assert window.focusWidget() is window.photos.text
    QTest.keyClicks(window.photos.text, "meal")
    qtbot.waitUntil(lambda: window.session.photos.query.text == "meal", timeout=5000)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.session.photos.query.text == "", timeout=5000)
    reached: list[QWidget] = []
    while window.photos.list not in reached and len(reached) < 20:
        reached.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        reached.append(window.focusWidget())
    assert window.photos.list in reached
    assert window.photos.filters.classes in reached
    QTest.keyClick(window.photos.list, Qt.Key.Key_Down, NONE)
    wait_photo(window, qtbot, "002.jpg")


def test_new_photos_do_not_move_what_is_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    panel, photos = window.photos, window.session.photos
    window.session.close_project()
    photos.replace(records(300, first=100))
    qtbot.waitUntil(lambda: panel.list.verticalScrollBar().maximum() > 9000, timeout=5000)
    panel.list.verticalScrollBar().setValue(5000)
    first = panel.list.indexAt(panel.list.viewport().rect().topLeft()).data(RECORD_ROLE)
    top = panel.list.visualRect(panel.list.model().index(photos.place_of(first.id), 0)).top()
    photos.replace([*records(50), *records(300, first=100)])
    assert panel.list.visualRect(panel.list.model().index(photos.place_of(first.id), 0)).top() == top
    assert panel.list.verticalScrollBar().value() == 5000 + 50 * 70


def test_a_filter_brings_the_current_photo_into_sight(window: MainWindow, qtbot: QtBot) -> None:
    panel, photos = window.photos, window.session.photos
    window.session.close_project()
    photos.replace(records(1000))
    photos.set_current("id717")
    assert panel.list.visualRect(panel.list.currentIndex()).top() >= 0
    photos.show_only(PhotoQuery(text="7"))
    rect = panel.list.visualRect(panel.list.currentIndex())
    assert panel.list.currentIndex().data(RECORD_ROLE).id == "id717"
    assert panel.list.viewport().rect().contains(rect)
    photos.show_only(PhotoQuery(text="9"))
    assert not panel.list.currentIndex().isValid()


def test_who_scrolls_past_leaves_no_wishes_behind(window: MainWindow, qtbot: QtBot, meals: Path) -> None:
    thumbnails = window.photos.thumbnails
    qtbot.waitUntil(lambda: thumbnails.waiting == 0, timeout=10_000)
    made: list[str] = []
    thumbnails.arrived.connect(made.append)
    wishes = [PhotoRecord(f"id{n}", "meal-001.jpg") for n in range(3000)]
    for record in wishes:
        assert thumbnails.get(record) is None
    assert thumbnails.waiting <= WANTED + 1
    qtbot.waitUntil(lambda: thumbnails.waiting == 0, timeout=60_000)
    assert len(made) == WANTED + 1
    assert made[1:3] == ["id2999", "id2998"]  # the newest first, behind the one that was being made
    assert thumbnails.get(wishes[-1]) is not None
    assert len(thumbnails._kept) <= KEPT


def test_thumbnails_of_another_project_or_an_older_file_are_dropped(window: MainWindow, qtbot: QtBot) -> None:
    thumbnails, record = window.photos.thumbnails, window.session.record
    qtbot.waitUntil(lambda: thumbnails.get(record) is not None, timeout=10_000)
    thumbnails.forget(record.id)
    assert thumbnails.get(record) is None
    thumbnails.forget(record.id)  # while it is being made
    with qtbot.waitSignal(thumbnails.arrived, timeout=10_000):
        pass
    assert record.id not in thumbnails._kept
    qtbot.waitUntil(lambda: thumbnails.waiting == 0, timeout=10_000)
    other = PhotoRecord("of another project", record.path)
    assert thumbnails.get(other) is None
    assert thumbnails.waiting
    thumbnails.forget_all()
    qtbot.waitUntil(lambda: thumbnails.waiting == 0, timeout=10_000)
    assert other.id not in thumbnails._kept


def test_a_thumbnail_that_was_kept_on_disk_is_not_made_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    thumbnails, record = window.photos.thumbnails, window.session.record
    qtbot.waitUntil(lambda: thumbnails.get(record) is not None, timeout=10_000)
    thumbnails.forget_all()

    def never(*args: object) -> None:
        raise AssertionError("the photo was opened")

    monkeypatch.setattr("rvergui.gui.panels.thumbnails.load_thumbnail", never)
    qtbot.waitUntil(lambda: thumbnails.get(record) is not None, timeout=10_000)
