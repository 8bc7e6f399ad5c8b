from __future__ import annotations

import torch

from rvergui.rvernet.network import start_network
from rvergui.training.average import Average


def test_the_average_lies_between_its_past_and_the_network() -> None:
    network = start_network("test_efficientnet", "test_vit", 2, 32, ())
    average = Average(network)
    start = network.head.weight.detach().clone()
    with torch.no_grad():
        network.head.weight.add_(1.0)
    steps = []
    for _ in range(60):
        average.follow(network)
        steps.append(float((average.network.head.weight - start).mean()))
    assert steps == sorted(steps)
    assert 0.0 < steps[0] <= steps[-1] < 1.0 + 1e-5
    assert steps[-1] > 0.99
    assert torch.equal(network.head.weight, start + 1.0)  # the network itself is only read


def test_statistics_and_counters_follow_and_gradients_do_not() -> None:
    network = start_network("test_efficientnet", "test_efficientnet", 2, 32, ())
    average = Average(network)
    network.train()
    network(torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32))
    average.follow(network)
    theirs, mine = network.state_dict(), average.network.state_dict()
    counters = [name for name in theirs if name.endswith("num_batches_tracked")]
    assert counters
    assert all(mine[name] == 1 for name in counters)
    variance = next(name for name in theirs if name.endswith("running_var"))
    assert torch.allclose(mine[variance], 0.1 + 0.9 * theirs[variance], atol=1e-5)
    assert not any(p.requires_grad for p in average.network.parameters())
    assert not average.network.training


def test_a_young_average_forgets_its_beginning_soon() -> None:
    """Ten equal steps after a jump weigh far more than the value before it."""
    network = start_network("test_efficientnet", "test_efficientnet", 2, 32, ())
    with torch.no_grad():
        network.head.bias.fill_(0.0)
    average = Average(network)
    with torch.no_grad():
        network.head.bias.fill_(1.0)
    for _ in range(10):
        average.follow(network)
    assert float(average.network.head.bias[0].detach()) > 0.99


def test_frozen_parts_are_left_out_and_stay() -> None:
    network = start_network("test_efficientnet", "test_efficientnet", 2, 32, ())
    average = Average(network, [network.roi])
    before = {name: tensor.clone() for name, tensor in average.network.state_dict().items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1.0)
    average.follow(network)
    for name, tensor in average.network.state_dict().items():
        moved = not torch.equal(tensor, before[name])
        assert moved == (name in dict(network.named_parameters()) and not name.startswith("roi.")), name
