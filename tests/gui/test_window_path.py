"""The whole path through the real window: open, click, name, correct, export, retrain, and the new model names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.dialogs.export import ExportDialog
from rvergui.gui.main_window import MainWindow
from rvergui.gui.retrain.panel import TrainingPanel
from rvergui.gui.showing import Showing
from rvergui.gui.training_dock import TrainingDock
from rvergui.interchange.pairs import read_pairs
from rvergui.samples import Meal, write_meals
from rvergui.training.choices import Start, What
from tests.gui.driving import click_and_wait, press, wait_named, wait_photo, wait_saved

SMALL = ("--roi", "mobilenetv2_035", "--extra-roi", "mobilenetv2_035", "--size", "64", "--batch-size", "8")


def _middle(meal: Meal, number: int) -> tuple[float, float]:
    """A pixel well inside an object."""
    mask = meal.objects[number].mask
    x, y, _, _ = mask.bbox
    crop = mask.crop()
    rows, columns = crop.nonzero()
    middle = len(rows) // 2
    return float(columns[middle] + x) + 0.5, float(rows[middle] + y) + 0.5


@pytest.mark.timeout(600)
def test_open_click_name_correct_export_retrain_and_name_again(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "my meals"
    folder.mkdir()
    meals = write_meals(folder, 5, seed=11, size=(180, 240))
    window = open_window(in_process=False)
    session = window.session
    assert window.welcome.isVisible()
    window.open_path(folder)
    for number, (path, meal) in enumerate(meals):
        wait_photo(window, qtbot, path.name)
        for which in range(2):
            x, y = _middle(meal, which)
            click_and_wait(window, qtbot, x, y)
            if number == 0:
                wait_named(window, qtbot, 120_000)
                press(window, Qt.Key.Key_1)  # take what the network says ...
                window.suggestions.begin_search(meal.objects[which].name)  # ... and correct it
                QTest.keyClick(window.suggestions.search, Qt.Key.Key_Return)
            else:
                QTest.keyClick(window.canvas, Qt.Key(ord(meal.objects[which].name[0].upper())))
                QTest.keyClicks(window.suggestions.search, meal.objects[which].name[1:])
                QTest.keyClick(window.suggestions.search, Qt.Key.Key_Return)
        names = [session.taxonomy.get(item.class_id).name for item in session.sheet.items]
        assert names == [o.name for o in meal.objects[:2]]
        if number + 1 < len(meals):
            press(window, Qt.Key.Key_N)
    wait_saved(window, qtbot)
    assert session.photos.labelled() == (10, 5)
    assert session.model is not None
    assert not session.model.trained

    _export(window, qtbot, tmp_path / "pairs")
    pairs = read_pairs(tmp_path / "pairs")
    assert len(pairs) == 10
    train = {p.photo_key for p in pairs if p.split == "train"}
    test = {p.photo_key for p in pairs if p.split == "test"}
    assert train
    assert test
    assert not train & test

    checkpoint = _retrain(window, qtbot)
    qtbot.waitUntil(lambda: session.model is not None and session.model.checkpoint == checkpoint, timeout=60_000)
    assert session.model.trained
    assert set(session.model.classes) == {o.name for _, meal in meals for o in meal.objects[:2]}
    x, y = _middle(meals[-1][1], 2 if len(meals[-1][1].objects) > 2 else 0)
    click_and_wait(window, qtbot, x, y)
    wait_named(window, qtbot)
    assert {s.name for s in session.target_naming().suggestions} <= set(session.model.classes)
    assert session.naming.model == session.model.name
    assert session.model.name in window.statusBar().model.text()
    project = session.project.path
    window.close()

    again = open_window(in_process=False)
    again.open_path(project)
    qtbot.waitUntil(
        lambda: again.session.model is not None and again.session.model.checkpoint == checkpoint, timeout=120_000
    )
    assert again.session.photos.labelled() == (10, 5)


def _export(window: MainWindow, qtbot: QtBot, out: Path) -> None:
    window.actions_["export"].trigger()
    (dialog,) = window.findChildren(ExportDialog)
    dialog.out.setText(str(out))
    dialog.division.share.setValue(40)
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=30_000):
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert "10 items of 5 photos" in dialog.message.text()
    dialog.close()


def _retrain(window: MainWindow, qtbot: QtBot) -> Path:
    window.actions_["retrain"].trigger()
    panel = window.feature(TrainingDock).panel
    assert isinstance(panel, TrainingPanel)
    choices = panel.choices
    qtbot.waitUntil(lambda: choices.start.isVisible() and choices.start.isEnabled())
    panel.options = SMALL
    choices.what[What.EVERYTHING].setChecked(True)
    choices.start_from.setCurrentIndex(choices.start_from.findData(Start.IMAGENET))
    choices.how_long.setCurrentIndex(1)
    events: list[object] = []
    window.feature(TrainingDock).trainer.told.connect(events.append)
    with qtbot.waitSignal(window.feature(TrainingDock).trainer.ended, timeout=300_000) as ended:
        QTest.mouseClick(choices.start, Qt.MouseButton.LeftButton)
        assert panel.buttons.cancel.isVisible()
    outcome = ended.args[0]
    assert outcome.finished is not None, outcome.message
    kinds = [event.event for event in events]
    assert kinds.count("epoch") == 5
    assert kinds[-1] == "finished"
    started = next(event for event in events if event.event == "started")
    assert (started.train_items + started.val_items, started.train_photos + started.val_photos) == (10, 5)
    assert outcome.checkpoint.parent == window.session.project.models_folder
    return outcome.checkpoint
