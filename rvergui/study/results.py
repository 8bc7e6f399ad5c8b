"""Everything a study has found so far, read from its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rvergui.core import RverError
from rvergui.study.cell_folder import CellFolder
from rvergui.study.cells import Cell, all_cells
from rvergui.study.measures import Estimate, Resampling, Tally
from rvergui.study.plan import CLEAN, ModelPlan, StudyPlan
from rvergui.study.predictions import Predictions

# How often a model, a noise and a measure are scored: (model, noise).
Key = tuple[str, str]


@dataclass(frozen=True)
class CellFacts:
    """What became of a cell.

    Attributes:
        cell: which.
        state: "finished", "failed" or "waiting".
        reason: why it failed.
        seconds: its training took.
        epochs: it ran.
        best_epoch: the one that was kept.
        network: in words, e.g. "mobilenetv2_100 + mobilenetv2_100, 128 px".
        start: what its weights started from.
        items: it learnt from.
    """

    cell: Cell
    state: str
    reason: str = ""
    seconds: float = 0.0
    epochs: int = 0
    best_epoch: int = 0
    network: str = ""
    start: str = ""
    items: int = 0


@dataclass(frozen=True)
class Difference:
    """How much better ``variant`` is than ``baseline``, by measure."""

    variant: str
    baseline: str
    noise: str
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True)
class Results:
    """A study's numbers.

    Attributes:
        plan: what was compared.
        cells: every cell and its fate.
        estimates: (variant, noise) -> measure -> estimate.
        differences: each model against its baseline.
        items: objects judged by.
        photos: photos they are on.
        classes: names of the data's classes.
        chance: group -> the share right by always saying its commonest name.
        problems: what was left out, a sentence each.
    """

    plan: StudyPlan
    cells: tuple[CellFacts, ...]
    estimates: Mapping[Key, Mapping[str, Estimate]]
    differences: tuple[Difference, ...]
    items: int = 0
    photos: int = 0
    classes: tuple[str, ...] = ()
    chance: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def variants(self) -> list[str]:
        """Every variant with a finished cell, in the plan's order."""
        return [name for name in dict.fromkeys(f.cell.variant for f in self.cells) if (name, CLEAN) in self.estimates]

    def seconds(self, variant: str) -> float | None:
        """How long a training of ``variant`` took on average."""
        known = [facts.seconds for facts in self.cells if facts.cell.variant == variant and facts.state == "finished"]
        return sum(known) / len(known) if known else None


def read_results(plan: StudyPlan, folder_of: Callable[[Cell], CellFolder]) -> Results:
    """Score whatever is finished.

    Args:
        plan: the study's, with its look-alikes.
        folder_of: where a cell lies.

    Raises:
        RverError: a look-alike is no class of the data.
    """
    noises = [CLEAN, *plan.noise]
    facts, answers, problems = _read(all_cells(plan), folder_of, noises)
    if not answers:
        return Results(plan, tuple(facts), {}, (), problems=tuple(problems))
    first = next(iter(next(iter(answers.values())).values()))
    classes = sorted({name for one in answers.values() for predictions in one.values() for name in predictions.classes})
    photos = list(dict.fromkeys(first.photos))
    _check_groups(plan, classes)
    resampling = Resampling(len(photos), plan.bootstrap, plan.confidence)
    scored: dict[Key, dict[str, dict[int, Any]]] = {}
    chance: dict[str, float] = {}
    for cell, by_noise in answers.items():
        for noise, predictions in by_noise.items():
            tally = Tally.of(predictions, classes, photos)
            chance = chance or {group: tally.chance(names) for group, names in plan.look_alikes.items()}
            for measure, values in resampling.scored(tally, plan.look_alikes).items():
                scored.setdefault((cell.variant, noise), {}).setdefault(measure, {})[cell.seed] = values
    estimates = {
        key: {measure: resampling.estimate(by_seed) for measure, by_seed in measures.items()}
        for key, measures in scored.items()
    }
    differences = tuple(
        Difference(
            variant,
            baseline,
            noise,
            {
                measure: resampling.difference(values, scored[baseline, noise][measure])
                for measure, values in scored[variant, noise].items()
            },
        )
        for variant, baseline in baselines(plan).items()
        for noise in noises
        if (variant, noise) in scored and (baseline, noise) in scored
    )
    return Results(
        plan=plan,
        cells=tuple(facts),
        estimates=estimates,
        differences=differences,
        items=len(first),
        photos=len(photos),
        classes=tuple(classes),
        chance=chance,
        problems=tuple(problems),
    )


def _read(
    cells: Sequence[Cell], folder_of: Callable[[Cell], CellFolder], noises: Sequence[str]
) -> tuple[list[CellFacts], dict[Cell, dict[str, Predictions]], list[str]]:
    facts: list[CellFacts] = []
    answers: dict[Cell, dict[str, Predictions]] = {}
    problems: list[str] = []
    examples: tuple[tuple[str, ...], list[str]] | None = None
    for cell in cells:
        folder = folder_of(cell)
        known = folder.facts()
        failure = folder.failure()
        there = [noise for noise in noises if noise not in folder.missing(noises)] if known else []
        if CLEAN not in there:
            facts.append(CellFacts(cell, "failed" if failure else "waiting", failure or ""))
            continue
        try:
            by_noise = {noise: folder.predictions(noise) for noise in there}
        except RverError as error:
            facts.append(CellFacts(cell, "failed", str(error)))
            continue
        seen = _examples(by_noise[CLEAN])
        examples = examples or seen
        if any(_examples(predictions) != examples for predictions in by_noise.values()):
            problems.append(f"{cell.name} was judged by other objects than the first cell and is left out.")
            facts.append(CellFacts(cell, "failed", "It was judged by other objects than the first cell."))
            continue
        answers[cell] = by_noise
        state = "finished" if len(there) == len(noises) else "waiting"
        facts.append(
            CellFacts(
                cell,
                "failed" if failure and state == "waiting" else state,
                failure or "",
                float(known.get("seconds", 0.0)),
                int(known.get("epochs", 0)),
                int(known.get("best_epoch", 0)),
                str(known.get("network", "")),
                str(known.get("start", "")),
                int(known.get("items", 0)),
            )
        )
    return facts, answers, problems


def _examples(predictions: Predictions) -> tuple[tuple[str, ...], list[str]]:
    return predictions.photos, [predictions.classes[number] for number in predictions.true]


def _check_groups(plan: StudyPlan, classes: Sequence[str]) -> None:
    for group, names in plan.look_alikes.items():
        missing = [name for name in names if name not in classes]
        if missing:
            raise RverError(
                f"The look-alikes “{group}” name {missing[0]}, which is no class of the data; correct the plan."
            )


def baselines(plan: StudyPlan) -> dict[str, str]:
    """Variant -> the variant that it is compared with.

    A model that sees both views is compared with the one that sees the ROI alone through the same backbone (else with
    the first such), a student with itself untaught, a model trained with noise with itself trained without.
    """
    models = {model.name: model for model in plan.models}
    alone = [model for model in plan.models if sees_roi_alone(plan, model)]
    found: dict[str, str] = {}
    for cell in all_cells(plan):
        model = models[cell.model]
        if cell.variant != cell.model:
            found[cell.variant] = cell.model
        elif model.baseline is not None:
            found[cell.variant] = model.baseline
        elif alone and model not in alone and _option(plan, model, "looks_at", "pair") == "pair":
            own = [one for one in alone if _option(plan, one, "roi", None) == _option(plan, model, "roi", None)]
            found[cell.variant] = (own or alone)[0].name
    return found


def sees_roi_alone(plan: StudyPlan, model: ModelPlan) -> bool:
    """Whether a model never sees the surroundings."""
    return _option(plan, model, "looks_at", "pair") == "roi" or float(_option(plan, model, "blackout", 0.0)) >= 1.0


def _option(plan: StudyPlan, model: ModelPlan, name: str, default: Any) -> Any:
    return model.options.get(name, plan.options.get(name, default))
