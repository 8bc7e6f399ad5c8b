"""RveRNet: what an object is, from the object and from what surrounds it (arXiv 2407.08257)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.rvernet.backbones import Backbone, create_backbone, start_backbone
from rvergui.rvernet.branch import Blind, Branch
from rvergui.rvernet.integration import INTEGRATION_KINDS, Integration
from rvergui.rvernet.network_plan import HIDDEN, NetworkPlan
from rvergui.rvernet.start_words import NO_BRANCH, start_phrase


class RveRNet(nn.Module):
    """Two branches and what joins them; or one branch, for the paper's baselines.

    The paper's ROI module f and extra-ROI module g may be different backbones, or one and the same with one set of
    weights (then a checkpoint holds it once). A baseline has a ``Blind`` second branch, so that everything that deals
    with two branches deals with one as well.

    Attributes:
        roi: the ROI branch.
        integration: both branches' features -> logits.
        features_kind: what of the backbones is joined, see ``NetworkPlan.features``.
        integration_kind: see ``NetworkPlan.integration``.
        looks_at: see ``NetworkPlan.looks_at``.
        hidden: see ``NetworkPlan.hidden``.
    """

    def __init__(
        self,
        roi: Branch,
        extra_roi: Branch | None,
        classes: int,
        hidden: int = HIDDEN,
        integration: str = "concatenation",
        looks_at: str = "pair",
        features: str = "pooled",
    ) -> None:
        super().__init__()
        self.hidden, self.looks_at = hidden, looks_at
        self.integration_kind, self.features_kind = integration, features
        self.roi = roi
        self.shared = extra_roi is roi
        if not self.shared:
            # not as an attribute: its name is a property's, which gives the ROI branch when that serves both views
            self._modules["extra_roi"] = extra_roi if extra_roi is not None else Blind()
        self.integration = INTEGRATION_KINDS[integration](roi, self.extra_roi, hidden, classes)

    @property
    def extra_roi(self) -> Branch | Blind:
        """The extra-ROI branch: the ROI branch itself if shared, ``Blind`` in a baseline."""
        return self.roi if self.shared else cast("Branch | Blind", self._modules["extra_roi"])

    @property
    def head(self) -> nn.Linear:
        """The last layer; one row a class."""
        return cast("Integration", self.integration).head

    def parts(self) -> dict[str, nn.Module]:
        """What learns: "roi", "extra_roi" unless it is shared or not there, and "integration"."""
        extra = self.extra_roi
        second: dict[str, nn.Module] = {} if self.shared or isinstance(extra, Blind) else {"extra_roi": extra}
        return {"roi": self.roi, **second, "integration": self.integration}

    def features(self, roi: Tensor, extra_roi: Tensor) -> tuple[Tensor, Tensor]:
        """Both branches' features (n, dim) of two views (n, 3, size, size) float32 in 0..1; the second may be empty."""
        return self.roi(roi), self.extra_roi(extra_roi)

    def integrate(self, roi_features: Tensor, extra_features: Tensor) -> Tensor:
        """Logits (n, classes) from both views' features."""
        logits: Tensor = self.integration(roi_features, extra_features)
        return logits

    def forward(self, roi: Tensor, extra_roi: Tensor) -> Tensor:
        """Logits (n, classes) from two views (n, 3, size, size) float32 in 0..1."""
        return self.integrate(*self.features(roi, extra_roi))

    def with_classes(self, rows: Sequence[int | None]) -> None:
        """Give the head one output per entry of ``rows``: the old output's index, or None for a new class."""
        old = self.head
        new = nn.Linear(old.in_features, len(rows)).to(old.weight)
        with torch.no_grad():
            for place, row in enumerate(rows):
                if row is not None:
                    new.weight[place] = old.weight[row]
                    new.bias[place] = old.bias[row]
        cast("Integration", self.integration).set_head(new)

    def header_fields(self) -> dict[str, Any]:
        """What ``CheckpointHeader`` records of the network: its plan, its backbones' options, what it started from."""
        extra = self.extra_roi
        there = not isinstance(extra, Blind)
        return {
            "roi_backbone": self.roi.name,
            "extra_roi_backbone": extra.name if there else None,
            "backbone_options": {
                "roi": dict(self.roi.options),
                **({"extra_roi": dict(extra.options)} if there else {}),
            },
            "features": self.features_kind,
            "integration": self.integration_kind,
            "hidden": self.hidden,
            "shared": self.shared,
            "looks_at": self.looks_at,
            "start": {"roi": self.roi.start, "extra_roi": extra.start},
        }


def _joined(plan: NetworkPlan, classes: int, first: Backbone, second: Backbone | None) -> RveRNet:
    """The network of ``plan`` around its backbones; ``second`` is None if there is one backbone."""
    roi = Branch(first, plan.layout if plan.shared or second is None else plan.features)
    extra = roi if plan.shared else (Branch(second, plan.layout) if second is not None else None)
    return RveRNet(roi, extra, classes, plan.hidden, plan.integration, plan.looks_at, plan.features)


def empty_network(
    plan: NetworkPlan, classes: int, size: int, options: dict[str, dict[str, str]] | None = None
) -> RveRNet:
    """The network of ``plan`` with weights to be filled; ``options``: branch -> what else its backbone is built with.

    Raises:
        RverError: no such backbone, or a size or an option that it does not take.
    """
    options = options or {}
    first = create_backbone(plan.roi, size, options.get("roi", {}), plan.features)
    alone = plan.shared or plan.second is None
    second = None if alone else create_backbone(plan.second or "", size, options.get("extra_roi", {}), plan.features)
    return _joined(plan, classes, first, second)


@overload
def start_network(plan: NetworkPlan, classes: int, size: int, folders: Sequence[Path], seed: int = 0) -> RveRNet: ...


@overload
def start_network(
    roi: str, extra_roi: str, classes: int, size: int, folders: Sequence[Path], seed: int = 0
) -> RveRNet: ...


def start_network(*asked: Any, **named: Any) -> RveRNet:
    """A new network whose branches start from the best weights on this machine; the rest is drawn with ``seed``.

    Args:
        asked: a ``NetworkPlan``, or the names of the ROI and extra-ROI backbones for the plain RveRNet of pooled
            features; then ``classes`` (how many outputs), ``size`` (side of the views in pixels), ``folders`` (where
            weights are looked for first) and ``seed`` (the same gives the same network; the global generator is left
            as it was).
        named: any of these by name.

    Raises:
        RverError: no such backbone, a size it does not take, or a damaged file of weights.
    """
    plan = asked[0] if asked else named.pop("plan", None)
    if isinstance(plan, NetworkPlan):
        return _start(plan, *asked[1:], **named)
    backbones = [*asked[:2], *(named.pop(name) for name in ("roi", "extra_roi")[len(asked) :])]
    return _start(NetworkPlan(roi=backbones[0], extra_roi=backbones[1]), *asked[2:], **named)


def _start(plan: NetworkPlan, classes: int, size: int, folders: Sequence[Path], seed: int = 0) -> RveRNet:
    if classes < 1:
        raise RverError("A network needs at least one class; add a class first.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first = start_backbone(plan.roi, size, folders, plan.features)
        alone = plan.shared or plan.second is None
        second = None if alone else start_backbone(plan.second or "", size, folders, plan.features)
        return _joined(plan, classes, first, second)


def to_batch(views: NDArray[np.uint8] | Sequence[NDArray[np.uint8]], device: torch.device | str = "cpu") -> Tensor:
    """Views (n, size, size, 3) uint8 as the network takes them: (n, 3, size, size) float32 in 0..1 on ``device``."""
    stacked: NDArray[Any] = np.ascontiguousarray(views)
    return torch.from_numpy(stacked).to(device).permute(0, 3, 1, 2).float().div_(255.0)


__all__ = [
    "HIDDEN",
    "NO_BRANCH",
    "Blind",
    "Branch",
    "NetworkPlan",
    "RveRNet",
    "empty_network",
    "start_network",
    "start_phrase",
    "to_batch",
]
