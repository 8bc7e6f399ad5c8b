"""Checks and repairs of the open project on a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.checking.checking import check
from rvergui.checking.findings import CheckReport, Finding
from rvergui.checking.project_material import ProjectMaterial
from rvergui.checking.repairs import Edits, repaired_sheet, repaired_taxonomy
from rvergui.core import RverError, Sheet, Source, SourceKind
from rvergui.gui.worker import Worker
from rvergui.interchange.report import Cancelled
from rvergui.project.store import Project

if TYPE_CHECKING:
    from rvergui.gui.session import Session

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
        wanted = [finding for finding in findings if in_window(finding)]
        edits = Edits.of(wanted)
        source = Source.now(SourceKind.PERSON, self._session.user)
        self.running = True
        self._worker.submit(
            lambda: _repaired(path, edits, source),
            lambda pairs: self._on_repaired(wanted, edits, source, pairs, text),
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
        text: str,
    ) -> None:
        self.running = False
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
        document.commit_many(text, current, taxonomy)
        self.repaired.emit(findings)

    def _on_failed(self, message: str) -> None:
        self.running = False
        self.failed.emit(message)

    def stop(self) -> None:
        """End the thread; what runs is stopped."""
        self.cancel()
        self._worker.stop()


def in_window(finding: Finding) -> bool:
    """Whether the window can repair it, so that undo takes it back: whatever changes items or classes."""
    return finding.is_repairable and not finding.drop_photo and not finding.accept_photo


def _repaired(path: Path, edits: Edits, source: Source) -> list[tuple[Sheet, Sheet]]:
    with Project.open(path, read_only=True) as project:
        sheets = [project.sheet(photo_id) for photo_id in sorted(edits.photos)]
    return [(sheet, repaired_sheet(sheet, edits, source)) for sheet in sheets]
