"""Bringing a project up to date with the disk, and telling what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection

from rvergui.core.photo_loading import gone
from rvergui.project import photo_table
from rvergui.project.connection import Guarded
from rvergui.project.photo_paths import PhotoPaths
from rvergui.project.photo_table import chunks
from rvergui.project.records import PhotoRecord
from rvergui.project.rescan import Cancelled, Findings, Hashes, Sight, compare, look

FOLDERS = "folders"
"""The setting that holds the folders, as a list of stored paths in JSON."""

LEFT_OUT = "left-out"
"""The setting that holds the stored paths of files that somebody took off the list for good, as a list in JSON."""

ADDED_AT_ONCE = 5000


@dataclass(frozen=True)
class Looked:
    """What a look at the disk has changed in a project.

    Attributes:
        findings: what has become of the photos.
        sight: what the disk showed.
        records: the photos that are new or that it touched, as they are now.
        order: the ids of all photos in natural order; None if it is as it was.
    """

    findings: Findings
    sight: Sight
    records: list[PhotoRecord] = field(default_factory=list)
    order: list[str] | None = None


def look_again(
    reader: Guarded,
    writing: Callable[[], AbstractContextManager[Connection]],
    paths: PhotoPaths,
    folders: list[Path],
    who: str,
    hashes: Hashes,
    cancelled: Callable[[], bool],
    left_out: Collection[str] = (),
) -> Looked:
    """Look where the photos are and note it in the project, in one transaction; new photos, which may be many, follow.

    Args:
        reader: for reading.
        writing: begins a transaction.
        paths: between files and stored paths.
        folders: where new photos are looked for.
        who: who signs the history.
        hashes: what was read of files before.
        cancelled: asked again and again.
        left_out: stored paths of files that are no new photos.

    Raises:
        Cancelled: it was called off; what was noted until then stays.
        RverError: the project cannot be written.
    """
    known = photo_table.files(reader)
    sight = look(known, folders, paths, cancelled)
    found = compare(known, sight, hashes.of(paths, sight, cancelled))
    found.new = [path for path in found.new if path not in left_out]
    places = {photo.photo_id: photo.path for photo in known}
    if found or found.stamps:
        with writing() as connection:
            if photo_table.with_items(connection, found.replaced):
                raise Cancelled  # somebody has begun to work on one in the meantime: the next look sees that
            photo_table.remove(connection, found.replaced, who)
            photo_table.move(connection, found.moved, who)
            photo_table.mark_gone(connection, ((i, gone(paths.absolute(places[i]))) for i in found.gone))
            photo_table.mark_back(connection, found.back)
            photo_table.forget_content(connection, found.renewed)
            photo_table.stamp(connection, found.stamps)
    for some in chunks(found.new, ADDED_AT_ONCE):  # saving an edit never waits long for a large folder
        if cancelled():
            raise Cancelled
        with writing() as connection:
            photo_table.add(connection, some, who)
            photo_table.stamp_paths(connection, {path: sight.files[path] for path in some})
    touched = [*found.gone, *found.back, *found.renewed, *(photo_id for photo_id, _ in found.moved)]
    records = photo_table.by_ids(reader, list(dict.fromkeys(touched)))
    if found.new:
        records += photo_table.by_paths(reader, found.new)
    moves = bool(found.new or found.moved or found.replaced)
    return Looked(found, sight, records, photo_table.in_order(reader) if moves else None)


def folders_from(setting: str | None, project: Path, paths: PhotoPaths) -> list[Path]:
    """The folders in which new photos are looked for.

    Args:
        setting: the value of ``FOLDERS``; None in projects that nobody opened a folder in since it is noted.
        project: the project file. One that is called like its folder was made by opening the folder.
        paths: between files and stored paths.
    """
    if setting is None:
        return [project.parent] if project.stem == project.parent.name else []
    return [paths.absolute(each) for each in _texts(setting)]


def left_out_from(setting: str | None) -> frozenset[str]:
    """The stored paths in the value of ``LEFT_OUT``."""
    return frozenset(_texts(setting))


def left_out_setting(paths: Iterable[str]) -> str:
    """The value of ``LEFT_OUT`` for these stored paths."""
    return json.dumps(sorted(paths), ensure_ascii=False)


def _texts(setting: str | None) -> list[str]:
    """The texts in a list in JSON; none where it is something else."""
    try:
        stored = json.loads(setting) if setting is not None else []
    except ValueError:
        return []
    return [each for each in stored if isinstance(each, str)] if isinstance(stored, list) else []


def folders_setting(folders: list[Path], paths: PhotoPaths) -> str:
    """The value of ``FOLDERS`` for these folders."""
    return json.dumps(["." if folder == paths.root else paths.stored(folder) for folder in folders])
