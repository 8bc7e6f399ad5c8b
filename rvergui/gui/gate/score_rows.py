"""Rows of scores: before, now, and the difference with its interval drawn around nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rvergui.gui.gate.found import spoken
from rvergui.gui.numbers import Local, percent
from rvergui.gui.theme import current
from rvergui.study.verdict import Difference

Index = QModelIndex | QPersistentModelIndex
SCORE = Qt.ItemDataRole.UserRole + 1
NAME, BEFORE, NOW, DIFFERENCE, PLOT = range(5)
ROW = 30
_SCALES = (0.1, 0.25, 0.5, 1.0)  # what the ends of a drawn line stand for: the least that all intervals fit into
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
translate = QCoreApplication.translate


@dataclass(frozen=True)
class ScoreRow:
    """One measure; ``share`` says that it is told in per cent; ``good``, whether more of it is better."""

    name: str
    score: Difference
    share: bool = False
    good: bool = True

    @property
    def tone(self) -> int:
        """1 if it is surely better, -1 if surely worse, else 0."""
        sign = 1 if self.good else -1
        if self.score.low > 0:
            return sign
        return -sign if self.score.high < 0 else 0

    def value(self, column: int) -> str:
        """What a column says."""
        score = self.score
        if column == NAME:
            return self.name
        if column == DIFFERENCE:
            return f"{Local(100 * score.value):+.0f}" if self.share else f"{Local(score.value):+.2f}"
        shown = score.old if column == BEFORE else score.new
        return percent(shown) if self.share else f"{Local(shown):.2f}"


class ScoreModel(QAbstractTableModel):
    """The rows of one table."""

    def __init__(self, first: str) -> None:
        super().__init__()
        self._rows: Sequence[ScoreRow] = ()
        self.scale = 1.0  # the difference that the end of a drawn line stands for
        self._headings = (
            first,
            translate("Gate", "before"),
            translate("Gate", "now"),
            translate("Gate", "change"),
            translate("Gate", "worse – better, with 95 % interval"),
        )

    def show_rows(self, rows: Sequence[ScoreRow]) -> None:
        """Other rows."""
        self.beginResetModel()
        self._rows = rows
        reach = max((abs(end) for row in rows for end in (row.score.low, row.score.high)), default=0.0)
        self.scale = next((scale for scale in _SCALES if reach <= scale), 1.0)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._headings)

    def headerData(  # noqa: D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section == NAME else _RIGHT if section != PLOT else Qt.AlignmentFlag.AlignCenter
        return self._headings[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.value(column) if column != PLOT else None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(row.name, row.score, row.share)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column == NAME else _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and column == DIFFERENCE:
            theme = current()
            return QColor((theme.muted, theme.positive, theme.negative)[row.tone])
        return row if role == SCORE else None


class PlotDelegate(QStyledItemDelegate):
    """Draws the interval of a difference as a line with a dot, nought in the middle."""

    def __init__(self, scores: ScoreModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._scores = scores

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row = index.data(SCORE)
        if not isinstance(row, ScoreRow):
            return
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.selected))
        room = QRectF(option.rect).adjusted(14, 0, -14, 0)
        middle, sign = room.center(), 1 if row.good else -1

        def place(value: float) -> float:
            return middle.x() + max(-1.0, min(1.0, sign * value / self._scores.scale)) * room.width() / 2

        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(room.left(), middle.y()), QPointF(room.right(), middle.y()))
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(middle.x(), room.top() + 6), QPointF(middle.x(), room.bottom() - 6))
        colour = QColor((theme.muted, theme.positive, theme.negative)[row.tone])
        painter.setPen(QPen(colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(place(row.score.low), middle.y()), QPointF(place(row.score.high), middle.y()))
        painter.setPen(QPen(QColor(theme.panel), 1.5))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(place(row.score.value), middle.y()), 5.5, 5.5)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(220, ROW)


class ScoreTable(QTableView):
    """Scores of both models, a line each."""

    def __init__(self, title: str, first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores = ScoreModel(first)
        self.setModel(self.scores)
        self.setAccessibleName(title)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setItemDelegateForColumn(PLOT, PlotDelegate(self.scores, self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((BEFORE, 72), (NOW, 72), (DIFFERENCE, 92), (PLOT, 280)):
            header.resizeSection(column, width)

    def show_rows(self, rows: Sequence[ScoreRow]) -> None:
        """Other scores."""
        self.scores.show_rows(rows)

    def show_whole(self) -> None:
        """Take as much height as all rows need."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + ROW * self.scores.rowCount() + 4)
