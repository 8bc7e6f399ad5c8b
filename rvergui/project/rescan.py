"""Looking again whether the photos are where they were: which are new, gone, back, moved, or other photos by now.

``compare`` decides, from values alone; ``look`` asks the disk before and writes into the project afterwards.

A photo is its content. A file whose content a photo had is that photo, wherever it lies and whatever it is called, as
long as no other photo with items lies there; so a photo is found again after it was renamed or moved, and two photos
that have swapped their names swap their paths. Only files that may be one that is sought are read, and of those only
the ones with the right length.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rvergui.core import RverError
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.project.photo_paths import PhotoPaths
from rvergui.project.records import FileStamp, PhotoFile
from rvergui.project.scan import scan_tree

Hash = Callable[[str], "str | None"]
"""The content hash of the file with a stored path; None if it cannot be read."""


@dataclass(frozen=True)
class Sight:
    """What the disk shows, by stored path.

    Attributes:
        files: the photos' files that are there, also those that the project does not know.
        unknown: paths of the project that could not be looked at; nothing is said of them.
        folders: the folders, absolute, that were looked into: what happens in them matters.
        away: folders of the project that are not there as a whole, such as those on a disk that is not plugged in.
    """

    files: Mapping[str, FileStamp]
    unknown: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


@dataclass
class Findings:
    """What has become of the photos. Ids are of photos of the project, paths are stored paths.

    Attributes:
        new: files that are no photo of the project yet.
        gone: photos whose files are not there any more.
        back: photos whose files are there again.
        moved: photos that lie elsewhere: id and new path.
        changed: photos with items whose files hold something else by now; their items are as they were.
        renewed: photos without items whose files hold something else by now; nothing is at stake.
        replaced: photos without items at a place where another photo was found again; they are the same photo.
        stamps: what the files look like now, by photo id, where that was not known.
    """

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    stamps: dict[str, FileStamp] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.back or self.moved or self.changed or self.renewed)


def compare(known: Sequence[PhotoFile], sight: Sight, hash_of: Hash) -> Findings:
    """What has become of the ``known`` photos, given what the disk shows."""
    found = Findings()
    paths = {photo.path for photo in known}
    homes = dict.fromkeys(path for path in sight.files if path not in paths)
    lost: list[PhotoFile] = []  # photos that are not where they were
    other: list[PhotoFile] = []  # those of them whose place holds another file by now
    for photo in known:
        stamp = sight.files.get(photo.path)
        if photo.path in sight.unknown:
            continue
        if stamp is None:
            lost.append(photo)
        elif photo.stamp is None or photo.stamp == stamp:
            _still_there(photo, stamp, found)
        elif photo.items == 0 and not photo.missing:
            found.renewed.append(photo.photo_id)
            found.stamps[photo.photo_id] = stamp
        elif photo.content_hash is None or hash_of(photo.path) in (photo.content_hash, None):
            _still_there(photo, stamp, found)
        else:
            lost.append(photo)
            other.append(photo)
            homes[photo.path] = None
    _find_again(lost, homes, known, sight, hash_of, found)
    _keep_off(other, found)
    moved = {photo_id for photo_id, _ in found.moved}
    found.changed = [photo.photo_id for photo in other if photo.photo_id not in moved]
    changed = set(found.changed)
    found.gone = [p.photo_id for p in lost if p.photo_id not in moved | changed and not p.missing]
    found.back += [p.photo_id for p in other if p.photo_id in changed and p.missing]
    stay = {photo.path for photo in other if photo.photo_id in changed}
    taken = {path for _, path in found.moved}
    found.new = [path for path in homes if path not in taken and path not in stay]
    return found


def _keep_off(other: Sequence[PhotoFile], found: Findings) -> None:
    """Let no photo take the place of one that stays there, although its file is another one by now."""
    owners = {photo.path: photo.photo_id for photo in other}
    while True:
        leaving = {photo_id for photo_id, _ in found.moved}
        in_the_way = {i for i, path in found.moved if path in owners and owners[path] not in leaving}
        if not in_the_way:
            return
        found.moved = [(i, path) for i, path in found.moved if i not in in_the_way]
        for photo_id in in_the_way:
            del found.stamps[photo_id]


def _still_there(photo: PhotoFile, stamp: FileStamp, found: Findings) -> None:
    if photo.missing or (photo.problem is not None and photo.stamp not in (None, stamp)):
        found.back.append(photo.photo_id)
    if photo.stamp != stamp:
        found.stamps[photo.photo_id] = stamp


def _find_again(
    lost: Sequence[PhotoFile],
    homes: Mapping[str, None],
    known: Sequence[PhotoFile],
    sight: Sight,
    hash_of: Hash,
    found: Findings,
) -> None:
    """Look for the ``lost`` photos among the ``homes``: files that are new, or other ones than they were.

    A photo of the project without items may be one that is sought, too: a file that was copied before the original was
    deleted was new for a while.
    """
    if not lost:
        return
    ids = {photo.photo_id for photo in lost}
    twins = {
        photo.path: photo.photo_id
        for photo in known
        if photo.items == 0 and photo.photo_id not in ids and photo.path in sight.files
    }
    places = _Places(homes, twins, sight, hash_of)
    # Those with items choose first.
    for photo in sorted(lost, key=lambda photo: photo.items == 0):
        path = places.of(photo)
        if path is not None:
            found.moved.append((photo.photo_id, path))
            found.stamps[photo.photo_id] = sight.files[path]
            if path in twins:
                found.replaced.append(twins[path])
                found.stamps.pop(twins[path], None)


class _Places:
    """Files that photos may be found in again; each is one photo's at most."""

    def __init__(self, new: Mapping[str, None], known: Iterable[str], sight: Sight, hash_of: Hash) -> None:
        self._new = new
        self._sight = sight
        self._hash_of = hash_of
        self._by_size: dict[int, list[str]] = defaultdict(list)
        for path in (*new, *known):
            self._by_size[sight.files[path].file_size].append(path)

    def of(self, photo: PhotoFile) -> str | None:
        """Where a photo lies now; None if it is nowhere."""
        name = PurePosixPath(photo.path).name
        if photo.stamp is not None:
            candidates = self._by_size.get(photo.stamp.file_size, [])
        elif photo.content_hash is not None and photo.items > 0:  # its length was never noted
            candidates = [path for paths in self._by_size.values() for path in paths if path in self._new]
        else:
            return None
        for path in sorted(candidates, key=lambda path: PurePosixPath(path).name != name):
            if self._is(photo, path, name):
                self._by_size[self._sight.files[path].file_size].remove(path)
                return path
        return None

    def _is(self, photo: PhotoFile, path: str, name: str) -> bool:
        if photo.content_hash is not None:
            return self._hash_of(path) == photo.content_hash
        # It was never read: a file of that length, that time and that name is as good as certain.
        return self._sight.files[path] == photo.stamp and PurePosixPath(path).name == name


class Hashes:
    """Content hashes of files, each read once as long as it stays as it is. For one project and one thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, FileStamp], str | None] = {}

    def of(self, paths: PhotoPaths, sight: Sight, cancelled: Callable[[], bool]) -> Hash:
        """Reads files at their stored paths; raises ``Cancelled`` as soon as that is wanted."""

        def hash_of(path: str) -> str | None:
            if cancelled():
                raise Cancelled
            key = (path, sight.files[path])
            if key not in self._known:
                self._known[key] = _hash(paths.absolute(path))
            return self._known[key]

        return hash_of


class Cancelled(Exception):
    """Looking again was called off."""


def _hash(path: Path) -> str | None:
    try:
        return content_hash(read_photo_file(path))
    except RverError:
        return None


def look(
    known: Sequence[PhotoFile], folders: Iterable[Path], paths: PhotoPaths, cancelled: Callable[[], bool]
) -> Sight:
    """See what is on the disk: all below ``folders``, and the photos that lie elsewhere.

    Raises:
        Cancelled: it was called off.
    """
    files: dict[str, FileStamp] = {}
    looked: list[str] = []
    closed: list[str] = []
    away: list[str] = []
    for folder in _outermost(folders):
        try:
            tree = scan_tree(folder, cancelled)
        except RverError:
            (closed if folder.exists() else away).append(os.fspath(folder))
            continue
        if cancelled():
            raise Cancelled
        files.update((paths.stored(Path(path)), stamp) for path, stamp in tree.files.items())
        looked += tree.folders
        closed += tree.unreadable
    unknown = set()
    below = tuple(f"{folder}{os.sep}" for folder in (*closed, *away))
    for photo in known:
        if photo.path in files:
            continue
        place = paths.absolute(photo.path)
        if below and os.fspath(place).startswith(below):
            unknown.add(photo.path)
            continue
        try:
            told = place.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            unknown.add(photo.path)
            continue
        files[photo.path] = FileStamp(told.st_mtime_ns, told.st_size)
    return Sight(files, frozenset(unknown), tuple(looked), tuple(away))


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """The folders without those that lie in others of them."""
    all_ = list(dict.fromkeys(folders))
    return [folder for folder in all_ if not any(folder != other and folder.is_relative_to(other) for other in all_)]
