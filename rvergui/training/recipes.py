"""Named sets of training options. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# Everything by which our own way of training differs from the paper's, turned off.
_AS_IN_THE_PAPER: Mapping[str, Any] = {
    "features": "logits",
    "integration": "concatenation",
    "preprocessing": "published",
    "normalise": False,
    "optimizer": "adam",
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "view_loss": 0.0,
    "batch_size": 50,
    "epochs": 30,
    "started_rate": 1.0,
    "keep_statistics": False,
    "clip": None,
    "average": False,
    "flip": 0.5,
    "turn": 0.0,
    "zoom": 0.0,
    "shift": 0.0,
    "outline": 0.0,
    "light": 0.0,
    "blackout": 0.0,
}

RECIPES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # Adam, 4e-3, linear warm-up, then cosine: what arXiv 2407.08257 says.
        "published": {**_AS_IN_THE_PAPER, "learning_rate": 4e-3, "warm_up": 0.1},
        # What the published code does: it counts its warm-up in batches, but advances it by epochs, so that the rate
        # rises from nearly nothing to about 1.1e-4 and training ends there.
        "published_code": {**_AS_IN_THE_PAPER, "learning_rate": 1.1e-4, "warm_up": 1.0},
    }
)
"""Recipe -> the options that it sets; those that are chosen by name hold against it."""
