"""A photo: pixels opened in one place, the same for the canvas, the networks, the exports and the tests."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CONTENT_HASH = re.compile(r"[0-9a-f]{32}")


def short_key(photo_key: str) -> str:
    """A photo's key as checkpoints, pairs and roles record it: 12 digits of a content hash, other keys as they are."""
    return photo_key[:12] if _CONTENT_HASH.fullmatch(photo_key) else photo_key


@dataclass(frozen=True)
class Photo:
    """An upright RGB photo.

    Attributes:
        pixels: (height, width, 3) uint8 RGB, read-only, EXIF orientation applied.
        key: what identifies these pixels; the same file content gives the same key.
        path: where it was read from, if it was.
    """

    pixels: NDArray[np.uint8] = field(repr=False, compare=False)
    key: str
    path: Path | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return (int(self.pixels.shape[0]), int(self.pixels.shape[1]))

    @classmethod
    def from_array(cls, pixels: NDArray[np.uint8], path: Path | None = None) -> Photo:
        """A photo of ``pixels`` (height, width, 3) uint8 RGB that did not come from a file; keyed by its pixels."""
        frozen = np.ascontiguousarray(pixels, dtype=np.uint8).copy()
        frozen.setflags(write=False)
        digest = hashlib.blake2b(repr(frozen.shape).encode() + frozen.tobytes(), digest_size=16)
        return cls(pixels=frozen, key=digest.hexdigest(), path=path)
