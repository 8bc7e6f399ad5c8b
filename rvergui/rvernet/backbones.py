"""Backbones: any network that turns a normalised picture into one feature vector, pooled features or its logits."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import timm
import torch
from torch import nn

from rvergui.core import RverError
from rvergui.rvernet.start_weights import StartWeights, find_start_weights
from rvergui.rvernet.start_words import RANDOM

ENTRY_POINTS = "rvergui.backbones"
NORM_EPS = "norm_eps"

_log = logging.getLogger(__name__)

# The names of the RveRNet paper and of its published code, without case and punctuation.
PAPER_NAMES: Mapping[str, str] = {
    "mobilenet": "mobilenetv2_100",
    "mobilenetv2": "mobilenetv2_100",
    "mobilenetv2small": "mobilenetv2_050",
    "mobilenetv2tiny": "mobilenetv2_035",
    "mnet": "mobilenetv2_100",
    "vit": "vit_base_patch16_224",
    "vitb": "vit_base_patch16_224",
    "vitb16": "vit_base_patch16_224",
    "vitbase": "vit_base_patch16_224",
    "deit": "deit_base_patch16_224",
    "deitb": "deit_base_patch16_224",
    "deitb16": "deit_base_patch16_224",
    "deitbase": "deit_base_patch16_224",
    "deitbasedistilled": "deit_base_distilled_patch16_224",
    "deitdist": "deit_base_distilled_patch16_224",
    "deitdistilled": "deit_base_distilled_patch16_224",
    "deitbdistilled": "deit_base_distilled_patch16_224",
    "deitb16distilled": "deit_base_distilled_patch16_224",
    "vits": "vit_small_patch16_224",
    "vitsmall": "vit_small_patch16_224",
    "vits16": "vit_small_patch16_224",
    "vitti": "vit_tiny_patch16_224",
    "vittiny": "vit_tiny_patch16_224",
    "vitti16": "vit_tiny_patch16_224",
    "deits": "deit_small_patch16_224",
    "deitsmall": "deit_small_patch16_224",
    "deits16": "deit_small_patch16_224",
    "deitti": "deit_tiny_patch16_224",
    "deittiny": "deit_tiny_patch16_224",
    "deitti16": "deit_tiny_patch16_224",
    "deitsdistilled": "deit_small_distilled_patch16_224",
    "deitsmalldistilled": "deit_small_distilled_patch16_224",
    "deitsmalldist": "deit_small_distilled_patch16_224",
    "deittinydistilled": "deit_tiny_distilled_patch16_224",
    "deittidistilled": "deit_tiny_distilled_patch16_224",
    "deittinydist": "deit_tiny_distilled_patch16_224",
    "mixer": "mixer_b16_224",
    "mlpmixer": "mixer_b16_224",
    "mlpmixerb": "mixer_b16_224",
    "mlpmixerb16": "mixer_b16_224",
    "mixerb": "mixer_b16_224",
    "mixers": "mixer_s16_224",
    "mixersmall": "mixer_s16_224",
    "mlpmixers": "mixer_s16_224",
    "mlpmixersmall": "mixer_s16_224",
    "mlpmixers16": "mixer_s16_224",
}


@dataclass(frozen=True)
class Backbone:
    """A network and what must be known to use it and to build it again.

    Attributes:
        module: (n, 3, size, size) float32, normalised -> (n, feature_dim) float32.
        feature_dim: length of the feature vector.
        mean: of the colours 0..1, subtracted first.
        std: divided by then.
        options: what ``create`` needs besides name, size and features to build the same network.
        start: where its weights come from, in a word or a file's name.
        name: what ``create`` is called with.
        size: side in pixels of the pictures that it was made for.
    """

    module: nn.Module
    feature_dim: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    options: Mapping[str, str] = field(default_factory=dict)
    start: str = RANDOM
    name: str = ""
    size: int = 224


class BackboneProvider(Protocol):
    """A family of backbones; registered by the entry point ``rvergui.backbones`` (a class without arguments)."""

    def names(self) -> Sequence[str]:
        """All names it can build."""
        ...

    def resolve(self, name: str) -> str | None:
        """Its own name for what a person calls ``name``; None if it has no such backbone."""
        ...

    def create(self, name: str, size: int, options: Mapping[str, str], features: str = "pooled") -> Backbone:
        """The backbone with random weights for pictures of ``size`` x ``size`` pixels.

        Args:
            name: as resolved.
            size: in pixels.
            options: as an earlier backbone of this name recorded them.
            features: "pooled", or "logits" for the answers of its ImageNet classifier.
        """
        ...

    def start(self, name: str, size: int, folders: Sequence[Path], features: str = "pooled") -> Backbone:
        """The backbone with the best weights to be had in ``folders`` or on this machine; never a download."""
        ...


class TimmBackbones:
    """Every network of timm, by its name there or by the RveRNet paper's name."""

    def names(self) -> Sequence[str]:
        """All architectures of timm."""
        return list(timm.list_models())

    def resolve(self, name: str) -> str | None:
        """The timm name; a tag that timm knows, such as ``.ra_in1k``, is kept."""
        architecture, _, tag = name.partition(".")
        if timm.is_model(architecture):
            return name if not tag or _knows_tag(architecture, tag) else None
        return PAPER_NAMES.get(re.sub(r"[^a-z0-9]", "", name.casefold()))

    def create(self, name: str, size: int, options: Mapping[str, str], features: str = "pooled") -> Backbone:
        """See ``BackboneProvider.create``; ``options`` are timm's, and ``norm_eps`` for all of its layer norms.

        Raises:
            RverError: the network does not take pictures of this size, or does not know one of the options.
        """
        config = timm.get_pretrained_cfg(name)
        settings: dict[str, object] = dict(options)
        epsilon = settings.pop(NORM_EPS, None)
        if config is not None and config.fixed_input_size:
            settings["img_size"] = size
        if features == "pooled":
            settings["num_classes"] = 0
        try:
            module = timm.create_model(name, pretrained=False, **settings)
            if epsilon is not None:
                _set_norm_eps(module, float(str(epsilon)))
            feature_dim = _told_dim(module, features) or _feature_dim(module, size)
        except TypeError as error:
            unknown = ", ".join(f"{key}={value}" for key, value in options.items()) or "these settings"
            raise RverError(f"The backbone {name} cannot be built with {unknown}; choose another backbone.") from error
        except (AssertionError, ValueError, RuntimeError) as error:
            raise RverError(
                f"The backbone {name} does not take pictures of {size}x{size} pixels "
                f"({str(error).splitlines()[0][:80] if str(error) else type(error).__name__}); "
                "choose another size or another backbone."
            ) from error
        mean, std = (tuple(config.mean), tuple(config.std)) if config is not None else ((0.5,) * 3, (0.5,) * 3)
        return Backbone(module, feature_dim, mean, std, options=dict(options), name=name, size=size)

    def start(self, name: str, size: int, folders: Sequence[Path], features: str = "pooled") -> Backbone:
        """See ``BackboneProvider.start``.

        Raises:
            RverError: there is a file for this network, but it is damaged or of another shape.
        """
        weights = find_start_weights(name, folders)
        if weights is None:
            return self.create(name, size, {}, features)
        try:
            backbone = self.create(name, size, weights.options, features)
        except RverError as error:
            raise RverError(f"{error} (asked for by {weights.path.name} in {weights.path.parent})") from error
        weights.load_into(backbone.module)
        return replace(
            backbone,
            mean=weights.mean or backbone.mean,
            std=weights.std or backbone.std,
            start=weights.label,
        )


def _knows_tag(architecture: str, tag: str) -> bool:
    try:
        return timm.get_pretrained_cfg(f"{architecture}.{tag}") is not None
    except RuntimeError:  # timm's way to say no
        return False


def _set_norm_eps(module: nn.Module, epsilon: float) -> None:
    for layer in module.modules():
        if isinstance(layer, nn.LayerNorm):
            layer.eps = epsilon


def _told_dim(module: nn.Module, features: str) -> int | None:
    """The length of the feature vector as timm states it, for a network without memory; None if it has some.

    Such a network is about to be filled from a checkpoint, whose shapes are checked; looking at a picture without
    memory takes longer than all else.
    """
    if not any(parameter.is_meta for parameter in module.parameters()):
        return None
    told = getattr(module, "head_hidden_size" if features == "pooled" else "num_classes", None)
    return told if isinstance(told, int) and told > 0 else None


def _feature_dim(module: nn.Module, size: int) -> int:
    """The length of the feature vector, found by looking at one picture; also shows that the size is taken."""
    was_training = module.training
    module.eval()
    with torch.inference_mode():
        features = module(torch.zeros(1, 3, size, size))
    module.train(was_training)
    if not isinstance(features, torch.Tensor) or features.ndim != 2:
        raise ValueError("it does not give one feature vector a picture")
    return int(features.shape[1])


@cache
def _providers() -> tuple[BackboneProvider, ...]:
    """The built-in families first, then what other packages registered."""
    from rvergui.rvernet.skip_patches import SkipBlackBackbones  # built on this module

    found: list[BackboneProvider] = [TimmBackbones(), SkipBlackBackbones()]
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.value == f"{TimmBackbones.__module__}:{TimmBackbones.__qualname__}":
            continue
        try:
            found.append(entry.load()())
        except Exception:  # noqa: BLE001 - somebody else's package; the other backbones still work
            _log.warning("The backbones “%s” of %s could not be loaded.", entry.name, entry.value, exc_info=True)
    return tuple(found)


def backbone_names() -> list[str]:
    """Every name that a network can be built with, the paper's aliases not counted."""
    return sorted({name for provider in _providers() for name in provider.names()})


def _provider_of(name: str) -> tuple[BackboneProvider, str]:
    for provider in _providers():
        own = provider.resolve(name)
        if own is not None:
            return provider, own
    near = difflib.get_close_matches(name, backbone_names(), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "timm's names and the paper's, such as MobileNetV2, work."
    raise RverError(f"There is no backbone “{name}”; {hint}")


def canonical_name(name: str) -> str:
    """The one name of a backbone that may be called by the paper's name or timm's.

    Raises:
        RverError: there is none; the sentence offers near names.
    """
    return _provider_of(name)[1]


def create_backbone(name: str, size: int, options: Mapping[str, str], features: str = "pooled") -> Backbone:
    """The backbone with random weights, to be filled from a checkpoint."""
    provider, own = _provider_of(name)
    return replace(provider.create(own, size, options, features), name=own, size=size)


def start_backbone(name: str, size: int, folders: Sequence[Path], features: str = "pooled") -> Backbone:
    """The backbone with the best weights that are on this machine."""
    provider, own = _provider_of(name)
    return replace(provider.start(own, size, folders, features), name=own, size=size)


__all__ = [
    "Backbone",
    "BackboneProvider",
    "StartWeights",
    "TimmBackbones",
    "backbone_names",
    "canonical_name",
    "create_backbone",
    "start_backbone",
]
