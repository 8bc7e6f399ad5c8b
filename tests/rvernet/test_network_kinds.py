"""Every way to put a network together: what it computes, what it learns, how it is stored."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from rvergui.core import RverError
from rvergui.rvernet.backbones import Backbone
from rvergui.rvernet.branch import Branch
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, save_checkpoint
from rvergui.rvernet.network import NetworkPlan, RveRNet, start_network, start_phrase
from rvergui.rvernet.preprocessing import Preprocessing
from tests.rvernet.tiny_networks import CLASSES, CNN, SIZE, TRANSFORMER, rewrite, tiny_checkpoint

PLANS = {
    "pair": NetworkPlan(roi=CNN, extra_roi=TRANSFORMER),
    "narrow": NetworkPlan(roi=CNN, hidden=24),
    "linear": NetworkPlan(roi=CNN, integration="linear"),
    "gated": NetworkPlan(roi=CNN, extra_roi=TRANSFORMER, integration="gated", hidden=32),
    "attention": NetworkPlan(roi=TRANSFORMER, extra_roi=CNN, integration="cross_attention", hidden=32),
    "attention on patches": NetworkPlan(roi=CNN, extra_roi=TRANSFORMER, integration="cross_attention", hidden=36),
    "attention, shared": NetworkPlan(roi=CNN, shared=True, integration="cross_attention", hidden=32),
    "logits": NetworkPlan(roi=CNN, extra_roi=TRANSFORMER, features="logits", hidden=32),
    "shared": NetworkPlan(roi=CNN, shared=True),
    "roi": NetworkPlan(roi=TRANSFORMER, looks_at="roi"),
    "photo": NetworkPlan(roi=CNN, looks_at="photo", integration="linear"),
    "box": NetworkPlan(roi=CNN, looks_at="box", features="logits"),
}
each_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())


def _network(plan: NetworkPlan, classes: int = 3) -> RveRNet:
    return start_network(plan, classes, SIZE, (), seed=1).eval()


def _header(network: RveRNet, plan: NetworkPlan, **more: object) -> CheckpointHeader:
    preprocessing = Preprocessing.model_validate({"size": SIZE, "roi": plan.roi_view})
    known = {"name": "any", "classes": list(CLASSES), "preprocessing": preprocessing, **network.header_fields()}
    return CheckpointHeader.model_validate({**known, **more})


def _views(count: int = 2) -> tuple[Tensor, Tensor]:
    roi, extra = torch.rand(2, count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(4))
    return roi, extra


@each_plan
def test_a_network_comes_back_from_its_file(plan: NetworkPlan, tmp_path: Path) -> None:
    network = _network(plan)
    save_checkpoint(tmp_path / "m.safetensors", network, _header(network, plan, temperature=1.7))
    again, header = load_checkpoint(tmp_path / "m.safetensors")
    assert header.plan == plan.model_copy(update={"extra_roi": plan.second if not plan.shared else plan.roi})
    assert header.temperature == 1.7
    assert again.header_fields() == network.header_fields()
    with torch.inference_mode():
        assert torch.equal(again(*_views()), network(*_views()))


@each_plan
def test_logits_are_the_integration_of_the_features(plan: NetworkPlan) -> None:
    network = _network(plan)
    roi, extra = _views()
    with torch.inference_mode():
        logits = network(roi, extra)
        first, second = network.features(roi, extra)
        assert first.shape == (2, network.roi.feature_dim)
        assert second.shape == (2, network.extra_roi.feature_dim)
        assert torch.allclose(network.integrate(first, second), logits, atol=1e-6)
        assert torch.allclose(network.integrate(network.roi(roi), network.extra_roi(extra)), logits, atol=1e-6)
        # features of one empty surrounding serve many objects
        assert network.integrate(first, second[:1].expand(2, -1)).shape == (2, 3)
        blacked = network(roi, torch.zeros_like(extra))
    assert logits.shape == (2, 3)
    assert torch.equal(blacked, logits) is (plan.looks_at != "pair")


@each_plan
def test_every_part_learns(plan: NetworkPlan) -> None:
    network = _network(plan).train()
    network(*_views(4)).square().mean().backward()
    parts = network.parts()
    two = plan.looks_at == "pair" and not plan.shared
    assert list(parts) == (["roi", "extra_roi", "integration"] if two else ["roi", "integration"])
    for part in parts.values():
        assert any(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in part.parameters())
    counted = sum(p.numel() for part in parts.values() for p in part.parameters())
    assert counted == sum(p.numel() for p in network.parameters())


@each_plan
def test_known_classes_keep_their_rows(plan: NetworkPlan) -> None:
    network = _network(plan)
    with torch.inference_mode():
        before = network(*_views())
    network.with_classes([2, None, 0])
    with torch.inference_mode():
        after = network(*_views())
    assert torch.allclose(after[:, [0, 2]], before[:, [2, 0]], atol=1e-6)
    assert not torch.allclose(after[:, 1], before[:, 1])


@each_plan
def test_a_copy_is_on_its_own(plan: NetworkPlan) -> None:
    network = _network(plan)
    twin = copy.deepcopy(network)
    assert (twin.extra_roi is twin.roi) is plan.shared
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
        assert not torch.equal(network(*_views()), twin(*_views()))


def test_shared_weights_are_stored_and_counted_once(tmp_path: Path) -> None:
    apart, shared = (_network(NetworkPlan(roi=CNN, shared=share)) for share in (False, True))
    assert shared.extra_roi is shared.roi
    assert {name.partition(".")[0] for name in shared.state_dict()} == {"roi", "integration"}
    own = sum(p.numel() for p in shared.roi.parameters())
    assert sum(p.numel() for p in apart.parameters()) - sum(p.numel() for p in shared.parameters()) == own
    roi, extra = _views()
    with torch.inference_mode():
        assert torch.equal(shared.roi(extra), shared.extra_roi(extra))
        assert not torch.allclose(shared(roi, extra), shared(extra, roi))  # the head still tells which view is which


def test_logits_are_the_backbones_own_classifier() -> None:
    network = _network(PLANS["logits"])
    assert (network.roi.feature_dim, network.extra_roi.feature_dim) == (1000, 1000)
    assert network.integration[0].in_features == 2000


def test_attention_sees_where_something_lies_around_the_object() -> None:
    """Pooled features forget it; the map, which follows them, does not."""
    network = _network(PLANS["attention"])
    branch = network.extra_roi
    roi, extra = _views(1)
    dim, width = branch.pooled_dim, branch.map_width
    with torch.inference_mode():
        first, second = network.features(roi, extra)
        assert second.shape == (1, dim + 16 * width)
        assert torch.allclose(branch.body((extra - branch.mean) / branch.std), second[:, :dim], atol=1e-5)
        cells = torch.randn(1, 16, width, generator=torch.Generator().manual_seed(0))
        here, there = (torch.cat([second[:, :dim], map_.flatten(1)], dim=1) for map_ in (cells, cells.flip(1)))
        assert (network.integrate(first, here) - network.integrate(first, there)).abs().max() > 1e-5


def test_a_map_keeps_its_rows_and_columns() -> None:
    """A 4 x 4 map of patches is handed on as it is: what stands in a corner of the picture stands there in the map."""
    plan = NetworkPlan(roi=TRANSFORMER, integration="cross_attention", hidden=32)
    branch = start_network(plan, 2, 64, ()).eval().extra_roi
    picture = torch.full((1, 3, 64, 64), 0.5)
    with torch.inference_mode():
        raw = branch.body.forward_features((picture - branch.mean) / branch.std)
        patches = raw[:, branch.body.num_prefix_tokens :]
        assert torch.allclose(branch(picture)[:, branch.pooled_dim :], patches.flatten(1), atol=1e-6)


def test_a_backbone_without_a_map_cannot_be_attended_to() -> None:
    plain = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    backbone = Backbone(plain, 3, (0.0,) * 3, (1.0,) * 3, name="average-colour")
    assert Branch(backbone).feature_dim == 3
    with pytest.raises(RverError, match="average-colour has no feature map"):
        Branch(backbone, "map")


def test_the_same_seed_gives_the_same_network_by_plan_and_by_names() -> None:
    one = start_network(NetworkPlan(roi=CNN, extra_roi=TRANSFORMER), 2, SIZE, (), seed=5).state_dict()
    other = start_network(CNN, TRANSFORMER, 2, SIZE, folders=(), seed=5).state_dict()
    named = start_network(roi=CNN, extra_roi=TRANSFORMER, classes=2, size=SIZE, folders=(), seed=5).state_dict()
    assert all(torch.equal(one[name], other[name]) and torch.equal(one[name], named[name]) for name in one)


def test_a_header_that_describes_another_network_is_not_written(tmp_path: Path) -> None:
    network = _network(PLANS["gated"])
    wrong = _header(network, PLANS["gated"]).model_copy(update={"integration": "concatenation"})
    with pytest.raises(RverError, match="integration = concatenation, but the network was built with gated"):
        save_checkpoint(tmp_path / "m.safetensors", network, wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_the_first_format_loads_without_the_later_fields(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    later = ("hidden", "shared", "looks_at", "temperature", "look_alikes")

    def as_it_was(header: dict[str, object]) -> None:
        for name in later:
            del header[name]

    before = load_checkpoint(path)[0](*_views())
    rewrite(path, change_header=as_it_was)
    network, header = load_checkpoint(path)
    assert torch.equal(network(*_views()), before)
    assert (header.looks_at, header.shared, header.temperature, header.look_alikes) == ("pair", False, 1.0, [])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"temperature": 0}, "temperature"),
        ({"looks_at": "roi"}, "one branch"),
        ({"looks_at": "photo", "extra_roi_backbone": None}, "needs the ROI view “photo”, not “masked”"),
        ({"integration": "gated"}, "lacks|outputs"),
        ({"hidden": 12}, "instead of"),
        ({"shared": True, "extra_roi_backbone": TRANSFORMER}, "cannot be"),
    ],
)
def test_headers_that_contradict_themselves_are_refused(tmp_path: Path, fields: dict[str, object], words: str) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    rewrite(path, change_header=lambda header: header.update(json.loads(json.dumps(fields))))
    with pytest.raises(RverError, match=words):
        load_checkpoint(path)


def test_shared_weights_and_baselines_are_smaller_on_disk(tmp_path: Path) -> None:
    def names(plan: NetworkPlan) -> set[str]:
        network = _network(plan)
        save_checkpoint(tmp_path / "m.safetensors", network, _header(network, plan))
        return {name.partition(".")[0] for name in load_file(tmp_path / "m.safetensors")}

    assert names(PLANS["shared"]) == {"roi", "integration"}
    assert names(PLANS["roi"]) == {"roi", "integration"}
    assert names(PLANS["pair"]) == {"roi", "extra_roi", "integration"}


def test_a_baselines_start_is_told_in_a_phrase() -> None:
    network = _network(PLANS["roi"])
    assert start_phrase(network.roi.start, network.extra_roi.start) == "its branch random"
    assert start_phrase("a.safetensors", network.extra_roi.start) == "its branch from a.safetensors"
