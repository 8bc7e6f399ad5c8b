"""Cell after cell, until all are there, somebody stops it, or only failures are left. No torch at the top here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout
from pydantic import ValidationError

from rvergui.core import RverError
from rvergui.study.cell_folder import CellFolder
from rvergui.study.cells import Cell, all_cells, chosen_cells
from rvergui.study.clock import StudyClock
from rvergui.study.data import StudyData
from rvergui.study.events import Begun, CellBegun, CellFailed, CellFinished, CellJudging, CellTraining, StudyEvent
from rvergui.study.plan import CLEAN, StudyPlan, first_problem
from rvergui.study.predictions import Predictions
from rvergui.training.events import Epoch, Event, Finished, Started, Step
from rvergui.training.options import TrainOptions
from rvergui.training.view_store import StoppedError

CELLS = "cells"
# A cell that ended the program this often without a word, as running out of memory does, is not tried again at once.
_MOST_CRASHES = 2


class Trainer(Protocol):
    """``training.run.train``, or a stand-in."""

    def __call__(self, options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> Path:
        """Train and write ``options.out``; the last event tells the outcome."""
        ...


class CellJudge(Protocol):
    """``judging.Judge``, or a stand-in."""

    def __call__(
        self, checkpoint: Path, noises: Sequence[str], cancelled: Callable[[], bool]
    ) -> Iterator[tuple[str, Predictions]]:
        """What the network answers with each noise."""
        ...


@dataclass(frozen=True)
class Machine:
    """How cells run, without any influence on what a cell's result means.

    Attributes:
        device: torch's name; None: the GPU if there is one.
        workers: threads that open photos; None: up to four.
        threads: CPU threads of the network; None: the settings'.
        weights: folders with start weights; None: those of the settings and the shipped ones.
    """

    device: str | None = None
    workers: int | None = None
    threads: int | None = None
    weights: tuple[Path, ...] | None = None


@dataclass
class Outcome:
    """What became of a run.

    Attributes:
        finished: names of the cells that are complete, earlier runs' included.
        failed: (name, reason) of those that could not be completed.
        stopped: whether it was asked to stop before the end.
    """

    finished: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False


class _StoppedError(Exception):
    """The study was asked to stop."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Nobody else works in the study's folder meanwhile.

    Raises:
        RverError: somebody does, or the folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RverError(f"Another study runs in {out}; wait for it, or choose another folder.") from error
    except OSError as error:
        raise RverError(f"{out} cannot be used for a study ({error.strerror}); choose another folder.") from error
    try:
        yield
    finally:
        lock.release()


@dataclass
class StudyRun:
    """One run of a study.

    Attributes:
        plan: what is compared.
        data: on what.
        out: the study's folder; cells lie in its folder "cells".
        emit: receives the events.
        cancelled: asked after every layer of every network.
        train: trains a cell; None: ``training.run.train``.
        judge: judges a cell; None: ``judging.Judge``.
        machine: how cells run.
    """

    plan: StudyPlan
    data: StudyData
    out: Path
    emit: Callable[[StudyEvent], None]
    cancelled: Callable[[], bool] = lambda: False
    train: Trainer | None = None
    judge: CellJudge | None = None
    machine: Machine = Machine()

    def __post_init__(self) -> None:
        self._noises = [CLEAN, *self.plan.noise]
        self._clock = StudyClock()
        self._outcome = Outcome()

    def run(self, only: Sequence[str] = ()) -> Outcome:
        """Complete every cell, or those that fit ``only`` (see ``chosen_cells``).

        What is complete is not done again, whatever has been trained is not trained again, a training that was killed
        goes on where it can. A cell that fails is noted and does not stop the others.

        Raises:
            RverError: nothing fits ``only``.
        """
        cells = chosen_cells(all_cells(self.plan), only)
        waiting: list[Cell] = []
        for cell in cells:
            folder = self.folder(cell)
            if folder.is_finished(self._noises):
                self._outcome.finished.append(cell.name)
                self._clock.took(cell, float(folder.facts().get("seconds", 0.0)))
            else:
                waiting.append(cell)
        self.emit(Begun(total=len(cells), finished=len(cells) - len(waiting)))
        try:
            while waiting:
                self._check()
                cell = waiting.pop(0)
                number = len(cells) - len(waiting)
                self.emit(CellBegun(cell.name, number, len(cells), self._clock.left([cell, *waiting])))
                self._complete(cell, waiting)
        except _StoppedError:
            self._outcome.stopped = True
        return self._outcome

    def folder(self, cell: Cell) -> CellFolder:
        """Where ``cell`` lies."""
        return CellFolder.of(cell, self.out / CELLS, self.data.identity)

    def _complete(self, cell: Cell, waiting: Sequence[Cell]) -> None:
        folder = self.folder(cell)
        begin = time.monotonic()
        try:
            self._try(cell, folder, waiting)
        except _StoppedError:
            folder.end()
            raise
        except (KeyboardInterrupt, StoppedError) as error:
            folder.end()
            raise _StoppedError from error
        except RverError as error:
            self._failed(cell, folder, str(error))
        except MemoryError:
            self._failed(cell, folder, "There was not enough memory; close other programs or choose smaller networks.")
        except Exception as error:  # noqa: BLE001 - a cell's surprise must not take the other cells with it
            self._failed(cell, folder, f"It stopped unexpectedly ({type(error).__name__}: {error}).")
        else:
            folder.end()
            self._outcome.finished.append(cell.name)
            clean = folder.predictions(CLEAN)
            top1 = float((clean.place == 0).mean())
            self.emit(CellFinished(cell.name, time.monotonic() - begin, top1))
            self._clock.took(cell, float(folder.facts().get("seconds", time.monotonic() - begin)))

    def _try(self, cell: Cell, folder: CellFolder, waiting: Sequence[Cell]) -> None:
        if folder.begin(cell, self.data.identity) >= _MOST_CRASHES:
            raise RverError(
                f"It ended the program {_MOST_CRASHES} times without a word, perhaps for lack of memory; the next run "
                "tries it again."
            )
        if not folder.facts():
            self._train(cell, folder, waiting)
        missing = folder.missing(self._noises)
        if missing:
            judge = self.judge or self._own_judge()
            self.emit(CellJudging(cell.name, missing[0]))
            for place, (noise, predictions) in enumerate(judge(folder.model, missing, self._asked), start=1):
                folder.keep(noise, predictions)
                if place < len(missing):
                    self.emit(CellJudging(cell.name, missing[place]))
            self._check()

    def _train(self, cell: Cell, folder: CellFolder, waiting: Sequence[Cell]) -> None:
        heard = _Heard()
        train = self.train or _own_trainer()  # the first time this takes seconds, which are not the cell's
        begin = time.monotonic()
        with folder.events.open("a", encoding="utf-8") as log:

            def emit(event: Event) -> None:
                heard.listen(event)
                log.write(f"{event.line()}\n")
                log.flush()
                running = (cell, time.monotonic() - begin, heard.seconds_left)
                self.emit(CellTraining(cell.name, event, self._clock.left(waiting, running)))

            try:
                train(self._options(cell, folder), emit, self._asked)
            except RverError:
                self._check()  # a training that was stopped before its first result says so with an error
                raise
        if heard.finished is None:
            self._check()
            raise RverError("Its training ended without a result.")
        folder.trained(
            time.monotonic() - begin,
            {
                "epochs": heard.epochs,
                "best_epoch": heard.best_epoch,
                "held_out": heard.finished.metrics,
                "network": heard.network,
                "start": heard.start,
                "items": heard.items,
            },
        )

    def _options(self, cell: Cell, folder: CellFolder) -> TrainOptions:
        words: dict[str, Any] = {
            **cell.options,
            "source": self.data.train,
            "out": folder.model,
            "seed": cell.seed,
            "device": self.machine.device,
            "workers": self.machine.workers,
            "threads": self.machine.threads,
            "weights": self.machine.weights,
            "resume": True,
        }
        if cell.training_noise is not None:
            words["noise"] = [*words.get("noise", ()), cell.training_noise]
        if cell.distilled is not None:
            words.update(
                teacher=self._teacher(cell.distilled.teacher),
                distil=cell.distilled.kind,
                distil_weight=cell.distilled.strength,
                distil_temperature=cell.distilled.temperature,
            )
        try:
            return TrainOptions(**words)
        except ValidationError as error:
            raise RverError(f"Its options cannot be used ({first_problem(error)}); correct the plan.") from error

    def _teacher(self, cell: Cell) -> Path:
        folder = self.folder(cell)
        if not folder.facts():
            raise RverError(f"Its teacher, {cell.name}, could not be trained.")
        return folder.model

    def _own_judge(self) -> CellJudge:
        from rvergui.study.judging import Judge  # brings torch

        self.judge = Judge(self.data, workers=self.machine.workers)
        return self.judge

    def _failed(self, cell: Cell, folder: CellFolder, reason: str) -> None:
        self._outcome.failed.append((cell.name, reason))
        with suppress(RverError):  # on a full disk the reason is told, if not kept
            folder.end()
            folder.failed(reason)
        self.emit(CellFailed(cell.name, reason))

    def _asked(self) -> bool:
        return self.cancelled()

    def _check(self) -> None:
        if self.cancelled():
            raise _StoppedError


class _Heard:
    """What matters of a training's events."""

    def __init__(self) -> None:
        self.finished: Finished | None = None
        self.seconds_left: float | None = None
        self.epochs = self.best_epoch = self.items = 0
        self.network = self.start = ""

    def listen(self, event: Event) -> None:
        """Note what it says."""
        if isinstance(event, Started):
            self.network, self.start, self.items = event.model, event.start, event.train_items
        elif isinstance(event, Step):
            self.seconds_left = event.seconds_left
        elif isinstance(event, Epoch):
            self.epochs = event.epoch
            if event.best:
                self.best_epoch = event.epoch
        elif isinstance(event, Finished):
            self.finished = event


def _own_trainer() -> Trainer:
    from rvergui.training.run import train  # brings torch

    return train
