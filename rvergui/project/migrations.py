"""Bringing older project files to the current schema.

Schema 1 was the pre-release schema. It differs from schema 2 as follows: photos have no number, sort key or counts, and
items and history refer to their text id; items have no note and no position (they lie in the order in which they were
saved) and their ids are unique over all photos; classes have no aliases; the history does not say who.

Schema 2 differs from schema 3 in photos and items alone: nothing is derived (suggested name, margin, area, box),
nothing was verified, the photos' files have no stamps, and the mask comes before the columns that lists need.

Schema 3 differs from schema 4 in photos alone: it does not know which of their files are missing.

Schema 4 differs from schema 5 in that it knows no roles of photos; what the headers of earlier models say of them is
read when a training begins (photo_roles.py).

A step takes a connection inside a transaction from its version to the next. It must not commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.project.connection import connect
from rvergui.project.natural import natural_key
from rvergui.project.older_schemas import ITEMS_3, PHOTOS_3, PHOTOS_4, SCHEMA_2, TRIGGERS_3
from rvergui.project.rows import derived_columns, path_from
from rvergui.project.schema import ROLES, SCHEMA_VERSION, set_version, version_of
from rvergui.project.trouble import sentence_for

Step = Callable[[sqlite3.Connection], None]

_V1_TABLES = ("photos", "items", "classes", "history", "settings")


def _from_1_to_2(connection: sqlite3.Connection) -> None:
    for table in _V1_TABLES:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    old_indexes = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for (name,) in old_indexes:
        connection.execute(f'DROP INDEX "{name}"')
    for statement in SCHEMA_2:
        connection.execute(statement)
    photos = connection.execute("SELECT id, path, content_hash, height, width, problem FROM old_photos ORDER BY rowid")
    connection.executemany(
        "INSERT INTO photos (id, path, content_hash, height, width, problem, sort_key) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*row, natural_key(path_from(row[1]))) for row in photos.fetchall()],
    )
    # The triggers count the items while they are copied.
    connection.execute(
        """INSERT INTO items (photo, id, position, height, width, counts, class_id, state, mask_kind, mask_by, mask_at,
                              label_kind, label_by, label_at, suggestions)
           SELECT photos.number, old.id, row_number() OVER (PARTITION BY old.photo_id ORDER BY old.rowid) - 1,
                  old.height, old.width, old.counts, old.class_id, old.state, old.mask_kind, old.mask_by, old.mask_at,
                  old.label_kind, old.label_by, old.label_at, old.suggestions
           FROM old_items AS old JOIN photos ON photos.id = old.photo_id"""
    )
    connection.execute(
        """INSERT INTO classes (id, position, name, colour, merged_into)
           SELECT id, position, name, colour, merged_into FROM old_classes"""
    )
    connection.execute(
        """INSERT INTO history (number, at, act, who, photo_id, before, after)
           SELECT number, at, act, '', photo_id, before, after FROM old_history"""
    )
    connection.execute("INSERT INTO settings (key, value) SELECT key, value FROM old_settings")
    for table in ("items", "photos", "classes", "history", "settings"):  # items first: they refer to photos
        connection.execute(f"DROP TABLE old_{table}")


def _from_2_to_3(connection: sqlite3.Connection) -> None:
    for kind, name in (*(("TRIGGER", f"item_{what}") for what in ("added", "removed", "changed")), *_INDEXES_2):
        connection.execute(f"DROP {kind} IF EXISTS {name}")
    for table in ("photos", "items"):
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in (*PHOTOS_3, *ITEMS_3, *TRIGGERS_3):
        connection.execute(statement)
    same = "number, id, path, sort_key, content_hash, height, width, problem"
    connection.execute(f"INSERT INTO photos ({same}) SELECT {same} FROM old_photos ORDER BY number")
    found = connection.execute(f"SELECT {', '.join(_ITEMS_2)} FROM old_items ORDER BY rowid")
    fill = ""
    for values in found:  # the triggers count the items while they are copied
        old = dict(zip(_ITEMS_2, values, strict=True))
        row = {**old, **derived_columns(old, old)}
        fill = fill or f"INSERT INTO items ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        connection.execute(fill, tuple(row.values()))
    for table in ("items", "photos"):  # items first: they refer to photos
        connection.execute(f"DROP TABLE old_{table}")


_INDEXES_2 = (("INDEX", "photos_in_order"), ("INDEX", "items_by_class"))
_ITEMS_2 = (
    "photo",
    "id",
    "position",
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
)


def _from_3_to_4(connection: sqlite3.Connection) -> None:
    connection.execute("DROP INDEX IF EXISTS photos_in_order")
    connection.execute("ALTER TABLE photos RENAME TO old_photos")
    for statement in PHOTOS_4:
        connection.execute(statement)
    same = """number, id, path, sort_key, content_hash, height, width, problem, file_size, mtime_ns, items, confirmed,
              verified, margin"""
    connection.execute(f"INSERT INTO photos ({same}) SELECT {same} FROM old_photos ORDER BY number")
    connection.execute("DROP TABLE old_photos")


def _from_4_to_5(connection: sqlite3.Connection) -> None:
    for statement in ROLES:
        connection.execute(statement)


# A migration makes the schema it leads to, whatever later versions of the program change; when schema 6 comes, schema
# 5's statements as they are now move to older_schemas.py.
STEPS: Mapping[int, Step] = {1: _from_1_to_2, 2: _from_2_to_3, 3: _from_3_to_4, 4: _from_4_to_5}
"""The step that leaves each older version."""


def backup(connection: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the whole database to ``target``, on the disk when this returns.

    The copy is one file that also opens on read-only media.

    Raises:
        sqlite3.Error, RverError: it could not be written; ``target`` is as it was.
    """
    with replacing(target) as neighbour:
        copy = connect(neighbour, "mode=rw")
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()


def backup_name(path: Path, version: int) -> Path:
    """Where the backup before a migration goes; never the name of a file that is there."""
    plain = path.with_name(f"{path.name}.backup-schema{version}")
    candidate, count = plain, 2
    while candidate.exists():
        candidate = plain.with_name(f"{plain.name}-{count}")
        count += 1
    return candidate


def migrate(connection: sqlite3.Connection, path: Path, steps: Mapping[int, Step] = STEPS) -> str | None:
    """Bring the project file at ``path`` to the current schema, if it is older: backup first, then one transaction.

    Returns:
        A sentence for the person at the screen, or None if there was nothing to do.

    Raises:
        RverError: it did not work; the file holds what it held before.
    """
    old = version_of(connection)
    if old == SCHEMA_VERSION:
        return None
    if any(version not in steps for version in range(old, SCHEMA_VERSION)):
        raise RverError(f"{path.name} has the unknown schema {old}; open it with the program version that made it.")
    copy = backup_name(path, old)
    try:
        backup(connection, copy)
    except sqlite3.Error as error:
        raise RverError(
            f"{path.name} is from an older version and was not changed, because no backup of it could be made "
            f"({error}); free some space in {path.parent} and open it again."
        ) from error
    try:
        _in_one_transaction(connection, old, steps)
    except (sqlite3.Error, ValueError, TypeError) as error:
        detail = sentence_for(error, path) if isinstance(error, sqlite3.Error) else str(error)
        raise RverError(
            f"{path.name} is from an older version and could not be brought up to date; it is as it was, a copy is in "
            f"{copy.name}. ({detail})"
        ) from error
    return f"{path.name} was brought from schema {old} to {SCHEMA_VERSION}; the earlier file is kept as {copy.name}."


def _in_one_transaction(connection: sqlite3.Connection, old: int, steps: Mapping[int, Step]) -> None:
    # Tables are renamed and dropped on the way; the references are checked as a whole before the commit. Both pragmas
    # take effect outside transactions only.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")  # renaming must not rewrite references in other tables
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for version in range(old, SCHEMA_VERSION):
                steps[version](connection)
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ValueError(f"{len(broken)} rows refer to photos that are not there")
            set_version(connection, SCHEMA_VERSION)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
