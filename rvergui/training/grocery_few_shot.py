"""How good a network's features are for foods that it was not trained on: a few examples of each, and no training.

Some classes of the grocery store data set are left out of training. Of each a few photos of the official training
lists are shown, and the official test photos of the same classes are named among each other.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.core.atomic import write_text
from rvergui.interchange.pairs_layout import EXTRA, MARKER, ROI
from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.training.view_store import ViewStore

SHOTS = (1, 5, 10)
DRAWS = 20
# Every so many classes one is left out, so that all kinds of goods are among them.
EVERY = 5
_BATCH = 32
# Of the logistic head, on features of length 1; chosen for 5 examples a class, not tuned on any test photo.
_DECAY = 1e-3
_SCALE = 10.0


@dataclass(frozen=True)
class FewShot:
    """A result.

    Attributes:
        way: "nearest mean" or "logistic head".
        shots: examples a class.
        top1: mean over the draws of which examples are shown.
        low, high: the range that holds the middle 95 % of the draws.
    """

    way: str
    shots: int
    top1: float
    low: float
    high: float


def left_out(classes: Sequence[str], every: int = EVERY) -> list[str]:
    """The classes that training does not see: every fifth, from the third."""
    return [name for number, name in enumerate(classes) if number % every == 2 % every]


def subset(pairs: Path, out: Path, classes: Sequence[str], parts: Sequence[str] = ("train", "test")) -> Path:
    """A pairs folder with some classes and parts of another; its pictures are linked where that is possible.

    Raises:
        RverError: ``pairs`` is no export of this program, or lacks a class.
    """
    try:
        marker = json.loads((pairs / MARKER).read_text(encoding="utf-8"))
        folders = {str(entry["name"]): str(entry["folder"]) for entry in marker["classes"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RverError(f"{pairs} is no folder of pairs that this program made; prepare the data again.") from error
    missing = [name for name in classes if name not in folders]
    if missing:
        raise RverError(f"{pairs} has no class “{missing[0]}”; prepare the data again.")
    if out.exists():
        shutil.rmtree(out)
    for part in parts:
        for view in (ROI, EXTRA):
            for name in classes:
                source = pairs / part / view / folders[name]
                if source.is_dir():
                    shutil.copytree(source, out / part / view / folders[name], copy_function=_link)
    kept = [entry for entry in marker["classes"] if entry["name"] in set(classes)]
    write_text(out / MARKER, json.dumps({**marker, "classes": kept}, ensure_ascii=False, indent=1) + "\n")
    return out


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)


def features_of(network: RveRNet, store: ViewStore, indices: Sequence[int]) -> Tensor:
    """(k, dim) float32: both branches' features side by side, each branch's brought to length 1."""
    device = network.head.weight.device
    network.eval()
    parts: list[Tensor] = []
    with torch.inference_mode():
        for first in range(0, len(indices), _BATCH):
            roi, extra = store.pairs(indices[first : first + _BATCH])
            both = network.features(to_batch(roi, device), to_batch(extra, device))
            parts.append(torch.cat([nn.functional.normalize(view.float(), dim=1) for view in both], dim=1).cpu())
    return torch.cat(parts).clone()


def few_shot(
    shown: Tensor,
    shown_names: Sequence[str],
    asked: Tensor,
    asked_names: Sequence[str],
    shots: Sequence[int] = SHOTS,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[FewShot]:
    """Name ``asked`` from a few of ``shown``, again and again with others.

    Args:
        shown: (n, dim) features that examples are drawn from.
        shown_names: (n,) their classes.
        asked: (m, dim) features to name.
        asked_names: (m,) their classes.
        shots: examples a class; a class with fewer shows all it has.
        draws: how often examples are drawn.
        seed: of the draws.
    """
    names = sorted(set(asked_names))
    own = {name: np.flatnonzero([shown_name == name for shown_name in shown_names]) for name in names}
    lacking = [name for name in names if not len(own[name])]
    if lacking:
        raise RverError(f"There is no example of “{lacking[0]}” to show.")
    target = torch.tensor([names.index(name) for name in asked_names])
    results = []
    for count in shots:
        random = np.random.default_rng([seed, count])
        right: dict[str, list[float]] = {"nearest mean": [], "logistic head": []}
        for _ in range(draws):
            rows, labels = _drawn(own, names, count, random)
            examples, truth = shown[rows], torch.from_numpy(labels)
            right["nearest mean"].append(_share(_nearest_mean(examples, truth, asked, len(names)), target))
            right["logistic head"].append(_share(_logistic(examples, truth, asked, len(names)), target))
        for way, shares in right.items():
            low, high = np.percentile(shares, [2.5, 97.5])
            results.append(FewShot(way, count, float(np.mean(shares)), float(low), float(high)))
    return results


def _drawn(
    own: Mapping[str, NDArray[np.intp]], names: Sequence[str], count: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, labels = [], []
    for number, name in enumerate(names):
        chosen = random.permutation(own[name])[:count]
        rows.append(chosen)
        labels.append(np.full(len(chosen), number))
    return np.concatenate(rows).astype(np.int64), np.concatenate(labels).astype(np.int64)


def _nearest_mean(examples: Tensor, labels: Tensor, asked: Tensor, classes: int) -> Tensor:
    sums = torch.zeros(classes, examples.shape[1]).index_add_(0, labels, examples)
    means = nn.functional.normalize(sums, dim=1)
    return (nn.functional.normalize(asked, dim=1) @ means.T).argmax(dim=1)


def _logistic(examples: Tensor, labels: Tensor, asked: Tensor, classes: int) -> Tensor:
    weight = torch.zeros(classes, examples.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        error = (
            nn.functional.cross_entropy(_SCALE * examples @ weight.T + bias, labels) + _DECAY * weight.square().sum()
        )
        error.backward()  # type: ignore[no-untyped-call]
        return error

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        return (_SCALE * asked @ weight.T + bias).argmax(dim=1)


def _share(named: Tensor, target: Tensor) -> float:
    return float((named == target).float().mean())


def as_rows(results: Sequence[FewShot]) -> list[dict[str, Any]]:
    """For JSON."""
    return [vars(result) for result in results]
