"""Where examples come from: a project, pairs, or photos with labels of any format. No torch here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rvergui.core import Mask, RverError, Taxonomy
from rvergui.core.photo import short_key
from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.preprocessing import Preprocessing, pair_example
from rvergui.training.cutting import CutObject, CutPhoto, border_for, cut_objects

__all__ = [
    "PROJECT_SUFFIX",
    "CutObject",
    "CutPhoto",
    "PairOnDisk",
    "ProjectPhoto",
    "Source",
    "Work",
    "border_for",
    "is_project",
    "read_source",
]

PROJECT_SUFFIX = ".rver"


class Work(Protocol):
    """One photo (or pair) that can be opened and cut, on any thread."""

    @property
    def split(self) -> str | None:
        """ "train" or "test" where the data say so, else None."""
        ...

    @property
    def items(self) -> int:
        """How many objects it has; 0 if that is not known before it is opened."""
        ...

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        """Open and cut.

        Raises:
            RverError: it cannot be opened; the sentence names it.
        """
        ...


@dataclass(frozen=True)
class Source:
    """Labelled data, not yet opened.

    Attributes:
        work: what is to be opened, in a fixed order.
        order: class names in the order that people gave them; may be empty.
        current_name: what a name that an earlier model uses is called today; None if it is no longer a class.
        problems: what was left out already, a sentence each.
    """

    work: Sequence[Work]
    order: tuple[str, ...]
    current_name: Callable[[str], str | None]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProjectPhoto:
    """A photo of a project with its confirmed objects."""

    path: Path
    objects: tuple[tuple[str, Mask], ...]
    split: str | None = None

    @property
    def items(self) -> int:
        """See ``Work.items``."""
        return len(self.objects)

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        """See ``Work.cut``; an object whose mask belongs to another version of the photo is left out."""
        photo = load_photo(self.path, pixel_limit)
        objects, problems = cut_objects(photo, self.objects, preprocessing, self.path.name)
        return CutPhoto(short_key(photo.key), tuple(objects), tuple(problems), self.path.name)


@dataclass(frozen=True)
class PairOnDisk:
    """The two views of one object as pictures at the photo's size."""

    class_name: str
    roi: Path
    extra: Path
    photo_key: str
    split: str | None

    @property
    def items(self) -> int:
        """See ``Work.items``."""
        return 1

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        """See ``Work.cut``."""
        roi, extra = (load_photo(path, pixel_limit).pixels for path in (self.roi, self.extra))
        try:
            example = pair_example(roi, extra, preprocessing, border_for(preprocessing))
        except RverError as error:
            raise RverError(f"{self.roi.name} of class {self.class_name}: {error}") from error
        return CutPhoto(short_key(self.photo_key), (CutObject(self.class_name, example),), file=self.roi.name)


def is_project(path: Path) -> bool:
    """Whether ``path`` is a project's file, by its name."""
    return path.suffix.lower() == PROJECT_SUFFIX and path.is_file()


def read_source(path: Path) -> Source:
    """The labelled data in ``path``; no photo is opened yet.

    ``path`` is a .rver project, a folder of pairs, or whatever ``labelled_folders.read_folder`` reads: a COCO file, a
    folder for each class, and so on.

    Raises:
        RverError: it is nothing of the kind, cannot be read, or holds no labelled object.
    """
    if is_project(path):
        return _read_project(path)
    if path.is_dir() and _holds_pairs(path):
        return _read_pairs(path)
    from rvergui.training.labelled_folders import read_folder

    found = read_folder(path)
    return Source(found.photos, found.classes, lambda name: name, found.problems)


def _holds_pairs(root: Path) -> bool:
    from rvergui.interchange.pairs_layout import EXTRA, MARKER, ROI, SPLITS

    views = [root / part / view for part in SPLITS for view in (ROI, EXTRA)]
    return (root / MARKER).is_file() or any(view.is_dir() for view in views)


def _read_pairs(root: Path) -> Source:
    from rvergui.interchange.pairs_layout import class_order, read_pairs

    pairs = read_pairs(root)
    work = [PairOnDisk(p.class_name, p.roi, p.extra, p.photo_key, p.split) for p in pairs]
    return Source(work=work, order=class_order(root), current_name=lambda name: name)


def _read_project(path: Path) -> Source:
    from rvergui.interchange.confirmed import confirmed_photos
    from rvergui.interchange.photo_parts import read_parts
    from rvergui.project import Project

    work: list[ProjectPhoto] = []
    problems: list[str] = []
    with Project.open(path, read_only=True) as project:
        taxonomy = project.taxonomy()
        parts = read_parts(project)
        for confirmed in confirmed_photos(project, taxonomy):
            problems.extend(confirmed.left_out)
            objects = tuple((food.name, item.mask) for item, food in confirmed.objects)
            if objects:
                path_there = project.photo_path(confirmed.record)
                work.append(ProjectPhoto(path_there, objects, parts.get(confirmed.record.id)))
    if not work:
        raise RverError(f"{path.name} has no confirmed object yet; name some objects first.")
    return Source(
        work=work,
        order=tuple(taxonomy.names()),
        current_name=lambda name: _name_today(taxonomy, name),
        problems=tuple(problems),
    )


def _name_today(taxonomy: Taxonomy, name: str) -> str | None:
    found = taxonomy.find(name)
    return found.name if found is not None else None
