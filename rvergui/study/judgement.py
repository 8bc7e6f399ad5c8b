"""A network judged for a report: scores, what noise does to them, and the objects behind its worst mistakes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from rvergui.rvernet.checkpoint import CheckpointHeader, read_header
from rvergui.rvernet.noise import parse_all
from rvergui.study.thumbnails import thumbnail
from rvergui.training.evaluate import Evaluation, measure
from rvergui.training.evaluate_examples import Examples, open_examples, probabilities
from rvergui.training.intervals import Answers, Interval, bootstrap
from rvergui.training.metrics import by_name, score
from rvergui.training.view_store import StoppedError

# Several noises are many scores; this many draws tell them apart well enough.
NOISE_DRAWS = 300
MOST_PAIRS, MOST_OBJECTS = 12, 6
BATCH = 32
# Steps of the curves: sides of shuffled patches at a view of 224, and shifts in pixels.
USUAL_CURVES: dict[str, tuple[str, ...]] = {
    "permute": tuple(f"permute:{side}" for side in (112, 56, 28, 14, 7)),
    "translocate": tuple(f"translocate:{dx},{dy}" for dx, dy in ((15, -21), (30, -42), (60, -85), (90, -128))),
}


@dataclass(frozen=True)
class NoiseScore:
    """The scores with one noise.

    Attributes:
        noise: as ``rvernet.noise`` reads it.
        scores: top1, macro_f1 and so on, 0..1.
        intervals: of these, at 95 %.
    """

    noise: str
    scores: dict[str, float]
    intervals: dict[str, Interval]


@dataclass(frozen=True)
class Mistaken:
    """One object that got a wrong name.

    Attributes:
        file: what people call the photo.
        probability: of the wrong name, 0..1.
        seen: whether the network was trained on the photo.
        object: the object as JPEG.
        photo: the photo that it is on, likewise.
    """

    file: str
    probability: float
    seen: bool
    object: bytes = field(repr=False)
    photo: bytes = field(repr=False)


@dataclass(frozen=True)
class MistakenPair:
    """A class that was taken for another: the surest mistakes first."""

    true: str
    called: str
    count: int
    objects: tuple[Mistaken, ...]


@dataclass(frozen=True)
class Judgement:
    """All that a report shows.

    Attributes:
        evaluation: the scores.
        header: of the network.
        noises: the scores with each noise on its own.
        worst: the pairs of classes that are mistaken most.
    """

    evaluation: Evaluation
    header: CheckpointHeader = field(repr=False)
    noises: tuple[NoiseScore, ...] = ()
    worst: tuple[MistakenPair, ...] = ()

    @property
    def result(self) -> dict[str, Any]:
        """``evaluate``'s numbers and those with each noise, JSON-able."""
        each = {
            one.noise: {**one.scores, "intervals": {name: [*pair] for name, pair in one.intervals.items()}}
            for one in self.noises
        }
        return {**self.evaluation.result, **({"with_noise": each} if each else {})}


def noise_steps(texts: Sequence[str]) -> list[str]:
    """The noises that ``texts`` ask for; ``permute`` and ``translocate`` alone stand for their usual steps.

    Raises:
        RverError: one describes no noise.
    """
    steps: dict[str, None] = {}
    for text in texts:
        usual = USUAL_CURVES.get(text.strip().lower())
        for step in usual if usual is not None else [str(noise) for noise in parse_all([text])]:
            steps[step] = None
    return list(steps)


def judge(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    *,
    noise: Sequence[str] = (),
    curves: Sequence[str] = (),
    context: bool = True,
    look_alikes: Mapping[str, Sequence[str]] | None = None,
    draws: int = 1000,
    seed: int = 0,
    pictures: bool = False,
    reading: Callable[[int, int], object] = lambda done, total: None,
    judging: Callable[[int, int], object] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Judgement:
    """Judge ``checkpoint`` on ``data``.

    Args:
        checkpoint: a trained model.
        data: whatever ``training.sources.read_source`` reads.
        split: see ``open_examples``.
        noise: applied one after the other for the scores themselves.
        curves: noises that are measured besides, each on its own, see ``noise_steps``.
        context: False blacks the surroundings out.
        look_alikes: as in ``evaluate``.
        draws: for the intervals.
        seed: of noise and draws.
        pictures: whether the objects of the worst mistakes are wanted.
        reading: called with (done, total) photos.
        judging: called with (done, total) batches of objects.
        cancelled: asked after each photo and batch.

    Raises:
        StoppedError: ``cancelled`` said so.
        RverError: the model, the data or a noise cannot be used, or nothing is left to judge by.
    """
    steps = noise_steps(curves)
    header = read_header(checkpoint)
    examples = open_examples(checkpoint, data, split, progress=reading, cancelled=cancelled)
    done, total = 0, math.ceil(len(examples) / BATCH) * (1 + len(steps))

    def check() -> None:
        nonlocal done
        if cancelled():
            raise StoppedError
        judging(done, total)
        done += 1

    evaluation = measure(
        checkpoint,
        data,
        split,
        batch_size=BATCH,
        context=context,
        noise=noise,
        look_alikes=look_alikes,
        draws=draws,
        seed=seed,
        examples=examples,
        check=check,
    )
    noises = []
    for step in steps:
        found = probabilities(checkpoint, data, split, [step], seed, examples, BATCH, context, check)
        spread = torch.from_numpy(found.probabilities)
        named = by_name(spread, found.classes, found.true_names)
        answers = Answers.of(named.spread.numpy(), named.target.numpy(), named.names, found.photo_keys)
        drawn = bootstrap(answers, None, min(draws, NOISE_DRAWS), seed)
        scores = score(spread, found.classes, found.true_names)
        noises.append(NoiseScore(step, {**scores.numbers(), "ece": scores.ece}, drawn.scores))
    judging(total, total)
    worst = _worst(evaluation, examples, header) if pictures else ()
    return Judgement(evaluation, header, tuple(noises), worst)


def _worst(evaluation: Evaluation, examples: Examples, header: CheckpointHeader) -> tuple[MistakenPair, ...]:
    answers = evaluation.answers
    mistakes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in (~answers.right).nonzero()[0].tolist():
        mistakes[int(answers.target[row]), int(answers.named[row])].append(row)
    pairs = sorted(mistakes.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:MOST_PAIRS]
    return tuple(
        MistakenPair(
            answers.names[true], answers.names[called], len(rows), _objects(rows, evaluation, examples, header)
        )
        for (true, called), rows in pairs
    )


def _objects(
    rows: Sequence[int], evaluation: Evaluation, examples: Examples, header: CheckpointHeader
) -> tuple[Mistaken, ...]:
    confidence, keys = evaluation.answers.confidence, examples.photo_keys
    found = []
    for row in sorted(rows, key=lambda row: -confidence[row])[:MOST_OBJECTS]:
        example = examples.store.example(examples.indices[row])
        key = keys[row]
        found.append(
            Mistaken(
                file=evaluation.files.get(key, key),
                probability=float(confidence[row]),
                seen=key in header.photos_seen,
                object=thumbnail(example.roi, close=True),
                photo=thumbnail(example.extra, close=False),
            )
        )
    return tuple(found)
