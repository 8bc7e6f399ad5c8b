"""Fetching official weights: goes on where it broke off, notices what stalls, believes nothing but the checksum.

What has arrived lies in a neighbour of the file, ``FILE.part``, which survives everything but wrong contents: the next
try asks the server for the rest alone. Only a whole file whose checksum is right gets the file's name, in one step.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from filelock import FileLock, Timeout

from rvergui.core.errors import RverError
from rvergui.runtime.catalogue import Entry
from rvergui.runtime.catalogue_state import PART, checksum, remember, size_of
from rvergui.runtime.machine import free_disk, readable_size
from rvergui.runtime.pace import Meter, Phase, Progress
from rvergui.runtime.stopping import Stop
from rvergui.runtime.transfer import Broken, Patience, Unreachable, receive

__all__ = ["Patience", "Phase", "Progress", "download"]

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class _Task:
    """Everything that one download knows."""

    entry: Entry
    url: str
    target: Path
    tell: Tell
    stop: Stop
    patience: Patience

    @property
    def part(self) -> Path:
        return self.target.with_name(f"{self.target.name}{PART}")

    @property
    def arrived(self) -> int:
        return size_of(self.part) or 0

    def so_far(self) -> str:
        return f"{readable_size(self.arrived)} of {readable_size(self.entry.size)}"


def download(
    entry: Entry,
    folder: Path,
    tell: Tell = lambda progress: None,
    stop: Stop | None = None,
    patience: Patience | None = None,
    base_url: str | None = None,
) -> Path:
    """Fetch ``entry`` into ``folder``, going on with what an earlier try left there.

    Args:
        entry: which file.
        folder: is made if it does not exist.
        tell: called some times a second, on this thread.
        stop: wished from another thread, it ends the download and keeps what has arrived.
        patience: time-outs and numbers of tries.
        base_url: a place that has the file under its published name; None fetches it from its publisher.

    Returns:
        The file, whole and checked. If it was there already, nothing is fetched.

    Raises:
        RverError: not possible; the sentence says why, whether anything is kept, and what to do.
        Stopped: ``stop`` was wished; what has arrived is kept.
    """
    url = entry.url if base_url is None else urljoin(f"{base_url.rstrip('/')}/", entry.file)
    task = _Task(entry, url, folder / entry.file, tell, stop or Stop(), patience or Patience())
    with _disk_trouble(task), _alone(task):
        if size_of(task.target) == entry.size and _is_right(task, task.target):
            return task.target
        if task.arrived > entry.size:
            task.part.unlink()  # not of this file, whatever it is
        if task.arrived < entry.size:
            _check_space(task)
            _receive_all(task)
        _check_contents(task)
        _put_in_place(task)
    return task.target


@contextmanager
def _disk_trouble(task: _Task) -> Iterator[None]:
    """Tell what the disk refuses in one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        kept = f"; {task.so_far()} are kept" if task.arrived else ""
        raise RverError(
            f"{task.entry.title} could not be written to {task.target.parent} ({reason}){kept}. Free some space there "
            "or name another folder in RVERGUI_WEIGHTS, then try again."
        ) from error


@contextmanager
def _alone(task: _Task) -> Iterator[None]:
    """Keep other windows and commands from fetching the same file into the same folder meanwhile."""
    task.target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(task.target.with_name(f".{task.target.name}.lock"), timeout=task.patience.lock_s)
    try:
        lock.acquire()
    except Timeout as error:
        raise RverError(
            f"{task.entry.title} is being downloaded by another window or command; wait until that has ended."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _check_space(task: _Task) -> None:
    free = free_disk(task.target.parent)
    needed = task.entry.size - task.arrived
    if free is not None and free < needed:
        raise RverError(
            f"{task.entry.title} needs {readable_size(needed)} more in {task.target.parent} but only "
            f"{readable_size(free)} are free; free some space, or name a folder on another disk in RVERGUI_WEIGHTS."
        )


def _receive_all(task: _Task) -> None:
    """Receive until nothing is missing, trying again whenever the connection breaks off."""
    patience = task.patience
    meter = Meter(task.entry.size, task.arrived, task.tell)
    failures = 0
    reached = False
    before = task.arrived
    while task.arrived < task.entry.size:
        try:
            receive(task.url, task.part, task.entry, meter, task.stop, patience)
        except Unreachable as error:
            failures += 1
            if failures >= (patience.tries if reached else patience.tries_to_reach):
                raise RverError(_unreachable(task, error)) from error
            trouble: Broken | Unreachable = error
        except Broken as error:
            reached = True
            failures = 1 if task.arrived - before >= patience.gain else failures + 1
            if failures >= patience.tries:
                raise RverError(_broken(task, error, failures)) from error
            trouble = error
        else:
            continue
        before = task.arrived
        _wait(task, trouble, failures)


def _wait(task: _Task, trouble: Broken | Unreachable, failures: int) -> None:
    """Pause before the next try, the longer the more tries failed, as long as the server asks for at most."""
    patience = task.patience
    seconds = min(patience.pause_s * 2 ** (failures - 1), patience.longest_pause_s)
    if trouble.asked_pause_s is not None:
        seconds = min(max(seconds, trouble.asked_pause_s), patience.longest_pause_s)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        task.tell(Progress(Phase.WAITING, task.arrived, task.entry.size, seconds_left=left, note=trouble.note))
        task.stop.pause(min(left, 0.5))


def _unreachable(task: _Task, error: Unreachable) -> str:
    kept = f"; {task.so_far()} are kept" if task.arrived else ""
    return (
        f"{error.host} could not be reached ({error.note}){kept}. Check the connection and try again, or get "
        f"{task.entry.file} on another computer and add the file from disk."
    )


def _broken(task: _Task, error: Broken, times: int) -> str:
    kept = f"; {task.so_far()} are kept, the next try goes on from there" if task.arrived else "; try again later"
    return f"{task.entry.title} did not arrive: {error.host} {error.note}, {times} times in a row{kept}."


def _is_right(task: _Task, path: Path) -> bool:
    meter = Meter(task.entry.size, 0, task.tell, Phase.CHECKING)
    found = checksum(path, lambda done, total: meter.reach(done), task.stop)
    if found == task.entry.sha256 and path == task.target:
        remember(path, found)
    return found == task.entry.sha256


def _check_contents(task: _Task) -> None:
    if not _is_right(task, task.part):
        task.part.unlink()
        raise RverError(
            f"What arrived as {task.entry.file} is not the published file (its SHA-256 is another one), so it was "
            "thrown away; try again, and if that does not help get it elsewhere and add the file from disk."
        )


def _put_in_place(task: _Task) -> None:
    with task.part.open("rb+") as file:
        os.fsync(file.fileno())
    task.part.replace(task.target)
    if os.name == "posix":  # elsewhere a folder cannot be synced and need not be
        handle = os.open(task.target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    remember(task.target, task.entry.sha256)
