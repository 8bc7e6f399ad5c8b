"""Edit > History: the list of steps in a dock beside the items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDockWidget

from rvergui.gui.acts import Act
from rvergui.gui.docks import RIGHT
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.panels.history import HistoryPanel

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow


class HistoryDock(Feature):
    """Shows and hides the list."""

    ACTS = (Act("history", "Edit", "History of steps", ("Ctrl+H",), "history", checkable=True, after="redo"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.panel = HistoryPanel(self.session)
        self.dock = window.docks.add("history", self.tr("History"), self.panel, RIGHT, closable=True)
        items = next(dock for dock in window.findChildren(QDockWidget) if dock.objectName() == "items")
        window.tabifyDockWidget(items, self.dock)
        items.raise_()
        self.dock.hide()
        self.dock.installEventFilter(self)

    def slots(self) -> Slots:  # noqa: D102
        return {"history": self.toggle}

    def toggle(self) -> None:
        """Show the list with the keyboard in it, or put it away and go back to the photo."""
        if self.dock.isVisible() and self.panel.visibleRegion().isEmpty():  # behind another tab
            self.dock.raise_()
            self.panel.list.setFocus()
        elif self.dock.isVisible():
            self.dock.hide()
            self.window.canvas.setFocus()
        else:
            self.dock.show()
            self.dock.raise_()
            self.panel.list.setFocus()
        self._check()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Close):
            self._check()
        return super().eventFilter(watched, event)

    def _check(self) -> None:
        self.window.actions_["history"].setChecked(not self.dock.isHidden())
