"""What is looked at: labelled photos of a project or a data set, as one kind of value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rvergui.core import Mask


class FileState(StrEnum):
    """What has become of a photo's file."""

    FINE = "fine"
    MISSING = "missing"
    CHANGED = "changed"  # other bytes than when it was labelled
    BROKEN = "broken"  # it cannot be opened


@dataclass(frozen=True)
class CheckedItem:
    """One object.

    Attributes:
        id: tells it from others.
        mask: its pixels.
        name: its class, None if it has none.
        confirmed: whether somebody stands behind the name.
    """

    id: str
    mask: Mask
    name: str | None
    confirmed: bool = True


@dataclass(frozen=True)
class CheckedPhoto:
    """One photo and what is on it.

    Attributes:
        id: tells it from others.
        name: for people.
        size: (height, width) of the photo as it is now, or was when it was opened last; None if nobody knows.
        items: bottom to top.
        content: what two copies of a picture share; "" if nobody knows.
        group: what all pictures that were cut from one photo share; "" if nobody knows.
        part: "train", "test" or the like; "" if there is no division.
        state: what has become of the file.
        why: what is wrong with the file, a sentence.
    """

    id: str
    name: str
    size: tuple[int, int] | None
    items: tuple[CheckedItem, ...]
    content: str = ""
    group: str = ""
    part: str = ""
    state: FileState = FileState.FINE
    why: str = ""


class Material(Protocol):
    """Labelled photos, one at a time."""

    @property
    def title(self) -> str:
        """What it is, in words."""
        ...

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes, also those that nothing has."""
        ...

    def __len__(self) -> int:
        """How many photos there are."""
        ...

    def photos(self) -> Iterator[CheckedPhoto]:
        """All of them, in order."""
        ...

    def damage(self) -> Sequence[str]:
        """What is wrong with the files that hold the labels, sentences."""
        ...


@dataclass(frozen=True)
class Limits:
    """Where checks draw the line.

    Attributes:
        tiny_pixels: a mask of fewer pixels is tiny.
        tiny_share: so is one of a smaller share of the photo.
        same: masks that agree more than this (intersection over union) are the same.
        overlap: a mask of which another one covers more than this share overlaps with it ...
        nested: ... unless it is covered more than this: then it lies on it, as food on a plate.
        edge_pixels: a mask with more pixels on one edge of the photo may be cut off.
        typo: names that agree more than this (0..100, rapidfuzz) may be the same word.
        rare: a class with more items than this is no typo, unless only case, accents or signs differ.
        often: the other class has at least so many times as many.
        read: whether photo files are read to see whether they have changed.
    """

    tiny_pixels: int = 64
    tiny_share: float = 0.0001
    same: float = 0.85
    overlap: float = 0.1
    nested: float = 0.9
    edge_pixels: int = 10
    typo: float = 82.0
    rare: int = 3
    often: int = 5
    read: bool = True
