"""Rates, orders and recipes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rvergui.core import RverError
from rvergui.rvernet.network import NetworkPlan, start_network
from rvergui.training.batches import Batches, rarity
from rvergui.training.learner import Learner
from rvergui.training.options import TrainOptions, problem_of
from rvergui.training.schedule import optimizer_for, warm_up_then_cosine
from rvergui.training.team import Team


def _options(**changes: object) -> TrainOptions:
    return TrainOptions(source=Path("a"), out=Path("b"), **changes)  # type: ignore[arg-type]


@given(st.integers(1, 400), st.floats(0, 1))
def test_the_rate_rises_to_its_peak_once_and_falls_to_near_nothing(steps: int, share: float) -> None:
    factor = [warm_up_then_cosine(steps, share)(step) for step in range(steps)]
    top = int(np.argmax(factor))
    assert factor[top] == pytest.approx(1.0)
    assert top == max(int(np.ceil(steps * share)), 1) - 1
    assert factor[: top + 1] == sorted(factor[: top + 1])
    assert factor[top:] == sorted(factor[top:], reverse=True)
    assert all(value > 0 for value in factor)


def test_the_published_recipe_is_the_paper_s_and_what_is_named_besides_holds() -> None:
    recipe = _options(recipe="published", epochs=2)
    assert (recipe.optimizer, recipe.learning_rate, recipe.batch_size, recipe.epochs) == ("adam", 4e-3, 50, 2)
    assert (recipe.features, recipe.integration, recipe.preprocessing) == ("logits", "concatenation", "published")
    assert (recipe.flip, recipe.turn, recipe.light, recipe.outline, recipe.blackout) == (0.5, 0, 0, 0, 0)
    assert _options(recipe="published").epochs == 30
    code = _options(recipe="published_code")
    assert (code.learning_rate, code.warm_up) == (1.1e-4, 1.0)
    with pytest.raises(ValidationError) as told:
        _options(recipe="unheard")
    assert problem_of(told.value) == "there is no recipe “unheard”, only published, published_code"


def test_noise_is_checked_at_once() -> None:
    assert _options(noise=("permute:16", "translocate:60,-85@roi")).noise == ("permute:16", "translocate:60,-85@roi")
    with pytest.raises(ValidationError, match="There is no noise"):
        _options(noise=("blur:3",))


def test_adam_as_published_has_one_rate_and_no_decay() -> None:
    network = start_network("test_resnet", "test_resnet", 2, 32, ())
    network.roi.start = "file"
    groups = optimizer_for(network, _options(recipe="published")).param_groups
    assert {group["lr"] for group in groups} == {4e-3}
    assert {group["weight_decay"] for group in groups} == {0.0}
    ours = optimizer_for(network, _options())
    assert isinstance(ours, torch.optim.AdamW)
    assert sorted({round(group["lr"], 6) for group in ours.param_groups}) == [0.000333, 0.001]
    assert {group["weight_decay"] for group in ours.param_groups} == {0.0, 0.02}
    count = sum(p.numel() for group in ours.param_groups for p in group["params"])
    assert count == sum(p.numel() for p in network.parameters())


def test_shared_weights_are_learnt_once() -> None:
    network = start_network(NetworkPlan(roi="test_resnet", shared=True), 2, 32, ())
    groups = optimizer_for(network, _options()).param_groups
    assert sum(len(group["params"]) for group in groups) == len(list(network.parameters()))


TARGETS = np.array([0] * 90 + [1] * 10)


def test_every_item_comes_once_an_epoch_in_another_order_each_time() -> None:
    batches = Batches(range(100), TARGETS, 2, _options(batch_size=9))
    orders = [[i for batch in batches.of(epoch) for i in batch.indices] for epoch in (1, 2, 1)]
    assert sorted(orders[0]) == list(range(100))
    assert orders[0] == orders[2] != orders[1]
    assert [len(batch.indices) for batch in batches.of(1)] == [9] * 10 + [10]  # nobody is left alone
    assert batches.an_epoch == 11
    assert all(batch.draws == batch.indices for batch in batches.of(1))


def test_a_sampler_shows_rare_classes_more_often() -> None:
    batches = Batches(range(100), TARGETS, 2, _options(batch_size=10, balance="sampler"))
    shown = np.array([i for epoch in range(1, 61) for batch in batches.of(epoch) for i in batch.indices])
    assert len(shown) == 6000
    # inverse square root of 90 and 10: three times as often as it would be, so a quarter of all
    assert (TARGETS[shown] == 1).mean() == pytest.approx(0.25, abs=0.03)
    draws = [draw for batch in batches.of(1) for draw in batch.draws]
    assert draws == list(range(100))


def test_rarity_is_one_on_average_and_for_classes_without_items() -> None:
    weights = rarity(np.array([0, 0, 0, 0, 1]), range(5), 3)
    assert weights[1] == pytest.approx(2 * weights[0])
    assert (weights[0] + weights[1]) / 2 == pytest.approx(1.0)
    assert weights[2] == 1.0


def test_what_a_network_or_a_device_cannot_do_is_told() -> None:
    network = start_network("test_resnet", "test_resnet", 2, 32, ())
    with pytest.raises(RverError, match="do not train in float16"):
        Learner(network, _options(precision="float16"), 10, Team())

    def no(_on: bool) -> None:
        raise AssertionError("gradient checkpointing not supported")

    network.roi.body.set_grad_checkpointing = no  # type: ignore[assignment]
    with pytest.raises(RverError, match="without --checkpointing"):
        Learner(network, _options(checkpointing=True), 10, Team())


def test_activations_computed_twice_give_the_same_gradients() -> None:
    pictures = torch.rand(2, 3, 32, 32)
    gradients = []
    for checkpointing in (False, True):
        network = start_network("test_vit", "test_vit", 2, 32, ())
        Learner(network, _options(checkpointing=checkpointing), 10, Team())
        network.train()
        network(pictures, pictures).sum().backward()
        gradients.append([p.grad for p in network.parameters() if p.grad is not None])
    assert len(gradients[0]) == len(gradients[1]) > 10
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*gradients, strict=True))
