"""Every step since the project was opened, and the way back or forth to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.draft import Step
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.gui.theme import current

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT = 30


@dataclass(frozen=True)
class HistoryRow:
    """One line.

    Attributes:
        text: what was done.
        where: the photo's file name, or of how many photos; "" for none.
        undone: whether it is taken back at present.
        present: whether this is where we are.
    """

    text: str
    where: str
    undone: bool
    present: bool


class HistoryModel(QAbstractListModel):
    """Row 0 is the beginning; row n is the state after the nth step."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._steps: list[Step] = []
        self._position = 0

    def refresh(self) -> None:
        """Take over the present steps; those that are there already stay where they are."""
        history = self._session.history
        steps, position = history.steps, history.position
        same = next((n for n, (old, new) in enumerate(zip(self._steps, steps, strict=False)) if old is not new), None)
        kept = min(len(self._steps), len(steps)) if same is None else same
        if kept < len(self._steps):
            self.beginRemoveRows(QModelIndex(), kept + 1, len(self._steps))
            self._steps = self._steps[:kept]
            self.endRemoveRows()
        if kept < len(steps):
            self.beginInsertRows(QModelIndex(), kept + 1, len(steps))
            self._steps = steps
            self.endInsertRows()
        self._position = position
        self.dataChanged.emit(self.index(0), self.index(len(self._steps)))

    @property
    def position(self) -> int:
        """The row of where we are."""
        return self._position

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._steps) + 1

    def row(self, number: int) -> HistoryRow:
        """What a line says."""
        here = number == self._position
        if number == 0:
            return HistoryRow(self.tr("As it was in the beginning"), "", False, here)
        step = self._steps[number - 1]
        return HistoryRow(step.text, self._where(step), number > self._position, here)

    def _where(self, step: Step) -> str:
        after = step.after
        if after.sheets:
            return self.tr("{count} photos").format(count=Local(len(after.sheets))) if len(after.sheets) > 1 else ""
        before = step.before
        if before.sheet == after.sheet and before.draft == after.draft and before.review == after.review:
            return ""  # the classes, which belong to no photo
        record = self._session.photos.get(after.photo_id) if after.photo_id and after.sheet is not None else None
        return PurePosixPath(record.path).name if record is not None else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        row = self.row(index.row())
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return ", ".join(filter(None, (row.text, row.where)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self.tr("here") if row.present else self.tr("taken back") if row.undone else ""
            return ", ".join(filter(None, (row.text, row.where, state)))
        return None


class HistoryDelegate(QStyledItemDelegate):
    """The line we are at has a bar and heavy letters; what is taken back is pale."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row: HistoryRow = index.data(ROW_ROLE)
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect.adjusted(4, 1, -4, -1)
        focused = option.state & QStyle.StateFlag.State_HasFocus
        if row.present or option.state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QColor(theme.accent) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if row.present else theme.hover))
            painter.drawRoundedRect(rect, 6, 6)
        if row.present:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRect(rect.left() + 4, rect.top() + 6, 3, rect.height() - 12), 1.5, 1.5)
        line = rect.adjusted(16, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        where = painter.fontMetrics().elidedText(row.where, Qt.TextElideMode.ElideMiddle, line.width() // 2)
        room = line.width() - (painter.fontMetrics().horizontalAdvance(where) + 12 if where else 0)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, where)
        font = painter.font()
        font.setBold(row.present)
        painter.setFont(font)
        text = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(theme.muted if row.undone else theme.text))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class HistoryList(QListView):
    """Arrows look at steps, Return or a click goes there. Keys that travel stay the window's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.clicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class HistoryPanel(QWidget):
    """The list of steps. Going to one is undo or redo of all in between, as one edit."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = HistoryModel(session)
        self.list = HistoryList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(HistoryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setAccessibleName(self.tr("Steps that can be taken back"))
        self.list.setAccessibleDescription(self.tr("Return goes back or forth to the step."))
        self.hint = QLabel(self.tr("Every step shows up here; click one to go back to it."))
        self.hint.setProperty("kind", "muted")
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.hint)
        self.list.clicked.connect(lambda index: session.document.go_to(index.row()))
        for signal in (session.undo_changed, session.project_changed, session.photos.replaced):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return  # looked at when it is shown; steps are taken faster without
        self.model.refresh()
        self.hint.setVisible(self.model.rowCount() == 1)
        here = self.model.index(self.model.position)
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        done = bool(super().event(event))
        if event.type() == QEvent.Type.Show:
            self._refresh()
        return done
