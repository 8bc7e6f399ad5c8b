"""Photos whose folder was moved as a whole: found below its new place by the path that they had in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from sqlite3 import Connection

from rvergui.core import RverError
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.project import looking, photo_table
from rvergui.project.connection import Guarded
from rvergui.project.looking import Looked
from rvergui.project.photo_paths import PhotoPaths
from rvergui.project.records import FileStamp, PhotoFile
from rvergui.project.rescan import Cancelled, Findings, Sight


def relocated(
    known: Sequence[PhotoFile], paths: PhotoPaths, old: Path, new: Path, cancelled: Callable[[], bool]
) -> Findings:
    """Which photos that lay below ``old`` lie below ``new`` under the same path.

    A file with the length and the time that were noted is the photo; with another time its content decides, where that
    is known. Files that are other ones are left alone, and so are those that are photos of the project already.

    Raises:
        Cancelled: it was called off.
    """
    found, taken = Findings(), {photo.path for photo in known}
    for photo in known:
        if cancelled():
            raise Cancelled
        place = paths.absolute(photo.path)
        if not place.is_relative_to(old):
            continue
        candidate = new / place.relative_to(old)
        path = paths.stored(candidate)
        try:
            told = candidate.stat()
        except OSError:
            continue
        stamp = FileStamp(told.st_mtime_ns, told.st_size)
        if path not in taken and _is(photo, candidate, stamp):
            found.moved.append((photo.photo_id, path))
            found.stamps[photo.photo_id] = stamp
            taken.add(path)
    return found


def _is(photo: PhotoFile, place: Path, stamp: FileStamp) -> bool:
    if photo.stamp == stamp:
        return True
    if photo.stamp is not None and photo.stamp.file_size != stamp.file_size:
        return False
    if photo.content_hash is None:
        return True
    try:
        return content_hash(read_photo_file(place)) == photo.content_hash
    except RverError:
        return False


def move_folder(
    reader: Guarded,
    writing: Callable[[], AbstractContextManager[Connection]],
    paths: PhotoPaths,
    folders: Sequence[Path],
    who: str,
    old: Path,
    new: Path,
    cancelled: Callable[[], bool],
) -> Looked:
    """Give the photos below ``old`` their paths below ``new``, in one transaction, and look there for new ones.

    Raises:
        Cancelled: it was called off; nothing has changed.
        RverError: nothing below ``new`` is one of the photos, or the project cannot be written.
    """
    found = relocated(photo_table.files(reader), paths, old, new, cancelled)
    if not found.moved:
        raise RverError(f"None of the photos of {old.name} is in {new}; choose the folder that {old.name} has become.")
    kept = [new / each.relative_to(old) if each.is_relative_to(old) else each for each in folders]
    with writing() as connection:
        photo_table.move(connection, found.moved, who)
        photo_table.stamp(connection, found.stamps)
        connection.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (looking.FOLDERS, looking.folders_setting(list(dict.fromkeys(kept)), paths)),
        )
    records = photo_table.by_ids(reader, [photo_id for photo_id, _ in found.moved])
    return Looked(found, Sight({}), records, photo_table.in_order(reader))
