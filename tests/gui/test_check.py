"""Label > Check the project: findings to go through, repairs as one step of undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from rvergui.checking.checking import CHECKS, DAMAGE
from rvergui.checking.findings import Finding, Severity
from rvergui.core import Item, Mask, Sheet, Source, SourceKind
from rvergui.core.photo_loading import content_hash
from rvergui.gui.dialogs.check import CheckDialog
from rvergui.gui.dialogs.findings_model import FindingsModel
from rvergui.gui.main_window import MainWindow
from rvergui.gui.theme import LIGHT
from rvergui.project.demo import create_demo_project
from rvergui.project.store import Project
from tests.gui.driving import wait_saved

PERSON = Source.now(SourceKind.PERSON, "ada")


def spoil(project: Path) -> None:
    """An empty mask and a copy on the first photo, a tiny one on the second."""
    with Project.open(project) as opened:
        first, second, *_ = (opened.sheet(record.id) for record in opened.photos())
        tiny = np.zeros(second.size, dtype=bool)
        tiny[3:6, 3:6] = True
        extra = {
            first: [Mask.empty(first.size), first.items[0].mask],
            second: [Mask.from_array(tiny)],
        }
        for sheet, masks in extra.items():
            made = [Item.new(mask, PERSON).named(sheet.items[0].class_id, PERSON) for mask in masks]
            opened.save_sheet(sheet, Sheet(sheet.photo_id, sheet.size, (*sheet.items, *made)), "test")


@pytest.fixture
def spoilt(open_window, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """A window over a project with mistakes."""
    project = create_demo_project(tmp_path / "meals", count=2, labelled=2)
    spoil(project)
    window = open_window()
    with qtbot.waitSignal(window.session.photo_changed, timeout=20_000):
        window.open_path(project)
    return window


def opened_dialog(window: MainWindow, qtbot: QtBot) -> CheckDialog:
    window.actions_["check-project"].trigger()
    dialog = window.findChild(CheckDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
    return dialog


def groups(dialog: CheckDialog) -> dict[str, int]:
    model = dialog.model
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return {model.check_of(index): model.rowCount(index) for index in rows}


def test_findings_are_listed_and_repaired_in_one_step_that_undo_takes_back(spoilt: MainWindow, qtbot: QtBot) -> None:
    dialog = opened_dialog(spoilt, qtbot)
    wrong = {"empty-masks": 1, "same-masks": 1, "tiny": 1}
    assert wrong.items() <= groups(dialog).items()
    document = spoilt.session.document
    before = document.sheet
    dialog.tree.selectAll()
    assert dialog.repair.isEnabled()
    dialog.repair.click()
    qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
    assert not wrong.keys() & groups(dialog).keys()
    assert len(document.sheet) == len(before) - 2
    wait_saved(spoilt, qtbot)
    with Project.open(spoilt.session.project.path, read_only=True) as project:
        assert not any(item.mask.area < 20 for _, sheet in project.labelled() for item in sheet)
    spoilt.actions_["undo"].trigger()
    assert document.sheet == before
    dialog.again.click()
    qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
    assert wrong.items() <= groups(dialog).items()


def test_going_to_a_finding_shows_its_photo_and_selects_its_item(spoilt: MainWindow, qtbot: QtBot) -> None:
    dialog = opened_dialog(spoilt, qtbot)
    model = dialog.model
    group = next(model.index(r, 0) for r in range(model.rowCount()) if model.check_of(model.index(r, 0)) == "tiny")
    index = model.index(0, 0, group)
    (finding,) = model.findings(index)
    dialog.tree.setCurrentIndex(index)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Return)
    session = spoilt.session
    qtbot.waitUntil(lambda: session.selected == finding.items[0], timeout=20_000)
    assert session.record.id == finding.photo_id
    dialog.visit.click()  # it is shown already
    assert session.selected == finding.items[0]


def test_what_was_labelled_while_a_repair_was_prepared_stays(spoilt: MainWindow, qtbot: QtBot) -> None:
    dialog = opened_dialog(spoilt, qtbot)
    document = spoilt.session.document
    keep = document.sheet.items[0]
    dialog.tree.selectAll()
    dialog.repair.click()
    changed = document.sheet.with_item(Item.new(keep.mask, PERSON))
    document.commit("test", sheet=changed)
    qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
    assert changed.items[-1] in document.sheet.items
    assert not any(item.mask.is_empty for item in document.sheet)


def test_nothing_wrong_is_said_and_a_read_only_project_is_not_repaired(open_window, tmp_path, qtbot) -> None:
    project = create_demo_project(tmp_path / "meals", count=1, labelled=1)
    window = open_window()
    with qtbot.waitSignal(window.session.photo_changed, timeout=20_000):
        window.open_path(project)
    dialog = opened_dialog(window, qtbot)
    assert dialog.title.text() == "Nothing is wrong"
    assert not dialog.tree.isVisible()
    window.session.project.read_only = True
    tiny = Finding("tiny", Severity.WARNING, "tiny", doomed=("x",), photo_id="y")
    dialog._show([tiny])
    dialog.tree.selectAll()
    assert not dialog.repair.isEnabled()
    assert "read-only" in dialog.advice.text()


def test_closing_stops_a_check_and_opening_again_begins_anew(spoilt: MainWindow, qtbot: QtBot) -> None:
    spoilt.actions_["check-project"].trigger()
    dialog = spoilt.findChild(CheckDialog)
    dialog.close()
    qtbot.waitUntil(lambda: spoilt.findChild(CheckDialog) is None)
    again = opened_dialog(spoilt, qtbot)
    assert "tiny" in groups(again)


def test_every_check_has_its_words(spoilt: MainWindow, qtbot: QtBot) -> None:
    dialog = opened_dialog(spoilt, qtbot)
    assert set(dialog._titles) == {DAMAGE, *CHECKS}
    assert set(dialog._repairs) == {name for name, check in CHECKS.items() if check.REPAIR}


def test_copies_leave_the_list_for_good_and_changed_photos_are_taken_as_they_are(
    open_window, tmp_path: Path, qtbot: QtBot
) -> None:
    file = create_demo_project(tmp_path / "meals", count=2, labelled=2)
    with Project.open(file) as project:
        records = project.photos()
        first, second = (project.photo_path(record) for record in records)
        copy = first.with_name("zz copy.jpg")
        copy.write_bytes(first.read_bytes())
        project.add_folder(project.root)
        project.add_photos([copy])
    window = open_window()
    with qtbot.waitSignal(window.session.photo_changed, timeout=20_000):
        window.open_path(file)
    second.write_bytes(second.read_bytes() + b"\0")  # another program has saved it again
    photos = window.session.photos
    dialog = opened_dialog(window, qtbot)
    assert groups(dialog)["same-photos"] == groups(dialog)["changed-photos"] == 1
    for name in ("same-photos", "changed-photos"):
        model = dialog.model
        group = next(model.index(r, 0) for r in range(model.rowCount()) if model.check_of(model.index(r, 0)) == name)
        dialog.tree.setCurrentIndex(group)
        assert "Undo does not take this back" in dialog.advice.text()
        assert dialog.repair.isEnabled()
        dialog.repair.click()
        qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
        assert name not in groups(dialog)
        assert "Undo" not in dialog.summary.text()
    assert [photos[row].id for row in range(len(photos))] == [record.id for record in records]
    assert copy.exists()
    dialog.again.click()
    qtbot.waitUntil(lambda: not dialog._checker.running, timeout=30_000)
    assert not {"same-photos", "changed-photos"} & groups(dialog).keys()
    with qtbot.waitSignal(window.session.notice, timeout=20_000):
        window.actions_["look-again"].trigger()
    assert len(photos) == 2  # the copy is not taken for a new photo
    assert photos[1].content_hash == content_hash(second.read_bytes())


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    model = FindingsModel({"tiny": "Tiny ones"}, LIGHT)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    findings = [Finding(check, Severity.NOTE, f"{check} {n}") for check in ("tiny", "edge") for n in range(3)]
    model.show(findings)
    group = model.index(0, 0)
    assert model.data(group) == "Tiny ones  (3)"
    assert model.findings(group) == findings[:3]
    child = model.index(2, 0, model.index(1, 0))
    assert model.data(child) == "edge 2"
    assert model.parent(child) == model.index(1, 0)
    model.show([])
    assert model.rowCount() == 0
    del tester
