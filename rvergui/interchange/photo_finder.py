"""Photos by the names that another program wrote down, in a folder that may be laid out otherwise."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PurePosixPath

from rvergui.core import RverError


class PhotoFinder:
    """Finds photos below ``folder``; nothing outside it is ever opened.

    A name with folders is looked for as it is, then without its folders, then anywhere below the folder, where it has
    to be the only file of that name.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            what = "is a file; give the folder of the photos" if folder.exists() else "is no folder; check the path"
            raise RverError(f"{folder} {what}.")
        self.folder = folder

    def exactly(self, name: str) -> Path | None:
        """The photo at this path, with the folders that ``name`` has; None if it has none or nothing is there."""
        relative = _relative(name)
        if relative is None or len(relative.parts) < 2:
            return None
        return self.folder / relative if _is_file(self.folder / relative) else None

    def find(self, name: str) -> Path | None:
        """The photo called ``name``, None if it is not there or several are."""
        relative = _relative(name)
        if relative is None:
            return None
        for path in (self.folder / relative, self.folder / relative.name):
            if _is_file(path):
                return path
        below = self._below.get(relative.name.casefold(), [])
        return below[0] if len(below) == 1 else None

    @cached_property
    def _below(self) -> dict[str, list[Path]]:
        """All files below the folder by their name in small letters."""
        found: dict[str, list[Path]] = {}
        for path in sorted(self.folder.rglob("*")):
            if _is_file(path):
                found.setdefault(path.name.casefold(), []).append(path)
        return found


def missing_photo(folder: Path, name: str) -> str:
    """What is to be said of a photo that is not found below ``folder``."""
    return (
        f"the photo {name[:200]} is not in {folder}, or several are; if the photos lie elsewhere, give their folder "
        "(--images, in the window Photos)."
    )


def _relative(name: str) -> Path | None:
    """A path that stays below the folder it is joined to; None if the name has no file."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "//", ".")]
    if not parts or parts[-1] == "..":
        return None
    return Path(parts[-1]) if ".." in parts or parts[0].endswith(":") else Path(*parts)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
