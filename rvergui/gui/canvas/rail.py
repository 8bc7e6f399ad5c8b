"""The narrow bar beside the canvas with its tools."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QVBoxLayout, QWidget

TOOLS = ("click", "brush", "eraser", "polygon")
ACTS = ("clean-up", "find-all")


class ToolRail(QToolBar):
    """Icons only; their names and keys are in the tool tips and the Segment menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setProperty("kind", "rail")
        self.setAccessibleName(self.tr("Tools on the photo"))
        self._group = QActionGroup(self)
        self._group.setExclusive(True)

    def fill(self, tools: dict[str, QAction], acts: list[QAction]) -> None:
        """``tools`` by name, one of them checked at a time, and other ``acts`` below."""
        for action in tools.values():
            self._group.addAction(action)
            self._add(action)
        self.addSeparator()
        for action in acts:
            self._add(action)

    def add_below(self, acts: list[QAction], widget: QWidget) -> None:
        """More acts under a line, and a control of another kind under them."""
        self.addSeparator()
        for action in acts:
            self._add(action)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.addWidget(middle)

    def _add(self, action: QAction) -> None:
        self.addAction(action)
        button = self.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
