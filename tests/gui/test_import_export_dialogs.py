"""File > Export and File > Import labels: choices from the tables, counts before, one undo after."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from rvergui.core import ItemState, Mask, SourceKind
from rvergui.engine.messages import BoxesCut, Failed
from rvergui.gui.dialogs.export import ExportDialog
from rvergui.gui.dialogs.import_labels import ImportDialog
from rvergui.gui.importing import Importer, Importing, ImportOrder
from rvergui.gui.main_window import MainWindow
from rvergui.gui.showing import Showing
from rvergui.interchange.exports.options import fields_of
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.imports.run import ImportOutcome
from rvergui.interchange.imports.table import IMPORTS
from rvergui.project.store import Project
from tests.gui.driving import click_and_wait, wait_saved
from tests.interchange.export_cases import export, hard_project


@pytest.fixture
def dialog(window: MainWindow) -> ExportDialog:
    window.actions_["export"].trigger()
    (found,) = window.findChildren(ExportDialog)
    return found


@pytest.fixture
def importing(window: MainWindow) -> ImportDialog:
    window.actions_["import"].trigger()
    (found,) = window.findChildren(ImportDialog)
    return found


def test_the_dialog_offers_every_format_with_its_own_options(dialog: ExportDialog) -> None:
    assert [dialog.format.itemData(row) for row in range(dialog.format.count())] == list(EXPORTS)
    for name, format in EXPORTS.items():
        dialog.choose_format(name)
        options = {option.key: option for option in fields_of(format.options)}
        assert dialog.options.values() == {key: option.default for key, option in options.items()}
        for key, widget in dialog.options.fields.items():
            assert widget.accessibleName()
            assert widget.toolTip() == options[key].description
        assert dialog.out.text().endswith(format.default_name(dialog._session.project.path.stem))
        assert dialog.division.share.value() == round(format.test_share * 100)


def test_what_would_be_written_is_counted_before(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: "No item fits" in dialog.preview.text(), timeout=5000)
    assert not dialog.start.isEnabled()
    dialog.close()
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    wait_saved(window, qtbot)
    window.feature(Showing).export()
    again = window.findChildren(ExportDialog)[-1]
    again.choose_format("yolo")
    qtbot.waitUntil(lambda: again.preview.text().startswith("1 item on 1 photo"), timeout=5000)
    assert "rice 1" in again.preview.text()
    assert again.start.isEnabled()
    again.selection.level.setCurrentIndex(again.selection.level.findData("verified"))
    qtbot.waitUntil(lambda: "No item fits" in again.preview.text(), timeout=5000)
    again.selection.level.setCurrentIndex(0)
    again.selection.some.setChecked(True)
    qtbot.waitUntil(lambda: again.preview.text() == "Choose at least one class.", timeout=5000)
    again.selection.some.setChecked(False)
    labels = again.options.fields["labels"]
    assert isinstance(labels, QComboBox)
    labels.setCurrentIndex(labels.findData("boxes"))
    again.out.setText(str(tmp_path / "yolo"))
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=20_000):
        again.begin()
    (file,) = (tmp_path / "yolo" / "labels").rglob("*.txt")
    assert len(file.read_text().split()) == 5
    assert again.reveal.isVisibleTo(again)
    assert sorted(path.name for path in (tmp_path / "yolo").iterdir()) == [
        "data.yaml",
        "images",
        "labels",
        "rvergui-export.json",
    ]


def test_a_division_makes_a_folder_of_a_coco_file_and_both_parts_come_back(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with hard_project(tmp_path / "other") as other:
        export(other, tmp_path / "masks", "masks")
    importer, exporter = window.feature(Importing).importer, window.feature(Showing).exporter
    importer.look(ImportOrder("masks", tmp_path / "masks", None, {}))
    with qtbot.waitSignal(importer.looked, timeout=20_000) as looked:
        pass
    with qtbot.waitSignal(importer.finished, timeout=20_000):
        importer.start(looked.args[0], {}, "skip")
    wait_saved(window, qtbot)
    dialog.choose_format("coco")
    assert dialog.out.text().endswith("-coco.json")
    dialog.division.share.setValue(40)
    assert dialog.out.text().endswith("-coco")
    qtbot.waitUntil(lambda: "for train" in dialog.preview.text() and "for test" in dialog.preview.text(), timeout=5000)
    dialog.out.setText(str(tmp_path / "one.json"))
    dialog.out.editingFinished.emit()
    qtbot.waitUntil(lambda: "holds one part" in dialog.preview.text(), timeout=5000)
    assert not dialog.start.isEnabled()
    dialog.out.setText(str(tmp_path / "parts"))
    dialog.out.editingFinished.emit()
    qtbot.waitUntil(dialog.start.isEnabled, timeout=5000)
    with qtbot.waitSignal(exporter.finished, timeout=20_000) as finished:
        dialog.begin()
    assert sum(finished.args[1].parts.values()) == 10
    names = sorted(path.name for path in (tmp_path / "parts" / "annotations").iterdir())
    assert names == ["instances_test.json", "instances_train.json"]


def test_labels_are_looked_at_mapped_imported_and_taken_back(
    importing: ImportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with hard_project(tmp_path / "other") as other:
        export(other, tmp_path / "yolo", "yolo", tolerance=0)
    session, importer = window.session, window.feature(Importing).importer
    before, photos = session.taxonomy, len(session.photos)
    assert not importing.start.isEnabled()
    importing.choose_format("yolo")
    importing.source.setText(str(tmp_path / "yolo"))
    with qtbot.waitSignal(importer.looked, timeout=20_000):
        importing.start.click()
    assert "Labelled: 5 photos, 8 classes." in importing.found.text()
    assert importing.start.text() == "Import"
    names = importing.mapping.names()
    assert names["rice"] == "rice"
    assert importing.mapping.choice(0).currentText() == "rice"
    row = list(names).index("CON")
    importing.mapping.skip(row)
    assert importing.mapping.names()["CON"] is None
    with qtbot.waitSignal(importer.finished, timeout=20_000):
        importing.start.click()
    assert importing.found.text().startswith("New: 9 items on 5 photos;")
    assert len(session.photos) == photos + 5
    assert session.taxonomy.find("CON") is None
    assert session.taxonomy.find("..") is not None
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert sum(record.items for record in stored.photos()) == 9
        assert stored.taxonomy() == session.taxonomy
    session.undo()
    wait_saved(window, qtbot)
    assert session.taxonomy == before
    with Project.open(session.project.path, read_only=True) as stored:
        assert sum(record.items for record in stored.photos()) == 0
        assert stored.taxonomy() == before
    session.redo()
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert sum(record.items for record in stored.photos()) == 9


def test_labels_come_onto_the_photo_that_is_shown(
    importing: ImportDialog, window: MainWindow, qtbot: QtBot, meals: Path
) -> None:
    session = window.session
    name = Path(session.photo.record.path).name if hasattr(session.photo, "record") else "meal-001.jpg"
    content = {
        "images": [{"id": 1, "file_name": name}],
        "categories": [{"id": 1, "name": "rice"}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [20, 20, 60, 50]}, {"image_id": 9}],
    }
    (meals / "i.json").write_text(json.dumps(content))
    importer = window.feature(Importing).importer
    importing.choose_format("coco")
    importing.source.setText(str(meals / "i.json"))
    importing.boxes.setCurrentIndex(importing.boxes.findData("rectangle"))
    with qtbot.waitSignal(importer.looked, timeout=20_000):
        importing.start.click()
    assert "does not list" in importing.report.toPlainText()
    with qtbot.waitSignal(importer.finished, timeout=20_000):
        importing.start.click()
    (item,) = session.sheet.items
    assert item.mask.bbox == (20, 20, 60, 50)
    assert session.taxonomy.get(item.class_id).name == "rice"


def boxes_of(meals: Path) -> Path:
    """A COCO file with two boxes on each meal."""
    names = sorted(path.name for path in meals.glob("meal-*.jpg"))
    content = {
        "images": [{"id": n, "file_name": name} for n, name in enumerate(names)],
        "categories": [{"id": 1, "name": "rice"}],
        "annotations": [
            {"image_id": n, "category_id": 1, "bbox": bbox}
            for n in range(len(names))
            for bbox in ([20, 20, 60, 50], [120, 90, 40, 60])
        ],
    }
    (meals / "boxes.json").write_text(json.dumps(content))
    return meals / "boxes.json"


def look_at(importing: ImportDialog, importer: Importer, qtbot: QtBot, source: Path) -> None:
    importing.choose_format("coco")
    importing.source.setText(str(source))
    with qtbot.waitSignal(importer.looked, timeout=20_000):
        importing.start.click()


def test_boxes_prompt_the_chosen_segmenter_and_wait_to_be_confirmed(
    importing: ImportDialog, window: MainWindow, qtbot: QtBot, meals: Path
) -> None:
    session, importer = window.session, window.feature(Importing).importer
    assert "Fake" in importing.boxes.itemText(0)
    look_at(importing, importer, qtbot, boxes_of(meals))
    with qtbot.waitSignal(importer.finished, timeout=20_000) as finished:
        importing.start.click()
    outcome = finished.args[0]
    assert (outcome.objects, outcome.cut, outcome.photos, outcome.skipped) == (6, 6, 3, [])
    assert "Cut out of boxes, waiting to be confirmed: 6." in importing.found.text()
    for item in session.sheet.items:
        assert item.state is ItemState.PROPOSED
        assert (item.mask_source.kind, item.mask_source.name) == (SourceKind.MODEL, "Fake segmenter for tests")
        assert item.label_source.kind is SourceKind.IMPORT
        assert session.taxonomy.get(item.class_id).name == "rice"
    session.undo()
    assert not session.sheet.items


def test_cutting_out_boxes_can_be_stopped_and_survives_the_end_of_the_networks(
    importing: ImportDialog, window: MainWindow, qtbot: QtBot, meals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer, networks = window.feature(Importing).importer, window.session.networks
    look_at(importing, importer, qtbot, boxes_of(meals))
    asked = []
    monkeypatch.setattr(networks, "ask", lambda request, answered: asked.append((request, answered)) or 10**6)
    importing.start.click()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=5000)
    with qtbot.waitSignal(importer.finished, timeout=20_000) as finished:
        importing.cancel.click()
    assert finished.args[0].cancelled
    assert finished.args[0].objects == 0
    assert importing.found.text().startswith("Stopped.")
    asked.clear()
    look_at(importing, importer, qtbot, meals / "boxes.json")
    importing.start.click()
    with qtbot.waitSignal(importer.finished, timeout=20_000) as finished:
        for number in range(3):
            qtbot.waitUntil(lambda wanted=number + 1: len(asked) == wanted, timeout=5000)
            request, answered = asked[-1]
            if number == 0:
                networks.models.died.emit("The networks stopped.")
            elif number == 1:
                answered(Failed(generation=0, request=request, message="It failed."))
            else:
                answered(
                    BoxesCut(generation=0, masks=(None, Mask.from_crop(np.ones((9, 9)), (5, 5), (180, 240))), by="x")
                )
    outcome = finished.args[0]
    assert outcome.objects == 1
    assert [sentence.split(": ", 1)[1][:12] for sentence in outcome.skipped] == [
        "The networks", "It failed.", "nothing was "
    ]  # fmt: skip


def test_what_cannot_be_read_is_said_and_other_choices_want_another_look(
    importing: ImportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    importer = window.feature(Importing).importer
    assert [importing.format.itemData(row) for row in range(importing.format.count())] == list(IMPORTS)
    importing.source.setText(str(tmp_path / "gone"))
    with qtbot.waitSignal(importer.failed, timeout=20_000) as failed:
        importing.start.click()
    assert importing.found.text() == failed.args[0]
    assert "check the path" in failed.args[0]
    assert importing.start.isEnabled()
    importing.source.setText("")
    assert not importing.start.isEnabled()
    for name, format in IMPORTS.items():
        importing.choose_format(name)
        assert importing.boxes.isVisibleTo(importing) is format.boxes
        assert importing.images.isVisibleTo(importing) is format.images


def test_an_import_whose_dialog_was_closed_is_told_in_the_window(window: MainWindow) -> None:
    feature = window.feature(Importing)
    feature.importer.finished.emit(ImportOutcome(photos=1, objects=2))
    assert window.strip.label.text() == "Imported: 2 items on 1 photo; Ctrl+Z takes that back."
    feature.importer.failed.emit("The disk is full.")
    assert window.strip.label.text() == "The disk is full."
    feature.show()
    feature.importer.failed.emit("The dialog says it itself.")
    assert window.strip.label.text() == "The disk is full."
