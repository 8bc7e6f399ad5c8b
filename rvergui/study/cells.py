"""A study taken apart: every training it needs, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from rvergui.core import RverError
from rvergui.study.plan import ModelPlan, StudyPlan, safe_name

# Part of every key: another number when what a cell's folder holds changes its meaning, as it does when an option that
# plans leave out gets another default (2: each view asked for itself, close-up views).
_FORMAT = 2


@dataclass(frozen=True)
class Distilled:
    """How a student learns from its teacher.

    Attributes:
        teacher: the cell whose checkpoint teaches.
        kind: "hard" or "soft".
        strength: share of the loss that the teacher decides.
        temperature: of soft probabilities.
    """

    teacher: Cell
    kind: str
    strength: float
    temperature: float


@dataclass(frozen=True)
class Cell:
    """One training and what it is judged on.

    Attributes:
        model: the model's name in the plan.
        seed: of split, order, augmentation and random weights.
        options: fields of ``TrainOptions`` by name, as in a plan.
        training_noise: what its training pictures are disturbed with.
        distilled: its teacher, if it has one.
    """

    model: str
    seed: int
    options: dict[str, Any] = field(hash=False)
    training_noise: str | None = None
    distilled: Distilled | None = None

    @property
    def variant(self) -> str:
        """What the cells that differ in nothing but the seed are called."""
        name = self.model
        if self.training_noise is not None:
            name += f", trained with {self.training_noise}"
        if self.distilled is not None:
            taught = self.distilled
            name += f", taught by {taught.teacher.model} ({taught.kind}, {taught.strength:g})"
        return name

    @property
    def name(self) -> str:
        """For people and for ``--only``."""
        return f"{self.variant}, seed {self.seed}"

    def settings(self, data: str) -> dict[str, Any]:
        """Everything that decides the result, as JSON has it; ``data`` identifies the examples."""
        settings: dict[str, Any] = {"format": _FORMAT, "data": data, "seed": self.seed, "options": self.options}
        if self.training_noise is not None:
            settings["training_noise"] = self.training_noise
        if self.distilled is not None:
            settings["distilled"] = {
                "teacher": self.distilled.teacher.key(data),
                "kind": self.distilled.kind,
                "strength": self.distilled.strength,
                "temperature": self.distilled.temperature,
            }
        return settings

    def key(self, data: str) -> str:
        """16 hexadecimal digits: equal for cells that are the same training, whatever they are called."""
        text = json.dumps(self.settings(data), sort_keys=True, ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    def folder(self, data: str) -> str:
        """The name of its folder."""
        return f"{safe_name(self.model)}-{self.seed}-{self.key(data)}"


def all_cells(plan: StudyPlan) -> list[Cell]:
    """Every training of ``plan``, teachers before their students and seed after seed.

    All models are trained with the first seed before any is with the second, so that a study that is stopped half-way
    has something to compare.
    """
    models = {model.name: model for model in plan.models}
    cells: list[Cell] = []
    for seed in plan.seeds:
        plain = {name: Cell(name, seed, _options(plan, model)) for name, model in models.items()}
        cells += plain.values()
        for noise in plan.training_noise:
            cells += [Cell(name, seed, cell.options, training_noise=noise) for name, cell in plain.items()]
        cells += _students(plan, plain)
    return list(dict.fromkeys(cells))


def _students(plan: StudyPlan, plain: dict[str, Cell]) -> Iterator[Cell]:
    for pair in plan.distillation:
        student, teacher = plain[pair.student], plain[pair.teacher]
        for kind in pair.kinds:
            for strength in pair.strengths:
                distilled = Distilled(teacher, kind, strength, pair.temperature)
                yield Cell(student.model, student.seed, student.options, distilled=distilled)


def _options(plan: StudyPlan, model: ModelPlan) -> dict[str, Any]:
    merged = {**plan.options, **model.options}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(merged.items())}


def chosen_cells(cells: Sequence[Cell], only: Sequence[str]) -> list[Cell]:
    """The cells whose name fits one of the patterns (``*`` and ``?``; any part of a name fits), and their teachers.

    Raises:
        RverError: none fits a pattern.
    """
    if not only:
        return list(cells)
    wanted: set[str] = set()
    for pattern in only:
        fitting = {cell.name for cell in cells if fnmatchcase(cell.name.casefold(), f"*{pattern.casefold()}*")}
        if not fitting:
            raise RverError(f"No cell of the study fits “{pattern}”; the first is “{cells[0].name}”.")
        wanted |= fitting
    wanted |= {cell.distilled.teacher.name for cell in cells if cell.name in wanted and cell.distilled is not None}
    return [cell for cell in cells if cell.name in wanted]
