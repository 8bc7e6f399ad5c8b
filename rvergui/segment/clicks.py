"""A simulated person who corrects a mask with clicks, for tests, benchmarks and studies.

The next click goes to the centre of the largest error, the usual protocol for comparing interactive segmenters
(e.g. Sofiiuk et al., "Reviving iterative training with mask guidance", 2021). People do not hit the exact centre:
``Jitter`` lets the simulated one miss it, too.

Only the box around what is wrong is ever looked at; on a photo of 12 megapixels that is most of the speed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Photo, Point, Prompt, RverError
from rvergui.segment.protocol import Candidates, Embedding, Segmenter
from rvergui.segment.refine import answer

BoolArray = NDArray[np.bool_]

# x and y of the upper left corner in photo pixels, and the mask from there on
_Part = tuple[int, int, BoolArray]

_JITTER = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|%)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Jitter:
    """How far from the centre of the error a click may fall, always on the error itself.

    Attributes:
        pixels: at most so many photo pixels away.
        share: at most this share of the way from the centre to the nearest edge of the error away; 1 fills the largest
            circle inside it. Both may be given, then the larger counts.
    """

    pixels: float = 0.0
    share: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Jitter:
        """The jitter in "12", "12px" or "50%".

        Raises:
            RverError: it is none of these, or not above zero.
        """
        match = _JITTER.fullmatch(text)
        number = float(match[1]) if match else 0.0
        if match is None or not 0 < number < 1e6:
            raise RverError(f"{text!r} is no jitter; write it in photo pixels like 12 or as a share like 50%.")
        return cls(share=number / 100) if match[2] == "%" else cls(pixels=number)

    def __str__(self) -> str:
        parts = [f"{self.pixels:g} px"] * (self.pixels > 0) + [f"{self.share * 100:g} %"] * (self.share > 0)
        return " or ".join(parts) or "none"


@dataclass(frozen=True, slots=True)
class Step:
    """One simulated click and what came of it.

    Attributes:
        click: where it went.
        iou: intersection over union with the object of the mask that the program shows.
        best: the same of the best candidate, which a person finds with Tab; not below ``iou``.
        ms: from the click to the mask at the photo's size, in milliseconds.
    """

    click: Point
    iou: float
    best: float
    ms: float


class Corrector:
    """A person who knows the object and says where a mask is wrong.

    Args:
        target: the object as it should be.
        jitter: None hits the innermost pixel of the largest error.
        random: where jitter comes from; needed with one.
    """

    def __init__(self, target: Mask, jitter: Jitter | None = None, random: np.random.Generator | None = None) -> None:
        if jitter is not None and random is None:
            raise ValueError("jitter needs a random generator")
        self._target = _part(target)
        self._jitter = jitter
        self._random = random

    def next_click(self, found: Mask | None) -> Point | None:
        """Where to click next, None when ``found`` (None: nothing yet) is the object in every pixel."""
        return self._click(*_aligned(self._target, _part(found) if found is not None else None))

    def _click(self, x: int, y: int, target: BoolArray, found: BoolArray) -> Point | None:
        wrong = _largest_error(target, found)
        if wrong is None:
            return None
        left, top, region, positive = wrong
        row, column = _aimed(region, self._jitter, self._random)
        return Point(x + left + column + 0.5, y + top + row + 0.5, positive)


def next_click(target: BoolArray, found: BoolArray) -> Point | None:
    """Where a careful person clicks next.

    Args:
        target: (height, width), the object as it should be.
        found: (height, width), the mask so far; all False before the first click.

    Returns:
        The innermost pixel's centre of the largest connected region that is missing (positive) or too much
        (negative), or None when both agree everywhere.
    """
    wrong = target != found
    rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
    if rows.size == 0:
        return None
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    error = _largest_error(target[window], found[window])
    if error is None:
        return None
    left, top, region, positive = error
    row, column = _aimed(region, None, None)
    return Point(int(columns[0]) + left + column + 0.5, int(rows[0]) + top + row + 0.5, positive)


def simulate(
    segmenter: Segmenter,
    embedding: Embedding,
    target: Mask,
    clicks: int,
    corrector: Corrector | None = None,
    all_candidates: bool = False,
) -> Iterator[Step]:
    """Click on ``target`` until the shown mask is right in every pixel, at most ``clicks`` times.

    The mask is what the window shows first: the candidate with the highest score, without specks. The next click
    corrects that one.

    Args:
        segmenter: who answers.
        embedding: of the photo that ``target`` lies on, made by ``segmenter``.
        target: not empty.
        clicks: at least 1.
        corrector: who clicks; by default one who hits the centre.
        all_candidates: also look at the candidates that are not shown; otherwise ``Step.best`` is ``Step.iou``.

    Raises:
        RverError: the segmenter could not answer; the steps until then have been given out.
    """
    person = corrector or Corrector(target)
    prompt, found = Prompt(), None
    previous: Candidates | None = None
    for _ in range(clicks):
        click = person.next_click(found)
        if click is None:
            return
        prompt = prompt.with_point(click)
        begin = time.perf_counter()
        given = answer(segmenter, embedding, prompt, previous=previous)  # as the window asks
        found, _ = given.mask(given.first)
        ms = (time.perf_counter() - begin) * 1000
        previous = given.candidates
        iou = best = found.iou(target)
        if all_candidates:
            others = (given.mask(i)[0] for i in range(len(previous)) if i != given.first)
            best = max([iou, *(other.iou(target) for other in others)])
        yield Step(click, iou, best, ms)


def simulate_clicks(segmenter: Segmenter, photo: Photo, target: Mask, clicks: int) -> list[float]:
    """The intersection over union of the best candidate with ``target`` after each of ``clicks`` simulated clicks.

    An agreement in every pixel ends the simulation; its 1.0 then stands for the clicks that were not needed.
    """
    agreement = [step.iou for step in simulate(segmenter, segmenter.encode(photo), target, clicks)]
    return agreement + [1.0] * (clicks - len(agreement))


def _part(mask: Mask) -> _Part:
    x, y, _, _ = mask.bbox
    return x, y, mask.crop()


def _aligned(target: _Part, found: _Part | None) -> tuple[int, int, BoolArray, BoolArray]:
    """Both in the box that holds both: its upper left corner x, y and two arrays of its size."""
    parts = [part for part in (target, found) if part is not None and part[2].size]
    if not parts:
        nothing = np.zeros((0, 0), dtype=bool)
        return 0, 0, nothing, nothing
    x, y = min(part[0] for part in parts), min(part[1] for part in parts)
    right = max(part[0] + part[2].shape[1] for part in parts)
    bottom = max(part[1] + part[2].shape[0] for part in parts)
    placed = []
    for part in (target, found):
        whole = np.zeros((bottom - y, right - x), dtype=bool)
        if part is not None:
            left, top, inside = part
            height, width = inside.shape
            whole[top - y : top - y + height, left - x : left - x + width] = inside
        placed.append(whole)
    return x, y, placed[0], placed[1]


def _largest_error(target: BoolArray, found: BoolArray) -> tuple[int, int, BoolArray, bool] | None:
    """The largest 8-connected region that is missing (True) or too much (False): its corner x, y and itself."""
    missing, excess = _largest_region(target & ~found), _largest_region(found & ~target)
    if missing is None or (excess is not None and excess[3] > missing[3]):
        return None if excess is None else (*excess[:3], False)
    return (*missing[:3], True)


def _largest_region(wrong: BoolArray) -> tuple[int, int, BoolArray, int] | None:
    """The largest 8-connected region of ``wrong``: its box's corner x, y, itself in that box, its area in pixels."""
    if wrong.size == 0:
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.view(np.uint8), connectivity=8)
    if count == 1:
        return None
    stats = np.asarray(stats)
    areas = stats[1:, cv2.CC_STAT_AREA]
    # Of equally large ones the uppermost: how OpenCV numbers them depends on its threads.
    largest = 1 + min(np.flatnonzero(areas == areas.max()), key=lambda i: (stats[1 + i, 1], stats[1 + i, 0], i))
    x, y, width, height, area = (int(value) for value in stats[largest, :5])
    region: BoolArray = np.asarray(labels)[y : y + height, x : x + width] == largest
    return x, y, region, area


def _aimed(region: BoolArray, jitter: Jitter | None, random: np.random.Generator | None) -> tuple[int, int]:
    """The row and column that is clicked in ``region``.

    That is the pixel farthest from the region's outside (the photo's edge counts as such), or one near it.
    """
    padded = np.pad(region, 1).view(np.uint8)
    distance = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))[1:-1, 1:-1]
    row, column = _deepest(distance)
    if jitter is None or random is None:
        return row, column
    reach = max(jitter.pixels, jitter.share * float(distance[row, column]))
    around = int(reach)
    top, left = max(row - around, 0), max(column - around, 0)
    rows, columns = np.nonzero(region[top : row + around + 1, left : column + around + 1])
    near = np.flatnonzero((rows + top - row) ** 2 + (columns + left - column) ** 2 <= reach**2)
    chosen = near[int(random.integers(len(near)))]
    return int(rows[chosen]) + top, int(columns[chosen]) + left


def _deepest(distance: NDArray[np.float32]) -> tuple[int, int]:
    """The row and column of the largest distance, of several the uppermost and then the leftmost.

    OpenCV's roots differ in the last digit from run to run. The squares are whole numbers and do not.
    """
    deep = np.flatnonzero(distance >= distance.max() * (1 - 1e-6))
    squares = np.rint(np.square(distance.reshape(-1)[deep], dtype=np.float64))
    row, column = np.unravel_index(int(deep[int(np.argmax(squares))]), distance.shape)
    return int(row), int(column)
