"""The gate: a new model is compared with the one in use, and somebody decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rvergui.gui.gate.comparer import Comparer, Comparing
from rvergui.gui.gate.dialog import GateDialog
from rvergui.gui.gate.feature import Gate
from rvergui.gui.gate.found import Found, headline, verdict_sentence
from rvergui.gui.gate.score_rows import PLOT, ScoreRow
from rvergui.gui.main_window import MainWindow
from rvergui.gui.training_dock import TrainingDock
from rvergui.study.verdict import FEWEST_PHOTOS, Difference
from tests.gui.driving import wait_photo
from tests.gui.gate.comparisons import StubComparer, model_file, result


@pytest.fixture
def gate(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate of a window in which v1 names; comparisons are recorded, not run, and models are not loaded."""
    gate = window.feature(Gate)
    stub = StubComparer()
    monkeypatch.setattr(gate.comparer, "start", stub.start)
    gate.asked = stub.asked
    gate.used = []
    monkeypatch.setattr(window.session.networks, "use_model", lambda path, names: gate.used.append(path))
    old = model_file(window.session.project.models_folder / "v1.safetensors")
    _names(window, old)
    return gate


def _names(window: MainWindow, path: Path | None) -> None:
    networks = window.session.networks
    assert networks.model is not None
    networks.model = replace(networks.model, name="v1", trained=path is not None, checkpoint=path)


def _trained(window: MainWindow, **header: object) -> Path:
    new = model_file(window.session.project.models_folder / "v2.safetensors", **header)
    window.feature(TrainingDock).judge_wished.emit(new)
    return new


def _compared(gate: Gate, qtbot: QtBot, **changes: object) -> GateDialog:
    gate.comparer.compared.emit(result(**changes))
    dialog = gate.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=10_000)
    return dialog


def test_a_new_model_is_compared_with_the_one_in_use_on_the_project(window: MainWindow, gate: Gate) -> None:
    new = _trained(window)
    project = window.session.project
    assert gate.asked == [Comparing(project.models_folder / "v1.safetensors", new, project.path)]
    assert gate.asked[0].arguments()[-1] == "--events"
    dialog = gate.dialog
    assert dialog.isVisible()
    assert not dialog.isModal()  # one can go on labelling
    assert dialog.cancel.isVisible()
    assert not dialog.adopt.isVisible()
    gate.comparer.progressed.emit("reading", 3, 12)
    assert (dialog.progress.value(), dialog.progress.maximum()) == (3, 12)
    assert "3 of 12" in dialog.state.text()
    assert gate.used == []


def test_a_better_model_is_used_by_one_key(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    new = _trained(window)
    dialog = _compared(gate, qtbot)
    assert "better" in dialog.title.text()
    assert gate.used == []  # nobody has decided yet
    assert dialog.adopt.isDefault()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert gate.used == [new]
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: window.session.project.model_path() == new, timeout=10_000)
    assert not window.actions_["new-model"].isEnabled()


def test_a_significantly_worse_model_is_never_used_by_itself(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    new = _trained(window)
    dialog = _compared(gate, qtbot, verdict="significantly worse", change=-0.2)
    assert "worse" in dialog.title.text()
    assert dialog.keep.isDefault()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert gate.used == []
    assert gate.candidate is None
    assert not dialog.isVisible()
    window.feature(TrainingDock).judge_wished.emit(new)
    _compared(gate, qtbot, verdict="significantly worse", change=-0.2)
    dialog.adopt.click()  # somebody says so
    assert gate.used == [new]


def test_leaving_the_question_open_keeps_the_old_one_and_it_can_be_asked_again(
    window: MainWindow, gate: Gate, qtbot: QtBot
) -> None:
    _trained(window)
    dialog = gate.dialog
    dialog.close()  # while it is compared
    assert gate.used == []
    assert window.actions_["new-model"].isEnabled()
    window.actions_["new-model"].trigger()
    assert len(gate.asked) == 2
    _compared(gate, qtbot)
    dialog.close()
    assert gate.used == []
    assert not window.actions_["new-model"].isEnabled()


def test_without_a_comparison_somebody_decides_who_knows_why(window: MainWindow, gate: Gate) -> None:
    _trained(window)
    gate.comparer.failed.emit("No photo of meals.rver is left to compare by; label new photos.")
    dialog = gate.dialog
    assert "label new photos" in dialog.sentence.text()
    assert dialog.keep.isDefault()
    assert dialog.again.isVisible()
    dialog.again.click()
    assert len(gate.asked) == 2
    gate.comparer.cancelled.emit()
    assert "cancelled" in dialog.sentence.text()
    assert gate.used == []


def test_the_first_model_is_used_and_said_how_well_it_does(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    _names(window, None)
    said: list[str] = []
    window.session.notice.connect(said.append)
    new = _trained(
        window, metrics={"top1": 0.75, "macro_f1": 0.5}, training={"train_photos": ["a"], "val_photos": ["b", "c"]}
    )
    assert gate.used == [new]
    assert gate.asked == []
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "75 %" in said[-1]
    assert "2 photos" in said[-1]


def test_everything_that_was_found_is_shown(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    _trained(window)
    second = window.session.photos[1].path
    dialog = _compared(gate, qtbot, photo=second)
    assert dialog.scores.scores.rowCount() == 4
    first = dialog.classes.scores.index(0, 0)
    assert first.data() == "egg"  # what lost most comes first
    assert "0.700 before, 0.500 now" in first.data(Qt.ItemDataRole.AccessibleTextRole)
    assert [dialog.tabs.tabText(place) for place in range(3)] == [
        "Mistakes with photos",
        "Class by class",
        "Look-alikes",
    ]
    assert "leek" in dialog.notes.text()
    dialog.tabs.setCurrentIndex(1)
    assert not dialog.grab().isNull()  # the intervals are drawn
    (button,) = dialog.mix_ups.pictures
    assert f"rice taken for egg on {second}, by: before" in button.accessibleName()
    assert not button.icon().isNull()
    button.click()
    wait_photo(window, qtbot, second)


def test_another_project_ends_the_comparison(window: MainWindow, gate: Gate, tmp_path: Path, qtbot: QtBot) -> None:
    _trained(window)
    other = tmp_path / "other"
    other.mkdir()
    with qtbot.waitSignal(window.session.project_changed, timeout=10_000):
        window.open_path(other)
    assert gate.candidate is None
    assert gate.dialog is None


def test_every_control_is_reachable_and_named(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    _trained(window)
    dialog = _compared(gate, qtbot)
    for button in dialog.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    for table in (dialog.scores, dialog.classes, dialog.alike, dialog.mix_ups, dialog.tabs):
        assert table.accessibleName()


@pytest.mark.parametrize(
    ("verdict", "photos", "words", "advice"),
    [
        ("better", 12, "is better", "more than chance"),
        ("significantly worse", 12, "is worse", "stays unless you say so"),
        ("no worse", 12, "No clear difference", "can be chance"),
        ("no worse", FEWEST_PHOTOS - 1, "Too few photos", "Label more photos"),
    ],
)
def test_the_verdict_in_words(qapp: object, verdict: str, photos: int, words: str, advice: str) -> None:
    found = Found.read(result(verdict, photos=photos))
    assert words in headline(found)
    assert advice in verdict_sentence(found)
    assert f"40 objects on {photos} photos" in verdict_sentence(found)


def test_a_smaller_error_of_probabilities_is_better() -> None:
    surely = Difference(0.2, 0.1, -0.1, -0.15, -0.05)
    assert (ScoreRow("ECE", surely, good=False).tone, ScoreRow("F1", surely).tone) == (1, -1)
    assert ScoreRow("F1", Difference(0.2, 0.3, 0.1, -0.05, 0.2)).tone == 0
    assert ScoreRow("F1", surely).value(PLOT - 1) == "-0.10"


def test_a_process_that_ends_badly_becomes_a_sentence(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparer = Comparer()
    what = Comparing(tmp_path / "a.safetensors", tmp_path / "b.safetensors", tmp_path / "c.rver")
    monkeypatch.setattr("rvergui.gui.gate.comparer.program", lambda: [str(tmp_path / "no such program")])
    with qtbot.waitSignal(comparer.failed, timeout=10_000) as failed:
        comparer.start(what)
    assert "rvergui doctor" in failed.args[0]
    import sys

    code = 'import sys, time; print(\'{"event": "reading", "done": 1, "total": 2}\', flush=True); time.sleep(60)'
    monkeypatch.setattr("rvergui.gui.gate.comparer.program", lambda: [sys.executable, "-c", code])
    with qtbot.waitSignal(comparer.progressed, timeout=20_000) as told:
        comparer.start(what)
    assert told.args == ["reading", 1, 2]
    with qtbot.waitSignal(comparer.cancelled, timeout=10_000):
        comparer.cancel()
    assert not comparer.running
    comparer.start(what)
    process = comparer._process
    comparer.stop()
    assert process.state() == QProcess.ProcessState.NotRunning
