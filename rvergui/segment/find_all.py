"""Proposals for everything on a photo: a grid of clicks, and the best of what they give.

The idea is that of Segment Anything's automatic mask generator (Kirillov et al., 2023): ask for every point of a grid,
keep answers that score well and hold still when their border is moved, and drop those that show the same thing. Here it
works with any segmenter, comes in small steps so that clicks can go in between, and leaves out points that lie on
something found already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Point, Prompt, RverError
from rvergui.segment.answers import ask, check_answer
from rvergui.segment.cleanup import THOROUGH, CleanUp, clean_up
from rvergui.segment.proposal import Proposal
from rvergui.segment.protocol import Candidates, Embedding, Segmenter
from rvergui.segment.refine import candidates_from_mask
from rvergui.segment.selection import (
    Code,
    Nesting,
    Prominence,
    Shapes,
    edge_share,
    encoded,
    is_background,
    prominent,
    resolve_nested,
    stability,
    suppress,
)
from rvergui.segment.upsample import candidate_mask

BoolArray = NDArray[np.bool_]


@runtime_checkable
class BatchSegmenter(Protocol):
    """A segmenter that answers several clicks at once faster than one after the other."""

    def decode_many(self, embedding: Embedding, prompts: Sequence[Prompt]) -> list[Candidates]:
        """For each of ``prompts`` (one positive click each) what ``decode`` gives for it alone."""
        ...


@dataclass(frozen=True, slots=True)
class FindOptions:
    """How to look for everything.

    Attributes:
        points_per_side: of the grid along the photo's longer side.
        batch: points asked in one step, if the segmenter takes several, and looked through together. Between steps a
            search can be cancelled and clicks be answered.
        score: candidates that their segmenter expects to agree less are left out (0..1).
        stability: likewise those that change more when their border moves (``selection.stability``).
        least: the smallest share of the photo that is worth proposing.
        most: a larger share is background.
        edge: how much it counts against a mask that its outline runs along the photo's edge (``selection.edge_share``).
        same: of two masks that agree more than this, one is enough.
        nesting: what to do with masks inside others.
        prominence: which of the rest are worth showing.
        enough: points on a mask that was found so many times are skipped.
        small: only masks up to this share of the photo let points be skipped; on larger ones may lie something.
        tidy: which holes and crumbs are cleaned away at last.
    """

    points_per_side: int = 16
    batch: int = 8
    score: float = 0.5
    stability: float = 0.7
    least: float = 0.001
    most: float = 0.6
    edge: float = 0.5
    same: float = 0.7
    nesting: Nesting = field(default_factory=Nesting)
    prominence: Prominence = field(default_factory=Prominence)
    enough: int = 2
    small: float = 0.1
    tidy: CleanUp = THOROUGH


@dataclass(frozen=True, slots=True)
class FindStep:
    """What one step of a search changed.

    Attributes:
        done: points asked or skipped so far.
        total: points altogether.
        asked: points that were not skipped.
        found: new proposals, the best first.
        gone: numbers of earlier proposals that something better took the place of.
    """

    done: int
    total: int
    asked: int
    found: tuple[Proposal, ...] = ()
    gone: tuple[int, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether this was the last step."""
        return self.done >= self.total


@dataclass
class _Held:
    """A mask of the pool on its grid: how good it is and how many points found it."""

    number: int
    inside: BoolArray
    score: float
    candidates: Candidates
    index: int
    code: Code
    share: float
    times: int = 1


def find_all(
    segmenter: Segmenter,
    embedding: Embedding,
    options: FindOptions = FindOptions(),
    known: Sequence[Mask] = (),
) -> Iterator[FindStep]:
    """Look for everything on a photo, a few points a step. Whoever stops asking has cancelled.

    Args:
        segmenter: any backend; one with ``decode_many`` is asked in batches.
        embedding: of the photo.
        options: what counts.
        known: masks that are there already; what agrees with one is not proposed again.

    Raises:
        RverError: the segmenter answers nothing at all (a single point without an answer is passed over).
    """
    points = grid_points(embedding.size, options.points_per_side)
    pool = _Pool(embedding.size, options, known)
    together = isinstance(segmenter, BatchSegmenter)
    done = asked = answered = 0
    batch: list[Candidates] = []
    while done < len(points):
        waiting: list[Point] = []
        while done < len(points) and len(waiting) < (options.batch if together else 1):
            if not pool.has_enough(points[done]):
                waiting.append(points[done])
            done += 1
        asked += len(waiting)
        answers, problem = _decode(segmenter, embedding, waiting)
        answered += len(answers)
        if problem is not None and not answered and asked >= min(options.batch, len(points)):
            raise problem
        batch += answers
        if len(batch) >= options.batch or done == len(points):
            pool.take(batch)
            batch.clear()
            yield FindStep(done, len(points), asked, *pool.changes())
        else:
            yield FindStep(done, len(points), asked)


def grid_points(size: tuple[int, int], per_side: int) -> list[Point]:
    """Points evenly over a photo of ``size`` (height, width), first far apart and then in between."""
    height, width = size
    step = max(height, width) / max(per_side, 1)
    columns, rows = (max(1, round(side / step)) for side in (width, height))
    places = [(i, j) for j in range(rows) for i in range(columns)]

    def turn(place: tuple[int, int]) -> int:
        return next(n for n, stride in enumerate((4, 2, 1)) if all(v % stride == stride // 2 for v in place))

    places.sort(key=turn)
    return [Point((i + 0.5) * width / columns, (j + 0.5) * height / rows) for i, j in places]


def _decode(
    segmenter: Segmenter, embedding: Embedding, points: Sequence[Point]
) -> tuple[list[Candidates], RverError | None]:
    """What the segmenter answers to each of ``points``, and why some have no answer, if so."""
    given: list[Candidates] = []
    problem: RverError | None = None
    if isinstance(segmenter, BatchSegmenter) and points:
        given = segmenter.decode_many(embedding, [Prompt(points=(point,)) for point in points])
        for answer in given:
            check_answer(segmenter, answer, embedding)
        return given, None
    for point in points:
        try:
            given.append(ask(segmenter, embedding, Prompt(points=(point,))))
        except RverError as error:
            problem = error
    return given, problem


class _Pool:
    """What was found so far, without repetitions, and which of it is shown."""

    def __init__(self, size: tuple[int, int], options: FindOptions, known: Sequence[Mask]) -> None:
        self._size = size
        self._options = options
        self._known = known
        self._known_small: list[BoolArray] | None = None
        self._held: list[_Held] = []
        self._shown: set[int] = set()
        self._numbers = 0

    def has_enough(self, point: Point) -> bool:
        """Whether something small lies at ``point`` that was found often enough."""
        return any(
            held.times >= self._options.enough and held.share <= self._options.small and held.inside[_cell(point, held)]
            for held in self._held
        )

    def take(self, answers: Sequence[Candidates]) -> None:
        """Add what passes the filters and drop repetitions."""
        everything = self._held + [held for answer in answers for held in self._usable(answer)]
        if len(everything) == len(self._held):
            return
        shapes = Shapes([held.code for held in everything])
        kept = suppress(shapes, [held.score for held in everything], self._options.same)
        for index in set(range(len(everything))) - set(kept):
            twin = kept[int(np.argmax(shapes.iou[index, kept]))]
            everything[twin].times += everything[index].times
        self._held = [everything[index] for index in kept]

    def changes(self) -> tuple[tuple[Proposal, ...], tuple[int, ...]]:
        """What is to be shown now and was not, and what no longer is."""
        shapes = Shapes([held.code for held in self._held])
        staying = resolve_nested(shapes, [held.score for held in self._held], self._options.nesting)
        held = [self._held[index] for index in staying]
        best = prominent(
            Shapes([h.code for h in held]),
            [h.score for h in held],
            self._options.prominence,
            self._options.nesting.inside,
        )
        shown = {held[index].number: held[index] for index in best}
        gone = tuple(sorted(self._shown - shown.keys()))
        found = []
        for number, each in shown.items():
            if number not in self._shown:
                mask = clean_up(candidate_mask(each.candidates, each.index), self._options.tidy)
                found.append(Proposal(number, mask, each.score))
        self._shown = set(shown)
        return tuple(found), gone

    def _usable(self, answer: Candidates) -> Iterator[_Held]:
        rows, columns = (max(1, round(n * s)) for n, s in zip(self._size, answer.scale[::-1], strict=True))
        for index in range(len(answer)):
            logits = answer.logits[index, :rows, :columns]
            inside = logits > 0
            share = float(inside.mean())
            if answer.scores[index] < self._options.score or share < self._options.least:
                continue
            if is_background(inside, self._options.most):
                continue
            steady = stability(logits)
            if steady < self._options.stability or self._is_known(inside, answer):
                continue
            self._numbers += 1
            score = min(float(answer.scores[index]), 1.0) * steady * (1 - self._options.edge * edge_share(inside))
            yield _Held(self._numbers, inside, score, answer, index, encoded(inside), share)

    def _is_known(self, inside: BoolArray, like: Candidates) -> bool:
        if self._known_small is None:
            small = [candidates_from_mask(mask, like).logits[0] > 0 for mask in self._known if not mask.is_empty]
            self._known_small = [mask[: inside.shape[0], : inside.shape[1]] for mask in small]
        return any(_agreement(inside, mask) > self._options.same for mask in self._known_small)


def _cell(point: Point, held: _Held) -> tuple[int, int]:
    sx, sy = held.candidates.scale
    rows, columns = held.inside.shape
    return min(int(point.y * sy), rows - 1), min(int(point.x * sx), columns - 1)


def _agreement(one: BoolArray, other: BoolArray) -> float:
    union = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / union if union else 1.0
