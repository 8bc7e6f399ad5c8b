"""Whether there are enough labelled objects to train on, class by class, and why not. No torch here.

The numbers are those of training itself: whole photos are held out for good (``held_out``), every class that can be
keeps a photo in training, and a class whose objects are all on one photo can be trained on or judged, not both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rvergui.core import RverError
from rvergui.core.photo import short_key
from rvergui.project.photo_roles import Role
from rvergui.training.held_out import held_and_judging, roles_of

# Two dozen: a batch of 32 then holds each class of a small project more than once, and a fifth of the objects, about
# five, are there to judge by.
ENOUGH_OBJECTS = 24
# A fifth of five photos is one: with fewer, one held-out photo is more than its share and the score hangs on it alone.
ENOUGH_PHOTOS = 5
SHARE, SEED = 0.2, 0  # as TrainOptions has them, which brings pydantic


class Reason(StrEnum):
    """Why a class is ready or not."""

    NOTHING = "nothing"  # no confirmed object
    ONE_PHOTO = "one photo"  # none can be held out
    FEW_OBJECTS = "few objects"
    FEW_PHOTOS = "few photos"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Readiness:
    """One class.

    Attributes:
        reason: what stands in the way, the worst first.
        objects: confirmed objects.
        photos: photos that they are on.
        held: how many of the objects a training that begins now would hold out.
    """

    reason: Reason
    objects: int
    photos: int
    held: int

    @property
    def missing(self) -> int:
        """How many objects, or photos, are missing until the reason is gone."""
        return {
            Reason.NOTHING: ENOUGH_OBJECTS,
            Reason.ONE_PHOTO: 1,
            Reason.FEW_OBJECTS: ENOUGH_OBJECTS - self.objects,
            Reason.FEW_PHOTOS: ENOUGH_PHOTOS - self.photos,
            Reason.READY: 0,
        }[self.reason]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A photo that would take part in training: its key and how many confirmed objects it has of each class."""

    key: str
    objects: Mapping[str, int]


def held_out(photos: Sequence[Labelled], roles: Mapping[str, Role] = {}) -> frozenset[str]:
    """The short keys of the photos that a training that begins now would not learn from; see ``held_out``.

    Args:
        photos: those that it would read.
        roles: what is settled already, by short key.
    """
    labels: dict[str, list[str]] = {}
    for photo in photos:
        labels.setdefault(short_key(photo.key), []).extend(photo.objects)
    try:
        held, judging = held_and_judging(labels, roles_of(labels, roles, SHARE, SEED), SHARE, SEED)
    except RverError:  # all of them
        return frozenset(labels)
    return held | judging


def readiness(
    classes: Sequence[str], photos: Sequence[Labelled], roles: Mapping[str, Role] = {}
) -> dict[str, Readiness]:
    """Of each class how ready it is.

    Args:
        classes: all of them, also those without objects.
        photos: those that training would read; photos with the same key are copies of one.
        roles: which photos are trained on or held out for good, by short key.
    """
    away = held_out(photos, roles)
    objects, held = Counter[str](), Counter[str]()
    keys: dict[str, set[str]] = {}
    for photo in photos:
        key = short_key(photo.key)
        for name, count in photo.objects.items():
            objects[name] += count
            held[name] += count * (key in away)
            keys.setdefault(name, set()).add(key)
    return {name: _of(objects[name], len(keys.get(name, ())), held[name]) for name in classes}


def _of(objects: int, photos: int, held: int) -> Readiness:
    if objects == 0:
        reason = Reason.NOTHING
    elif photos < 2:
        reason = Reason.ONE_PHOTO
    elif objects < ENOUGH_OBJECTS:
        reason = Reason.FEW_OBJECTS
    else:
        reason = Reason.FEW_PHOTOS if photos < ENOUGH_PHOTOS else Reason.READY
    return Readiness(reason, objects, photos, held)


def can_train(ready: Mapping[str, Readiness], photos: Sequence[Labelled]) -> bool:
    """Whether training would begin at all: two classes on two photos."""
    with_objects = sum(each.objects > 0 for each in ready.values())
    return with_objects >= 2 and len({short_key(photo.key) for photo in photos}) >= 2
