"""The panels around the canvas and the docks that hold them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from rvergui.gui.empty import EmptyHint
from rvergui.gui.panels.items import ItemsPanel
from rvergui.gui.panels.photos import PhotosPanel
from rvergui.gui.panels.suggestions import SuggestionsPanel
from rvergui.gui.panels.views import ViewsPanel
from rvergui.gui.session import Session
from rvergui.gui.widgets import set_kind

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
WIDTHS = {"photos": 260, "views": 340}
HEIGHTS = {"views": 230, "names": 280, "items": 240}


class Docks(QObject):
    """The four panels that every window has; features add theirs."""

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self.photos = PhotosPanel(session)
        self.views = ViewsPanel(session)
        self.suggestions = SuggestionsPanel(session)
        self.items = ItemsPanel(session)
        for panel in (self.views, self.suggestions, self.items):
            panel.setMinimumWidth(280)
        self.add("photos", self.tr("Photos"), self.photos, LEFT)
        self.add("views", self.tr("What the network sees"), self.views, RIGHT)
        self.add("names", self.tr("Names"), self.suggestions, RIGHT)
        self.add("items", self.tr("Items of this photo"), self.items, RIGHT)

        self._session = session
        for hint in (EmptyHint(self.photos.list, self._no_photos), EmptyHint(self.items.list, self._no_items)):
            session.photo_changed.connect(hint.refresh)
            session.project_changed.connect(hint.refresh)

    def _no_photos(self) -> str:
        if len(self._session.photos):
            return ""  # they are filtered, and the panel says so
        return self.tr("No photos yet. Open a folder, or drop photos here.")

    def _no_items(self) -> str:
        if self._session.photo is not None:
            return ""  # the panel says so
        return self.tr("What is cut out of a photo is listed here.")

    def add(
        self,
        name: str,
        title: str,
        widget: QWidget,
        area: Qt.DockWidgetArea,
        closable: bool = False,
    ) -> QDockWidget:
        """Put a panel at the window's edge; ``name`` is what its place is remembered by."""
        dock = self.room(name, title, closable)
        self.put(dock, widget, area)
        return dock

    def room(self, name: str, title: str, closable: bool = False) -> QDockWidget:
        """A dock that is not shown yet; a panel that is made as its child need not put on its style twice."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        features = QDockWidget.DockWidgetFeature.DockWidgetMovable
        if closable:
            features |= QDockWidget.DockWidgetFeature.DockWidgetClosable
        dock.setFeatures(features)
        return dock

    def put(self, dock: QDockWidget, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        """Put a panel into its dock and that at the window's edge."""
        set_kind(widget, "panel")
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)

    def arrange(self) -> None:
        """Give the panels the sizes they have at first."""
        docks = {dock.objectName(): dock for dock in self._window.findChildren(QDockWidget)}
        for sizes, way in ((WIDTHS, Qt.Orientation.Horizontal), (HEIGHTS, Qt.Orientation.Vertical)):
            self._window.resizeDocks([docks[name] for name in sizes], list(sizes.values()), way)
