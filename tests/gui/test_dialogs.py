"""Classes, export, shortcuts, menus: what can be done without the canvas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from rvergui.gui.acts import MENUS
from rvergui.gui.dialogs.classes import ClassesDialog
from rvergui.gui.dialogs.export import ExportDialog
from rvergui.gui.dialogs.shortcuts import ShortcutsDialog
from rvergui.gui.features import ACTS
from rvergui.gui.main_window import MainWindow
from rvergui.gui.showing import Showing
from rvergui.project.store import Project
from tests.gui.driving import click_and_wait, wait_saved


@pytest.fixture
def classes(window: MainWindow, qtbot: QtBot) -> ClassesDialog:
    window.actions_["classes"].trigger()
    (dialog,) = window.findChildren(ClassesDialog)
    return dialog


def _choose(dialog: ClassesDialog, *names: str) -> None:
    dialog.list.clearSelection()
    for name in names:
        (item,) = dialog.list.findItems(name, Qt.MatchFlag.MatchExactly)
        item.setSelected(True)


def test_classes_are_added_renamed_merged_and_coloured(
    classes: ClassesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    session.name("tea")
    (item,) = session.sheet.items
    classes.filter.setText("kombucha")
    classes.add()
    assert classes.filter.text() == ""
    kombucha = session.taxonomy.find("kombucha")
    assert kombucha is not None
    classes.rename_to(kombucha, "fermented tea")
    assert session.taxonomy.find("kombucha").name == "fermented tea"
    _choose(classes, "tea", "fermented tea")
    classes.merge()
    merged = session.taxonomy.get(item.class_id)
    assert session.taxonomy.find("tea") == session.taxonomy.find("fermented tea") == merged
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert stored.taxonomy() == session.taxonomy
    for _ in range(3):
        session.undo()
    assert session.taxonomy.find("kombucha") is None
    assert session.taxonomy.get(item.class_id).name == "tea"
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert stored.taxonomy() == session.taxonomy


def test_a_name_that_is_almost_there_is_pointed_out_before_it_is_added(classes: ClassesDialog) -> None:
    usual = classes.hint.text()
    classes.filter.setText("ketchupp")
    assert classes.hint.text() == "“ketchupp” would be a new class, very like “ketchup”."
    assert classes.buttons["add"].isEnabled()
    classes.filter.setText("Ketchup ")
    assert classes.hint.text() == usual
    assert not classes.buttons["add"].isEnabled()


def test_a_taken_name_is_refused_with_a_sentence(classes: ClassesDialog, window: MainWindow) -> None:
    rice = window.session.taxonomy.find("rice")
    classes.rename_to(rice, "BREAD")
    assert window.session.taxonomy.find("rice") == rice
    assert "bread" in window.strip.label.text()


def test_export_to_coco_through_the_dialog(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    mask = window.session.sheet.items[0].mask
    window.actions_["export"].trigger()
    (dialog,) = window.findChildren(ExportDialog)
    dialog.choose_format("coco")
    out = tmp_path / "labels.json"
    dialog.out.setText(str(out))
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=20_000):
        dialog.begin()
    data = json.loads(out.read_text())
    (annotation,) = data["annotations"]
    assert annotation["segmentation"]["counts"] == mask.rle()["counts"]
    assert dialog.start.isEnabled()


def test_an_export_of_nothing_is_said_and_writes_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.actions_["export"].trigger()
    (dialog,) = window.findChildren(ExportDialog)
    out = tmp_path / "pairs"
    dialog.out.setText(str(out))
    with qtbot.waitSignal(window.feature(Showing).exporter.failed, timeout=20_000) as failed:
        dialog.begin()
    assert dialog.message.text() == failed.args[0]
    assert not out.exists()


def test_every_act_is_in_its_menu_once_and_no_key_is_given_twice(window: MainWindow) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]
    menus += [action.menu() for menu in menus for action in menu.actions() if action.menu()]
    acts = [action for menu in menus for action in menu.actions() if not action.isSeparator() and not action.menu()]
    shown = [name for action in acts if (name := action.objectName())]  # recent projects have none
    assert sorted(shown) == sorted(act.key for act in ACTS)
    assert {act.menu for act in ACTS} <= set(MENUS)
    keys = [QKeySequence(k).toString() for act in ACTS for k in act.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_the_cheat_sheet_lists_every_shortcut(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["shortcuts"].trigger()
    (dialog,) = window.findChildren(ShortcutsDialog)
    qtbot.waitUntil(lambda: not dialog.filling)
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {act.text for act in ACTS if act.keys} <= words


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    for widget in (
        window.canvas,
        window.photos.list,
        window.photos.text,
        window.items.list,
        window.suggestions.search,
        window.views.roi,
        window.views.extra,
    ):
        assert widget.accessibleName()


def test_dropped_photos_are_added(window: MainWindow, meals: Path, tmp_path: Path, qtbot: QtBot) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "guest.jpg").write_bytes((meals / "meal-001.jpg").read_bytes())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(more))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    assert window.acceptDrops()
    drop = QDropEvent(QPointF(50, 50), copy, data, left, none, QEvent.Type.Drop)
    with qtbot.waitSignal(window.session.photos.replaced, timeout=10_000):
        window.dropEvent(drop)
    assert any(window.session.photos[row].path.endswith("guest.jpg") for row in range(len(window.session.photos)))


def test_selecting_in_the_items_panel_shows_its_names(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    for x, name in ((60, "rice"), (180, "bread")):
        click_and_wait(window, qtbot, x, 90)
        session.name(name)
    model = window.items.list.model()
    assert [model.index(row, 0).data() for row in range(2)] == ["bread", "rice"]
    window.items.list.setCurrentIndex(model.index(1, 0))
    assert session.selected_item.class_id == session.taxonomy.find("rice").id
    session.name("noodles")
    assert [model.index(row, 0).data() for row in range(2)] == ["bread", "noodles"]


def test_the_status_bar_says_what_names_and_from_what_it_started(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.statusBar()
    assert window.session.model.name in bar.model.text()
    assert window.session.model.start in bar.model.text()
    assert window.session.segmenter.description in bar.segmenter.text()
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    qtbot.waitUntil(lambda: bar.saved.text().startswith("saved "), timeout=5000)
