"""The names panel: search with aliases, new classes that are no surprise, names given last."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import Item
from rvergui.gui.main_window import MainWindow
from tests.gui import stub_names
from tests.gui.driving import press, wait_named
from tests.gui.placing import open_item, place

SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


@pytest.fixture
def item(window: MainWindow, qtbot: QtBot) -> Item:
    """A selected item without a name, its suggestions shown."""
    (made,) = place(window, open_item(window, 10, 10))
    window.session.select(made.id)
    wait_named(window, qtbot)
    return made


def shown(window: MainWindow) -> list[str]:
    return [row.row.name for row in window.suggestions.rows if row.row is not None]


def name_of(window: MainWindow, item: Item) -> str | None:
    class_id = window.session.sheet.get(item.id).class_id
    return window.session.taxonomy.get(class_id).name if class_id else None


def test_arrows_choose_and_enter_takes(window: MainWindow, item: Item) -> None:
    panel = window.suggestions
    press(window, Key.Key_Slash)
    QTest.keyClicks(panel.search, "bea")
    found = shown(window)
    assert len(found) > 2
    assert panel.rows[0].current
    QTest.keyClick(panel.search, Key.Key_Down)
    assert [row.current for row in panel.rows[:2]] == [False, True]
    QTest.keyClick(panel.search, Key.Key_Up)
    QTest.keyClick(panel.search, Key.Key_Up)  # from the top to the end
    QTest.keyClick(panel.search, Key.Key_Down)
    QTest.keyClick(panel.search, Key.Key_Return)
    assert name_of(window, item) == found[0]
    assert panel.search.text() == ""


def test_an_alias_finds_its_class_and_is_shown(window: MainWindow, item: Item) -> None:
    session = window.session
    food = session.taxonomy.find("eggplant")
    session.edit_taxonomy("rename", lambda taxonomy: taxonomy.renamed(food.id, "melanzane"))
    window.suggestions.begin_search("eggpl")
    row = window.suggestions.rows[0]
    assert (row.row.name, row.row.alias) == ("melanzane", "eggplant")
    assert "also called eggplant" in row.accessibleName()
    QTest.keyClick(window.suggestions.search, Key.Key_Return)
    assert name_of(window, item) == "melanzane"


def test_a_new_class_has_a_line_of_its_own_and_is_announced(window: MainWindow, item: Item) -> None:
    panel, before = window.suggestions, len(window.session.taxonomy)
    panel.begin_search("poutine royale")
    assert panel.new_class.isVisible()
    assert panel.new_class.text() == "New class “poutine royale”"
    assert panel.new_class.almost == ""
    QTest.keyClick(panel.search, Key.Key_Return, SHIFT)
    assert name_of(window, item) == "poutine royale"
    assert len(window.session.taxonomy) == before + 1
    assert "“poutine royale” is in the class list now" in window.strip.label.text()
    assert not panel.new_class.isVisible()
    window.session.undo()
    assert len(window.session.taxonomy) == before


def test_enter_takes_what_is_there_rather_than_a_slip_of_the_keyboard(window: MainWindow, item: Item) -> None:
    panel, before = window.suggestions, len(window.session.taxonomy)
    panel.begin_search("Ketchpu")
    assert panel.new_class.almost == "ketchup"
    assert "very like “ketchup”" in panel.new_class.accessibleName()
    if shown(window):
        QTest.keyClick(panel.search, Key.Key_Return)
        assert name_of(window, item) == "ketchup"
        assert len(window.session.taxonomy) == before


def test_white_space_and_case_make_no_new_class(window: MainWindow, item: Item) -> None:
    panel, before = window.suggestions, len(window.session.taxonomy)
    panel.begin_search("  KETCHUP ")
    assert panel.new_class.name == ""
    QTest.keyClick(panel.search, Key.Key_Return)
    assert name_of(window, item) == "ketchup"
    assert len(window.session.taxonomy) == before


def test_the_new_class_line_is_reached_by_arrows_and_mouse(window: MainWindow, item: Item) -> None:
    panel = window.suggestions
    panel.begin_search("bread p")
    QTest.keyClick(panel.search, Key.Key_Up)
    assert panel.new_class.current
    QTest.keyClick(panel.search, Key.Key_Return)
    assert name_of(window, item) == "bread p"
    panel.begin_search("bread q")
    QTest.mouseClick(panel.new_class, Qt.MouseButton.LeftButton)
    assert name_of(window, item) == "bread q"


def test_names_given_last_are_offered_and_given_again_by_a_key(window: MainWindow, item: Item) -> None:
    session, panel = window.session, window.suggestions
    for name in ("noodles", "cheese butter"):
        session.name(name)
    assert [food.name for food in session.recent.foods()] == ["cheese butter", "noodles"]
    (other,) = place(window, open_item(window, 60, 10))
    session.select(other.id)
    chips = [chip.property("name") for chip in panel.recent.chips if not chip.isHidden()]
    assert chips == ["cheese butter", "noodles"]
    assert panel.recent.chips[0].toolTip() == "cheese butter (F6)"
    press(window, Key.Key_F7)
    assert name_of(window, other) == "noodles"
    assert [food.name for food in session.recent.foods()] == ["noodles", "cheese butter"]
    panel.recent.chips[1].click()
    assert name_of(window, other) == "cheese butter"


def test_without_a_network_the_names_given_last_take_its_place(window: MainWindow, item: Item) -> None:
    session, panel = window.session, window.suggestions
    session.name("noodles")
    session.select(None)
    (other,) = place(window, open_item(window, 60, 10))
    session.networks.model = None
    session.networks.naming.want = lambda photo, masks: None
    session.networks.naming.forget()
    session.select(other.id)
    assert shown(window) == ["noodles"]
    assert panel.recent.isHidden()
    press(window, Key.Key_1)
    assert name_of(window, other) == "noodles"


def test_a_project_remembers_which_names_were_given_last(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    for x, name in ((10, "rice"), (60, "egg")):
        (made,) = place(window, open_item(window, x, 10))
        session.select(made.id)
        session.name(name)
    path = session.project.path
    assert session.close_project()
    with qtbot.waitSignal(session.project_changed, timeout=10_000):  # what was known is forgotten then
        window.open_path(path)
    qtbot.waitUntil(lambda: len(session.recent.foods()) == 2, timeout=10_000)
    assert [food.name for food in session.recent.foods()] == ["egg", "rice"]


def test_with_nothing_to_name_the_panel_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.suggestions
    assert panel.recent.isHidden()
    panel.begin_search("rice")
    with qtbot.waitSignal(window.session.notice) as said:
        QTest.keyClick(panel.search, Key.Key_Return)
    assert "Click a dish first" in said.args[0]
    assert panel.search.text() == "rice"
