"""How sure scores are: the bootstrap, which draws the photos anew and scores them again. No torch here.

Photos are drawn, not objects: objects of one photo share light, table and camera, so drawing them one by one would
promise more than the data know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]

TOP = 5
CONFIDENCE = 0.95
# Of the calibration error, after Guo et al., "On Calibration of Modern Neural Networks", 2017.
ECE_BINS = 15


@dataclass(frozen=True)
class Answers:
    """One answer an object.

    Attributes:
        names: classes; the numbers below are places in it.
        target: (k,) what each object is.
        named: (k,) its first name.
        confidence: (k,) the first name's probability.
        place: (k,) where the right name came, 0 the first; beyond every place where the network does not know it.
        photo: (k,) which photo it is on, counted from 0.
    """

    names: tuple[str, ...]
    target: NDArray[np.intp] = field(repr=False)
    named: NDArray[np.intp] = field(repr=False)
    confidence: Array = field(repr=False)
    place: NDArray[np.intp] = field(repr=False)
    photo: NDArray[np.intp] = field(repr=False)

    @classmethod
    def of(
        cls, spread: NDArray[np.floating], target: NDArray[np.integer], names: Sequence[str], photos: Sequence[str]
    ) -> Answers:
        """From probabilities (k, names), below 0 where the network knows no such class."""
        rows = np.arange(len(target))
        own = spread[rows, target]
        before = np.arange(spread.shape[1])[None, :] < np.asarray(target)[:, None]
        # among equals the earlier name comes first
        place = (spread > own[:, None]).sum(axis=1) + ((spread == own[:, None]) & before).sum(axis=1)
        named = spread.argmax(axis=1)
        numbers = {photo: number for number, photo in enumerate(dict.fromkeys(photos))}
        return cls(
            names=tuple(names),
            target=np.asarray(target, dtype=np.intp),
            named=named.astype(np.intp),
            confidence=spread[rows, named].astype(np.float64),
            place=np.where(own < 0, max(spread.shape[1], TOP), place).astype(np.intp),
            photo=np.array([numbers[photo] for photo in photos], dtype=np.intp),
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """(k,) whether the first name is right."""
        return np.asarray(self.target == self.named)


@dataclass(frozen=True)
class Intervals:
    """95 % intervals; each holds the score itself.

    Attributes:
        scores: of top1, top5, macro_f1 and ece.
        per_class: of the F1 of each class that occurs.
        look_alikes: of the F1 on each group.
    """

    scores: dict[str, Interval] = field(default_factory=dict)
    per_class: dict[str, Interval] = field(default_factory=dict)
    look_alikes: dict[str, Interval] = field(default_factory=dict)


def group_f1(each: Array, names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """F1 on each group: the mean over those of its classes that occur or were named.

    Args:
        each: (names,) F1 by class; NaN where it neither occurs nor was named.
        names: of the classes.
        groups: look-alikes; a group of which nothing occurs is left out.
    """
    found = {}
    for group, members in groups.items():
        chosen = each[[place for place, name in enumerate(names) if name in members]]
        chosen = chosen[np.isfinite(chosen)]
        if len(chosen):
            found[group] = float(chosen.mean())
    return found


def class_f1(answers: Answers, weights: Array | None = None) -> Array:
    """F1 by class (names,), NaN where a class neither occurs nor was named; ``weights`` (k,) counts objects anew."""
    count = len(answers.names)
    right = answers.right if weights is None else answers.right * weights
    hits = np.bincount(answers.target, weights=np.asarray(right, dtype=np.float64), minlength=count)
    there = np.bincount(answers.target, weights=weights, minlength=count)
    both = there + np.bincount(answers.named, weights=weights, minlength=count)
    f1: Array = np.divide(2 * hits, both, out=np.full(count, np.nan), where=both > 0)
    return f1


def bin_of(confidence: NDArray[np.floating], bins: int = ECE_BINS) -> NDArray[np.intp]:
    """The bin (k,) of equal width that each probability (k,) lies in: lower edges belong to it, 1 to the last."""
    # in 32 bits, as torchmetrics does it, so that a probability on an edge falls to the same side
    edges = np.linspace(0.0, 1.0, bins + 1, dtype=np.float32)
    return np.clip(np.digitize(np.asarray(confidence, dtype=np.float32), edges) - 1, 0, bins - 1)


def bootstrap(
    answers: Answers,
    groups: Mapping[str, Sequence[str]] | None = None,
    draws: int = 1000,
    seed: int = 0,
    bins: int = ECE_BINS,
    confidence: float = CONFIDENCE,
) -> Intervals:
    """Percentile intervals over ``draws`` choices of as many photos as there are.

    Args:
        answers: what is scored.
        groups: look-alikes.
        draws: how many choices; 0 for no intervals.
        seed: of the choices.
        bins: of the calibration error.
        confidence: how much of the draws an interval holds.

    Returns:
        No interval at all from a single photo: what others would say cannot be known from it.
    """
    photos = int(answers.photo.max(initial=-1)) + 1
    if draws < 1 or photos < 2:
        return Intervals()
    random = np.random.default_rng(seed)
    groups = groups or {}
    scored, each, grouped = [], [], []
    for _ in range(draws):
        drawn = np.bincount(random.integers(photos, size=photos), minlength=photos)
        weights = drawn[answers.photo].astype(np.float64)
        f1 = class_f1(answers, weights)
        of_group = group_f1(f1, answers.names, groups)
        scored.append(_scores(answers, weights, f1, bins))
        each.append(f1)
        grouped.append([of_group.get(group, np.nan) for group in groups])
    whole = np.ones(len(answers.target))
    f1 = class_f1(answers)
    there = np.bincount(answers.target, minlength=len(answers.names)) > 0
    own = group_f1(f1, answers.names, groups)
    return Intervals(
        scores=_intervals(_SCORES, np.array(scored), _scores(answers, whole, f1, bins), confidence),
        per_class={
            name: interval
            for name, interval in _intervals(answers.names, np.array(each), f1, confidence).items()
            if there[answers.names.index(name)]
        },
        look_alikes=_intervals(
            tuple(groups), np.array(grouped), np.array([own.get(group, np.nan) for group in groups]), confidence
        ),
    )


_SCORES = ("top1", "top5", "macro_f1", "ece")


def _scores(answers: Answers, weights: Array, f1: Array, bins: int) -> Array:
    total = weights.sum()
    gap = (answers.confidence - answers.right) * weights
    place = bin_of(answers.confidence, bins)
    return np.array(
        [
            (answers.right * weights).sum() / total,
            ((answers.place < TOP) * weights).sum() / total,
            np.nanmean(f1),
            np.abs(np.bincount(place, weights=gap, minlength=bins)).sum() / total,
        ]
    )


def _intervals(names: Sequence[str], drawn: Array, values: Array, confidence: float) -> dict[str, Interval]:
    """By name, from draws (draws, names); a score outside its own draws' range widens the interval."""
    tails = ((1 - confidence) / 2 * 100, (1 + confidence) / 2 * 100)
    found = {}
    for place, name in enumerate(names):
        known = drawn[:, place][np.isfinite(drawn[:, place])]
        if len(known) and np.isfinite(values[place]):
            low, high = np.percentile(known, tails)
            found[name] = (float(min(low, values[place])), float(max(high, values[place])))
    return found
