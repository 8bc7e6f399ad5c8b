"""What a run has finished, kept beside its result while it lasts, so that a run that was killed goes on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from filelock import FileLock, Timeout

from rvergui.batch.results import line
from rvergui.core import RverError

SUFFIX = ".progress"
_FORMAT = "rvergui predict"
_VERSION = 1
# Lines reach the disk at least so often; a program that is killed loses none, a power failure these few.
_SYNC_S = 2.0


class Journal:
    """Finished photos as lines of JSON in ``OUT.progress``; the first line says how they were made.

    Only one run at a time works on a result.

    Args:
        out: the result to be.
        restart: forget what an earlier run has finished.

    Raises:
        RverError: another run works on it, or the folder cannot be written.
    """

    def __init__(self, out: Path, restart: bool = False) -> None:
        self.path = out.with_name(out.name + SUFFIX)
        self._places: dict[str, int] = {}
        self._states: dict[str, list[int]] = {}
        self._file: IO[bytes] | None = None
        self._synced = 0.0
        self.head: dict[str, Any] | None = None
        self._lock = FileLock(self.path.with_name(self.path.name + ".lock"), timeout=0, thread_local=False)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise RverError(
                f"Another run is making {out.name} in {out.parent}; wait for it, or name another file."
            ) from error
        except OSError as error:
            raise self._cannot(error) from error
        try:
            self._open(restart)
        except OSError as error:
            self.close()
            raise self._cannot(error) from error
        except BaseException:
            self.close()
            raise

    def _cannot(self, error: OSError) -> RverError:
        reason = error.strerror or type(error).__name__
        return RverError(
            f"{self.path.name} cannot be written to {self.path.parent} ({reason}); free some space or choose another "
            "place."
        )

    def _open(self, restart: bool) -> None:
        self._file = self.path.open("r+b" if self.path.exists() and not restart else "w+b")
        whole = 0
        for place, record, end in self._lines():
            if place == 0:
                if record.get("format") != _FORMAT or record.get("version") != _VERSION:
                    raise RverError(
                        f"{self.path.name} in {self.path.parent} is not the progress of such a run; move it away, or "
                        "give --restart to write over it."
                    )
                self.head = record
            else:
                self._places[record["photo"]] = place
                self._states[record["photo"]] = record["state"]
            whole = end
        self._file.truncate(whole)  # a last line that was cut short
        self._file.seek(whole)

    def _lines(self) -> Iterator[tuple[int, dict[str, Any], int]]:
        assert self._file is not None
        place = 0
        for raw in self._file:
            try:
                record = json.loads(raw)
                if not raw.endswith(b"\n") or not isinstance(record, dict) or (place and not _usable(record)):
                    return
            except ValueError:
                return
            yield place, record, place + len(raw)
            place += len(raw)

    @property
    def finished(self) -> set[str]:
        """The photos that are in it."""
        return set(self._places)

    def has(self, photo: str, path: Path) -> bool:
        """Whether the photo is finished and its file has not changed since."""
        return photo in self._places and self._states[photo] == file_state(path)

    def begin(self, head: Mapping[str, Any]) -> None:
        """Note how this run works, or check that an earlier one worked the same way.

        Raises:
            RverError: it did not.
        """
        wanted = {"format": _FORMAT, "version": _VERSION, **head}
        if self.head is None:
            self._write(wanted)
            self.head = wanted
            return
        # through JSON, as what was read has been
        other = [key for key, value in json.loads(line(wanted)).items() if self.head.get(key) != value]
        if other:
            raise RverError(
                f"{self.path.name} in {self.path.parent} was begun with another {' and '.join(other)}; give the same "
                "again, or --restart to begin anew."
            )

    def add(self, photo: str, state: list[int], record: Mapping[str, Any]) -> None:
        """Keep what was found on a photo whose file was in this state."""
        self._states[photo] = state
        self._places[photo] = self._write({"photo": photo, "state": state, "result": record})

    def result(self, photo: str) -> dict[str, Any] | None:
        """What was found on a photo; None if it is not finished."""
        place = self._places.get(photo)
        if place is None:
            return None
        assert self._file is not None
        self._file.seek(place)
        result: dict[str, Any] = json.loads(self._file.readline())["result"]
        return result

    def _write(self, record: Mapping[str, Any]) -> int:
        assert self._file is not None
        try:
            place = self._file.seek(0, os.SEEK_END)
            self._file.write(line(record).encode() + b"\n")
            self._file.flush()
            now = time.monotonic()
            if now - self._synced > _SYNC_S:
                os.fsync(self._file.fileno())
                self._synced = now
        except OSError as error:
            raise self._cannot(error) from error
        return place

    def remove(self) -> None:
        """The result stands; this is not needed any more."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Keep it for the next run and let others work on it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._lock.is_locked:
            self._lock.release()
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def file_state(path: Path) -> list[int] | None:
    """Size and time of change of a file; None if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]


def _usable(record: Mapping[str, Any]) -> bool:
    return (
        isinstance(record.get("photo"), str)
        and isinstance(record.get("state"), list)
        and isinstance(record.get("result"), dict)
    )
