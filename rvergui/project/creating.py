"""Making a project file, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.project.connection import SHARED, connect, durable
from rvergui.project.lock import ProjectLock
from rvergui.project.schema import SUFFIX, create_tables
from rvergui.project.trouble import in_words


def with_suffix(path: Path) -> Path:
    """``path`` absolute, with the suffix of project files added if it lacks it."""
    path = Path(os.path.abspath(path))  # noqa: PTH100 - links in the way people named it stay
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)


def create_file(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make a new project file, whole or not at all; ``fill`` writes what it starts with.

    Raises:
        RverError: something is there already, another instance is making it, or the folder cannot be written.
    """
    if path.exists() or path.is_symlink():
        raise RverError(f"There is {path.name} in {path.parent} already; open it or choose another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = ProjectLock(path)
        if not lock.take():
            raise RverError(f"{path.name} is being made by another window; close it there or choose another name.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{path.name} could not be made in {path.parent} ({reason}); choose another folder.") from error
    try:
        with in_words(path), replacing(path) as neighbour:
            connection = connect(neighbour, SHARED)
            try:
                durable(connection)
                connection.execute("BEGIN")
                create_tables(connection)
                fill(connection)
                connection.execute("COMMIT")
            finally:
                connection.close()
            if path.exists():
                raise RverError(f"There is {path.name} in {path.parent} already; open it or choose another name.")
            _set_leftovers_aside(path)
    finally:
        lock.release()


def _set_leftovers_aside(path: Path) -> None:
    """Keep SQLite from replaying the log of a vanished file of the same name into the new one."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size == 0:
        log.unlink()
    elif log.exists():
        count = 1
        while (kept := path.with_name(f"{path.name}.left-over-{count}")).exists():
            count += 1
        log.rename(kept)
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
