"""What a study compares. No torch here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rvergui.core import RverError
from rvergui.rvernet.noise import parse
from rvergui.training.options import TrainOptions

CLEAN = ""
"""The noise of undisturbed pictures."""

MOST_SEEDS = 64

# What a study settles itself for every cell.
_OURS = frozenset(
    {"source", "out", "seed", "teacher", "distil", "distil_weight", "distil_temperature", "resume", "log_dir"}
)
_SUFFIX = ".toml"


class ModelPlan(BaseModel):
    """One network of the comparison: in a plan's file a table of options of ``rvergui train`` and a name.

    Attributes:
        name: what tables and figures call it.
        options: fields of ``TrainOptions`` that differ from the study's own.
        baseline: the model that it is compared with; None: the one that sees the ROI alone through the same backbone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    baseline: str | None = None
    options: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _options_beside_the_name(cls, table: Any) -> Any:
        if not isinstance(table, Mapping):
            return table
        own = {key: value for key, value in table.items() if key in ("name", "baseline")}
        rest = {key: value for key, value in table.items() if key not in ("name", "baseline", "options")}
        return {**own, "options": {**table.get("options", {}), **rest}}

    @field_validator("options")
    @classmethod
    def _known(cls, options: dict[str, Any]) -> dict[str, Any]:
        return _known_options(options)


class DistillationPlan(BaseModel):
    """A student that learns from a teacher, at several strengths.

    Attributes:
        student: a model's name; its cells without a teacher are the strength 0.
        teacher: a model's name; each seed's student has the teacher of the same seed.
        kinds: "hard" (the teacher's first name is a second label) or "soft" (its probabilities are).
        strengths: the share of the loss that the teacher decides, above 0 up to 1.
        temperature: of the teacher's probabilities where they are soft.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str
    teacher: str
    kinds: tuple[Literal["hard", "soft"], ...] = ("hard",)
    strengths: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    temperature: float = Field(default=3.0, gt=0, le=100)

    @field_validator("strengths")
    @classmethod
    def _shares(cls, strengths: tuple[float, ...]) -> tuple[float, ...]:
        if not strengths or not all(0 < strength <= 1 for strength in strengths):
            raise ValueError("strengths lie above 0 and up to 1; the student alone is 0 and always measured")
        return tuple(sorted(set(strengths)))


class SamplesPlan(BaseModel):
    """Rendered meals to study: look-alikes whose name only the company decides.

    Attributes:
        train_meals: how many to learn from.
        test_meals: how many to judge by.
        train_seed: of the first meal to learn from.
        test_seed: of the first meal to judge by; the two ranges must not meet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    train_meals: int = Field(default=480, ge=2, le=100_000)
    test_meals: int = Field(default=240, ge=1, le=100_000)
    train_seed: int = Field(default=300_000, ge=0)
    test_seed: int = Field(default=600_000, ge=0)

    @model_validator(mode="after")
    def _apart(self) -> SamplesPlan:
        first, second = sorted([(self.train_seed, self.train_meals), (self.test_seed, self.test_meals)])
        if first[0] + first[1] > second[0]:
            raise ValueError("the meals to learn from and those to judge by overlap; move test_seed")
        return self


class StudyPlan(BaseModel):
    """Everything a study does.

    Attributes:
        title: of the report.
        seeds: every cell is trained once with each.
        options: fields of ``TrainOptions`` for all models.
        models: what is compared.
        noise: what pictures are disturbed with when networks are judged, besides not at all ("permute:16").
        training_noise: every model is also trained with each of these.
        distillation: students and teachers.
        look_alikes: sets of classes that are taken for one another; empty: the data's own, if they have any.
        samples: which meals, where the data are "samples".
        test_share: of a project's photos that are only judged by.
        bootstrap: draws for the intervals.
        confidence: of the intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Study"
    seeds: tuple[int, ...] = (0, 1, 2)
    options: dict[str, Any] = {}
    models: tuple[ModelPlan, ...] = Field(min_length=1)
    noise: tuple[str, ...] = ()
    training_noise: tuple[str, ...] = ()
    distillation: tuple[DistillationPlan, ...] = ()
    look_alikes: dict[str, tuple[str, ...]] = {}
    samples: SamplesPlan = SamplesPlan()
    test_share: float = Field(default=0.25, gt=0, lt=1)
    bootstrap: int = Field(default=1000, ge=100, le=100_000)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)

    @field_validator("options")
    @classmethod
    def _known(cls, options: dict[str, Any]) -> dict[str, Any]:
        return _known_options(options)

    @field_validator("seeds")
    @classmethod
    def _each_once(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if not seeds:
            raise ValueError("a study needs at least one seed")
        if len(seeds) > MOST_SEEDS:
            raise ValueError(f"a study takes up to {MOST_SEEDS} seeds")
        if not all(0 <= seed < 2**32 for seed in seeds):
            raise ValueError("seeds are whole numbers from 0 to 4294967295")
        return tuple(dict.fromkeys(seeds))

    @field_validator("noise", "training_noise")
    @classmethod
    def _noise_once(cls, noise: tuple[str, ...]) -> tuple[str, ...]:
        if CLEAN in noise:
            raise ValueError("undisturbed pictures are always judged; leave the empty noise out")
        for text in noise:
            try:
                parse(text)
            except RverError as error:
                raise ValueError(str(error)) from error
        return tuple(dict.fromkeys(noise))

    @model_validator(mode="after")
    def _names_fit(self) -> StudyPlan:
        names = [model.name for model in self.models]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two models are called “{twice[0]}”")
        asked = [name for pair in self.distillation for name in (pair.student, pair.teacher)]
        asked += [model.baseline for model in self.models if model.baseline is not None]
        for name in asked:
            if name not in names:
                raise ValueError(f"there is no model “{name}”; the models are {', '.join(names)}")
        return self


def plan_names() -> list[str]:
    """The plans that come with the program."""
    found = (entry.name for entry in (files("rvergui.study") / "plans").iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX))


def load_plan(name: str) -> StudyPlan:
    """A plan of the program by its name, or one's own from a TOML file.

    Raises:
        RverError: there is no such plan or file, or it cannot be used; the sentence names the place.
    """
    if name in plan_names():
        return _parsed((files("rvergui.study") / "plans" / f"{name}{_SUFFIX}").read_text(encoding="utf-8"), name)
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RverError(
            f"There is no plan {name}: it is neither a file that can be read nor one of {', '.join(plan_names())}."
        ) from error
    return _parsed(text, path.name)


def _parsed(text: str, where: str) -> StudyPlan:
    try:
        return StudyPlan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RverError(f"The plan {where} is no TOML ({error}); correct it.") from error
    except ValidationError as error:
        raise RverError(f"The plan {where} cannot be used ({first_problem(error)}); correct it.") from error


def first_problem(error: ValidationError) -> str:
    """The first thing that pydantic found wrong, in a phrase."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def _known_options(options: dict[str, Any]) -> dict[str, Any]:
    for name in options:
        if name in _OURS:
            raise ValueError(f"{name} is settled by the study itself, cell by cell")
        if name not in TrainOptions.model_fields:
            raise ValueError(f"there is no training option “{name}”")
    try:
        TrainOptions(source=Path("x"), out=Path("y"), **options)
    except ValidationError as error:
        raise ValueError(first_problem(error)) from error
    return options


def safe_name(name: str) -> str:
    """``name`` as part of a file name: letters, digits, ``-`` and ``_``, at most 40 of them."""
    return re.sub(r"[^0-9A-Za-z_]+", "-", name).strip("-")[:40] or "x"
