"""What a study says of itself while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from rvergui.training.events import Event


@dataclass(frozen=True)
class Preparing:
    """The examples are being made ready; ``what`` is a phrase for people."""

    what: str


@dataclass(frozen=True)
class Begun:
    """How much there is to do: ``total`` cells, of which ``finished`` were there already."""

    total: int
    finished: int


@dataclass(frozen=True)
class CellBegun:
    """The cell ``number`` (from 1) of ``total`` starts; ``seconds_left`` is for all that is left, None if unknown."""

    name: str
    number: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class CellTraining:
    """An event of the training of the cell that runs, and what is left of the whole study."""

    name: str
    event: Event
    seconds_left: float | None


@dataclass(frozen=True)
class CellJudging:
    """The cell that runs is judged with this noise ("" for none)."""

    name: str
    noise: str


@dataclass(frozen=True)
class CellFinished:
    """A cell is complete."""

    name: str
    seconds: float
    top1: float


@dataclass(frozen=True)
class CellFailed:
    """A cell could not be completed; ``reason`` is one sentence. The study goes on."""

    name: str
    reason: str


StudyEvent = Preparing | Begun | CellBegun | CellTraining | CellJudging | CellFinished | CellFailed
