"""How good a checkpoint is on labelled data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rvergui.rvernet.checkpoint import CheckpointHeader, read_header
from rvergui.training.calibration import expected_calibration_error
from rvergui.training.evaluate_examples import (
    SPLITS,
    Examples,
    Probabilities,
    open_examples,
    photo_names,
    probabilities,
)
from rvergui.training.intervals import Answers, Intervals, bootstrap, class_f1, group_f1
from rvergui.training.look_alikes import Groups, checked, look_alikes_beside, named_alike, usable
from rvergui.training.metrics import Scores, by_name, score

__all__ = ["SPLITS", "Evaluation", "Examples", "Probabilities", "evaluate", "measure", "open_examples", "probabilities"]


@dataclass(frozen=True)
class Evaluation:
    """A checkpoint's scores and the answers they come from.

    Attributes:
        result: as ``evaluate`` gives it, JSON-able.
        answers: one each example.
        probabilities: all of them.
        scores: without intervals.
        files: photo key -> the photo's path in its project, as far as known.
    """

    result: dict[str, Any]
    answers: Answers = field(repr=False)
    probabilities: Probabilities = field(repr=False)
    scores: Scores = field(repr=False)
    files: dict[str, str] = field(default_factory=dict, repr=False)


def evaluate(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    batch_size: int = 32,
    workers: int | None = None,
    context: bool = True,
    noise: Sequence[str] = (),
    look_alikes: Mapping[str, Sequence[str]] | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """The scores of ``checkpoint`` on ``data``.

    Args:
        checkpoint: a trained model.
        data: a .rver project or a pairs folder.
        split: see ``open_examples``.
        batch_size: examples at a time.
        workers: threads that open photos; None: up to four.
        context: False blacks the surroundings out, to see what they are worth.
        noise: texts that ``rvernet.noise`` reads, applied one after the other.
        look_alikes: group -> classes; None: those that lie beside the data, else those in the checkpoint's header.
        bootstrap: how many times the photos are drawn anew for the intervals; 0 for none.
        seed: of the noise and of the draws.

    Returns:
        top1, top5, macro_f1, ece (0..1), loss; items; photos; per_class (F1 by name), per_class_items,
        per_class_precision, per_class_recall; confusion (true name -> predicted name -> count); confused, a list of
        {true, predicted, count}; temperature, and ece_raw, what ece would be without it; look_alikes and
        look_alike_f1 by group; intervals (of top1, top5, macro_f1, ece), per_class_intervals and
        look_alike_intervals, each [low, high] at 95 %; seen_in_training, how many of the items are on photos that the
        checkpoint was trained on; skipped, a sentence for each photo left out; model, split, noise, seed.

    Raises:
        RverError: the checkpoint or the data cannot be used, or nothing is left to judge by.
    """
    return measure(
        checkpoint,
        data,
        split,
        batch_size=batch_size,
        workers=workers,
        context=context,
        noise=noise,
        look_alikes=look_alikes,
        draws=bootstrap,
        seed=seed,
    ).result


def measure(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    *,
    batch_size: int = 32,
    workers: int | None = None,
    context: bool = True,
    noise: Sequence[str] = (),
    look_alikes: Mapping[str, Sequence[str]] | None = None,
    draws: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], object] = lambda done, total: None,
    examples: Examples | None = None,
    check: Callable[[], None] = lambda: None,
) -> Evaluation:
    """``evaluate`` with the single answers.

    ``draws`` is its ``bootstrap``, ``progress`` as in ``open_examples``; ``examples`` and ``check`` as in
    ``probabilities``.
    """
    header = read_header(checkpoint)
    if examples is None:
        examples = open_examples(checkpoint, data, split, workers, progress)
    found = probabilities(checkpoint, data, split, noise, seed, examples, batch_size, context, check)
    named = by_name(torch.from_numpy(found.probabilities), found.classes, found.true_names)
    groups = _groups(look_alikes, data, header, named.names, found.true_names)
    scores = score(torch.from_numpy(found.probabilities), found.classes, found.true_names)
    answers = Answers.of(named.spread.numpy(), named.target.numpy(), named.names, found.photo_keys)
    intervals = bootstrap(answers, groups, draws, seed)
    look_alike_f1 = group_f1(class_f1(answers), answers.names, groups)
    result = {
        "model": header.name,
        "data": data.name,
        "split": split,
        "noise": list(noise),
        "surroundings": context,
        "seed": seed,
        "items": scores.items,
        "photos": len(set(found.photo_keys)),
        **scores.numbers(),
        "ece": scores.ece,
        "ece_raw": _raw_ece(found),
        "temperature": found.temperature,
        "look_alikes": {group: list(names) for group, names in groups.items() if group in look_alike_f1},
        "look_alike_f1": look_alike_f1,
        **_as_lists(intervals),
        "per_class": scores.per_class,
        "per_class_items": scores.counts,
        "per_class_precision": scores.precision,
        "per_class_recall": scores.recall,
        "confused": [confusion.model_dump() for confusion in scores.confused],
        "confusion": scores.confusion,
        "seen_in_training": sum(key in header.photos_seen for key in found.photo_keys),
        "skipped": found.skipped,
    }
    return Evaluation(result, answers, found, scores, {**examples.store.files, **photo_names(data)})


def _as_lists(intervals: Intervals) -> dict[str, dict[str, list[float]]]:
    parts = (intervals.scores, intervals.look_alikes, intervals.per_class)
    keys = ("intervals", "look_alike_intervals", "per_class_intervals")
    return {key: {name: [*pair] for name, pair in part.items()} for key, part in zip(keys, parts, strict=True)}


def _groups(
    asked: Mapping[str, Sequence[str]] | None,
    data: Path,
    header: CheckpointHeader,
    names: Sequence[str],
    true_names: Sequence[str],
) -> Groups:
    """The look-alikes to score: those asked for have to exist, those found somewhere count as far as they do."""
    if asked is not None:
        return checked(asked, names)
    return usable(look_alikes_beside(data) or named_alike(header.look_alikes), set(true_names))


def _raw_ece(found: Probabilities) -> float:
    """The calibration error without the temperature, worked out back from the probabilities."""
    raw: NDArray[np.float64] = found.probabilities.astype(np.float64)
    if not math.isclose(found.temperature, 1.0):
        raw = np.power(np.maximum(raw, 1e-30), found.temperature)
        raw /= raw.sum(axis=1, keepdims=True)
    named = by_name(torch.from_numpy(raw.astype(np.float32)), found.classes, found.true_names)
    confidence, first = named.spread.max(dim=1)
    return expected_calibration_error(confidence.numpy(), (first == named.target).numpy())
