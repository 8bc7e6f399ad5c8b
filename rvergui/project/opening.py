"""Opening the database behind a project, for writing if nothing is in the way."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core import RverError
from rvergui.project import migrations
from rvergui.project.checks import check_no_log, check_not_newer, look_at, obstacle, protected, take
from rvergui.project.connection import FROZEN, READ, SHARED, Guarded, connect, durable
from rvergui.project.lock import ProjectLock
from rvergui.project.schema import SCHEMA_VERSION, missing_tables, set_version, version_of
from rvergui.project.trouble import in_words


@dataclass
class Opened:
    """A project file that is open.

    Attributes:
        path: the file.
        reader: for reading; never waits for ``writer``.
        reader_options: what other connections for reading are to be opened with.
        writer: for saving; None if the project is read-only.
        read_only_reason: why it is read-only and what to do about it, a sentence.
        lock: held while ``writer`` is there.
        notices: what people should be told once, sentences.
    """

    path: Path
    reader: Guarded
    reader_options: str
    writer: Guarded | None = None
    read_only_reason: str | None = None
    lock: ProjectLock | None = None
    notices: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Close everything. The writer goes last: the last connection folds the write-ahead log into the file."""
        self.reader.close()
        if self.writer is not None:
            self.writer.close()
        if self.lock is not None:
            self.lock.release()


def open_file(path: Path, read_only: bool = False) -> Opened:
    """Open a project file, for writing if nothing is in the way.

    Raises:
        RverError: it is not there, not a project, damaged, or of another version; the file is left as it is.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - links in the way people named it stay
    look_at(path)
    if read_only:
        return _open_for_reading(path, "It was opened for reading only; open it again to change it.")
    lock = ProjectLock(path)
    reason = obstacle(path) or take(lock, path)
    if reason is not None:
        return _open_for_reading(path, reason)
    try:
        opened = _open_for_writing(path, lock)
    except BaseException:
        lock.release()
        raise
    if opened is None:
        lock.release()
        return _open_for_reading(path, protected(path))
    return opened


def _open_for_writing(path: Path, lock: ProjectLock) -> Opened | None:
    """The project open for writing; None if the system does not let the file be written after all."""
    with in_words(path):
        connection = connect(path, SHARED)
        try:
            if not _can_begin(connection):
                connection.close()
                return None
            check_not_newer(path, version_of(connection))  # the log may hold a later version than the file itself
            reads_never_wait = durable(connection)
            notice = migrations.migrate(connection, path)
            _check_tables(path, connection)
            reader = _reader(path, SHARED)
        except BaseException:
            connection.close()
            raise
    opened = Opened(path, Guarded(path, reader), SHARED, Guarded(path, connection), None, lock)
    if notice is not None:
        opened.notices.append(notice)
    if not reads_never_wait:
        opened.notices.append(
            f"The disk of {path.name} is shared in a way that makes saving slower; nothing is at risk."
        )
    return opened


def _can_begin(connection: sqlite3.Connection) -> bool:
    """Whether writing is possible; permissions as Python sees them say little on Windows and on network drives."""
    try:
        connection.execute("BEGIN IMMEDIATE")  # which SQLite grants for files that are read-only, too
        set_version(connection, version_of(connection))
        return True
    except sqlite3.OperationalError as error:
        if _is_protected(error):
            return False
        raise
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _open_for_reading(path: Path, reason: str) -> Opened:
    with in_words(path):
        reader, options = _reader_that_works(path)
        try:
            _check_current(path, version_of(reader), reason)
        except BaseException:
            reader.close()
            raise
    return Opened(path, Guarded(path, reader), options, read_only_reason=reason)


def _reader_that_works(path: Path) -> tuple[sqlite3.Connection, str]:
    """A connection for reading and its options.

    Write-ahead logging makes files beside the database. Where that is not possible SQLite refuses, unless it is told
    that nobody can change the file.
    """
    for options in (SHARED, READ):
        try:
            return _reader(path, options), options
        except sqlite3.OperationalError as error:
            if not _is_protected(error):
                raise
    check_no_log(path)
    return _reader(path, FROZEN), FROZEN


def _is_protected(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


def _check_current(path: Path, version: int, reason: str) -> None:
    check_not_newer(path, version)  # the log may hold a later version than the file itself
    if version < SCHEMA_VERSION:
        raise RverError(
            f"{path.name} is from an older version of RveRGUI and has to be brought up to date first, but it cannot be "
            f"changed now. ({reason})"
        )


def _reader(path: Path, options: str) -> sqlite3.Connection:
    """A connection that cannot change anything."""
    connection = connect(path, options)
    try:
        connection.execute("PRAGMA query_only = ON")
        _check_tables(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def another_reader(opened: Opened) -> Guarded:
    """One more connection for reading, for work that keeps a snapshot for long; the caller closes it."""
    with in_words(opened.path):
        return Guarded(opened.path, _reader(opened.path, opened.reader_options))


def _check_tables(path: Path, connection: sqlite3.Connection) -> None:
    missing = missing_tables(connection)
    if missing and version_of(connection) == SCHEMA_VERSION:  # an older file has not all of them yet
        raise RverError(
            f"{path.name} in {path.parent} is damaged (it lacks {', '.join(missing)}); the file was left as it is, "
            "restore it from a backup copy."
        )
