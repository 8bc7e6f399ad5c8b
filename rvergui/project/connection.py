"""Connections to a project file, each guarded by its own lock so that any thread may use it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import quote

from rvergui.core import RverError
from rvergui.project.trouble import in_words

SHARED = "mode=rw"  # may tidy up after itself, so a reader leaves no files behind
READ = "mode=ro"
FROZEN = "mode=ro&immutable=1"  # nobody can change it: neither locks nor the write-ahead log are looked at

# How long to wait for another program that is looking at the file (a backup, a virus scanner).
_PATIENCE_S = 5.0

_AT_ONCE = 1000  # rows of a stream


def connect(path: Path, options: str) -> sqlite3.Connection:
    """A bare connection in autocommit mode.

    Args:
        path: the database file.
        options: SQLite's URI parameters, e.g. ``mode=rw``; without ``mode=rwc`` no file is made.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    place = quote(path.absolute().as_posix())
    prefix = "file:" if place.startswith("/") else "file:/"  # file:/C:/... on Windows
    uri = f"{prefix}{place}?{options}"
    connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def durable(connection: sqlite3.Connection) -> bool:
    """Have a commit reach the disk before it returns; whether readers also never wait for it (WAL).

    On file systems without shared memory SQLite keeps its classic journal, which is as safe but lets readers wait.
    """
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    return bool(mode == "wal")


class Guarded:
    """A connection, its lock, and errors in words. Closed by ``close``; using it afterwards raises ``RverError``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = connection
        self._lock = RLock()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query; no statement stays open, so the next query sees what was saved in between."""
        with self._lock, in_words(self._path):
            return self._live().execute(query, values).fetchall()

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query one after another, for more of them than are to be in memory at once.

        The statement stays open until the last row: use a connection of its own (``opening.another_reader``).
        """
        with self._lock, in_words(self._path):
            cursor = self._live().execute(query, values)
        while True:
            with self._lock, in_words(self._path):
                rows = cursor.fetchmany(_AT_ONCE)
            if not rows:
                return
            yield from rows

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that writes: committed at the end, rolled back if anything raises.

        Once the block is left without an error, everything written in it survives a crash.
        """
        with self._lock, in_words(self._path):
            connection = self._live()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite takes some errors back by itself
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection; waits for a transaction on another thread."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _live(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RverError(f"{self._path.name} was closed; open it again.")
        return self._connection
