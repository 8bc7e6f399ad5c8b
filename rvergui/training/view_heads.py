"""Each branch names the food on its own, too, while it learns; or the joined answer leaves one of them behind.

The branch that learns faster soon explains the training items, and what the other one still adds is noise to be
suppressed. Measured on photos of groceries (two MobileNetV2 from ImageNet, concatenated, close-up views): the share of
the extra-ROI branch's features that differ at all between photos fell to 41 % within 14 epochs and to none within 17,
so that the surroundings no longer counted. A loss on each branch's own answer (deep supervision, arXiv 1409.5185, here
for views instead of layers) keeps both alive. The heads belong to the training, not to the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rvergui.rvernet.network import Blind, RveRNet


class ViewHeads(nn.Module):
    """One linear layer a branch, from its pooled features to the classes."""

    def __init__(self, network: RveRNet) -> None:
        super().__init__()
        classes = network.head.out_features
        self._widths = [
            0 if isinstance(branch, Blind) else branch.pooled_dim for branch in (network.roi, network.extra_roi)
        ]
        self.heads = nn.ModuleList(nn.Linear(width, classes) for width in self._widths if width)
        for parameter in self.parameters():  # the same in every process of a team, whatever its random state
            nn.init.zeros_(parameter)

    def forward(self, views: Sequence[Tensor], targets: Tensor, smoothing: float) -> Tensor:
        """The sum of the losses of some items and of both branches.

        Args:
            views: both branches' features (n, dim); a blind branch's have length 0.
            targets: (n,) the right outputs.
            smoothing: of the labels.
        """
        total = torch.zeros((), device=targets.device)
        heads = iter(self.heads)
        for width, view in zip(self._widths, views, strict=True):
            if width:
                logits = cast("Tensor", next(heads)(view[:, :width].float()))
                total = total + cross_entropy(logits, targets, label_smoothing=smoothing, reduction="sum")
        return total
