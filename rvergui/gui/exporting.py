"""An export in the background: counts, progress, cancel, one outcome."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.interchange.exports.division import Division
    from rvergui.interchange.exports.run import ExportCounts, ExportPlan
    from rvergui.interchange.exports.selection import Selection
    from rvergui.interchange.report import ExportReport


@dataclass(frozen=True)
class ExportOrder:
    """What to write where: the format by name and its options by key."""

    project: Path
    out: Path
    format: str
    options: dict[str, Any]
    selection: Selection
    division: Division
    pixel_limit: int

    def plan(self) -> ExportPlan:
        """The same for the run; ``RverError`` if an option makes no sense."""
        from rvergui.interchange.exports.options import chosen
        from rvergui.interchange.exports.run import ExportPlan
        from rvergui.interchange.exports.table import export_format

        format = export_format(self.format)
        options = chosen(format.options, self.options, format.name)
        return ExportPlan.of(format, options, self.selection, self.division)


class Exporter(QObject):
    """Runs one export at a time on a thread of its own, with its own read-only view of the project."""

    progressed = Signal(int, int)
    counted = Signal(object, object)  # ExportOrder, ExportCounts
    uncounted = Signal(object, str)  # ExportOrder, why not
    finished = Signal(object, object)  # ExportOrder, ExportReport
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("export", self)
        self._cancelled = threading.Event()
        self._newest: ExportOrder | None = None
        self.running = False

    def start(self, order: ExportOrder) -> None:
        """Begin an export; a second one while one is under way is not started."""
        if self.running:
            return
        self.running = True
        self._cancelled.clear()
        self._worker.submit(lambda: self._run(order), lambda report: self._done(order, report), self._fail)

    def count(self, order: ExportOrder) -> None:
        """Count what an export would write; only the newest question is answered."""
        self._newest = order
        self._worker.submit(
            lambda: self._count(order),
            lambda counts: self.counted.emit(order, counts),
            lambda message: self.uncounted.emit(order, message),
            priority=1,
            lane="count",
        )

    def cancel(self) -> None:
        """Stop at the next photo; what was there before stays."""
        self._cancelled.set()

    def _run(self, order: ExportOrder) -> ExportReport:
        def progress(done: int, total: int) -> bool:
            self.progressed.emit(done, total)
            return not self._cancelled.is_set()

        from rvergui.interchange.exports.run import run_export
        from rvergui.project.store import Project

        with Project.open(order.project, read_only=True) as project:
            return run_export(project, order.out.expanduser(), order.plan(), progress, order.pixel_limit)

    def _count(self, order: ExportOrder) -> ExportCounts:
        from rvergui.interchange.exports.run import count_export
        from rvergui.project.store import Project

        with Project.open(order.project, read_only=True) as project:
            out = order.out.expanduser()
            return count_export(project, order.plan(), lambda done, total: self._newest is order, out)

    def _done(self, order: ExportOrder, report: ExportReport) -> None:
        self.running = False
        self.finished.emit(order, report)

    def _fail(self, message: str) -> None:
        self.running = False
        self.failed.emit(message)

    def stop(self) -> None:
        """End the thread; a running export is cancelled."""
        self._newest = None
        self.cancel()
        self._worker.stop()
