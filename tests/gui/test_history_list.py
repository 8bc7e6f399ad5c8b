"""The list of steps: what it says, and going to any of them with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.history_dock import HistoryDock
from rvergui.gui.main_window import MainWindow
from rvergui.gui.panels.history import HistoryPanel
from tests.gui import stub_names
from tests.gui.driving import LEFT, NONE, click_and_wait, press, wait_photo, wait_saved

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def shown(window: MainWindow) -> HistoryPanel:
    press(window, Qt.Key.Key_H, CTRL)
    dock = window.feature(HistoryDock)
    assert dock.dock.isVisible()
    assert window.actions_["history"].isChecked()
    return dock.panel


def lines(panel: HistoryPanel) -> list[tuple[str, str]]:
    rows = [panel.model.row(number) for number in range(panel.model.rowCount())]
    return [(row.text, "here" if row.present else "undone" if row.undone else "") for row in rows]


def go_by_mouse(panel: HistoryPanel, row: int) -> None:
    panel.list.scrollTo(panel.model.index(row))
    QTest.mouseClick(panel.list.viewport(), LEFT, NONE, panel.list.visualRect(panel.model.index(row)).center())


def work(window: MainWindow, qtbot: QtBot) -> None:
    """Two items on the first photo, one on the second, a class renamed, all through saving."""
    session = window.session
    click_and_wait(window, qtbot, 60, 60)
    session.name("rice")
    click_and_wait(window, qtbot, 180, 120)
    session.name("bread")
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    food = session.taxonomy.find("rice")
    session.edit_taxonomy("Rename", lambda taxonomy: taxonomy.renamed(food.id, "basmati"))
    wait_saved(window, qtbot)


def test_a_click_goes_back_and_forth_over_photos_and_saving(window: MainWindow, qtbot: QtBot) -> None:
    session, panel = window.session, shown(window)
    assert lines(panel) == [("As it was in the beginning", "here")]
    assert panel.hint.isVisible()
    work(window, qtbot)
    texts = ["Add to the mask", "Name “rice”", "Add to the mask", "Name “bread”", "Add to the mask", "Name “rice”"]
    assert [text for text, _ in lines(panel)[1:]] == [*texts, "Rename"]
    assert lines(panel)[-1][1] == "here"
    assert not panel.hint.isVisible()
    assert [panel.model.row(n).where for n in (2, 6, 7)] == ["meal-001.jpg", "meal-002.jpg", ""]
    first, second = session.photos[0].id, session.photos[1].id
    go_by_mouse(panel, 2)  # after the first name: the other photo is shown
    wait_photo(window, qtbot, "1.jpg")
    assert [item.state.value for item in session.sheet] == ["confirmed"]
    assert session.taxonomy.find("rice") is not None
    assert session.taxonomy.find("rice").name == "rice"
    assert [state for _, state in lines(panel)] == ["", "", "here", *["undone"] * 5]
    wait_saved(window, qtbot)
    assert [len(session.project.sheet(photo).items) for photo in (first, second)] == [1, 0]
    session.step_photo(1)  # another photo is opened: the list stays
    wait_photo(window, qtbot, "2.jpg")
    assert len(lines(panel)) == 8
    go_by_mouse(panel, 7)
    qtbot.waitUntil(lambda: session.sheet is not None and len(session.sheet.items) == 1)
    wait_saved(window, qtbot)
    assert [len(session.project.sheet(photo).items) for photo in (first, second)] == [2, 1]
    assert session.project.taxonomy().find("basmati").name == "basmati"
    go_by_mouse(panel, 0)
    wait_photo(window, qtbot, "1.jpg")
    wait_saved(window, qtbot)
    assert [len(session.project.sheet(photo).items) for photo in (first, second)] == [0, 0]


def test_it_works_with_the_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 60, 60)
    session.name("rice")
    click_and_wait(window, qtbot, 180, 120)
    session.name("bread")
    panel = shown(window)
    assert window.focusWidget() is panel.list
    assert panel.list.currentIndex().row() == 4
    for _ in range(2):
        press(window, Qt.Key.Key_Up)
    assert len(session.sheet.items) == 2  # looking is not going
    press(window, Qt.Key.Key_Return)
    assert len(session.sheet.items) == 1
    said = panel.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Name “rice”, meal-001.jpg, here"
    assert panel.model.index(4).data(Qt.ItemDataRole.AccessibleTextRole).endswith("taken back")
    press(window, Qt.Key.Key_Z, CTRL)  # the usual keys go on working
    assert panel.model.position == 1
    press(window, Qt.Key.Key_H, CTRL)
    assert not window.feature(HistoryDock).dock.isVisible()
    assert not window.actions_["history"].isChecked()
    assert window.focusWidget() is window.canvas


def test_a_new_step_forgets_what_was_undone(window: MainWindow, qtbot: QtBot) -> None:
    session, panel = window.session, shown(window)
    click_and_wait(window, qtbot, 60, 60)
    session.name("rice")
    go_by_mouse(panel, 1)
    qtbot.waitUntil(lambda: session.draft is not None)
    session.name("bread")
    assert [text for text, _ in lines(panel)] == ["As it was in the beginning", "Add to the mask", "Name “bread”"]


def test_it_is_empty_for_another_project(window: MainWindow, qtbot: QtBot, tmp_path) -> None:
    panel = shown(window)
    click_and_wait(window, qtbot, 60, 60)
    window.session.name("rice")
    assert panel.model.rowCount() == 3
    from rvergui.samples import write_meals

    write_meals(tmp_path / "more", 1, seed=2, size=(96, 96))
    with qtbot.waitSignal(window.session.project_changed, timeout=10_000):
        window.open_path(tmp_path / "more")
    assert panel.model.rowCount() == 1
