"""What a comparison of two models found, as values, and the sentences that say it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from rvergui.gui import counted
from rvergui.gui.numbers import Local, percent
from rvergui.study.verdict import FEWEST_PHOTOS, Difference, Verdict

translate = QCoreApplication.translate


@dataclass(frozen=True)
class MistakenObject:
    """An object that at least one of two models mistook, see ``study.confused.Mistaken``."""

    photo: str
    old: bool
    new: bool
    picture: QImage = field(repr=False)


@dataclass(frozen=True)
class MixUp:
    """A class that was taken for another, how often by the old and by the new model, and on which objects."""

    true: str
    named: str
    old: int
    new: int
    objects: tuple[MistakenObject, ...] = ()


@dataclass(frozen=True)
class Found:
    """A comparison, see ``study.compare.Comparison``.

    Attributes:
        old: name of the model in use.
        new: name of the other.
        items: how many objects both were asked for.
        photos: how many photos these are on.
        verdict: the outcome.
        scores: "top1", "top5", "macro_f1", "ece".
        classes: F1 of each class, what lost most first.
        look_alikes: F1 on each group, likewise.
        mix_ups: what is mistaken most by the new model first.
        notes: what limits the comparison, a sentence each.
    """

    old: str
    new: str
    items: int
    photos: int
    verdict: Verdict
    scores: Mapping[str, Difference]
    classes: Mapping[str, Difference]
    look_alikes: Mapping[str, Difference]
    mix_ups: tuple[MixUp, ...]
    notes: tuple[str, ...]

    @classmethod
    def read(cls, result: Mapping[str, Any]) -> Found:
        """What ``rvergui compare --events`` said; decodes the pictures, so not for the GUI thread.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        return cls(
            old=str(result["old"]),
            new=str(result["new"]),
            items=int(result["items"]),
            photos=int(result["photos"]),
            verdict=Verdict(result["verdict"]),
            scores={name: _difference(each) for name, each in result["scores"].items()},
            classes=_worst_first(result["per_class"]),
            look_alikes=_worst_first(result["look_alikes"]),
            mix_ups=tuple(_mix_up(each) for each in result["confused"]),
            notes=tuple(map(str, result["notes"])),
        )


def _difference(values: Mapping[str, float]) -> Difference:
    return Difference(**{name: float(values[name]) for name in ("old", "new", "value", "low", "high")})


def _worst_first(scores: Mapping[str, Mapping[str, float]]) -> dict[str, Difference]:
    read = {name: _difference(each) for name, each in scores.items()}
    return dict(sorted(read.items(), key=lambda entry: (entry[1].value, entry[0])))


def _mix_up(pair: Mapping[str, Any]) -> MixUp:
    objects = tuple(
        MistakenObject(str(each["photo"]), bool(each["old"]), bool(each["new"]), _image(str(each["picture"])))
        for each in pair["objects"]
    )
    return MixUp(str(pair["true"]), str(pair["named"]), int(pair["old"]), int(pair["new"]), objects)


def _image(text: str) -> QImage:
    try:
        return QImage.fromData(base64.b64decode(text))
    except binascii.Error:
        return QImage()


def headline(found: Found) -> str:
    """The verdict in a few words."""
    if found.verdict is Verdict.BETTER:
        return translate("Gate", "The new model is better")
    if found.verdict is Verdict.WORSE:
        return translate("Gate", "The new model is worse")
    if found.photos < FEWEST_PHOTOS:
        return translate("Gate", "Too few photos to tell which model is better")
    return translate("Gate", "No clear difference between the models")


def verdict_sentence(found: Found) -> str:
    """What was seen, in a sentence or two."""
    seen = translate(
        "Gate",
        "{objects} on {photos}, unknown to both models: {new} names {now} right, {old} {before}.",
    ).format(
        objects=counted.objects(found.items),
        photos=counted.photos(found.photos),
        new=found.new,
        old=found.old,
        now=percent(found.scores["top1"].new),
        before=percent(found.scores["top1"].old),
    )
    return f"{seen} {_advice(found)}"


def _advice(found: Found) -> str:
    if found.verdict is Verdict.BETTER:
        return translate("Gate", "That is more than chance explains.")
    if found.verdict is Verdict.WORSE:
        return translate("Gate", "That is more than chance explains, so the present model stays unless you say so.")
    if found.photos < FEWEST_PHOTOS:
        text = translate("Gate", "Label more photos: from {count} held-out ones on the comparison says something.")
        return text.format(count=FEWEST_PHOTOS)
    return translate(
        "Gate", "Such a difference can be chance. A model that has seen more photos is mostly the safer one."
    )


def spoken(name: str, score: Difference, share: bool) -> str:
    """A score of both models with the interval of its difference, for screen readers and tool tips."""
    scale, unit = (100.0, translate("Gate", "points")) if share else (1.0, "")
    digits = 1 if share else 3
    return (
        translate("Gate", "{name}: {old} before, {new} now, difference {value} {unit} (95 %: {low} to {high})")
        .format(
            name=name,
            old=percent(score.old) if share else f"{Local(score.old):.3f}",
            new=percent(score.new) if share else f"{Local(score.new):.3f}",
            value=f"{Local(scale * score.value):+.{digits}f}",
            unit=unit,
            low=f"{Local(scale * score.low):+.{digits}f}",
            high=f"{Local(scale * score.high):+.{digits}f}",
        )
        .replace("  ", " ")
    )
