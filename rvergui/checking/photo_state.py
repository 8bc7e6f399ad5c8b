"""What has become of a photo's file since it was labelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rvergui.checking.material import FileState
from rvergui.core.errors import PhotoError
from rvergui.core.photo_loading import content_hash, decode_photo, read_photo_file
from rvergui.project.records import FileStamp


@dataclass(frozen=True)
class PhotoState:
    """What a look at the file told.

    Attributes:
        state: what has become of it.
        content: the hash of its bytes; "" if they were not read and are not known.
        size: (height, width); None if it was not opened.
        why: what is wrong, a sentence.
    """

    state: FileState
    content: str = ""
    size: tuple[int, int] | None = None
    why: str = ""


def look_at(
    path: Path,
    known: str | None,
    stamp: FileStamp | None,
    pixel_limit: int,
    read: bool = True,
    size: tuple[int, int] | None = None,
) -> PhotoState:
    """Compare a photo's file with what is known of it.

    Args:
        path: the file.
        known: the hash of the bytes that were labelled, if anybody noted it.
        stamp: the file at that time; one that has not changed is not read.
        pixel_limit: the most pixels that are opened.
        read: whether the file may be read at all.
        size: (height, width) that is known; a file with the known bytes is not opened again for it.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        folder = path.parent
        return PhotoState(
            FileState.MISSING, known or "", why=f"{path.name} is not in {folder}; put it back or take it off the list."
        )
    same = stamp is not None and stamp == FileStamp(status.st_mtime_ns, status.st_size)
    if not read or (same and known is not None and size is not None):
        return PhotoState(FileState.FINE, known or "", size)
    try:
        data = read_photo_file(path)
        content = content_hash(data)
        if known == content and size is not None:
            return PhotoState(FileState.FINE, content, size)
        pixels = decode_photo(data, path, pixel_limit)
    except PhotoError as error:
        return PhotoState(FileState.BROKEN, known or "", why=str(error))
    state = FileState.CHANGED if known not in (None, content) else FileState.FINE
    return PhotoState(state, content, (int(pixels.shape[0]), int(pixels.shape[1])))
