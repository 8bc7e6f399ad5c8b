"""The running average of a network's weights over its training."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from rvergui.rvernet.network import RveRNet

_LONGEST = 0.998
_Pairs = tuple[tuple[list[Tensor], ...], tuple[list[Tensor], ...]]


class Average:
    """A copy of a network that follows it slowly.

    The average over the last steps is judged and kept instead of the network itself: with small batches and few
    examples single steps, and the statistics of batch norm with them, jump about, while the average moves steadily. Its
    memory grows with the run, about the last tenth of the steps so far, so that short runs are not held back by their
    beginning.
    """

    def __init__(self, network: RveRNet, frozen: Iterable[nn.Module] = ()) -> None:
        """Begin as ``network``; its ``frozen`` parts are not followed, since they stay as they are."""
        still = {id(tensor) for part in frozen for tensor in part.state_dict(keep_vars=True).values()}
        tensors = network.state_dict(keep_vars=True)
        self._floating = [n for n, t in tensors.items() if id(t) not in still and t.is_floating_point()]
        self._counting = [n for n, t in tensors.items() if id(t) not in still and not t.is_floating_point()]
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self._steps = 0
        self._known: tuple[RveRNet, _Pairs] | None = None

    def follow(self, network: RveRNet) -> None:
        """Take one step towards ``network``; call it after every optimiser step."""
        self._steps += 1
        share = 1.0 - min(self._steps / (self._steps + 9.0), _LONGEST)
        mine, theirs = self._tensors(network)
        with torch.no_grad():
            torch._foreach_lerp_(mine[0], theirs[0], share)
            for own, other in zip(mine[1], theirs[1], strict=True):
                own.copy_(other)

    def _tensors(self, network: RveRNet) -> _Pairs:
        """What is followed, floating and counting, of the average and of ``network``; gathered once a network."""
        if self._known is None or self._known[0] is not network:
            both = [
                tuple([tensors[name] for name in names] for names in (self._floating, self._counting))
                for tensors in (self.network.state_dict(), network.state_dict())
            ]
            self._known = network, (both[0], both[1])
        return self._known[1]

    def state_dict(self) -> dict[str, Any]:
        """Its network's tensors and how many steps it has followed."""
        return {"network": self.network.state_dict(), "steps": self._steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what ``state_dict`` gave."""
        self.network.load_state_dict(state["network"])
        self._steps = int(state["steps"])
