"""What SQLite's complaints mean for the person at the screen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rvergui.core import RverError

_DAMAGED = "{name} in {folder} is damaged; the file was left as it is, restore it from a backup copy."

# By primary result code (the low byte of SQLite's error code).
_SENTENCES = {
    sqlite3.SQLITE_FULL: "There is no space left for {name} in {folder}; free some space and save again. "
    "Everything saved before is kept.",
    sqlite3.SQLITE_BUSY: "{name} in {folder} is in use by another program; close it there and try again.",
    sqlite3.SQLITE_LOCKED: "{name} in {folder} is in use by another program; close it there and try again.",
    sqlite3.SQLITE_READONLY: "{name} in {folder} may not be written; copy it to a folder of yours and open it there.",
    sqlite3.SQLITE_PERM: "{name} in {folder} may not be written; change its permissions and open it again.",
    sqlite3.SQLITE_AUTH: "{name} in {folder} may not be written; change its permissions and open it again.",
    sqlite3.SQLITE_CANTOPEN: "{name} in {folder} could not be opened; check that the folder is there and yours to use.",
    sqlite3.SQLITE_IOERR: "The disk did not accept {name} in {folder} ({detail}); check the disk and its free space, "
    "then try again. Everything saved before is kept.",
    sqlite3.SQLITE_NOTADB: "{name} in {folder} is not a RveRGUI project; choose a file that ends in .rver.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    # A column or table that is not there, or a value of the wrong kind: somebody changed the file by hand.
    sqlite3.SQLITE_ERROR: _DAMAGED,
    sqlite3.SQLITE_SCHEMA: _DAMAGED,
}
_OTHER = "{name} in {folder} could not be used ({detail}); close other programs that use it and open it again."


def sentence_for(error: sqlite3.Error, path: Path) -> str:
    """One clear sentence for an error on the project file ``path``."""
    code = getattr(error, "sqlite_errorcode", None)
    template = _OTHER if code is None else _SENTENCES.get(code & 0xFF, _OTHER)
    return template.format(name=path.name, folder=path.parent, detail=str(error) or type(error).__name__)


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the project file ``path`` into a ``RverError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise RverError(sentence_for(error, path)) from error
    except UnicodeError as error:  # half a surrogate pair, as a broken paste can bring it
        raise RverError(
            f"A text holds characters that {path.name} cannot store; type it again instead of pasting it."
        ) from error
