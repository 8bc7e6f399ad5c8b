"""How the backbones inside the published code's checkpoints name their tensors, and what timm calls the same.

The published code takes MobileNetV2 and ViT from torchvision and DeiT from transformers. Each layout here knows by
which tensor it is recognised, which of timm's networks it is, and how its tensors are renamed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from rvergui.rvernet.backbones import NORM_EPS

State = Mapping[str, Tensor]

# transformers' default for both of its layouts; timm's networks have 1e-6, which shows on nearly constant patches
_TRANSFORMERS_EPS = {NORM_EPS: "1e-12"}
_SIZES_BY_WIDTH = {192: "tiny", 384: "small", 768: "base", 1024: "large"}
# MobileNetV2: how many blocks each stage has
_STAGES = (1, 2, 3, 4, 3, 3, 1)


class UnknownSizeError(ValueError):
    """The layout is known, but no network of timm has this width and patch."""


@dataclass(frozen=True)
class Found:
    """A recognised backbone.

    Attributes:
        layout: the published code's name for it.
        name: timm's.
        size: the picture size in pixels that its position embeddings are for; None if it takes any.
        options: what timm's network has to be built with to compute the same.
    """

    layout: str
    name: str
    size: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)


class Layout(Protocol):
    """One way to name a backbone's tensors."""

    @property
    def name(self) -> str:
        """The published code's name for the backbone."""
        ...

    @property
    def sign(self) -> str:
        """The tensor that it is recognised by."""
        ...

    def found(self, state: State) -> Found:
        """Which network it is.

        Raises:
            UnknownSizeError: no network of timm is of this size.
        """
        ...

    def renamed(self, state: State) -> dict[str, Tensor]:
        """The tensors by timm's names; what has none keeps its own."""
        ...


@dataclass(frozen=True)
class MobileNetV2:
    """torchvision's MobileNetV2, numbered through; timm's counts stages and names what a layer does."""

    name: str = "mnet"
    sign: str = "features.0.0.weight"

    def found(self, state: State) -> Found:
        """See ``Layout``; there is one size."""
        if state[self.sign].shape[0] != 32:
            raise UnknownSizeError(f"a MobileNetV2 that begins with {state[self.sign].shape[0]} channels instead of 32")
        return Found(self.name, "mobilenetv2_100")

    def renamed(self, state: State) -> dict[str, Tensor]:
        """See ``Layout``."""
        places = [(stage, block) for stage, count in enumerate(_STAGES) for block in range(count)]
        prefixes = {
            "features.0.0.": "conv_stem.",
            "features.0.1.": "bn1.",
            "features.1.conv.0.0.": "blocks.0.0.conv_dw.",
            "features.1.conv.0.1.": "blocks.0.0.bn1.",
            "features.1.conv.1.": "blocks.0.0.conv_pw.",
            "features.1.conv.2.": "blocks.0.0.bn2.",
            "features.18.0.": "conv_head.",
            "features.18.1.": "bn2.",
            "classifier.1.": "classifier.",
        }
        layers = {"0.0": "conv_pw", "0.1": "bn1", "1.0": "conv_dw", "1.1": "bn2", "2": "conv_pwl", "3": "bn3"}
        for number, (stage, block) in enumerate(places[1:], start=2):
            for theirs, ours in layers.items():
                prefixes[f"features.{number}.conv.{theirs}."] = f"blocks.{stage}.{block}.{ours}."
        return {_with_prefix(name, prefixes): tensor for name, tensor in state.items()}


@dataclass(frozen=True)
class TorchvisionViT:
    """torchvision's VisionTransformer."""

    name: str = "vit"
    sign: str = "conv_proj.weight"

    def found(self, state: State) -> Found:
        """See ``Layout``."""
        return _transformer(self.name, "vit_{}_patch{}_224", state[self.sign], state["encoder.pos_embedding"], 1, {})

    def renamed(self, state: State) -> dict[str, Tensor]:
        """See ``Layout``."""
        rules = (
            (r"^class_token$", "cls_token"),
            (r"^conv_proj\.", "patch_embed.proj."),
            (r"^encoder\.pos_embedding$", "pos_embed"),
            (r"^encoder\.layers\.encoder_layer_(\d+)\.", r"blocks.\1."),
            (r"^(blocks\.\d+)\.ln_(\d)\.", r"\1.norm\2."),
            (r"^(blocks\.\d+)\.self_attention\.in_proj_", r"\1.attn.qkv."),
            (r"^(blocks\.\d+)\.self_attention\.out_proj\.", r"\1.attn.proj."),
            (r"^(blocks\.\d+\.mlp)\.(?:0|linear_1)\.", r"\1.fc1."),
            (r"^(blocks\.\d+\.mlp)\.(?:3|linear_2)\.", r"\1.fc2."),
            (r"^encoder\.ln\.", "norm."),
            (r"^heads\.head\.", "head."),
        )
        return {_by_rules(name, rules): tensor for name, tensor in state.items()}


@dataclass(frozen=True)
class TransformersViT:
    """transformers' ViT and DeiT for classification, with the parameter names of its fourth major version.

    Attributes:
        name: the published code's.
        inner: the attribute under which transformers keeps the network without its classifier.
        pattern: timm's name, but for size and patch.
        extra_tokens: tokens before the patches.
    """

    name: str
    inner: str
    pattern: str
    extra_tokens: int

    @property
    def sign(self) -> str:
        """The tensor that it is recognised by."""
        return f"{self.inner}.embeddings.cls_token"

    def found(self, state: State) -> Found:
        """See ``Layout``."""
        patches = state[f"{self.inner}.embeddings.patch_embeddings.projection.weight"]
        places = state[f"{self.inner}.embeddings.position_embeddings"]
        return _transformer(self.name, self.pattern, patches, places, self.extra_tokens, _TRANSFORMERS_EPS)

    def renamed(self, state: State) -> dict[str, Tensor]:
        """See ``Layout``."""
        rules = (
            (rf"^{self.inner}\.", ""),
            (r"^embeddings\.cls_token$", "cls_token"),
            (r"^embeddings\.distillation_token$", "dist_token"),
            (r"^embeddings\.position_embeddings$", "pos_embed"),
            (r"^embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
            (r"^encoder\.layer\.(\d+)\.", r"blocks.\1."),
            (r"^(blocks\.\d+)\.attention\.attention\.", r"\1.attn."),
            (r"^(blocks\.\d+)\.attention\.output\.dense\.", r"\1.attn.proj."),
            (r"^(blocks\.\d+)\.layernorm_before\.", r"\1.norm1."),
            (r"^(blocks\.\d+)\.layernorm_after\.", r"\1.norm2."),
            (r"^(blocks\.\d+)\.intermediate\.dense\.", r"\1.mlp.fc1."),
            (r"^(blocks\.\d+)\.output\.dense\.", r"\1.mlp.fc2."),
            (r"^layernorm\.", "norm."),
            (r"^(?:cls_)?classifier\.", "head."),
            (r"^distillation_classifier\.", "head_dist."),
        )
        named = _one_attention_matrix({_by_rules(name, rules): tensor for name, tensor in state.items()})
        if self.extra_tokens == 2 and "head.weight" in named and "head_dist.weight" not in named:
            _answer_from_class_token(named)
        return named


def _answer_from_class_token(named: dict[str, Tensor]) -> None:
    """Let timm's network, which averages two classifiers, give the answer of the class token's alone.

    transformers' DeiTForImageClassification has no other. Half of (twice its answer + nothing) is its answer, to the
    last bit.
    """
    for part in ("weight", "bias"):
        named[f"head_dist.{part}"] = torch.zeros_like(named[f"head.{part}"])
        named[f"head.{part}"] = 2.0 * named[f"head.{part}"]


def _one_attention_matrix(named: dict[str, Tensor]) -> dict[str, Tensor]:
    """Query, key and value as the one matrix that timm has."""
    joined = dict(named)
    for name in named:
        match = re.fullmatch(r"(blocks\.\d+\.attn)\.query\.(weight|bias)", name)
        parts = [f"{match[1]}.{part}.{match[2]}" for part in ("query", "key", "value")] if match else []
        if match and all(part in named for part in parts):
            joined[f"{match[1]}.qkv.{match[2]}"] = torch.cat([joined.pop(part) for part in parts])
    return joined


def _transformer(
    layout: str, pattern: str, patches: Tensor, places: Tensor, extra_tokens: int, options: Mapping[str, str]
) -> Found:
    width, patch = patches.shape[0], patches.shape[-1]
    side = math.isqrt(max(places.shape[1] - extra_tokens, 0))
    if width not in _SIZES_BY_WIDTH or side * side != places.shape[1] - extra_tokens:
        raise UnknownSizeError(f"a {layout} of width {width} with {places.shape[1]} positions")
    return Found(layout, pattern.format(_SIZES_BY_WIDTH[width], patch), side * patch, dict(options))


def _with_prefix(name: str, prefixes: Mapping[str, str]) -> str:
    for theirs, ours in prefixes.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name


def _by_rules(name: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, new in rules:
        name = re.sub(pattern, new, name)
    return name


LAYOUTS: Sequence[Layout] = (
    MobileNetV2(),
    TorchvisionViT(),
    TransformersViT("deit", "vit", "deit_{}_patch{}_224", 1),
    TransformersViT("deit-dist", "deit", "deit_{}_distilled_patch{}_224", 2),
)
