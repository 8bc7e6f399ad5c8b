"""Clicks on a mask that was painted, cleaned or finished earlier: they change it instead of starting anew.

A segmenter is asked as always, with the mask as the previous answer for those that refine one. From what it says only
the change is taken: pixels that its candidate gained go in, pixels that it lost go out, and all others stay as they
were painted. So strokes survive every click that does not contradict them, with any backend, and a click wins over an
older stroke where the segmenter changes its mind. Where the change leaves the clicked pixel itself on the wrong side,
what lies there goes in or out as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Point, Prompt
from rvergui.segment.answers import ask
from rvergui.segment.cleanup import HARMLESS, clean_up
from rvergui.segment.ground import Ground
from rvergui.segment.protocol import Candidates, Embedding, Segmenter
from rvergui.segment.upsample import candidate_mask

# Taking away more than this share of the mask with one click is hardly meant, as long as there is a smaller answer.
_MOST_TAKEN = 0.7


@dataclass(frozen=True)
class Answer:
    """What a prompt gave: candidates to cycle, and the mask that each makes of what was there.

    Attributes:
        candidates: in the order Tab cycles them.
        first: the index to show first.
        clicks: all clicks of the prompt.
        ground: what they build on; None: the candidate is the mask.
        taken_from: if set, the candidates show what is taken away from this mask.
        raw: with ``taken_from``, the segmenter's candidate for the object itself, None if it has none.
        tidy: candidates lose specks that nobody could have meant.
    """

    candidates: Candidates
    first: int
    clicks: tuple[Point, ...]
    ground: Ground | None = None
    taken_from: Mask | None = None
    raw: Mask | None = None
    tidy: bool = True

    def mask(self, index: int) -> tuple[Mask, Mask | None]:
        """The mask that candidate ``index`` makes, and the candidate itself (None if the object has none)."""
        found = self._candidate(index)
        if self.taken_from is not None:
            return self.taken_from - found, self.raw
        if self.ground is None:
            return found, found
        return changed(self.ground, found, self.clicks), found

    def _candidate(self, index: int) -> Mask:
        found = candidate_mask(self.candidates, index)
        return clean_up(found, HARMLESS, self.clicks) if self.tidy else found


def answer(
    segmenter: Segmenter,
    embedding: Embedding,
    prompt: Prompt,
    ground: Ground | None = None,
    previous: Candidates | None = None,
    tidy: bool = True,
) -> Answer:
    """Ask ``segmenter`` for ``prompt``, building on ``ground`` if there is one.

    Args:
        segmenter: any backend.
        embedding: of the photo.
        prompt: inside the photo; with a ground it may consist of negative clicks alone.
        ground: the mask to refine.
        previous: the candidates before the last click; also tells the size of the backend's grid.
        tidy: see ``Answer``.

    Raises:
        RverError: the segmenter cannot answer.
    """
    if ground is None:
        candidates = ask(segmenter, embedding, prompt, previous)
        return Answer(candidates, candidates.best, prompt.points, tidy=tidy)
    fresh = prompt.points[ground.settled :]
    if prompt.box is None and not any(p.positive for p in prompt.points):
        return _taken(segmenter, embedding, ground.base, ground.before, fresh or prompt.points, tidy)
    like = previous if previous is not None else ask(segmenter, embedding, prompt)
    candidates = ask(segmenter, embedding, prompt, candidates_from_mask(ground.base, like))
    given = Answer(candidates, candidates.best, prompt.points, ground, tidy=tidy)
    mask, raw = given.mask(candidates.best)
    ignored = tuple(p for p in fresh if not p.positive and mask.contains(p.x, p.y))
    return _taken(segmenter, embedding, mask, raw, ignored, tidy) if ignored else given


def changed(ground: Ground, found: Mask, clicks: tuple[Point, ...]) -> Mask:
    """``ground.base`` with what ``found`` gained and without what it lost since ``ground.before``.

    A positive click of ``clicks`` that is not settled yet and still lies outside brings in the piece of ``found`` that
    it touches, even if that piece was erased.
    """
    if ground.before is None:
        mask = ground.base | found
    else:
        mask = (ground.base | (found - ground.before)) - (ground.before - found)
    for click in clicks[ground.settled :]:
        if click.positive and not mask.contains(click.x, click.y):
            mask = mask | _piece_at(found - mask, click)
    return mask


def candidates_from_mask(mask: Mask, like: Candidates) -> Candidates:
    """One candidate that is ``mask`` on the grid of ``like``, for backends that refine a previous answer.

    Its logits run from minus to plus the typical size of those of ``like``, by how much of a cell is covered.
    """
    rows, columns = int(like.logits.shape[1]), int(like.logits.shape[2])
    height, width = mask.size
    across, down = (max(1, round(n * s)) for n, s in ((width, like.scale[0]), (height, like.scale[1])))
    covered = cv2.resize(mask.array().view(np.uint8) * 255, (across, down), interpolation=cv2.INTER_AREA)
    strength = float(np.median(np.abs(like.logits))) or 1.0
    logits = np.full((1, rows, columns), -strength, dtype=np.float32)
    part = np.asarray(covered, dtype=np.float32).reshape(down, across)[:rows, :columns] / 255
    logits[0, : part.shape[0], : part.shape[1]] = (2 * part - 1) * strength
    return Candidates(logits=logits, scores=np.ones(1, np.float32), scale=like.scale, size=like.size)


def _taken(
    segmenter: Segmenter, embedding: Embedding, base: Mask, raw: Mask | None, clicks: tuple[Point, ...], tidy: bool
) -> Answer:
    """What lies under negative ``clicks`` is looked for as if it were wanted, and taken away from ``base``."""
    given = _take(segmenter, embedding, base, raw, clicks[0], tidy)
    for click in clicks[1:]:
        given = _take(segmenter, embedding, given.mask(given.first)[0], raw, click, tidy)
    return given


def _take(segmenter: Segmenter, embedding: Embedding, base: Mask, raw: Mask | None, click: Point, tidy: bool) -> Answer:
    there = Point(click.x, click.y)
    candidates = ask(segmenter, embedding, Prompt(points=(there,)))
    given = Answer(candidates, candidates.best, (there,), taken_from=base, raw=raw, tidy=tidy)
    shares = [1 - given.mask(i)[0].area / max(base.area, 1) for i in range(len(candidates))]
    order = sorted(range(len(candidates)), key=lambda i: -float(candidates.scores[i]))
    modest = [i for i in order if 0 < shares[i] <= _MOST_TAKEN]
    return replace(given, first=modest[0] if modest else min(order, key=lambda i: shares[i]))


def _piece_at(mask: Mask, click: Point) -> Mask:
    """The connected piece of ``mask`` under ``click``; empty if there is none."""
    if not mask.contains(click.x, click.y):
        return Mask.empty(mask.size)
    x, y, _, _ = mask.bbox
    inside: NDArray[np.uint8] = mask.crop().astype(np.uint8)
    start = (int(np.floor(click.x)) - x, int(np.floor(click.y)) - y)
    cv2.floodFill(inside, None, start, 2, flags=8)
    return Mask.from_crop(inside == 2, (x, y), mask.size)
