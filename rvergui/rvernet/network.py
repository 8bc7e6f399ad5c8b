"""RveRNet: what an object is, from the object and from what surrounds it (arXiv 2407.08257)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.rvernet.backbones import Backbone, start_backbone

HIDDEN = 640


class Branch(nn.Module):
    """One view's way to features: its backbone behind the normalisation that this backbone expects.

    Mean and standard deviation are buffers, so a checkpoint carries them.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.body = backbone.module
        self.feature_dim = backbone.feature_dim
        self.options = dict(backbone.options)
        self.start = backbone.start
        self.register_buffer("mean", torch.tensor(backbone.mean, dtype=torch.float32).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(backbone.std, dtype=torch.float32).view(1, 3, 1, 1))

    def forward(self, view: Tensor) -> Tensor:
        """(n, 3, size, size) float32 in 0..1 -> (n, feature_dim)."""
        features: Tensor = self.body((view - self.mean) / self.std)
        return features


class RveRNet(nn.Module):
    """Two branches, their pooled features side by side, Linear to 640, ReLU, Linear to the classes.

    The paper's ROI module f and extra-ROI module g may be different backbones. Unlike the published code, which joins
    the backbones' 1000 ImageNet logits, this network joins their pooled features: nothing is lost on the way.
    """

    def __init__(self, roi: Branch, extra_roi: Branch, classes: int, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.roi = roi
        self.extra_roi = extra_roi
        self.integration = nn.Sequential(
            nn.Linear(roi.feature_dim + extra_roi.feature_dim, hidden), nn.ReLU(), nn.Linear(hidden, classes)
        )

    @property
    def head(self) -> nn.Linear:
        """The last layer; one row a class."""
        layer = self.integration[-1]
        assert isinstance(layer, nn.Linear)
        return layer

    def integrate(self, roi_features: Tensor, extra_features: Tensor) -> Tensor:
        """Logits (n, classes) from both views' features."""
        logits: Tensor = self.integration(torch.cat([roi_features, extra_features], dim=1))
        return logits

    def forward(self, roi: Tensor, extra_roi: Tensor) -> Tensor:
        """Logits (n, classes) from two views (n, 3, size, size) float32 in 0..1."""
        return self.integrate(self.roi(roi), self.extra_roi(extra_roi))

    def with_classes(self, rows: Sequence[int | None]) -> None:
        """Give the head one output per entry of ``rows``: the old output's index, or None for a new class."""
        old = self.head
        new = nn.Linear(old.in_features, len(rows)).to(old.weight)
        with torch.no_grad():
            for place, row in enumerate(rows):
                if row is not None:
                    new.weight[place] = old.weight[row]
                    new.bias[place] = old.bias[row]
        self.integration[-1] = new


def start_network(roi: str, extra_roi: str, classes: int, size: int, folders: Sequence[Path], seed: int = 0) -> RveRNet:
    """A new network whose branches start from the best weights on this machine; the rest is drawn with ``seed``.

    Args:
        roi: backbone of the ROI branch, timm's name or the paper's.
        extra_roi: backbone of the extra-ROI branch.
        classes: how many outputs.
        size: side of the views in pixels.
        folders: where weights are looked for first.
        seed: the same seed gives the same network; the global generator is left as it was.

    Raises:
        RverError: no such backbone, a size it does not take, or a damaged file of weights.
    """
    if classes < 1:
        raise RverError("A network needs at least one class; add a class first.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return RveRNet(
            Branch(start_backbone(roi, size, folders)), Branch(start_backbone(extra_roi, size, folders)), classes
        )


def start_phrase(roi: str, extra_roi: str) -> str:
    """What the branches started from, for people."""
    if roi == extra_roi:
        return "both branches random" if roi == "random" else f"both branches from {roi}"
    named = [
        f"{branch} {'' if start == 'random' else 'from '}{start}"
        for branch, start in (("ROI", roi), ("extra-ROI", extra_roi))
    ]
    return ", ".join(named)


def to_batch(views: NDArray[np.uint8] | Sequence[NDArray[np.uint8]], device: torch.device | str = "cpu") -> Tensor:
    """Views (n, size, size, 3) uint8 as the network takes them: (n, 3, size, size) float32 in 0..1 on ``device``."""
    stacked: NDArray[Any] = np.ascontiguousarray(views)
    return torch.from_numpy(stacked).to(device).permute(0, 3, 1, 2).float().div_(255.0)
