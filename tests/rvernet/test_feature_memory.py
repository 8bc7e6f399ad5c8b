"""What a checkpoint remembers of its classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import FORMAT_KEY, load_checkpoint, save_checkpoint
from rvergui.rvernet.feature_memory import FeatureMemory, load_memory, memory_of, store_memory
from rvergui.rvernet.tensor_file import read_tensor_file_head
from tests.rvernet.tiny_networks import tiny_header, tiny_network

PLACES = [0, 0, 2, 2, 2]


def _memory(seed: int = 0, classes: int = 3) -> FeatureMemory:
    made = torch.Generator().manual_seed(seed)
    return FeatureMemory.of(torch.rand(5, 4, generator=made), torch.rand(5, 2, generator=made), PLACES, classes)


def test_means_and_spread_are_those_of_the_objects() -> None:
    roi = torch.tensor([[1.0, 0.0], [3.0, 0.0], [5.0, 2.0], [5.0, 4.0], [5.0, 6.0]])
    memory = FeatureMemory.of(roi, torch.zeros(5, 0), PLACES, 3)
    assert memory.counts.tolist() == [2, 0, 3]
    assert memory.known == [0, 2]
    assert memory.roi.tolist() == [[2.0, 0.0], [0.0, 0.0], [5.0, 4.0]]
    assert memory.roi_spread.tolist() == pytest.approx([np.sqrt(2 / 3), np.sqrt(8 / 3)])
    assert memory.extra.shape == (3, 0)


def test_other_classes_keep_what_is_known_of_them() -> None:
    memory = _memory()
    other = memory.for_classes([2, None, 0, 1])
    assert other.counts.tolist() == [3, 0, 2, 0]
    assert torch.equal(other.roi[0], memory.roi[2])
    assert torch.equal(other.extra[2], memory.extra[0])
    assert not other.roi[1].any()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.integers(1, 11))
def test_two_memories_are_as_one_of_all_objects(places: list[int], cut: int) -> None:
    features = torch.rand(len(places), 3, generator=torch.Generator().manual_seed(len(places)))
    cut = min(cut, len(places) - 1)
    first, second = (
        FeatureMemory.of(features[part], features[part, :1], places[part], 4) for part in (slice(cut), slice(cut, None))
    )
    both, whole = second.and_before(first), FeatureMemory.of(features, features[:, :1], places, 4)
    assert both.counts.tolist() == whole.counts.tolist()
    assert torch.allclose(both.roi, whole.roi, atol=1e-5)
    assert torch.allclose(both.extra, whole.extra, atol=1e-5)


def test_drawn_features_lie_around_the_mean_and_come_again() -> None:
    memory = _memory()
    roi, extra = memory.draw(np.full(4000, 2), np.random.default_rng(1))
    assert roi.shape == (4000, 4)
    assert extra.shape == (4000, 2)
    assert torch.allclose(roi.median(dim=0).values, memory.roi[2], atol=0.05)
    assert float(roi.min()) >= 0.0
    again, _ = memory.draw(np.full(4000, 2), np.random.default_rng(1))
    assert torch.equal(roi, again)
    shifted = FeatureMemory.of(torch.randn(5, 4) - 2.0, torch.zeros(5, 0), PLACES, 3)
    assert float(shifted.draw(np.array([0, 2]), np.random.default_rng(1))[0].min()) < 0.0


def test_a_checkpoint_carries_it_beside_the_network(tmp_path: Path) -> None:
    network = tiny_network()
    with_memory, without = tmp_path / "with.safetensors", tmp_path / "without.safetensors"
    save_checkpoint(with_memory, network, tiny_header(network))
    store_memory(with_memory, _memory(seed=1))
    store_memory(with_memory, _memory())
    save_checkpoint(without, network, tiny_header(network))
    assert load_memory(without) is None
    found = load_memory(with_memory)
    assert found is not None
    assert torch.allclose(found.roi, _memory().roi, atol=1e-3)
    assert found.counts.tolist() == [2, 0, 3]
    one, other = (load_checkpoint(path)[0].state_dict() for path in (with_memory, without))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(
    "spoil",
    [
        {"memory.roi": torch.zeros(2, 4)},
        {"memory.roi_spread": torch.full((4,), float("nan"))},
        {"memory.counts": torch.tensor([1, -1, 3])},
        {"memory.extra": None},
    ],
)
def test_what_makes_no_sense_is_not_remembered(tmp_path: Path, spoil: dict[str, torch.Tensor | None]) -> None:
    network, path = tiny_network(), tmp_path / "m.safetensors"
    save_checkpoint(path, network, tiny_header(network))
    store_memory(path, _memory())
    metadata = {FORMAT_KEY: read_tensor_file_head(path).metadata[FORMAT_KEY]}
    tensors = {name: tensor for name, tensor in {**load_file(path), **spoil}.items() if tensor is not None}
    save_file(tensors, path, metadata=metadata)
    assert load_memory(path) is None
    load_checkpoint(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(RverError, match="copy it again"):
        load_memory(path)
    with pytest.raises(RverError, match=r"m\.safetensors"):
        store_memory(path, _memory())
    assert memory_of({}) is None
