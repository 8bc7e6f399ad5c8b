"""The two halves of a network of the SAM family as plain functions of arrays, whatever runs them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

PADDING, AWAY, ADDS, UPPER_LEFT, LOWER_RIGHT = -1, 0, 1, 2, 3
"""Kinds of a prompt's places: none (with clicks but no box there is one such), clicks, and the corners of a box."""


class ImageEncoder(Protocol):
    """The large half: once a photo."""

    def __call__(self, pixels: FloatArray) -> FloatArray:
        """The photo's features (1, channels, cells, cells) of normalised pixels (1, 3, side, side), both float32."""
        ...

    def steps(self, pixels: FloatArray) -> Generator[float | FloatArray | None, None, None]:
        """The same in steps: how much is done, 0..1, or None where it is not known, and at last the features.

        An iterator that is closed before gives up; there is at most one at a time.
        """
        ...


@dataclass(frozen=True)
class SamPrompts:
    """A number n of prompts of one kind, each for an object of its own, in the pixels of the encoder's square.

    Attributes:
        points: (n, k, 2) float32, x and y of k clicks.
        labels: (n, k) int32, 1 adds, 0 takes away.
        boxes: (n, 4) float32, x0, y0, x1, y1.
        masks: (n, 1, grid, grid) float32, the logits of the round before.
        several: whether the candidates for an ambiguous prompt are asked for, or the one for a clear prompt.
    """

    points: FloatArray | None = None
    labels: NDArray[np.int32] | None = None
    boxes: FloatArray | None = None
    masks: FloatArray | None = None
    several: bool = False

    @property
    def places(self) -> tuple[FloatArray, NDArray[np.int32]]:
        """Clicks and the corners of boxes together: (n, t, 2) float32, and their kinds (n, t) int32."""
        places: list[FloatArray] = []
        kinds: list[NDArray[np.int32]] = []
        if self.points is not None and self.labels is not None:
            places.append(self.points)
            kinds.append(self.labels)
        n = len(self.boxes) if self.boxes is not None else len(places[0])
        if self.boxes is not None:
            places.append(self.boxes.reshape(n, 2, 2))
            kinds.append(np.full((n, 2), (UPPER_LEFT, LOWER_RIGHT), dtype=np.int32))
        else:
            places.append(np.zeros((n, 1, 2), dtype=np.float32))
            kinds.append(np.full((n, 1), PADDING, dtype=np.int32))
        return np.concatenate(places, axis=1), np.concatenate(kinds, axis=1)

    @property
    def wanted(self) -> slice:
        """Which of the decoder's masks are asked for: the first is that of a clear prompt."""
        return slice(1, None) if self.several else slice(0, 1)


class MaskDecoder(Protocol):
    """The small half, prompt encoder and mask decoder: once a click."""

    def __call__(self, features: FloatArray, prompts: SamPrompts) -> tuple[FloatArray, FloatArray]:
        """Logits (n, candidates, grid, grid) and scores (n, candidates), float32.

        Args:
            features: (1, channels, cells, cells) float32, what the image encoder gave.
            prompts: n prompts on that photo.
        """
        ...
