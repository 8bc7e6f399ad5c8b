"""How large and how turned the photo is shown, for the status bar."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from rvergui.gui.canvas.view import Canvas
from rvergui.gui.session import Session


class ZoomLabel(QLabel):
    """“46 %”, and “46 %, turned by 90°” on a turned view; nothing without a photo."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__()
        self._session = session
        self._canvas = canvas
        canvas.zoom_changed.connect(self.refresh)
        session.photo_changed.connect(self.refresh)
        session.photo_loading.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Say what is so now."""
        text = ""
        if self._session.photo is not None:
            share = self._canvas.zoom * self._canvas.devicePixelRatioF()
            degrees = 90 * self._canvas.viewpoint.turns
            text = self.tr("{share:.0%}") if not degrees else self.tr("{share:.0%}, turned by {degrees}°")
            text = text.format(share=share, degrees=degrees).replace("%", " %")
        self.setText(text)
        self.setAccessibleName(self.tr("Size of the photo on the screen: {size}").format(size=text) if text else "")
