"""What is done to the items of a sheet, as pure functions from sheet to sheet.

Ids that a sheet does not have are passed over, so that an act on a selection never fails because undo came in between.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from rvergui.core.errors import RverError
from rvergui.core.item import Item, ItemState, Source, Suggestion
from rvergui.core.mask import Mask
from rvergui.core.sheet import Sheet
from rvergui.core.taxonomy import Taxonomy

# How much the ratio of width to height may differ, as a share, between photos that masks are copied between.
SAME_SHAPE = 0.01


def merge_items(sheet: Sheet, item_ids: Iterable[str], source: Source) -> tuple[Sheet, Item]:
    """The sheet with several items made one, and that item: their masks united, where the uppermost of them lay.

    Whose name is confirmed gives the name and the id; of several the largest. Notes are joined.

    Args:
        sheet: the items' sheet.
        item_ids: which.
        source: who does it, and thereby made the new mask.

    Raises:
        RverError: there are fewer than two of them.
    """
    chosen = _chosen(sheet, item_ids)
    if len(chosen) < 2:
        raise RverError("Merging takes at least two objects; select several in the list of items.")
    heir = max(chosen, key=lambda i: (i.state is ItemState.CONFIRMED, i.class_id is not None, i.mask.area))
    notes = dict.fromkeys(item.note for item in chosen if item.note)
    united = heir.with_mask(reduce(or_, (item.mask for item in chosen)), source).noted("; ".join(notes))
    others = {item.id for item in chosen[:-1]}
    items = [united if item.id == chosen[-1].id else item for item in sheet if item.id not in others]
    return replace(sheet, items=tuple(items)), united


def split_item(sheet: Sheet, item_id: str, parts: Sequence[Mask], source: Source) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet with an item for each of the ``parts`` of an item's mask, and their ids in that order.

    The first part keeps the item's id; all keep its name, its state and its note.

    Raises:
        RverError: there are fewer than two parts.
    """
    if len(parts) < 2:
        raise RverError("This mask is in one piece, so there is nothing to split; cut it with the eraser first.")
    whole = sheet.get(item_id)
    if whole is None:
        return sheet, ()
    first = whole.with_mask(parts[0], source)
    fresh = [first, *(replace(first, id=uuid.uuid4().hex, mask=part) for part in parts[1:])]
    items = [new for item in sheet for new in (fresh if item.id == item_id else (item,))]
    return replace(sheet, items=tuple(items)), tuple(item.id for item in fresh)


def copy_items(items: Iterable[Item], onto: Sheet, source: Source) -> tuple[Sheet, tuple[str, ...]]:
    """``onto`` with copies of another photo's items on top, and the copies' ids.

    Masks are scaled to the photo's size where it is another. Copies keep name and note but are not confirmed, for
    nobody has looked at them on this photo. What is there already, mask for mask, is not copied again.

    Raises:
        RverError: the photos are of different shape, or everything is there already.
    """
    there = {item.mask for item in onto}
    copies = []
    for item in items:
        _check_shape(item.mask.size, onto.size)
        mask = item.mask.resized(onto.size)
        if not mask.is_empty and mask not in there:
            copy = replace(item, id=uuid.uuid4().hex, state=ItemState.OPEN)
            copies.append(copy.with_mask(mask, source))
    if not copies:
        raise RverError("These masks are on that photo already.")
    return replace(onto, items=(*onto.items, *copies)), tuple(item.id for item in copies)


def _check_shape(size: tuple[int, int], other: tuple[int, int]) -> None:
    across, along = size[1] * other[0], size[0] * other[1]
    if abs(across - along) > SAME_SHAPE * max(across, along):
        raise RverError(
            f"Masks can only be copied between photos of the same shape; this one is {size[1]}x{size[0]} pixels and "
            f"the other {other[1]}x{other[0]}."
        )


def change_items(sheet: Sheet, item_ids: Iterable[str], change: Callable[[Item], Item]) -> Sheet:
    """The sheet with ``change`` made to each of these items."""
    wanted = set(item_ids)
    return replace(sheet, items=tuple(change(item) if item.id in wanted else item for item in sheet))


def verify_items(sheet: Sheet, item_ids: Iterable[str], source: Source) -> Sheet:
    """The sheet with these items verified as far as their names are confirmed.

    Raises:
        RverError: none of them is confirmed.
    """
    ready = [item.id for item in _chosen(sheet, item_ids) if item.state is ItemState.CONFIRMED]
    if not ready:
        raise RverError("Only objects whose names are confirmed can be verified; confirm the name first.")
    return change_items(sheet, ready, lambda item: item if item.verified else item.verify(source))


def confirm_items(sheet: Sheet, item_ids: Iterable[str], source: Source) -> Sheet:
    """The sheet with the names that these items have confirmed by ``source``, a person.

    Raises:
        RverError: none of them has a name.
    """
    named = {item.id for item in _chosen(sheet, item_ids) if item.class_id is not None}
    if not named:
        raise RverError("There is no name to confirm yet; give one with the keys 1 to 5 or by typing.")

    def confirmed(item: Item) -> Item:
        if item.state is ItemState.CONFIRMED or item.class_id is None:
            return item
        return item.named(item.class_id, source)

    return change_items(sheet, named, confirmed)


def guess_names(
    sheet: Sheet, said: Mapping[Mask, tuple[Suggestion, ...]], taxonomy: Taxonomy, source: Source
) -> tuple[Sheet, int]:
    """The sheet with a model's first suggestion as the unconfirmed name of each item that has none.

    Args:
        sheet: its named items stay as they are.
        said: the suggestions by mask.
        taxonomy: a suggestion that is no class of it is kept as a suggestion, and the item stays without a name.
        source: the model.

    Returns:
        The sheet, and how many items got a name.
    """
    items, count = [], 0
    for item in sheet:
        suggestions = said.get(item.mask)
        if item.class_id is None and suggestions:
            item = item.with_suggestions(suggestions)
            best = item.suggested
            food = taxonomy.find(best.name) if best else None
            if food is not None:
                item, count = item.named(food.id, source), count + 1
        items.append(item)
    return replace(sheet, items=tuple(items)), count


def _chosen(sheet: Sheet, item_ids: Iterable[str]) -> list[Item]:
    """These items, bottom to top."""
    wanted = set(item_ids)
    return [item for item in sheet if item.id in wanted]
