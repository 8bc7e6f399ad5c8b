"""Checks and repairs of the open project on a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.checking.checking import check
from rvergui.checking.findings import CheckReport, Finding
from rvergui.checking.project_material import ProjectMaterial
from rvergui.checking.repairing import accept_photo
from rvergui.checking.repairs import Edits, repaired_sheet, repaired_taxonomy
from rvergui.core import RverError, Sheet, Source, SourceKind
from rvergui.gui.worker import Worker
from rvergui.interchange.report import Cancelled
from rvergui.project.store import Project

if TYPE_CHECKING:
    from rvergui.gui.session import Session
    from rvergui.project.records import PhotoRecord

# A share of the work is told at most so often: a queue of signals would stall the window.
_TELL_EVERY = 20


class Checker(QObject):
    """One check or repair at a time. A repair is one step of undo, over however many photos."""

    progressed = Signal(int, int)
    checked = Signal(object)  # CheckReport; None if it was stopped
    repaired = Signal(object)  # the findings, a list
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = Worker("check", self)
        self._stopped = threading.Event()
        self.running = False
        self._again = False

    @property
    def project(self) -> Path | None:
        """The file that would be checked."""
        return None if self._session.project is None else self._session.project.path

    @property
    def may_repair(self) -> bool:
        """Whether the open project can be changed."""
        return self._session.project is not None and not self._session.project.read_only

    def check(self) -> None:
        """Begin; ``checked`` or ``failed`` follows. A check that is under way begins anew."""
        if self.running:
            self._again = True
            self.cancel()
            return
        path = self._ready()
        if path is None:
            return
        limit = self._session.pixel_limit
        self._stopped.clear()
        self.running = True
        self._worker.submit(lambda: self._look(path, limit), self._on_checked, self._on_failed)

    def cancel(self) -> None:
        """Stop at the next photo."""
        self._stopped.set()

    def repair(self, findings: Sequence[Finding], text: str) -> None:
        """Repair what can be, as one step that undo calls ``text``; ``repaired`` or ``failed`` follows."""
        path = self._ready()
        if path is None:
            return
        project, limit = self._session.project, self._session.pixel_limit
        assert project is not None
        wanted = [finding for finding in findings if finding.is_repairable]
        edits = Edits.of(wanted)
        source = Source.now(SourceKind.PERSON, self._session.user)
        self.running = True
        self._worker.submit(
            lambda: (_repaired(path, edits, source), see_to_photos(project, edits, limit)),
            lambda done: self._on_repaired(wanted, edits, source, *done, text),
            self._on_failed,
        )

    def _ready(self) -> Path | None:
        """The project's file with everything on disk; None if that cannot be, or something is running."""
        session = self._session
        if session.project is None or self.running:
            return None
        session.keep_draft()
        if not session.saver.flush():
            self.failed.emit(self.tr("Some edits are not saved yet; free some disk space and check again."))
            return None
        return session.project.path

    def _look(self, path: Path, pixel_limit: int) -> CheckReport | None:
        def progress(done: int, total: int) -> bool:
            if done % _TELL_EVERY == 0 or done == total or total < 10 * _TELL_EVERY:
                self.progressed.emit(done, total)
            return not self._stopped.is_set()

        with Project.open(path, read_only=True) as project:
            try:
                return check(ProjectMaterial(project, pixel_limit=pixel_limit), progress=progress)
            except Cancelled:
                return None

    def _on_checked(self, report: CheckReport | None) -> None:
        self.running = False
        if self._again:
            self._again = False
            self.check()
        else:
            self.checked.emit(report)

    def _on_repaired(
        self,
        findings: list[Finding],
        edits: Edits,
        source: Source,
        pairs: list[tuple[Sheet, Sheet]],
        photos: PhotosSeenTo,
        text: str,
    ) -> None:
        self.running = False
        self._show_photos(photos)
        document = self._session.document
        current = []
        for before, after in pairs:
            present = document.present(before.photo_id)
            # somebody has gone on labelling while the others were read
            current.append(
                (before, after) if present in (None, before) else (present, repaired_sheet(present, edits, source))
            )
        try:
            taxonomy = repaired_taxonomy(document.taxonomy, edits)
        except RverError as error:  # a class was merged meanwhile
            self.failed.emit(str(error))
            return
        if current or taxonomy != document.taxonomy:
            document.commit_many(text, current, taxonomy)
        self.repaired.emit([f for f in findings if f.photo_id not in photos.failed or not f.accept_photo])
        if photos.failed:
            self.failed.emit(next(iter(photos.failed.values())))

    def _show_photos(self, seen: PhotosSeenTo) -> None:
        """Bring the list of photos up to date."""
        session, photos = self._session, self._session.photos
        for record in seen.accepted:
            photos.mark_altered(record.id, False)
            known = photos.get(record.id)
            if known is not None:
                photos.update(replace(known, content_hash=record.content_hash, size=record.size, problem=None))
        if not seen.dropped:
            return
        here, following = photos.current, photos.neighbour(1) or photos.neighbour(-1)
        photos.replace([photos[row] for row in range(len(photos)) if photos[row].id not in seen.dropped])
        if here is not None and here.id in seen.dropped and following is not None:
            session.go_to(following)

    def _on_failed(self, message: str) -> None:
        self.running = False
        self.failed.emit(message)

    def stop(self) -> None:
        """End the thread; what runs is stopped."""
        self.cancel()
        self._worker.stop()


@dataclass(frozen=True)
class PhotosSeenTo:
    """What became of photos themselves; undo does not know of it.

    Attributes:
        dropped: the ids of those that are off the list; their files stay.
        accepted: records of those that were taken as they are now.
        failed: id -> why not, a sentence.
    """

    dropped: frozenset[str]
    accepted: tuple[PhotoRecord, ...]
    failed: dict[str, str]


def see_to_photos(project: Project, edits: Edits, pixel_limit: int) -> PhotosSeenTo:
    """Take photos off the list that nobody has worked on by now, and others as they are."""
    dropped = frozenset(photo_id for photo_id in edits.dropped if project.photo(photo_id).items == 0)
    accepted: list[PhotoRecord] = []
    failed: dict[str, str] = {}
    for photo_id in sorted(edits.accepted):
        try:
            accept_photo(project, photo_id, pixel_limit)
            accepted.append(project.photo(photo_id))
        except RverError as error:
            failed[photo_id] = str(error)
    if dropped:
        project.remove_photos(sorted(dropped), for_good=True)
    return PhotosSeenTo(dropped, tuple(accepted), failed)


def undoable(finding: Finding) -> bool:
    """Whether undo takes the repair back: whatever changes items or classes."""
    return finding.is_repairable and not finding.drop_photo and not finding.accept_photo


def _repaired(path: Path, edits: Edits, source: Source) -> list[tuple[Sheet, Sheet]]:
    with Project.open(path, read_only=True) as project:
        sheets = [project.sheet(photo_id) for photo_id in sorted(edits.photos)]
    return [(sheet, repaired_sheet(sheet, edits, source)) for sheet in sheets]
