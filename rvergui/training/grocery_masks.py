"""Which object a photo of one thing shows: the largest one in its middle, found by clicking as a person would.

For data sets that name a photo as a whole and have no masks. The segmenter is asked at a few places around the middle;
of everything it answers the object is taken that covers the middle best. Where no answer is convincing GrabCut is asked
with a box around the middle, and where that fails as well the whole photo is the object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Mask, Photo, Point, Prompt, RverError
from rvergui.segment.answers import ask, look
from rvergui.segment.cleanup import THOROUGH, clean_up
from rvergui.segment.protocol import Segmenter
from rvergui.segment.upsample import candidate_mask

# Where it is clicked, as shares of width and height: in the middle, then at places that a tall, a wide and a large
# object in the middle would cover together.
_MIDDLE, _LEFT, _RIGHT, _ABOVE, _BELOW = (0.5, 0.5), (0.38, 0.5), (0.62, 0.5), (0.5, 0.33), (0.5, 0.67)
PLACES = (
    (_MIDDLE,),
    (_MIDDLE, _ABOVE, _BELOW),
    (_MIDDLE, _LEFT, _RIGHT),
    (_MIDDLE, _ABOVE, _BELOW, _LEFT, _RIGHT),
)
# The middle box that GrabCut gets.
MIDDLE = (0.12, 0.12, 0.88, 0.88)
# An object in the middle of such photos is seldom smaller, and what is larger is the photo's ground.
LEAST, MOST = 0.04, 0.92
# What is worse than this is not convincing.
GOOD_ENOUGH = 0.16
WHOLE_PHOTO = "whole photo"


@dataclass(frozen=True)
class CentralObject:
    """The object of a photo.

    Attributes:
        mask: never empty.
        found_by: the segmenter's name, or "whole photo".
        quality: how convincing, 0..1 (``central_quality``); 0 for the whole photo.
    """

    mask: Mask
    found_by: str
    quality: float


def central_object(photo: Photo, segmenter: Segmenter, fallback: Callable[[], Segmenter | None]) -> CentralObject:
    """The largest central object of ``photo``.

    Args:
        photo: of one thing, more or less in its middle.
        segmenter: asked with clicks around the middle.
        fallback: gives the segmenter that is asked with a box where the first finds nothing; None for none.
    """
    weights = middle_weights(photo.size)
    best: tuple[float, Mask] | None = None
    for mask, score in _answers(photo, segmenter, _clicks(photo.size)):
        quality = central_quality(mask, score, weights)
        if best is None or quality > best[0]:
            best = (quality, mask)
    if best is not None and best[0] >= GOOD_ENOUGH:
        return CentralObject(clean_up(best[1], THOROUGH), segmenter.name, best[0])
    other = fallback()
    if other is not None:
        height, width = photo.size
        box = Box(MIDDLE[0] * width, MIDDLE[1] * height, MIDDLE[2] * width, MIDDLE[3] * height)
        for mask, score in _answers(photo, other, [Prompt(box=box)]):
            quality = central_quality(mask, score, weights)
            if quality >= GOOD_ENOUGH:
                return CentralObject(clean_up(mask, THOROUGH), other.name, quality)
    whole = Mask.from_array(np.ones(photo.size, dtype=bool))
    return CentralObject(whole, WHOLE_PHOTO, 0.0)


def middle_weights(size: tuple[int, int]) -> NDArray[np.float32]:
    """(height, width) float32 that sums to 1: how much a pixel belongs to the middle, falling off like a bell."""
    rows, columns = (np.linspace(-1.0, 1.0, side, dtype=np.float32) if side > 1 else np.zeros(1) for side in size)
    weights = np.exp(-(rows[:, None] ** 2 + columns[None, :] ** 2) / (2 * 0.45**2)).astype(np.float32)
    return np.asarray(weights / weights.sum(), dtype=np.float32)


def central_quality(mask: Mask, score: float, weights: NDArray[np.float32]) -> float:
    """How convincing ``mask`` is as the photo's object, 0..1.

    The share of the middle that it covers (so a larger object wins over its part, and the middle over the edge), times
    how sure the segmenter is; 0 for specks and for what covers all of the photo.

    Args:
        mask: at the photo's size.
        score: what the segmenter expects of it, about 0..1.
        weights: of ``middle_weights`` for this size.
    """
    share = mask.area / (mask.size[0] * mask.size[1])
    if not LEAST <= share <= MOST:
        return 0.0
    covered = float(weights[mask.array()].sum())
    return covered * min(max(score, 0.0), 1.0)


def _clicks(size: tuple[int, int]) -> list[Prompt]:
    return [Prompt(tuple(Point(x * size[1], y * size[0]) for x, y in places)) for places in PLACES]


def _answers(photo: Photo, segmenter: Segmenter, prompts: list[Prompt]) -> Iterator[tuple[Mask, float]]:
    """Every candidate of every prompt with its score; a photo that cannot be answered gives none."""
    try:
        embedding = look(segmenter, photo)
        for prompt in prompts:
            answer = ask(segmenter, embedding, prompt)
            for index in range(len(answer)):
                mask = candidate_mask(answer, index)
                if not mask.is_empty:
                    yield mask, float(answer.scores[index])
    except RverError:  # the next way of finding the object is asked
        return
