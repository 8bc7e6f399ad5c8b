"""Finding the photos in a folder."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.photo_loading import is_photo_name
from rvergui.project.natural import natural_key


def scan_folder(folder: Path) -> list[Path]:
    """All photos below ``folder``, in natural order.

    Hidden files and folders are skipped, and so are subfolders that may not be read. Linked folders are followed, each
    real folder once, so that links in a circle end.

    Raises:
        RverError: ``folder`` is not a folder or may not be read.
    """
    try:
        with os.scandir(folder):
            pass
    except FileNotFoundError as error:
        raise RverError(f"There is no folder {folder}; choose another.") from error
    except NotADirectoryError as error:
        raise RverError(f"{folder} is not a folder; choose the folder that holds the photos.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"The folder {folder} could not be read ({reason}); check its permissions.") from error
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    real, linked = [os.fspath(folder)], deque[str]()
    while real or linked:
        # A folder that is also linked to is listed under its real name.
        _look_into(real.pop() if real else linked.popleft(), seen, found, real, linked)
    found.sort(key=lambda name: (natural_key(name.replace(os.sep, "/")), name))
    return [Path(name) for name in found]


def _look_into(folder: str, seen: set[tuple[int, int]], found: list[str], real: list[str], linked: deque[str]) -> None:
    """Add what lies directly in ``folder``: photos to ``found``, subfolders to ``real`` or ``linked``."""
    try:
        told = os.stat(folder)  # noqa: PTH116 - plain strings all along: a Path for each of 50,000 files is slow
        if (told.st_dev, told.st_ino) in seen:
            return
        seen.add((told.st_dev, told.st_ino))
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:  # gone in the meantime, or not ours to read: the rest of the tree still counts
        return
    for entry in visible:
        try:
            if entry.is_dir():
                (linked if entry.is_symlink() else real).append(entry.path)
            elif is_photo_name(Path(entry.name)) and entry.is_file():
                found.append(entry.path)
        except OSError:  # a link that leads to itself
            continue
