"""The project: everything the program keeps about a folder of photos, in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.project import (
    corrections,
    figures,
    health,
    history,
    look_alikes,
    looking,
    opening,
    photo_contents,
    photo_roles,
    photo_table,
    queue,
    recent,
    relocation,
)
from rvergui.project.changes import merged
from rvergui.project.connection import Guarded
from rvergui.project.corrections import Correction
from rvergui.project.creating import create_file, with_suffix
from rvergui.project.looking import Looked
from rvergui.project.model_choices import CHOOSE, GO_BACK, choices, way_back
from rvergui.project.model_choices import SETTING as _MODEL
from rvergui.project.model_paths import model_file, stored_model
from rvergui.project.photo_contents import PhotoContents
from rvergui.project.photo_paths import PhotoPaths
from rvergui.project.queue import QueueFilter, QueueItem, QueueOrder
from rvergui.project.records import FileStamp, HistoryEntry, PhotoFacts, PhotoFile, PhotoRecord
from rvergui.project.rescan import Hashes
from rvergui.project.row_table import CLASSES, ITEMS
from rvergui.project.rows import Row, Rows, class_from, class_row, in_order, item_row, items_from, to_json
from rvergui.project.scan import scan_folder
from rvergui.runtime.login import login_name


class Project:
    """An open project file.

    Any thread may call anything. Reading never waits for saving, and what was saved before a read began is seen by it.
    Every method that changes something does so in one transaction: when it returns, the change survives a crash; when
    it raises ``RverError`` nothing has changed and the project stays usable.

    Attributes:
        path: the project file.
        root: the folder that photos are stored relative to.
        read_only: whether nothing can be saved.
        read_only_reason: why, and what to do about it; None if it can.
        notices: sentences that people should be told once after opening.
        who: who signs the history; the login name unless set.
    """

    def __init__(self, opened: opening.Opened) -> None:
        self._opened = opened
        self._reader = opened.reader
        self.path = opened.path
        self.root = opened.path.parent
        self.read_only = opened.writer is None
        self.read_only_reason = opened.read_only_reason
        self.notices = list(opened.notices)
        self.who = login_name()
        self._paths = PhotoPaths(self.root)

    @classmethod
    def create(cls, path: Path, taxonomy: Taxonomy) -> Project:
        """Make a project file (".rver" is added if missing) with these classes, and open it.

        Raises:
            RverError: it exists already or cannot be written there.
        """
        path = with_suffix(path)

        def fill(connection: sqlite3.Connection) -> None:
            change = CLASSES.write(connection, {}, merged({}, {}, _class_rows(taxonomy)))
            after = {"classes": to_json(change.after)}
            history.write(connection, "create project", login_name(), None, {"classes": to_json(change.before)}, after)

        create_file(path, fill)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, read_only: bool = False) -> Project:
        """Open a project file.

        If another instance has it open, or it lies where nothing can be written, it is opened for reading only and
        ``read_only_reason`` says so. Files of older versions are brought up to date after a backup (``notices``).

        Raises:
            RverError: not there, not a project, damaged, or of a newer version; the file is left as it is.
        """
        return cls(opening.open_file(path, read_only))

    @classmethod
    def open_or_create(cls, path: Path, taxonomy: Taxonomy) -> Project:
        """Open the project file if it is there, else make it."""
        for candidate in (path, with_suffix(path)):
            if candidate.is_file():
                return cls.open(candidate)
        return cls.create(path, taxonomy)

    def close(self) -> None:
        """Close the file and let others write it; may be called twice."""
        self._opened.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        if self._opened.writer is None:
            raise RverError(f"{self.path.name} is read-only, so nothing was saved. {self.read_only_reason}")
        return self._opened.writer.transaction()

    # Photos

    def photos(self) -> list[PhotoRecord]:
        """All photos in natural order."""
        return photo_table.every(self._reader)

    def photo(self, photo_id: str) -> PhotoRecord:
        """The photo with this id; ``RverError`` if there is none."""
        return photo_table.one(self._reader, photo_id)

    def photo_path(self, record: PhotoRecord) -> Path:
        """Where the photo's file is, absolute."""
        return self._paths.absolute(record.path)

    def scan_folder(self, folder: Path) -> list[Path]:
        """The photos below a folder in natural order; see ``rvergui.project.scan``."""
        return scan_folder(folder)

    def add_photos(self, paths: Sequence[Path]) -> list[PhotoRecord]:
        """Add photos; those that are in the project already are returned as they are.

        Args:
            paths: files; relative ones are taken from the working directory. They are not opened.

        Returns:
            One record for each different file, in the order given.
        """
        stored = list(dict.fromkeys(self._paths.stored(path) for path in paths))
        with self._writing() as connection:
            photo_table.add(connection, stored, self.who)
        return photo_table.by_paths(self._reader, stored)

    def remove_photos(self, photo_ids: Iterable[str], for_good: bool = False) -> None:
        """Take photos and their items out of the project; the image files are left alone.

        Args:
            photo_ids: which.
            for_good: whether a look at the disk is not to take their files for new photos.
        """
        wanted = list(photo_ids)
        left_out = looking.left_out_from(self.setting(looking.LEFT_OUT))
        if for_good:
            left_out |= {record.path for record in photo_table.by_ids(self._reader, wanted)}
        with self._writing() as connection:
            photo_table.remove(connection, wanted, self.who)
            if for_good:
                _set(connection, looking.LEFT_OUT, looking.left_out_setting(left_out))

    def restore_photos(self, photo_ids: Iterable[str]) -> list[PhotoRecord]:
        """Bring removed photos back with their ids and items; ``RverError`` if their files were added again since."""
        wanted = list(photo_ids)
        with self._writing() as connection:
            photo_table.restore(connection, wanted, self.who)
        return photo_table.by_ids(self._reader, wanted)

    def move_photos(self, old: Path, new: Path) -> int:
        """Look for photos below the folder ``new`` that were below ``old``, after somebody moved them by hand.

        Returns:
            How many were found in the new place; the others are left as they are.
        """
        moved = []
        for record in self.photos():
            place = self.photo_path(record)
            if place.is_relative_to(old) and (new / place.relative_to(old)).is_file():
                moved.append((record.id, self._paths.stored(new / place.relative_to(old))))
        if moved:
            with self._writing() as connection:
                photo_table.move(connection, moved, self.who)
        return len(moved)

    def set_photo_facts(
        self,
        photo_id: str,
        content_hash: str | None,
        size: tuple[int, int] | None,
        problem: str | None,
        stamp: FileStamp | None = None,
    ) -> None:
        """Note what opening a photo's file told; a hash, size or stamp of None leaves the known one in place."""
        self.set_facts_of_photos([PhotoFacts(photo_id, content_hash, size, problem, stamp)])

    def set_facts_of_photos(self, facts: Iterable[PhotoFacts]) -> None:
        """The same for many photos in one transaction."""
        with self._writing() as connection:
            photo_table.set_facts(connection, facts)

    def folders(self) -> list[Path]:
        """The folders in which new photos are looked for, absolute."""
        return looking.folders_from(self.setting(looking.FOLDERS), self.path, self._paths)

    def add_folder(self, folder: Path) -> None:
        """Look for new photos in this folder from now on, too."""
        folders, folder = self.folders(), Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as they are named
        if folder not in folders:
            self.set_setting(looking.FOLDERS, looking.folders_setting([*folders, folder], self._paths))

    def look_again(self, hashes: Hashes, cancelled: Callable[[], bool] = lambda: False) -> Looked:
        """Look on the disk for photos that are new, gone, back, moved or changed, and note it; see ``rescan``.

        Raises:
            Cancelled: it was called off; what was noted until then stays.
            RverError: the project is read-only or cannot be written.
        """
        left_out = looking.left_out_from(self.setting(looking.LEFT_OUT))
        return looking.look_again(
            self._reader, self._writing, self._paths, self.folders(), self.who, hashes, cancelled, left_out
        )

    def move_folder(self, old: Path, new: Path, cancelled: Callable[[], bool] = lambda: False) -> Looked:
        """A folder of photos lies elsewhere now; see ``relocation``."""
        return relocation.move_folder(
            self._reader, self._writing, self._paths, self.folders(), self.who, old, new, cancelled
        )

    def photo_files(self) -> list[PhotoFile]:
        """What is known of the photos' files, in natural order, for finding those that were changed or moved."""
        return photo_table.files(self._reader)

    def contents(self) -> dict[str, PhotoContents]:
        """Which classes and notes are on every photo that has items, by photo id."""
        reader = opening.another_reader(self._opened)
        try:
            return photo_contents.read(reader)
        finally:
            reader.close()

    # Sheets

    def sheet(self, photo_id: str) -> Sheet:
        """The annotation of a photo; its size is (0, 0) as long as neither the photo's nor a mask's is known."""
        return _sheet(self.photo(photo_id), _items_of(self._reader, photo_id))

    def save_sheet(self, before: Sheet, after: Sheet, act: str) -> datetime:
        """Save an edit; only what differs between ``before`` and ``after`` is written, and noted in the history.

        If somebody else saved the same photo meanwhile, items that this edit does not touch stay as they are stored.

        Args:
            before: the sheet the edit began with.
            after: the sheet it led to, of the same photo.
            act: what was done, in words, for the history.

        Returns:
            When it was saved (UTC).
        """
        return self.save_sheets([(before, after)], act)

    def save_sheets(self, pairs: Iterable[tuple[Sheet, Sheet]], act: str, acts: int | None = None) -> datetime:
        """The same for an edit over several photos: all of it in one transaction, a line of history for each photo.

        ``acts`` is how many clicks, strokes and keys led to it; the first line notes them.
        """
        at = datetime.now(UTC)
        with self._writing() as connection:
            for before, after in pairs:
                at = self._save(connection, before, after, act, acts)
                acts = None if acts is None else 0
        return at

    def _save(
        self, connection: sqlite3.Connection, before: Sheet, after: Sheet, act: str, acts: int | None
    ) -> datetime:
        if before.photo_id != after.photo_id:
            raise RverError("An edit cannot lead from one photo to another; undo it and do it again on one photo.")
        number = photo_table.number_of(connection, after.photo_id)
        stored = ITEMS.read(connection, (number,))
        change = ITEMS.write(connection, stored, merged(stored, _item_rows(before), _item_rows(after)), (number,))
        if min(after.size) > 0:
            connection.execute(
                "UPDATE photos SET height = ?, width = ? WHERE number = ? AND height IS NULL",
                (int(after.size[0]), int(after.size[1]), number),
            )
        if not change:
            return datetime.now(UTC)
        then: dict[str, Any] = {"items": to_json(change.before)}
        now: dict[str, Any] = {"items": to_json(change.after)}
        if acts is not None:
            now["acts"] = acts
        return history.write(connection, act, self.who, after.photo_id, then, now)

    def queue(self, order: QueueOrder = QueueOrder.MARGIN, wanted: QueueFilter | None = None) -> Iterator[QueueItem]:
        """Items of all photos in an order to look at them, one at a time and without masks; see ``queue``.

        All come from the moment of the first; saving goes on meanwhile. Masks come with ``sheet``.
        """
        reader = opening.another_reader(self._opened)
        try:
            reader.rows("BEGIN")
            yield from queue.read(reader, self.taxonomy(), order, wanted or QueueFilter())
        finally:
            reader.close()

    def labelled(self) -> Iterator[tuple[PhotoRecord, Sheet]]:
        """The photos that have items, with their sheets, in natural order, one at a time.

        All come from the moment of the first; saving goes on meanwhile.
        """
        reader = opening.another_reader(self._opened)
        try:
            reader.rows("BEGIN")
            for record in photo_table.every(reader, only_with_items=True):
                yield record, _sheet(record, _items_of(reader, record.id))
        finally:
            reader.close()

    # Classes

    def taxonomy(self) -> Taxonomy:
        """The classes."""
        rows = CLASSES.keyed(self._reader.rows(CLASSES.query))
        groups = look_alikes.from_text(self.setting(look_alikes.SETTING))
        return Taxonomy(tuple(class_from(class_id, row) for class_id, row in in_order(rows)), groups)

    def save_taxonomy(self, before: Taxonomy, after: Taxonomy, act: str) -> datetime:
        """Save a change of the classes and look-alikes, as ``save_sheet`` does for items; returns when (UTC).

        Raises:
            RverError: a class would vanish that items still have.
        """
        with self._writing() as connection:
            stored = CLASSES.read(connection)
            change = CLASSES.write(connection, stored, merged(stored, _class_rows(before), _class_rows(after)))
            for class_id, row in change.after.items():
                if row is None:
                    _check_unused(connection, class_id, stored[class_id])
            then: dict[str, Any] = {"classes": to_json(change.before)}
            now: dict[str, Any] = {"classes": to_json(change.after)}
            if before.look_alikes != after.look_alikes:
                key = look_alikes.SETTING
                then[key], now[key] = (look_alikes.to_text(each.look_alikes) for each in (before, after))
                _set(connection, key, now[key])
            elif not change:
                return datetime.now(UTC)
            return history.write(connection, act, self.who, None, then, now)

    # History

    def history(self, photo_id: str | None = None, limit: int = 200) -> list[HistoryEntry]:
        """The latest edits, newest first: of one photo, or of the whole project."""
        return history.read(self._reader, photo_id, limit)

    def sheet_before(self, entry: HistoryEntry) -> Sheet:
        """The sheet of an entry's photo as it was before that edit, worked out back from what is stored now."""
        if entry.photo_id is None:
            raise RverError("That edit was made to the whole project, not to one photo; choose another.")
        record, rows = self.photo(entry.photo_id), _items_of(self._reader, entry.photo_id)
        return _sheet(record, history.rewound(rows, history.since(self._reader, record.id, entry.number)))

    def recent_classes(self, limit: int = 5) -> list[str]:
        """The ids of the classes that people named items by last, the latest first."""
        return recent.classes(self._reader, limit)

    def corrections(self, is_unwanted: Callable[[], bool] = lambda: False) -> list[Correction]:
        """Which names turned out wrong and which were right, the most frequent first; reads the whole history."""
        reader = opening.another_reader(self._opened)
        try:
            return corrections.read(reader, self.taxonomy(), is_unwanted)
        finally:
            reader.close()

    # Figures

    def figures(self) -> figures.Figures:
        """Counts of everything and how fast it went, all of one moment; takes a while on large projects."""
        reader = opening.another_reader(self._opened)
        try:
            reader.rows("BEGIN")
            return figures.read(reader, self.taxonomy())
        finally:
            reader.close()

    # Settings

    def setting(self, key: str) -> str | None:
        """The value of a setting of this project, or None."""
        rows = self._reader.rows("SELECT value FROM settings WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_setting(self, key: str, value: str | None) -> None:
        """Keep a setting with the project; None forgets it."""
        with self._writing() as connection:
            _set(connection, key, value)

    def model_path(self) -> Path | None:
        """The checkpoint that names dishes in this project, absolute; None if none was chosen."""
        stored = self.setting(_MODEL)
        return None if stored is None else model_file(stored, self._paths)

    def photo_roles(self) -> photo_roles.Roles:
        """Which photos were trained on and which are held out, by short key; see ``photo_roles``."""
        return photo_roles.read(self._reader)

    def set_model_path(self, path: Path | None) -> None:
        """Choose that checkpoint; noted in the history. It is stored relative to the project where possible."""
        self._keep_model(None if path is None else stored_model(path, self._paths), CHOOSE)

    def model_choices(self) -> list[tuple[datetime, Path | None]]:
        """When which model was chosen or gone back to, oldest first; None is the one that ships with the program."""
        found = [(entry.at, entry.after.get(_MODEL)) for entry in choices(self._reader)]
        return [(at, None if stored is None else model_file(stored, self._paths)) for at, stored in found]

    def model_trail(self) -> list[Path | None]:
        """The models that going back leads through, the one in use last; None is the one that ships."""
        trail = way_back(choices(self._reader))
        return [None if stored is None else model_file(stored, self._paths) for stored in trail]

    def go_back_to_model(self) -> Path | None:
        """Name with the model before the one in use, as far back as there were choices; noted in the history.

        Returns:
            The model that names from now on; None is the one that ships with the program.

        Raises:
            RverError: there was none before the one in use, its file is gone, or the project is read-only.
        """
        trail = way_back(choices(self._reader))
        if len(trail) < 2:
            raise RverError(f"There is no model to go back to: {self.path.name} has none before the one in use.")
        before = None if trail[-2] is None else model_file(trail[-2], self._paths)
        if before is not None and not before.is_file():
            raise RverError(f"The model before, {before.name} in {before.parent}, is gone; choose another one.")
        self._keep_model(trail[-2], GO_BACK)
        return before

    def _keep_model(self, value: str | None, act: str) -> None:
        before = self.setting(_MODEL)
        if value == before:
            return
        with self._writing() as connection:
            _set(connection, _MODEL, value)
            history.write(connection, act, self.who, None, {_MODEL: before}, {_MODEL: value})

    @property
    def models_folder(self) -> Path:
        """Where checkpoints trained in this project go; made by whoever writes the first."""
        return self.root / f"{self.path.stem}.models"

    def check(self) -> list[str]:
        """Look for damage in the whole file; sentences, none if all is well. Takes seconds on large projects."""
        return health.problems(self._reader)


def _items_of(reader: Guarded, photo_id: str) -> Rows:
    (number,) = reader.rows("SELECT number FROM photos WHERE id = ?", (photo_id,)) or [(None,)]
    return ITEMS.keyed(reader.rows(ITEMS.query, number))


def _sheet(record: PhotoRecord, rows: Rows) -> Sheet:
    items = items_from(rows)
    size = record.size or (items[0].mask.size if items else (0, 0))
    return Sheet(record.id, size, items)


def _item_rows(sheet: Sheet) -> Mapping[str, Row]:
    return {item.id: item_row(item) for item in sheet.items}


def _class_rows(taxonomy: Taxonomy) -> Mapping[str, Row]:
    return {food.id: class_row(food) for food in taxonomy.classes}


def _check_unused(connection: sqlite3.Connection, class_id: str, row: Row) -> None:
    (count,) = connection.execute("SELECT count(*) FROM items WHERE class_id = ?", (class_id,)).fetchone()
    if count:
        raise RverError(
            f"“{row['name']!s}” still names {count} objects; merge it into another class instead of deleting it."
        )


def _set(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    if value is None:
        connection.execute("DELETE FROM settings WHERE key = ?", (key,))
    else:
        connection.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (key, value))
