"""Trainings that an earlier window began: going on, finished meanwhile, or interrupted."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rvergui.training.events import Cancelled, parse_event
from rvergui.training.run_folder import RunFolder, run_folders

# A folder that says nothing yet may belong to a run that another window begins right now.
BEGINNING_S = 60.0
_TAIL = 16_384


@dataclass(frozen=True)
class Found:
    """A run.

    Attributes:
        folder: where it tells what it does.
        source: the project that it is trained on.
        alive: whether it is going on.
    """

    folder: RunFolder
    source: Path
    alive: bool


def find_runs(home: Path) -> list[Found]:
    """All runs that somebody should still hear of, the newest first; removes what nobody needs. Reads files."""
    found = []
    for folder in run_folders(home):
        about, alive = folder.description(), folder.alive
        if about is None and not alive:
            _remove_if_old(folder)
        elif about is not None and not alive and _stopped_without_result(folder):
            folder.remove()
        elif about is not None:
            found.append(Found(folder, Path(about.source), alive))
    return found


def _remove_if_old(folder: RunFolder) -> None:
    with suppress(OSError):
        if time.time() - folder.path.stat().st_mtime > BEGINNING_S:
            folder.remove()


def _stopped_without_result(folder: RunFolder) -> bool:
    """Whether it was stopped on request before there was anything to keep."""
    try:
        with folder.events.open("rb") as file:
            file.seek(max(folder.events.stat().st_size - _TAIL, 0))
            lines = file.read().splitlines()
    except OSError:
        return False
    last = next((event for event in map(parse_event, reversed(lines)) if event is not None), None)
    return isinstance(last, Cancelled) and last.checkpoint is None
