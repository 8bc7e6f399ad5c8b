"""The starter segmenter: ships with the program and needs no other weights.

A click is answered twice: on the whole photo, which tells how large the object is, and then on a closer look around it.
The whole photo is encoded once, and what was seen of a window is kept, so a further click in it costs the head alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Photo, Point, Prompt
from rvergui.segment.checks import check_embedding, usable_prompt
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.starter_runtime import choose_runtime
from rvergui.segment.windows import Window, closer_look, whole_photo

Array = NDArray[np.float32]

KEPT_SIDE = 1024
GRID_SIDE = 512
FINE = 4
MOST_CLICKS = 16
# Logits are kept in bounds: sums and averages of candidates stay meaningful.
_SURE = 12.0
# A clicked place is at least so sure to lie on the side that was said.
_CLICKED = np.float32(1.0)
# What the network predicts stays below 1: a score of 1 means that a person decided.
_BEST = np.float32(0.999)


@dataclass(frozen=True)
class Seen:
    """What the encoder remembers of one window."""

    window: Window
    features: Sequence[Any]


class StarterSegmenter:
    """Clicks answered by the starter network.

    Args:
        checkpoint: a starter network of one's own (``rvergui train-segmenter``); None takes the one that ships.
        device: as ``choose_device``.
        whole: side of the window in which the whole photo is looked at, in pixels, a multiple of 32.
        close: side of the closer look.

    Raises:
        RverError: the weights are missing, damaged or another network's.
    """

    name = "starter"
    # A photo is looked at faster than its embedding is read.
    keep_embeddings = False

    def __init__(
        self, checkpoint: Path | None = None, device: str | None = None, whole: int = 320, close: int = 256
    ) -> None:
        chosen = choose_runtime(checkpoint, device, (whole, close))
        self._runtime = chosen.runtime
        self._whole, self._close = whole, close
        self.signature = f"starter-1/{chosen.fingerprint}/{whole}/{close}"
        self.description = chosen.description
        self.why = chosen.why
        self._last: tuple[str, Seen] | None = None

    def encode(self, photo: Photo) -> Embedding:
        """The photo at most 1024 pixels long ("pixels") and what the network sees of all of it ("whole_0", ...)."""
        factor = min(1.0, KEPT_SIDE / max(photo.size))
        size = (max(1, round(photo.size[1] * factor)), max(1, round(photo.size[0] * factor)))
        pixels = photo.pixels if factor == 1.0 else cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA)
        window = whole_photo(photo.size, self._whole)
        features = self._runtime.encode(_picture(np.asarray(pixels), photo.size, window))
        arrays = {f"whole_{number}": np.asarray(feature) for number, feature in enumerate(features)}
        return Embedding(photo.key, photo.size, self.signature, {"pixels": np.asarray(pixels), **arrays})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """Three nested candidates: a part, the item, all of it.

        ``previous`` counts only where somebody chose or painted it, which a score of 1 or more says. An answer of the
        network's own is not built on: looking again at the whole photo with all clicks was measured to be better
        (docs/starter-network.md).
        """
        check_embedding(embedding, self.signature)
        usable = usable_prompt(prompt, embedding.size)
        scale = min(1.0, GRID_SIDE / max(embedding.size))
        grid = (max(1, round(embedding.size[0] * scale)), max(1, round(embedding.size[1] * scale)))
        scales = (grid[1] / embedding.size[1], grid[0] / embedding.size[0])
        clicked = [point for point in usable.points if point.positive]
        clicked = [point for point in usable.points if point.positive]
        if previous is not None and previous.logits.shape[1:] == grid and previous.scores.max() >= 1:
            before: Candidates = previous
        else:
            whole = whole_photo(embedding.size, self._whole)
            features = [embedding.arrays[f"whole_{n}"] for n in range(len(embedding.arrays) - 1)]
            logits, scores = self._answer(Seen(whole, features), usable, None)
            spread = [_to_grid(layer, whole, grid, scales, None) for layer in logits]
            before = Candidates(_only_clicked(spread, clicked, scales), scores, scales, embedding.size)
        window = closer_look(before, usable, self._close, self._kept_window(embedding))
        seen = self._look(embedding, window)
        logits, scores = self._answer(seen, usable, before)
        layers = [
            _to_grid(layer, window, grid, scales, before.logits[number if len(before) == len(logits) else before.best])
            for number, layer in enumerate(logits)
        ]
        found = _only_clicked(layers, clicked, scales)
        _obey(found, usable.points, scales)
        return Candidates(found, scores, scales, embedding.size)

    def _kept_window(self, embedding: Embedding) -> Window | None:
        return self._last[1].window if self._last is not None and self._last[0] == embedding.photo_key else None

    def _look(self, embedding: Embedding, window: Window) -> Seen:
        if self._last is not None and self._last[0] == embedding.photo_key and self._last[1].window == window:
            return self._last[1]
        picture = _picture(embedding.arrays["pixels"], embedding.size, window)
        seen = Seen(window, self._runtime.encode(picture))
        self._last = (embedding.photo_key, seen)
        return seen

    def _answer(self, seen: Seen, prompt: Prompt, before: Candidates | None) -> tuple[Array, Array]:
        window = seen.window
        cells = (window.rows // FINE, window.columns // FINE)
        points, signs = _points(prompt.points, window)
        box = _box(prompt.box, window, cells)
        mask = np.zeros((1, 1, *cells), np.float32)
        if before is not None:
            mask[0, 0] = _from_grid(before, window, cells)
        logits, scores = self._runtime.decode(seen.features, points, signs, box, mask)
        return np.clip(logits, -_SURE, _SURE), np.minimum(scores, _BEST) * _obeyed(logits, points[0], signs[0])


def _only_clicked(layers: Sequence[Array], clicked: Sequence[Point], scale: tuple[float, float]) -> Array:
    return np.stack([only_clicked_pieces(layer, clicked, scale) for layer in layers])


def only_clicked_pieces(logits: Array, clicked: Sequence[Point], scale: tuple[float, float]) -> Array:
    """``logits`` (h, w) without the pieces that nobody clicked: what only looks alike elsewhere was not meant.

    Measured in docs/starter-network.md. A piece that belongs to the object behind something
    else takes a click of its own.

    Args:
        logits: above 0 inside.
        clicked: positive clicks in photo pixels; where none lies on a piece, all pieces stay.
        scale: rows and columns of ``logits`` a photo pixel.
    """
    count, labels = cv2.connectedComponents((logits > 0).astype(np.uint8), connectivity=8)
    if count <= 2:
        return logits
    numbers = np.asarray(labels)
    rows = [min(int(point.y * scale[0]), numbers.shape[0] - 1) for point in clicked]
    columns = [min(int(point.x * scale[1]), numbers.shape[1] - 1) for point in clicked]
    kept = np.zeros(count, bool)
    kept[numbers[rows, columns]] = True
    kept[0] = False
    if not kept.any():
        return logits
    kept[0] = True  # what is outside stays as it is
    return np.where(kept[numbers], logits, -np.abs(logits)).astype(np.float32)


def _obey(logits: Array, points: Sequence[Point], scale: tuple[float, float]) -> None:
    """Put every clicked place itself on the side that the click says, with the cells that it is interpolated from."""
    height, width = logits.shape[1:]
    for point in points:
        row, column = min(int(point.y * scale[0]), height - 1), min(int(point.x * scale[1]), width - 1)
        here = logits[:, max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        missed = (logits[:, row, column] > 0) != point.positive
        here[missed] = np.abs(here[missed]) + _CLICKED if point.positive else -np.abs(here[missed]) - _CLICKED


def _obeyed(logits: Array, points: Array, signs: Array) -> Array:
    """(candidates,) the share of the clicks that each candidate follows: what ignores a click is not what was meant."""
    given = signs != 0
    columns = points[given, 0].round().astype(int)
    rows = points[given, 1].round().astype(int)
    here = (columns >= 0) & (rows >= 0) & (columns < logits.shape[2]) & (rows < logits.shape[1])
    if not here.any():
        return np.ones(len(logits), np.float32)
    inside = logits[:, rows[here], columns[here]] > 0
    return np.asarray((inside == (signs[given][here] > 0)).mean(1), dtype=np.float32)


def _picture(pixels: NDArray[np.uint8], size: tuple[int, int], window: Window) -> Array:
    """What lies in ``window`` of the photo whose shrunken ``pixels`` these are, (1, 3, rows, columns) in -1..1."""
    factor = (pixels.shape[1] / size[1], pixels.shape[0] / size[0])
    x0, y0 = window.x * factor[0], window.y * factor[1]
    step = (factor[0] / window.zoom, factor[1] / window.zoom)
    left, top = int(np.floor(x0)), int(np.floor(y0))
    right, bottom = int(np.ceil(x0 + window.columns * step[0])), int(np.ceil(y0 + window.rows * step[1]))
    inside = pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    source = inside
    begin = (x0 - max(left, 0), y0 - max(top, 0))
    if max(step) > 1.4:  # bilinear sampling alone would alias
        smaller = (max(1, round(inside.shape[1] / step[0])), max(1, round(inside.shape[0] / step[1])))
        source = np.asarray(cv2.resize(inside, smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        shrunk = (source.shape[1] / inside.shape[1], source.shape[0] / inside.shape[0])
        begin = (begin[0] * shrunk[0], begin[1] * shrunk[1])
        step = (step[0] * shrunk[0], step[1] * shrunk[1])
    matrix = np.array(
        [[step[0], 0, begin[0] + 0.5 * step[0] - 0.5], [0, step[1], begin[1] + 0.5 * step[1] - 0.5]], dtype=np.float64
    )
    cut = cv2.warpAffine(
        source,
        matrix,
        (window.columns, window.rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(127, 127, 127),
    )
    values = np.asarray(cut, dtype=np.float32).transpose(2, 0, 1)[None] / 127.5 - 1
    return np.ascontiguousarray(values, dtype=np.float32)


def _points(points: Sequence[Point], window: Window) -> tuple[Array, Array]:
    """Places (1, 16, 2) in fine cells and signs (1, 16); of more clicks the first and the last ones."""
    if len(points) > MOST_CLICKS:
        points = [points[0], *points[-(MOST_CLICKS - 1) :]]
    places = np.zeros((1, MOST_CLICKS, 2), np.float32)
    signs = np.zeros((1, MOST_CLICKS), np.float32)
    for number, point in enumerate(points):
        places[0, number] = window.cell(point.x, point.y, FINE)
        signs[0, number] = 1 if point.positive else -1
    return places, signs


def _box(box: Box | None, window: Window, cells: tuple[int, int]) -> Array:
    inside = np.zeros((1, 1, *cells), np.float32)
    if box is not None:
        (x0, y0), (x1, y1) = window.cell(box.x0, box.y0, FINE), window.cell(box.x1, box.y1, FINE)
        columns, rows = np.arange(cells[1]), np.arange(cells[0])
        across, down = (columns > x0) & (columns < x1), (rows > y0) & (rows < y1)
        inside[0, 0] = down[:, None] & across[None]
    return inside


def _from_grid(before: Candidates, window: Window, cells: tuple[int, int]) -> Array:
    """The probabilities of the best candidate in the window's cells."""
    logits = np.asarray(before.logits[before.best], dtype=np.float32)
    step = (FINE / window.zoom * before.scale[0], FINE / window.zoom * before.scale[1])
    if max(step) > 1.4:
        logits = np.asarray(cv2.blur(logits, (max(1, round(step[0])), max(1, round(step[1])))))
    begin = (window.x * before.scale[0], window.y * before.scale[1])
    matrix = np.array(
        [[step[0], 0, begin[0] + 0.5 * step[0] - 0.5], [0, step[1], begin[1] + 0.5 * step[1] - 0.5]], dtype=np.float64
    )
    near = cv2.warpAffine(
        logits,
        matrix,
        (cells[1], cells[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=-_SURE,
    )
    return np.asarray(1 / (1 + np.exp(-np.asarray(near))), dtype=np.float32)


def _to_grid(
    layer: Array, window: Window, grid: tuple[int, int], scale: tuple[float, float], outside: Array | None
) -> Array:
    """A window's logits on the photo's grid; outside the window what was there, or nothing."""
    step = (window.zoom / FINE / scale[0], window.zoom / FINE / scale[1])
    begin = (-window.x * window.zoom / FINE, -window.y * window.zoom / FINE)
    matrix = np.array(
        [[step[0], 0, begin[0] + 0.5 * step[0] - 0.5], [0, step[1], begin[1] + 0.5 * step[1] - 0.5]], dtype=np.float64
    )
    near = cv2.warpAffine(
        layer,
        matrix,
        (grid[1], grid[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    spread = np.asarray(near, dtype=np.float32)
    columns = (np.arange(grid[1]) + 0.5) / scale[0]
    rows = (np.arange(grid[0]) + 0.5) / scale[1]
    across = (columns >= window.x) & (columns < window.x + window.columns / window.zoom)
    down = (rows >= window.y) & (rows < window.y + window.rows / window.zoom)
    inside = down[:, None] & across[None]
    return np.where(inside, spread, np.float32(-_SURE) if outside is None else outside).astype(np.float32)
