"""Official weights that come from a disk instead of the network, and taking them away again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from rvergui.core.atomic import replacing
from rvergui.core.errors import RverError
from rvergui.runtime import catalogue
from rvergui.runtime.catalogue import Entry
from rvergui.runtime.catalogue_state import PART, Holding, checksum, holding, remember, size_of
from rvergui.runtime.machine import free_disk, readable_size
from rvergui.runtime.pace import Meter, Phase, Progress
from rvergui.runtime.settings import Settings
from rvergui.runtime.stopping import Stop

_CHUNK = 1 << 20

Tell = Callable[[Progress], None]


def add(
    source: Path,
    folder: Path,
    link: bool = False,
    tell: Tell = lambda progress: None,
    stop: Stop | None = None,
) -> Holding:
    """Install an official file that lies on a disk, whatever it is called there.

    Args:
        source: the file; it stays as it is.
        folder: where it goes, under its official name; is made if it does not exist.
        link: make a symbolic link instead of a copy.
        tell: called some times a second, on this thread.
        stop: wished from another thread, it ends the work and leaves nothing behind.

    Raises:
        RverError: the file is none of the official ones, is damaged, or cannot be put there.
        Stopped: ``stop`` was wished.
    """
    entry = recognise(source, tell, stop)
    target = folder / entry.file
    if _same(source, target):
        remember(target, entry.sha256)
        return holding(entry, [folder])
    if link:
        _link(source, target)
    else:
        _copy(source, target, entry, tell, stop or Stop())
    remember(target, entry.sha256)
    return holding(entry, [folder])


def recognise(source: Path, tell: Tell = lambda progress: None, stop: Stop | None = None) -> Entry:
    """Which official file ``source`` is, by size and checksum; its name does not matter.

    Raises:
        RverError: none, or one that is damaged.
        Stopped: ``stop`` was wished.
    """
    size = size_of(source)
    if size is None:
        what = "is a folder, not a file" if source.is_dir() else "does not exist or cannot be read"
        raise RverError(f"{source} {what}; check its path.")
    candidates = [entry for entry in catalogue.OFFICIAL if entry.size == size]
    if candidates:
        meter = Meter(size, 0, tell, Phase.CHECKING)
        found = checksum(source, lambda done, total: meter.reach(done), stop)
        for entry in candidates:
            if entry.sha256 == found:
                return entry
        raise RverError(
            f"{source.name} is as long as {candidates[0].file} but its contents are others (its SHA-256 does not fit), "
            "so it was not added; it is damaged, or made by somebody else: get it again."
        )
    named = next((entry for entry in catalogue.OFFICIAL if entry.file == source.name), None)
    if named is not None:
        kind = "cut short" if size < named.size else "another file"
        raise RverError(
            f"{source} has {size:,} bytes and the official {named.file} {named.size:,}, so it is {kind} and was not "
            "added; download or copy it again."
        )
    raise RverError(
        f"{source.name} is none of the official files, so it was not added; if it is a SAM checkpoint of another kind, "
        "use it where it lies: with --checkpoint, or in the window under Segment > Use SAM with a checkpoint."
    )


def remove(found: Holding) -> None:
    """Delete the file of ``found`` and what is left of a download of it.

    Raises:
        RverError: the system does not allow it.
    """
    parts = [folder / f"{found.entry.file}{PART}" for folder in Settings().weight_folders()]
    for path in [*([found.path] if found.path is not None else []), *parts]:
        _delete(path)


def _same(source: Path, target: Path) -> bool:
    try:
        return target.exists() and source.samefile(target)
    except OSError:
        return False


def _link(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        neighbour = target.with_name(f".{target.name}.link")
        neighbour.unlink(missing_ok=True)
        neighbour.symlink_to(source.absolute())
        neighbour.replace(target)
    except OSError as error:
        raise RverError(
            f"No link to {source.name} could be made in {target.parent} ({error.strerror or error}); add it without "
            "--link, which copies it."
        ) from error


def _copy(source: Path, target: Path, entry: Entry, tell: Tell, stop: Stop) -> None:
    free = free_disk(target.parent)
    if free is not None and free < entry.size:
        raise RverError(
            f"{entry.title} needs {readable_size(entry.size)} in {target.parent} but only {readable_size(free)} are "
            "free; free some space, or add the file with --link, which copies nothing."
        )
    meter = Meter(entry.size, 0, tell, Phase.COPYING)
    if target.is_symlink():  # otherwise the file that it leads to would be replaced
        _delete(target)
    with replacing(target) as neighbour, neighbour.open("wb") as written, _opened(source) as file:
        done = 0
        while chunk := _read(file, source):
            stop.heed()
            written.write(chunk)
            done += len(chunk)
            meter.reach(done)
        if done != entry.size:
            raise RverError(f"{source} changed while it was copied, so it was not added; try again.")


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise _unreadable(source, error) from error


def _read(file: BinaryIO, source: Path) -> bytes:
    try:
        return file.read(_CHUNK)
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Path, error: OSError) -> RverError:
    return RverError(f"{source} could not be read ({error.strerror or error}); check the disk it is on.")


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RverError(
            f"{path} could not be deleted ({error.strerror or error}); close programs that use it, then try again."
        ) from error
