"""The objects of the current photo: a list to choose from, and what can be done with the chosen ones."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QListView, QToolButton, QVBoxLayout, QWidget

from rvergui.gui.numbers import Local
from rvergui.gui.panels.item_rows import ItemDelegate, ItemsModel, eye_of, size_text
from rvergui.gui.session import Session

Pick = QItemSelectionModel.SelectionFlag


class ItemsList(QListView):
    """A list whose rows have an eye; a click on it chooses nothing."""

    eye_clicked = Signal(QModelIndex)

    def _eye_at(self, event: QMouseEvent) -> QModelIndex:
        """The row whose eye the pointer is on; invalid if it is on none."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        on_eye = index.isValid() and eye_of(self.visualRect(index)).contains(place)
        return index if on_eye and event.button() == Qt.MouseButton.LeftButton else QModelIndex()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        index = self._eye_at(event)
        if index.isValid():
            self.eye_clicked.emit(index)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - the second of two quick clicks
        self.mousePressEvent(event) if self._eye_at(event).isValid() else super().mouseDoubleClickEvent(event)


class ItemsPanel(QWidget):
    """The list of objects; selecting one lets keys 1-5 correct its name, choosing several lets acts go to all."""

    menu_wanted = Signal(QPoint)  # where, on the screen

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._following = False
        self._model = ItemsModel(session)
        self.list = ItemsList()
        self.list.setModel(self._model)
        self.list.setItemDelegate(ItemDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.list.setAccessibleName(self.tr("Items of this photo"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._want_menu)
        self.empty = QLabel(self.tr("Nothing is cut out on this photo yet."))
        self.empty.setProperty("kind", "muted")
        self.empty.setWordWrap(True)
        self.summary = QLabel()
        self.summary.setProperty("kind", "muted")
        self.summary.setContentsMargins(6, 0, 0, 0)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.summary)
        layout.addLayout(self._buttons)
        self.list.selectionModel().selectionChanged.connect(self._on_picked)
        self.list.eye_clicked.connect(self._toggle_hidden)
        session.visibility.changed.connect(self.list.viewport().update)
        for signal in (session.sheet_changed, session.photo_changed, session.taxonomy_changed, session.project_changed):
            signal.connect(self._refresh)
        session.photo_loading.connect(self._refresh)
        session.selection_changed.connect(self._select)
        session.choice.changed.connect(self._select)
        self._refresh()

    def add_acts(self, acts: Iterable[QAction]) -> None:
        """Offer these as buttons below the list, for the mouse; each is in a menu, too."""
        for act in acts:
            button = QToolButton()
            button.setDefaultAction(act)
            button.setIconSize(QSize(18, 18))
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(act.iconText())
            self._buttons.addWidget(button)

    def edit_note(self) -> None:
        """Open the note of the selected item for writing."""
        row = self._model.row_of(self._session.selected)
        if row is not None:
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.list.scrollTo(self._model.index(row))
            self.list.edit(self._model.index(row))

    def _toggle_hidden(self, index: QModelIndex) -> None:
        visibility, item = self._session.visibility, self._model.item(index.row())
        visibility.set_hidden(item.id, item.id not in visibility.hidden)

    def _want_menu(self, place: QPoint) -> None:
        self.menu_wanted.emit(self.list.viewport().mapToGlobal(place))

    def _refresh(self) -> None:
        self._following = True
        self._model.refresh()
        self._following = False
        self.empty.setVisible(self._model.rowCount() == 0 and self._session.photo is not None)
        self._select()

    def _select(self) -> None:
        """Show what is chosen elsewhere: on the canvas, by undo, by an act."""
        if self._following:
            return
        self._following = True
        chosen = QItemSelection()
        for item_id in self._session.choice.ids:
            row = self._model.row_of(item_id)
            if row is not None:
                chosen.select(self._model.index(row), self._model.index(row))
        model = self.list.selectionModel()
        model.select(chosen, Pick.ClearAndSelect)
        current = self._model.row_of(self._session.selected)
        if current is None:
            model.setCurrentIndex(QModelIndex(), Pick.NoUpdate)
        elif current != self.list.currentIndex().row():
            model.setCurrentIndex(self._model.index(current), Pick.NoUpdate)
            self.list.scrollTo(self._model.index(current))
        self._following = False
        self._sum_up()
        self.list.viewport().update()

    def _on_picked(self) -> None:
        """Somebody chose in the list: the row that has the keyboard is the selected item, if it is chosen."""
        if self._following:
            return
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        ids = [self._model.item(row).id for row in rows]
        current = self.list.currentIndex().row()
        selected = self._model.item(current).id if current in rows else (ids[0] if ids else None)
        self._following = True
        self._session.select(selected)
        self._session.choice.choose(ids)
        self._following = False
        self._sum_up()

    def _sum_up(self) -> None:
        items, sheet = self._session.choice.items, self._session.sheet
        if len(items) < 2 or sheet is None:
            self.summary.hide()
            return
        size = size_text(sum(item.mask.area for item in items), sheet.size)
        self.summary.setText(self.tr("{count} items, {size}").format(count=Local(len(items)), size=size))
        self.summary.show()
