"""Two models on the same photos that neither was trained on: which is better, and how sure that is. Brings torch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import CheckpointHeader, read_header
from rvergui.study.confused import Confused, confused_pairs
from rvergui.study.measures import MACRO_F1, PLAIN, TOP1, Array, Resampling, Tally, f1_of
from rvergui.study.predictions import Predictions
from rvergui.study.verdict import FEWEST_PHOTOS, Difference, Verdict, judged
from rvergui.training.evaluate_examples import Examples, open_examples, photo_names, probabilities
from rvergui.training.held_out import trained_photos
from rvergui.training.intervals import CONFIDENCE
from rvergui.training.look_alikes import Groups, checked, look_alikes_beside, named_alike, usable
from rvergui.training.sources import read_source
from rvergui.training.view_store import StoppedError

# Classes and groups are scored alike; this keeps a group that is called like a class apart from it.
_CLASS = "class: "
BATCH = 32
_SHOWN = 3  # of a long list of classes

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Comparison:
    """How two models did on the same objects.

    Attributes:
        old: name of the one.
        new: name of the other.
        items: how many objects both were asked for.
        photo_keys: the photos that they are on; neither model was trained on one of these.
        left_out: how many labelled photos are left out because a model was trained on them.
        verdict: the outcome.
        scores: top1, top5, macro_f1 and ece.
        per_class: F1 of each class that occurs.
        look_alikes: F1 on each group.
        confused: the pairs that are mistaken most, by the new model first.
        notes: what limits the comparison, a sentence each.
    """

    old: str
    new: str
    items: int
    photo_keys: tuple[str, ...] = field(repr=False)
    left_out: int
    verdict: Verdict
    scores: dict[str, Difference]
    per_class: dict[str, Difference]
    look_alikes: dict[str, Difference]
    confused: tuple[Confused, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, the verdict as its word."""
        return {**asdict(self), "verdict": self.verdict.value, "photos": len(self.photo_keys)}


def compare(
    old: Path,
    new: Path,
    data: Path,
    look_alikes: Mapping[str, Sequence[str]] | None = None,
    draws: int = 2000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
    judging: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    pictures: bool = False,
) -> Comparison:
    """How ``new`` does against ``old`` on ``data``.

    Judged is by the test part where the data have one, and never by a photo that either model, or a parent of it, was
    trained on, or that any model of the project ``data`` was. Both are asked for the same objects, and the photos are
    drawn anew for both together, so that the interval is that of the difference.

    Args:
        old: a model.
        new: another.
        data: a .rver project or a pairs folder.
        look_alikes: group -> classes; None: those that lie beside the data, else those of the new model.
        draws: how many choices of photos.
        seed: of the choices.
        workers: threads that open photos; None: up to four.
        progress: called with (done, total) photos or pairs.
        judging: called with (done, total) batches of objects, of both models together.
        cancelled: asked after each photo and batch.
        pictures: whether pictures of mistaken objects are wanted.

    Raises:
        StoppedError: ``cancelled`` said so.
        RverError: a model or the data cannot be used, or no photo is left that neither was trained on.
    """
    headers = read_header(old), read_header(new)
    part = "test" if any(unit.split is not None for unit in read_source(data).work) else "all"
    opened = open_examples(old, data, part, workers, progress, cancelled)
    others = opened
    if headers[0].preprocessing != headers[1].preprocessing:
        others = open_examples(new, data, part, workers, progress, cancelled)
    seen = headers[0].photos_seen | headers[1].photos_seen | trained_photos(data)
    photos = judging_photos(opened, others, seen)
    if not photos:
        raise RverError(
            f"No photo of {data.name} is left to compare by: {headers[0].name}, {headers[1].name} or another of its "
            "models was trained on each of them; label new photos."
        )
    asked = _only(opened, photos), _only(others, photos)
    check = _counted(2 * math.ceil(len(asked[0]) / BATCH), judging, cancelled)
    first, known = _answers(old, data, part, asked[0], check)
    second, known_now = _answers(new, data, part, asked[1], check)
    classes = list(dict.fromkeys([*first.classes, *second.classes]))
    there = {first.classes[place] for place in first.true}
    groups = _groups(look_alikes, data, headers[1], classes, there)
    alone = {_CLASS + name: (name,) for name in sorted(there)}
    scored = _scored(first, second, classes, photos, {**groups, **alone}, draws, seed)
    files = photo_names(data)
    scores = {measure: scored[measure] for measure in PLAIN}
    return Comparison(
        old=headers[0].name,
        new=headers[1].name,
        items=len(first),
        photo_keys=photos,
        left_out=len({*opened.photo_keys} & seen),
        verdict=judged([scores[TOP1], scores[MACRO_F1]], len(photos)),
        scores=scores,
        per_class={name: scored[f1_of(_CLASS + name)] for name in sorted(there)},
        look_alikes={group: scored[f1_of(group)] for group in groups},
        confused=confused_pairs(first, second, files, asked[1] if pictures else None),
        notes=(
            *_notes(headers, (known, known_now), photos, there),
            *_not_judged(sorted(set(opened.store.class_names) - there)),
            *_not_named(headers[1].name, sorted(set(known).intersection(known_now) - {*opened.store.class_names})),
        ),
    )


def judging_photos(first: Examples, second: Examples, seen: Collection[str]) -> tuple[str, ...]:
    """The photos that may judge: not ``seen`` by either model, and cut to the same objects for both."""
    one, other = _objects(first), _objects(second)
    return tuple(key for key, names in one.items() if key not in seen and other.get(key) == names)


def _objects(examples: Examples) -> dict[str, list[str]]:
    """Photo key -> what its objects are, in order."""
    found: dict[str, list[str]] = {}
    for key, name in zip(examples.photo_keys, examples.true_names, strict=True):
        found.setdefault(key, []).append(name)
    return found


def _only(examples: Examples, photos: Collection[str]) -> Examples:
    wanted = frozenset(photos)
    return replace(examples, indices=tuple(i for i in examples.indices if examples.store.photo_keys[i] in wanted))


def _counted(total: int, judging: Progress, cancelled: Callable[[], bool]) -> Callable[[], None]:
    """Called before each batch: tells how far it is, and stops where that is asked for."""
    done = itertools.count()

    def check() -> None:
        if cancelled():
            raise StoppedError
        judging(next(done), total)

    return check


def _answers(
    model: Path, data: Path, part: str, examples: Examples, check: Callable[[], None]
) -> tuple[Predictions, list[str]]:
    """What a model says, and the names that it knows, as the data call them today."""
    found = probabilities(model, data, part, examples=examples, batch_size=BATCH, check=check)
    return Predictions.of(found.probabilities, found.classes, found.true_names, found.photo_keys), found.classes


def _groups(
    asked: Mapping[str, Sequence[str]] | None,
    data: Path,
    header: CheckpointHeader,
    classes: Sequence[str],
    there: Collection[str],
) -> Groups:
    if asked is not None:
        return usable(checked(asked, classes), classes)
    return usable(look_alikes_beside(data) or named_alike(header.look_alikes), there)


def _scored(
    old: Predictions,
    new: Predictions,
    classes: Sequence[str],
    photos: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    draws: int,
    seed: int,
) -> dict[str, Difference]:
    """Every measure of both and their difference, drawn together."""
    resampling = Resampling(len(photos), draws, CONFIDENCE, seed)
    before, after = (resampling.scored(Tally.of(part, classes, photos), groups) for part in (old, new))

    def difference(measure: str) -> Difference:
        one: dict[int, Array] = {0: before[measure]}
        other: dict[int, Array] = {0: after[measure]}
        found = resampling.difference(other, one)
        return Difference(float(before[measure][0]), float(after[measure][0]), found.value, found.low, found.high)

    return {measure: difference(measure) for measure in before}


def _notes(
    headers: Sequence[CheckpointHeader],
    known: Sequence[Collection[str]],
    photos: Collection[str],
    there: Collection[str],
) -> list[str]:
    notes = []
    if len(photos) < FEWEST_PHOTOS:
        notes.append(f"{len(photos)} photos are too few to show anything; label more ({FEWEST_PHOTOS} at least).")
    for header, names in zip(headers, known, strict=True):
        if not header.photos_seen:
            notes.append(
                f"{header.name} does not say which photos it was trained on; if some of these were, its scores are "
                "too good."
            )
        listed = header.training.get("val_photos")
        chosen = len(set(photos).intersection(map(str, listed))) if isinstance(listed, list) else 0
        if chosen:
            notes.append(
                f"By {chosen} of the {len(photos)} photos the training of {header.name} chose its best epoch, which "
                "flatters it a little."
            )
        unknown = sorted(set(there).difference(names))
        if unknown:
            notes.append(f"{header.name} does not know {', '.join(unknown)}; all of these count as mistakes.")
    return notes


def _not_judged(classes: Sequence[str]) -> list[str]:
    """A sentence on the labelled classes that no judging photo shows."""
    return [f"Not judged, for want of a photo to hold out: {', '.join(classes)}."] if classes else []


def _not_named(new: str, classes: Sequence[str]) -> list[str]:
    """A sentence on the classes that both models know and no object is named by: learning others can cost these."""
    if not classes:
        return []
    some = ", ".join(classes[:_SHOWN]) + (f" and {len(classes) - _SHOWN} more" if len(classes) > _SHOWN else "")
    return [f"No object here is named {some}, which both models know; whether {new} has forgotten them is not judged."]
