"""Which items make which step: the same for a seed and an epoch, whatever happened before. No torch here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rvergui.training.options import TrainOptions

# So that the order of an epoch is not drawn from the same numbers as anything else of that seed and epoch.
_STREAM = 0x0D
_POWER = 0.5


@dataclass(frozen=True)
class Batch:
    """One step's items.

    Attributes:
        epoch: counted from 1.
        indices: (k,) places in the store; one may come more than once.
        draws: (k,) what the variety of each is drawn from besides the epoch: its index, or its place in the epoch if
            items come more than once.
    """

    epoch: int
    indices: tuple[int, ...]
    draws: tuple[int, ...]

    def part(self, rank: int, size: int) -> Batch:
        """The share of the process ``rank`` of ``size``."""
        return Batch(self.epoch, self.indices[rank::size], self.draws[rank::size])


def rarity(targets: NDArray[np.int64], train: Sequence[int], classes: int) -> NDArray[np.float64]:
    """(classes,) how much an item of each class counts: inverse square root of its frequency, 1 on the average class.

    A class without training items counts 1.
    """
    counts = np.bincount(targets[np.asarray(train)], minlength=classes)
    weights = np.where(counts > 0, 1.0 / np.power(np.maximum(counts, 1), _POWER), 0.0)
    weights *= np.count_nonzero(weights) / weights.sum()
    weights[counts == 0] = 1.0
    return weights


class Batches:
    """The steps of every epoch of a run."""

    def __init__(self, train: Sequence[int], targets: NDArray[np.int64], classes: int, options: TrainOptions) -> None:
        self._train = np.asarray(train, dtype=np.int64)
        self._seed = options.seed
        self.size = options.batch_size_for(len(train))
        self._chances: NDArray[np.float64] | None = None
        if options.balance == "sampler":
            chances = rarity(targets, train, classes)[targets[self._train]]
            self._chances = chances / chances.sum()

    @property
    def an_epoch(self) -> int:
        """How many steps an epoch has."""
        return len(self._cuts())

    def of(self, epoch: int) -> list[Batch]:
        """The steps of an epoch (counted from 1) in their order."""
        random = np.random.default_rng([self._seed, epoch, _STREAM])
        if self._chances is None:
            order = random.permutation(self._train)
            draws = order
        else:
            order = random.choice(self._train, size=len(self._train), p=self._chances)
            draws = np.arange(len(order))
        return [
            Batch(epoch, tuple(order[first:last].tolist()), tuple(draws[first:last].tolist()))
            for first, last in self._cuts()
        ]

    def _cuts(self) -> list[tuple[int, int]]:
        """A last batch of a single item joins the one before, since batch norm cannot learn from one item."""
        count = len(self._train)
        cuts = [(first, min(first + self.size, count)) for first in range(0, count, self.size)]
        if len(cuts) > 1 and cuts[-1][1] - cuts[-1][0] == 1:
            cuts[-2:] = [(cuts[-2][0], cuts[-1][1])]
        return cuts
