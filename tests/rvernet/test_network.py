from __future__ import annotations

import numpy as np
import pytest
import torch

from rvergui.core import RverError
from rvergui.rvernet.network import HIDDEN, start_network, start_phrase, to_batch
from tests.rvernet.tiny_networks import CNN, SIZE, TRANSFORMER, tiny_network


def test_the_head_is_the_papers() -> None:
    network = tiny_network()
    first, activation, last = network.integration
    assert first.in_features == network.roi.feature_dim + network.extra_roi.feature_dim
    assert first.out_features == HIDDEN == 640
    assert isinstance(activation, torch.nn.ReLU)
    assert (last.in_features, last.out_features) == (640, 3)


def test_logits_come_from_both_branches_each_normalised_its_own_way() -> None:
    network = tiny_network()
    roi, extra = torch.rand(2, 3, SIZE, SIZE), torch.rand(2, 3, SIZE, SIZE)
    with torch.inference_mode():
        f = network.roi.body((roi - network.roi.mean) / network.roi.std)
        g = network.extra_roi.body((extra - network.extra_roi.mean) / network.extra_roi.std)
        hidden = torch.relu(torch.cat([f, g], dim=1) @ network.integration[0].weight.T + network.integration[0].bias)
        wanted = hidden @ network.head.weight.T + network.head.bias
        assert torch.allclose(network(roi, extra), wanted, atol=1e-5)
    assert network.roi.mean.flatten().tolist() == [0.5] * 3 or not torch.equal(network.roi.mean, network.extra_roi.mean)


def test_known_classes_keep_their_rows_and_new_ones_are_added() -> None:
    network = tiny_network()
    weight, bias = network.head.weight.clone(), network.head.bias.clone()
    network.with_classes([2, None, 0, None])
    assert network.head.out_features == 4
    assert torch.equal(network.head.weight[0], weight[2])
    assert torch.equal(network.head.weight[2], weight[0])
    assert torch.equal(network.head.bias[[0, 2]], bias[[2, 0]])
    assert not torch.equal(network.head.weight[1], weight[1])
    assert network(torch.zeros(1, 3, SIZE, SIZE), torch.zeros(1, 3, SIZE, SIZE)).shape == (1, 4)


def test_starting_a_network_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    start_network(CNN, TRANSFORMER, 2, SIZE, (), seed=9)
    assert torch.equal(torch.rand(1), wanted)


def test_a_network_needs_a_class() -> None:
    with pytest.raises(RverError, match="at least one class"):
        start_network(CNN, CNN, 0, SIZE, ())


def test_views_become_a_batch_between_zero_and_one() -> None:
    view = np.zeros((SIZE, SIZE, 3), dtype=np.uint8)
    view[3, 5] = (255, 51, 0)
    batch = to_batch([view, view])
    assert batch.shape == (2, 3, SIZE, SIZE)
    assert batch.dtype == torch.float32
    assert torch.allclose(batch[1, :, 3, 5], torch.tensor([1.0, 0.2, 0.0]))


@pytest.mark.parametrize(
    ("roi", "extra_roi", "phrase"),
    [
        ("random", "random", "both branches random"),
        ("a.safetensors", "a.safetensors", "both branches from a.safetensors"),
        ("a.safetensors", "random", "ROI from a.safetensors, extra-ROI random"),
        ("random", "b.safetensors", "ROI random, extra-ROI from b.safetensors"),
    ],
)
def test_the_start_is_told_in_a_phrase(roi: str, extra_roi: str, phrase: str) -> None:
    assert start_phrase(roi, extra_roi) == phrase
