"""Which classes two models take for which, with the objects that it happened to. Brings torch."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rvergui.study.predictions import Predictions
from rvergui.study.thumbnails import thumbnail
from rvergui.training.evaluate_examples import Examples

MOST_CONFUSED, MOST_PHOTOS, MOST_OBJECTS = 20, 12, 8


@dataclass(frozen=True)
class Mistaken:
    """An object that at least one of two models took for another class.

    Attributes:
        photo: as the project stores it (its key for pairs).
        old: whether the old model did.
        new: whether the new one did.
        picture: the object as JPEG in base64.
    """

    photo: str
    old: bool
    new: bool
    picture: str = field(default="", repr=False)


@dataclass(frozen=True)
class Confused:
    """A class that was taken for another.

    Attributes:
        true: what the objects are.
        named: what they were called.
        old: how many by the old model.
        new: how many by the new one.
        photos: where, as the project stores its photos (keys for pairs); those that the new model mistook first.
        objects: some of them with pictures, if these were asked for; likewise.
    """

    true: str
    named: str
    old: int
    new: int
    photos: tuple[str, ...] = ()
    objects: tuple[Mistaken, ...] = ()


def confused_pairs(
    old: Predictions, new: Predictions, files: Mapping[str, str], pictures: Examples | None = None
) -> tuple[Confused, ...]:
    """The pairs of classes that are mistaken most, by the new model first.

    Args:
        old: what one model says.
        new: what the other says of the same objects in the same order.
        files: photo key -> how the project stores the photo.
        pictures: the objects that both were asked for; None: without pictures.
    """
    rows = [_mistakes(part) for part in (old, new)]
    tallies = [Counter(mistakes.values()) for mistakes in rows]
    pairs = sorted({*tallies[0], *tallies[1]}, key=lambda pair: (-tallies[1][pair], -tallies[0][pair], pair))
    found = []
    for pair in pairs[:MOST_CONFUSED]:
        by_old, by_new = ({row for row, which in mistakes.items() if which == pair} for mistakes in rows)
        order = [*sorted(by_new), *sorted(by_old - by_new)]
        photos = tuple(dict.fromkeys(files.get(new.photos[row], new.photos[row]) for row in order))[:MOST_PHOTOS]
        objects = (
            ()
            if pictures is None
            else tuple(
                Mistaken(
                    files.get(new.photos[row], new.photos[row]), row in by_old, row in by_new, _picture(pictures, row)
                )
                for row in order[:MOST_OBJECTS]
            )
        )
        found.append(Confused(*pair, len(by_old), len(by_new), photos, objects))
    return tuple(found)


def _mistakes(answers: Predictions) -> dict[int, tuple[str, str]]:
    """Row -> what the object is and what it was called, where these differ."""
    names = answers.classes
    pairs = enumerate(zip(answers.true, answers.named, strict=True))
    return {row: (names[true], names[named]) for row, (true, named) in pairs if true != named}


def _picture(examples: Examples, row: int) -> str:
    return base64.b64encode(thumbnail(examples.store.example(examples.indices[row]).roi, close=True)).decode("ascii")
