"""Trainings that outlive their window: continued, stopped, killed, finished meanwhile; and real ones cancelled."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.gui import trainer as trainer_module
from rvergui.gui.gate.feature import Gate
from rvergui.gui.main_window import MainWindow
from rvergui.gui.retrain import attach, leaving
from rvergui.gui.retrain.leaving import Leave
from rvergui.gui.retrain.panel import TrainingPanel
from rvergui.gui.trainer import FOLDER, Outcome, Trainer, TrainingPlan
from rvergui.gui.training_dock import TrainingDock
from rvergui.rvernet.checkpoint import read_header
from rvergui.training.choices import Start, What
from rvergui.training.events import Epoch, Event
from rvergui.training.run_folder import RunFolder, run_folders
from tests.training.little_data import PHOTOS, write_project

# A training that does as one does, without a network: an epoch at once, then it waits to be asked, or ends.
STAND_IN = """
import sys, time
from pathlib import Path
from rvergui.training.events import Cancelled, Epoch, Finished, Started, Step
from rvergui.training.run_folder import RunFolder
words = sys.argv[1:]
after = lambda option: words[words.index(option) + 1]
folder, out = RunFolder(Path(after("--run-folder"))), Path(after("--out"))
lock = folder.occupy(Path(words[1]), out, words)
def tell(event):
    print(event.line(), flush=True)
tell(Started(model="m", start="s", train_items=4, val_items=2, train_photos=2, val_photos=1, classes=["a", "b"],
    epochs=9, steps=18, device="cpu", batch_size=8, resumed_at=9 if "--resume" in words else 0))
out.parent.mkdir(exist_ok=True)
out.write_bytes(b"best")
out.with_name(out.stem + ".resume.pt").write_bytes(b"state")
tell(Step(step=2, steps=18, epoch=1, loss=0.5, lr=0.001, seconds_left=90))
tell(Epoch(epoch=1, train_loss=0.5, val_loss=0.5, top1=0.5, macro_f1=0.5, best=True))
end = time.monotonic() + 120
while time.monotonic() < end:
    if folder.cancel_wished:
        tell(Cancelled(checkpoint=str(out)))
        break
    if (folder.path / "finish").exists() or "--resume" in words:
        tell(Finished(checkpoint=str(out), metrics={"top1": 0.5, "macro_f1": 0.5}, seconds=3.0))
        break
    time.sleep(0.02)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with enough to train on."""
    return write_project(tmp_path / "foods", PHOTOS[:4])


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings are stood in for; SIGTERM ends no stand-in, as it ends no training. Their files are no models."""
    monkeypatch.setattr(Gate, "judge", lambda gate, checkpoint, ask=False: None)
    path = tmp_path / "stand_in.py"
    path.write_text("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STAND_IN)
    monkeypatch.setattr(trainer_module, "program", lambda: [sys.executable, str(path)])


def _opened(open_window: Callable[..., MainWindow], qtbot: QtBot, project: Path) -> MainWindow:
    window = open_window()
    with qtbot.waitSignal(window.session.project_changed, timeout=20_000):
        window.open_path(project)
    return window


def _panel(window: MainWindow, qtbot: QtBot) -> TrainingPanel:
    qtbot.waitUntil(lambda: window.feature(TrainingDock).panel is not None, timeout=20_000)
    panel = window.feature(TrainingDock).panel
    assert isinstance(panel, TrainingPanel)
    panel.estimator.stop()
    return panel


def _begin(window: MainWindow, qtbot: QtBot, project: Path) -> Trainer:
    """A run whose first epoch is over."""
    window.actions_["retrain"].trigger()
    _panel(window, qtbot)
    trainer = window.feature(TrainingDock).trainer
    trainer.start(TrainingPlan(project, project.with_suffix(".models") / "new.safetensors", None, 9))
    qtbot.waitUntil(lambda: trainer._best, timeout=30_000)
    return trainer


def _answer(monkeypatch: pytest.MonkeyPatch, answer: Leave) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(leaving, "ask", lambda window, name, left: (asked.append(name), answer)[1])
    return asked


def _end_of(trainer: Trainer, qtbot: QtBot, act: Callable[[], object]) -> Outcome:
    with qtbot.waitSignal(trainer.ended, timeout=30_000) as ended:
        act()
    return ended.args[0]


def test_a_training_goes_on_without_its_window_and_is_shown_by_the_next(
    open_window: Callable[..., MainWindow], qtbot: QtBot, project: Path, stand_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _opened(open_window, qtbot, project)
    trainer = _begin(first, qtbot, project)
    folder = trainer.folder
    assert _answer(monkeypatch, Leave.STAY) == []
    first.close()
    assert first.isVisible()
    asked = _answer(monkeypatch, Leave.CONTINUE)
    first.close()
    assert asked == ["little"]
    assert folder.alive

    second = _opened(open_window, qtbot, project)
    panel = _panel(second, qtbot)
    follower = second.feature(TrainingDock).trainer
    qtbot.waitUntil(lambda: follower.running and bool(panel.live.scores), timeout=20_000)
    assert follower.attached
    assert follower.process_id == folder.description().process
    outcome = _end_of(follower, qtbot, lambda: (folder.path / "finish").touch())
    assert outcome.finished is not None
    assert panel.buttons.adopt.isVisible()  # offered, not taken
    panel.buttons.keep.click()
    assert not folder.path.exists()


def test_what_was_finished_or_stopped_meanwhile_is_offered(
    open_window: Callable[..., MainWindow], qtbot: QtBot, project: Path, stand_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _opened(open_window, qtbot, project)
    folder = _begin(first, qtbot, project).folder
    _answer(monkeypatch, Leave.STOP)
    first.close()
    qtbot.waitUntil(lambda: not folder.alive, timeout=20_000)
    second = _opened(open_window, qtbot, project)
    panel = _panel(second, qtbot)
    qtbot.waitUntil(lambda: panel.buttons.adopt.isVisible(), timeout=20_000)
    assert "best state so far is kept" in panel.live.phase.text()
    assert project.with_suffix(".models").joinpath("new.safetensors").read_bytes() == b"best"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_after_a_crash_the_next_start_offers_to_go_on(
    open_window: Callable[..., MainWindow], qtbot: QtBot, project: Path, stand_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _opened(open_window, qtbot, project)
    folder = _begin(first, qtbot, project).folder
    _answer(monkeypatch, Leave.CONTINUE)
    first.close()
    os.kill(folder.description().process, signal.SIGKILL)
    qtbot.waitUntil(lambda: not folder.alive, timeout=20_000)

    second = _opened(open_window, qtbot, project)
    panel = _panel(second, qtbot)
    qtbot.waitUntil(lambda: panel.buttons.resume.isVisible(), timeout=20_000)
    assert panel.buttons.adopt.isVisible()  # the best so far is there, too
    assert "interrupted" in panel.live.phase.text()
    follower = second.feature(TrainingDock).trainer
    outcome = _end_of(follower, qtbot, panel.buttons.resume.click)
    assert outcome.finished is not None
    assert not folder.path.exists()
    assert "It goes on after step 9 of 18" in panel.live.log.toPlainText()


def test_a_cancel_in_a_window_that_only_watches_keeps_the_best(
    qtbot: QtBot, tmp_path: Path, project: Path, stand_in: None
) -> None:
    first, second = Trainer(tmp_path), Trainer(tmp_path)
    first.start(TrainingPlan(project, project.with_suffix(".models") / "new.safetensors", None, 9))
    qtbot.waitUntil(lambda: first._best, timeout=30_000)
    second.attach(first.folder)
    outcome = _end_of(second, qtbot, second.cancel)
    assert outcome.cancelled
    assert outcome.checkpoint is not None
    first.stop()


def test_runs_that_say_nothing_are_removed_once_they_are_old(tmp_path: Path) -> None:
    home = tmp_path / FOLDER
    new, old, stopped = (RunFolder.new(home) for _ in range(3))
    os.utime(old.path, (0, 0))
    stopped.occupy(tmp_path / "p.rver", tmp_path / "m.safetensors", ["train"]).release()
    stopped.events.write_text('{"event": "cancelled"}\n')
    assert attach.find_runs(home) == []
    assert [folder.path for folder in run_folders(home)] == [new.path]


@pytest.mark.timeout(400)
def test_a_real_training_is_cancelled_and_its_best_can_be_used(
    open_window: Callable[..., MainWindow], qtbot: QtBot, project: Path
) -> None:
    window = _opened(open_window, qtbot, project)
    window.actions_["retrain"].trigger()
    panel = _panel(window, qtbot)
    trainer, choices = window.feature(TrainingDock).trainer, panel.choices
    qtbot.waitUntil(choices.start.isEnabled, timeout=20_000)
    choices.what[What.EVERYTHING].setChecked(True)
    choices.start_from.setCurrentIndex(choices.start_from.findData(Start.SCRATCH))
    panel.options = ("--roi", "test_efficientnet", "--size", "32", "--epochs", "9999", "--patience", "9999")
    events: list[Event] = []
    trainer.told.connect(events.append)
    choices.start.click()
    panel.estimator.stop()
    qtbot.waitUntil(lambda: any(isinstance(event, Epoch) and event.best for event in events), timeout=200_000)
    outcome = _end_of(trainer, qtbot, panel.buttons.cancel.click)
    assert outcome.cancelled
    assert read_header(outcome.checkpoint).classes
    assert panel.buttons.adopt.isVisible()
    assert events[-1].event == "cancelled"
