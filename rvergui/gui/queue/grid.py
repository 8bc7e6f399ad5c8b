"""The grid of crops: a list view over any number of entries, of which only those in sight are painted and cut out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from rvergui.core import ItemState
from rvergui.gui.queue.cells import CELL, CellDelegate
from rvergui.gui.queue.review_queue import ReviewQueue
from rvergui.gui.session import Session

Index = QModelIndex | QPersistentModelIndex
SELECT = QItemSelectionModel.SelectionFlag
# Laid out in one go; more would be felt.
BATCH = 2000
# Cut out ahead once everything in sight is there.
AHEAD = 12
EDGES = 10  # of the view, left and right of the cells


class EntriesModel(QAbstractListModel):
    """A window onto the queue's entries for Qt's views."""

    def __init__(self, queue: ReviewQueue, session: Session) -> None:
        super().__init__()
        self._queue = queue
        self._session = session
        queue.reloaded.connect(self._on_reloaded)
        queue.rows_changed.connect(self._on_rows)
        queue.crops.arrived.connect(self._on_crops)

    def _on_reloaded(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _on_rows(self, rows: Sequence[int]) -> None:
        # One signal for all: the view paints what is in sight of it, however much that spans.
        self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def _on_crops(self, keys: Iterable[tuple[str, str]]) -> None:
        rows = [row for key in keys if (row := self._queue.entries.row_of(*key)) is not None]
        for row in rows:
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._queue.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid() or index.row() >= len(self._queue.entries):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.words(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row())
        return None

    def words(self, row: int) -> str:
        """What somebody who sees no pictures is told of a row."""
        entry = self._queue.entries[row]
        parts = [self._name(entry.class_id) or self.tr("no name yet")]
        if entry.suggested:
            said = self.tr("the model says {name}, {percent} percent")
            parts.append(said.format(name=entry.suggested, percent=round((entry.probability or 0.0) * 100)))
        if self._queue.entries.is_gone(row):
            parts.append(self.tr("deleted"))
        elif entry.verified:
            parts.append(self.tr("verified"))
        elif entry.state is ItemState.CONFIRMED:
            parts.append(self.tr("named"))
        return ", ".join(parts)

    def _name(self, class_id: str | None) -> str:
        food = self._session.taxonomy.get(class_id) if class_id else None
        return food.name if food else ""

    def _tip(self, row: int) -> str:
        crop = self._queue.crops.peek(self._queue.key(row))
        record = self._session.photos.get(self._queue.entries[row].photo_id)
        lines = [self.words(row), record.path if record else "", crop.problem if crop else ""]
        return "\n".join(line for line in lines if line)


class Grid(QListView):
    """The entries as cells; selection and keys as in any list."""

    typed = Signal(str)  # letters, to search a name with
    current_changed = Signal()
    selection_changed = Signal()

    def __init__(self, queue: ReviewQueue, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.entries_model = EntriesModel(queue, session)
        self.setModel(self.entries_model)
        self.setItemDelegate(CellDelegate(queue, session, self))
        self.setProperty("kind", "grid")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(BATCH)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # its coming and going would move the cells
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName(self.tr("Objects to review"))
        self._told = QTimer(self)  # a selection of thousands is counted once it stands still
        self._told.setSingleShot(True)
        self._told.setInterval(0)
        self._told.timeout.connect(self.selection_changed)
        self.selectionModel().currentChanged.connect(lambda now, before: self.current_changed.emit())
        self.selectionModel().selectionChanged.connect(lambda now, before: self._told.start())
        queue.reloaded.connect(self._on_reloaded)
        queue.crops.arrived.connect(self._look_ahead)

    @property
    def row(self) -> int | None:
        """The row that keys act on; None in an empty queue."""
        index = self.currentIndex()
        return index.row() if index.isValid() else None

    def _parts(self) -> list[QItemSelectionRange]:
        parts: list[QItemSelectionRange] = list(self.selectionModel().selection())  # type: ignore[call-overload]
        return parts

    @property
    def selected_count(self) -> int:
        """How many rows are selected."""
        return sum(part.bottom() - part.top() + 1 for part in self._parts())

    def selected_rows(self) -> NDArray[np.intp]:
        """The selected rows in order, the current one first; only the current one if none is selected."""
        parts = [np.arange(part.top(), part.bottom() + 1, dtype=np.intp) for part in self._parts()]
        rows = np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.intp)
        row = self.row
        if row is None or (rows.size and row not in rows):
            return rows
        return np.concatenate((np.array([row], dtype=np.intp), rows[rows != row]))

    def go_to(self, row: int) -> None:
        """Make a row the current one and the only one selected."""
        index = self.entries_model.index(row)
        self.selectionModel().setCurrentIndex(index, SELECT.ClearAndSelect)
        self.scrollTo(index)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select exactly these; the current row stays."""
        selection = QItemSelection()
        for first, last in runs(rows):
            selection.select(self.entries_model.index(first), self.entries_model.index(last))
        self.selectionModel().select(selection, SELECT.ClearAndSelect)

    def selectAll(self) -> None:  # noqa: D102
        # Qt's own looks at every cell's place.
        last = len(self._queue.entries) - 1
        if last >= 0:
            everything = QItemSelection(self.entries_model.index(0), self.entries_model.index(last))
            self.selectionModel().select(everything, SELECT.ClearAndSelect)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: D102
        # What has to be painted when a selection changes. Qt's own adds up every selected cell, in sight or not.
        return QRegion(self.viewport().rect())

    def keyboardSearch(self, search: str) -> None:  # noqa: D102
        if search.strip():
            self.typed.emit(search)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        width = self.viewport().width() - EDGES
        columns = max(width // CELL.width(), 1)
        self.setGridSize(QSize(max(width // columns, 1), CELL.height()))
        super().resizeEvent(event)

    def _on_reloaded(self) -> None:
        entries = self._queue.entries
        if len(entries):
            self.go_to(entries.next_left(-1) or 0)
        self.current_changed.emit()

    def _look_ahead(self) -> None:
        """Everything in sight is there: cut out what comes next."""
        crops, entries = self._queue.crops, self._queue.entries
        if crops.waiting or not self.isVisible():
            return
        corner = self.viewport().rect().bottomRight()
        last = self.indexAt(corner)
        row = last.row() if last.isValid() else self.row
        if row is None:
            return
        for ahead in range(row + 1, min(row + 1 + AHEAD, len(entries))):
            if crops.peek(self._queue.key(ahead)) is None:
                crops.get(self._queue.key(ahead))


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """``rows`` as first and last of each run without a gap."""
    found: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
