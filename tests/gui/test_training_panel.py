"""The retraining panel: what it asks, what it shows, and when it adopts a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from rvergui.gui.gate.comparer import Comparing
from rvergui.gui.gate.feature import Gate
from rvergui.gui.main_window import MainWindow
from rvergui.gui.numbers import local
from rvergui.gui.retrain.panel import TrainingPanel
from rvergui.gui.theme import current
from rvergui.gui.trainer import Outcome, TrainingPlan
from rvergui.gui.training_dock import TrainingDock
from rvergui.training.choices import Start, What
from rvergui.training.events import Epoch, Estimate, Finished, Started, Step
from tests.gui.driving import click_and_wait, wait_photo

STARTED = Started(
    model="m", start="random", train_items=8, val_items=2, train_photos=4, val_photos=1,
    classes=["a", "b"], epochs=2, steps=4, device="cpu", batch_size=8,
)  # fmt: skip


@pytest.fixture
def panel(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> TrainingPanel:
    """The panel over three photos of which none is labelled; runs and estimates are recorded, not started."""
    plans: list[TrainingPlan] = []
    trainer = window.feature(TrainingDock).trainer
    monkeypatch.setattr(trainer, "start", lambda plan: (plans.append(plan), trainer.began.emit()))
    window.actions_["retrain"].trigger()
    panel = window.feature(TrainingDock).panel
    assert isinstance(panel, TrainingPanel)
    panel.plans, panel.asked = plans, []
    monkeypatch.setattr(panel.estimator, "ask", panel.asked.append)
    qtbot.waitUntil(lambda: panel.choices.start_from.count() > 2)
    return panel


def _label_two_photos(window: MainWindow, qtbot: QtBot) -> None:
    for number, name in ((1, "rice"), (2, "bread")):
        wait_photo(window, qtbot, f"{number:03d}.jpg")
        click_and_wait(window, qtbot, 120, 90)
        window.session.name(name)
        window.session.step_photo(1)
    wait_photo(window, qtbot, "003.jpg")


def _finished(f1: float, parent: float | None) -> Outcome:
    parent_metrics = None if parent is None else {"macro_f1": parent, "top1": parent}
    finished = Finished(
        checkpoint="new.safetensors", metrics={"macro_f1": f1, "top1": f1}, parent_metrics=parent_metrics, seconds=75
    )
    return Outcome(finished, Path("new.safetensors"), False, "")


@pytest.fixture
def here(window: MainWindow, panel: TrainingPanel, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was adopted; every run counts as one of the project that is open."""
    adopted: list[Path] = []
    monkeypatch.setattr(window.session, "adopt_model", adopted.append)
    monkeypatch.setattr("rvergui.gui.retrain.panel.same_project", lambda source, project: True)
    return adopted


def _field(panel: TrainingPanel, name: str) -> QLineEdit | QComboBox:
    return panel.choices.advanced.rows[name].field


def test_too_little_data_is_refused_with_what_is_missing(
    window: MainWindow, panel: TrainingPanel, qtbot: QtBot
) -> None:
    assert not panel.choices.start.isEnabled()
    assert "two classes on two photos" in panel.choices.data.text()
    click_and_wait(window, qtbot, 120, 90)
    window.session.name("rice")
    qtbot.waitUntil(lambda: "rice: all on one photo" in panel.choices.data.text())
    assert not panel.choices.start.isEnabled()


def test_the_run_gets_what_was_chosen(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    choices = panel.choices
    assert choices.start.isEnabled()
    qtbot.waitUntil(lambda: "rice: all on one photo" in choices.data.text())
    assert choices.start.isEnabled()  # that is said, and no reason to refuse
    choices.what[What.EVERYTHING].setChecked(True)
    choices.how_long.setCurrentIndex(3)
    choices.start_from.setCurrentIndex(choices.start_from.findData(Start.SCRATCH))
    _field(panel, "roi").setCurrentText("mobilenetv2_100")
    _field(panel, "turn").setText("7,5")
    _field(panel, "noise").setText("permute:16 translocate:1,2")
    _field(panel, "checkpointing").setCurrentIndex(1)
    _field(panel, "shared").setCurrentIndex(1)
    choices.start.click()
    (plan,) = panel.plans
    assert plan.source == window.session.project.path
    assert plan.out.parent == window.session.project.models_folder
    words = plan.arguments()
    assert words[words.index("--what") : words.index("--what") + 4] == ["--what", "everything", "--from", "scratch"]
    assert words[-2:] == ["--epochs", "40"]
    for pair in (["--roi", "mobilenetv2_100"], ["--set", "turn=7.5"], ["--noise", "permute:16"]):
        assert pair in [words[i : i + 2] for i in range(len(words))]
    assert {"--checkpointing", "--shared"} <= set(words)
    assert window.session.saver.pending == 0  # the run reads what is on disk


def test_until_it_stops_getting_better_is_what_it_does_if_nobody_says_otherwise(
    window: MainWindow, panel: TrainingPanel, qtbot: QtBot
) -> None:
    _label_two_photos(window, qtbot)
    panel.choices.start.click()
    words = panel.plans[0].arguments()
    assert "--until-best" in words
    assert "head" in words
    assert Path(words[words.index("--from") + 1]).name == "groceries.safetensors"  # no trained model names yet


def test_what_makes_no_sense_is_said_beside_its_field(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    choices = panel.choices
    for name, text, words in (
        ("batch_size", "0", "At least 1."),
        ("learning_rate", "fast", "A number, please."),
        ("noise", "blur:2", "There is no noise"),
    ):
        field = _field(panel, name)
        field.setText(text)
        assert words in choices.advanced.rows[name].error.text()
        assert words in field.accessibleDescription()
        assert not choices.start.isEnabled()
        field.clear()
        assert choices.start.isEnabled()
    assert choices.fold.isChecked()  # it unfolds where something is wrong in it
    choices.start_from.setCurrentIndex(choices.start_from.findData(Start.SCRATCH))
    assert choices.wrong.isVisible()
    assert not choices.start.isEnabled()


def test_time_and_memory_are_estimated_before(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    panel.choices.how_long.setCurrentIndex(1)
    asked = panel.asked[-1]
    assert asked[-2:] == ["--epochs", "1"]
    found = Estimate(
        model="m", start="groceries", items=10, batch_size=8, epochs=1, prepare_seconds=20, epoch_seconds=20,
        memory=1_200_000_000,
    )  # fmt: skip
    panel.estimator.known.emit(found)
    assert panel.choices.estimate.text().startswith(f"About 2 min; about {local('1.2 GB')} of memory.")
    panel.choices.how_long.setCurrentIndex(0)
    assert panel.asked[-1] == asked  # how long changes nothing of what is measured
    panel.estimator.known.emit(found)
    assert panel.choices.estimate.text().startswith("At most about 50 min")
    panel.estimator.failed.emit("There is not enough memory for batches of 8.", 4)
    assert "not enough memory" in panel.choices.estimate.text()
    panel.choices.smaller.click()
    assert _field(panel, "batch_size").text() == "4"


def test_progress_curves_and_bars_follow_the_events(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.live.curves is not None, timeout=20_000)
    tell = window.feature(TrainingDock).trainer.told.emit
    names = [f"class {n:03d}" for n in range(200)]
    tell(STARTED)
    tell(Step(step=1, steps=4, epoch=1, loss=0.9, lr=1e-3, seconds_left=65))
    tell(Step(step=2, steps=4, epoch=1, loss=0.5, lr=1e-3, seconds_left=30))
    scores = {name: 1 - place / 200 for place, name in enumerate(names)}
    tell(Epoch(epoch=1, train_loss=0.7, val_loss=0.8, top1=0.5, macro_f1=0.25, best=True, per_class=scores))
    live = panel.live
    assert (live.progress.value(), live.progress.maximum()) == (2, 4)
    assert "30 s left" in live.phase.text()
    assert local("F1 0.25") in live.detail.text()
    with qtbot.waitSignal(live.drawn):
        pass
    assert list(live.curves.loss.yData) == [0.9, 0.5]
    assert list(live.curves.score.xData) == [2.0]
    assert live.bars.rows == names[::-1]  # the worst on top
    assert "class 199 0.0" in live.bars.accessibleDescription()
    assert "best so far" in live.log.toPlainText()


def test_the_first_model_is_used(window: MainWindow, panel: TrainingPanel, here: list[Path]) -> None:
    window.feature(TrainingDock).trainer.ended.emit(_finished(0.1, None))
    assert here == [Path("new.safetensors")]
    assert "1 min 15 s" in panel.live.phase.text()
    assert "names from now on" in panel.live.detail.text()
    assert panel.buttons.adopt.isHidden()


@pytest.mark.parametrize("better", [True, False])
def test_with_a_model_in_use_both_are_compared_and_somebody_decides(
    window: MainWindow, panel: TrainingPanel, here: list[Path], monkeypatch: pytest.MonkeyPatch, better: bool
) -> None:
    gate = window.feature(Gate)
    asked: list[Comparing] = []
    monkeypatch.setattr(gate.comparer, "start", asked.append)
    monkeypatch.setattr(Gate, "in_use", property(lambda self: Path("old.safetensors")))
    window.feature(TrainingDock).trainer.ended.emit(_finished(0.9 if better else 0.4, 0.5))
    assert [(each.old.stem, each.new.stem) for each in asked] == [("old", "new")]
    assert here == []
    panel.buttons.adopt.click()  # asks once more
    assert len(asked) == 2
    assert here == []
    gate.dialog.show_failure("nothing to compare by")
    (gate.dialog.adopt if better else gate.dialog.keep).click()
    assert here == ([Path("new.safetensors")] if better else [])
    assert ("names from now on" if better else "stays") in panel.live.detail.text()
    assert panel.buttons.adopt.isHidden()


def test_a_model_of_another_project_is_not_used_in_this_one(window: MainWindow, panel: TrainingPanel) -> None:
    outcome = _finished(0.9, None)
    outcome = Outcome(outcome.finished, outcome.checkpoint, False, "", Path("other.rver"))
    window.feature(TrainingDock).trainer.ended.emit(outcome)
    assert not panel.buttons.adopt.isVisible()
    assert "other.rver" in panel.live.detail.text()


def test_a_failed_run_says_why_and_goes_back(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    panel.choices.start.click()
    window.feature(TrainingDock).trainer.ended.emit(Outcome(None, None, False, "The disk is full; free some space."))
    assert panel.live.phase.text() == "The disk is full; free some space."
    assert not panel.buttons.adopt.isVisible()
    panel.buttons.keep.click()
    assert panel.choices.start.isVisible()
    assert panel.choices.start.isEnabled()


def test_where_memory_ran_out_a_smaller_batch_is_a_click_away(
    window: MainWindow, panel: TrainingPanel, here: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = window.feature(TrainingDock).trainer
    again: list[object] = []
    monkeypatch.setattr(trainer, "start_again", lambda resume, batch=None: again.append((resume, batch)))
    trainer.ended.emit(Outcome(None, None, False, "There is not enough memory.", None, False, 16))
    assert "16" in panel.buttons.again.text()
    panel.buttons.again.click()
    assert again == [(False, 16)]


def test_nothing_is_measured_while_the_form_is_not_shown(
    window: MainWindow, panel: TrainingPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _label_two_photos(window, qtbot)
    panel.choices.what[What.LAST_BLOCKS].click()
    assert panel.asked
    panel.choices.start.click()
    window.feature(TrainingDock).trainer.ended.emit(_finished(0.9, None))  # its result is shown instead
    panel.asked.clear()
    panel.choices.changed.emit()  # as when another model is used and stands first in "Start from"
    assert not panel.asked
    panel.buttons.keep.click()
    assert panel.asked
    given_up: list[bool] = []
    monkeypatch.setattr(panel.estimator, "give_up", lambda: given_up.append(True))
    panel.hide()
    assert given_up


def test_the_panel_has_the_colour_of_all_panels(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    """It is made as a child of its dock, so its kind is set when it has put on its style already."""
    window.show()
    qtbot.waitUntil(panel.isVisible)
    seen = panel.grab().toImage()
    assert seen.pixelColor(2, seen.height() - 3).name() == current().panel
