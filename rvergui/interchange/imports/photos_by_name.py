"""Photos below a folder by their path without suffix, as labels refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from rvergui.core import RverError
from rvergui.core.photo_loading import is_photo_name
from rvergui.interchange.exports.division import WORDS

MOST_FILES = 2_000_000


def files_below(folder: Path, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """All files below ``folder`` in order, without hidden ones; links to folders are not followed.

    Raises:
        RverError: it cannot be read, or holds more files than anybody has.
    """
    try:
        paths = sorted(folder.rglob("*"))
    except OSError as error:
        raise RverError(f"{folder} could not be read ({error.strerror or type(error).__name__}).") from error
    if len(paths) > MOST_FILES:
        raise RverError(f"{folder} holds more than {MOST_FILES} files; choose the folder of the data set.")
    for path in paths:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and (not suffixes or path.suffix.lower() in suffixes) and path.is_file():
            yield path


def part_of(relative: PurePosixPath | Path) -> str:
    """ "train" or "test" if a folder of the path says so, else ""."""
    return next((WORDS[p.lower()] for p in reversed(relative.parts[:-1]) if p.lower() in WORDS), "")


class PhotosByName:
    """Finds the photo of a label file; nothing outside the folder is found."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RverError(f"{folder} is no folder of photos; check the path.")
        self.folder = folder
        self._by_place: dict[str, Path] = {}
        self._by_stem: dict[str, list[Path]] = {}
        for path in files_below(folder):
            if is_photo_name(path):
                place = path.relative_to(folder).with_suffix("").as_posix()
                self._by_place.setdefault(place.casefold(), path)
                self._by_stem.setdefault(path.stem.casefold(), []).append(path)

    def at(self, place: str) -> Path | None:
        """The photo at this path below the folder, without its suffix."""
        return self._by_place.get(place.casefold())

    def called(self, stem: str) -> Path | None:
        """The only photo of this name anywhere below the folder."""
        found = self._by_stem.get(stem.casefold(), [])
        return found[0] if len(found) == 1 else None
