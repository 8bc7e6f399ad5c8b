"""A training that outlives whoever started it: a folder that says what it does, how far it is, and whether it lives.

The training process holds the lock of a file in it. The operating system lets go of that however the process ends, so a
process id that has been given to somebody else meanwhile is never taken for the training. No torch here.

    run.json      the command, what is trained from and to, the process id (written by the training)
    lock          held while the training lives
    events.jsonl  what it tells (``events``)
    errors.log    what else it and its libraries say
    cancel        is there once somebody asked it to stop
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core import RverError
from rvergui.core.atomic import write_text

if TYPE_CHECKING:
    from filelock import BaseFileLock

_DESCRIPTION, _LOCK, _EVENTS, _ERRORS, _CANCEL = "run.json", "lock", "events.jsonl", "errors.log", "cancel"
# Whoever looks whether the training lives holds its lock for a moment.
_LOCK_PATIENCE_S = 5.0


@dataclass(frozen=True)
class RunDescription:
    """What a training does.

    Attributes:
        source: the project or folder of pairs, absolute.
        out: the checkpoint that it writes, absolute.
        arguments: of the command line after ``rvergui``, by which it can be started again.
        process: its id.
        began: UTC, ISO 8601.
    """

    source: str
    out: str
    arguments: tuple[str, ...]
    process: int
    began: str


@dataclass(frozen=True)
class RunFolder:
    """One folder of a training."""

    path: Path

    @classmethod
    def new(cls, parent: Path) -> RunFolder:
        """An empty one inside ``parent``.

        Raises:
            RverError: it cannot be made.
        """
        path = parent / f"{datetime.now().strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise RverError(
                f"The folder {parent} for the state of trainings cannot be written ({error.strerror or error}); free "
                "some space, or look at its permissions."
            ) from error
        return cls(path)

    @property
    def events(self) -> Path:
        """Where the training's events go, a line each."""
        return self.path / _EVENTS

    @property
    def errors(self) -> Path:
        """Where everything else goes."""
        return self.path / _ERRORS

    # --- the training's side -----------------------------------------------------------------------------------------

    def occupy(self, source: Path, out: Path, arguments: Sequence[str]) -> BaseFileLock:
        """Say what this process does and that it lives, until it ends; the lock is to be kept that long.

        Raises:
            RverError: the folder cannot be written, or another training is in it.
        """
        from filelock import FileLock, Timeout

        about = RunDescription(
            str(source.absolute()), str(out.absolute()), tuple(arguments), os.getpid(), datetime.now(UTC).isoformat()
        )
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=_LOCK_PATIENCE_S)
        except Timeout as error:
            raise RverError(f"Another training is under way in {self.path}; choose another folder.") from error
        except (OSError, NotImplementedError) as error:
            raise RverError(f"The folder {self.path} cannot be used ({error}); choose another one.") from error
        write_text(self.path / _DESCRIPTION, json.dumps(asdict(about), ensure_ascii=False))
        return lock

    @property
    def cancel_wished(self) -> bool:
        """Whether somebody asked the training to stop."""
        return (self.path / _CANCEL).exists()

    # --- the others' side --------------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Ask the training to stop; it looks a few times a second."""
        (self.path / _CANCEL).touch()

    def description(self) -> RunDescription | None:
        """What it does; None if it has not got so far, or the file is of no use."""
        try:
            fields = json.loads((self.path / _DESCRIPTION).read_text(encoding="utf-8"))
            return RunDescription(
                source=str(fields["source"]),
                out=str(fields["out"]),
                arguments=tuple(map(str, fields["arguments"])),
                process=int(fields["process"]),
                began=str(fields["began"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def alive(self) -> bool:
        """Whether the training's process is there."""
        from filelock import FileLock, Timeout

        path = self.path / _LOCK
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0, thread_local=False):
                return False
        except Timeout:
            return True
        except (OSError, NotImplementedError):
            return False

    def last_words(self, most: int = 30) -> list[str]:
        """The last lines that are no events."""
        try:
            with self.errors.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(file.tell() - 16_384, 0))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        return [line for line in text.splitlines() if line.strip()][-most:]

    def remove(self) -> None:
        """Nobody needs it any more; the checkpoint lies elsewhere."""
        shutil.rmtree(self.path, ignore_errors=True)


def run_folders(parent: Path) -> list[RunFolder]:
    """All that are in ``parent``, the newest first."""
    if not parent.is_dir():
        return []
    return [RunFolder(path) for path in sorted(parent.iterdir(), reverse=True) if path.is_dir()]
