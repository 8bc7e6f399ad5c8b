"""What a format says about itself, what it is asked to read, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.exports.options import Options
from rvergui.interchange.labelled_photos import LabelledPhoto
from rvergui.interchange.report import Progress


@dataclass(frozen=True)
class Request:
    """What to read.

    Attributes:
        source: the file or folder.
        images: where the photos are, if not where the format puts them.
        options: of the format.
        made: a folder for photos that have to be made, such as those put together from pairs; it may not exist yet.
        pixel_limit: the most pixels of a photo or mask that are opened.
        progress: told how much of the source was looked at; a no ends that with ``Cancelled``.
    """

    source: Path
    images: Path | None = None
    options: Options = field(default_factory=Options)
    made: Path = Path("photos")
    pixel_limit: int = DEFAULT_PIXEL_LIMIT
    progress: Progress | None = None


@dataclass(frozen=True)
class Dataset:
    """Labelled data, not yet opened.

    Attributes:
        classes: the names that objects may have, in the data's order.
        photos: see ``LabelledPhoto``; each opens its photo and its masks when its turn comes.
        problems: a sentence with file and position for everything that cannot be used, as far as that is known by now.
    """

    classes: tuple[str, ...]
    photos: Sequence[LabelledPhoto]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportFormat:
    """One line of the table of formats.

    Attributes:
        name: what a command line calls it.
        title: a few words.
        summary: what is expected where, a sentence.
        read: looks through the source and opens no photo; RverError if it is not of this format.
        options: what may be chosen.
        suffixes: of the files that a source may be; empty if it is always a folder.
        folder: whether a source may be a folder.
        images: whether the photos may lie elsewhere.
        boxes: whether objects may be boxes only.
    """

    name: str
    title: str
    summary: str
    read: Callable[[Request], Dataset]
    options: type[Options] = Options
    suffixes: tuple[str, ...] = ()
    folder: bool = True
    images: bool = True
    boxes: bool = False
