"""Which way of joining the two views names best what only the surroundings tell apart.

Rendered meals, ImageNet features that stay as they are, and every integration trained on the very same ones: with
several seeds, on the same photos, judged on others.

    python benchmarks/integrations.py [--weights FOLDER] [--meals 300] [--seeds 5] [--size 128] [--only gated]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torchmetrics.functional.classification import multiclass_f1_score

from rvergui.core import RverError
from rvergui.runtime.settings import Settings
from rvergui.rvernet.branch import Branch
from rvergui.rvernet.integration import INTEGRATION_KINDS
from rvergui.rvernet.network import start_network, to_batch
from rvergui.rvernet.network_plan import HIDDEN, NetworkPlan
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter
from rvergui.samples import LOOK_ALIKES, SAMPLE_CLASSES, render_meal

PHOTO = (240, 320)
TRAIN_SEED, TEST_SEED = 300_000, 400_000
ROI_ONLY = "concatenation, ROI alone"


@dataclass(frozen=True)
class Features:
    """Objects as the backbone sees them: (n, dim) each, and their classes (n,)."""

    roi: Tensor
    extra: Tensor
    labels: Tensor


@dataclass(frozen=True)
class _Lengths:
    """What an integration has to know of a branch."""

    feature_dim: int
    pooled_dim: int
    map_width: int


def features(branch: Branch, seeds: Sequence[int], size: int) -> Features:
    """The features of every object of the meals with these seeds."""
    preprocessing = Preprocessing(size=size)
    parts: list[tuple[Tensor, Tensor]] = []
    labels: list[int] = []
    for done, seed in enumerate(seeds, start=1):
        meal = render_meal(seed, PHOTO)
        cutter = ViewCutter(meal.pixels, preprocessing)
        pairs = [cutter.views(thing.mask) for thing in meal.objects]
        with torch.inference_mode():
            parts.append((branch(to_batch([p[0] for p in pairs])), branch(to_batch([p[1] for p in pairs]))))
        labels += [SAMPLE_CLASSES.index(thing.name) for thing in meal.objects]
        if done % 100 == 0:
            print(f"{done} of {len(seeds)} meals seen", file=sys.stderr)
    return Features(torch.cat([a for a, _ in parts]), torch.cat([b for _, b in parts]), torch.tensor(labels))


def train_and_judge(
    kind: str, branch: Branch, train: Features, test: Features, seed: int, epochs: int
) -> dict[str, float]:
    """One integration trained with one seed: its scores on the test objects and the seconds it took."""
    torch.manual_seed(seed)
    alone, pooled = kind == ROI_ONLY, kind != "cross_attention"
    first = _Lengths(branch.pooled_dim, branch.pooled_dim, 0)
    second = _Lengths(0, 0, 0) if alone else first if pooled else branch
    make: Any = INTEGRATION_KINDS["concatenation" if alone else kind]
    module = make(first, second, HIDDEN, len(SAMPLE_CLASSES))

    def logits(data: Features, rows: Tensor | slice) -> Tensor:
        roi, around = data.roi[rows], data.extra[rows]
        roi, around = roi[:, : first.feature_dim], around[:, : second.feature_dim]
        answer: Tensor = module(roi, around)
        return answer

    optimiser = torch.optim.AdamW(module.parameters(), lr=1e-3, weight_decay=0.02)
    steps = epochs * -(-len(train.labels) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, total_steps=steps, pct_start=0.1)
    begin = time.perf_counter()
    for _ in range(epochs):
        for rows in torch.randperm(len(train.labels)).split(64):
            optimiser.zero_grad()
            cross_entropy(logits(train, rows), train.labels[rows], label_smoothing=0.05).backward()
            optimiser.step()
            schedule.step()
    seconds = time.perf_counter() - begin
    module.eval()
    with torch.inference_mode():
        guessed = logits(test, slice(None)).argmax(dim=1)
    per_class = multiclass_f1_score(guessed, test.labels, len(SAMPLE_CLASSES), average=None)
    alike = [SAMPLE_CLASSES.index(name) for name in look_alike_names()]
    return {
        "top1": float((guessed == test.labels).float().mean()),
        "macro_f1": float(per_class.mean()),
        "look_alike_f1": float(per_class[alike].mean()),
        "seconds": seconds,
    }


def look_alike_names() -> list[str]:
    """The classes that only the surroundings tell apart."""
    return sorted({name for pair in LOOK_ALIKES for name in pair})


def compare(arguments: argparse.Namespace) -> Iterator[tuple[str, dict[str, tuple[float, float]]]]:
    """Each integration with mean and spread of its scores over the seeds."""
    folders = [arguments.weights] if arguments.weights else Settings().weight_folders()
    plan = NetworkPlan(roi=arguments.backbone, shared=True, integration="cross_attention")
    branch = start_network(plan, len(SAMPLE_CLASSES), arguments.size, folders).eval().roi
    if branch.start == "random":
        raise RverError(f"There are no weights for {arguments.backbone}; name their folder with --weights.")
    train = features(branch, range(TRAIN_SEED, TRAIN_SEED + arguments.meals), arguments.size)
    test = features(branch, range(TEST_SEED, TEST_SEED + arguments.meals // 2), arguments.size)
    print(f"{len(train.labels)} objects to train on, {len(test.labels)} to judge by", file=sys.stderr)
    for kind in arguments.only or (ROI_ONLY, *INTEGRATION_KINDS):
        runs = [train_and_judge(kind, branch, train, test, seed, arguments.epochs) for seed in range(arguments.seeds)]
        yield (
            kind,
            {
                name: (statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0)
                for name in runs[0]
                for values in [[run[name] for run in runs]]
            },
        )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="folder with ImageNet weights; else those of the settings")
    parser.add_argument("--backbone", default="mobilenetv2_100")
    parser.add_argument("--meals", type=int, default=300, help="to train on; half as many to judge by")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--only", nargs="+", choices=(ROI_ONLY, *INTEGRATION_KINDS), help="these instead of all")
    parser.add_argument("--threads", type=int, default=1, help="several only slow each other down on a busy machine")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.json:
        print(json.dumps(dict(compare(arguments)), indent=1))
        return
    print(f"{'integration':26}{'top-1':>16}{'macro F1':>16}{'F1 look-alikes':>18}{'seconds':>9}")
    for kind, scores in compare(arguments):
        cells = [f"{scores[name][0]:.3f} ± {scores[name][1]:.3f}" for name in ("top1", "macro_f1", "look_alike_f1")]
        print(f"{kind:26}{cells[0]:>16}{cells[1]:>16}{cells[2]:>18}{scores['seconds'][0]:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
