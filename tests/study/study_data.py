"""A study small enough for tests: networks that are not trained but tell what they would have learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.study.data import StudyData
from rvergui.study.plan import StudyPlan
from rvergui.study.predictions import Predictions
from rvergui.training.events import Cancelled, Epoch, Event, Finished, Started, Step
from rvergui.training.options import TrainOptions

CLASSES = ("ketchup", "chili paste", "rice", "fries")
GROUP = {"sauces": ("ketchup", "chili paste")}
ITEMS = 200
FACTS: dict[str, Any] = {
    "model": "test_resnet + test_resnet, 32 px",
    "train_items": 77,
    "val_items": 9,
    "train_photos": 40,
    "val_photos": 5,
    "classes": list(CLASSES),
    "epochs": 2,
    "steps": 2,
    "device": "CPU",
}


def plan(**changes: Any) -> StudyPlan:
    """Two models, one of which sees the surroundings."""
    words: dict[str, Any] = {
        "title": "Little study",
        "seeds": (0, 1),
        "options": {"size": 32, "epochs": 2, "roi": "test_resnet"},
        "models": [
            {"name": "ROI alone", "looks_at": "roi"},
            {"name": "RveRNet", "extra_roi": "test_resnet"},
        ],
        "noise": ("permute:16", "permute:8", "translocate:60,-85"),
        "look_alikes": GROUP,
        "bootstrap": 200,
    }
    return StudyPlan.model_validate({**words, **changes})


def data(folder: Path) -> StudyData:
    """Examples that nobody opens."""
    return StudyData(folder / "train.rver", folder / "test.rver", "all", "little", "little data", GROUP)


class FakeTrainer:
    """Notes what it was asked for and writes the options where the checkpoint would be."""

    def __init__(self) -> None:
        self.asked: list[TrainOptions] = []
        self.fail: Callable[[TrainOptions], Exception | None] = lambda options: None
        self.stop_in: Callable[[TrainOptions], bool] = lambda options: False

    def __call__(self, options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> Path:
        self.asked.append(options)
        error = self.fail(options)
        if error is not None:
            raise error
        emit(Started(**FACTS, start="from nothing" if options.seed else "from ImageNet"))
        emit(Step(step=1, steps=2, epoch=1, loss=1.0, lr=0.1, seconds_left=4.0))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(f"{options.looks_at} {options.seed} {options.distil_weight if options.teacher else 0}")
        if self.stop_in(options):
            emit(Cancelled(checkpoint=str(options.out)))
            return options.out
        emit(Epoch(epoch=2, train_loss=1.0, val_loss=1.0, top1=0.5, macro_f1=0.5, best=True))
        emit(Finished(checkpoint=str(options.out), metrics={"top1": 0.5}, seconds=1.0))
        return options.out


class FakeJudge:
    """The network that sees the ROI alone guesses among look-alikes; noise costs every network a third."""

    def __init__(self) -> None:
        self.asked: list[tuple[Path, tuple[str, ...]]] = []

    def __call__(
        self, checkpoint: Path, noises: Sequence[str], cancelled: Callable[[], bool]
    ) -> Iterator[tuple[str, Predictions]]:
        self.asked.append((checkpoint, tuple(noises)))
        looks_at, seed, taught = checkpoint.read_text().split()
        for noise in noises:
            yield noise, predictions(looks_at == "roi", int(seed), bool(noise), float(taught))


def predictions(alone: bool, seed: int, noisy: bool = False, taught: float = 0.0) -> Predictions:
    """The answers of a network of which nothing but this is known."""
    rng = np.random.default_rng([seed, alone, noisy])
    true = np.arange(ITEMS) % len(CLASSES)
    named = true.copy()
    if alone:
        sauces = true < 2
        named[sauces] = rng.integers(0, 2, int(sauces.sum()))
    wrong = rng.random(ITEMS) < 0.1 + 0.3 * noisy - 0.05 * taught
    named[wrong] = (named[wrong] + 2) % len(CLASSES)
    probabilities = np.full((ITEMS, len(CLASSES)), 0.05, dtype=np.float32)
    probabilities[np.arange(ITEMS), named] = 0.85
    photos = [f"photo{number // 2}" for number in range(ITEMS)]
    return Predictions.of(probabilities, CLASSES, [CLASSES[number] for number in true], photos)
