"""Files that are dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from rvergui.gui.choosing import Choosing
from rvergui.gui.feature import Feature


class Drops(Feature):
    """Opens or adds what was dropped; the window passes its events on."""

    def enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged over the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Something was let go over the window."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        if len(paths) == 1 and (paths[0].suffix == ".rver" or self.session.project is None):
            self.window.feature(Choosing).open_path(paths[0])
        else:
            self.session.add(paths)
