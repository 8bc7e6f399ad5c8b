"""Who learns how fast: frozen parts, rates of the parts, and the rate over the steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from rvergui.core import RverError
from rvergui.rvernet.network import Blind, Branch, RveRNet
from rvergui.rvernet.start_words import RANDOM
from rvergui.training.last_blocks import early_layers, early_parameters
from rvergui.training.options import TrainOptions

BATCH_NORMS = (nn.BatchNorm2d, nn.BatchNorm1d)
_FROZEN: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "roi": ("roi",),
    "extra_roi": ("extra_roi",),
    "backbones": ("roi", "extra_roi"),
}
_OPTIMIZERS: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
}


def frozen_parts(network: RveRNet, options: TrainOptions) -> list[nn.Module]:
    """The branches, or layers of them, that do not learn.

    Raises:
        RverError: the extra-ROI branch is to be frozen and there is none of its own; or a backbone has no blocks.
    """
    if options.freeze == "early":
        return [layer for branch in branches(network) for layer in early_layers(branch)]
    parts = network.parts()
    asked = _FROZEN[options.freeze]
    if options.freeze == "extra_roi" and "extra_roi" not in parts:
        raise RverError("This network has no extra-ROI branch of its own to freeze; freeze the backbones instead.")
    return [parts[name] for name in asked if name in parts]


def learning_mode(network: RveRNet, options: TrainOptions) -> None:
    """Training mode, but frozen branches stay as they are, and batch norm of branches with a start keeps its own.

    A few small batches of half-black pictures are no better estimate than a million photos. Weights with the statistics
    folded into their kernels (as in files that were quantised) even stop working with any others: the features that
    made them worth starting from are gone at the first step.
    """
    network.train()
    for part in frozen_parts(network, options):
        part.eval()
    if not options.keep_statistics:
        return
    for branch in branches(network):
        if branch.start != RANDOM:
            for module in branch.modules():
                if isinstance(module, BATCH_NORMS):
                    module.eval()


def branches(network: RveRNet) -> list[Branch]:
    """The branches that there are, a shared one once."""
    return [part for part in network.parts().values() if isinstance(part, Branch) and not isinstance(part, Blind)]


def optimizer_for(network: RveRNet, options: TrainOptions) -> torch.optim.Optimizer:
    """The optimiser of what learns; freezes the rest."""
    for part in frozen_parts(network, options):
        part.requires_grad_(False)
    if options.freeze == "early":
        for parameter in (each for branch in branches(network) for each in early_parameters(branch)):
            parameter.requires_grad_(False)
    return _OPTIMIZERS[options.optimizer](list(_groups(network, options)), lr=options.learning_rate)


def _groups(network: RveRNet, options: TrainOptions) -> Iterator[dict[str, Any]]:
    """Branches with a start learn more slowly; biases, norms and other vectors do not decay."""
    for part in network.parts().values():
        started = isinstance(part, Branch) and part.start != RANDOM
        rate = options.learning_rate * (options.started_rate if started else 1.0)
        trained = [p for p in part.parameters() if p.requires_grad]
        for decays, decay in ((True, options.weight_decay), (False, 0.0)):
            group = [p for p in trained if (p.ndim >= 2) is decays]
            if group:
                yield {"params": group, "lr": rate, "weight_decay": decay}


def warm_up_then_cosine(steps: int, share: float) -> Callable[[int], float]:
    """The learning rate's factor at each step: linear from near 0, then half a cosine down to near 0.

    Counted in steps throughout; the published code counts warm-up in batches but advances by epochs, so that its rate
    never leaves the warm-up.

    Args:
        steps: of the whole run.
        share: of them are warm-up; at least one is.
    """
    warm_up = max(math.ceil(steps * share), 1)

    def factor(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1.0 + math.cos(math.pi * min((step - warm_up + 1) / max(steps - warm_up + 1, 1), 1.0)))

    return factor
