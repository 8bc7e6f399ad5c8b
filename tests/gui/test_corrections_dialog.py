"""The list of names that turned out wrong, in a real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.dialogs.corrections import CorrectionsDialog
from rvergui.gui.main_window import MainWindow
from tests.gui import stub_names
from tests.gui.driving import wait_named, wait_photo, wait_saved
from tests.gui.placing import open_item, place


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def name_one(window: MainWindow, qtbot: QtBot, x: int, *names: str) -> str:
    """An item that the network calls rice and a person by these names, one after another."""
    (item,) = place(window, open_item(window, x, 10))
    window.session.select(item.id)
    wait_named(window, qtbot)
    for name in names:
        window.session.name(name)
    return item.id


def opened(window: MainWindow, qtbot: QtBot) -> CorrectionsDialog:
    wait_saved(window, qtbot)
    window.actions_["corrections"].trigger()
    dialog = window.findChildren(CorrectionsDialog)[-1]
    qtbot.waitUntil(lambda: "Reading" not in dialog.message.text(), timeout=10_000)
    return dialog


def lines(dialog: CorrectionsDialog) -> list[tuple[str, ...]]:
    found = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    return [tuple(line.text(column) for column in range(4)) for line in found if not line.isHidden()]


def test_pairs_are_listed_and_lead_to_their_objects(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    first = name_one(window, qtbot, 10, "noodles")
    second = name_one(window, qtbot, 60, "noodles")
    name_one(window, qtbot, 110, "rice", "bread")
    name_one(window, qtbot, 160, "rice")  # which was right
    session.step_photo(1)
    wait_photo(window, qtbot, "002.jpg")
    dialog = opened(window, qtbot)
    assert lines(dialog) == [("rice", "noodles", "2", "the model"), ("rice", "bread", "1", "a person")]
    assert "Pairs: 2, objects: 3" in dialog.message.text()
    dialog.go.click()
    wait_photo(window, qtbot, "001.jpg")
    assert session.selected == second
    QTest.keyClick(dialog.filter, Qt.Key.Key_Return)
    assert session.selected == first
    assert "object 2 of 2" in dialog.message.text()
    QTest.keyClicks(dialog.filter, "bread")
    assert lines(dialog) == [("rice", "bread", "1", "a person")]
    assert not dialog.go.isEnabled()
    QTest.keyClick(dialog.filter, Qt.Key.Key_Down)
    dialog.close()


def test_a_name_that_is_set_right_in_one_step_counts_undo_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    name_one(window, qtbot, 10, "noodles")
    window.session.undo()
    dialog = opened(window, qtbot)
    assert lines(dialog) == []
    assert "No name has been corrected yet" in dialog.message.text()
    dialog.close()


def test_closing_before_the_history_is_read_is_harmless(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["corrections"].trigger()
    (dialog,) = window.findChildren(CorrectionsDialog)
    dialog.close()
    qtbot.waitUntil(lambda: window.session.ahead.waiting == 0, timeout=10_000)


def test_photos_that_are_gone_are_said(window: MainWindow, qtbot: QtBot) -> None:
    name_one(window, qtbot, 10, "noodles")
    dialog = opened(window, qtbot)
    window.session.photos.replace([])
    dialog.go.click()
    assert "no longer in the project" in dialog.message.text()
    dialog.close()
