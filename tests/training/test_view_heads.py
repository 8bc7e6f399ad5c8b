from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.network import NetworkPlan, start_network
from rvergui.training.events import Event, Finished
from rvergui.training.learner import Learner
from rvergui.training.run import TrainingCancelledError, train
from rvergui.training.team import Team
from rvergui.training.view_heads import ViewHeads
from tests.training.little_data import BACKBONE, last_of, options


def test_each_branch_is_asked_for_itself() -> None:
    network = start_network(NetworkPlan(roi=BACKBONE, extra_roi="test_resnet"), 3, 32, ())
    heads = ViewHeads(network)
    views = network.features(torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32))
    targets = torch.tensor([0, 1, 2, 1])
    with torch.no_grad():
        for parameter in heads.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(0))
    wanted = sum(
        cross_entropy(head(view), targets, reduction="sum") for head, view in zip(heads.heads, views, strict=True)
    )
    assert torch.allclose(heads(views, targets, 0.0), torch.as_tensor(wanted))
    assert [head.in_features for head in heads.heads] == [view.shape[1] for view in views]


def test_a_baseline_has_one_and_a_map_is_left_out() -> None:
    alone = ViewHeads(start_network(NetworkPlan(roi=BACKBONE, looks_at="roi"), 3, 32, ()))
    assert len(alone.heads) == 1
    network = start_network(NetworkPlan(roi=BACKBONE, extra_roi=BACKBONE, integration="cross_attention"), 3, 32, ())
    heads = ViewHeads(network)
    assert [head.in_features for head in heads.heads] == [network.roi.pooled_dim, network.extra_roi.pooled_dim]
    views = network.features(torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32))
    assert float(heads(views, torch.tensor([0, 1]), 0.1).detach()) > 0


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_a_branch_that_the_joined_answer_ignores_learns_from_its_own(weight: float) -> None:
    """The joined answer hears nothing of the surroundings here; only their own loss can teach that branch."""
    torch.manual_seed(0)
    network = start_network(NetworkPlan(roi=BACKBONE, extra_roi=BACKBONE), 2, 32, ())
    chosen = options(Path("a"), Path("b"), view_loss=weight, weight_decay=0.0, average=False)
    learner = Learner(network, chosen, 8, Team())
    before = [p.detach().clone() for p in network.extra_roi.parameters()]
    learner.begin_epoch()
    targets = torch.tensor([0, 1, 0, 1])
    for _ in range(4):
        roi, extra = network.features(torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32))
        joined = cross_entropy(network.integrate(roi, torch.zeros_like(extra)), targets)
        learner.step(joined + learner.view_loss((roi, extra), targets) / len(targets))
    moved = any(not torch.equal(old, new) for old, new in zip(before, network.extra_roi.parameters(), strict=True))
    assert moved == (weight > 0)


def test_frozen_branches_are_not_asked() -> None:
    network = start_network(NetworkPlan(roi=BACKBONE, extra_roi=BACKBONE), 2, 32, ())
    learner = Learner(network, options(Path("a"), Path("b"), freeze="backbones"), 8, Team())
    views = network.features(torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32))
    assert learner.view_loss(views, torch.tensor([0, 1])) == 0.0


def test_a_training_keeps_no_heads_in_its_checkpoint_and_goes_on_with_them(project: Path, tmp_path: Path) -> None:
    whole = train(options(project, tmp_path / "whole.safetensors", view_loss=0.3, epochs=2), lambda event: None)
    events: list[Event] = []
    out = tmp_path / "stopped.safetensors"
    stops = iter([False] * 40 + [True] * 10_000)
    chosen = options(project, out, view_loss=0.3, epochs=2, state_seconds=0.0)
    with suppress(TrainingCancelledError):  # stopped before or after the first epoch, as it happens
        train(chosen, events.append, lambda: next(stops))
    train(chosen.model_copy(update={"resume": True}), events.append)
    assert last_of(events, Finished)
    first, second = (load_checkpoint(path)[0].state_dict() for path in (whole, out))
    assert not any("view_heads" in name for name in first)
    assert all(torch.equal(first[name], second[name]) for name in first)
