from __future__ import annotations

import pytest
import torch
from torch import nn

from rvergui.training.interruption import interruptible
from rvergui.training.view_store import StoppedError


def _network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(4 * 6 * 6, 5), nn.Linear(5, 1)
    )


def test_a_forward_pass_stops_at_the_next_layer() -> None:
    network, asked = _network(), [0]

    def cancelled() -> bool:
        asked[0] += 1
        return asked[0] == 2

    with interruptible(network, cancelled), pytest.raises(StoppedError):
        network(torch.zeros(1, 3, 8, 8))
    assert asked[0] == 2


def test_a_backward_pass_stops_too() -> None:
    network, stop = _network(), [False]
    with interruptible(network, lambda: stop[0]):
        out = network(torch.zeros(1, 3, 8, 8)).sum()
        stop[0] = True
        with pytest.raises(StoppedError):
            out.backward()


def test_without_a_wish_to_stop_gradients_are_the_same_and_nothing_stays_behind() -> None:
    torch.manual_seed(0)
    network, picture = _network(), torch.rand(2, 3, 8, 8)
    network(picture).sum().backward()
    wanted = [p.grad.clone() for p in network.parameters() if p.grad is not None]
    network.zero_grad()
    with interruptible(network, lambda: False):
        network(picture).sum().backward()
    got = [p.grad for p in network.parameters() if p.grad is not None]
    assert len(wanted) == len(got) == 6
    assert all(torch.equal(a, b) for a, b in zip(wanted, got, strict=True))
    with interruptible(network, lambda: False), torch.inference_mode():
        network(picture)
    assert not any(module._forward_hooks for module in network.modules())
