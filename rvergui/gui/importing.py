"""Labels of other programs, read and merged in the background and taken as one step that can be undone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from rvergui.gui import counted
from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.session import Session
from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.core import Taxonomy
    from rvergui.gui.box_desk import BoxDesk
    from rvergui.gui.main_window import MainWindow
    from rvergui.interchange.imports.boxes import BoxCutter
    from rvergui.interchange.imports.classes import Offer
    from rvergui.interchange.imports.destination import Collected
    from rvergui.interchange.imports.format import Dataset, Request
    from rvergui.interchange.imports.run import ImportOutcome
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project

DIALOG = "import-labels"


@dataclass(frozen=True)
class ImportOrder:
    """What to read: the format by name and its options by key."""

    format: str
    source: Path
    images: Path | None
    options: dict[str, Any]


@dataclass(frozen=True)
class Look:
    """What was found, and what its classes may be called in the project."""

    order: ImportOrder
    dataset: Dataset
    offers: list[Offer]


class Importer(QObject):
    """Looks at one source at a time and imports one at a time, on a thread of its own."""

    progressed = Signal(int, int)
    looked = Signal(object)  # Look
    finished = Signal(object)  # ImportOutcome
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = Worker("import", self)
        self._cancelled = threading.Event()
        self._desk: BoxDesk | None = None
        self.running = False

    def look(self, order: ImportOrder) -> None:
        """Read what there is; ``looked`` or ``failed`` follows."""
        project = self._session.project
        if self.running or project is None:
            return
        self._begin()
        taxonomy, limit = self._session.taxonomy, self._session.pixel_limit

        def done(look: Look) -> None:
            self.running = False
            self.looked.emit(look)

        self._worker.submit(lambda: self._look(project, order, taxonomy, limit), done, self._fail)

    def start(self, look: Look, names: dict[str, str | None], boxes: str) -> None:
        """Merge what was found into the project; ``finished`` or ``failed`` follows."""
        project = self._session.project
        if self.running or project is None:
            return
        self._begin()
        limit = self._session.pixel_limit
        cutter = self._cutter(boxes, limit)

        def done(result: tuple[ImportOutcome, Collected, list[PhotoRecord]]) -> None:
            self.running = False
            outcome, collected, records = result
            self._session.photos.replace(records)
            text = self.tr("Import {name}").format(name=look.order.source.name)
            self._session.document.commit_many(text, collected.changes(), collected.classes)
            self.finished.emit(outcome)

        self._worker.submit(lambda: self._run(project, look, names, cutter, limit), done, self._fail)

    def _cutter(self, boxes: str, limit: int) -> BoxCutter | None:
        """What makes masks of boxes: for "segment" the segmenter that is chosen, in the engine."""
        from rvergui.gui.box_desk import BoxDesk
        from rvergui.interchange.imports.boxes import AsRectangles

        if boxes == "skip":
            return None
        if boxes == "rectangle":
            return AsRectangles(limit)
        if self._desk is not None:
            self._desk.deleteLater()
        self._desk = BoxDesk(self._session.networks, self._cancelled.is_set, limit, self)
        return self._desk

    def cancel(self) -> None:
        """Stop at the next photo; what is in by then stays."""
        self._cancelled.set()

    def stop(self) -> None:
        """End the thread; a running import is cancelled."""
        self.cancel()
        self._worker.stop()

    def _begin(self) -> None:
        self.running = True
        self._cancelled.clear()

    def _fail(self, message: str) -> None:
        self.running = False
        self.failed.emit(message)

    def _progress(self, done: int, total: int) -> bool:
        self.progressed.emit(done, total)
        return not self._cancelled.is_set()

    # --- on the thread -------------------------------------------------------------------------------------------

    def _look(self, project: Project, order: ImportOrder, taxonomy: Taxonomy, limit: int) -> Look:
        from rvergui.interchange.exports.options import chosen
        from rvergui.interchange.imports.classes import offers
        from rvergui.interchange.imports.format import Request
        from rvergui.interchange.imports.table import IMPORTS, read_dataset

        format = IMPORTS[order.format]
        options = chosen(format.options, order.options, format.name)
        made = project.path.with_name(f"{project.path.stem}.photos")
        request: Request = Request(order.source, order.images, options, made, limit, self._progress)
        dataset = read_dataset(format, request)
        return Look(order, dataset, offers(dataset.classes, taxonomy))

    def _run(
        self, project: Project, look: Look, names: dict[str, str | None], cutter: BoxCutter | None, limit: int
    ) -> tuple[ImportOutcome, Collected, list[PhotoRecord]]:
        from rvergui.interchange.imports.classes import ClassMap
        from rvergui.interchange.imports.destination import Collected
        from rvergui.interchange.imports.run import import_dataset
        from rvergui.interchange.imports.table import IMPORTS

        collected = Collected(project)
        outcome = import_dataset(
            project,
            look.dataset,
            f"{IMPORTS[look.order.format].title} {look.order.source.name}",
            ClassMap(names),
            cutter,
            self._progress,
            limit,
            destination=collected,
        )
        return outcome, collected, project.photos()


class Importing(Feature):
    """File > Import."""

    ACTS = (Act("import", "File", "Import labels …", ("Ctrl+Shift+I",), "", "project", after="add-photos"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.importer = Importer(self.session, self)

    def slots(self) -> Slots:  # noqa: D102
        return {"import": self.show}

    def begin(self) -> None:  # noqa: D102
        self.importer.finished.connect(self._on_finished)
        self.importer.failed.connect(self._on_failed)

    def wish_end(self) -> None:  # noqa: D102
        self.importer.cancel()

    def stop(self) -> None:  # noqa: D102
        self.importer.stop()

    def _on_finished(self, outcome: ImportOutcome) -> None:
        if outcome.objects and not self._is_shown:  # the dialog was closed meanwhile
            text = self.tr("Imported: {items} on {photos}; {undo} takes that back.")
            self.session.notice.emit(
                text.format(
                    items=counted.items(outcome.objects),
                    photos=counted.photos(outcome.photos),
                    undo=self.session.keys("undo"),
                )
            )

    def _on_failed(self, message: str) -> None:
        if not self._is_shown:
            self.session.problem.emit(message)

    @property
    def _is_shown(self) -> bool:
        return any(dialog.objectName() == DIALOG and dialog.isVisible() for dialog in self.window.findChildren(QDialog))

    def show(self) -> None:
        """Open the import dialog."""
        from rvergui.gui.dialogs.import_labels import ImportDialog
        from rvergui.gui.showing import show

        show(ImportDialog(self.session, self.importer, self.window))
