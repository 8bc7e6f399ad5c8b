from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import torch
from torch import nn

from rvergui.core import RverError
from rvergui.rvernet import backbones
from rvergui.rvernet.backbones import Backbone, backbone_names, canonical_name, create_backbone, start_backbone


@pytest.mark.parametrize(
    ("asked", "timm_name"),
    [
        ("MobileNetV2", "mobilenetv2_100"),
        ("mnet", "mobilenetv2_100"),
        ("ViT-B/16", "vit_base_patch16_224"),
        ("DeiT-B", "deit_base_patch16_224"),
        ("DeiT-B-distilled", "deit_base_distilled_patch16_224"),
        ("deit-dist", "deit_base_distilled_patch16_224"),
        ("DeiT-tiny", "deit_tiny_patch16_224"),
        ("MLP-Mixer-B/16", "mixer_b16_224"),
        ("MLP-Mixer", "mixer_b16_224"),
        ("mixer small", "mixer_s16_224"),
        ("MLP-Mixer-S/16", "mixer_s16_224"),
        ("vit_tiny", "vit_tiny_patch16_224"),
        ("ViT-Ti/16", "vit_tiny_patch16_224"),
        ("vit_small", "vit_small_patch16_224"),
        ("ViT-B", "vit_base_patch16_224"),
        ("deit_tiny", "deit_tiny_patch16_224"),
        ("DeiT-S", "deit_small_patch16_224"),
        ("deit_tiny_distilled", "deit_tiny_distilled_patch16_224"),
        ("DeiT-small-distilled", "deit_small_distilled_patch16_224"),
        ("mobilenetv2_050", "mobilenetv2_050"),
        ("mobilenetv2_100.ra_in1k", "mobilenetv2_100.ra_in1k"),
    ],
)
def test_the_papers_names_and_timms_are_understood(asked: str, timm_name: str) -> None:
    assert canonical_name(asked) == timm_name


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(RverError, match=r"did you mean .*mobilenetv2_100"):
        canonical_name("mobilenetv2_10")
    with pytest.raises(RverError, match="no backbone “zzz”"):
        canonical_name("zzz")


@pytest.mark.parametrize(
    ("name", "size"), [("test_efficientnet", 48), ("test_vit", 64), ("test_resnet", 40), ("test_vit4", 32)]
)
def test_a_backbone_gives_one_feature_vector_a_picture(name: str, size: int) -> None:
    backbone = create_backbone(name, size, {})
    with torch.inference_mode():
        assert backbone.module.eval()(torch.zeros(2, 3, size, size)).shape == (2, backbone.feature_dim)


@pytest.mark.parametrize("name", ["test_efficientnet", "test_vit", "test_resnet", "mobilenetv2_035"])
@pytest.mark.parametrize("features", ["pooled", "logits"])
def test_a_network_without_memory_has_the_same_feature_length(name: str, features: str) -> None:
    with torch.device("meta"):
        empty = create_backbone(name, 32, {}, features)
    full = create_backbone(name, 32, {}, features)
    with torch.inference_mode():
        assert full.module.eval()(torch.zeros(1, 3, 32, 32)).shape == (1, full.feature_dim)
    assert empty.feature_dim == full.feature_dim
    assert (full.name, full.size) == (canonical_name(name), 32)


def test_logits_are_the_answers_of_the_imagenet_classifier() -> None:
    assert create_backbone("test_vit", 32, {}, "logits").feature_dim == 1000
    assert create_backbone("test_vit", 32, {}, "pooled").feature_dim == 64


def test_the_layer_norms_epsilon_is_an_option() -> None:
    backbone = create_backbone("test_vit", 32, {"norm_eps": "1e-12"})
    assert {m.eps for m in backbone.module.modules() if isinstance(m, nn.LayerNorm)} == {1e-12}
    assert backbone.options == {"norm_eps": "1e-12"}


def test_a_tag_that_timm_does_not_know_is_left_to_other_families() -> None:
    with pytest.raises(RverError, match=r"There is no backbone “test_vit\.without_sky”"):
        canonical_name("test_vit.without_sky")


def test_each_family_brings_its_own_normalisation() -> None:
    assert create_backbone("test_vit", 32, {}).mean == (0.5, 0.5, 0.5)
    assert create_backbone("mobilenetv2_035", 32, {}).mean == (0.485, 0.456, 0.406)


def test_a_size_that_a_backbone_does_not_take_is_refused() -> None:
    with pytest.raises(RverError, match=r"test_vit does not take pictures of 41x41"):
        create_backbone("test_vit", 41, {})


def test_options_that_a_backbone_does_not_know_are_refused() -> None:
    with pytest.raises(RverError, match="pad_type=same"):
        create_backbone("test_vit", 32, {"pad_type": "same"})


def test_options_change_the_network() -> None:
    same = create_backbone("mobilenetv2_035", 32, {"pad_type": "same"})
    assert same.options == {"pad_type": "same"}
    plain = create_backbone("mobilenetv2_035", 32, {})
    plain.module.load_state_dict(same.module.state_dict())
    picture = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        assert not torch.allclose(same.module.eval()(picture), plain.module.eval()(picture))


class AverageColour:
    """Backbones of another package: the average colour, repeated."""

    def names(self) -> Sequence[str]:
        return ["average-colour"]

    def resolve(self, name: str) -> str | None:
        return "average-colour" if name.casefold() == "average-colour" else None

    def create(self, name: str, size: int, options: Mapping[str, str], features: str = "pooled") -> Backbone:
        module = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        return Backbone(module, feature_dim=3, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))

    def start(self, name: str, size: int, folders: Sequence[Path], features: str = "pooled") -> Backbone:
        return self.create(name, size, {})


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    entries: list[EntryPoint] = []
    monkeypatch.setattr(backbones, "entry_points", lambda group: entries)
    backbones._providers.cache_clear()
    yield entries
    backbones._providers.cache_clear()


def test_other_packages_register_their_backbones(registered: list[EntryPoint]) -> None:
    registered.append(EntryPoint("colour", f"{__name__}:AverageColour", backbones.ENTRY_POINTS))
    assert "average-colour" in backbone_names()
    backbone = start_backbone("Average-Colour", 16, ())
    assert backbone.module(torch.full((1, 3, 16, 16), 0.5)).tolist() == [[0.5, 0.5, 0.5]]


@pytest.mark.expects_log
def test_a_broken_package_does_not_take_the_others_along(registered: list[EntryPoint]) -> None:
    registered.append(EntryPoint("broken", "no_such_package:Thing", backbones.ENTRY_POINTS))
    assert canonical_name("MobileNetV2") == "mobilenetv2_100"


def test_the_program_registers_timm_itself() -> None:
    from importlib.metadata import entry_points

    values = {entry.name: entry.value for entry in entry_points(group=backbones.ENTRY_POINTS)}
    assert values.get("timm") == "rvergui.rvernet.backbones:TimmBackbones"
