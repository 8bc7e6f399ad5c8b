"""Threads, saving and the training process as objects: every way they can end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.core import RverError
from rvergui.gui import trainer as trainer_module
from rvergui.gui.saver import Saver
from rvergui.gui.trainer import KILL_AFTER_MS, Outcome, Trainer, TrainingPlan
from rvergui.gui.worker import Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    made = Worker("test")
    yield made
    assert made.stop()


def test_a_worker_answers_on_the_gui_thread(worker: Worker, qtbot: QtBot) -> None:
    seen: list[tuple[int, int, int]] = []
    here = threading.get_ident()
    worker.submit(threading.get_ident, lambda there: seen.append((there, threading.get_ident(), here)))
    qtbot.waitUntil(lambda: bool(seen))
    there, back, _ = seen[0]
    assert there != here
    assert back == here


def test_a_worker_takes_urgent_jobs_first_and_only_the_newest_of_a_lane(worker: Worker, qtbot: QtBot) -> None:
    gate, order = threading.Event(), []
    worker.submit(gate.wait)
    for number in range(4):
        worker.submit(lambda n=number: n, order.append, lane="hover", priority=5)
    worker.submit(lambda: "low", order.append, priority=9)
    worker.submit(lambda: "urgent", order.append, priority=-1)
    gate.set()
    qtbot.waitUntil(lambda: worker.waiting == 0)
    assert order == ["urgent", 3, "low"]


@pytest.mark.expects_log
def test_a_worker_survives_errors_and_says_them(worker: Worker, qtbot: QtBot) -> None:
    said: list[str] = []

    def known() -> None:
        raise RverError("The plate is empty; fill it.")

    def unknown() -> None:
        raise ZeroDivisionError("oops")

    worker.submit(known, failed=said.append)
    worker.submit(unknown, failed=said.append)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[0] == "The plate is empty; fill it."
    assert "oops" in said[1]
    assert "labels are safe" in said[1]


def test_nothing_is_called_back_after_stop(qtbot: QtBot) -> None:
    made, seen = Worker("stopping"), []
    made.submit(lambda: 1, seen.append)
    assert made.stop()
    made.submit(lambda: 2, seen.append)
    qtbot.wait(50)
    assert seen == []


@pytest.fixture
def saver(qtbot: QtBot) -> Iterator[Saver]:
    made = Saver()
    yield made
    made.stop()


def test_saves_happen_in_order(saver: Saver, qtbot: QtBot) -> None:
    written: list[int] = []

    def write(number: int) -> datetime:
        written.append(number)
        return datetime.now(UTC)

    for number in range(20):
        saver.save(lambda n=number: write(n))
    assert saver.flush()
    assert written == list(range(20))


def test_a_failed_save_stays_pending_and_is_tried_again(saver: Saver, qtbot: QtBot) -> None:
    disk_full, written, said = True, [], []

    def write(number: int) -> datetime:
        if disk_full:
            raise RverError("The disk is full; free some space.")
        written.append(number)
        return datetime.now(UTC)

    saver.failed.connect(said.append)
    saver.save(lambda: write(1))
    qtbot.waitUntil(lambda: bool(said))
    saver.save(lambda: write(2))
    qtbot.waitUntil(lambda: len(said) >= 2)
    assert saver.pending == 2
    assert not saver.flush(500)
    disk_full = False
    with qtbot.waitSignal(saver.saved, timeout=8000):
        pass
    assert written == [1, 2]
    assert saver.pending == 0


SCRIPTS = {
    "finished": """
print('a library warns')
print('{"event": "started", "model": "m", "start": "s", "train_items": 4, "val_items": 2, "train_photos": 2,'
      ' "val_photos": 1, "classes": ["a", "b"], "epochs": 1, "steps": 2, "device": "cpu"}', flush=True)
print('{"event": "step", "step": 1, "steps": 2, "epoch": 1, "loss": 0.7, "lr": 0.001, "seconds_left": 1.0}')
print('{"event": "finished", "checkpoint": "new.safetensors", "metrics": {"top1": 0.5, "macro_f1": 0.4},'
      ' "parent_metrics": {"macro_f1": 0.3}, "seconds": 2.0}', flush=True)
""",
    "failed": """
print('{"event": "failed", "message": "The disk is full; free some space."}', flush=True)
raise SystemExit(1)
""",
    "cancelled": """
import signal, time
def stop(*_):
    print('{"event": "cancelled", "checkpoint": "best.safetensors"}', flush=True)
    raise SystemExit(0)
signal.signal(signal.SIGTERM, stop)
print('{"event": "preparing", "done": 0, "total": 9}', flush=True)
time.sleep(60)
""",
    "deaf": """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"event": "preparing", "done": 0, "total": 9}', flush=True)
time.sleep(60)
""",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "mumbling": "import sys; sys.stderr.write('no such module\\n'); raise SystemExit(7)",
}


@pytest.fixture
def run(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Starts a stand-in for ``rvergui train`` that behaves as told."""
    made = Trainer(tmp_path)

    def start(script: str) -> Trainer:
        path = tmp_path / "stand_in.py"
        path.write_text(SCRIPTS[script])
        monkeypatch.setattr(trainer_module, "program", lambda: [sys.executable, str(path)])
        made.start(TrainingPlan(tmp_path / "p.rver", tmp_path / "new.safetensors", None, 1))
        return made

    yield start
    made.stop()


def _outcome(trainer: Trainer, qtbot: QtBot) -> Outcome:
    with qtbot.waitSignal(trainer.ended, timeout=15_000) as ended:
        pass
    assert not trainer.running
    return ended.args[0]


def test_a_complete_run_hands_over_its_checkpoint(run, qtbot: QtBot) -> None:
    events = []
    trainer = run("finished")
    trainer.told.connect(events.append)
    outcome = _outcome(trainer, qtbot)
    assert [e.event for e in events] == ["started", "step", "finished"]
    assert outcome.checkpoint == Path("new.safetensors")
    assert outcome.finished.parent_metrics == {"macro_f1": 0.3}


def test_a_failed_run_says_its_sentence(run, qtbot: QtBot) -> None:
    outcome = _outcome(run("failed"), qtbot)
    assert outcome.checkpoint is None
    assert outcome.message == "The disk is full; free some space."


def test_a_cancelled_run_keeps_its_best(run, qtbot: QtBot) -> None:
    trainer = run("cancelled")
    with qtbot.waitSignal(trainer.told, timeout=10_000):
        pass
    trainer.cancel()
    outcome = _outcome(trainer, qtbot)
    assert outcome.cancelled
    assert outcome.checkpoint == Path("best.safetensors")


def test_a_run_that_does_not_listen_is_ended_hard(run, qtbot: QtBot) -> None:
    trainer = run("deaf")
    assert trainer._kill.interval() == KILL_AFTER_MS
    trainer._kill.setInterval(700)
    with qtbot.waitSignal(trainer.told, timeout=10_000):
        pass
    begin = datetime.now(UTC)
    trainer.cancel()
    outcome = _outcome(trainer, qtbot)
    assert (datetime.now(UTC) - begin).total_seconds() < KILL_AFTER_MS / 1000
    assert outcome.cancelled
    assert outcome.checkpoint is None


def test_a_killed_run_leaves_a_sentence(run, qtbot: QtBot) -> None:
    outcome = _outcome(run("killed"), qtbot)
    assert "nothing was lost" in outcome.message.lower()


def test_an_unexpected_end_repeats_its_last_words(run, qtbot: QtBot) -> None:
    outcome = _outcome(run("mumbling"), qtbot)
    assert "no such module" in outcome.message
    assert "7" in outcome.message


def test_a_program_that_is_not_there_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    monkeypatch.setattr(trainer_module, "program", lambda: [str(tmp_path / "nothing-here")])
    with qtbot.waitSignal(trainer.ended, timeout=5000) as ended:
        trainer.start(TrainingPlan(tmp_path, tmp_path, None, 1))
    assert "doctor" in ended.args[0].message
    assert not trainer.running
