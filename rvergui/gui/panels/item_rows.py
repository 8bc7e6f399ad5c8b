"""The rows of the items panel: what they say, how they are drawn, and the note that is edited in them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QByteArray,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rvergui.core import Item, ItemState
from rvergui.gui.icons import icon
from rvergui.gui.session import Session
from rvergui.gui.theme import current

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT = 40
EYE = 20  # pixels kept for the eye at the right of a row
FADED = 0.55  # how much is left of the words of a hidden item
Align = Qt.AlignmentFlag


@dataclass(frozen=True)
class ItemRow:
    """What a row shows.

    Attributes:
        name: the class's name, or that there is none.
        colour: the class's; None without a class.
        state: how far the item has come.
        verified: whether somebody looked at it a second time.
        size: area in pixels and per cent of the photo, as people read it.
        note: the item's note.
        hidden: whether its mask is hidden on the canvas.
    """

    name: str
    colour: str | None
    state: ItemState
    verified: bool
    size: str
    note: str
    hidden: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether the name is one that nobody has confirmed."""
        return self.colour is not None and self.state is not ItemState.CONFIRMED


def size_text(area: int, photo: tuple[int, int]) -> str:
    """An area as people read it: pixels, and per cent of a photo of size (height, width)."""
    share = 100.0 * area / max(photo[0] * photo[1], 1)
    return f"{QLocale().toString(area)} px · {QLocale().toString(share, 'f', 1 if share >= 0.1 else 2)} %"


class ItemsModel(QAbstractListModel):
    """The sheet's items, the newest first."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._items: tuple[Item, ...] = ()
        self._rows: dict[str, int] = {}

    def refresh(self) -> bool:
        """Take over the present sheet; whether other items, or in another order, are there now."""
        sheet = self._session.sheet
        items = tuple(reversed(sheet.items)) if sheet else ()
        if [item.id for item in items] == list(self._rows):
            self._items = items  # a note that is being written stays open
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return False
        self.beginResetModel()
        self._items = items
        self._rows = {item.id: row for row, item in enumerate(items)}
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 0 if parent.isValid() else len(self._items)

    def item(self, row: int) -> Item:
        """The item in a row."""
        return self._items[row]

    def row_of(self, item_id: str | None) -> int | None:
        """The row of an item."""
        return None if item_id is None else self._rows.get(item_id)

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: D102
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return self._row(item)
        if role == Qt.ItemDataRole.EditRole:
            return item.note
        if role == Qt.ItemDataRole.DisplayRole:
            return self._row(item).name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(self._row(item))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._provenance(item)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: D102
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        self._session.item_edits.note(self._items[index.row()].id, str(value))
        return True

    def _row(self, item: Item) -> ItemRow:
        food = self._session.taxonomy.get(item.class_id) if item.class_id else None
        return ItemRow(
            name=food.name if food else self.tr("no name yet"),
            colour=food.colour if food else None,
            state=item.state,
            verified=item.verified is not None,
            size=size_text(item.mask.area, item.mask.size),
            note=item.note,
            hidden=item.id in self._session.visibility.hidden,
        )

    def _spoken(self, row: ItemRow) -> str:
        parts = [row.name]
        if row.verified:
            parts.append(self.tr("verified"))
        elif row.state is ItemState.CONFIRMED:
            parts.append(self.tr("confirmed"))
        elif row.is_guess:
            parts.append(self.tr("not confirmed"))
        if row.hidden:
            parts.append(self.tr("hidden"))
        parts.append(row.size)
        if row.note:
            parts.append(self.tr("note: {note}").format(note=row.note))
        return ", ".join(parts)

    def _provenance(self, item: Item) -> str:
        sources = (
            (self.tr("Mask: {who}, {at:%Y-%m-%d %H:%M}"), item.mask_source),
            (self.tr("Name: {who}, {at:%Y-%m-%d %H:%M}"), item.label_source),
            (self.tr("Verified: {who}, {at:%Y-%m-%d %H:%M}"), item.verified),
        )
        lines = [text.format(who=source.name, at=source.at) for text, source in sources if source is not None]
        if item.note:
            lines.append(self.tr("Note: {note}").format(note=item.note))
        if item.id in self._session.visibility.hidden:
            text = self.tr("Hidden on the photo; a click on the eye or {key} shows it again.")
            lines.append(text.format(key=self._session.keys("hide-item")))
        return "\n".join(lines)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: D102
        return {**super().roleNames(), ITEM_ROLE: QByteArray(b"item")}


def eye_of(row: QRect) -> QRect:
    """Where in a row the eye is that a click closes and opens."""
    return QRect(row.right() - EYE - 6, row.top(), EYE + 4, row.height())


class ItemDelegate(QStyledItemDelegate):
    """Two lines: colour, name and state; size and note. The note is edited in place."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row: ItemRow = index.data(ITEM_ROLE)
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect.adjusted(4, 1, -4, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if selected else theme.hover))
            painter.drawRoundedRect(rect, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:  # of several selected ones the keys go from here
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 6, 6)
        upper = QRect(rect.left() + 28, rect.top() + 2, rect.width() - 36 - EYE, 18)
        self._paint_eye(painter, option, row.hidden)
        if row.hidden:
            painter.setOpacity(FADED)
        lower = QRect(upper.left(), upper.bottom(), upper.width(), 17)
        dot = QRect(rect.left() + 9, upper.center().y() - 5, 11, 11)
        painter.setPen(QColor(row.colour or theme.muted))
        painter.setBrush(QColor(row.colour) if row.colour and not row.is_guess else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        badge, colour = self._badge(row)
        painter.setPen(QColor(colour))
        painter.drawText(upper, Align.AlignVCenter | Align.AlignRight, badge)
        room = upper.width() - painter.fontMetrics().horizontalAdvance(badge) - 8
        font = QFont(option.font)
        font.setItalic(row.is_guess)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if row.colour else theme.muted))
        name = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(upper, Align.AlignVCenter | Align.AlignLeft, name)
        small = QFont(option.font)
        small.setPointSizeF(max(small.pointSizeF() - 1.0, 7.0))
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        text = f"{row.size} · {row.note}" if row.note else row.size
        shown = QFontMetrics(small).elidedText(text, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Align.AlignVCenter | Align.AlignLeft, shown)
        painter.restore()

    def _paint_eye(self, painter: QPainter, option: QStyleOptionViewItem, hidden: bool) -> None:
        """A struck eye on hidden items; an open one where the pointer or the keyboard is, to hide them with."""
        pointed = option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected)
        if hidden or pointed:
            theme = current()
            box = QRect(0, 0, 16, 16)
            box.moveCenter(eye_of(option.rect).center())
            icon("masks-off" if hidden else "eye", theme.text if hidden else theme.muted).paint(painter, box)

    def _badge(self, row: ItemRow) -> tuple[str, str]:
        """How far an item has come, told by its shape first and by colour second."""
        theme = current()
        if row.verified:
            return "✓✓", theme.positive
        if row.state is ItemState.CONFIRMED:
            return "✓", theme.positive
        return ("?", theme.warning) if row.is_guess else ("", theme.muted)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: D102
        editor = QLineEdit(parent)
        editor.setPlaceholderText(self.tr("note"))
        editor.setAccessibleName(self.tr("Note on {name}").format(name=index.data()))
        editor.setMaxLength(2000)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: D102
        # The photo may change behind a note that is being written: what was typed stays.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: D102
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        editor.setGeometry(option.rect.adjusted(28, 4, -8, -4))
