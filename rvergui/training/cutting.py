"""One photo's objects cut to the network's size. No torch here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rvergui.core import Mask, Photo, RverError
from rvergui.rvernet.preprocessing import Example, Preprocessing, ViewCutter


@dataclass(frozen=True)
class CutObject:
    """One object at the network's size.

    Attributes:
        class_name: what it is.
        example: its two views in parts.
    """

    class_name: str
    example: Example


@dataclass(frozen=True)
class CutPhoto:
    """The objects of one photo.

    Attributes:
        photo_key: equal for copies of a photo.
        objects: in the order of the data.
        problems: what was left out, a sentence each.
        file: what people call the photo.
    """

    photo_key: str
    objects: tuple[CutObject, ...]
    problems: tuple[str, ...] = ()
    file: str = ""


def border_for(preprocessing: Preprocessing) -> int:
    """How far close-up pictures reach beyond the view, so that it can be turned and moved a little in training."""
    return preprocessing.size // 8


def cut_objects(
    photo: Photo, objects: Iterable[tuple[str, Mask]], preprocessing: Preprocessing, file: str
) -> tuple[list[CutObject], list[str]]:
    """Those of ``objects`` (name and mask) that can be cut out of ``photo``, and a sentence for each that cannot."""
    cutter = ViewCutter(photo.pixels, preprocessing)
    cut: list[CutObject] = []
    problems: list[str] = []
    for name, mask in objects:
        try:
            cut.append(CutObject(name, cutter.example(mask, border_for(preprocessing))))
        except RverError as error:
            problems.append(f"{file} ({name}): {error}")
    return cut, problems
