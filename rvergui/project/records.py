"""What a project hands out: photos and history entries as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class PhotoStatus(StrEnum):
    """How far the work on a photo has come."""

    TODO = "todo"  # no items yet
    IN_PROGRESS = "in_progress"  # some items, not all confirmed
    DONE = "done"  # items, and every one is confirmed
    BROKEN = "broken"  # the file could not be opened


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """One photo of a project.

    Attributes:
        id: stable for the photo's whole life in the project.
        path: POSIX path relative to the project's folder, or absolute if the photo lies on another drive.
        content_hash: what identifies the file's bytes, once they were read.
        size: (height, width) in pixels, upright, once the photo was opened.
        problem: why it cannot be opened, a sentence; None if nothing is known to be wrong.
        items: how many items its sheet has.
        confirmed: how many of them a person has confirmed.
        verified: how many of them were looked at a second time.
        margin: the smallest margin of its unconfirmed items, which is how uncertain the model is of this photo; None
            if no model has said anything about one. ``Sheet.smallest_margin`` is the same.
        missing: whether its file was not there when somebody looked last; ``problem`` says so, too.
    """

    id: str
    path: str
    content_hash: str | None = None
    size: tuple[int, int] | None = None
    problem: str | None = None
    items: int = 0
    confirmed: int = 0
    verified: int = 0
    margin: float | None = None
    missing: bool = False

    @property
    def status(self) -> PhotoStatus:
        """How far the work has come; a problem outweighs everything."""
        if self.problem is not None:
            return PhotoStatus.BROKEN
        if self.items == 0:
            return PhotoStatus.TODO
        return PhotoStatus.DONE if self.confirmed == self.items else PhotoStatus.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What opening a photo's file told.

    Attributes:
        photo_id: which photo.
        content_hash: what identifies the file's bytes; None if they could not be read.
        size: (height, width) in pixels, upright; None if it could not be opened.
        problem: why it could not be opened, a sentence.
        stamp: the file as the file system tells it, if somebody looked.
    """

    photo_id: str
    content_hash: str | None
    size: tuple[int, int] | None
    problem: str | None = None
    stamp: FileStamp | None = None


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells without reading a file whether it may have changed.

    Attributes:
        mtime_ns: when its content was changed last, nanoseconds since 1970.
        file_size: its length in bytes.
    """

    mtime_ns: int
    file_size: int


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """What is known of a photo's file, for finding it again after it was changed or moved.

    Attributes:
        photo_id: which photo.
        path: as in ``PhotoRecord``.
        content_hash: what identifies the bytes that were read last; None if they never were.
        stamp: the file at that time; None if it is not known.
        problem: why it could not be opened, a sentence.
        items: how many items the photo has.
        missing: whether the file was not there when somebody looked last.
    """

    photo_id: str
    path: str
    content_hash: str | None
    stamp: FileStamp | None
    problem: str | None
    items: int = 0
    missing: bool = False


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One saved edit.

    Attributes:
        number: counts up by one with every edit of the project.
        at: when it was saved (UTC).
        act: what was done, in the words of the program.
        who: who did it; "" in entries of files that did not record it yet.
        photo_id: the photo it was done to; None for edits of the whole project.
        before: what was stored of the things that changed; see ``rvergui.project.changes``.
        after: the same after the edit.
    """

    number: int
    at: datetime
    act: str
    who: str
    photo_id: str | None
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


# What the history calls taking back and taking again; the name of the edit follows.
UNDO = "Undo: "
REDO = "Redo: "

# What the history calls names that a model suggested in the background.
SUGGEST = "Suggest names"
