"""The photos of a project in its database."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from rvergui.core import RverError
from rvergui.project import history
from rvergui.project.connection import Guarded
from rvergui.project.natural import natural_key
from rvergui.project.records import FileStamp, PhotoFacts, PhotoFile, PhotoRecord
from rvergui.project.row_table import ITEMS
from rvergui.project.rows import PHOTO_COLUMNS, Rows, from_json, path_from, path_value, photo_from, to_json

REMOVE = "remove photo"
RESTORE = "restore photo"
ADD = "add photos"
MOVE = "move photo"

_ALL = f"SELECT {PHOTO_COLUMNS} FROM photos"
_CHUNK = 500  # SQLite takes at most 999 parameters in older builds

T = TypeVar("T")


def chunks(values: Iterable[T], length: int = _CHUNK) -> Iterator[list[T]]:
    """``values`` in lists of up to ``length``, by default short enough for the parameters of one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, length)):
        yield chunk


def every(reader: Guarded, only_with_items: bool = False) -> list[PhotoRecord]:
    """All photos in natural order."""
    condition = " WHERE items > 0" if only_with_items else ""
    return [photo_from(row) for row in reader.rows(f"{_ALL}{condition} ORDER BY sort_key, path")]


def one(reader: Guarded, photo_id: str) -> PhotoRecord:
    """The photo with this id.

    Raises:
        RverError: there is none.
    """
    rows = reader.rows(f"{_ALL} WHERE id = ?", (photo_id,))
    if not rows:
        raise gone()
    return photo_from(rows[0])


def by_paths(reader: Guarded, paths: Sequence[str]) -> list[PhotoRecord]:
    """The photos with these stored paths, in their order; paths that are not in the project are left out."""
    return _in_order_of(reader, "path", [path_value(path) for path in paths], 1)


def by_ids(reader: Guarded, photo_ids: Sequence[str]) -> list[PhotoRecord]:
    """The photos with these ids, in their order; unknown ids are left out."""
    return _in_order_of(reader, "id", list(photo_ids), 0)


def _in_order_of(reader: Guarded, column: str, values: Sequence[str | bytes], index: int) -> list[PhotoRecord]:
    found: dict[str | bytes, PhotoRecord] = {}
    for chunk in chunks(values):
        marks = ", ".join("?" * len(chunk))
        for row in reader.rows(f"{_ALL} WHERE {column} IN ({marks})", chunk):
            found[row[index]] = photo_from(row)
    return [found[value] for value in values if value in found]


def gone() -> RverError:
    """What to raise when a photo is not in the project."""
    return RverError("That photo is no longer in the project; choose another.")


def number_of(connection: sqlite3.Connection, photo_id: str) -> int:
    """The database's number for a photo.

    Raises:
        RverError: it is not in the project.
    """
    row = connection.execute("SELECT number FROM photos WHERE id = ?", (photo_id,)).fetchone()
    if row is None:
        raise gone()
    return int(row[0])


def add(connection: sqlite3.Connection, paths: Iterable[str], who: str) -> None:
    """Add those stored paths that are not there yet; one history row for all."""
    known = {path for (path,) in connection.execute("SELECT path FROM photos")}
    new = [(uuid.uuid4().hex, path) for path in dict.fromkeys(paths) if path_value(path) not in known]
    if not new:
        return
    connection.executemany(
        "INSERT INTO photos (id, path, sort_key) VALUES (?, ?, ?)",
        ((photo_id, path_value(path), natural_key(path)) for photo_id, path in new),
    )
    history.write(connection, ADD, who, None, {}, {"photos": dict(new)})


def remove(connection: sqlite3.Connection, photo_ids: Iterable[str], who: str) -> None:
    """Take photos and their items out; the history keeps everything that ``restore`` needs."""
    for photo_id in dict.fromkeys(photo_ids):
        row = connection.execute(f"SELECT number, {PHOTO_COLUMNS} FROM photos WHERE id = ?", (photo_id,)).fetchone()
        if row is None:
            continue
        record = photo_from(row[1:])
        items = ITEMS.read(connection, (row[0],))
        before = {"photo": _facts(record), "items": to_json(items)}
        after = {"photo": None, "items": dict.fromkeys(items)}
        history.write(connection, REMOVE, who, photo_id, before, after)
        connection.execute("DELETE FROM photos WHERE number = ?", (row[0],))


def restore(connection: sqlite3.Connection, photo_ids: Iterable[str], who: str) -> None:
    """Bring removed photos back with their items.

    Raises:
        RverError: a photo was never removed, or its file was added again since.
    """
    for photo_id in dict.fromkeys(photo_ids):
        if connection.execute("SELECT 1 FROM photos WHERE id = ?", (photo_id,)).fetchone():
            continue
        entry = history.latest(connection, photo_id, REMOVE)
        if entry is None:
            raise gone()
        facts = entry.before["photo"]
        items: Rows = {key: row for key, row in from_json(entry.before["items"]).items() if row is not None}
        path = path_value(facts["path"])
        if connection.execute("SELECT 1 FROM photos WHERE path = ?", (path,)).fetchone():
            raise RverError(f"{facts['path']} is in the list again already; remove it first to bring its items back.")
        connection.execute(
            """INSERT INTO photos (id, path, sort_key, content_hash, height, width, problem)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (photo_id, path, natural_key(facts["path"]), *(facts[c] for c in _FACTS[1:])),
        )
        ITEMS.write(connection, {}, items, (number_of(connection, photo_id),))
        history.write(connection, RESTORE, who, photo_id, entry.after, entry.before)


_FACTS = ("path", "content_hash", "height", "width", "problem")


def _facts(record: PhotoRecord) -> dict[str, Any]:
    height, width = record.size or (None, None)
    return dict(zip(_FACTS, (record.path, record.content_hash, height, width, record.problem), strict=True))


def set_facts(connection: sqlite3.Connection, facts: Iterable[PhotoFacts]) -> None:
    """Note what opening the files told. No edit, so there is no history; unknown photos are left out.

    Where a file can no longer be opened the size it had is kept, for its items are of that size.
    """
    connection.executemany(
        """UPDATE photos SET content_hash = coalesce(?, content_hash), height = coalesce(?, height),
                             width = coalesce(?, width), mtime_ns = coalesce(?, mtime_ns),
                             file_size = coalesce(?, file_size), problem = ?, missing = missing AND ? IS NOT NULL
           WHERE id = ?""",
        (
            (
                f.content_hash,
                *((int(f.size[0]), int(f.size[1])) if f.size else (None, None)),
                *((int(f.stamp.mtime_ns), int(f.stamp.file_size)) if f.stamp else (None, None)),
                f.problem,
                f.problem,
                f.photo_id,
            )
            for f in facts
        ),
    )


def files(reader: Guarded) -> list[PhotoFile]:
    """What is known of every photo's file, in natural order."""
    rows = reader.rows(
        """SELECT id, path, content_hash, mtime_ns, file_size, problem, items, missing FROM photos
           ORDER BY sort_key, path"""
    )
    return [
        PhotoFile(
            photo_id,
            path_from(path),
            key,
            None if at is None or size is None else FileStamp(at, size),
            problem,
            items,
            missing == 1,
        )
        for photo_id, path, key, at, size, problem, items, missing in rows
    ]


def move(connection: sqlite3.Connection, moved: Sequence[tuple[str, str]], who: str) -> None:
    """Give photos other stored paths: pairs of id and new path. They may trade places.

    Raises:
        RverError: a photo that is not among them has one of these paths.
    """
    old = {}
    for photo_id, _ in moved:  # out of each other's way first
        number = number_of(connection, photo_id)
        (old[photo_id],) = connection.execute("SELECT path FROM photos WHERE number = ?", (number,)).fetchone()
        connection.execute("UPDATE photos SET path = ? WHERE number = ?", (f"moving/{photo_id}", number))
    for photo_id, path in moved:
        if connection.execute("SELECT 1 FROM photos WHERE path = ?", (path_value(path),)).fetchone():
            raise RverError(f"{path} is in the project already; remove it from the list first.")
        connection.execute(
            "UPDATE photos SET path = ?, sort_key = ?, problem = NULL, missing = 0 WHERE id = ?",
            (path_value(path), natural_key(path), photo_id),
        )
        before, after = {"photo": {"path": path_from(old[photo_id])}}, {"photo": {"path": path}}
        history.write(connection, MOVE, who, photo_id, before, after)


def mark_gone(connection: sqlite3.Connection, words: Iterable[tuple[str, str]]) -> None:
    """Note that photos' files are not there: pairs of id and what is said of it. Their items stay as they are."""
    connection.executemany("UPDATE photos SET missing = 1, problem = ? WHERE id = ?", ((w, i) for i, w in words))


def mark_back(connection: sqlite3.Connection, photo_ids: Iterable[str]) -> None:
    """Note that photos' files are there (again); nothing is known to be wrong with them."""
    connection.executemany("UPDATE photos SET missing = 0, problem = NULL WHERE id = ?", ((i,) for i in photo_ids))


def forget_content(connection: sqlite3.Connection, photo_ids: Iterable[str]) -> None:
    """Note that photos' files hold something else by now, which nobody has read yet."""
    connection.executemany(
        "UPDATE photos SET content_hash = NULL, height = NULL, width = NULL, problem = NULL WHERE id = ?",
        ((i,) for i in photo_ids),
    )


def stamp(connection: sqlite3.Connection, stamps: Mapping[str, FileStamp]) -> None:
    """Note what photos' files look like, by photo id."""
    connection.executemany(
        "UPDATE photos SET mtime_ns = ?, file_size = ? WHERE id = ?",
        ((at.mtime_ns, at.file_size, photo_id) for photo_id, at in stamps.items()),
    )


def stamp_paths(connection: sqlite3.Connection, stamps: Mapping[str, FileStamp]) -> None:
    """The same by stored path."""
    connection.executemany(
        "UPDATE photos SET mtime_ns = ?, file_size = ? WHERE path = ?",
        ((at.mtime_ns, at.file_size, path_value(path)) for path, at in stamps.items()),
    )


def with_items(connection: sqlite3.Connection, photo_ids: Iterable[str]) -> list[str]:
    """Those of the photos that have items."""
    marked = (connection.execute("SELECT id FROM photos WHERE id = ? AND items > 0", (i,)) for i in photo_ids)
    return [photo_id for found in marked for (photo_id,) in found]


def in_order(reader: Guarded) -> list[str]:
    """The ids of all photos in natural order."""
    return [photo_id for (photo_id,) in reader.rows("SELECT id FROM photos ORDER BY sort_key, path")]
