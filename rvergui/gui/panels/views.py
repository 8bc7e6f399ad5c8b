"""The two views of the object, exactly as the network received them, padding included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from rvergui.gui.pictures import to_qimage
from rvergui.gui.session import Session
from rvergui.gui.theme import current


class ViewPicture(QWidget):
    """A square picture that keeps its shape."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(96, 96)

    def show_pixels(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show ``pixels`` (size, size, 3) uint8, or nothing."""
        self.image = QImage() if pixels is None else to_qimage(pixels)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(160, 160)

    def hasHeightForWidth(self) -> bool:  # noqa: D102
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102
        return width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = min(self.width(), self.height())
        square = QRect(0, 0, edge, edge)  # under its heading
        theme = current()
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.window))
            painter.drawRoundedRect(square, 6, 6)
        else:
            painter.drawImage(square, self.image)
        painter.end()


class ViewsPanel(QWidget):
    """ROI and extra-ROI side by side."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.roi = ViewPicture(self.tr("ROI view: the food alone"))
        self.extra = ViewPicture(self.tr("extra-ROI view: its surroundings"))
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setHorizontalSpacing(10)
        for column, (text, picture) in enumerate(((self.tr("ROI"), self.roi), (self.tr("extra-ROI"), self.extra))):
            heading = QLabel(text)
            heading.setProperty("kind", "heading")
            layout.addWidget(heading, 0, column)
            layout.addWidget(picture, 1, column)
        self.caption = QLabel()
        self.caption.setProperty("kind", "muted")
        self.caption.setWordWrap(True)
        layout.addWidget(self.caption, 2, 0, 1, 2)
        layout.setRowStretch(3, 1)
        session.naming_changed.connect(self._show)
        session.draft_changed.connect(self._show)
        session.selection_changed.connect(self._show)
        session.photo_changed.connect(self._show)
        session.photo_loading.connect(self._show)
        self._show()

    def _show(self) -> None:
        naming = self._session.target_naming()
        self.roi.show_pixels(naming.roi_view if naming else None)
        self.extra.show_pixels(naming.extra_view if naming else None)
        if naming is None:
            self.caption.setText(self.tr("Click a dish to see what the network sees."))
        else:
            edge = naming.roi_view.shape[0]
            self.caption.setText(self.tr("{edge}×{edge} pixels, as the network receives them").format(edge=edge))
