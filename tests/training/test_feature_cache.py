"""Training what joins two frozen branches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.network import start_network, to_batch
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.batches import Batch
from rvergui.training.events import Epoch, Event
from rvergui.training.feature_cache import FeatureFeed, can_be_cached
from rvergui.training.feed import ViewFeed
from rvergui.training.plan import Division
from rvergui.training.run import train
from rvergui.training.sources import read_source
from rvergui.training.view_store import ViewStore, cut_views
from tests.training.little_data import BACKBONE, options, run


@pytest.fixture(scope="module")
def store(project: Path) -> ViewStore:
    work = read_source(project).work
    return cut_views(work, Preprocessing(size=32), 10**9, 1, lambda done, total: None, lambda: False)


DIVISION = Division(train=[0, 2, 3, 5, 7], val=[1, 4])


def test_kept_features_are_those_of_the_views(store: ViewStore) -> None:
    network = start_network(BACKBONE, BACKBONE, 3, 32, ()).eval()
    told: list[tuple[int, int]] = []
    chosen = options(Path("a"), Path("b"), freeze="backbones", blackout=0.0)
    feed = FeatureFeed(network, store, DIVISION, chosen, lambda done, total: told.append((done, total)))
    assert told[-1] == (7, 7)
    roi, extra = feed.make(Batch(1, (5, 0), (5, 0)))
    with torch.no_grad():
        views = [to_batch(view) for view in store.pairs([5, 0])]
        wanted = network.features(*views)
    assert torch.allclose(torch.as_tensor(roi), wanted[0], atol=1e-5)
    assert torch.allclose(torch.as_tensor(extra), wanted[1], atol=1e-5)
    whole = ViewFeed(store, chosen, torch.device("cpu"))
    for indices in ([1, 4], [4], []):
        one, other = (f.logits(network, indices, lambda: None) for f in (feed, whole))
        assert torch.allclose(one, other, atol=1e-5)


def test_black_surroundings_are_features_of_their_own(store: ViewStore) -> None:
    network = start_network(BACKBONE, BACKBONE, 3, 32, ()).eval()
    chosen = options(Path("a"), Path("b"), freeze="backbones", blackout=1.0)
    feed = FeatureFeed(network, store, DIVISION, chosen)
    with torch.no_grad():
        _, black = network.features(*(to_batch(view) for view in store.pairs([5, 0], context=False)))
    assert torch.allclose(torch.as_tensor(feed.make(Batch(1, (5, 0), (5, 0)))[1]), black, atol=1e-5)
    whole = ViewFeed(store, chosen, torch.device("cpu"))
    one, other = (f.logits(network, [1, 4], lambda: None) for f in (feed, whole))
    assert torch.allclose(one, other, atol=1e-5)


def test_variants_differ_from_epoch_to_epoch_and_come_again_with_the_seed(store: ViewStore) -> None:
    network = start_network(BACKBONE, BACKBONE, 3, 32, ()).eval()
    chosen = options(Path("a"), Path("b"), freeze="backbones", variants=3, blackout=0.0, light=0.5)
    feed = FeatureFeed(network, store, DIVISION, chosen)
    shown = [np.asarray(feed.make(Batch(epoch, (3,), (3,)))[0]) for epoch in range(1, 12)]
    assert len({features.tobytes() for features in shown}) == 3
    assert np.array_equal(np.asarray(feed.make(Batch(4, (3,), (3,)))[0]), shown[3])


def test_a_head_learns_and_the_branches_stay_to_the_bit(model: Path, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    events = run(project, out, start_from=model, freeze="backbones", epochs=30, learning_rate=0.01, average=False)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert epochs[-1].train_loss < epochs[0].train_loss
    before, after = load_checkpoint(model)[0], load_checkpoint(out)[0]
    for name, tensor in before.roi.state_dict().items():
        assert torch.equal(after.roi.state_dict()[name], tensor), name
    assert not torch.equal(before.head.weight, after.head.weight)


def test_one_frozen_branch_stays_and_the_other_learns(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    run(project, out, freeze="extra_roi", epochs=1, seed=3)
    start = start_network(BACKBONE, BACKBONE, 3, 32, (), 3)
    after = load_checkpoint(out)[0]
    frozen, free = start.extra_roi.state_dict(), start.roi.state_dict()
    assert all(torch.equal(after.extra_roi.state_dict()[name], tensor) for name, tensor in frozen.items())
    assert any(not torch.equal(after.roi.state_dict()[name], tensor) for name, tensor in free.items())


def test_what_is_not_there_cannot_be_frozen(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    chosen = options(project, tmp_path / "m.safetensors", looks_at="roi", extra_roi=None, freeze="extra_roi")
    with pytest.raises(RverError, match="no extra-ROI branch of its own"):
        train(chosen, events.append)


def test_with_a_teacher_views_are_needed() -> None:
    assert can_be_cached(options(Path("a"), Path("b"), freeze="backbones"))
    assert not can_be_cached(options(Path("a"), Path("b"), freeze="roi"))
    assert not can_be_cached(options(Path("a"), Path("b"), freeze="backbones", teacher=Path("t")))
