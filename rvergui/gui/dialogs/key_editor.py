"""Help > Change keyboard shortcuts: find an act, press its new key, hear about conflicts, go back to what it was."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.actions import Actions
from rvergui.gui.acts import MENUS, translated
from rvergui.gui.dialogs.key_recorder import KeyRecorder
from rvergui.gui.keymap import shown

KEY_ROLE = Qt.ItemDataRole.UserRole


class KeyEditor(QDialog):
    """What is changed holds at once; nothing has to be confirmed, and everything can be reset."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap = actions.keymap
        self._names = {act.key: translated(act.text).removesuffix(" …") for act in actions.acts}
        self._groups: dict[str, tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = {}
        self._adding = False
        self._wanted: tuple[str, str, bool] | None = None  # act, keys, whether they come in addition
        self.setWindowTitle(self.tr("Change keyboard shortcuts"))
        self.resize(620, 640)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("search an act or a key"))
        self.search.setAccessibleName(self.tr("Search an act or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.tr("Acts and their keys"))
        self.tree.setHeaderLabels([self.tr("Act"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.currentItemChanged.connect(self._show_act)
        self.tree.itemActivated.connect(lambda item: self._record(in_addition=False))
        self.recorder = KeyRecorder(self)
        self.recorder.setAccessibleName(self.tr("Keys of the chosen act"))
        self.recorder.recorded.connect(self._on_recorded)
        self.recorder.left.connect(self._show_act)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(34)
        button = self._button
        self.change = button(self.tr("Change …"), lambda: self._record(in_addition=False))
        self.add = button(self.tr("Add another …"), lambda: self._record(in_addition=True))
        self.remove = button(self.tr("Remove"), self._remove)
        self.reset = button(self.tr("Reset"), self._reset)
        self.take = button(self.tr("Use it here"), self._take)
        self.leave = button(self.tr("Leave it there"), self._leave)
        self.reset_all = button(self.tr("Reset all"), self._reset_all)
        close = button(self.tr("Close"), self.accept)
        self._lay_out(close)
        self._keymap.changed.connect(self._refresh)
        self._fill(actions)
        self._ask(None)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        made = QPushButton(text, self)
        made.setAutoDefault(False)
        made.clicked.connect(lambda checked=False: act())
        return made

    def _lay_out(self, close: QPushButton) -> None:
        keys, conflict, last = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for widget in (self.change, self.add, self.remove, self.reset):
            keys.addWidget(widget)
        keys.insertWidget(0, self.recorder, 1)
        conflict.addWidget(self.message, 1)
        conflict.addWidget(self.take)
        conflict.addWidget(self.leave)
        last.addWidget(self.reset_all)
        last.addStretch(1)
        last.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        for row in (keys, conflict, last):
            layout.addLayout(row)

    # --- the list ------------------------------------------------------------------------------------------------

    def _fill(self, actions: Actions) -> None:
        heading = QFont(self.font())
        heading.setWeight(QFont.Weight.DemiBold)
        for menu in MENUS:
            group = QTreeWidgetItem([translated(menu), ""])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFont(0, heading)
            rows = []
            for act in (a for a in actions.acts if a.menu == menu):
                row = QTreeWidgetItem([self._names[act.key], self._keys(act.key)])
                row.setData(0, KEY_ROLE, act.key)
                rows.append(row)
            group.addChildren(rows)
            self.tree.addTopLevelItem(group)
            self._groups[menu] = (group, rows)
        self.tree.expandAll()
        self.tree.setCurrentItem(self._rows()[0])

    def _rows(self) -> list[QTreeWidgetItem]:
        return [row for _, rows in self._groups.values() for row in rows]

    def _refresh(self) -> None:
        for row in self._rows():
            words = self._keys(row.data(0, KEY_ROLE))
            if words != row.text(1):  # the tree measures its columns with every change
                row.setText(1, words)
        self._show_act()

    def _keys(self, act: str) -> str:
        keys, usual = self._keymap[act], self._keymap.is_default(act)
        return shown(keys) if usual else self.tr("{keys} (changed)").format(keys=shown(keys) or "–")

    def _filter(self) -> None:
        """Show the acts whose name or keys hold the text."""
        text = self.search.text().strip().casefold()
        for row in self._rows():
            row.setHidden(text not in row.text(0).casefold() and text not in row.text(1).casefold())
        for group, rows in self._groups.values():
            group.setHidden(all(row.isHidden() for row in rows))
        first = next((row for row in self._rows() if not row.isHidden()), None)
        if first is not None and self.act is None:
            self.tree.setCurrentItem(first)
        self._show_act()

    @property
    def act(self) -> str | None:
        """The act that is chosen."""
        row = self.tree.currentItem()
        return row.data(0, KEY_ROLE) if row is not None and not row.isHidden() else None

    def _show_act(self) -> None:
        act = self.act
        if self._wanted is not None and self._wanted[0] != act:
            self._ask(None)
        keys = self._keymap[act] if act is not None else ()
        if not self.recorder.recording:
            self.recorder.setText(shown(keys))
            self.recorder.setPlaceholderText(self.tr("no key"))
        self.change.setEnabled(act is not None)
        self.add.setEnabled(bool(keys))
        self.remove.setEnabled(bool(keys))
        self.reset.setEnabled(act is not None and not self._keymap.is_default(act))
        self.reset_all.setEnabled(not all(self._keymap.is_default(each) for each in self._names))

    # --- changing ------------------------------------------------------------------------------------------------

    def _record(self, in_addition: bool) -> None:
        if self.act is not None:
            self._ask(None)
            self._adding = in_addition
            self.recorder.record()
            self.message.setText(self.tr("Press the key, alone or with Ctrl, Alt or Shift. A click elsewhere stops."))

    def _on_recorded(self, keys: str) -> None:
        act = self.act
        self.message.clear()
        if act is None or not keys:
            self._show_act()
            return
        owner = self._keymap.owner(keys)
        if owner is not None and owner != act:
            self._ask((act, keys, self._adding), owner)
        else:
            self._give(act, keys, self._adding)

    def _ask(self, wanted: tuple[str, str, bool] | None, owner: str = "") -> None:
        """Tell of a conflict and ask what to do, or stop asking."""
        self._wanted = wanted
        self.take.setVisible(wanted is not None)
        self.leave.setVisible(wanted is not None)
        self.message.setProperty("kind", "warning" if wanted else "muted")
        self.message.style().polish(self.message)
        if wanted is None:
            self.message.clear()
            return
        text = self.tr("{keys} belongs to “{other}”. If it is used here, that act loses it.")
        self.message.setText("⚠ " + text.format(keys=shown([wanted[1]]), other=self._names[owner]))
        self._show_act()
        self.take.setFocus()

    def _take(self) -> None:
        if self._wanted is not None:
            act, keys, adding = self._wanted
            self._ask(None)
            self._give(act, keys, adding)

    def _leave(self) -> None:
        self._ask(None)
        self.tree.setFocus()

    def _give(self, act: str, keys: str, adding: bool) -> None:
        self._keymap.give(act, (*self._keymap[act], keys) if adding else (keys,))
        self.message.setText(
            self.tr("“{act}” has the key {keys} now.").format(act=self._names[act], keys=shown([keys]))
        )
        self._show_act()
        self.tree.setFocus()

    def _remove(self) -> None:
        if self.act is not None:
            self._keymap.give(self.act, ())
            self.tree.setFocus()

    def _reset(self) -> None:
        act = self.act
        if act is None:
            return
        losers = {self._keymap.owner(keys) for keys in self._keymap.default(act)} - {None, act}
        self._keymap.reset(act)
        if losers:
            names = ", ".join(sorted(self._names[other] for other in losers if other))
            self.message.setText(self.tr("Taken back from: {names}").format(names=names))
        self.tree.setFocus()

    def _reset_all(self) -> None:
        self._keymap.reset_all()
        self._ask(None)
        self.message.setText(self.tr("All acts have their usual keys again."))
        self.tree.setFocus()
