"""One bar of parts with its legend: where names come from, how far the photos are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvergui.gui.numbers import Local, percent
from rvergui.gui.theme import current

BAR = 14
LINE = 20
DOT = 9


@dataclass(frozen=True)
class Share:
    """One part: its words, its count, its colour "#rrggbb"."""

    words: str
    count: int
    colour: str


class ShareBar(QWidget):
    """The bar, and below it a line for each part with count and per cent."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._shares: Sequence[Share] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_shares(())

    def show_shares(self, shares: Sequence[Share]) -> None:
        """Other parts."""
        self._shares = shares
        said = ", ".join(f"{share.words} {share.count}" for share in shares)
        self.setAccessibleName(f"{self._title}: {said}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(220, BAR + 10 + LINE * max(len(self._shares), 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        total = sum(share.count for share in self._shares)
        whole = QRectF(0, 0, self.width(), BAR)
        clip = QPainterPath()
        clip.addRoundedRect(whole, 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(whole, QColor(theme.line))
        x = 0.0
        for share in self._shares:
            width = self.width() * share.count / total if total else 0.0
            painter.fillRect(QRectF(x, 0, width, BAR), QColor(share.colour))
            x += width
        painter.setClipping(False)
        for row, share in enumerate(self._shares):
            line = QRectF(0, BAR + 8 + row * LINE, self.width(), LINE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(share.colour))
            painter.drawRoundedRect(QRectF(1, line.center().y() - DOT / 2, DOT, DOT), 2, 2)
            painter.setPen(QColor(theme.text))
            room = line.adjusted(18, 0, -84, 0)
            words = painter.fontMetrics().elidedText(share.words, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
            said = percent(share.count / total) if total else ""
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line.adjusted(0, 0, -48, 0), right, f"{Local(share.count)}")
            painter.setPen(QColor(theme.muted))
            painter.drawText(line, right, said)
        painter.end()
