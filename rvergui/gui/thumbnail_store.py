"""Thumbnails kept on disk, so that a folder that was looked at before is there at once.

One small database in the program's cache folder, shared by all projects and windows. What is in it can be made again:
whatever goes wrong with it, thumbnails are made from the photos instead, and nobody is bothered.
"""

from __future__ import annotations

import io
import logging
import os
import threading
import time
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    import sqlite3  # the first window does without

log = logging.getLogger(__name__)

# Raised when thumbnails are made in another way.
FORMAT = 1
FILE = "thumbnails.db"
KEPT = 100_000  # about 400 MB
_QUALITY = 82
_DROP_AT_ONCE = 2_000
_SCHEMA = "CREATE TABLE IF NOT EXISTS thumbnails (key BLOB PRIMARY KEY, used INTEGER NOT NULL, jpeg BLOB NOT NULL)"
_INDEX = "CREATE INDEX IF NOT EXISTS by_use ON thumbnails (used)"
_DAY_S = 86_400


class ThumbnailStore:
    """Thumbnails by file, its size and its time. Any thread may use it.

    Args:
        folder: where the database lies; made when it is first needed.
        kept: how many are kept; what was not used for longest goes first.
    """

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self._path = folder / FILE
        self._kept = kept
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._broken = False

    def get(self, path: Path, edge: int) -> NDArray[np.uint8] | None:
        """The thumbnail (height, width, 3) uint8 RGB of the file as it is now; None if it is not kept."""
        key = _key(path, edge)
        if key is None:
            return None
        with self._lock:
            rows = self._rows("SELECT jpeg, used FROM thumbnails WHERE key = ?", (key,))
            if not rows:
                return None
            jpeg, used = rows[0]
            if _today() > used:
                self._rows("UPDATE thumbnails SET used = ? WHERE key = ?", (_today(), key))
        try:
            with Image.open(io.BytesIO(jpeg)) as image:
                return np.array(image.convert("RGB"))
        except Exception as error:  # noqa: BLE001 - a damaged one raises anything, and is made again
            log.info("a kept thumbnail is no use (%s)", error)
            return None

    def put(self, path: Path, edge: int, pixels: NDArray[np.uint8]) -> None:
        """Keep the thumbnail of the file as it is now; ``pixels`` as ``get`` returns them."""
        key = _key(path, edge)
        if key is None:
            return
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "JPEG", quality=_QUALITY)
        with self._lock:
            self._rows("INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)", (key, _today(), packed.getvalue()))

    def close(self) -> None:
        """Close the database; it is opened again if it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[bytes, int]]:
        """What a query finds; nothing if the database cannot be used."""
        if self._broken:
            return []
        import sqlite3

        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            log.info("thumbnails are not kept (%s)", error)
            self._give_up(error)
            return []

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        self._path.parent.mkdir(parents=True, exist_ok=True)
        # A crash may cost the last thumbnails, which is no loss; two windows may write at once.
        connection = sqlite3.connect(self._path, timeout=1.0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                connection.execute("DROP TABLE IF EXISTS thumbnails")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute(_SCHEMA)
            connection.execute(_INDEX)
            self._make_room(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_room(self, connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("SELECT count(*) FROM thumbnails").fetchone()
        if count > self._kept:
            oldest = "SELECT key FROM thumbnails ORDER BY used LIMIT ?"
            spare = count - self._kept + min(_DROP_AT_ONCE, self._kept // 10)
            connection.execute(f"DELETE FROM thumbnails WHERE key IN ({oldest})", (spare,))

    def _give_up(self, error: sqlite3.Error | OSError) -> None:
        """Start anew if the file is damaged; else do without until the program is started again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        import sqlite3

        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_BUSY:
            return
        if code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            for ending in ("", "-wal", "-shm"):
                try:
                    self._path.with_name(FILE + ending).unlink(missing_ok=True)
                except OSError:
                    self._broken = True
            return
        self._broken = True


def _key(path: Path, edge: int) -> bytes | None:
    """What names a thumbnail: file, size, time and edge; None if the file is not there."""
    try:
        told = path.stat()
    except (OSError, ValueError):
        return None
    words = f"{told.st_size} {told.st_mtime_ns} {edge} ".encode()
    return blake2b(words + os.fsencode(path), digest_size=16).digest()


def _today() -> int:
    return int(time.time() // _DAY_S)
