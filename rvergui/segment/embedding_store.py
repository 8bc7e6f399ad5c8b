"""Embeddings on disk, so that no photo is looked at twice.

One file each, named by what it was made from: the photo's pixels, and the backend with its weights and settings. Floats
are kept as 16 bits where that loses nothing that matters. A file that is damaged, cut short or of another version
counts as not there and is removed; a disk that is full or refuses to write is no reason to bother anybody.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
import zlib
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.core.atomic import write_bytes
from rvergui.segment.protocol import Embedding

log = logging.getLogger(__name__)

# Raised when what is written into a file changes its meaning.
FORMAT = 1
DEFAULT_BUDGET = 4 << 30
SUFFIX = ".embedding"

# A disk is never filled to the brim for something that can be made again.
_LEAVE_FREE = 256 << 20
# 16 bits keep eleven significant bits; arrays whose values are so small that they lose more stay as they are.
_TOLERANCE = 1e-3
_ABANDONED_S = 3600.0
_HEADER_LIMIT = 1 << 20

Arrays = Mapping[str, NDArray[Any]]


class EmbeddingStore:
    """A folder with embeddings; any number of programs may use it at once.

    Args:
        folder: where; it is made with the first embedding.
        budget: how many bytes are kept; what was not used for longest goes first.
    """

    def __init__(self, folder: Path, budget: int = DEFAULT_BUDGET) -> None:
        self.folder = folder
        self.budget = budget

    def get(self, photo_key: str, signature: str) -> Embedding | None:
        """The embedding of the photo by the backend with this signature; None if there is none that can be used."""
        path = self.path(photo_key, signature)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.info("%s cannot be read (%s)", path, error)
            return None
        try:
            embedding = unpack(data)
        except ValueError as error:
            log.info("%s is no use (%s) and is removed", path, error)
            _remove(path)
            return None
        if (embedding.photo_key, embedding.signature) != (photo_key, signature):
            log.info("%s belongs to something else and is removed", path)
            _remove(path)
            return None
        _touch(path)
        return embedding

    def has(self, photo_key: str, signature: str) -> bool:
        """Whether there is a file for it; it is not read."""
        try:
            return self.path(photo_key, signature).is_file()
        except OSError:
            return False

    def put(self, embedding: Embedding) -> bool:
        """Keep an embedding; whether that worked. Never raises for anything that a disk may do."""
        path = self.path(embedding.photo_key, embedding.signature)
        try:
            data = pack(embedding)
            if len(data) > self.budget:
                log.info("the embedding of %s bytes is larger than all that may be kept", len(data))
                return False
            self.folder.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.folder).free < len(data) + _LEAVE_FREE:
                log.info("the disk of %s is nearly full, the embedding is not kept", self.folder)
                return False
            write_bytes(path, data)
            self._tidy(path)
        except (OSError, RverError, ValueError, MemoryError) as error:
            log.info("the embedding is not kept: %s", error)
            return False
        return True

    def path(self, photo_key: str, signature: str) -> Path:
        """Where the embedding of this photo by this backend is, if it is there."""
        name = blake2b(json.dumps([photo_key, signature]).encode(), digest_size=16).hexdigest()
        return self.folder / f"{name}{SUFFIX}"

    def size(self) -> int:
        """Bytes on disk."""
        return sum(size for _, size, _ in self._files())

    def _tidy(self, newest: Path) -> None:
        """Remove what exceeds the budget, and what a program that was killed left half-written."""
        files = self._files()
        excess = sum(size for _, size, _ in files) - self.budget
        for _, size, path in sorted(files):
            if excess <= 0:
                break
            if path != newest and _remove(path):
                excess -= size
        too_old = time.time() - _ABANDONED_S
        for path in self.folder.glob(f".*{SUFFIX}.*.part"):
            try:
                if path.stat().st_mtime < too_old:
                    _remove(path)
            except OSError:
                continue

    def _files(self) -> list[tuple[float, int, Path]]:
        """When each file was used last, its size, and where it is."""
        found = []
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    if entry.name.endswith(SUFFIX):
                        try:
                            status = entry.stat()
                        except OSError:  # another program removed it
                            continue
                        found.append((status.st_mtime, status.st_size, Path(entry.path)))
        except OSError:
            return []
        return found


def usual_store() -> EmbeddingStore | None:
    """The store in the user's cache folder, or as the environment says; None if it says that nothing is to be kept.

    Raises:
        RverError: a variable has a value that makes no sense.
    """
    folder, budget = platformdirs.user_cache_path("rvergui", appauthor=False), DEFAULT_BUDGET
    if any(name.upper().startswith("RVERGUI_") for name in os.environ):
        from rvergui.runtime.settings import Settings  # takes a quarter of a second to import

        settings = Settings()
        folder, budget = settings.cache_folder(), settings.cache_mb << 20
    return EmbeddingStore(folder / "embeddings", budget) if budget > 0 else None


def pack(embedding: Embedding) -> bytes:
    """``embedding`` as the bytes of a file: checksum, what it was made from, then its arrays as safetensors.

    Raises:
        ValueError: it holds arrays that are no plain numbers.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save

    arrays, types = {}, {}
    for name, array in embedding.arrays.items():
        if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            raise ValueError(f"{name!r} holds {array.dtype}")
        native = array.astype(array.dtype.newbyteorder("="), order="C", copy=True)
        arrays[name], types[name] = _short(native), native.dtype.name
    about = {
        "format": str(FORMAT),
        "photo": embedding.photo_key,
        "size": json.dumps(list(embedding.size)),
        "signature": embedding.signature,
        "types": json.dumps(types),
    }
    try:
        body = save(arrays, metadata=about)
    except (SafetensorError, TypeError, KeyError) as error:
        raise ValueError(str(error)) from error
    return zlib.crc32(body).to_bytes(4, "little") + body


def unpack(data: bytes) -> Embedding:
    """The embedding in the bytes of a file, its arrays of the types they had.

    Raises:
        ValueError: the bytes are damaged, cut short, or of another version of this format.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    body = data[4:]
    if zlib.crc32(body) != int.from_bytes(data[:4], "little"):
        raise ValueError("damaged or cut short")
    try:
        about = _about(body)
        if about.get("format") != str(FORMAT):
            raise ValueError(f"format {about.get('format')} instead of {FORMAT}")
        types, size = json.loads(about["types"]), json.loads(about["size"])
        arrays = {name: array.astype(types[name], copy=False) for name, array in load(body).items()}
        return Embedding(
            photo_key=about["photo"], size=(int(size[0]), int(size[1])), signature=about["signature"], arrays=arrays
        )
    except (SafetensorError, KeyError, TypeError, IndexError) as error:
        raise ValueError(str(error)) from error


def _about(body: bytes) -> dict[str, str]:
    """The texts in a safetensors header, whose length is in its first eight bytes."""
    length = int.from_bytes(body[:8], "little")
    if length > _HEADER_LIMIT:
        raise ValueError("its header is too long")
    about = json.loads(body[8 : 8 + length]).get("__metadata__", {})
    if not isinstance(about, dict):
        raise ValueError("its header says nothing")
    return about


def _short(array: NDArray[Any]) -> NDArray[Any]:
    """Floats in 16 bits, unless that would lose more than rounding."""
    if array.dtype.kind != "f" or array.dtype.itemsize <= 2 or array.size == 0:
        return array
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        short = array.astype(np.float16)
        peak = float(np.abs(array).max())
        loss = float(np.abs(short.astype(array.dtype) - array).max())
    # Written so that infinities and values that are no numbers, in either, keep the array as it is.
    return short if loss <= _TOLERANCE * peak < float("inf") else array


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # held open by another program, as on Windows
        log.info("%s cannot be removed (%s)", path, error)
        return False
    return True


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return  # gone again, or a folder that may only be read: still a good embedding
