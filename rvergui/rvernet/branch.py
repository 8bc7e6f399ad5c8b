"""A branch: one view's way to features."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from rvergui.core import RverError
from rvergui.rvernet.backbones import Backbone
from rvergui.rvernet.start_words import NO_BRANCH

MAP_SIDE = 4  # a feature map is handed on as this many rows and columns


class Branch(nn.Module):
    """One view's backbone behind the normalisation that it expects.

    Mean and standard deviation are buffers, so a checkpoint carries them.

    Attributes:
        feature_dim: length of the feature vector.
        pooled_dim: how many of its numbers, from the front, are the pooled features (or the logits).
        map_width: with a feature map, the length of each of its MAP_SIDE x MAP_SIDE vectors, which follow; else 0.
        name: the backbone's.
        options: what else the backbone is built with.
        start: what its weights started from, a file's name or "random".
    """

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: Backbone, layout: str = "pooled") -> None:
        """Take ``backbone`` in; ``layout`` "map" adds its feature map to what it hands on.

        Raises:
            RverError: the backbone has no feature map.
        """
        super().__init__()
        self.body = backbone.module
        self.name = backbone.name
        self.options: dict[str, str] = dict(backbone.options)
        self.start = backbone.start
        self.pooled_dim = backbone.feature_dim
        self.map_width = _map_width(backbone) if layout == "map" else 0
        self.feature_dim = self.pooled_dim + MAP_SIDE * MAP_SIDE * self.map_width
        self.register_buffer("mean", torch.tensor(backbone.mean, dtype=torch.float32).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(backbone.std, dtype=torch.float32).view(1, 3, 1, 1))

    def forward(self, view: Tensor) -> Tensor:
        """(n, 3, size, size) float32 in 0..1 -> (n, feature_dim)."""
        normal = (view - self.mean) / self.std
        if not self.map_width:
            features: Tensor = self.body(normal)
            return features
        body: Any = self.body
        raw = body.forward_features(normal)
        return torch.cat([body.forward_head(raw, pre_logits=True), _grid(body, raw).flatten(1)], dim=1)


class Blind(nn.Module):
    """The branch that a baseline does not have: features of length 0 for every view."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_dim = self.pooled_dim = self.map_width = 0
        self.name = ""
        self.start = NO_BRANCH
        self.options: dict[str, str] = {}

    def forward(self, view: Tensor) -> Tensor:
        """(n, ...) -> (n, 0)."""
        return view.new_zeros((view.shape[0], 0))


def _map_width(backbone: Backbone) -> int:
    body: Any = backbone.module
    try:
        with torch.inference_mode():
            was_training = body.training
            body.eval()
            raw = body.forward_features(torch.zeros(1, 3, backbone.size, backbone.size))
            width = int(_grid(body, raw).shape[2])
            body.train(was_training)
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        raise RverError(
            f"The backbone {backbone.name or type(body).__name__} has no feature map to join by cross-attention; "
            "choose another integration or another backbone."
        ) from error
    return width


def _grid(body: Any, raw: Tensor) -> Tensor:
    """A backbone's unpooled features as (n, MAP_SIDE * MAP_SIDE, width), row by row."""
    prefix = int(getattr(body, "num_prefix_tokens", 0))
    layouts: dict[int, Callable[[Tensor], Tensor]] = {
        3: lambda tokens: _square(tokens[:, prefix:]),
        4: lambda cells: cells.permute(0, 3, 1, 2) if _channels_last(body) else cells,
    }
    cells = layouts[raw.ndim](raw) if raw.ndim in layouts else None
    if cells is None:
        raise ValueError(f"features of {raw.ndim} dimensions are no map")
    return adaptive_avg_pool2d(cells, MAP_SIDE).flatten(2).transpose(1, 2)


def _channels_last(body: Any) -> bool:
    return str(getattr(body, "output_fmt", "NCHW")).endswith("NHWC")


def _square(tokens: Tensor) -> Tensor:
    """(n, side * side, width) -> (n, width, side, side)."""
    side = math.isqrt(tokens.shape[1])
    if side * side != tokens.shape[1]:
        raise ValueError(f"{tokens.shape[1]} patches are no square")
    return tokens.transpose(1, 2).reshape(tokens.shape[0], -1, side, side)
