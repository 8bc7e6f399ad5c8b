"""How photos are found again: relative to the project's folder where that makes sense."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path, PurePath


class PhotoPaths:
    """Turns files into stored paths and back.

    Below the project's folder and elsewhere on the same drive paths are stored relative, so that the project may be
    moved together with its photos; on another drive they are stored absolute. Stored paths have forward slashes.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 - not resolved: links in the way people named it stay
        self._real_root = self.root.resolve()
        # One look per folder, not per photo.
        self._base: Callable[[str], str] = lru_cache(maxsize=4096)(self._stored_folder)

    def stored(self, path: Path) -> str:
        """The path to store for a file; relative ones are taken from the working directory."""
        # Plain strings: with Path objects 50,000 photos take two seconds longer.
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
        return self._base(folder) + name

    def absolute(self, stored: str) -> Path:
        """The file a stored path stands for."""
        return Path(os.path.normpath(self.root / stored))

    def _stored_folder(self, folder: str) -> str:
        """What to put before the names of files in ``folder``, with a slash at the end if it is not empty."""
        text = self._find_base(Path(folder)).as_posix()
        return "" if text == "." else text if text.endswith("/") else f"{text}/"

    def _find_base(self, folder: Path) -> PurePath:
        """The folder to store for ``folder``: relative, or absolute on another drive."""
        if folder.is_relative_to(self.root):
            return folder.relative_to(self.root)
        real = _resolved(folder)
        if real.is_relative_to(self._real_root):
            return real.relative_to(self._real_root)
        if _drive(real) != _drive(self._real_root):
            return folder
        return Path(os.path.relpath(folder, self.root))


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except OSError:  # a circle of links
        return folder


def _drive(folder: Path) -> object:
    """What two folders on the same drive have in common."""
    if folder.drive:
        return folder.drive.casefold()
    for place in (folder, *folder.parents):
        try:
            return place.stat().st_dev
        except OSError:  # not there (any more): its parent is on the same drive
            continue
    return None
