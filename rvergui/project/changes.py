"""What an edit changes, as a pure function of rows, and how to take it back.

The database is not asked for more than what is stored; everything is decided here, so it can be tested without one.

A change is kept in the history as two JSON objects ``before`` and ``after`` with the same keys:
``{"items": {id: row}}`` or ``{"classes": {id: row}}``. ``null`` in place of a row means that it did not exist (then the
other side holds the whole row); otherwise both sides hold only the columns that differ. Position is a column like any
other. Beside ``items``, ``after`` may hold ``acts``: how many clicks, strokes and keys led to the edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rvergui.project.rows import Row, Rows, in_order


@dataclass(frozen=True)
class Change:
    """The difference between two sets of rows, by id; see the module."""

    before: dict[str, Row | None]
    after: dict[str, Row | None]

    def __bool__(self) -> bool:
        return bool(self.before)


def merged(stored: Rows, before: Mapping[str, Row], after: Mapping[str, Row]) -> Rows:
    """What is to be stored after an edit that led from ``before`` to ``after``.

    Args:
        stored: rows with position, as they are now. They may differ from ``before`` if somebody else saved meanwhile.
        before: rows without position, in order.
        after: the same after the edit.

    Returns:
        ``stored`` with those rows removed, replaced and added that differ between ``before`` and ``after``; rows
        that the edit does not touch stay as they are. Positions rise in the order of ``after``.
    """
    wanted = {key: row for key, row in stored.items() if key in after or key not in before}
    for key, row in after.items():
        if key not in before or before[key] != row:
            place = stored[key]["position"] if key in stored else None
            wanted[key] = {"position": place, **row}
    return _placed(wanted, [key for key in after if key in wanted])


def _placed(rows: Rows, order: list[str]) -> Rows:
    """The rows with positions that rise along ``order``; as few as possible are changed."""
    placed = {key: row for key, row in rows.items() if row["position"] is not None}
    new = [key for key in order if key not in placed]
    sequence = [key for key, _ in in_order(placed)] + new
    ours = set(order)
    if [key for key in sequence if key in ours] != order:
        sequence = order + [key for key in sequence if key not in ours]
    result: Rows = {}
    next_free = 0
    for key in sequence:
        position = rows[key]["position"]
        if not isinstance(position, int) or position < next_free:
            position = next_free
        result[key] = {**rows[key], "position": position}
        next_free = position + 1
    return result


def difference(stored: Rows, wanted: Rows) -> Change:
    """What has to be written to get from ``stored`` to ``wanted``."""
    before: dict[str, Row | None] = {}
    after: dict[str, Row | None] = {}
    for key in stored.keys() - wanted.keys():
        before[key], after[key] = stored[key], None
    for key, row in wanted.items():
        old = stored.get(key)
        if old is None:
            before[key], after[key] = None, row
            continue
        columns = [column for column, value in row.items() if old[column] != value]
        if columns:
            before[key] = {column: old[column] for column in columns}
            after[key] = {column: row[column] for column in columns}
    return Change(before, after)


def rolled_back(rows: Rows, change: Change) -> Rows:
    """What was stored before ``change``, given what was stored right after it."""
    earlier = dict(rows)
    for key, row in change.before.items():
        if row is None:
            earlier.pop(key, None)
        elif change.after.get(key) is None:
            earlier[key] = row
        else:
            earlier[key] = {**earlier[key], **row}
    return earlier
