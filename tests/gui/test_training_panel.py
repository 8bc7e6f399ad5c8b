"""The retraining panel: what it asks, what it shows, and when it adopts a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.panels.training import TrainingPanel
from rvergui.gui.trainer import Outcome, TrainingPlan
from rvergui.gui.training_dock import TrainingDock
from rvergui.training.events import Epoch, Finished, Started, Step
from tests.gui.driving import click_and_wait, wait_photo


@pytest.fixture
def panel(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> TrainingPanel:
    """The panel over three photos of which two are labelled; runs are recorded, not started."""
    plans: list[TrainingPlan] = []
    monkeypatch.setattr(window.feature(TrainingDock).trainer, "start", plans.append)
    window.actions_["retrain"].trigger()
    panel = window.feature(TrainingDock).panel
    assert isinstance(panel, TrainingPanel)
    panel.plans = plans
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


def test_too_little_data_is_refused_with_what_is_missing(window: MainWindow, panel: TrainingPanel) -> None:
    assert not panel.start.isEnabled()
    assert "two classes on two photos" in panel.data.text()


def test_the_run_gets_what_was_chosen(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    assert panel.start.isEnabled()
    panel.what.setCurrentIndex(2)
    panel.how_long.setCurrentIndex(2)
    panel.start.click()
    (plan,) = panel.plans
    assert plan.source == window.session.project.path
    assert plan.out.parent == window.session.project.models_folder
    assert plan.epochs == 40
    assert plan.arguments()[-4:] == ["--roi", "mobilenetv2_100", "--extra-roi", "deit_tiny_patch16_224"]
    assert window.session.saver.pending == 0  # the run reads what is on disk


def test_progress_and_curves_follow_the_events(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    panel.start.click()
    tell = window.feature(TrainingDock).trainer.told.emit
    tell(
        Started(
            model="m", start="random", train_items=8, val_items=2, train_photos=4, val_photos=1,
            classes=["a", "b"], epochs=2, steps=4, device="cpu",
        )
    )  # fmt: skip
    tell(Step(step=1, steps=4, epoch=1, loss=0.9, lr=1e-3, seconds_left=65))
    tell(Step(step=2, steps=4, epoch=1, loss=0.5, lr=1e-3, seconds_left=30))
    tell(Epoch(epoch=1, train_loss=0.7, val_loss=0.8, top1=0.5, macro_f1=0.25, best=True))
    assert (panel.progress.value(), panel.progress.maximum()) == (2, 4)
    assert "30 s left" in panel.phase.text()
    assert "F1 0.25" in panel.detail.text()
    assert list(panel._curves[0].yData) == [0.9, 0.5]
    assert list(panel._curves[1].xData) == [2.0]


@pytest.mark.parametrize(("new", "old"), [(0.1, None), (0.6, 0.5), (0.5, 0.5)])
def test_a_model_that_is_not_worse_is_used(
    window: MainWindow, panel: TrainingPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, new: float, old: float
) -> None:
    adopted: list[Path] = []
    monkeypatch.setattr(window.session, "adopt_model", adopted.append)
    window.feature(TrainingDock).trainer.ended.emit(_finished(new, old))
    assert adopted == [Path("new.safetensors")]
    assert "1 min 15 s" in panel.phase.text()


def test_a_worse_model_is_only_used_when_the_person_says_so(
    window: MainWindow, panel: TrainingPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted: list[Path] = []
    monkeypatch.setattr(window.session, "adopt_model", adopted.append)
    window.feature(TrainingDock).trainer.ended.emit(_finished(0.4, 0.5))
    assert adopted == []
    assert "worse" in panel.detail.text()
    panel._pages.setCurrentIndex(1)
    panel.adopt.click()
    assert adopted == [Path("new.safetensors")]


def test_a_failed_run_says_why_and_goes_back(window: MainWindow, panel: TrainingPanel, qtbot: QtBot) -> None:
    _label_two_photos(window, qtbot)
    panel.start.click()
    window.feature(TrainingDock).trainer.ended.emit(Outcome(None, None, False, "The disk is full; free some space."))
    assert panel.phase.text() == "The disk is full; free some space."
    assert not panel.adopt.isVisible()
    panel.keep.click()
    assert panel.start.isVisible()
    assert panel.start.isEnabled()
