"""The last photos that were shown, so that going back to one does not open its file again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from rvergui.gui.pictures import LoadedPhoto, read_photo
from rvergui.project.records import FileStamp

BUDGET_BYTES = 320 << 20  # the present photo and two before it, at twelve megapixels


class PhotoCache:
    """Photos by file; one whose file has changed since is read anew. May be used from any thread."""

    def __init__(self, budget: int = BUDGET_BYTES) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], LoadedPhoto] = OrderedDict()

    def read(self, path: Path, pixel_limit: int) -> LoadedPhoto:
        """The photo in ``path``, as ``read_photo``.

        Raises:
            PhotoError: one sentence, as ``load_photo``.
        """
        state = _state(path)
        key = (path, pixel_limit, state)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        loaded = read_photo(path, pixel_limit)
        if state is not None and state == _state(path):
            self._keep(key, loaded)
        return loaded

    def _keep(self, key: tuple[object, ...], loaded: LoadedPhoto) -> None:
        with self._lock:
            for stale in [other for other in self._kept if other[0] == key[0]]:
                del self._kept[stale]
            self._kept[key] = loaded
            while len(self._kept) > 1 and sum(photo.nbytes for photo in self._kept.values()) > self._budget:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Let go of all photos."""
        with self._lock:
            self._kept.clear()


def stamp_of(path: Path) -> FileStamp | None:
    """What tells later whether a file has changed; None if it is not there."""
    try:
        told = path.stat()
    except (OSError, ValueError):
        return None
    return FileStamp(told.st_mtime_ns, told.st_size)


def _state(path: Path) -> tuple[int, ...] | None:
    """What changes when a file does; None if it is not there."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
