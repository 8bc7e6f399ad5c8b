"""What networks saw in the objects of a project, kept beside its models, so that no object is looked at twice.

A file of its own: losing it costs some computing and nothing else. So nothing here ever raises; a file that is damaged
is made anew, one that cannot be written is done without.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask

log = logging.getLogger(__name__)

T = TypeVar("T")
Features = NDArray[np.float16]
Chances = NDArray[np.float32]
Seen = tuple[Features, Chances]

FILE = "features.cache"
# Raised when what is in the file means something else; an older file is then made anew.
FORMAT = 1
# Going back to a model must not mean looking at everything again.
NETWORKS_KEPT = 3
_PATIENCE_S = 2.0
_AT_ONCE = 500

_TABLES = (
    "CREATE TABLE networks (fingerprint TEXT PRIMARY KEY, used INTEGER NOT NULL)",
    """CREATE TABLE seen (fingerprint TEXT NOT NULL, object BLOB NOT NULL, features BLOB NOT NULL,
        chances BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (fingerprint, object)) WITHOUT ROWID""",
)


def object_key(photo_key: str, mask: Mask) -> bytes:
    """Identifies an object by what networks see of it: the photo's content and the mask."""
    about = f"{photo_key} {mask.size[0]} {mask.size[1]} ".encode()
    return blake2b(about + mask.counts, digest_size=16).digest()


class FeatureCache:
    """Features and probabilities by network and object. Used by one thread at a time.

    Args:
        path: the file; its folder is made with the first that is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def get(self, fingerprint: str, keys: Iterable[bytes]) -> dict[bytes, Seen]:
        """What the network with this fingerprint saw in these objects, as far as it is kept."""
        wanted = list(dict.fromkeys(keys))
        if self._connection is None and not self.path.is_file():
            return {}

        def read(connection: sqlite3.Connection) -> dict[bytes, Seen]:
            found = {}
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"""SELECT object, features, chances, checksum FROM seen
                    WHERE fingerprint = ? AND object IN ({marks})"""
                for key, features, chances, checksum in connection.execute(query, (fingerprint, *some)):
                    if zlib.crc32(chances, zlib.crc32(features)) == checksum:
                        found[bytes(key)] = (np.frombuffer(features, "<f2"), np.frombuffer(chances, "<f4"))
            return found

        return self._guarded(read) or {}

    def put(self, fingerprint: str, seen: Mapping[bytes, Seen]) -> None:
        """Keep what that network saw."""
        rows = []
        for key, (features, chances) in seen.items():
            blobs = features.astype("<f2").tobytes(), chances.astype("<f4").tobytes()
            rows.append((fingerprint, key, *blobs, zlib.crc32(blobs[1], zlib.crc32(blobs[0]))))
        if rows:
            self._guarded(
                lambda connection: connection.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", rows)
            )

    def keep_only(self, fingerprint: str, keys: Iterable[bytes]) -> None:
        """Forget what this network saw in other objects, and all that networks saw that were not in use lately."""
        wanted = set(keys)
        if self._connection is None and not self.path.is_file():
            return

        def prune(connection: sqlite3.Connection) -> None:
            query = "SELECT object FROM seen WHERE fingerprint = ?"
            there = [bytes(key) for (key,) in connection.execute(query, (fingerprint,))]
            gone = [(fingerprint, key) for key in there if key not in wanted]
            connection.executemany("DELETE FROM seen WHERE fingerprint = ? AND object = ?", gone)
            connection.execute(
                "INSERT OR REPLACE INTO networks SELECT ?, coalesce(max(used), 0) + 1 FROM networks", (fingerprint,)
            )
            connection.execute(
                "DELETE FROM networks WHERE fingerprint NOT IN"
                " (SELECT fingerprint FROM networks ORDER BY used DESC LIMIT ?)",
                (NETWORKS_KEPT,),
            )
            connection.execute("DELETE FROM seen WHERE fingerprint NOT IN (SELECT fingerprint FROM networks)")

        self._guarded(prune)

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _guarded(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do ``work`` in one transaction; None if that does not go."""
        try:
            connection = self._open()
            with connection:
                return work(connection)
        except sqlite3.OperationalError as error:  # full, locked, may not be written
            log.info("%s is not used: %s", self.path, error)
            self.close()
        except sqlite3.DatabaseError as error:
            log.info("%s is damaged (%s) and is made anew", self.path, error)
            self._remove()
        except OSError as error:
            log.info("%s is not used: %s", self.path, error)
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=_PATIENCE_S, check_same_thread=False)
        try:
            # what a power cut may spoil is found by the checksums, or the whole file is made anew
            connection.execute("PRAGMA synchronous = OFF")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version not in (0, FORMAT):
                raise sqlite3.DatabaseError(f"format {version} instead of {FORMAT}")
            if version == 0:
                with connection:
                    for statement in _TABLES:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {FORMAT:d}")
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _remove(self) -> None:
        self.close()
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            log.info("%s cannot be removed: %s", self.path, error)
