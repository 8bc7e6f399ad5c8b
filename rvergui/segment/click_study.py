"""Many objects, each cut out by a simulated person: how good a segmenter is, and how quick.

A study takes photos with the outlines of their objects from anywhere (``interchange.coco_instances`` reads COCO files),
looks at each photo once and clicks on every object. ``click_results`` makes numbers of what came out.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rvergui.core import Mask, Photo, Point, RverError
from rvergui.segment.answers import look
from rvergui.segment.clicks import Corrector, Jitter, Step, simulate
from rvergui.segment.protocol import Embedding, Segmenter

Progress = Callable[[int, int], bool]
"""Told how many objects are done and how many there are; False stops the study."""


@dataclass(frozen=True, slots=True)
class Target:
    """An object that is to be cut out.

    Attributes:
        name: which one on its photo, e.g. the annotation's id.
        mask: where it is, of the photo's size, not empty.
        category: what it is, "" where nobody said.
    """

    name: str
    mask: Mask
    category: str = ""


class StudyPhoto(Protocol):
    """A photo that objects are known of; opened when its turn comes."""

    @property
    def name(self) -> str:
        """What it is called in results, e.g. its file's name."""
        ...

    @property
    def objects(self) -> int:
        """How many targets there will be at most."""
        ...

    def open(self) -> tuple[Photo, Sequence[Target]]:
        """The photo and its targets; RverError where it cannot be opened."""
        ...


@dataclass(frozen=True)
class OpenPhoto:
    """A photo at hand, as a ``StudyPhoto``."""

    name: str
    photo: Photo
    targets: Sequence[Target] = field(repr=False)

    @property
    def objects(self) -> int:
        """How many targets there are."""
        return len(self.targets)

    def open(self) -> tuple[Photo, Sequence[Target]]:
        """The photo and its targets."""
        return self.photo, self.targets


@dataclass(frozen=True)
class Plan:
    """What is done with every object.

    Attributes:
        clicks: how many at most, at least 1.
        all_candidates: also measure the best of the candidates after each click.
        jitter: cut out every object a second time by a person who misses the centre.
        seed: of the jitter and of the order of the photos.
    """

    clicks: int = 5
    all_candidates: bool = False
    jitter: Jitter | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.clicks < 1:
            raise RverError(f"A study needs at least one click, not {self.clicks}.")


@dataclass(frozen=True)
class ObjectResult:
    """One object's way to a mask.

    Attributes:
        photo: the photo's name.
        name: the target's name.
        category: what it is.
        area: pixels.
        iou: (plan's clicks,) intersection over union of the shown mask after each click; once it is right in every
            pixel no click follows and its value stands.
        best: (plan's clicks,) the same of the best candidate; equal to ``iou`` unless all were looked at.
        clicks: where the simulated person clicked; fewer than planned when the mask was right or the segmenter gave up.
        ms: (len(clicks),) how long each click took.
        jittered: the same object by the person who misses the centre, without one of its own.
        problem: why the segmenter gave up on a click, "" if it did not; the value before stands for the rest.
    """

    photo: str
    name: str
    category: str
    area: int
    iou: tuple[float, ...]
    best: tuple[float, ...]
    clicks: tuple[Point, ...] = field(repr=False)
    ms: tuple[float, ...] = field(repr=False)
    jittered: ObjectResult | None = field(default=None, repr=False)
    problem: str = ""


@dataclass
class Study:
    """What came out, in the order in which the photos were given.

    Attributes:
        plan: what was done.
        segmenter: the segmenter's name.
        description: the segmenter's description.
        results: one for each object.
        encode_ms: by photo name, how long it took to look at it.
        problems: one sentence for each photo that could not be used.
        total: how many objects there were to do.
        complete: whether it ran to its end.
    """

    plan: Plan
    segmenter: str
    description: str
    results: list[ObjectResult] = field(default_factory=list)
    encode_ms: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    total: int = 0
    complete: bool = False


def study(
    segmenter: Segmenter,
    photos: Iterable[StudyPhoto],
    clicks: int = 5,
    *,
    all_candidates: bool = False,
    jitter: Jitter | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    into: Study | None = None,
) -> Study:
    """Let a simulated person cut out every object on ``photos``.

    Photos are taken in a random order, so that what is known when somebody stops is a fair sample of the whole.

    Args:
        segmenter: who is studied.
        photos: opened one at a time.
        clicks: see ``Plan``, as are ``all_candidates``, ``jitter`` and ``seed``.
        all_candidates: see ``Plan``.
        jitter: see ``Plan``.
        seed: see ``Plan``.
        progress: called after each object.
        into: filled instead of a new one (its plan counts), so that a study that is interrupted can still be read.

    Raises:
        RverError: not one object could be cut out; the message is the first reason.
    """
    done = into or empty_study(segmenter, Plan(clicks, all_candidates, jitter, seed))
    given = list(photos)
    done.total = sum(photo.objects for photo in given)
    order = np.random.default_rng(done.plan.seed).permutation(len(given))
    place = {id(given[i]): i for i in order}
    found: list[tuple[int, ObjectResult]] = []
    finished = 0
    try:
        for photo in (given[i] for i in order):
            try:
                for result in _on_photo(segmenter, photo, done):
                    found.append((place[id(photo)], result))
                    finished += 1
                    if progress is not None and not progress(finished, done.total):
                        return done
            except RverError as error:  # this photo cannot be used; the others can
                done.problems.append(str(error))
                finished += photo.objects
        done.complete = True
    finally:
        done.description = segmenter.description  # some find a faster way while they work
        done.results.extend(result for _, result in sorted(found, key=lambda pair: pair[0]))
    _refuse_if_nothing_worked(done)
    return done


def empty_study(segmenter: Segmenter, plan: Plan) -> Study:
    """A study of ``segmenter`` in which nothing was done yet."""
    return Study(plan, segmenter.name, segmenter.description)


def _on_photo(segmenter: Segmenter, photo: StudyPhoto, done: Study) -> Iterator[ObjectResult]:
    opened, targets = photo.open()
    begin = time.perf_counter()
    embedding = look(segmenter, opened)
    done.encode_ms[photo.name] = (time.perf_counter() - begin) * 1000
    for target in targets:
        if not target.mask.is_empty:
            yield _on_object(segmenter, embedding, photo.name, target, done.plan)


def _on_object(segmenter: Segmenter, embedding: Embedding, photo: str, target: Target, plan: Plan) -> ObjectResult:
    jittered = None
    if plan.jitter is not None:
        # of its own, so that an object is clicked in the same places whatever else is studied
        random = np.random.default_rng([plan.seed, zlib.crc32(f"{photo}/{target.name}".encode())])
        jittered = _cut_out(segmenter, embedding, photo, target, plan, Corrector(target.mask, plan.jitter, random))
    return _cut_out(segmenter, embedding, photo, target, plan, Corrector(target.mask), jittered)


def _cut_out(
    segmenter: Segmenter,
    embedding: Embedding,
    photo: str,
    target: Target,
    plan: Plan,
    corrector: Corrector,
    jittered: ObjectResult | None = None,
) -> ObjectResult:
    steps: list[Step] = []
    problem = ""
    try:
        for step in simulate(segmenter, embedding, target.mask, plan.clicks, corrector, plan.all_candidates):
            steps.append(step)  # one at a time: those before an error are kept
    except RverError as error:
        problem = str(error)
    return ObjectResult(
        photo=photo,
        name=target.name,
        category=target.category,
        area=target.mask.area,
        iou=_filled([step.iou for step in steps], plan.clicks),
        best=_filled([step.best for step in steps], plan.clicks),
        clicks=tuple(step.click for step in steps),
        ms=tuple(step.ms for step in steps),
        jittered=jittered,
        problem=problem,
    )


def _filled(values: list[float], length: int) -> tuple[float, ...]:
    """``values`` and then their last one, up to ``length``; no mask at all is 0."""
    return tuple(values + [values[-1] if values else 0.0] * (length - len(values)))


def _refuse_if_nothing_worked(done: Study) -> None:
    reasons = [*(result.problem for result in done.results if not result.clicks), *done.problems]
    if reasons and not any(result.clicks for result in done.results):
        raise RverError(f"Not one object could be cut out; first: {reasons[0]}")
