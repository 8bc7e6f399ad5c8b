"""Finding the photos of a project again by what is in them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core import RverError
from rvergui.core.photo_loading import content_hash, read_photo_file

if TYPE_CHECKING:
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project


class KnownPhotos:
    """The photos of a project by content. Files whose content is not known yet are read if their length fits."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_key: dict[str, str] = {}
        self._unread: dict[int, list[PhotoRecord]] = defaultdict(list)
        for record in project.photos():
            if record.content_hash is not None:
                self._by_key.setdefault(record.content_hash, record.id)
            else:
                self._unread[_length(project.photo_path(record))].append(record)

    def find(self, key: str, path: Path) -> str | None:
        """The id of the photo with the content ``key``, which is also in the file ``path``; None if there is none."""
        waiting = self._unread.pop(_length(path), []) if key not in self._by_key else []
        for record in waiting:
            try:
                data = read_photo_file(self._project.photo_path(record))
            except RverError:  # a missing photo is nobody's copy
                continue
            self._by_key.setdefault(content_hash(data), record.id)
        return self._by_key.get(key)

    def add(self, key: str, photo_id: str) -> None:
        """Know one more."""
        self._by_key.setdefault(key, photo_id)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return -1
