"""Networks that were converted to OpenVINO, kept on disk.

One folder each, ``LABEL-KEY``: the graphs as NAME.xml and NAME.bin and a ``model.json`` that says what they were made
from and how each file hashes. A folder is written beside its place and moved there when it is whole. One that does not
match its ``model.json`` counts as not there and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rvergui.core import RverError
from rvergui.runtime.openvino_library import installed_version
from rvergui.runtime.settings import Settings

# Raised when what is written into a folder changes its meaning.
FORMAT = 1
DESCRIPTION = "model.json"
BUDGET_BYTES = 8_000_000_000

_PART = ".part"
_LOCK = ".lock"
_BLOCK = 1 << 22


@dataclass(frozen=True)
class CacheKey:
    """What a converted network was made from; another value anywhere is another network.

    Attributes:
        label: a readable beginning of the folder's name, e.g. "sam-vit-b".
        parts: whatever the result depends on (the weights' hash, architecture, input shapes, precision), as JSON
            values. OpenVINO's version and this module's format are added.
    """

    label: str
    parts: Mapping[str, Any]

    def values(self) -> dict[str, Any]:
        """All parts, as they are written down."""
        return {**self.parts, "openvino": installed_version() or "", "format": FORMAT}

    @property
    def folder_name(self) -> str:
        """Readable label and 16 hexadecimal digits."""
        text = json.dumps(self.values(), sort_keys=True, default=str)
        readable = "".join(c if c.isalnum() else "-" for c in self.label.lower())[:40]
        return f"{readable}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


@dataclass(frozen=True)
class StoredNetwork:
    """A converted network on disk, whole when it was looked up.

    Attributes:
        folder: where.
        graphs: the names of its graphs; ``xml(name)`` is a graph's file.
        info: what its maker wanted remembered (JSON values).
        key: what it was made from.
    """

    folder: Path
    graphs: tuple[str, ...]
    info: Mapping[str, Any] = field(default_factory=dict)
    key: Mapping[str, Any] = field(default_factory=dict)

    def xml(self, name: str) -> Path:
        """The file of graph ``name``."""
        return self.folder / f"{name}.xml"

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return _size_of(self.folder)


class OpenVinoCache:
    """The folder with converted networks.

    Args:
        folder: where; None takes ``openvino`` in the folder that the settings name.
        budget: how many bytes are kept; what was not used for longest goes first.
    """

    def __init__(self, folder: Path | None = None, budget: int = BUDGET_BYTES) -> None:
        self.folder = folder if folder is not None else Settings().cache_folder() / "openvino"
        self.budget = budget

    def find(self, key: CacheKey) -> StoredNetwork | None:
        """The network made from ``key``, None if there is none or it is damaged."""
        folder = self.folder / key.folder_name
        stored = read_stored(folder)
        if stored is None or dict(stored.key) != json.loads(json.dumps(key.values(), default=str)):
            return None
        _touch(folder)
        return stored

    def lock(self, key: CacheKey) -> FileLock:
        """Held by whoever makes the network of ``key``."""
        self._make_folder()
        return FileLock(self.folder / f"{key.folder_name}{_LOCK}")

    def begin(self, key: CacheKey) -> Path:
        """A new empty folder to write the network of ``key`` into; ``finish`` or remove it.

        Raises:
            RverError: the folder cannot be written to.
        """
        self._make_folder()
        part = self.folder / f"{key.folder_name}.{uuid.uuid4().hex[:8]}{_PART}"
        try:
            part.mkdir()
        except OSError as error:
            raise self._cannot_write(error) from error
        return part

    def finish(self, key: CacheKey, part: Path, graphs: tuple[str, ...], info: Mapping[str, Any]) -> StoredNetwork:
        """Describe what was written into ``part`` and move it to its place; an older one there is replaced.

        Raises:
            RverError: the disk is full or the folder cannot be written to; ``part`` is then gone.
        """
        try:
            files = sorted(path for path in part.iterdir() if path.is_file())
            for path in files:
                _sync(path)
            description = {
                "key": key.values(),
                "graphs": list(graphs),
                "info": dict(info),
                "files": {path.name: {"bytes": path.stat().st_size, "sha256": file_digest(path)} for path in files},
            }
            text = json.dumps(description, indent=1, default=str)
            (part / DESCRIPTION).write_text(text, encoding="utf-8")
            _sync(part / DESCRIPTION)
            place = self.folder / key.folder_name
            remove_folder(place)
            part.replace(place)
        except OSError as error:
            remove_folder(part)
            raise self._cannot_write(error) from error
        stored = read_stored(place)
        if stored is None:
            raise RverError(f"What was converted could not be read back from {place}; check the disk.")
        return stored

    def tidy(self, keep: StoredNetwork | None = None) -> list[str]:
        """Remove leftovers of broken conversions, networks of other versions of OpenVINO, and what exceeds the budget.

        Returns:
            The names of the folders removed.
        """
        removed = [path.name for path in self._parts() if self._is_abandoned(path) and remove_folder(path)]
        current = {"openvino": installed_version() or "", "format": FORMAT}
        kept: list[tuple[float, int, Path]] = []
        for folder in self._folders():
            key = _described(folder).get("key")
            is_current = isinstance(key, Mapping) and all(key.get(name) == value for name, value in current.items())
            if not is_current and not self._is_busy(folder.name):
                removed += [folder.name] if remove_folder(folder) else []
                continue
            kept.append((_used(folder), _size_of(folder), folder))
        excess = sum(size for _, size, _ in kept) - self.budget
        for _, size, folder in sorted(kept):
            if excess <= 0:
                break
            if keep is not None and folder == keep.folder:
                continue
            if remove_folder(folder):
                removed.append(folder.name)
                excess -= size
        return removed

    def _folders(self) -> list[Path]:
        return [path for path in _entries(self.folder) if path.is_dir() and path.suffix != _PART]

    def _parts(self) -> list[Path]:
        return [path for path in _entries(self.folder) if path.is_dir() and path.suffix == _PART]

    def _is_abandoned(self, part: Path) -> bool:
        return not self._is_busy(part.name.split(".")[0])

    def _is_busy(self, name: str) -> bool:
        try:
            with FileLock(self.folder / f"{name}{_LOCK}", timeout=0):
                return False
        except (Timeout, OSError):
            return True

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._cannot_write(error) from error

    def _cannot_write(self, error: OSError) -> RverError:
        return RverError(
            f"Converted networks cannot be kept in {self.folder} ({error.strerror or type(error).__name__}); free some "
            "space there or name another folder in RVERGUI_CACHE."
        )


def read_stored(folder: Path) -> StoredNetwork | None:
    """The network in ``folder``, None unless every file is as ``model.json`` says."""
    described = _described(folder)
    files, graphs, info = described.get("files"), described.get("graphs"), described.get("info")
    if not isinstance(files, Mapping) or not isinstance(graphs, list) or not isinstance(info, Mapping):
        return None
    if not all(f"{name}.xml" in files for name in graphs):
        return None
    try:
        for name, wanted in files.items():
            path = folder / str(name)
            if path.stat().st_size != wanted["bytes"] or file_digest(path) != wanted["sha256"]:
                return None
    except (OSError, KeyError, TypeError):
        return None
    return StoredNetwork(folder, tuple(str(name) for name in graphs), dict(info), dict(described.get("key", {})))


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def remove_folder(folder: Path) -> bool:
    """Whether ``folder`` is gone; what another program holds open, as on Windows, stays."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _described(folder: Path) -> dict[str, Any]:
    try:
        loaded = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in _entries(folder) if path.is_file())


def _used(folder: Path) -> float:
    try:
        return (folder / DESCRIPTION).stat().st_mtime
    except OSError:
        return 0.0


def _touch(folder: Path) -> None:
    try:
        os.utime(folder / DESCRIPTION)
    except OSError:
        return  # a cache that is only readable still serves


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
