"""A segmenter for tests and demonstrations: exact rules instead of guesses, no weights, no OpenCV.

It answers with discs around the clicks (or shapes in the box), so a test can say in advance which pixels must be in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.checks import check_embedding, usable_prompt
from rvergui.segment.protocol import Candidates, Embedding

_GRID_SIDE = 256
# Radii of the discs around clicks as shares of the photo's longest side; the second is offered first.
_RADII = (0.04, 0.10, 0.25)
# What the shapes in a box fill of its sides: two ellipses, then the box itself.
_CORES = (0.5, 0.9)
_SCORES = (0.7, 0.9, 0.5)
_NAP = 0.01


class FakeSegmenter:
    """Three nested candidates around each positive click, or filling the box; nearer negative clicks take away.

    Args:
        checkpoint: accepted and ignored, so that tests can pass one.
        encode_seconds: how long ``encode`` pretends to work. Embeddings of other patience have another signature.
        decode_seconds: how long ``decode`` pretends to work.
        fail_on: "create", "encode" or "decode" makes that step raise an RverError.
        steps: if not 0, encoding can be interrupted and takes so many steps.
    """

    def __init__(
        self,
        checkpoint: Path | None = None,
        encode_seconds: float = 0.0,
        decode_seconds: float = 0.0,
        fail_on: str | None = None,
        steps: int = 0,
    ) -> None:
        self.name = "fake"
        self.signature = "fake-1" if encode_seconds == 0 else f"fake-1/{encode_seconds:g}s"
        self.description = "Fake segmenter for tests"
        self._encode_seconds = encode_seconds
        self._decode_seconds = decode_seconds
        self._fail_on = fail_on
        self._steps = steps
        self.encode_steps = self._encode_steps if steps else None
        self._fail_if("create")

    def encode(self, photo: Photo) -> Embedding:
        """Remembers the grid's size alone, array "grid" (2,) int64: height, width."""
        self._fail_if("encode")
        _pretend_to_work(self._encode_seconds)
        return self._embedding(photo)

    def _encode_steps(self, photo: Photo) -> Iterator[Embedding | float | None]:
        self._fail_if("encode")
        for step in range(self._steps):
            yield step / self._steps
            _pretend_to_work(self._encode_seconds / self._steps)
        yield self._embedding(photo)

    def _embedding(self, photo: Photo) -> Embedding:
        shrink = min(1.0, _GRID_SIDE / max(*photo.size, 1))
        grid = np.array([max(1, round(side * shrink)) for side in photo.size], dtype=np.int64)
        return Embedding(photo_key=photo.key, size=photo.size, signature=self.signature, arrays={"grid": grid})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """Three nested candidates, small to large; logits are distances to the outline in grid cells.

        Raises:
            RverError: nothing to cut lies inside the photo, or the embedding is another segmenter's.
        """
        check_embedding(embedding, self.signature)
        usable = usable_prompt(prompt, embedding.size)
        self._fail_if("decode")
        _pretend_to_work(self._decode_seconds)
        height, width = (int(v) for v in embedding.arrays["grid"])
        scale = (width / embedding.size[1], height / embedding.size[0])
        points = [Point(p.x * scale[0], p.y * scale[1], p.positive) for p in usable.points]
        y, x = (axis + 0.5 for axis in np.mgrid[:height, :width].astype(np.float32))
        to_positive = _to_nearest([p for p in points if p.positive], x, y)
        to_negative = _to_nearest([p for p in points if not p.positive], x, y)
        if usable.box is None:
            shapes = [max(share * max(height, width), 1.0) - to_positive for share in _RADII]
        else:
            box = usable.box
            inner = Box(box.x0 * scale[0], box.y0 * scale[1], box.x1 * scale[0], box.y1 * scale[1])
            shapes = _box_shapes(inner, x, y)
        # Half the way between two clicks is the border between what they say.
        allowed = np.where(np.isinf(to_negative), np.inf, (to_negative - np.minimum(to_positive, 1e6)) / 2)
        if usable.box is not None:
            allowed = np.maximum(allowed, to_negative - 0.1 * max(height, width))
        logits = np.stack([np.minimum(shape, allowed) for shape in shapes]).astype(np.float32)
        return Candidates(logits=logits, scores=np.array(_SCORES, dtype=np.float32), scale=scale, size=embedding.size)

    def _fail_if(self, step: str) -> None:
        if self._fail_on == step:
            raise RverError(f"The fake segmenter was told to fail when asked to {step}.")


def _to_nearest(points: list[Point], x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    nearest = np.full(x.shape, np.inf, dtype=np.float32)
    for point in points:
        np.minimum(nearest, np.hypot(x - np.float32(point.x), y - np.float32(point.y)), out=nearest)
    return nearest


def _box_shapes(box: Box, x: NDArray[np.float32], y: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    half_width, half_height = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
    across = np.abs(x - (box.x0 + box.x1) / 2)
    down = np.abs(y - (box.y0 + box.y1) / 2)
    relative = np.hypot(across / half_width, down / half_height)
    ellipses = [(core - relative) * min(half_width, half_height) for core in _CORES]
    return [*ellipses, np.minimum(half_width - across, half_height - down)]


def _pretend_to_work(seconds: float) -> None:
    """Sleep in small steps, as real work would come back to the interpreter now and then."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(_NAP, left))
