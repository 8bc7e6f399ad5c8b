"""Tables whose rows are read whole and written by difference: the items of a photo, and the classes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rvergui.project.changes import Change, difference
from rvergui.project.rows import CLASS_COLUMNS, ITEM_COLUMNS, Row, Rows, derived_columns


def _nothing(row: Row, changed: Container[str]) -> Row:
    return {}


@dataclass(frozen=True)
class RowTable:
    """A table with an ``id`` column.

    Attributes:
        name: the table's name.
        columns: the columns of a row beside ``id`` and the owner.
        owner: the column that says to what the rows belong; "" if there is but one set of rows.
        derived: further columns; what they are for a row of which some columns are written.

    Methods take the owner's value as ``of``: a tuple of one, or of none.
    """

    name: str
    columns: tuple[str, ...]
    owner: str = ""
    derived: Callable[[Row, Container[str]], Row] = _nothing

    @property
    def _where(self) -> str:
        return f"WHERE {self.owner} = ?" if self.owner else ""

    @property
    def query(self) -> str:
        """Selects all rows of an owner."""
        return f"SELECT id, {', '.join(self.columns)} FROM {self.name} {self._where}"

    def keyed(self, found: Iterable[Sequence[Any]]) -> Rows:
        """What ``query`` found, by id."""
        return {row[0]: dict(zip(self.columns, row[1:], strict=True)) for row in found}

    def read(self, connection: sqlite3.Connection, of: tuple[int, ...] = ()) -> Rows:
        """All rows of an owner, by id."""
        return self.keyed(connection.execute(self.query, of).fetchall())

    def write(self, connection: sqlite3.Connection, stored: Rows, wanted: Rows, of: tuple[int, ...] = ()) -> Change:
        """Write what differs between ``stored``, which is what is there, and ``wanted``; returns it."""
        change = difference(stored, wanted)
        this = f"{self._where or 'WHERE true'} AND id = ?"
        for key, changed in change.after.items():
            if changed is None:
                connection.execute(f"DELETE FROM {self.name} {this}", (*of, key))
                continue
            row = {**changed, **self.derived(wanted[key], changed)}
            if change.before[key] is None:
                columns = ", ".join(filter(None, (self.owner, "id", *row)))
                marks = ", ".join("?" * (len(of) + 1 + len(row)))
                connection.execute(f"INSERT INTO {self.name} ({columns}) VALUES ({marks})", (*of, key, *row.values()))
            else:
                settings = ", ".join(f"{column} = ?" for column in row)
                connection.execute(f"UPDATE {self.name} SET {settings} {this}", (*row.values(), *of, key))
        return change


ITEMS = RowTable("items", ("position", *ITEM_COLUMNS), owner="photo", derived=derived_columns)
CLASSES = RowTable("classes", ("position", *CLASS_COLUMNS))
