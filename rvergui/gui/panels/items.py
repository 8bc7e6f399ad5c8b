"""The objects of the current photo."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
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

from rvergui.core import Item, ItemState
from rvergui.gui.session import Session
from rvergui.gui.theme import current

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole + 1


class ItemsModel(QAbstractListModel):
    """The sheet's items, the newest first."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._items: tuple[Item, ...] = ()

    def refresh(self) -> None:
        """Take over the present sheet."""
        self.beginResetModel()
        sheet = self._session.sheet
        self._items = tuple(reversed(sheet.items)) if sheet else ()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._items)

    def item(self, row: int) -> Item:
        """The item in a row."""
        return self._items[row]

    def row_of(self, item_id: str | None) -> int | None:
        """The row of an item."""
        return next((row for row, item in enumerate(self._items) if item.id == item_id), None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        item = self._items[index.row()]
        food = self._session.taxonomy.get(item.class_id) if item.class_id else None
        name = food.name if food else self.tr("no name yet")
        if role == ITEM_ROLE:
            share = 100.0 * item.mask.area / max(item.mask.size[0] * item.mask.size[1], 1)
            return (name, food.colour if food else None, item.state, share)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._provenance(item)
        return None

    def _provenance(self, item: Item) -> str:
        lines = [self.tr("Mask: {who}, {at:%Y-%m-%d %H:%M}").format(who=item.mask_source.name, at=item.mask_source.at)]
        if item.label_source is not None:
            lines.append(
                self.tr("Name: {who}, {at:%Y-%m-%d %H:%M}").format(who=item.label_source.name, at=item.label_source.at)
            )
        return "\n".join(lines)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: D102
        return {**super().roleNames(), ITEM_ROLE: QByteArray(b"item")}


class ItemDelegate(QStyledItemDelegate):
    """Colour, name, state and share of the photo."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(120, 30)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        name, colour, state, share = index.data(ITEM_ROLE)
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect.adjusted(4, 1, -4, -1)
        state_flags = option.state
        if state_flags & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            selected = bool(state_flags & QStyle.StateFlag.State_Selected)
            painter.setBrush(QColor(theme.selected if selected else theme.hover))
            painter.drawRoundedRect(rect, 6, 6)
        dot = QRect(rect.left() + 8, rect.center().y() - 5, 11, 11)
        painter.setPen(QColor(colour or theme.muted))
        painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        painter.setPen(QColor(theme.text if colour else theme.muted))
        text = rect.adjusted(28, 0, -92, 0)
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            rect.adjusted(0, 0, -30, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{share:.1f} %"
        )
        if state is ItemState.CONFIRMED:
            painter.setPen(QColor(theme.positive))
            painter.drawText(
                rect.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "✓"
            )
        painter.restore()


class ItemsPanel(QWidget):
    """The list of objects; selecting one lets keys 1-5 correct its name."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = ItemsModel(session)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(ItemDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(self.tr("Items of this photo"))
        self.empty = QLabel(self.tr("Nothing is cut out on this photo yet."))
        self.empty.setProperty("kind", "muted")
        self.empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        for signal in (session.sheet_changed, session.photo_changed, session.taxonomy_changed, session.project_changed):
            signal.connect(self._refresh)
        session.photo_loading.connect(self._refresh)
        session.selection_changed.connect(self._select)
        self._refresh()

    def _refresh(self) -> None:
        blocked = self.list.selectionModel().blockSignals(True)
        self._model.refresh()
        self.list.selectionModel().blockSignals(blocked)
        self.empty.setVisible(self._model.rowCount() == 0 and self._session.photo is not None)
        self._select()

    def _select(self) -> None:
        row = self._model.row_of(self._session.selected)
        blocked = self.list.selectionModel().blockSignals(True)
        if row is None:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        else:
            self.list.setCurrentIndex(self._model.index(row))
        self.list.selectionModel().blockSignals(blocked)
        self.list.viewport().update()

    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            self._session.select(self._model.item(now.row()).id)
