"""Finding the photos in a folder."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.photo_loading import PHOTO_SUFFIXES
from rvergui.project.natural import natural_key
from rvergui.project.records import FileStamp

EXPORT_MARKER = "rvergui-export.json"
"""Marks a folder that an export made: its pictures are copies. Whoever opens that very folder gets them."""


@dataclass
class Tree:
    """What a look below a folder found.

    Attributes:
        files: the photos, by absolute path, with what tells whether they have changed.
        folders: the folders that were looked into.
        unreadable: those that are there but were not looked into, since they may not be or an export made them; what is
            in them is not known.
    """

    files: dict[str, FileStamp] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def scan_folder(folder: Path) -> list[Path]:
    """All photos below ``folder``, in natural order.

    Hidden files and folders are skipped, and so are subfolders that may not be read or that an export made. Linked
    folders are followed, each real folder once, so that links in a circle end.

    Raises:
        RverError: ``folder`` is not a folder or may not be read.
    """
    return [Path(name) for name in sorted(scan_tree(folder).files, key=_natural)]


def first_photos(folder: Path, count: int) -> tuple[list[Path], bool]:
    """Up to ``count`` photos below ``folder``, and whether these are all: what is found without looking everywhere.

    They are the first in natural order, or nearly so.

    Raises:
        RverError: as ``scan_folder``.
    """
    names = list(islice(_photos(folder, Tree()), count + 1))
    return [Path(name) for name in sorted(names[:count], key=_natural)], len(names) <= count


def scan_tree(folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Tree:
    """All that is below ``folder``; if it is ``cancelled``, what was found until then.

    Raises:
        RverError: as ``scan_folder``.
    """
    tree = Tree()
    for count, _ in enumerate(_photos(folder, tree)):
        if count % 500 == 0 and cancelled():
            break
    return tree


def _natural(name: str) -> tuple[bytes, str]:
    return natural_key(name.replace(os.sep, "/")), name


def _photos(folder: Path, tree: Tree) -> Iterator[str]:
    """The photos below ``folder``, folder by folder in natural order; all that is found is noted in ``tree``."""
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
    seen: set[tuple[int, int]] = set()
    real, linked = [os.fspath(folder)], deque[str]()
    while real or linked:
        # A folder that is also linked to is listed under its real name.
        below: list[str] = []
        yield from _look_into(real.pop() if real else linked.popleft(), seen, tree, below, linked)
        real += sorted(below, key=_natural, reverse=True)


def _look_into(
    folder: str, seen: set[tuple[int, int]], tree: Tree, below: list[str], linked: deque[str]
) -> Iterator[str]:
    """The photos that lie directly in ``folder``; subfolders are added to ``below`` or ``linked``."""
    try:
        told = os.stat(folder)  # noqa: PTH116 - plain strings all along: a Path for each of 50,000 files is slow
        if (told.st_dev, told.st_ino) in seen:
            return
        seen.add((told.st_dev, told.st_ino))
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:  # gone in the meantime
        return
    except OSError:  # not ours to read: the rest of the tree still counts
        tree.unreadable.append(folder)
        return
    if len(seen) > 1 and any(entry.name == EXPORT_MARKER for entry in visible):
        tree.unreadable.append(folder)
        return
    tree.folders.append(folder)
    for entry in visible:
        try:
            if entry.is_dir():
                (linked if entry.is_symlink() else below).append(entry.path)
            elif os.path.splitext(entry.name)[1].lower() in PHOTO_SUFFIXES and entry.is_file():  # noqa: PTH122
                found = entry.stat()
                tree.files[entry.path] = FileStamp(found.st_mtime_ns, found.st_size)
                yield entry.path
        except OSError:  # a link that leads to itself
            continue
