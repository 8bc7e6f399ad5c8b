"""The lines of the names panel: a name with its key, bar and context change; and the one that makes a new class."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from rvergui.gui.numbers import percent
from rvergui.gui.theme import Theme, current

HEIGHT = 34
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Row:
    """One line: a name, and what the network says of it if it said anything.

    Attributes:
        name: the class's name.
        colour: the class's.
        probability: 0..1; None if the network has not said anything of this name.
        change: what the surroundings changed of that.
        alias: another name of the class under which it was found.
    """

    name: str
    colour: str
    probability: float | None = None
    change: float | None = None
    alias: str = ""


class NameButton(QAbstractButton):
    """What all lines have in common: a ground that shows pointer, keyboard and choice, and a key cap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = False
        self.current = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(240, HEIGHT)

    def set_current(self, on: bool) -> None:
        """Whether Enter in the search field takes this line."""
        if on != self.current:
            self.current = on
            self.update()

    def _ground(self, painter: QPainter, theme: Theme) -> QRectF:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        strong = self.chosen or self.isDown() or self.current
        if strong or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if strong else theme.hover))
            painter.drawRoundedRect(ground, 6, 6)
        if self.hasFocus() or self.current:
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, 6, 6)
        return ground

    def _key(self, painter: QPainter, theme: Theme, ground: QRectF, text: str) -> None:
        key = QRectF(8, ground.center().y() - 10, 20, 20)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(key, 4, 4)
        painter.setPen(QColor(theme.muted))
        painter.save()
        while painter.fontMetrics().horizontalAdvance(text) > key.width() - 4 and painter.font().pointSizeF() > 5:
            font = painter.font()
            font.setPointSizeF(font.pointSizeF() - 0.5)
            painter.setFont(font)
        painter.drawText(key, CENTRE, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 18))
        painter.restore()


class SuggestionRow(NameButton):
    """A key, a name, a bar, a percentage and the signed change by context."""

    def __init__(self, rank: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rank = rank
        self.row: Row | None = None
        self._cap = ""

    def set_cap(self, key: str) -> None:
        """The key that takes this name, as people read it; "" for none."""
        self._cap = key
        self.update()

    def show_row(self, row: Row | None, chosen: bool) -> None:
        """Show ``row``; ``chosen`` marks the name that the item has already."""
        self.row, self.chosen = row, chosen
        self.setVisible(row is not None)
        if row is not None:
            self.setText(row.name)
            name = self.tr("{rank}: {name}").format(rank=self.rank + 1, name=row.name)
            if row.alias:
                name += self.tr(", also called {alias}").format(alias=row.alias)
            if row.probability is not None:
                name += self.tr(", {percent} percent").format(percent=round(row.probability * 100))
            self.setAccessibleName(name)
            tip = ""
            if row.change is not None:
                tip = self.tr("The surroundings changed this name's probability by {change:+.0f} points.")
                tip = tip.format(change=row.change * 100)
            self.setToolTip(tip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        row = self.row
        if row is None:
            return
        theme = current()
        painter = QPainter(self)
        ground = self._ground(painter, theme)
        self._key(painter, theme, ground, self._cap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawEllipse(QRectF(36, ground.center().y() - 5, 10, 10))
        right = self._figures(painter, theme, ground, row)
        text_box = QRectF(54, ground.top(), right - 54, ground.height())
        if row.probability is not None:
            bar = QRectF(54, ground.bottom() - 6, max(right - 54, 0), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * row.probability, 3), 1.5, 1.5)
            text_box.adjust(0, 0, 0, -6)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.rank == 0 else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(text_box.width()))
        painter.drawText(text_box, LEFT, name)
        if row.alias:
            text_box.setLeft(text_box.left() + painter.fontMetrics().horizontalAdvance(name) + 8)
            painter.setFont(self.font())
            painter.setPen(QColor(theme.muted))
            alias = painter.fontMetrics().elidedText(row.alias, Qt.TextElideMode.ElideRight, int(text_box.width()))
            painter.drawText(text_box, LEFT, alias)
        painter.end()

    def _figures(self, painter: QPainter, theme: Theme, ground: QRectF, row: Row) -> float:
        """Draw context change and probability at the right; returns where the room for the name ends."""
        right = ground.right() - 8
        if row.change is not None:
            box = QRectF(right - 34, ground.top(), 34, ground.height())
            points = round(row.change * 100)
            painter.setPen(QColor(theme.positive if points > 0 else theme.negative if points < 0 else theme.muted))
            painter.drawText(box, RIGHT, f"{points:+d}" if points else "±0")
            right -= 42
        if row.probability is not None:
            box = QRectF(right - 40, ground.top(), 40, ground.height())
            painter.setPen(QColor(theme.text))
            painter.drawText(box, RIGHT, percent(row.probability))
            right -= 46
        return right


class NewClassRow(NameButton):
    """Makes what was typed a class, and says so if it is almost one that is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self.almost = ""

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(240, HEIGHT + (14 if self.almost else 0))

    def offer(self, name: str, almost: str = "") -> None:
        """Offer ``name`` as a new class; "" offers nothing. ``almost`` is the class that it is nearly called like."""
        self.name, self.almost = name, almost
        self.setVisible(bool(name))
        text = self.tr("New class “{name}”").format(name=name)
        self.setText(text)
        if almost:
            text += self.tr(", very like “{other}”").format(other=almost)
        self.setAccessibleName(text)
        self.setToolTip(self.tr("Shift+Enter in the search field adds it to the class list."))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        theme = current()
        painter = QPainter(self)
        ground = self._ground(painter, theme)
        self._key(painter, theme, ground, "+")
        box = ground.adjusted(35, 0, -8, 0)
        if self.almost:
            lower = QRectF(box.left(), box.center().y(), box.width(), box.height() / 2 - 3)
            box.setBottom(lower.top() + 2)
            painter.setPen(QColor(theme.warning))
            words = self.tr("very like “{other}”").format(other=self.almost)
            painter.drawText(lower, LEFT, self._fitting(painter, words, lower.width()))
        painter.setPen(QColor(theme.text))
        words = self.tr("New class “{name}”").format(name=self.name)
        painter.drawText(box, LEFT, self._fitting(painter, words, box.width()))
        painter.end()

    @staticmethod
    def _fitting(painter: QPainter, text: str, width: float) -> str:
        return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
