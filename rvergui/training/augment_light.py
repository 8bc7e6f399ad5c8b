"""The same scene in other light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class LightChange:
    """Brighter or darker, with more or less contrast in the shadows, of a slightly different colour. Black stays black.

    Attributes:
        table: (1, 256, 3) uint8, what each value of each colour becomes.
    """

    table: NDArray[np.uint8]

    @classmethod
    def drawn(cls, strength: float, random: np.random.Generator) -> LightChange:
        """A random change.

        Args:
            strength: the most by which brightness changes, as a share; each colour by a third of it more, and the
                middle tones by half of it against the rest.
            random: what is drawn from.
        """
        gains = (1.0 + random.uniform(-strength, strength)) * (1.0 + random.uniform(-strength / 3, strength / 3, 3))
        curve = np.exp(random.uniform(-strength / 2, strength / 2))
        values = 255.0 * (np.arange(256)[:, None] / 255.0) ** curve * gains
        return cls(np.clip(np.rint(values), 0, 255).astype(np.uint8)[None])

    def __call__(self, picture: Pixels) -> Pixels:
        """The changed picture, a new array."""
        if 0 in picture.shape:
            return picture
        return np.asarray(cv2.LUT(np.ascontiguousarray(picture), self.table), dtype=np.uint8)
