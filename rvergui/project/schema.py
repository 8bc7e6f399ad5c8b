"""The tables of a project file, as this version of the program makes them.

``docs/adr/0003-project-file.md`` says why they look like this; ``migrations.py`` brings older files here.
"""

from __future__ import annotations

import sqlite3

# "RveR" in ASCII: tells our files from other programs' SQLite files.
APPLICATION_ID = 0x52766552

SCHEMA_VERSION = 5

SUFFIX = ".rver"

PHOTOS = (
    # ``number`` is for the database alone; the program knows photos by ``id``. A path is a BLOB where the file name is
    # no valid Unicode. ``sort_key`` is the natural order as bytes (natural.py). ``mtime_ns`` and ``file_size`` are the
    # file's when ``content_hash`` was worked out. ``missing`` says that the file was not there when somebody looked.
    # ``margin`` is the smallest of the unconfirmed items.
    """CREATE TABLE photos (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL UNIQUE,
        sort_key BLOB NOT NULL,
        content_hash TEXT,
        height INTEGER,
        width INTEGER,
        problem TEXT,
        file_size INTEGER,
        mtime_ns INTEGER,
        missing INTEGER NOT NULL DEFAULT 0,
        items INTEGER NOT NULL DEFAULT 0,
        confirmed INTEGER NOT NULL DEFAULT 0,
        verified INTEGER NOT NULL DEFAULT 0,
        margin REAL
    )""",
    "CREATE INDEX photos_in_order ON photos (sort_key, path)",
)
ITEMS = (
    # The mask stands last: what precedes it is read without it. The columns from ``suggested`` to ``box_height`` are
    # derived from others (rows.py). ``class_id`` is no foreign key on purpose: saving a name must not fail because the
    # class list is saved next.
    """CREATE TABLE items (
        photo INTEGER NOT NULL REFERENCES photos (number) ON DELETE CASCADE,
        id TEXT NOT NULL,
        position INTEGER NOT NULL,
        class_id TEXT,
        state TEXT NOT NULL,
        mask_kind TEXT NOT NULL,
        mask_by TEXT NOT NULL,
        mask_at TEXT NOT NULL,
        label_kind TEXT,
        label_by TEXT,
        label_at TEXT,
        verified_kind TEXT,
        verified_by TEXT,
        verified_at TEXT,
        suggestions TEXT NOT NULL DEFAULT '[]',
        note TEXT NOT NULL DEFAULT '',
        suggested TEXT NOT NULL DEFAULT '',
        probability REAL,
        margin REAL,
        area INTEGER NOT NULL,
        box_x INTEGER NOT NULL,
        box_y INTEGER NOT NULL,
        box_width INTEGER NOT NULL,
        box_height INTEGER NOT NULL,
        height INTEGER NOT NULL,
        width INTEGER NOT NULL,
        counts BLOB NOT NULL,
        PRIMARY KEY (photo, id)
    )""",
    "CREATE INDEX items_by_class ON items (class_id)",
    # All that queue.py reads: a queue over many items looks at no item, only at this.
    """CREATE INDEX items_in_queue ON items (
        margin, state, class_id, suggested, probability, label_kind, verified_kind, area, box_x, box_y, box_width,
        box_height, photo, id
    )""",
    "CREATE INDEX items_unconfirmed ON items (photo, margin) WHERE state <> 'confirmed' AND margin IS NOT NULL",
)
OTHERS = (
    """CREATE TABLE classes (
        id TEXT NOT NULL PRIMARY KEY,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        colour TEXT NOT NULL,
        aliases TEXT NOT NULL DEFAULT '[]',
        merged_into TEXT
    )""",
    # ``photo_id`` is no foreign key: the history of a photo outlives its removal.
    """CREATE TABLE history (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        act TEXT NOT NULL,
        who TEXT NOT NULL,
        photo_id TEXT,
        before TEXT NOT NULL,
        after TEXT NOT NULL
    )""",
    "CREATE INDEX history_by_photo ON history (photo_id, number)",
    "CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
)
_MARGIN = """(SELECT min(margin) FROM items
            WHERE photo = {row}.photo AND state <> 'confirmed' AND margin IS NOT NULL)"""
TRIGGERS = (
    # The counts in the photo list are kept by the database itself, in the same transaction as the items.
    f"""CREATE TRIGGER item_added AFTER INSERT ON items BEGIN
        UPDATE photos SET items = items + 1, confirmed = confirmed + (new.state = 'confirmed'),
            verified = verified + (new.verified_kind IS NOT NULL), margin = {_MARGIN.format(row="new")}
        WHERE number = new.photo;
    END""",
    f"""CREATE TRIGGER item_removed AFTER DELETE ON items BEGIN
        UPDATE photos SET items = items - 1, confirmed = confirmed - (old.state = 'confirmed'),
            verified = verified - (old.verified_kind IS NOT NULL), margin = {_MARGIN.format(row="old")}
        WHERE number = old.photo;
    END""",
    f"""CREATE TRIGGER item_changed AFTER UPDATE OF state, verified_kind, margin ON items BEGIN
        UPDATE photos SET confirmed = confirmed + (new.state = 'confirmed') - (old.state = 'confirmed'),
            verified = verified + (new.verified_kind IS NOT NULL) - (old.verified_kind IS NOT NULL),
            margin = {_MARGIN.format(row="new")}
        WHERE number = new.photo;
    END""",
)
ROLES = (
    # Whether photos were trained on or are held out to judge by, for good (photo_roles.py). ``photo`` is a content's
    # short key and no reference: the role outlives the photo's removal.
    """CREATE TABLE photo_roles (
        photo TEXT NOT NULL PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('trained', 'held out')),
        at TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TRIGGER role_kept BEFORE UPDATE ON photo_roles BEGIN
        SELECT raise(ABORT, 'the role of a photo is for good');
    END""",
    """CREATE TRIGGER role_not_forgotten BEFORE DELETE ON photo_roles BEGIN
        SELECT raise(ABORT, 'the role of a photo is for good');
    END""",
)
STATEMENTS = (*PHOTOS, *ITEMS, *OTHERS, *TRIGGERS, *ROLES)

TABLES = frozenset({"photos", "items", "classes", "history", "settings", "photo_roles"})


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database and mark it as ours; the caller holds the transaction."""
    for statement in STATEMENTS:
        connection.execute(statement)
    # Pragmas take no parameters; both are constants of this file.
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    set_version(connection, SCHEMA_VERSION)


def set_version(connection: sqlite3.Connection, version: int) -> None:
    """Note which schema the file has; part of the caller's transaction."""
    connection.execute(f"PRAGMA user_version = {int(version)}")


def version_of(connection: sqlite3.Connection) -> int:
    """Which schema the file has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def application_of(connection: sqlite3.Connection) -> int:
    """Which program the file belongs to."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def missing_tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that a project needs and this file lacks, sorted."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    return sorted(TABLES - there)
