"""Scores and how sure they are: resampled over photos and over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.study.plan import MOST_SEEDS
from rvergui.study.predictions import TOP, Predictions
from rvergui.training.intervals import ECE_BINS, bin_of

Array = NDArray[np.float64]

_AT_ONCE = 256

TOP1, TOP5, MACRO_F1, ECE = "top1", "top5", "macro_f1", "ece"
PLAIN = (TOP1, TOP5, MACRO_F1, ECE)


def f1_of(group: str) -> str:
    """The name of the F1 on a group of look-alikes."""
    return f"f1[{group}]"


def told_apart(group: str) -> str:
    """The name of the share of a group's objects that get their right name."""
    return f"right[{group}]"


@dataclass(frozen=True)
class Tally:
    """What is counted of each photo, so that any choice of photos is scored by adding up.

    Attributes:
        classes: names of the columns.
        hits: (photos, classes) objects named rightly.
        named: (photos, classes) objects that got this name.
        true: (photos, classes) objects that have this name.
        among_first: (photos,) objects whose right name is among the first five.
        gap: (photos, bins) confidence minus hits, added up.
    """

    classes: tuple[str, ...]
    hits: Array = field(repr=False)
    named: Array = field(repr=False)
    true: Array = field(repr=False)
    among_first: Array = field(repr=False)
    gap: Array = field(repr=False)

    @classmethod
    def of(cls, predictions: Predictions, classes: Sequence[str], photos: Sequence[str]) -> Tally:
        """Count ``predictions``; rows and columns are those of ``photos`` and ``classes``."""
        column = {name: number for number, name in enumerate(classes)}
        row = {photo: number for number, photo in enumerate(photos)}
        rows = np.array([row[photo] for photo in predictions.photos])
        columns = np.array([column[name] for name in predictions.classes])
        true, named = columns[predictions.true], columns[predictions.named]
        right = true == named
        shape = (len(photos), len(classes))
        hits, counted, there = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        np.add.at(hits, (rows[right], true[right]), 1)
        np.add.at(counted, (rows, named), 1)
        np.add.at(there, (rows, true), 1)
        among = np.bincount(rows, weights=predictions.place < TOP, minlength=len(photos)).astype(np.float64)
        gap = np.zeros((len(photos), ECE_BINS))
        np.add.at(gap, (rows, bin_of(predictions.confidence)), predictions.confidence - right)
        return cls(tuple(classes), hits, counted, there, among, gap)

    def scores(self, weights: Array, groups: Mapping[str, Sequence[str]]) -> dict[str, Array]:
        """Every score for every choice of photos.

        Args:
            weights: (choices, photos), how often each photo counts.
            groups: look-alikes.

        Returns:
            measure -> (choices,). F1 of a class is 2 hits / (named + true); the macro F1 averages over the classes
            that occur or were named, F1 on a group over those of the group. Where a choice holds no object of a
            group its measures are NaN.
        """
        hits, named, true = weights @ self.hits, weights @ self.named, weights @ self.true
        total = true.sum(axis=1)
        both = named + true
        f1 = np.divide(2 * hits, both, out=np.full_like(both, np.nan), where=both > 0)
        scores = {
            TOP1: hits.sum(axis=1) / total,
            TOP5: weights @ self.among_first / total,
            MACRO_F1: _mean(f1),
            ECE: np.abs(weights @ self.gap).sum(axis=1) / total,
        }
        for group, names in groups.items():
            columns = [number for number, name in enumerate(self.classes) if name in names]
            there = true[:, columns].sum(axis=1)
            scores[f1_of(group)] = np.where(there > 0, _mean(f1[:, columns]), np.nan)
            right = hits[:, columns].sum(axis=1)
            scores[told_apart(group)] = np.divide(right, there, out=np.full_like(there, np.nan), where=there > 0)
        return scores

    def chance(self, names: Sequence[str]) -> float:
        """The share of a group's objects that always saying its commonest name gets right."""
        columns = [number for number, name in enumerate(self.classes) if name in names]
        counts = self.true[:, columns].sum(axis=0)
        return float(counts.max() / counts.sum()) if counts.sum() else float("nan")


@dataclass(frozen=True)
class Estimate:
    """A score over seeds.

    Attributes:
        value: the mean over the seeds, on all photos.
        low, high: the interval.
        by_seed: the score of each seed.
    """

    value: float
    low: float
    high: float
    by_seed: dict[int, float]


class Resampling:
    """Draws of photos and seeds that every comparison of a study shares.

    An interval answers: how far could the mean be off if other photos had been judged and other seeds been drawn? For
    each draw the photos are chosen anew (whole photos, since the objects of one are alike), and then the seeds'
    deviations from their mean. Few seeds deviate less from their own mean than from the true one, so the deviations
    are widened by sqrt(n / (n - 1)). With one seed only the photos are resampled.

    Differences between two models are taken draw by draw on the same photos, which is what makes them far sharper
    than the two intervals beside each other.
    """

    def __init__(self, photos: int, draws: int, confidence: float, seed: int = 0) -> None:
        if photos < 1:
            raise RverError("There is no photo to judge by.")
        self._random = np.random.default_rng(seed)
        self._weights = self._random.multinomial(photos, np.full(photos, 1 / photos), size=draws).astype(np.float64)
        self._all = np.ones((1, photos))
        self._seed_draws = self._random.random((draws, MOST_SEEDS))
        self._tails = ((1 - confidence) / 2 * 100, (1 + confidence) / 2 * 100)

    def scored(self, tally: Tally, groups: Mapping[str, Sequence[str]]) -> dict[str, Array]:
        """measure -> (1 + draws,): on all photos, then on each draw's."""
        parts = [tally.scores(self._all, groups)]
        for first in range(0, len(self._weights), _AT_ONCE):
            parts.append(tally.scores(self._weights[first : first + _AT_ONCE], groups))
        return {measure: np.concatenate([part[measure] for part in parts]) for measure in parts[0]}

    def estimate(self, scored: Mapping[int, Array]) -> Estimate:
        """From each seed's (1 + draws,) scores of one measure."""
        seeds = list(scored)
        stacked = np.stack([scored[seed] for seed in seeds])
        return self._interval(stacked, {seed: float(scored[seed][0]) for seed in seeds})

    def difference(self, first: Mapping[int, Array], second: Mapping[int, Array]) -> Estimate:
        """``first`` minus ``second``: seed by seed where both have the same seeds, else mean minus mean."""
        if set(first) == set(second):
            return self.estimate({seed: first[seed] - second[seed] for seed in first})
        one, other = (np.stack(list(scored.values())) for scored in (first, second))
        mean = self._spread(one) - self._spread(other, turned=True)
        value = float(one[:, 0].mean() - other[:, 0].mean())
        return Estimate(value, *self._bounds(mean, value), by_seed={})

    def _interval(self, stacked: Array, by_seed: dict[int, float]) -> Estimate:
        value = float(stacked[:, 0].mean())
        return Estimate(value, *self._bounds(self._spread(stacked), value), by_seed=by_seed)

    def _spread(self, stacked: Array, turned: bool = False) -> Array:
        """(draws,) means over seeds, photos and seeds drawn anew."""
        count = stacked.shape[0]
        drawn = stacked[:, 1:]
        mean = drawn.mean(axis=0)
        if count == 1:
            return np.asarray(mean)
        uniform = self._seed_draws[:, ::-1] if turned else self._seed_draws
        chosen = (uniform[:, :count] * count).astype(np.int64)
        deviations = np.take_along_axis((drawn - mean).T, chosen, axis=1).mean(axis=1)
        return np.asarray(mean + deviations * np.sqrt(count / (count - 1)))

    def _bounds(self, draws: Array, value: float) -> tuple[float, float]:
        known = draws[np.isfinite(draws)]
        if not len(known):
            return value, value
        low, high = np.percentile(known, self._tails)
        return float(min(low, value)), float(max(high, value))


def _mean(values: Array) -> Array:
    """Along the last axis, without what is no number; 0 where nothing is left."""
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, count, out=np.zeros_like(total), where=count > 0))
