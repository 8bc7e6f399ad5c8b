"""Builds the model of the sample meals that comes with the program: ``python -m rvergui.training.sample_model OUT``.

Everything is rendered by the program itself, so the model can be shared freely and built again by anyone. The meals
of the demo are not among those it is trained or judged on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from rvergui.project.demo import create_demo_project
from rvergui.samples import LOOK_ALIKES
from rvergui.training.evaluate import evaluate
from rvergui.training.events import Event
from rvergui.training.options import TrainOptions
from rvergui.training.run import train

BACKBONE = "test_resnet"  # 0.4 million parameters; learns from scratch far faster than a MobileNet as small
SIZE = 96
# The demo's meals have the seeds from 0 on.
TRAIN_SEED, TEST_SEED = 100_000, 200_000


def build(
    out: Path, work: Path, train_meals: int = 320, test_meals: int = 80, epochs: int = 24, roi_only: bool = False
) -> dict[str, Any]:
    """Render meals, train on them, and judge the result on other meals.

    Args:
        out: the checkpoint to write.
        work: a folder for the meals; what is there already is used.
        train_meals: how many to train on (an eighth or so of them chooses the best epoch).
        test_meals: how many to judge by.
        epochs: passes over the training meals.
        roi_only: train the paper's baseline instead, which never sees the surroundings.

    Returns:
        ``evaluate``'s scores under "with_context" and "without_context", and for each pair of look-alikes how often
        the two were told apart, with and without the surroundings.
    """
    source = create_demo_project(work / "train", train_meals, TRAIN_SEED, train_meals)
    test = create_demo_project(work / "test", test_meals, TEST_SEED, test_meals)
    options = TrainOptions(
        source=source,
        out=out,
        roi=BACKBONE,
        extra_roi=BACKBONE,
        size=SIZE,
        preprocessing="published",
        view_loss=0.0,  # both branches learn from scratch here, and neither falls behind
        epochs=epochs,
        batch_size=16,
        learning_rate=2e-3,
        val_share=0.15,
        blackout=1.0 if roi_only else TrainOptions.model_fields["blackout"].default,
        half=True,
        weights=(),
        device="cpu",
    )
    train(options, _tell)
    results = {
        name: evaluate(out, test, split="all", context=context)
        for name, context in (("with_context", True), ("without_context", False))
    }
    return {**results, "look_alikes": {" / ".join(pair): _told_apart(results, pair) for pair in LOOK_ALIKES}}


def _told_apart(results: dict[str, dict[str, Any]], pair: tuple[str, str]) -> dict[str, float]:
    """Mean F1 of the two classes of a pair, by the kind of result."""
    return {name: sum(result["per_class"].get(food, 0.0) for food in pair) / 2 for name, result in results.items()}


def _tell(event: Event) -> None:
    if event.event in ("started", "epoch", "finished"):
        sys.stderr.write(event.line()[:400] + "\n")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Build the model of the sample meals.")
    parser.add_argument("out", type=Path, help="the checkpoint to write")
    parser.add_argument("--work", type=Path, help="a folder for the meals (default: a temporary one)")
    parser.add_argument("--train-meals", type=int, default=320)
    parser.add_argument("--test-meals", type=int, default=80)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--roi-only", action="store_true", help="train the baseline without surroundings")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        results = build(chosen.out, work, chosen.train_meals, chosen.test_meals, chosen.epochs, chosen.roi_only)
    sys.stdout.write(json.dumps(results, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
