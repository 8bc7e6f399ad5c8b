"""An export in the background: progress, cancel, one outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.interchange.report import ExportReport, Progress
    from rvergui.project.store import Project


def _pairs(project: Project, out: Path, plan: ExportPlan, progress: Progress) -> ExportReport:
    from rvergui.interchange.pairs import export_pairs

    return export_pairs(project, out, plan.test_share, plan.seed, plan.pixel_limit, progress)


def _coco(project: Project, out: Path, plan: ExportPlan, progress: Progress) -> ExportReport:
    from rvergui.interchange.coco import export_coco

    return export_coco(project, out, progress)


@dataclass(frozen=True)
class ExportPlan:
    """What to write where; ``test_share`` and ``seed`` matter to formats that split."""

    project: Path
    out: Path
    format: str
    test_share: float
    seed: int
    pixel_limit: int


EXPORTERS: dict[str, Callable[[Project, Path, ExportPlan, Progress], ExportReport]] = {"pairs": _pairs, "coco": _coco}


class Exporter(QObject):
    """Runs one export at a time on a thread of its own, with its own read-only view of the project."""

    progressed = Signal(int, int)
    finished = Signal(object, object)  # ExportPlan, ExportReport
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("export", self)
        self._cancelled = threading.Event()
        self.running = False

    def start(self, plan: ExportPlan) -> None:
        """Begin an export; a second one while one is under way is not started."""
        if self.running:
            return
        self.running = True
        self._cancelled.clear()
        self._worker.submit(lambda: self._run(plan), lambda report: self._done(plan, report), self._fail)

    def cancel(self) -> None:
        """Stop at the next photo; what was there before stays."""
        self._cancelled.set()

    def _run(self, plan: ExportPlan) -> ExportReport:
        def progress(done: int, total: int) -> bool:
            self.progressed.emit(done, total)
            return not self._cancelled.is_set()

        from rvergui.project.store import Project

        with Project.open(plan.project, read_only=True) as project:
            return EXPORTERS[plan.format](project, plan.out, plan, progress)

    def _done(self, plan: ExportPlan, report: ExportReport) -> None:
        self.running = False
        self.finished.emit(plan, report)

    def _fail(self, message: str) -> None:
        self.running = False
        self.failed.emit(message)

    def stop(self) -> None:
        """End the thread; a running export is cancelled."""
        self.cancel()
        self._worker.stop()
