"""The table of classes: counts, and whether they are enough to train on."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rvergui.gui import counted
from rvergui.gui.numbers import Local
from rvergui.gui.statistics.report import ClassLine
from rvergui.gui.theme import current
from rvergui.training.readiness import Readiness, Reason

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
BADGE = 12
WIDTHS = (80, 76, 96, 72, 156)  # of every column but the first, which takes the rest
_ORDER = (Reason.READY, Reason.FEW_PHOTOS, Reason.FEW_OBJECTS, Reason.ONE_PHOTO, Reason.NOTHING)


def short_hint(ready: Readiness) -> str:
    """What is missing, in a few words."""
    words = {
        Reason.READY: QCoreApplication.translate("ClassTable", "✓ enough"),
        Reason.NOTHING: QCoreApplication.translate("ClassTable", "none named yet"),
        Reason.ONE_PHOTO: QCoreApplication.translate("ClassTable", "all on one photo"),
        Reason.FEW_OBJECTS: counted.more_objects(ready.missing),
        Reason.FEW_PHOTOS: counted.more_photos(ready.missing),
    }
    return words[ready.reason]


def long_hint(ready: Readiness) -> str:
    """Why, and what to do, in a sentence or two."""
    words = {
        Reason.READY: QCoreApplication.translate(
            "ClassTable",
            "{objects} on {photos}; a training that begins now learns from {learned} of them and is judged by {held}.",
        ),
        Reason.NOTHING: QCoreApplication.translate(
            "ClassTable", "No object of this class is named yet, so a network cannot learn it."
        ),
        Reason.ONE_PHOTO: QCoreApplication.translate(
            "ClassTable",
            "Whole photos are held out to judge a network by. With all objects on one photo there is either nothing to "
            "learn from or nothing to judge by: name one on another photo.",
        ),
        Reason.FEW_OBJECTS: QCoreApplication.translate(
            "ClassTable",
            "{objects} are few to learn a class from; two dozen are a beginning. {count} more would do.",
        ),
        Reason.FEW_PHOTOS: QCoreApplication.translate(
            "ClassTable",
            "The objects are on {photos} only. About a fifth of the photos is held out, so the score of this class "
            "would hang on a single one; with {more} more it would be steadier.",
        ),
    }
    return words[ready.reason].format(
        count=Local(ready.missing),
        objects=counted.objects(ready.objects),
        photos=counted.photos(ready.photos),
        more=counted.photos(ready.missing),
        held=Local(ready.held),
        learned=Local(ready.objects - ready.held),
    )


class ClassModel(QAbstractTableModel):
    """The lines of a report."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[ClassLine, ...] = ()
        self._texts: dict[int, tuple[str, ...]] = {}  # what was asked for, by row
        self._headings = (
            self.tr("Class"),
            self.tr("Named"),
            self.tr("Verified"),
            self.tr("Held out"),
            self.tr("Photos"),
            self.tr("Enough for training?"),
        )
        self._tips = (
            "",
            self.tr("Objects whose name a person has confirmed or that came with the data"),
            self.tr("Objects that were looked at a second time"),
            self.tr("Objects that a training that begins now would not learn from but be judged by"),
            self.tr("Photos that the named objects are on; copies of a photo count once"),
            self.tr("Two dozen objects on five photos or more, so that about a fifth of the photos can be held out"),
        )

    def show_lines(self, lines: tuple[ClassLine, ...]) -> None:
        """Other lines."""
        self.beginResetModel()
        self._lines = lines
        self._texts.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._headings)

    def headerData(  # noqa: D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return WORDS if section in (0, 5) else NUMBERS
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts_of(index.row())[column]
        if role == SORT_ROLE:
            worst = _ORDER.index(line.ready.reason) * 10_000 + line.ready.missing
            return worst if column == 5 else line.name.casefold() if column == 0 else _numbers(line)[column - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return WORDS if column in (0, 5) else NUMBERS
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return _dot(line.colour)
        if role == Qt.ItemDataRole.ToolTipRole:
            return long_hint(line.ready)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 5:
            return long_hint(line.ready)
        return None

    def _texts_of(self, row: int) -> tuple[str, ...]:
        found = self._texts.get(row)
        if found is None:  # asked for many times whenever the table is laid out
            line = self._lines[row]
            found = (line.name, *(f"{Local(number)}" for number in _numbers(line)), short_hint(line.ready))
            self._texts[row] = found
        return found

    def _colour(self, line: ClassLine, column: int) -> QColor | None:
        theme = current()
        if line.ready.reason is Reason.NOTHING:
            return QColor(theme.muted)
        if column != 5:
            return None
        return QColor(theme.positive if line.ready.reason is Reason.READY else theme.warning)


def _numbers(line: ClassLine) -> tuple[int, int, int, int]:
    return line.named, line.verified, line.ready.held, line.ready.photos


def _dot(colour: str) -> QPixmap:
    picture = QPixmap(BADGE, BADGE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, BADGE - 2, BADGE - 2)
    painter.end()
    return picture


class ClassTable(QTableView):
    """Sortable by every column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = ClassModel()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setSourceModel(self.lines)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("Classes"))
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(WIDTHS, start=1):
            header.resizeSection(column, width)
