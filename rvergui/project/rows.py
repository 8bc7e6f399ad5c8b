"""Between the program's values and the database's rows.

A row is a dict of column values without the photo it belongs to; an ordered set of them is keyed by id (``Rows``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from rvergui.core import FoodClass, Item, ItemState, Mask, RverError, Source, SourceKind, Suggestion
from rvergui.project.records import PhotoRecord

Value: TypeAlias = "str | int | float | bytes | None"
Row: TypeAlias = "dict[str, Value]"
Rows: TypeAlias = "dict[str, Row]"

ITEM_COLUMNS = (
    "height",
    "width",
    "counts",
    "class_id",
    "state",
    "mask_kind",
    "mask_by",
    "mask_at",
    "label_kind",
    "label_by",
    "label_at",
    "suggestions",
    "note",
    "verified_kind",
    "verified_by",
    "verified_at",
)
CLASS_COLUMNS = ("name", "colour", "aliases", "merged_into")
PHOTO_COLUMNS = "id, path, content_hash, height, width, problem, items, confirmed, verified, margin, missing"

# Columns whose bytes travel through JSON as Latin-1 text, which is lossless.
_BYTES = frozenset({"counts"})


def item_row(item: Item) -> Row:
    """The columns of an item but for its id, photo and position."""
    return {
        "height": int(item.mask.size[0]),
        "width": int(item.mask.size[1]),
        "counts": bytes(item.mask.counts),
        "class_id": item.class_id,
        "state": item.state.value,
        **_source_columns("mask", item.mask_source),
        **_source_columns("label", item.label_source),
        # float(): networks hand out numpy's numbers, which JSON does not know
        "suggestions": json.dumps([[s.name, float(s.probability), float(s.without_context)] for s in item.suggestions]),
        "note": item.note,
        **_source_columns("verified", item.verified),
    }


def _source_columns(what: str, source: Source | None) -> Row:
    return {
        f"{what}_kind": source.kind.value if source else None,
        f"{what}_by": source.name if source else None,
        f"{what}_at": source.at.isoformat() if source else None,
    }


_MASK_COLUMNS = ("area", "box_x", "box_y", "box_width", "box_height")


def derived_columns(row: Mapping[str, Any], changed: Container[str]) -> Row:
    """What follows from the columns ``changed`` of the item in ``row``.

    Derived columns are what long lists of items are sorted by and filtered on without their masks; they are written
    with the columns they follow from, are never read back into an item, and are in no history.
    """
    derived: Row = {}
    if "counts" in changed:
        mask = Mask(size=(int(row["height"]), int(row["width"])), counts=bytes(row["counts"]))
        derived |= dict(zip(_MASK_COLUMNS, (mask.area, *mask.bbox), strict=True))
    if "suggestions" in changed:
        derived |= _certainty(row["suggestions"])
    return derived


def _certainty(suggestions: str) -> Row:
    try:
        said = sorted(((float(p), str(name)) for name, p, _ in json.loads(suggestions)), key=lambda s: -s[0])
    except (ValueError, TypeError):  # reading the item says so
        said = []
    if not said:
        return {"suggested": "", "probability": None, "margin": None}
    first, second = said[0][0], said[1][0] if len(said) > 1 else 0.0
    return {"suggested": said[0][1], "probability": first, "margin": first - second}


def item_from(item_id: str, row: Mapping[str, Any]) -> Item:
    """The item of a row.

    Raises:
        RverError: the row holds something no item can be.
    """
    try:
        return Item(
            id=item_id,
            mask=Mask(size=(int(row["height"]), int(row["width"])), counts=bytes(row["counts"])),
            class_id=row["class_id"],
            state=ItemState(row["state"]),
            mask_source=_source(row["mask_kind"], row["mask_by"], row["mask_at"]),
            label_source=_source_or_none("label", row),
            suggestions=tuple(Suggestion(str(n), float(p), float(w)) for n, p, w in json.loads(row["suggestions"])),
            # history from before there were these has none
            note=row.get("note", ""),
            verified=_source_or_none("verified", row),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise RverError(
            f"The item {item_id} in the project cannot be read ({error}); restore the project from a backup copy."
        ) from error


def items_from(rows: Rows) -> tuple[Item, ...]:
    """The items of a photo's rows, bottom to top."""
    return tuple(item_from(item_id, row) for item_id, row in in_order(rows))


def in_order(rows: Rows) -> list[tuple[str, Row]]:
    """The rows by position; those in the same place by id, so that the order is always the same.

    Rows from a history before there were positions count as the bottom.
    """
    return sorted(rows.items(), key=lambda pair: (pair[1].get("position", 0), pair[0]))


def _source(kind: str, name: str, at: str) -> Source:
    return Source(kind=SourceKind(kind), name=name, at=datetime.fromisoformat(at))


def _source_or_none(what: str, row: Mapping[str, Any]) -> Source | None:
    if row.get(f"{what}_kind") is None:
        return None
    return _source(row[f"{what}_kind"], row[f"{what}_by"], row[f"{what}_at"])


def class_row(food: FoodClass) -> Row:
    """The columns of a class but for its id and position."""
    return {
        "name": food.name,
        "colour": food.colour,
        "aliases": json.dumps(list(food.aliases), ensure_ascii=False),
        "merged_into": food.merged_into,
    }


def class_from(class_id: str, row: Mapping[str, Any]) -> FoodClass:
    """The class of a row.

    Raises:
        RverError: the row holds something no class can be.
    """
    try:
        aliases = tuple(str(alias) for alias in json.loads(row["aliases"]))
    except (ValueError, TypeError) as error:
        raise RverError(
            f"The class {row['name']} in the project cannot be read ({error}); restore the project from a backup copy."
        ) from error
    return FoodClass(
        id=class_id, name=row["name"], colour=row["colour"], aliases=aliases, merged_into=row["merged_into"]
    )


def path_value(path: str) -> str | bytes:
    """A stored path as the database takes it: text, or bytes where the file name is no valid Unicode."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_from(value: str | bytes) -> str:
    """The stored path of a database value."""
    return os.fsdecode(value) if isinstance(value, bytes) else value


def photo_from(row: Sequence[Any]) -> PhotoRecord:
    """The record of a row of ``PHOTO_COLUMNS``."""
    photo_id, path, content_hash, height, width, problem, items, confirmed, verified, margin, missing = row
    size = None if height is None or width is None else (height, width)
    if path.__class__ is bytes:  # spelled out: this runs for every photo of a project at once
        path = path_from(path)
    return PhotoRecord(photo_id, path, content_hash, size, problem, items, confirmed, verified, margin, missing == 1)


def to_json(rows: Mapping[str, Row | None]) -> dict[str, dict[str, Any] | None]:
    """Rows as JSON can hold them."""
    return {key: None if row is None else {c: _json_value(c, v) for c, v in row.items()} for key, row in rows.items()}


def from_json(rows: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Row | None]:
    """The inverse of ``to_json``."""
    return {
        key: None
        if row is None
        else {c: v.encode("latin-1") if c in _BYTES and isinstance(v, str) else v for c, v in row.items()}
        for key, row in rows.items()
    }


def _json_value(column: str, value: Value) -> Value:
    return value.decode("latin-1") if column in _BYTES and isinstance(value, bytes) else value
