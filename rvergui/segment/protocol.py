"""What every segmenter can do.

A photo is encoded once, then each prompt is decoded against that embedding. The answer is a few low-resolution
candidates; only the one that is looked at is brought to the photo's size, inside its box (``upsample``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Photo, Prompt


@dataclass(frozen=True)
class Embedding:
    """What a segmenter remembers of a photo.

    Attributes:
        photo_key: the photo's key.
        size: (height, width) of the photo in pixels.
        signature: which backend, weights and settings made it; an embedding of another signature is no use.
        arrays: named arrays, the backend's own.
    """

    photo_key: str
    size: tuple[int, int]
    signature: str
    arrays: Mapping[str, NDArray[Any]] = field(repr=False)


@dataclass(frozen=True)
class Candidates:
    """Masks that a prompt may have meant.

    Attributes:
        logits: (k, grid height, grid width) float32; above 0 is inside.
        scores: (k,) float32, the predicted intersection over union, 0..1.
        scale: grid cells per photo pixel along (x, y); the centre of photo pixel i lies at grid position
            ``(i + 0.5) * scale - 0.5``. Grid cells beyond the photo are padding.
        size: (height, width) of the photo in pixels.
    """

    logits: NDArray[np.float32] = field(repr=False)
    scores: NDArray[np.float32]
    scale: tuple[float, float]
    size: tuple[int, int]

    def __len__(self) -> int:
        return int(self.logits.shape[0])

    @property
    def best(self) -> int:
        """The index of the candidate with the highest score."""
        return int(np.argmax(self.scores))


@runtime_checkable
class Segmenter(Protocol):
    """A backend. Made, used and dropped on one thread (the model thread in the window)."""

    name: str
    """The registry's name of the backend, e.g. "grabcut"."""

    signature: str
    """Backend, weights and settings in one string; embeddings carry it."""

    description: str
    """For the status bar, e.g. "SAM ViT-B on CPU"."""

    def encode(self, photo: Photo) -> Embedding:
        """Look at a photo once. May take seconds."""
        ...

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """The candidates for ``prompt`` (not empty, inside the photo), at least one, in the order Tab cycles them.

        ``previous`` are the candidates of the same object before its last click, for backends that refine them.
        """
        ...
