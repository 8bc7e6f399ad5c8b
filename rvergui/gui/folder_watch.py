"""Photos that appear, vanish, move or change while the window is open: seen by themselves, in the background."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QFileSystemWatcher, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from rvergui.core.photo_loading import gone
from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.numbers import Local
from rvergui.gui.photo_list import UPDATED_AT_ONCE
from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.photo_columns import Columns
    from rvergui.project.looking import Looked
    from rvergui.project.records import PhotoRecord
    from rvergui.project.rescan import Findings, Hashes
    from rvergui.project.store import Project

# A camera's card brings hundreds of photos in a row: one look for all of them.
PAUSE_MS = 600
# Looking into 50,000 files takes a second or two; a long copy must not keep the program looking all the time.
PAUSE_FACTOR = 4
# A file that was new may still be growing, of which the system says nothing.
SETTLE_MS = 3000
# Coming back to the window several times in a row is one reason to look.
FRESH_S = 5.0
# Systems limit how many folders a program may watch; what is beyond is seen when the window is come back to.
WATCHED_MOST = 2000
NAMED = 3


class FolderWatch(Feature):
    """Looks for what became of the photos: when a project is opened, when a folder tells of a change, when the window
    is come back to, and when somebody asks for it."""

    away = Signal(list, bool)  # folders that are not there, and whether somebody is to be told

    ACTS: ClassVar[tuple[Act, ...]] = (
        Act("look-again", "File", "Look for new photos", ("F5",), "", "project", after="add-photos"),
        Act("forget-missing", "File", "Take missing photos off the list", (), "", "project", after="look-again"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._worker = Worker("folders", self)
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.look)
        self._cancel = threading.Event()
        self._looking = False
        self._asked = False  # whether somebody waits for what the look finds
        self._again = False
        self._first = True  # whether the project was not looked at yet
        self._hashes: Hashes | None = None
        self._looked_at = 0.0
        self._took_s = 0.0

    def slots(self) -> Slots:  # noqa: D102
        return {"look-again": self.look_now, "forget-missing": self.forget_missing}

    def begin(self) -> None:  # noqa: D102
        session = self.session
        self._watcher.directoryChanged.connect(self.look_soon)
        self._watcher.fileChanged.connect(self.look_soon)
        session.project_changed.connect(self._on_project)
        session.photo_changed.connect(self._on_photo)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_application)
        self.window.photos.looking.stopped.connect(self.call_off)

    def wish_end(self) -> None:  # noqa: D102
        self._cancel.set()

    def stop(self) -> None:  # noqa: D102
        self._soon.stop()
        self._cancel.set()
        self._watch([])
        self._worker.stop()

    @property
    def busy(self) -> bool:
        """Whether a look is under way or about to begin."""
        return self._looking or self._soon.isActive()

    # --- when to look --------------------------------------------------------------------------------------------

    def look_soon(self) -> None:
        """Something has happened in a folder; more of it may follow."""
        if not self._soon.isActive():
            self._soon.start(max(PAUSE_MS, round(PAUSE_FACTOR * self._took_s * 1000)))

    def look_now(self) -> None:
        """Somebody wants to know."""
        project = self.session.project
        if project is None:
            return
        if project.read_only:
            self.session.notice.emit(project.read_only_reason or self.tr("This project is open read-only."))
            return
        self._asked = True
        self.look()

    def forget_missing(self) -> None:
        """Take missing photos off the list on which nobody has worked; those with items stay."""
        session, project = self.session, self.session.project
        if project is None:
            return
        if project.read_only:
            session.notice.emit(project.read_only_reason or self.tr("This project is open read-only."))
            return
        records = [session.photos[row] for row in range(len(session.photos))]
        gone = [record.id for record in records if record.missing and record.items == 0]
        kept = sum(record.missing and record.items > 0 for record in records)
        words = [self.tr("Missing photos taken off the list: {n}.").format(n=Local(len(gone)))]
        if kept:
            words.append(self.tr("With items, so they stay: {n}.").format(n=Local(kept)))
        if not gone:
            session.notice.emit(" ".join(words[1:]) or self.tr("No photo is missing."))
            return

        def done(nothing: None) -> None:
            photos = session.photos
            if session.project is project:
                off, following = set(gone), photos.neighbour(1) or photos.neighbour(-1)
                here = photos.current
                photos.replace([photos[row] for row in range(len(photos)) if photos[row].id not in off])
                if here is not None and here.id in off and following is not None:
                    session.go_to(following)
                session.notice.emit(" ".join(words))
                self.window.refresh()

        # Nobody works on a photo whose file is not there; should it come back in this moment, it is a new one.
        self._worker.submit(lambda: project.remove_photos(gone), done, session.problem.emit)

    def call_off(self) -> None:
        """Stop looking; what was found until then is not noted."""
        self._again = False
        self._cancel.set()

    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and time.monotonic() - self._looked_at > FRESH_S:
            self.look_soon()

    def _on_project(self) -> None:
        self._cancel.set()
        self._cancel = threading.Event()
        self._soon.stop()
        self._looking = self._again = self._asked = False
        self._first = True
        self._hashes = None
        self._took_s = 0.0
        self.session.photos.altered.clear()
        self._watch([])
        self.window.photos.looking.hide_now()
        self.look()

    def _on_photo(self) -> None:
        """The file of the photo that is shown is watched itself; one that cannot be opened may have moved."""
        project, record = self.session.project, self.session.record
        path = None if project is None or record is None else project.photo_path(record)
        shown = set() if path is None or self.session.photo is None else {os.fspath(path)}
        watched = set(self._watcher.files())
        for each in watched - shown:
            self._watcher.removePath(each)
        for each in shown - watched:
            self._watcher.addPath(each)
        if path is not None and record is not None and not record.missing and self.session.photo_problem == gone(path):
            self.look_soon()

    # --- looking -------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look now, in the background."""
        project = self.session.project
        if project is None or project.read_only:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._cancel.clear()
        self.window.photos.looking.show_soon()
        cancel, began = self._cancel, time.monotonic()

        def work() -> Looked | None:
            from rvergui.project.rescan import Cancelled, Hashes

            if self._hashes is None:
                self._hashes = Hashes()
            try:
                return project.look_again(self._hashes, cancel.is_set)
            except Cancelled:
                return None

        def done(looked: Looked | None) -> None:
            if cancel is self._cancel:
                self._took_s = time.monotonic() - began
                if looked is None:
                    self._end_look()
                else:
                    self._take_over(project, looked)

        def failed(message: str) -> None:
            if cancel is self._cancel and self.session.project is project:
                self._end_look()
                self.session.problem.emit(message)

        self._worker.submit(work, done, failed)

    def move_folder(self, old: Path, new: Path) -> None:
        """The folder ``old`` is ``new`` now: its photos are taken along, then looked for what else is there."""
        project = self.session.project
        if project is None or not self.session.may_edit():
            return
        self._cancel.set()  # what is being looked at is out of date
        self._cancel = cancel = threading.Event()
        self._looking, self._asked, self._again = True, True, True
        self.window.photos.looking.show_soon()

        def work() -> Looked | None:
            from rvergui.project.rescan import Cancelled

            try:
                return project.move_folder(old, new, cancel.is_set)
            except Cancelled:
                return None

        def done(looked: Looked | None) -> None:
            if cancel is self._cancel:
                self._end_look() if looked is None else self._take_over(project, looked)

        def failed(message: str) -> None:
            if cancel is self._cancel and self.session.project is project:
                self._asked = False
                self._end_look()
                self.session.problem.emit(message)

        self._worker.submit(work, done, failed)

    def _end_look(self) -> None:
        self._looking = False
        self._looked_at = time.monotonic()
        self.window.photos.looking.hide_now()
        if self._again:
            self._again = False
            self.look_soon()

    def _take_over(self, project: Project, looked: Looked) -> None:
        """Bring the list up to date with what was found; for many photos that is worked out in the background."""
        photos, renewed = self.session.photos, set(looked.findings.renewed)
        if looked.order is None and len(looked.records) <= UPDATED_AT_ONCE:
            before = photos.current
            photos.take_over(looked.records, None, renewed)
            self._take_in(looked, before)
            return
        cancel = self._cancel

        def done(columns: Columns) -> None:
            if cancel is not self._cancel or self.session.project is not project:
                return
            before = photos.current
            if photos.adopt(columns):
                self._take_in(looked, before)
            else:
                self._take_over(project, looked)

        prepared = photos.prepared(looked.records, looked.order, renewed)
        self._worker.submit(prepared, done, self.session.problem.emit)

    def _take_in(self, looked: Looked, before: PhotoRecord | None) -> None:
        """The list is up to date; what follows from that. ``before``: the photo that was shown, as it was."""
        self._end_look()
        session, found = self.session, looked.findings
        photos, asked, first = session.photos, self._asked, self._first
        self._asked = self._first = False
        changed = [photo_id for photo_id in found.changed if photo_id not in photos.altered]
        for photo_id in (*found.changed, *found.renewed, *found.back):
            self.window.photos.thumbnails.forget(photo_id)
        for photo_id in changed:
            photos.mark_altered(photo_id, True)
        if before is not None:
            self._follow(before.id, before.path, found)
        self._watch(looked.sight.folders)
        if found.new or found.renewed:
            self._soon.start(max(SETTLE_MS, round(PAUSE_FACTOR * self._took_s * 1000)))
        self.away.emit(list(looked.sight.away), asked or first)
        if looked.sight.away and asked and not found:
            return self.window.refresh()
        if asked or not first or found.gone or found.moved or changed:
            self._tell(looked, changed, asked, first)
        self.window.refresh()

    def _follow(self, photo_id: str, path: str, found: Findings) -> None:
        """See to the photo that is shown."""
        session = self.session
        if photo_id in found.replaced:
            now = next((moved for moved, new in found.moved if new == path), None)
            if now is not None:
                session.go_to(now)
        elif any(moved == photo_id for moved, _ in found.moved):
            session.follow_moved_photo()
        elif photo_id in (*found.changed, *found.renewed, *(found.back if session.photo is None else ())):
            session.reload()

    def _watch(self, folders: Sequence[str]) -> None:
        wanted, watched = set(folders[:WATCHED_MOST]), set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

    # --- telling -------------------------------------------------------------------------------------------------

    def _tell(self, looked: Looked, changed: Sequence[str], asked: bool, first: bool) -> None:
        found, session = looked.findings, self.session
        new = [] if first and not asked else found.new
        parts = [
            words.format(n=Local(len(ids)), names=names)
            for ids, words, names in (
                (new, self.tr("new photos: {n}"), ""),
                (found.moved, self.tr("found again in another place: {n}"), ""),
                (found.back, self.tr("there again: {n}"), ""),
                (found.gone, self.tr("no longer there: {n} ({names}); their items are kept"), self._names(found.gone)),
                (changed, self.tr("changed by another program: {n} ({names})"), self._names(changed)),
            )
            if ids
        ]
        if parts:
            text = ". ".join(part[0].upper() + part[1:] for part in parts) + "."
            (session.problem if found.gone or changed else session.notice).emit(text)
        elif asked:
            session.notice.emit(self.tr("All photos are where they were, and there are no new ones."))

    def _names(self, photo_ids: Sequence[str]) -> str:
        records = (self.session.photos.get(photo_id) for photo_id in photo_ids[:NAMED])
        names = ", ".join(PurePosixPath(record.path).name for record in records if record is not None)
        return names if len(photo_ids) <= NAMED else f"{names} …"
