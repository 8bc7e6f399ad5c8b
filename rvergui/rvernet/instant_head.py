"""A head that learns from every confirmed name: ridge regression on the naming network's frozen features.

The network stays as it is. What it says of an object (its own classes, its own probabilities) is mixed with what the
objects named so far say. How much either counts is fitted on the named objects themselves, each judged by the head that
has not seen it; for ridge regression that costs no second fit. ``docs/learning.md`` says how it was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.rvernet.mixing import Evidence, Weights, mixed, weights_from

Array = NDArray[np.float64]

# Features are projected to so many numbers at most; a fit then costs the same however many objects there are.
WIDTH = 1024
# How much of a length-1 feature vector is the surroundings': they tell less, and differ between photos of one food.
EXTRA_SHARE = 0.2
RIDGE = 0.1
# More changes than this at once are cheaper as one new fit than one by one.
_ONE_BY_ONE = 12
# So many objects, spread over all, tell how network and head are to be mixed.
_JUDGED = 256
# Wider features than this are folded with random signs first, so that the projection's matrix stays small.
_WIDEST = 8192


@dataclass(frozen=True)
class Lesson:
    """An object whose name is known.

    Attributes:
        id: of the item.
        label: its name.
        features: (n,) what the branches said of both views, see ``joined``.
        chances: (classes,) the network's own probabilities, in the order of the classes the head was made with; None
            where the network was never trained.
        trained_on: whether the network was trained on this object's photo. Its probabilities flatter it then, so they
            do not tell how much it counts.
    """

    id: str
    label: str
    features: NDArray[np.floating[Any]] = field(repr=False)
    chances: NDArray[np.float32] | None = field(default=None, repr=False)
    trained_on: bool = False


def joined(roi: NDArray[np.float32], extra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both views' features (k, a) and (k, b) as one (k, a + b) of length 1, the surroundings with less weight.

    ``b`` may be 0. Features that are all zero stay zero.
    """
    if extra.shape[1] == 0:
        return _normalised(roi)
    parts = (np.sqrt(1.0 - EXTRA_SHARE) * _normalised(roi), np.sqrt(EXTRA_SHARE) * _normalised(extra))
    both: NDArray[np.float32] = np.concatenate(parts, axis=1).astype(np.float32)
    return both


def _normalised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    out: NDArray[np.float32] = (features / np.maximum(lengths, 1e-12)).astype(np.float32)
    return out


class InstantHead:
    """Names by the objects named so far, and the network that looked at them.

    The same lessons give the same answers to rounding, whatever was learnt and forgotten in between.

    Args:
        classes: the names that the network knows.
        trained: whether its probabilities mean anything.
    """

    def __init__(self, classes: Sequence[str], trained: bool) -> None:
        self.classes = tuple(classes)
        self.trained = trained
        self.labels: list[str] = []  # one a column; one that nothing is named by any more keeps its place
        self._lessons: dict[str, Lesson] = {}
        self._rows: dict[str, Array] = {}
        self._counts: dict[str, int] = {}
        self._projection: NDArray[np.float32] | None = None
        self._signs: Array | None = None
        self._length = 0
        self._gram: Array = np.zeros((0, 0))
        self._inverse: Array = np.zeros((0, 0))
        self._sums: Array = np.zeros((0, 0))
        self._weights: Array = np.zeros((0, 0))
        self._mixing: Weights | None = None
        self._behind = False  # many changes at once are fitted when somebody asks, so that more can come before

    def __len__(self) -> int:
        """How many objects it has learnt from."""
        return len(self._lessons)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._lessons

    @property
    def taught(self) -> tuple[str, ...]:
        """The names that at least one object has, in the order they came."""
        return tuple(label for label in self.labels if self._counts.get(label))

    # --- learning --------------------------------------------------------------------------------------------------

    def learn(self, lessons: Iterable[Lesson] = (), forget: Iterable[str] = ()) -> None:
        """Take in ``lessons``, each in the place of an earlier one of the same item, and forget others by item.

        Raises:
            RverError: features are not finite numbers, or of another network; nothing has changed then.
        """
        new = {lesson.id: lesson for lesson in lessons}
        rows = self._rows_of(list(new.values()))
        gone = [self._lessons[item_id] for item_id in {*forget, *new} if item_id in self._lessons]
        gone.sort(key=lambda lesson: lesson.id)
        if not new and not gone:
            return
        self._make_room(new.values())
        one_by_one = len(new) + len(gone) <= _ONE_BY_ONE
        changes = [(self._rows.pop(lesson.id), lesson.label, -1.0) for lesson in gone]
        changes += [(rows[lesson.id], lesson.label, 1.0) for lesson in new.values()]
        for lesson in gone:
            del self._lessons[lesson.id]
        self._lessons.update(new)
        self._rows.update(rows)
        self._count(changes)
        if not one_by_one:
            self._behind = True
        if not self._behind:
            for change in changes:
                self._adjust(*change)
        if not self._lessons:  # what rounding has left goes as well
            self._clear()
        self._mixing = None

    def rename(self, old: str, new: str) -> None:
        """Everything that was ``old`` is ``new`` from now on; there may be objects of that name already."""
        self.relabel({x.id: new for x in self._lessons.values() if x.label == old})

    def relabel(self, labels: Mapping[str, str]) -> None:
        """Give objects that were learnt other names; ``labels`` by item, of which unknown ones are passed over."""
        known = ((self._lessons.get(item_id), label) for item_id, label in labels.items())
        self.learn([replace(x, label=label) for x, label in known if x is not None and x.label != label])

    def _rows_of(self, lessons: Sequence[Lesson]) -> dict[str, Array]:
        length = self._length
        for lesson in lessons:
            said = lesson.chances
            if not (np.isfinite(lesson.features).all() and np.isfinite(() if said is None else said).all()):
                raise RverError(f"The features of an object named “{lesson.label}” are damaged; it is not learnt from.")
            length = length or len(lesson.features)
            other = said is not None and len(said) != len(self.classes)
            if other or len(lesson.features) != length:
                raise RverError(
                    f"The object named “{lesson.label}” was looked at by another network; look at it again."
                )
        if not lessons:
            return {}
        rows = self._projected(np.stack([lesson.features for lesson in lessons]))
        return {lesson.id: row for lesson, row in zip(lessons, rows, strict=True)}

    def _projected(self, features: NDArray[np.floating[Any]]) -> Array:
        """(k, WIDTH) of (k, n); the projection is drawn with a fixed seed, once it is known how long features are."""
        if not self._length:
            self._length = features.shape[1]
            random = np.random.default_rng(self._length)
            length = self._length
            if length > _WIDEST:
                self._signs = random.choice([-1.0, 1.0], length)
                length = _WIDEST
            if length > WIDTH:
                drawn = random.standard_normal((length, WIDTH), np.float32)
                self._projection = drawn / np.float32(np.sqrt(WIDTH))
        if self._signs is not None:
            padded = np.pad(features * self._signs, ((0, 0), (0, -features.shape[1] % _WIDEST)))
            features = padded.reshape(len(features), -1, _WIDEST).sum(axis=1)
        if self._projection is not None:
            features = features.astype(np.float32) @ self._projection
        rows: Array = features.astype(np.float64)
        return rows

    def _make_room(self, lessons: Iterable[Lesson]) -> None:
        width = self._length if self._projection is None else WIDTH
        if not len(self._gram):
            self._gram, self._inverse = np.zeros((width, width)), np.eye(width) / RIDGE
            self._sums = self._weights = np.zeros((width, 0))
        unknown = [label for label in dict.fromkeys(each.label for each in lessons) if label not in self.labels]
        if unknown:
            self.labels.extend(unknown)
            room = np.zeros((width, len(unknown)))
            self._sums, self._weights = np.hstack([self._sums, room]), np.hstack([self._weights, room])

    def _count(self, changes: Sequence[tuple[Array, str, float]]) -> None:
        """Add (1) objects or take them away (-1)."""
        rows = np.array([row for row, _, _ in changes])
        signs = np.array([sign for _, _, sign in changes])
        self._gram += (rows * signs[:, None]).T @ rows
        for row, label, sign in changes:
            self._counts[label] = self._counts.get(label, 0) + int(sign)
            self._sums[:, self.labels.index(label)] += sign * row

    def _adjust(self, row: Array, label: str, sign: float) -> None:
        """The fit after one object more or less, by Sherman and Morrison's formula."""
        seen = self._inverse @ row
        gain = sign * seen / (1.0 + sign * (row @ seen))
        error = -(row @ self._weights)
        error[self.labels.index(label)] += 1.0
        self._weights += np.outer(gain, error)
        self._inverse -= np.outer(gain, seen)

    def _catch_up(self) -> None:
        if self._behind:
            self._fit()

    def _fit(self) -> None:
        self._behind = False
        self._inverse = np.linalg.inv(self._gram + RIDGE * np.eye(len(self._gram))).astype(np.float64)
        self._weights = self._inverse @ self._sums

    def _clear(self) -> None:
        self._behind = False
        self.labels, self._counts = [], {}
        self._gram = self._inverse = self._sums = self._weights = np.zeros((0, 0))

    # --- answering -------------------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """What ``answer`` gives probabilities of: the network's classes, then the names that only the user has."""
        known = set(self.classes)
        return (*self.classes, *(label for label in self.taught if label not in known))

    def answer(
        self, features: NDArray[np.float32], chances: NDArray[np.float32], own: Sequence[str] = ()
    ) -> NDArray[np.float32]:
        """Probabilities (k, names) of objects with ``features`` (k, n), of which the network says ``chances``.

        Args:
            features: (k, n).
            chances: (k, classes).
            own: (k,) under which item each object was learnt itself, "" if it was not: it is then named by all others.
                Nothing stands for k times "".

        Raises:
            RverError: the features are of another network, or not finite.
        """
        if not self._lessons:
            return np.asarray(chances, np.float32)
        if not np.isfinite(features).all():
            raise RverError("The features of this object are damaged; look at it again.")
        if features.shape[1] != self._length:
            raise RverError("These features are another network's; look at the object again.")
        self._catch_up()
        rows = self._projected(features)
        familiar = 1.0 - RIDGE * np.einsum("km,km->k", rows @ self._inverse, rows)
        scores = rows @ self._weights
        learnt = [place for place, item_id in enumerate(own) if item_id in self._lessons]
        if learnt:
            scores[learnt], familiar[learnt] = self._without([self._lessons[own[place]] for place in learnt])
        evidence = self._evidence(scores, familiar, np.asarray(chances, np.float64))
        return mixed(evidence, self.mixing).astype(np.float32)

    def _without(self, lessons: Sequence[Lesson]) -> tuple[Array, Array]:
        """What a fit without each of these says of it: scores (k, labels) and how familiar it is (k,)."""
        rows = np.array([self._rows[x.id] for x in lessons]).reshape(len(lessons), len(self._gram))
        own = np.array([self.labels.index(x.label) for x in lessons], dtype=np.intp)
        leverage = np.einsum("km,km->k", rows @ self._inverse, rows)
        scores = rows @ self._weights
        target = np.zeros_like(scores)
        target[np.arange(len(lessons)), own] = 1.0
        rest = np.maximum(1.0 - leverage, 1e-9)
        return (scores - leverage[:, None] * target) / rest[:, None], 1.0 - RIDGE * leverage / rest

    @property
    def mixing(self) -> Weights:
        """How much network and head count, from the objects named so far."""
        if self._mixing is None:
            self._catch_up()
            self._mixing = weights_from(*self._judged(), trained=self.trained)
        return self._mixing

    def _evidence(self, scores: Array, familiar: Array, chances: Array) -> Evidence:
        names = self.names()
        places = {name: place for place, name in enumerate(names)}
        said = np.zeros((len(scores), len(names)))
        for column, label in enumerate(self.labels):
            if label in places:
                said[:, places[label]] = scores[:, column]
        return Evidence(said * np.clip(familiar, 0.0, 1.0)[:, None], chances, self.trained)

    def _judged(self) -> tuple[Evidence, NDArray[np.intp]]:
        """What is said of named objects by a fit without each, and the places of their names.

        Objects that the network was trained on are left out: it is right about nearly all of them and sure of itself,
        and so it would count far more than its answers to what comes next deserve.
        """
        names = {name: place for place, name in enumerate(self.names())}
        known = set(self.classes) if self.trained else set()
        fair = [x for x in self._lessons.values() if not x.trained_on]
        able = [x for x in fair if self._counts[x.label] > 1 or x.label in known]
        able = able[:: max(1, -(-len(able) // _JUDGED))]
        without, familiar = self._without(able)
        share = 1.0 / max(len(self.classes), 1)
        unknown = np.full(len(self.classes), share)
        chances = np.array([unknown if x.chances is None else x.chances for x in able], np.float64)
        evidence = self._evidence(without, familiar, chances.reshape(len(able), len(self.classes)))
        return evidence, np.array([names[x.label] for x in able], dtype=np.intp)
