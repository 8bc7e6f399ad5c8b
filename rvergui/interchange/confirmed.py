"""The confirmed objects of a project, photo by photo, as every export wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.core import FoodClass, Item, ItemState, Sheet, Taxonomy

if TYPE_CHECKING:
    from rvergui.project import PhotoRecord, Project


@dataclass(frozen=True)
class ConfirmedPhoto:
    """A photo and its confirmed objects; ``left_out`` tells which of them cannot be exported and why."""

    record: PhotoRecord
    sheet: Sheet
    objects: tuple[tuple[Item, FoodClass], ...]
    left_out: tuple[str, ...]


def confirmed_photos(project: Project, taxonomy: Taxonomy) -> Iterator[ConfirmedPhoto]:
    """The photos with confirmed objects, one at a time, in the project's order."""
    for record, sheet in project.labelled():
        if not sheet.confirmed:
            continue
        objects: list[tuple[Item, FoodClass]] = []
        left_out: list[str] = []
        for number, item in enumerate(sheet, start=1):
            if item.state is not ItemState.CONFIRMED:
                continue
            food = taxonomy.get(item.class_id) if item.class_id is not None else None
            if food is None:
                left_out.append(f"{record.path}, object {number}: its class is no longer in the list; name it again.")
            elif item.mask.is_empty:
                left_out.append(f"{record.path}, object {number} ({food.name}): its mask is empty; draw it again.")
            else:
                objects.append((item, food))
        yield ConfirmedPhoto(record, sheet, tuple(objects), tuple(left_out))
