"""What there is of the official weights on this machine, and whether it is what was published.

A checksum of 2.6 GB takes seconds, so what was found is remembered together with the file's size and time; a file that
has neither changed size nor time since is not read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from rvergui.core.atomic import write_text
from rvergui.core.errors import RverError
from rvergui.runtime import catalogue
from rvergui.runtime.catalogue import Entry
from rvergui.runtime.stopping import Stop

PART = ".part"
_CHUNK = 1 << 20
_MOST_REMEMBERED = 200

Tell = Callable[[int, int], None]
"""Called with (bytes done, bytes in all) as the work goes on."""


class State(StrEnum):
    """How far an entry has come on this machine."""

    ABSENT = "absent"
    PARTIAL = "partial"
    INSTALLED = "installed"
    WRONG = "wrong"


@dataclass(frozen=True)
class Holding:
    """What there is of an entry.

    Attributes:
        entry: the official file.
        state: how far it has come.
        path: the file, whole or wrong; None if there is none.
        checked: whether its checksum was compared since it last changed.
        part_bytes: how much of a download that broke off is kept; 0 when INSTALLED.
        trouble: for WRONG, what is wrong, a clause.
    """

    entry: Entry
    state: State
    path: Path | None = None
    checked: bool = False
    part_bytes: int = 0
    trouble: str = ""


def holdings(folders: Sequence[Path] | None = None) -> list[Holding]:
    """What there is of every entry of the catalogue, in its order; reads no file but the notes on earlier checks."""
    folders = _folders() if folders is None else folders
    notes = Notes.read()
    return [_holding(entry, folders, notes) for entry in catalogue.OFFICIAL]


def holding(entry: Entry, folders: Iterable[Path] | None = None) -> Holding:
    """What there is of one entry; the first whole file of ``folders`` (None: as the settings say) wins."""
    return _holding(entry, _folders() if folders is None else folders, Notes.read())


def _folders() -> tuple[Path, ...]:
    # Reading settings takes a quarter of a second the first time; the window imports this module and must not wait.
    from rvergui.runtime.settings import Settings

    return Settings().weight_folders()


def _holding(entry: Entry, folders: Iterable[Path], notes: Notes) -> Holding:
    wrong: Holding | None = None
    part_bytes = 0
    for folder in folders:
        part_bytes = max(part_bytes, size_of(folder / f"{entry.file}{PART}") or 0)
        path = folder / entry.file
        size = size_of(path)
        if size is None:
            continue
        known = notes.checksum(path)
        if size == entry.size and known in (None, entry.sha256):
            return Holding(entry, State.INSTALLED, path, known is not None)
        if wrong is None:
            trouble = (
                "its contents are not those that were published"
                if size == entry.size
                else f"it has {size:,} bytes instead of {entry.size:,}"
            )
            wrong = Holding(entry, State.WRONG, path, known is not None, trouble=trouble)
    if wrong is not None:
        return replace(wrong, part_bytes=part_bytes)
    return Holding(entry, State.PARTIAL if part_bytes else State.ABSENT, part_bytes=part_bytes)


def verify(found: Holding, tell: Tell | None = None, stop: Stop | None = None) -> Holding:
    """Read the file of ``found``, compare its checksum, remember and return what it is.

    Raises:
        RverError: there is no file, or it cannot be read.
        Stopped: ``stop`` was wished.
    """
    if found.path is None:
        raise RverError(f"{found.entry.title} is not installed; get it with “rvergui weights get {found.entry.name}”.")
    if size_of(found.path) == found.entry.size:
        remember(found.path, checksum(found.path, tell, stop))
    return holding(found.entry, [found.path.parent])


def checksum(path: Path, tell: Tell | None = None, stop: Stop | None = None) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits.

    Raises:
        RverError: the file cannot be read.
        Stopped: ``stop`` was wished.
    """
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as file:
            total = path.stat().st_size
            while chunk := file.read(_CHUNK):
                if stop is not None:
                    stop.heed()
                digest.update(chunk)
                done += len(chunk)
                if tell is not None:
                    tell(done, total)
    except OSError as error:
        raise RverError(f"{path} could not be read ({error.strerror or error}); check the disk it is on.") from error
    return digest.hexdigest()


def remember(path: Path, found: str) -> None:
    """Note the checksum of a file as it is now; a disk that takes no notes only costs time later."""
    notes = Notes.read()
    notes.add(path, found)
    notes.write()


def size_of(path: Path) -> int | None:
    """The size of a file in bytes; None if there is no such file or it cannot be looked at."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


class Notes:
    """Checksums found earlier, with the size and time that each file had then; a small JSON file in the cache."""

    def __init__(self, by_path: dict[str, dict[str, Any]], file: Path) -> None:
        self._by_path = by_path
        self._file = file

    @classmethod
    def read(cls, file: Path | None = None) -> Notes:
        """The notes of the user; unreadable ones count as none."""
        file = file or _notes_file()
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = None
        if not isinstance(content, dict):
            content = {}
        return cls({path: note for path, note in content.items() if isinstance(note, dict)}, file)

    def checksum(self, path: Path) -> str | None:
        """The checksum of ``path`` if it was found since the file last changed."""
        note = self._by_path.get(_key(path))
        seen = _seen(path)
        if note is None or seen is None or (note.get("size"), note.get("time_ns")) != seen:
            return None
        found = note.get("sha256")
        return found if isinstance(found, str) else None

    def add(self, path: Path, found: str) -> None:
        """Note the checksum of ``path`` as it is now."""
        seen = _seen(path)
        if seen is not None:
            self._by_path.pop(_key(path), None)  # so that the newest come last
            self._by_path[_key(path)] = {"size": seen[0], "time_ns": seen[1], "sha256": found}

    def write(self) -> None:
        """Keep the notes, the newest ones if there are many."""
        newest = dict(list(self._by_path.items())[-_MOST_REMEMBERED:])
        try:
            write_text(self._file, json.dumps(newest, indent=1))
        except RverError:
            return  # the next start reads the files once more


def _notes_file() -> Path:
    from rvergui.runtime.settings import Settings

    return Settings().cache_folder() / "checked-weights.json"


def _key(path: Path) -> str:
    return str(path.absolute())


def _seen(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns
