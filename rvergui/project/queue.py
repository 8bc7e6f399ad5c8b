"""The items of all photos in an order in which somebody may want to look at them, without their masks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rvergui.core import ItemState, SourceKind, Taxonomy
from rvergui.project.connection import Guarded


class QueueOrder(StrEnum):
    """What comes first."""

    MARGIN = "margin"  # the smallest margin: where the model is least certain; items it has said nothing of are last
    CLASS = "class"  # class by class in the order of the class list, each by margin; unnamed items last
    DISAGREEMENT = "disagreement"  # only items whose class is not the one suggested; the surest suggestion first
    PHOTO = "photo"  # photo by photo in natural order


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which items are in a queue; None of a field means that it does not matter.

    Attributes:
        states: in one of these states.
        classes: of one of these classes (ids; merged ones count as what they were merged into); None among them
            stands for unnamed items.
        suggested: the first suggestion is one of these names, as the model spells them.
        verified: looked at a second time, or not.
        photos: on one of these photos (ids).
        below: with a margin smaller than this.
        items: one of these (photo id and item id).
    """

    states: frozenset[ItemState] | None = None
    classes: frozenset[str | None] | None = None
    suggested: frozenset[str] | None = None
    verified: bool | None = None
    photos: frozenset[str] | None = None
    below: float | None = None
    items: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One item as a queue knows it.

    Attributes:
        photo_id: the photo it is on.
        id: the item's id; unique on its photo.
        class_id: as stored, merges not followed; None if it has no name.
        state: how far it has come.
        label_kind: what kind of source gave the name; None if none did.
        suggested: the name that the model offers first, "" if it has said nothing.
        probability: that name's probability; None if there is none.
        margin: how far the first suggestion is ahead of the second; None if there is none.
        verified: whether it was looked at a second time.
        area: of its mask, in pixels.
        bbox: (x, y, width, height) of its mask in pixels.
    """

    photo_id: str
    id: str
    class_id: str | None
    state: ItemState
    label_kind: SourceKind | None
    suggested: str
    probability: float | None
    margin: float | None
    verified: bool
    area: int
    bbox: tuple[int, int, int, int]


# Everything but the photo's id is in the index items_in_queue, so no mask is looked at.
_COLUMNS = """photos.id, items.id, class_id, state, label_kind, suggested, probability, items.margin,
    verified_kind IS NOT NULL, area, box_x, box_y, box_width, box_height"""
_FROM = "FROM items INDEXED BY items_in_queue JOIN photos ON photos.number = items.photo"
_TIES = "photos.sort_key, photos.path, items.id"

_ORDERS = {
    QueueOrder.MARGIN: "items.margin IS NULL, items.margin",
    QueueOrder.CLASS: "places.value IS NULL, places.value, items.margin IS NULL, items.margin",
    QueueOrder.DISAGREEMENT: "probability DESC",
    QueueOrder.PHOTO: "photos.sort_key, photos.path",
}
# Lists travel as JSON: one parameter, however long they are.
_PLACES = " LEFT JOIN (SELECT key, value FROM json_each(?)) AS places ON places.key = items.class_id"


def read(reader: Guarded, taxonomy: Taxonomy, order: QueueOrder, wanted: QueueFilter) -> Iterator[QueueItem]:
    """The items that ``wanted`` lets through, in ``order``, one at a time.

    Args:
        reader: a connection of its own, which is used until the last item.
        taxonomy: the project's classes, which say what disagrees and which class comes first.
        order: what comes first.
        wanted: which of them.
    """
    conditions, values = _conditions(taxonomy, wanted)
    if order is QueueOrder.DISAGREEMENT:
        conditions += ["class_id IS NOT NULL", "suggested <> ''"]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    source = _FROM
    if order is QueueOrder.CLASS:
        source += _PLACES
        values.insert(0, json.dumps(_places(taxonomy)))
    query = f"SELECT {_COLUMNS} {source}{where} ORDER BY {_ORDERS[order]}, {_TIES}"
    items = (_item(row) for row in reader.stream(query, values))
    if wanted.items is not None:
        among = wanted.items
        items = (item for item in items if (item.photo_id, item.id) in among)
    return filter(disagreement(taxonomy), items) if order is QueueOrder.DISAGREEMENT else items


def disagreement(taxonomy: Taxonomy) -> Callable[[QueueItem], bool]:
    """Tells of an item whether it has a class and the model suggests another."""
    known: dict[tuple[str, str], bool] = {}

    def disagrees(item: QueueItem) -> bool:
        if item.class_id is None or not item.suggested:
            return False
        key = (item.class_id, item.suggested)
        if key not in known:
            given, meant = taxonomy.get(item.class_id), taxonomy.find(item.suggested)
            known[key] = meant is None or given is None or given.id != meant.id
        return known[key]

    return disagrees


def _places(taxonomy: Taxonomy) -> dict[str, int]:
    """Where each class stands in the list, merged ones with what they were merged into."""
    place = {food.id: number for number, food in enumerate(taxonomy)}
    found = ((food.id, taxonomy.get(food.id)) for food in taxonomy.classes)
    return {class_id: place[food.id] for class_id, food in found if food is not None and food.id in place}


def _conditions(taxonomy: Taxonomy, wanted: QueueFilter) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []

    def one_of(column: str, among: Iterable[str | None]) -> None:
        chosen = set(among)
        unnamed = f" OR {column} IS NULL" if None in chosen else ""
        conditions.append(f"({column} IN (SELECT value FROM json_each(?)){unnamed})")
        values.append(json.dumps(sorted(value for value in chosen if value is not None)))

    if wanted.states is not None:
        one_of("state", [state.value for state in wanted.states])
    if wanted.classes is not None:
        one_of("class_id", _with_merged(taxonomy, wanted.classes))
    if wanted.suggested is not None:
        one_of("suggested", list(wanted.suggested))
    if wanted.verified is not None:
        conditions.append(f"verified_kind IS {'NOT ' if wanted.verified else ''}NULL")
    if wanted.photos is not None:
        one_of("photos.id", list(wanted.photos))
    if wanted.items is not None:
        one_of("photos.id", {photo_id for photo_id, _ in wanted.items})
    if wanted.below is not None:
        conditions.append("items.margin < ?")
        values.append(float(wanted.below))
    return conditions, values


def _with_merged(taxonomy: Taxonomy, classes: frozenset[str | None]) -> list[str | None]:
    merged = [food.id for food in taxonomy.classes if (into := taxonomy.get(food.id)) and into.id in classes]
    return list(dict.fromkeys((*classes, *merged)))


def _item(row: Sequence[Any]) -> QueueItem:
    photo_id, item_id, class_id, state, label_kind, suggested, probability, margin, verified, area, x, y, w, h = row
    return QueueItem(
        photo_id,
        item_id,
        class_id,
        ItemState(state),
        None if label_kind is None else SourceKind(label_kind),
        suggested,
        probability,
        margin,
        bool(verified),
        area,
        (x, y, w, h),
    )
