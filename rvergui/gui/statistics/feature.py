"""Label > Statistics: the window, made when it is first wanted."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.statistics.window import StatisticsWindow


class Statistics(Feature):
    """Opens the statistics."""

    ACTS = (Act("statistics", "Label", "Statistics …", ("Ctrl+Shift+S",), "statistics", "project"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.shown: StatisticsWindow | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"statistics": self.show}

    def stop(self) -> None:  # noqa: D102
        if self.shown is not None:
            self.shown.close()

    def show(self) -> None:
        """Open the statistics, or bring them to the front."""
        if self.shown is not None:
            self.shown.open()
            return
        self.session.notice.emit(self.tr("Opening the statistics …"))
        # pyqtgraph takes up to a second to import, for which the window must not stand still.
        self.session.ahead.submit(lambda: import_module("rvergui.gui.statistics.window"), self._make, lane="statistics")

    def _make(self, module: ModuleType) -> None:
        if self.shown is None:
            self.shown = module.StatisticsWindow(self.session, self.window.memory, self.window)
        QTimer.singleShot(0, self, self.shown.open)  # in a turn of its own: making it takes a while, too
