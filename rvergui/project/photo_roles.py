"""Which photos models were trained on and which are held out to judge them by: settled once, for good.

A photo is its content, so copies of it share a role, and one that is removed and comes back has the role that it had.
The database itself refuses to change or forget a role.

The training process settles the roles while a window has the project open. The lock that keeps two windows apart is
not asked for that: no window holds roles in memory, rows are only added, and SQLite has one writer at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.project.connection import SHARED, Guarded, connect
from rvergui.project.trouble import in_words

if TYPE_CHECKING:
    from rvergui.project.store import Project

_ALL = "SELECT photo, role FROM photo_roles"


class Role(StrEnum):
    """What a photo is there for."""

    TRAINED = "trained"
    HELD_OUT = "held out"


Roles = dict[str, Role]
"""Short key of a photo (``core.photo.short_key``) -> its role."""


def read(reader: Guarded) -> Roles:
    """The roles that are settled."""
    return {photo: Role(role) for photo, role in reader.rows(_ALL)}


def settle(path: Path, decide: Callable[[Roles], Mapping[str, Role]]) -> Roles:
    """Give photos of the project file ``path`` their roles, in one transaction, whoever else has the project open.

    Args:
        path: the project file.
        decide: told the roles that are settled, says those of further photos; what it says of settled ones is ignored.

    Returns:
        All roles.

    Raises:
        RverError: the file cannot be written; nothing has changed.
    """
    with in_words(path):
        connection = connect(path, SHARED)
    writer = Guarded(path, connection)
    try:
        with writer.transaction() as inside:
            before = _roles(inside)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            new = {photo: role for photo, role in decide(dict(before)).items() if photo not in before}
            inside.executemany(
                "INSERT INTO photo_roles (photo, role, at) VALUES (?, ?, ?)",
                [(photo, role.value, at) for photo, role in sorted(new.items())],
            )
        return {**before, **new}
    finally:
        writer.close()


def known_roles(project: Project) -> Roles:
    """The roles that are settled, and of other photos what the project's models say that they learnt from.

    Models say it in their headers: those of earlier versions of the program, and those that were trained elsewhere. A
    photo that one of them learnt from counts as trained on, whatever another held out.
    """
    from rvergui.project.models import known_models

    roles = project.photo_roles()
    headers = [model.header for model in known_models(project) if model.header is not None]
    for header in headers:
        for photo in header.photos_seen:
            roles.setdefault(photo, Role.TRAINED)
    for header in headers:
        for photo in header.photos_held_out:
            roles.setdefault(photo, Role.HELD_OUT)
    return roles


def _roles(connection: sqlite3.Connection) -> Roles:
    return {photo: Role(role) for photo, role in connection.execute(_ALL)}
