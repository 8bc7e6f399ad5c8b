"""From where the photo is looked at: zoom, place and quarter turns. The photo and its masks know nothing of it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QGraphicsView

MIN_ZOOM, MAX_ZOOM = 0.02, 64.0
_MARGIN = 0.02


class Viewpoint:
    """Moves a view over a photo that fills ``rect`` (scene units are photo pixels); None while there is none."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self.rect: QRectF | None = None
        self.fitted = True
        self.turns = 0

    @property
    def zoom(self) -> float:
        """Screen pixels for one photo pixel, however the view is turned."""
        transform = self._view.transform()
        return math.hypot(transform.m11(), transform.m12())

    def fit(self) -> None:
        """Show the whole photo."""
        if self.rect is not None:
            self._fit(self.rect)
        self.fitted = True

    def show(self, part: QRectF) -> None:
        """Show a part of the photo (photo pixels) as large as it can be, with something around it."""
        if self.rect is None or part.isEmpty():
            return
        around = 0.15 * max(part.width(), part.height())
        self._open_up()
        self._view.fitInView(part.adjusted(-around, -around, around, around), Qt.AspectRatioMode.KeepAspectRatio)
        if self.zoom > MAX_ZOOM:
            self._view.scale(MAX_ZOOM / self.zoom, MAX_ZOOM / self.zoom)
            self._view.centerOn(part.center())
        self.fitted = False

    def _fit(self, rect: QRectF) -> None:
        margin = _MARGIN * max(rect.width(), rect.height())
        around = rect.adjusted(-margin, -margin, margin, margin)
        self._view.setSceneRect(around)
        self._view.fitInView(around, Qt.AspectRatioMode.KeepAspectRatio)

    def _open_up(self) -> None:
        """Room to scroll past the edges, so that zooming keeps the pointer's place."""
        if self.rect is not None:
            width, height = self.rect.width(), self.rect.height()
            self._view.setSceneRect(self.rect.adjusted(-width, -height, width, height))

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom so that what lies under ``around`` (viewport pixels; None: the middle) stays there."""
        view = self._view
        around = view.viewport().rect().center() if around is None else around
        factor = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM) / self.zoom
        self._open_up()
        held = view.mapToScene(around)
        view.scale(factor, factor)
        self.pan(view.mapFromScene(held) - around)
        self.fitted = False

    def pan(self, by: QPoint) -> None:
        """Move what is seen by so many screen pixels, to the left and up where they are positive."""
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())
        if not by.isNull():
            self.fitted = False

    def turn_to(self, turns: int) -> None:
        """Look from this many quarter turns clockwise; what is in the middle of the view stays there."""
        by, self.turns = (turns - self.turns) % 4, turns % 4
        if by == 0:
            return
        middle = self._view.mapToScene(self._view.viewport().rect().center())
        self._view.rotate(90 * by)
        if self.fitted:
            self.fit()
        else:
            self._view.centerOn(middle)
