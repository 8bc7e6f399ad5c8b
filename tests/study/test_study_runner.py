from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rvergui.core import RverError
from rvergui.study.cells import all_cells
from rvergui.study.clock import StudyClock
from rvergui.study.events import Begun, CellBegun, CellFailed, CellFinished, CellTraining, StudyEvent
from rvergui.study.plan import CLEAN, StudyPlan
from rvergui.study.results import read_results
from rvergui.study.runner import Machine, Outcome, StudyRun, locked
from rvergui.training.events import Step
from rvergui.training.options import TrainOptions
from tests.study.study_data import FakeJudge, FakeTrainer, data, plan


class Bench:
    """A study in a folder with stand-ins for training and judging."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.trainer, self.judge = FakeTrainer(), FakeJudge()
        self.events: list[StudyEvent] = []

    def study(self, chosen: StudyPlan | None = None, cancelled: Callable[[], bool] = lambda: False) -> StudyRun:
        return StudyRun(
            chosen or plan(), data(self.out), self.out, self.events.append, cancelled, self.trainer, self.judge
        )

    def run(self, chosen: StudyPlan | None = None, **more: Any) -> Outcome:
        only = more.pop("only", ())
        return self.study(chosen, **more).run(only)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "study")


def test_every_cell_is_trained_and_judged_with_every_noise(bench: Bench) -> None:
    outcome = bench.run()
    assert len(outcome.finished) == 4
    assert not outcome.failed
    assert not outcome.stopped
    assert [(o.looks_at, o.seed) for o in bench.trainer.asked] == [("roi", 0), (None, 0), ("roi", 1), (None, 1)]
    assert all(o.resume for o in bench.trainer.asked)
    assert all(noises == (CLEAN, *plan().noise) for _, noises in bench.judge.asked)
    assert bench.of(Begun) == [Begun(4, 0)]
    assert [event.number for event in bench.of(CellBegun)] == [1, 2, 3, 4]
    assert len(bench.of(CellFinished)) == 4


def test_nothing_is_done_twice(bench: Bench) -> None:
    bench.run()
    bench.run()
    assert len(bench.trainer.asked) == 4
    assert len(bench.judge.asked) == 4


def test_another_noise_is_judged_without_training_again(bench: Bench) -> None:
    bench.run(plan(noise=["permute:16"]))
    bench.run(plan(noise=["permute:16", "permute:4"]))
    assert len(bench.trainer.asked) == 4
    assert bench.judge.asked[-1][1] == ("permute:4",)


def test_a_renamed_model_is_not_trained_again(bench: Bench) -> None:
    bench.run()
    renamed = [{"name": "Alone", "looks_at": "roi"}, {"name": "Pair", "extra_roi": "test_resnet"}]
    assert len(bench.run(plan(models=renamed)).finished) == 4
    assert len(bench.trainer.asked) == 4


def test_a_cell_that_fails_does_not_stop_the_others(bench: Bench) -> None:
    bench.trainer.fail = lambda o: RverError("The disk is full.") if (o.looks_at, o.seed) == ("roi", 0) else None
    outcome = bench.run()
    assert outcome.failed == [("ROI alone, seed 0", "The disk is full.")]
    assert len(outcome.finished) == 3
    assert bench.of(CellFailed)[0].reason == "The disk is full."
    bench.trainer.fail = lambda o: None
    again = bench.run()
    assert not again.failed
    assert len(again.finished) == 4
    assert len(bench.trainer.asked) == 5


@pytest.mark.parametrize("error", [ValueError("boom"), MemoryError()])
def test_a_surprise_is_told_in_a_sentence(bench: Bench, error: Exception) -> None:
    bench.trainer.fail = lambda o: error if o.seed == 1 else None
    outcome = bench.run()
    assert len(outcome.failed) == 2
    assert len(outcome.finished) == 2
    assert all(reason.endswith(".") and "\n" not in reason for _, reason in outcome.failed)


def test_it_stops_within_a_training_and_goes_on(bench: Bench) -> None:
    stop = [False]

    def stopping(options: TrainOptions) -> bool:
        stop[0] = len(bench.trainer.asked) == 2
        return stop[0]

    bench.trainer.stop_in = stopping
    outcome = bench.run(cancelled=lambda: stop[0])
    assert outcome.stopped
    assert outcome.finished == ["ROI alone, seed 0"]
    assert not outcome.failed
    bench.trainer.stop_in = lambda options: False
    again = bench.run()
    assert len(again.finished) == 4
    assert not again.stopped
    assert len(bench.trainer.asked) == 5, "the stopped cell once more, and none of the finished"


def test_ctrl_c_is_no_failure(bench: Bench) -> None:
    def interrupted(options: TrainOptions) -> Exception | None:
        raise KeyboardInterrupt

    bench.trainer.fail = interrupted
    outcome = bench.run()
    assert outcome.stopped
    assert not outcome.failed


def test_a_cell_that_keeps_killing_the_program_is_left_out_once(bench: Bench) -> None:
    run = bench.study()
    cell = all_cells(plan())[0]
    for _ in range(2):  # killed twice in the middle
        run.folder(cell).begin(cell, run.data.identity)
    outcome = bench.run()
    assert [name for name, _ in outcome.failed] == [cell.name]
    assert len(outcome.finished) == 3
    assert len(bench.run().finished) == 4


def test_a_student_has_the_teacher_of_its_seed(bench: Bench) -> None:
    taught = [{"student": "RveRNet", "teacher": "ROI alone", "kinds": ["soft"], "strengths": [0.25, 0.5]}]
    bench.run(plan(distillation=taught))
    students = [o for o in bench.trainer.asked if o.teacher is not None]
    assert [(o.seed, o.distil, o.distil_weight) for o in students] == [
        (0, "soft", 0.25),
        (0, "soft", 0.5),
        (1, "soft", 0.25),
        (1, "soft", 0.5),
    ]
    assert all(o.teacher is not None and o.teacher.read_text() == f"roi {o.seed} 0" for o in students)


def test_a_student_without_a_teacher_fails_by_itself(bench: Bench) -> None:
    taught = [{"student": "RveRNet", "teacher": "ROI alone", "strengths": [0.5]}]
    bench.trainer.fail = lambda o: RverError("No.") if o.looks_at == "roi" and o.seed == 0 else None
    outcome = bench.run(plan(distillation=taught))
    assert len(outcome.finished) == 4
    assert "teacher" in dict(outcome.failed)["RveRNet, taught by ROI alone (hard, 0.5), seed 0"]


def test_training_noise_reaches_the_training(bench: Bench) -> None:
    bench.run(plan(training_noise=["permute:8"]), only=["trained with*seed 0"])
    assert [o.noise for o in bench.trainer.asked] == [("permute:8",), ("permute:8",)]


def test_the_machine_has_no_influence_on_a_key(bench: Bench, tmp_path: Path) -> None:
    bench.run()
    run = bench.study()
    run.machine = Machine(device="cpu", threads=1, workers=1, weights=(tmp_path,))
    assert len(run.run().finished) == 4
    assert len(bench.trainer.asked) == 4


def test_damaged_answers_are_reported_and_made_again(bench: Bench) -> None:
    bench.run()
    run = bench.study()
    folder = run.folder(all_cells(plan())[0])
    (folder.path / "predictions" / "clean.npz").write_bytes(b"x")
    states = [facts.state for facts in read_results(plan(), run.folder).cells]
    assert states == ["failed", "finished", "finished", "finished"]
    (folder.path / "predictions" / "clean.npz").unlink()
    assert len(bench.run().finished) == 4
    assert bench.judge.asked[-1][1] == (CLEAN,)
    assert len(bench.trainer.asked) == 4


def test_what_is_kept_names_no_place_of_this_machine(bench: Bench, tmp_path: Path) -> None:
    bench.run()
    for file in bench.out.rglob("cell.json"):
        assert str(tmp_path) not in file.read_text()
        assert json.loads(file.read_text())["settings"]["options"]["epochs"] == 2


def test_two_studies_at_once_in_one_folder(tmp_path: Path) -> None:
    with locked(tmp_path / "s"), pytest.raises(RverError, match="Another study"), locked(tmp_path / "s"):
        pass
    with locked(tmp_path / "s"):
        pass


def test_time_left_comes_from_what_cells_took(bench: Bench) -> None:
    cells = all_cells(plan())
    clock = StudyClock()
    assert clock.left(cells) is None
    clock.took(cells[0], 10.0)
    assert clock.left(cells[1:]) == pytest.approx(30.0)
    clock.took(cells[1], 30.0)
    assert clock.left(cells[2:]) == pytest.approx(40.0)
    assert clock.left(cells[3:], (cells[2], 4.0, None)) == pytest.approx(36.0)
    assert clock.left(cells[3:], (cells[2], 4.0, 5.0)) == pytest.approx(35.0)
    bench.run()
    assert all(event.seconds_left is not None for event in bench.of(CellTraining) if isinstance(event.event, Step))
    assert bench.of(CellTraining)[0].seconds_left is None, "nothing is known at the very first"
