"""What can be said about a project file before it is opened: is it one, and may it be written?"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from rvergui.core import RverError
from rvergui.project.connection import FROZEN, READ, connect
from rvergui.project.lock import ProjectLock
from rvergui.project.schema import APPLICATION_ID, SCHEMA_VERSION, SUFFIX, application_of, version_of
from rvergui.project.trouble import in_words


def look_at(path: Path) -> None:
    """Check that the file is a project, without touching it, its neighbours or anybody's locks.

    It is looked at through SQLite even so: closing a file handle of one's own would drop the locks that other
    connections of this process hold on it.
    """
    _check_file(path)
    with in_words(path):
        application, version = _what_it_says_it_is(path)
    if application != APPLICATION_ID:
        raise RverError(
            f"{path.name} in {path.parent} is a database of another program, not a RveRGUI project; "
            f"choose a file that ends in {SUFFIX}."
        )
    check_not_newer(path, version)


def _what_it_says_it_is(path: Path) -> tuple[int, int]:
    """Application and schema version in the file's header.

    A program that was killed, or one that is running, while it folds the write-ahead log into the file leaves a first
    page that counts pages which are in the log only: alone the file looks damaged, together with its log it is whole.
    """
    try:
        return _header(path, FROZEN)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT or not log_of(path):
            raise
    try:
        return _header(path, READ)
    except sqlite3.OperationalError:
        check_no_log(path)  # where nothing can be written beside it the log cannot be read
        raise


def _header(path: Path, options: str) -> tuple[int, int]:
    connection = connect(path, options)
    try:
        return application_of(connection), version_of(connection)
    finally:
        connection.close()


def log_of(path: Path) -> Path | None:
    """The write-ahead log beside the file if edits are in it that the file itself may not have yet."""
    log = path.with_name(path.name + "-wal")
    return log if log.exists() and log.stat().st_size > 0 else None


def check_no_log(path: Path) -> None:
    """Refuse a file whose last edits are in its log, for where the log cannot be read."""
    log = log_of(path)
    if log is not None:
        raise RverError(
            f"{path.name} was not closed properly and its last edits are in {log.name}; copy both files to a folder "
            "that can be written and open the project there."
        )


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise RverError(
            f"There is no project {path.name} in {path.parent}; choose another or make a new one."
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{path.name} in {path.parent} could not be opened ({reason}); choose another.") from error
    if path.is_dir():
        raise RverError(
            f"{path.name} in {path.parent} is a folder, not a project; choose a file that ends in {SUFFIX}."
        )
    if not _may(path, os.R_OK):
        raise RverError(f"{path.name} in {path.parent} may not be read; change its permissions and open it again.")
    if size == 0:
        raise RverError(
            f"{path.name} in {path.parent} is empty (0 bytes), not a project; restore it from a backup copy."
        )


def check_not_newer(path: Path, version: int) -> None:
    """Refuse a schema that this version of the program does not know."""
    if version > SCHEMA_VERSION:
        raise RverError(
            f"{path.name} was made by a newer version of RveRGUI (schema {version}, this one knows {SCHEMA_VERSION}); "
            "update the program to open it."
        )


def obstacle(path: Path) -> str | None:
    """What keeps this person from writing the file, a sentence."""
    if not _may(path, os.W_OK):
        return protected(path)
    if not _may(path.parent, os.W_OK):
        return (
            f"The folder {path.parent} is write-protected; copy {path.name} with its photos to a folder of yours and "
            "open it there."
        )
    return None


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)


def protected(path: Path) -> str:
    """Why a file that may not be written is read-only, a sentence."""
    return f"{path.name} is write-protected; copy it with its photos to a folder of yours and open it there."


def take(lock: ProjectLock, path: Path) -> str | None:
    """Take the lock; a sentence if that is not possible."""
    try:
        if lock.take():
            return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"{path.name} could not be locked in {path.parent} ({reason}); copy it to another folder to change it."
    return f"{path.name} is open in another window; close it there and open it here again to change it."
