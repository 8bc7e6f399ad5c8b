"""A network's suggestions together with what it has learnt from the names given so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Suggestion
from rvergui.rvernet.instant_head import InstantHead, Lesson, joined

Array = NDArray[np.float32]

TOP = 5  # suggestions for one object


@dataclass(frozen=True)
class Impression:
    """What a network has seen in one object; with it the object can be named again without looking at the photo.

    Attributes:
        features: (n,) float16, of both views, see ``instant_head.joined``.
        features_alone: (n,) float16, the same with black surroundings.
        chances: (classes,) float32, the network's own probabilities.
        chances_alone: (classes,) float32, the same with black surroundings.
    """

    features: NDArray[np.float16] = field(repr=False)
    features_alone: NDArray[np.float16] = field(repr=False)
    chances: Array = field(repr=False)
    chances_alone: Array = field(repr=False)


def impressions(roi: Array, extra: Array, black: Array, chances: Array, alone: Array) -> list[Impression]:
    """The impressions of k objects.

    Args:
        roi: (k, a) features of the ROI views.
        extra: (k, b) features of the extra-ROI views.
        black: (k, b) features of black surroundings.
        chances: (k, classes) the network's probabilities.
        alone: (k, classes) the same with black surroundings.
    """
    seen, seen_alone = joined(roi, extra).astype(np.float16), joined(roi, black).astype(np.float16)
    return [Impression(*each) for each in zip(seen, seen_alone, chances, alone, strict=True)]


class InstantNames:
    """Names objects by the network and by the names given so far, and learns more of these.

    A label is one of the network's classes, or anything else that stands for a class: it is spelled when it is told.

    Args:
        classes: the names that the network knows.
        trained: whether its probabilities mean anything.
    """

    def __init__(self, classes: Sequence[str], trained: bool) -> None:
        self._head = InstantHead(classes, trained)
        self._spelled: dict[str, str] = {}

    def __len__(self) -> int:
        """How many objects it has learnt from."""
        return len(self._head)

    @property
    def names(self) -> int:
        """How many different names these have."""
        return len(self._head.taught)

    def forget_all(self) -> None:
        """Be as new."""
        self._head = InstantHead(self._head.classes, self._head.trained)

    def learn(
        self,
        lessons: Iterable[Lesson] = (),
        forget: Iterable[str] = (),
        relabel: Mapping[str, str] | None = None,
        spelled: Mapping[str, str] | None = None,
    ) -> None:
        """Take in lessons, forget others by item, and give others again another label; see ``InstantHead``.

        Args:
            lessons: of an untrained network the probabilities are left out.
            forget: items.
            relabel: labels by item.
            spelled: how labels that are no class of the network are spelled from now on; None: as before.

        Raises:
            RverError: features are damaged or of another network; only the spelling has changed then.
        """
        if spelled is not None:
            self._spelled = dict(spelled)
        trained = self._head.trained
        self._head.learn([x if trained else replace(x, chances=None) for x in lessons], forget)
        self._head.relabel(relabel or {})

    def suggestions(
        self, seen: Sequence[Impression], top: int = TOP, learnt: bool = True, own: Sequence[str] = ()
    ) -> list[tuple[Suggestion, ...]]:
        """The best names of each object, best first, with their probabilities with and without the surroundings.

        Args:
            seen: what the network has seen in each.
            top: how many names at most.
            learnt: False lets the network speak alone.
            own: under which item each object was learnt itself, "" if it was not: what that taught is left out then.

        Raises:
            RverError: an impression is another network's, or damaged.
        """
        if not seen:
            return []
        chances = np.stack([*(x.chances for x in seen), *(x.chances_alone for x in seen)])
        names = self._head.classes
        if learnt and len(self._head):
            features = np.stack([*(x.features for x in seen), *(x.features_alone for x in seen)])
            chances, names = self._head.answer(features.astype(np.float32), chances, (*own, *own)), self._head.names()
        with_, alone = chances[: len(seen)], chances[len(seen) :]
        return [self._best(names, *each, top) for each in zip(with_, alone, strict=True)]

    def _best(self, names: Sequence[str], chances: Array, alone: Array, top: int) -> tuple[Suggestion, ...]:
        # a stable sort: equal probabilities stay in the order of the classes
        order = np.argsort(-chances, kind="stable")[:top].tolist()
        return tuple(
            Suggestion(self._spelled.get(names[i], names[i]), float(chances[i]), float(alone[i])) for i in order
        )
