"""Which objects of a project leave it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rvergui.core import FoodClass, Item, ItemState, RverError, Taxonomy

if TYPE_CHECKING:
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project

Level = Literal["named", "confirmed", "verified"]

LEVELS: Mapping[Level, Callable[[Item], bool]] = {
    "named": lambda item: item.class_id is not None,
    "confirmed": lambda item: item.state is ItemState.CONFIRMED,
    "verified": lambda item: item.state is ItemState.CONFIRMED and item.verified is not None,
}
"""From every object that has a name, even one that only a model gave, to those that somebody looked at again."""

NOTHING: Mapping[Level, str] = {
    "named": "There is no object with a name to export; name at least one object first.",
    "confirmed": "There is no confirmed object to export; name at least one object first.",
    "verified": "There is no verified object to export; verify at least one object first.",
}


@dataclass(frozen=True)
class Selection:
    """What is wanted; by default every confirmed object.

    Attributes:
        level: see ``LEVELS``.
        classes: names of classes; empty means all.
        photos: patterns such as ``lunch/*.jpg`` for the photos' paths in the project, or names of files; empty means
            all.
        photo_ids: photos by id; None means all.
        done_only: only photos all of whose objects are confirmed.
    """

    level: Level = "confirmed"
    classes: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    photo_ids: frozenset[str] | None = None
    done_only: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing but the level limits it."""
        return not self.classes and not self.photos and self.photo_ids is None and not self.done_only

    def wants(self, record: PhotoRecord) -> bool:
        """Whether objects of this photo are wanted at all."""
        if self.photo_ids is not None and record.id not in self.photo_ids:
            return False
        if self.done_only and not (record.items and record.items == record.confirmed):
            return False
        name = record.path.rsplit("/", 1)[-1]
        return not self.photos or any(
            fnmatchcase(record.path, pattern) or fnmatchcase(name, pattern) for pattern in self.photos
        )

    def class_ids(self, taxonomy: Taxonomy) -> frozenset[str]:
        """The ids of the wanted classes.

        Raises:
            RverError: one of them is not in the project.
        """
        if not self.classes:
            return frozenset(food.id for food in taxonomy)
        found = {name: taxonomy.find(name) for name in self.classes}
        for name, food in found.items():
            if food is None:
                raise RverError(f"There is no class “{name}” in this project; look at the names under Classes.")
        return frozenset(food.id for food in found.values() if food is not None)


@dataclass(frozen=True, slots=True)
class ExportItem:
    """An object that leaves; ``number`` counts the objects of its photo from 1, bottom to top."""

    item: Item
    food: FoodClass
    number: int

    @property
    def name(self) -> str:
        """Its class."""
        return self.food.name


@dataclass(frozen=True, slots=True)
class ExportPhoto:
    """A photo with the objects that leave; no mask is decoded and no file opened.

    Attributes:
        record: what the project knows of it.
        path: its file.
        size: (height, width), upright.
        items: the objects; none if all had to be left out.
        left_out: why some are not among them, a sentence each.
    """

    record: PhotoRecord
    path: Path
    size: tuple[int, int]
    items: tuple[ExportItem, ...]
    left_out: tuple[str, ...]

    @property
    def key(self) -> str:
        """Equal for copies of a photo."""
        return self.record.content_hash or self.record.id


def selected_photos(project: Project, taxonomy: Taxonomy, selection: Selection) -> Iterator[ExportPhoto]:
    """The photos that have wanted objects, one at a time, in the project's order."""
    wanted, level = selection.class_ids(taxonomy), LEVELS[selection.level]
    foods = {food.id: taxonomy.get(food.id) for food in taxonomy.classes}
    for record, sheet in project.labelled():
        if not selection.wants(record):
            continue
        items: list[ExportItem] = []
        left_out: list[str] = []
        for number, item in enumerate(sheet, start=1):
            if not level(item):
                continue
            food = foods.get(item.class_id) if item.class_id is not None else None
            if food is None:
                left_out.append(f"{record.path}, object {number}: its class is no longer in the list; name it again.")
            elif food.id not in wanted:
                continue
            elif item.mask.is_empty:
                left_out.append(f"{record.path}, object {number} ({food.name}): its mask is empty; draw it again.")
            elif item.mask.size != sheet.size:
                left_out.append(
                    f"{record.path} ({food.name}): the mask has another size than the photo; draw it again."
                )
            else:
                items.append(ExportItem(item, food, number))
        if items or left_out:
            yield ExportPhoto(record, project.photo_path(record), sheet.size, tuple(items), tuple(left_out))
