"""A cell's network on the test part, undisturbed and with noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rvergui.rvernet.checkpoint import read_header
from rvergui.study.data import StudyData
from rvergui.study.plan import CLEAN
from rvergui.study.predictions import Predictions
from rvergui.training.evaluate import Examples, open_examples, probabilities
from rvergui.training.view_store import StoppedError


class Judge:
    """Judges networks on one test part. What was cut for one network serves the next that wants its views alike.

    Args:
        data: the examples.
        seed: of the noise: every network sees the same disturbed pictures.
        workers: threads that open photos; None: up to four.
    """

    def __init__(self, data: StudyData, seed: int = 0, workers: int | None = None) -> None:
        self._data = data
        self._seed = seed
        self._workers = workers
        self._examples: Examples | None = None

    def __call__(
        self, checkpoint: Path, noises: Sequence[str], cancelled: Callable[[], bool]
    ) -> Iterator[tuple[str, Predictions]]:
        """What the network of ``checkpoint`` answers with each of ``noises`` ("" for none).

        Raises:
            StoppedError: ``cancelled`` said so.
            RverError: the checkpoint or the examples cannot be used, or memory ran out.
        """

        def check() -> None:
            if cancelled():
                raise StoppedError

        examples = self._cut(checkpoint, cancelled)
        for noise in noises:
            found = probabilities(
                checkpoint,
                self._data.test,
                self._data.split,
                noise=() if noise == CLEAN else (noise,),
                seed=self._seed,
                examples=examples,
                check=check,
            )
            yield noise, Predictions.of(found.probabilities, found.classes, found.true_names, found.photo_keys)

    def _cut(self, checkpoint: Path, cancelled: Callable[[], bool]) -> Examples:
        wanted = read_header(checkpoint).preprocessing
        if self._examples is None or self._examples.store.preprocessing != wanted:
            self._examples = None  # two at once may not fit into memory
            self._examples = open_examples(
                checkpoint, self._data.test, self._data.split, self._workers, cancelled=cancelled
            )
        return self._examples
