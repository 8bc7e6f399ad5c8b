"""The names given last, as small buttons in one line; those that have no room are left out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from rvergui.core import FoodClass

GAP = 4
WIDEST = 120


class RecentStrip(QWidget):
    """Buttons for recent names, the latest first."""

    picked = Signal(str)  # the class's name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[QPushButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Recent names"))

    def offer(self, foods: Sequence[FoodClass], keys: Sequence[str] = ()) -> None:
        """Show these; ``keys`` are the shortcuts of the first ones, for the tool tips."""
        while len(self.chips) < len(foods):
            chip = QPushButton(self)
            chip.setProperty("kind", "pill")
            chip.setIconSize(QSize(10, 10))
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.clicked.connect(lambda checked=False, chip=chip: self.picked.emit(str(chip.property("name"))))
            self.chips.append(chip)
        for rank, chip in enumerate(self.chips):
            food = foods[rank] if rank < len(foods) else None
            chip.setProperty("name", food.name if food else "")
            if food is None:
                continue
            room = WIDEST - 36
            chip.setText(chip.fontMetrics().elidedText(food.name, Qt.TextElideMode.ElideRight, room))
            chip.setIcon(_dot(food.colour))
            chip.setAccessibleName(self.tr("Recent name {name}").format(name=food.name))
            key = keys[rank] if rank < len(keys) else ""
            chip.setToolTip(self.tr("{name} ({key})").format(name=food.name, key=key) if key else food.name)
        self._place()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(200, max((chip.sizeHint().height() for chip in self.chips), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        left = 0
        for chip in self.chips:
            hint = chip.sizeHint()
            fits = bool(chip.property("name")) and left + hint.width() <= self.width()
            chip.setVisible(fits)
            if fits:
                chip.setGeometry(left, 0, hint.width(), hint.height())
                left += hint.width() + GAP
            else:
                left = self.width()  # none after it, either: the order is what people rely on
        self.updateGeometry()


def _dot(colour: str) -> QIcon:
    pixmap = QPixmap(20, 20)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QRectF(2, 2, 16, 16))
    painter.end()
    return QIcon(pixmap)
