"""What several dialogs and panels do with widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget another of the style sheet's kinds, which Qt does not notice by itself."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def scrolled_sheet(parent: QWidget) -> tuple[QScrollArea, QWidget]:
    """A scroll area that shows no frame and takes no keys, and the sheet in it, whose child everything on it is.

    Built from the outside in: with a style sheet, whatever moves into another widget puts on its style again, with all
    that is in it.
    """
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its controls have it, and come into sight when they get it
    sheet = QWidget(area)
    area.setWidget(sheet)
    return area, sheet
