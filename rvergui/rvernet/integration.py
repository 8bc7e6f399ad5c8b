"""Integration: how the features of the two views become one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from rvergui.rvernet.branch import MAP_SIDE, Blind, Branch

_HEADS_OF_ATTENTION = 8


class Integration(Protocol):
    """Takes both feature vectors (n, dim), the second of length 0 for a baseline."""

    @property
    def head(self) -> nn.Linear:
        """The last layer; one row a class."""
        ...

    def set_head(self, layer: nn.Linear) -> None:
        """Put another last layer in its place."""
        ...

    def __call__(self, roi: Tensor, extra: Tensor) -> Tensor:
        """Logits (n, classes)."""
        ...


class _Headed(nn.Module):
    head: nn.Linear

    def set_head(self, layer: nn.Linear) -> None:
        """Put another last layer in its place."""
        self.head = layer


class Concatenation(nn.Sequential):
    """The published one: side by side, Linear to ``hidden``, ReLU, Linear to the classes."""

    def __init__(self, roi: Branch, extra: Branch | Blind, hidden: int, classes: int) -> None:
        super().__init__(nn.Linear(roi.feature_dim + extra.feature_dim, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, roi: Tensor, extra: Tensor) -> Tensor:  # type: ignore[override]
        """Logits (n, classes)."""
        joined = torch.cat([roi, extra], dim=1)
        for layer in self:
            joined = layer(joined)
        return joined

    @property
    def head(self) -> nn.Linear:
        """The last layer."""
        layer = self[-1]
        assert isinstance(layer, nn.Linear)
        return layer

    def set_head(self, layer: nn.Linear) -> None:
        """Put another last layer in its place."""
        self[-1] = layer


class Plain(_Headed):
    """Side by side, one Linear: the head of the published code's baselines."""

    def __init__(self, roi: Branch, extra: Branch | Blind, hidden: int, classes: int) -> None:
        super().__init__()
        self.head = nn.Linear(roi.feature_dim + extra.feature_dim, classes)

    def forward(self, roi: Tensor, extra: Tensor) -> Tensor:
        """Logits (n, classes)."""
        logits: Tensor = self.head(torch.cat([roi, extra], dim=1))
        return logits


class Gated(_Headed):
    """A learned gate decides, number by number, how much of each view counts (arXiv 1702.01992's gated unit).

    Each view's features are normalised, so that a backbone with larger numbers does not drown the other, and brought
    to ``hidden``; the gate sees both. Besides the weighed sum the product of both goes on: what the object means in
    these surroundings, not only what either says alone.
    """

    def __init__(self, roi: Branch, extra: Branch | Blind, hidden: int, classes: int) -> None:
        super().__init__()
        self.roi_norm = nn.LayerNorm(roi.feature_dim)
        self.extra_norm = nn.LayerNorm(extra.feature_dim)
        self.roi = nn.Linear(roi.feature_dim, hidden)
        self.extra = nn.Linear(extra.feature_dim, hidden)
        self.gate = nn.Linear(roi.feature_dim + extra.feature_dim, hidden)
        self.head = nn.Linear(2 * hidden, classes)

    def forward(self, roi: Tensor, extra: Tensor) -> Tensor:
        """Logits (n, classes)."""
        first, second = self.roi_norm(roi), self.extra_norm(extra)
        gate = torch.sigmoid(self.gate(torch.cat([first, second], dim=1)))
        mine, theirs = torch.tanh(self.roi(first)), torch.tanh(self.extra(second))
        logits: Tensor = self.head(torch.cat([gate * mine + (1.0 - gate) * theirs, mine * theirs], dim=1))
        return logits


class CrossAttention(_Headed):
    """The object asks its surroundings: its pooled features attend to the map of the extra-ROI view.

    What comes back is added to the object's own vector; both and the pooled surroundings go to the head.
    """

    def __init__(self, roi: Branch, extra: Branch | Blind, hidden: int, classes: int) -> None:
        super().__init__()
        heads = next(n for n in range(_HEADS_OF_ATTENTION, 0, -1) if hidden % n == 0)
        self._roi_pooled, self._extra_pooled, self._width = roi.pooled_dim, extra.pooled_dim, extra.map_width
        self.roi_norm = nn.LayerNorm(roi.pooled_dim)
        self.extra_norm = nn.LayerNorm(extra.pooled_dim)
        self.map_norm = nn.LayerNorm(extra.map_width)
        self.roi = nn.Linear(roi.pooled_dim, hidden)
        self.extra = nn.Linear(extra.pooled_dim, hidden)
        self.map = nn.Linear(extra.map_width, hidden)
        self.places = nn.Parameter(0.02 * torch.randn(1, MAP_SIDE * MAP_SIDE, hidden))
        self.attention = nn.MultiheadAttention(hidden, heads, batch_first=True)
        self.out_norm = nn.LayerNorm(2 * hidden)
        self.head = nn.Linear(2 * hidden, classes)

    def forward(self, roi: Tensor, extra: Tensor) -> Tensor:
        """Logits (n, classes)."""
        cells = extra[:, self._extra_pooled :].reshape(-1, MAP_SIDE * MAP_SIDE, self._width)
        asks = self.roi(self.roi_norm(roi[:, : self._roi_pooled]))
        around = self.map(self.map_norm(cells)) + self.places
        answer, _ = self.attention(asks.unsqueeze(1), around, around, need_weights=False)
        whole = self.extra(self.extra_norm(extra[:, : self._extra_pooled]))
        both = torch.cat([asks + answer.squeeze(1), whole], dim=1)
        logits: Tensor = self.head(torch.relu(self.out_norm(both)))
        return logits


INTEGRATION_KINDS: Mapping[str, Callable[[Branch, Branch | Blind, int, int], nn.Module]] = {
    "concatenation": Concatenation,
    "linear": Plain,
    "gated": Gated,
    "cross_attention": CrossAttention,
}
