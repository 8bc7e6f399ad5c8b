"""A folder that appears whole or not at all."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rvergui.core.errors import RverError


@contextmanager
def replacing_folder(out: Path, may_replace: Callable[[Path], str | None]) -> Iterator[Path]:
    """A temporary sibling of ``out`` to fill; on success it takes the place of ``out``, on failure it is removed.

    Args:
        out: the folder to be; missing parents are made.
        may_replace: called when ``out`` holds anything, before and after the work; a sentence means no and is raised.

    Raises:
        RverError: ``out`` may not be replaced or written; it is then as it was.
    """
    _check(out, may_replace)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        building = _sibling(out, "part")
        building.mkdir()
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield building
        _check(out, may_replace)  # hours may have passed
        _swap(building, out)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _check(out: Path, may_replace: Callable[[Path], str | None]) -> None:
    try:
        if out.is_dir():
            refusal = may_replace(out) if any(out.iterdir()) else None
        else:
            refusal = f"{out} is a file; choose a folder for the export." if out.exists() else None
    except OSError as error:
        raise _cannot_write(out, error) from error
    if refusal is not None:
        raise RverError(refusal)


def _swap(building: Path, out: Path) -> None:
    if not out.exists():
        building.rename(out)
        return
    # No file system but a few Linux ones swaps folders in one step: the old one steps aside first and comes back
    # if the new one cannot take its place.
    aside = _sibling(out, "old")
    out.rename(aside)
    try:
        building.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _sibling(out: Path, suffix: str) -> Path:
    return out.parent / f".{out.name[:40]}.{uuid.uuid4().hex[:8]}.{suffix}"


def _cannot_write(out: Path, error: OSError) -> RverError:
    reason = error.strerror or type(error).__name__
    return RverError(
        f"The export to {out} could not be finished ({reason}); what was there is unchanged. "
        "Free some space or choose another folder."
    )
