"""Click segmentation without any weights: GrabCut in windows of three sizes around the clicks.

How large the clicked thing is, one click does not tell. So the same clicks are cut in a small, a medium and a large
window: usually a part, an item, everything. A linear estimate of the agreement (``cut_quality``) orders them.

GrabCut: Rother, Kolmogorov, Blake, "GrabCut: interactive foreground extraction using iterated graph cuts", 2004.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.checks import check_embedding, usable_prompt
from rvergui.segment.cut import Cut, Window, cut_out
from rvergui.segment.cut_quality import expected_agreement
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.trimap import box_trimap, click_trimap

FloatArray = NDArray[np.float32]

# Longest side of the small photo that is cut, and of the grid of logits.
GRID_SIDE = 384

# Masks that agree at least so much look the same to the person who cycles through them.
_SAME = 0.97


@dataclass(frozen=True)
class Reach:
    """How far around the clicks to look.

    Attributes:
        radius: everything farther from all positive clicks is background, as a share of the photo's longest side.
        side: the longest side in pixels that the window is shrunk to before it is cut; the time grows with its square.
    """

    radius: float
    side: int


# Measured on photos of meals with simulated clicks; see docs/adr/0004-segmenter-protocol.md.
REACHES = (Reach(0.12, 80), Reach(0.25, 112), Reach(0.50, 128))

# What is surely the object in a box: none of it, or the ellipse that fills this share of its sides.
_BOX_CORES = (0.0, 0.45, 0.75)
_BOX_SIDE = 112
_BOX_MARGIN = 0.25


class GrabCutSegmenter:
    """The segmenter that always works: no weights, no accelerator, about a tenth of a second a click.

    The same photo and prompt give the same candidates, whatever came before, so an undone click leaves no trace.
    Candidates run from the smallest window to the largest; those that look alike are offered once.
    """

    def __init__(self, checkpoint: Path | None = None) -> None:
        if checkpoint is not None:
            raise RverError(f"GrabCut needs no weights; leave out {checkpoint.name} or choose another segmenter.")
        self.name = "grabcut"
        self.signature = f"grabcut-1/{GRID_SIDE}"
        self.description = "GrabCut on CPU"

    def encode(self, photo: Photo) -> Embedding:
        """The photo at a longest side of at most ``GRID_SIDE`` pixels in CIE L*a*b*, array "lab" (h, w, 3) uint8."""
        height, width = photo.size
        if height == 0 or width == 0:
            raise RverError("This photo has no pixels; remove it from the list.")
        shrink = min(1.0, GRID_SIDE / max(height, width))
        grid = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        try:
            small = cv2.resize(photo.pixels, grid, interpolation=cv2.INTER_AREA)
            lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), dtype=np.uint8)
        except cv2.error as error:
            raise RverError(
                f"OpenCV could not shrink this {width}x{height} photo ({_reason(error)}); try another photo."
            ) from error
        return Embedding(photo_key=photo.key, size=photo.size, signature=self.signature, arrays={"lab": lab})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """One to three candidates that contain the positive clicks and leave out the negative ones.

        Logits lie between -0.5 and 0.5. ``previous`` is not used: all clicks are cut anew.

        Raises:
            RverError: nothing to cut lies inside the photo, the embedding is another segmenter's, or OpenCV gave up.
        """
        check_embedding(embedding, self.signature)
        usable = usable_prompt(prompt, embedding.size)
        lab = np.asarray(embedding.arrays["lab"], dtype=np.uint8)
        scale = (lab.shape[1] / embedding.size[1], lab.shape[0] / embedding.size[0])
        # A click means the pixel under it: its centre is what the answer is asked for again at the photo's size.
        points = tuple(
            Point((np.floor(p.x) + 0.5) * scale[0], (np.floor(p.y) + 0.5) * scale[1], p.positive) for p in usable.points
        )
        box = usable.box
        if box is not None:
            box = Box(box.x0 * scale[0], box.y0 * scale[1], box.x1 * scale[0], box.y1 * scale[1])
        try:
            cuts = _cut_clicks(lab, points) if box is None else _cut_box(lab, points, box)
        except cv2.error as error:
            raise RverError(
                f"OpenCV could not cut this out ({_reason(error)}); click elsewhere or draw the outline."
            ) from error
        grid = (int(lab.shape[0]), int(lab.shape[1]))
        found = [(_stamped(cut.logits(grid), points), expected_agreement(cut)) for cut in cuts]
        logits, scores = _distinct(found)
        return Candidates(logits=logits, scores=scores, scale=scale, size=embedding.size)


def _cut_clicks(lab: NDArray[np.uint8], points: tuple[Point, ...]) -> list[Cut]:
    longest = max(lab.shape[:2])
    cuts = []
    for reach in REACHES:
        radius = max(reach.radius * longest, 2.0)
        window = Window.around(lab, [p for p in points if p.positive], radius, reach.side)
        trimap = click_trimap(window.shape, window.local(points), radius * window.shrink)
        cuts.append(cut_out(window, trimap, window.local(points)))
    return cuts


def _cut_box(lab: NDArray[np.uint8], points: tuple[Point, ...], box: Box) -> list[Cut]:
    margin = _BOX_MARGIN * max(box.x1 - box.x0, box.y1 - box.y0)
    window = Window.between(lab, box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin, _BOX_SIDE)
    local = window.local(points)
    return [cut_out(window, box_trimap(window.shape, local, window.local_box(box), core), local) for core in _BOX_CORES]


def _stamped(logits: FloatArray, points: tuple[Point, ...]) -> FloatArray:
    """``logits`` with the cells around each click on the side the person said; the last positive click comes last.

    The four cells are those that the click's pixel is interpolated from.
    """
    height, width = logits.shape
    positive = [p for p in points if p.positive]
    for point in (*points, *positive[-1:]):
        left, top = int(np.floor(point.x - 0.5)), int(np.floor(point.y - 0.5))
        columns, rows = np.clip([left, left + 1], 0, width - 1), np.clip([top, top + 1], 0, height - 1)
        cells = np.ix_(rows, columns)
        logits[cells] = np.maximum(logits[cells], 0.1) if point.positive else np.minimum(logits[cells], -0.1)
    return logits


def _distinct(found: list[tuple[FloatArray, float]]) -> tuple[FloatArray, FloatArray]:
    """The logits and scores without those that look like one with a higher score, in their old order."""
    kept: list[int] = []
    for index in sorted(range(len(found)), key=lambda i: -found[i][1]):
        mask = found[index][0] > 0
        if all(_agreement(mask, found[other][0] > 0) < _SAME for other in kept):
            kept.append(index)
    kept.sort()
    return np.stack([found[i][0] for i in kept]), np.array([found[i][1] for i in kept], dtype=np.float32)


def _agreement(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    union = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / union if union else 1.0


def _reason(error: cv2.error) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else "no reason given"
