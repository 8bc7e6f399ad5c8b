"""The history of a project: what was done, when, by whom, and what it changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rvergui.core import RverError
from rvergui.project.changes import Change, rolled_back
from rvergui.project.connection import Guarded
from rvergui.project.records import HistoryEntry
from rvergui.project.rows import Rows, from_json

_ALL = "SELECT number, at, act, who, photo_id, before, after FROM history"


def write(
    connection: sqlite3.Connection,
    act: str,
    who: str,
    photo_id: str | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> datetime:
    """Note an edit in the transaction that makes it; returns the time noted (UTC)."""
    at = datetime.now(UTC)
    connection.execute(
        "INSERT INTO history (at, act, who, photo_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        (at.isoformat(), act, who, photo_id, json.dumps(before), json.dumps(after)),
    )
    return at


def read(reader: Guarded, photo_id: str | None, limit: int, act: str | None = None) -> list[HistoryEntry]:
    """The latest entries, newest first; of one photo, or of one act, if asked for."""
    conditions = {"photo_id": photo_id, "act": act}
    asked = {column: value for column, value in conditions.items() if value is not None}
    where = f" WHERE {' AND '.join(f'{column} = ?' for column in asked)}" if asked else ""
    return [
        _entry(row)
        for row in reader.rows(f"{_ALL}{where} ORDER BY number DESC LIMIT ?", (*asked.values(), max(limit, 0)))
    ]


def latest(connection: sqlite3.Connection, photo_id: str, act: str) -> HistoryEntry | None:
    """The newest entry of one act on one photo, seen from inside a transaction."""
    row = connection.execute(
        f"{_ALL} WHERE photo_id = ? AND act = ? ORDER BY number DESC LIMIT 1", (photo_id, act)
    ).fetchone()
    return _entry(row) if row else None


def since(reader: Guarded, photo_id: str, number: int) -> list[HistoryEntry]:
    """The entries of a photo from ``number`` on, newest first."""
    rows = reader.rows(f"{_ALL} WHERE photo_id = ? AND number >= ? ORDER BY number DESC", (photo_id, number))
    return [_entry(row) for row in rows]


def rewound(rows: Rows, entries: Sequence[HistoryEntry]) -> Rows:
    """The items of a photo before all of ``entries`` (newest first), given what is stored now."""
    for entry in entries:
        change = Change(from_json(entry.before.get("items", {})), from_json(entry.after.get("items", {})))
        rows = rolled_back(rows, change)
    return rows


def _entry(row: Sequence[Any]) -> HistoryEntry:
    number, at, act, who, photo_id, before, after = row
    try:
        return HistoryEntry(
            number, datetime.fromisoformat(at), act, who, photo_id, json.loads(before), json.loads(after)
        )
    except (ValueError, TypeError) as error:
        raise RverError(
            f"Entry {number} of the project's history cannot be read ({error}); restore the project from a backup copy."
        ) from error
