"""What a format has to say about itself, and what it is given to write with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rvergui.core import FoodClass
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.exports.division import TEST, TRAIN
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.selection import ExportPhoto


@dataclass
class Job:
    """One export under way.

    Attributes:
        root: the folder to fill, or the file to write; it is put in its place when everything has worked.
        options: of the format.
        classes: all classes that objects may have, in the project's order.
        parts: the parts that photos are divided into; one alone if they are not divided, and then the layout is the one
            without parts.
        project_name: for people.
        out: where ``root`` will be.
        settings: how photos were divided, for whoever writes that down.
        pixel_limit: the most pixels of a photo that are opened.
        skipped: a sentence for everything that is left out; writers add to it.
    """

    root: Path
    options: Options
    classes: tuple[FoodClass, ...]
    parts: tuple[str, ...] = (TRAIN, TEST)
    project_name: str = ""
    out: Path = Path()
    settings: dict[str, object] = field(default_factory=dict)
    pixel_limit: int = DEFAULT_PIXEL_LIMIT
    skipped: list[str] = field(default_factory=list)

    @property
    def is_divided(self) -> bool:
        """Whether there are several parts."""
        return len(self.parts) > 1

    def numbers(self, first: int) -> dict[str, int]:
        """A number for each class id, counted from ``first``."""
        return {food.id: number for number, food in enumerate(self.classes, start=first)}


class Writer(Protocol):
    """Writes photos one after the other, holding none of them."""

    def write(self, photo: ExportPhoto, part: str) -> int:
        """Write the objects of one photo; returns how many. What cannot be written is told in ``job.skipped``.

        Raises:
            OSError: the place cannot be written; the export ends.
        """
        ...

    def finish(self) -> None:
        """Write what is known at the end only."""
        ...


@dataclass(frozen=True)
class ExportFormat:
    """One line of the table of formats.

    Attributes:
        name: what a command line calls it.
        title: a few words.
        summary: what it is for, a sentence.
        make: starts writing.
        options: what may be chosen.
        suffix: of the file that is written; "" where it is a folder.
        or_folder: of a format that is a file: whether it is a folder with a file for each part where ``suffix`` is not
            at the end of its name. One file holds one part, so it is never divided.
        test_share: what goes to test unless somebody says otherwise.
        both_parts: whether its layout has both parts even if all photos go to one.
        owns: the names of files and folders that an export may have at the top of its folder.
        opens_photos: whether it looks at the photos' pixels, and so finds out itself which are broken.
        refusal: why a folder may not be replaced, where not the usual marker tells.
    """

    name: str
    title: str
    summary: str
    make: Callable[[Job], Writer]
    options: type[Options] = Options
    suffix: str = ""
    or_folder: bool = False
    test_share: float = 0.2
    both_parts: bool = False
    owns: frozenset[str] = frozenset()
    opens_photos: bool = False
    refusal: Callable[[Path], str | None] | None = None

    def default_name(self, stem: str, divided: bool = False) -> str:
        """What to call the export of a project ``stem``."""
        return f"{stem}-{self.name}{'' if divided and self.or_folder else self.suffix}"

    def is_file(self, out: Path) -> bool:
        """Whether an export to ``out`` is one file, not a folder."""
        return bool(self.suffix) and not (self.or_folder and out.suffix.lower() != self.suffix)
