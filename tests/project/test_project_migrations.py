from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from project_values import block, open_item, person

from rvergui.core import FoodClass, Item, ItemState, Mask, RverError, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.project import PhotoRecord, Project, migrations
from rvergui.project.connection import connect
from rvergui.project.natural import natural_key
from rvergui.project.older_schemas import ITEMS_3, PHOTOS_3, PHOTOS_4, SCHEMA_2, TRIGGERS_3
from rvergui.project.records import FileStamp, PhotoFile
from rvergui.project.schema import APPLICATION_ID, OTHERS, SCHEMA_VERSION

# The pre-release schema, as migrations.py describes it.
SCHEMA_1 = f"""
CREATE TABLE photos (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, content_hash TEXT, height INTEGER, width INTEGER,
                     problem TEXT);
CREATE TABLE items (id TEXT PRIMARY KEY, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
                    height INTEGER NOT NULL, width INTEGER NOT NULL, counts BLOB NOT NULL, class_id TEXT,
                    state TEXT NOT NULL, mask_kind TEXT NOT NULL, mask_by TEXT NOT NULL, mask_at TEXT NOT NULL,
                    label_kind TEXT, label_by TEXT, label_at TEXT, suggestions TEXT NOT NULL DEFAULT '[]');
CREATE INDEX items_by_photo ON items (photo_id);
CREATE TABLE classes (id TEXT PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT NOT NULL,
                      merged_into TEXT);
CREATE TABLE history (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, act TEXT NOT NULL, photo_id TEXT,
                      before TEXT NOT NULL, after TEXT NOT NULL);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = 1;
"""

AT = "2024-05-06T07:08:09+00:00"


def make_schema_1(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """A file of the pre-release schema; returns what is in it."""
    mask = block()
    shape = (6, 9, mask.counts)
    ada = ("person", "Ada", AT)
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA_1)
    connection.executemany(
        "INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("p10", "img10.jpg", "ab", 6, 9, None),
            ("p2", "img2.jpg", None, None, None, "gone"),
            ("p1", "b/1.jpg", None, 6, 9, None),
        ],
    )
    connection.executemany(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                "low",
                "p10",
                *shape,
                "c2",
                "confirmed",
                "person",
                "Ada",
                AT,
                "person",
                "Ada",
                AT,
                '[["rice", 0.5, 0.25]]',
            ),
            ("other", "p1", *shape, None, "proposed", "model", "sam", AT, None, None, None, "[]"),
            ("high", "p10", *shape, None, "open", *ada, None, None, None, "[]"),
        ],
    )
    connection.executemany(
        "INSERT INTO classes VALUES (?, ?, ?, ?, ?)",
        [("c2", 0, "rice", "#ffffff", None), ("c1", 1, "reis", "#000000", "c2")],
    )
    added = json.dumps({"items": {"high": {"height": 6, "width": 9, "counts": mask.counts.decode("latin-1")}}})
    connection.execute(
        "INSERT INTO history (at, act, photo_id, before, after) VALUES (?, 'draw', 'p10', ?, ?)",
        (AT, json.dumps({"items": {"high": None}}), added),
    )
    connection.execute("INSERT INTO settings VALUES ('model', 'meals.models/v1.safetensors')")
    connection.commit()
    content = contents(connection)
    connection.close()
    return content


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = ["photos", "items", "classes", "history", "settings"]
    return {table: connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in tables}


def contents_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return contents(connection)
    finally:
        connection.close()


def shape_of(path: Path) -> set[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    shape = set(found.fetchall())
    connection.close()
    return shape


def test_an_older_file_is_brought_up_to_date_with_everything_in_it(path: Path) -> None:
    content = make_schema_1(path)
    with Project.open(path) as project:
        assert project.notices == [
            f"meals.rver was brought from schema 1 to {SCHEMA_VERSION}; "
            "the earlier file is kept as meals.rver.backup-schema1."
        ]
        assert not project.read_only
        assert project.photos() == [
            PhotoRecord("p1", "b/1.jpg", None, (6, 9), None, 1, 0),
            PhotoRecord("p2", "img2.jpg", None, None, "gone"),
            PhotoRecord("p10", "img10.jpg", "ab", (6, 9), None, 2, 1),
        ]
        low = Item("low", block(), "c2", ItemState.CONFIRMED, person(), person(), (Suggestion("rice", 0.5, 0.25),))
        high = Item("high", block(), None, ItemState.OPEN, person())
        assert project.sheet("p10") == Sheet("p10", (6, 9), (low, high))
        sam = Source(SourceKind.MODEL, "sam", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))
        assert project.sheet("p1").items == (Item("other", block(), None, ItemState.PROPOSED, sam),)
        rice = FoodClass("c2", "rice", "#ffffff")
        assert project.taxonomy() == Taxonomy((rice, FoodClass("c1", "reis", "#000000", (), "c2")))
        (entry,) = project.history()
        assert (entry.act, entry.who, entry.photo_id, entry.at.isoformat()) == ("draw", "", "p10", AT)
        assert project.sheet_before(entry).items == (low,)
        assert project.model_path() == path.parent / "meals.models" / "v1.safetensors"
        assert project.check() == []
        edited = project.sheet("p10").with_item(open_item())
        project.save_sheet(project.sheet("p10"), edited, "draw")
        assert project.history()[0].number == entry.number + 1
    backup = path.with_name("meals.rver.backup-schema1")
    assert contents_of(backup) == content
    with Project.open(path) as project:
        assert project.notices == []
        assert project.sheet("p10") == edited
    assert not path.with_name("meals.rver.backup-schema1-2").exists()


def make_schema_2(path: Path) -> None:
    """A file as version 2 of the schema left it, with two photos and three items."""
    connection = sqlite3.connect(path)
    for statement in SCHEMA_2:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 2")
    connection.executemany(
        "INSERT INTO photos (number, id, path, sort_key, content_hash, height, width) VALUES (?, ?, ?, ?, 'ab', 6, 9)",
        [(number, f"p{number}", f"{number}.jpg", natural_key(f"{number}.jpg")) for number in (3, 7)],
    )
    mask = block(2, 1)
    said = json.dumps([["rice", 0.5, 0.25], ["peas", 0.4, 0.1]])
    connection.executemany(
        """INSERT INTO items (photo, id, position, height, width, counts, class_id, state, mask_kind, mask_by, mask_at,
                              label_kind, label_by, label_at, suggestions, note)
           VALUES (?, ?, ?, 6, 9, ?, ?, ?, 'person', 'Ada', ?, ?, ?, ?, ?, ?)""",
        [
            (3, "named", 0, mask.counts, "c1", "confirmed", AT, "person", "Ada", AT, "[]", "burnt"),
            (3, "open", 1, mask.counts, None, "open", AT, None, None, None, said, ""),
            (7, "empty", 0, Mask.empty((6, 9)).counts, None, "proposed", AT, None, None, None, "{", ""),
        ],
    )
    connection.execute("INSERT INTO classes (id, position, name, colour) VALUES ('c1', 0, 'rice', '#ffffff')")
    connection.execute(
        "INSERT INTO history (at, act, who, photo_id, before, after) VALUES (?, 'note', 'Ada', 'p3', ?, ?)",
        (AT, '{"items": {"named": {"note": ""}}}', '{"items": {"named": {"note": "burnt"}}}'),
    )
    connection.commit()
    connection.close()


def test_schema_2_is_brought_up_to_date_with_what_follows_from_its_items(path: Path) -> None:
    make_schema_2(path)
    with Project.open(path) as project:
        assert "from schema 2 to" in project.notices[0]
        (three, seven) = project.photos()
        assert three == PhotoRecord("p3", "3.jpg", "ab", (6, 9), None, 2, 1, 0, pytest.approx(0.1))
        assert seven == PhotoRecord("p7", "7.jpg", "ab", (6, 9), None, 1, 0)
        named, open_ = project.sheet("p3").items
        assert named == Item("named", block(2, 1), "c1", ItemState.CONFIRMED, person(), person(), (), "burnt")
        assert open_.suggestions == (Suggestion("rice", 0.5, 0.25), Suggestion("peas", 0.4, 0.1))
        queue = {item.id: item for item in project.queue()}
        assert (queue["open"].suggested, queue["open"].probability) == ("rice", 0.5)
        assert queue["open"].margin == pytest.approx(0.1)
        assert [(queue[name].area, queue[name].bbox) for name in ("named", "empty")] == [
            (4, (2, 1, 2, 2)),
            (0, (0, 0, 0, 0)),
        ]
        assert queue["empty"].margin is None  # what cannot be read is told when the item itself is read
        assert [file.stamp for file in project.photo_files()] == [None, None]
        assert project.history()[0].act == "note"
        assert project.check() == []
    new = path.with_name("new.rver")
    Project.create(new, Taxonomy()).close()
    assert shape_of(path) == shape_of(new)


def test_a_migrated_file_has_the_shape_of_a_new_one(path: Path, tmp_path: Path) -> None:
    make_schema_1(path)
    Project.open(path).close()
    new = tmp_path / "new.rver"
    Project.create(new, Taxonomy()).close()
    assert shape_of(path) == shape_of(new)


def test_a_backup_can_be_opened_again_and_never_replaces_an_earlier_one(path: Path) -> None:
    content = make_schema_1(path)
    earlier = path.with_name("meals.rver.backup-schema1")
    earlier.write_text("an earlier backup")
    with Project.open(path) as project:
        assert "kept as meals.rver.backup-schema1-2" in project.notices[0]
    assert earlier.read_text() == "an earlier backup"
    backup = path.with_name("meals.rver.backup-schema1-2")
    assert contents_of(backup) == content
    with Project.open(backup) as project:
        assert len(project.photos()) == 3


def test_a_migration_that_fails_leaves_the_original(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, shape = make_schema_1(path), shape_of(path)

    def half(connection: sqlite3.Connection) -> None:
        migrations._from_2_to_3(connection)
        connection.execute("INSERT INTO nowhere VALUES (1)")

    connection = connect(path, "mode=rw")
    with pytest.raises(RverError, match=r"as it was, a copy is in meals\.rver\.backup-schema1"):
        migrations.migrate(connection, path, {**migrations.STEPS, 2: half})
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()
    assert contents_of(path) == content
    assert shape_of(path) == shape
    assert contents_of(path.with_name("meals.rver.backup-schema1")) == content
    with Project.open(path) as project:  # the lock is free and the step that works still does
        assert len(project.photos()) == 3


def test_a_step_that_breaks_references_is_not_committed(path: Path) -> None:
    content = make_schema_1(path)

    def careless(connection: sqlite3.Connection) -> None:
        migrations._from_1_to_2(connection)
        connection.execute("DELETE FROM photos WHERE id = 'p1'")
        connection.execute("UPDATE items SET photo = 99")

    connection = connect(path, "mode=rw")
    with pytest.raises(RverError, match="could not be brought up to date"):
        migrations.migrate(connection, path, {**migrations.STEPS, 1: careless})
    connection.close()
    assert contents_of(path) == content


def test_without_room_for_a_backup_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = make_schema_1(path)

    def full(source: sqlite3.Connection, target: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "backup", full)
    with pytest.raises(RverError, match="not changed, because no backup"):
        Project.open(path)
    assert contents_of(path) == content
    assert sorted(p.name for p in path.parent.iterdir() if p.suffix != ".lock") == ["meals.rver"]


def test_a_crash_between_migration_and_tidying_up_is_survived(path: Path) -> None:
    """The log alone holds the new schema then; the file itself still says 1."""
    make_schema_1(path)
    with Project.open(path) as writer, Project.open(path) as reader:
        assert writer.notices
        assert reader.read_only
        assert reader.photos() == writer.photos()


def test_an_older_file_that_cannot_be_changed_says_what_to_do(path: Path) -> None:
    content = make_schema_1(path)
    with pytest.raises(RverError, match=r"older version .* brought up to date first"):
        Project.open(path, read_only=True)
    assert contents_of(path) == content


def test_an_unknown_older_schema_is_refused(path: Path) -> None:
    make_schema_1(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(RverError, match="unknown schema 0"):
        Project.open(path)
    assert not path.with_name("meals.rver.backup-schema0").exists()


def test_there_is_a_step_from_every_earlier_schema() -> None:
    assert sorted(migrations.STEPS) == list(range(1, SCHEMA_VERSION))


def test_schema_3_gains_what_is_missing(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in (*PHOTOS_3, *ITEMS_3, *OTHERS, *TRIGGERS_3):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 3")
    connection.execute(
        """INSERT INTO photos (number, id, path, sort_key, content_hash, height, width, problem, file_size, mtime_ns)
           VALUES (4, 'p4', '4.jpg', ?, 'ab', 6, 9, 'gone', 12, 34)""",
        (natural_key("4.jpg"),),
    )
    connection.execute(
        """INSERT INTO items (photo, id, position, state, mask_kind, mask_by, mask_at, area, box_x, box_y, box_width,
                              box_height, height, width, counts)
           VALUES (4, 'one', 0, 'open', 'person', 'Ada', ?, 1, 0, 0, 1, 1, 6, 9, ?)""",
        (AT, block().counts),
    )
    connection.commit()
    connection.close()
    with Project.open(path) as project:
        assert "from schema 3 to" in project.notices[0]
        assert project.photos() == [PhotoRecord("p4", "4.jpg", "ab", (6, 9), "gone", 1)]
        assert project.photo_files() == [PhotoFile("p4", "4.jpg", "ab", FileStamp(34, 12), "gone", 1)]
        assert project.sheet("p4").items == (Item("one", block(), None, ItemState.OPEN, person()),)
        project.save_sheet(project.sheet("p4"), Sheet("p4", (6, 9)), "delete")
        assert project.photo("p4").items == 0
        assert project.check() == []
    new = tmp_path / "new.rver"
    Project.create(new, Taxonomy()).close()
    assert shape_of(path) == shape_of(new)


def test_schema_4_gains_the_roles_of_photos(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in (*PHOTOS_4, *ITEMS_3, *OTHERS, *TRIGGERS_3):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 4")
    connection.execute(
        """INSERT INTO photos (number, id, path, sort_key, content_hash, height, width, missing)
           VALUES (4, 'p4', '4.jpg', ?, 'ab', 6, 9, 1)""",
        (natural_key("4.jpg"),),
    )
    connection.commit()
    connection.close()
    with Project.open(path) as project:
        assert project.notices == [
            "meals.rver was brought from schema 4 to 5; the earlier file is kept as meals.rver.backup-schema4."
        ]
        assert project.photo_files() == [PhotoFile("p4", "4.jpg", "ab", None, None, 0, True)]
        assert project.photo_roles() == {}
        assert project.check() == []
    new = tmp_path / "new.rver"
    Project.create(new, Taxonomy()).close()
    assert shape_of(path) == shape_of(new)
