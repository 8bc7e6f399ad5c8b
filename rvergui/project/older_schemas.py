"""The statements that made the tables of earlier versions of the program; never changed, for files have them."""

from __future__ import annotations

SCHEMA_2 = (
    # ``number`` is for the database alone; the program knows photos by ``id``. A path is a BLOB where the file name is
    # no valid Unicode. ``sort_key`` is the natural order as bytes (natural.py).
    """CREATE TABLE photos (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL UNIQUE,
        sort_key BLOB NOT NULL,
        content_hash TEXT,
        height INTEGER,
        width INTEGER,
        problem TEXT,
        items INTEGER NOT NULL DEFAULT 0,
        confirmed INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX photos_in_order ON photos (sort_key, path)",
    # ``class_id`` is no foreign key on purpose: saving a name must not fail because the class list is saved next.
    """CREATE TABLE items (
        photo INTEGER NOT NULL REFERENCES photos (number) ON DELETE CASCADE,
        id TEXT NOT NULL,
        position INTEGER NOT NULL,
        height INTEGER NOT NULL,
        width INTEGER NOT NULL,
        counts BLOB NOT NULL,
        class_id TEXT,
        state TEXT NOT NULL,
        mask_kind TEXT NOT NULL,
        mask_by TEXT NOT NULL,
        mask_at TEXT NOT NULL,
        label_kind TEXT,
        label_by TEXT,
        label_at TEXT,
        suggestions TEXT NOT NULL DEFAULT '[]',
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (photo, id)
    )""",
    "CREATE INDEX items_by_class ON items (class_id)",
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
    # The counts in the photo list are kept by the database itself, in the same transaction as the items.
    """CREATE TRIGGER item_added AFTER INSERT ON items BEGIN
        UPDATE photos SET items = items + 1, confirmed = confirmed + (new.state = 'confirmed')
        WHERE number = new.photo;
    END""",
    """CREATE TRIGGER item_removed AFTER DELETE ON items BEGIN
        UPDATE photos SET items = items - 1, confirmed = confirmed - (old.state = 'confirmed')
        WHERE number = old.photo;
    END""",
    """CREATE TRIGGER item_changed AFTER UPDATE OF state ON items WHEN old.state <> new.state BEGIN
        UPDATE photos SET confirmed = confirmed + (new.state = 'confirmed') - (old.state = 'confirmed')
        WHERE number = new.photo;
    END""",
)
