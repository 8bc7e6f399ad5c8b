"""Names that people have given, on their way to the network that learns from them, and what it then says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rvergui.core import RverError, Suggestion
from rvergui.engine.messages import Priority, Request, Result
from rvergui.rvernet.instant_head import Lesson
from rvergui.rvernet.instant_names import Impression

if TYPE_CHECKING:
    from rvergui.rvernet.instant_names import InstantNames
    from rvergui.rvernet.predictor import Predictor

# A click may have to wait until so many lessons are taken in: some hundredths of a second.
LESSONS_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True)
class Teach(Request):
    """Learn from names, and forget others. What is asked for later is answered with it.

    Attributes:
        fingerprint: of the network whose features these are; another one refuses.
        lessons: at most ``LESSONS_AT_ONCE``.
        forget: items that no longer count.
        relabel: items that were learnt before -> their label from now on.
        spelled: labels that are no class of the network -> the name to be told; None: as before.
        anew: forget everything else first.
    """

    fingerprint: str
    lessons: tuple[Lesson, ...] = field(default=(), repr=False)
    forget: tuple[str, ...] = ()
    relabel: Mapping[str, str] = field(default_factory=dict)
    spelled: Mapping[str, str] | None = None
    anew: bool = False
    priority: Priority = Priority.CLASSIFY


@dataclass(frozen=True, kw_only=True)
class Taught(Result):
    """A lesson is taken in: the network has learnt from so many objects of so many different names in all."""

    objects: int
    names: int


@dataclass(frozen=True, kw_only=True)
class SuggestAgain(Request):
    """Name objects again that the network with this ``fingerprint`` has seen, after it has learnt something."""

    fingerprint: str
    seen: tuple[Impression, ...] = field(repr=False)
    lane: str = "again"
    priority: Priority = Priority.CLASSIFY


@dataclass(frozen=True, kw_only=True)
class SuggestedAgain(Result):
    """Suggestions for each of them, in their order."""

    suggestions: tuple[tuple[Suggestion, ...], ...]


def teach(predictor: Predictor | None, request: Teach) -> Taught:
    """Have the network learn.

    Raises:
        RverError: there is another network by now, or features are damaged.
    """
    names = _names_of(predictor, request.fingerprint)
    if request.anew:
        names.forget_all()
    names.learn(request.lessons, request.forget, request.relabel, request.spelled)
    return Taught(generation=request.generation, objects=len(names), names=names.names)


def suggest_again(predictor: Predictor | None, request: SuggestAgain) -> SuggestedAgain:
    """Name what was seen before.

    Raises:
        RverError: there is another network by now.
    """
    names = _names_of(predictor, request.fingerprint)
    return SuggestedAgain(generation=request.generation, suggestions=tuple(names.suggestions(request.seen)))


def _names_of(predictor: Predictor | None, fingerprint: str) -> InstantNames:
    if predictor is None or not fingerprint or getattr(predictor, "fingerprint", "") != fingerprint:
        raise RverError("Another network names by now; what the last one has seen tells it nothing.")
    return predictor.names
