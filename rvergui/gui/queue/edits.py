"""What the review queue does to items, as pure functions; and what that makes of the sheets of several photos."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from rvergui.core import FoodClass, Item, ItemState, Sheet, Source, Taxonomy

Edit: TypeAlias = Callable[[Item, Taxonomy], tuple[Item, Taxonomy]]
"""Makes an item of an item; the classes grow where a name is new. Raises ``RverError`` for what cannot be a name."""


def rename(name: str, source: Source) -> Edit:
    """Give this name."""
    return lambda item, taxonomy: _named(item, name, taxonomy, source)


def accept(source: Source) -> Edit:
    """Give each item the name that the model suggests first for it; items that it has said nothing of stay."""

    def edit(item: Item, taxonomy: Taxonomy) -> tuple[Item, Taxonomy]:
        first = item.suggested
        return (item, taxonomy) if first is None else _named(item, first.name, taxonomy, source)

    return edit


def verify(source: Source) -> Edit:
    """Say that name and mask are right. A name that a model gave is confirmed by that; unnamed items stay."""

    def edit(item: Item, taxonomy: Taxonomy) -> tuple[Item, Taxonomy]:
        if item.class_id is None:
            return item, taxonomy
        if item.state is ItemState.CONFIRMED:
            return item.verify(source), taxonomy
        return item.named(item.class_id, source), taxonomy

    return edit


def reject() -> Edit:
    """Take the name back; the mask stays."""

    def edit(item: Item, taxonomy: Taxonomy) -> tuple[Item, Taxonomy]:
        if item.class_id is None:
            return item, taxonomy
        return replace(item, class_id=None, label_source=None, state=ItemState.OPEN, verified=None), taxonomy

    return edit


def _named(item: Item, name: str, taxonomy: Taxonomy, source: Source) -> tuple[Item, Taxonomy]:
    """The item under ``name``. One that had been named before was looked at a second time by this: it is verified."""
    food: FoodClass | None = taxonomy.find(name)
    if food is None:
        taxonomy, food = taxonomy.added(name)
    again = item.state is ItemState.CONFIRMED
    known = taxonomy.get(item.class_id) if item.class_id is not None else None
    if not (again and known == food):  # a name that was right stays whose it was
        item = item.named(food.id, source)
    return (item.verify(source) if again else item), taxonomy


@dataclass(frozen=True)
class Edited:
    """What an edit makes: each changed photo's sheet before and after, the classes, and how many items changed."""

    pairs: tuple[tuple[Sheet, Sheet], ...]
    taxonomy: Taxonomy
    count: int


def edited(sheets: Iterable[Sheet], wanted: Mapping[str, Collection[str]], edit: Edit, taxonomy: Taxonomy) -> Edited:
    """Edit items on several photos.

    Args:
        sheets: the photos' sheets.
        wanted: by photo id the ids of the items to edit; those that are gone are left out.
        edit: what to do.
        taxonomy: the classes.

    Raises:
        RverError: a name cannot be a class; nothing is changed then.
    """
    pairs, count = [], 0
    for sheet in sheets:
        items = []
        for item in sheet:
            if item.id in wanted.get(sheet.photo_id, ()):
                changed, taxonomy = edit(item, taxonomy)
                count += changed != item
                item = changed
            items.append(item)
        after = replace(sheet, items=tuple(items))
        if after != sheet:
            pairs.append((sheet, after))
    return Edited(tuple(pairs), taxonomy, count)
