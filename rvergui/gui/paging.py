"""Turning pages: reading the photo that is to be shown, and those that follow it ahead."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rvergui.core import Sheet
from rvergui.engine.messages import PhotoRef
from rvergui.gui.photo_cache import stamp_of
from rvergui.gui.pictures import LoadedPhoto
from rvergui.project.records import FileStamp, PhotoRecord

if TYPE_CHECKING:
    from rvergui.gui.session import Session

log = logging.getLogger(__name__)

# Which photos are looked at ahead, seen in the direction in which somebody goes through them.
AHEAD = (1, 2, -1)


class Paging(QObject):
    """Puts photos of the open project on the canvas: sets the session's photo and tells by its signals."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._direction = 1

    def go_to(self, photo_id: str) -> None:
        """Show another photo; a draft is kept as an unnamed item, so that nothing is lost."""
        session = self._session
        project, record = session.project, session.photos.get(photo_id)
        if project is None or record is None:
            return
        if session.record is not None and photo_id == session.record.id and session.photo is not None:
            return
        session.document.set_draft_aside()
        session.keep_draft()
        self._direction = self._direction_to(photo_id)
        session.photos.set_current(photo_id)
        session.photo = None
        session.photo_problem = None
        session.document.leave_photo()
        session.proposals.photo_left()
        path = project.photo_path(record)
        if record.content_hash and record.problem is None:
            session.networks.expect(PhotoRef(record.content_hash, path, session.pixel_limit))
        else:
            session.networks.show(None)
        session.photo_loading.emit(record)
        session.loader.submit(
            lambda: (stamp_of(path), session.pictures.read(path, session.pixel_limit), project.sheet(photo_id)),
            lambda read: self._on_photo(photo_id, *read[1:], stamp=read[0]),
            lambda message: self._on_photo_failed(photo_id, message),
            priority=-1,
            lane="photo",
        )

    def reload(self) -> None:
        """Read the current photo's file anew; its items stay as they are."""
        session = self._session
        record = session.record
        if record is not None:
            session.photo = None
            self.go_to(record.id)

    def follow_moved_photo(self) -> None:
        """The current photo's file lies elsewhere by now; its content is the same."""
        session = self._session
        project, record = session.project, session.record
        if project is None or record is None:
            return
        if session.photo is None:
            self.reload()
            return
        session.photo = replace(session.photo, photo=replace(session.photo.photo, path=project.photo_path(record)))
        session.networks.show(session.photo_ref())

    def step_photo(self, offset: int) -> None:
        """Go to the next (1) or previous (-1) photo of the list."""
        session = self._session
        target = session.photos.neighbour(offset)
        if target is not None:
            self.go_to(target)

    def _direction_to(self, photo_id: str) -> int:
        session = self._session
        here, there = (session.photos.row_of(each) for each in (session.record.id if session.record else "", photo_id))
        return -1 if here is not None and there is not None and there < here else 1

    def look_ahead(self) -> None:
        """The current photo is ready: the next ones can be looked at."""
        session = self._session
        project = session.project
        if project is None:
            return
        ids = [session.photos.neighbour(self._direction * step) for step in AHEAD]
        records = [record for photo_id in ids if photo_id and (record := session.photos.get(photo_id))]
        refs = [
            PhotoRef(record.content_hash or "", project.photo_path(record), session.pixel_limit)
            for record in records
            if record.problem is None
        ]
        if refs:
            session.networks.prefetch(refs)
            path, limit = refs[0].path, session.pixel_limit
            session.ahead.submit(lambda: session.pictures.read(path, limit), failed=log.info, lane="picture")

    def _on_photo(self, photo_id: str, loaded: LoadedPhoto, stored: Sheet, stamp: FileStamp | None = None) -> None:
        session = self._session
        record, project = session.record, session.project
        if project is None or record is None or record.id != photo_id:
            return
        unsaved = session.document.unsaved(photo_id)
        sheet = stored if unsaved is None else unsaved  # an empty sheet is one, too
        size = loaded.photo.size
        if sheet.items and sheet.size != size:
            self._on_photo_failed(
                photo_id,
                self.tr(
                    "{path} is now {width}x{height} pixels, but its labels were made at {old_width}x{old_height}; "
                    "put the original photo back, its labels are kept."
                ).format(
                    path=record.path, width=size[1], height=size[0], old_width=sheet.size[1], old_height=sheet.size[0]
                ),
            )
            return
        if sheet.items and record.content_hash not in (None, loaded.photo.key):
            session.problem.emit(
                self.tr(
                    "{photo} is no longer the picture that its items were drawn on: another program has changed it. "
                    "The items are as they were; look whether they still fit."
                ).format(photo=record.path)
            )
        session.photos.mark_altered(photo_id, False)
        self._note_facts(record, loaded.photo.key, size, None, stamp)
        session.photo = loaded
        session.photo_problem = None
        session.document.show(photo_id, replace(sheet, size=size))
        session.networks.show(session.photo_ref())
        session.photo_changed.emit()
        session.draft_changed.emit()
        session.selection_changed.emit()
        session.labelling.ask_for_name()
        session.drafting.resume()

    def _on_photo_failed(self, photo_id: str, message: str) -> None:
        session = self._session
        record = session.record
        if record is None or record.id != photo_id:
            return
        self._note_facts(record, record.content_hash, record.size, message)
        session.photo_problem = message
        session.networks.show(None)
        session.photo_changed.emit()

    def _note_facts(
        self,
        record: PhotoRecord,
        key: str | None,
        size: tuple[int, int] | None,
        problem: str | None,
        stamp: FileStamp | None = None,
    ) -> None:
        session = self._session
        project = session.project
        if project is None or (record.content_hash, record.size, record.problem) == (key, size, problem):
            return
        missing = record.missing and problem is not None
        session.photos.update(replace(record, content_hash=key, size=size, problem=problem, missing=missing))
        if not project.read_only:
            session.loader.submit(lambda: project.set_photo_facts(record.id, key, size, problem, stamp))
