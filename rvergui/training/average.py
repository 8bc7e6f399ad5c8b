"""The running average of a network's weights over its training."""

from __future__ import annotations

import copy

import torch

from rvergui.rvernet.network import RveRNet

_LONGEST = 0.998


class Average:
    """A copy of a network that follows it slowly.

    The average over the last steps is judged and kept instead of the network itself: with small batches and few
    examples single steps, and the statistics of batch norm with them, jump about, while the average moves steadily. Its
    memory grows with the run, about the last tenth of the steps so far, so that short runs are not held back by their
    beginning.
    """

    def __init__(self, network: RveRNet) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self._steps = 0

    def follow(self, network: RveRNet) -> None:
        """Take one step towards ``network``; call it after every optimiser step."""
        self._steps += 1
        share = 1.0 - min(self._steps / (self._steps + 9.0), _LONGEST)
        with torch.no_grad():
            theirs = network.state_dict(keep_vars=False)
            mine = self.network.state_dict(keep_vars=False)
            floating = [name for name, tensor in mine.items() if tensor.is_floating_point()]
            torch._foreach_lerp_([mine[n] for n in floating], [theirs[n] for n in floating], share)
            for name in mine.keys() - set(floating):
                mine[name].copy_(theirs[name])
