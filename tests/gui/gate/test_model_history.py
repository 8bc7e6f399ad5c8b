"""Model > History: every model with what is known of it, one click to use one, one click back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.gui.gate.feature import Gate
from rvergui.gui.gate.history import HistoryDialog
from rvergui.gui.gate.listed import facts
from rvergui.gui.main_window import MainWindow
from tests.gui.gate.comparisons import StubComparer, model_file


@pytest.fixture
def models(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two models, v2 in use and v1 before it, a damaged one and one that is gone; none is loaded."""
    gate = window.feature(Gate)
    gate.used = []
    monkeypatch.setattr(window.session.networks, "use_model", lambda path, names: gate.used.append(path))
    project = window.session.project
    folder = project.models_folder
    first = model_file(
        folder / "v1.safetensors",
        created="2026-11-01T10:00:00+00:00",
        metrics={"top1": 0.5, "macro_f1": 0.25},
        training={"train_items": 40, "train_photos": ["a", "b"], "val_items": 5, "val_photos": ["c"], "epochs": 5},
    )
    second = model_file(folder / "v2.safetensors", created="2026-11-02T10:00:00+00:00", parent="v1")
    (folder / "broken.safetensors").write_bytes(b"not a model")
    for path in (folder / "gone.safetensors", first, second):
        project.set_model_path(path)
    return folder


def _opened(window: MainWindow, qtbot: QtBot) -> HistoryDialog:
    window.actions_["model-history"].trigger()
    dialog = window.feature(Gate).history
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.models is not None, timeout=10_000)
    return dialog


def _row(dialog: HistoryDialog, name: str) -> int:
    return next(row for row, model in enumerate(dialog.models.lines) if name in model.name)


def _texts(dialog: HistoryDialog, row: int) -> list[str]:
    line = dialog.list.topLevelItem(row)
    return [line.text(column) for column in range(dialog.list.columnCount())]


def test_every_model_is_listed_with_what_is_known_of_it(window: MainWindow, models: Path, qtbot: QtBot) -> None:
    dialog = _opened(window, qtbot)
    assert [model.name for model in dialog.models.lines][:2] == ["v2", "v1"]  # the newest first
    assert dialog.selected.name == "v2"  # the one in use
    assert "●" in _texts(dialog, 0)[0]
    first = _texts(dialog, _row(dialog, "v1"))
    assert first[2:] == ["scratch", "40 objects", "50 %", "0.25"]
    assert _texts(dialog, 0)[2] == "v1"
    known = dict(facts(dialog.models.lines[_row(dialog, "v1")]))
    assert known["Classes"] == "2: rice, egg"
    assert known["Learnt from"].startswith("40 objects; 2 photos")
    assert known["Judged by"].startswith("5 objects on 1 photo,")
    assert "epochs 5" in known["Settings"]


@pytest.mark.parametrize("name", ["broken", "gone"])
def test_what_cannot_be_used_says_why(window: MainWindow, models: Path, qtbot: QtBot, name: str) -> None:
    dialog = _opened(window, qtbot)
    row = _row(dialog, name)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(row))
    assert "cannot be used" in _texts(dialog, row)[1]
    assert name in dict(facts(dialog.selected))["Cannot be used"]
    assert not dialog.adopt.isEnabled()
    assert not dialog.compare.isEnabled()
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert window.feature(Gate).used == []


def test_one_click_goes_back_and_the_undo_stack_knows_nothing_of_it(
    window: MainWindow, models: Path, qtbot: QtBot
) -> None:
    dialog = _opened(window, qtbot)
    before = window.session.history.last
    assert "v1" in dialog.back.text()
    dialog.back.click()
    qtbot.waitUntil(lambda: window.session.project.model_path() == models / "v1.safetensors", timeout=10_000)
    qtbot.waitUntil(lambda: window.feature(Gate).used == [models / "v1.safetensors"], timeout=10_000)
    qtbot.waitUntil(lambda: "gone" in dialog.back.text(), timeout=10_000)  # the list has followed
    assert dialog.models.lines[_row(dialog, "v1")].in_use
    assert window.session.history.last is before
    said: list[str] = []
    window.session.problem.connect(said.append)
    window.actions_["model-back"].trigger()
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "gone" in said[0]
    assert window.session.project.model_path() == models / "v1.safetensors"


def test_any_model_is_used_with_the_keyboard_alone(window: MainWindow, models: Path, qtbot: QtBot) -> None:
    dialog = _opened(window, qtbot)
    assert dialog.list.hasFocus() or dialog.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.selected.name == "v1"
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert window.feature(Gate).used == [models / "v1.safetensors"]
    qtbot.waitUntil(lambda: dialog.models.lines[_row(dialog, "v1")].in_use, timeout=10_000)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(dialog.list.topLevelItemCount() - 1))
    assert dialog.selected.path is None  # the one that comes with the program
    dialog.adopt.click()
    assert window.feature(Gate).used[-1] is None
    qtbot.waitUntil(lambda: window.session.project.model_path() is None, timeout=10_000)


def test_a_model_of_the_list_goes_through_the_gate_if_that_is_wished(
    window: MainWindow, models: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, stub = window.feature(Gate), StubComparer()
    monkeypatch.setattr(gate.comparer, "start", stub.start)
    monkeypatch.setattr(type(gate), "in_use", property(lambda self: models / "v2.safetensors"))
    dialog = _opened(window, qtbot)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(_row(dialog, "v1")))
    dialog.compare.click()
    assert (stub.asked[0].old.stem, stub.asked[0].new.stem) == ("v2", "v1")
    assert gate.dialog.isVisible()


def test_without_a_model_of_its_own_the_list_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _opened(window, qtbot)
    assert len(dialog.models.lines) == 1
    assert dialog.models.lines[0].in_use
    assert "Retrain" in dialog.message.text()
    assert not dialog.back.isEnabled()
    assert not dialog.adopt.isEnabled()
