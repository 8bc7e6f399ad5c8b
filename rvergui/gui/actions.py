"""Every act of the window as a Qt action: in its menu, with its keys and its icon."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from rvergui.gui.acts import MENUS, Act, translated
from rvergui.gui.icons import icon
from rvergui.gui.keymap import Keymap, shown


class Actions:
    """The acts as Qt actions, by key."""

    def __init__(self, acts: Sequence[Act], keymap: Keymap, window: QMainWindow, canvas: QWidget) -> None:
        self.acts = acts
        self.keymap = keymap
        self._by_key: dict[str, QAction] = {}
        self._parent = window
        self._groups: dict[str, QActionGroup] = {}
        for act in acts:
            action = QAction(translated(act.text), window)
            action.setObjectName(act.key)
            action.setIconText(translated(act.text).removesuffix(" …"))
            action.setCheckable(act.checkable)
            if act.canvas_only:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._by_key[act.key] = action
            (canvas if act.canvas_only else window).addAction(action)
            self._give_keys(act.key)
        keymap.changed.connect(self._give_keys)

    def __getitem__(self, key: str) -> QAction:
        return self._by_key[key]

    def _give_keys(self, key: str) -> None:
        """Let an action have the keys that are its own now, and say the first of them in its tool tip."""
        action, keys = self._by_key[key], self.keymap[key]
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.setToolTip(f"{action.iconText()} ({shown(keys[:1])})" if keys else action.iconText())

    def connect(self, slots: dict[str, Callable[[], object]]) -> None:
        """Tie every act to what it does; an act without a slot or a slot without an act is a defect."""
        assert set(slots) == set(self._by_key), set(slots) ^ set(self._by_key)
        for key, slot in slots.items():
            self._by_key[key].triggered.connect(lambda checked=False, slot=slot: slot())

    def fill(self, window: QMainWindow) -> None:
        """Put every act into its menu and, where wanted, the tool bar."""
        bar = window.addToolBar(translated("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(20, 20))
        for name in MENUS:
            menu = window.menuBar().addMenu(translated(name))
            menu.setObjectName(name)
            inner: dict[str, QMenu] = {"": menu}
            for act in (a for a in self.acts if a.menu == name):
                if act.separator:
                    menu.addSeparator()
                if act.submenu not in inner:
                    inner[act.submenu] = menu.addMenu(translated(act.submenu))
                    inner[act.submenu].setObjectName(act.submenu)
                inner[act.submenu].addAction(self._by_key[act.key])
            for submenu in filter(None, inner):
                self._exclude([a.key for a in self.acts if (a.menu, a.submenu, a.checkable) == (name, submenu, True)])
        for act in (a for a in self.acts if a.toolbar):
            bar.addAction(self._by_key[act.key])

    def _exclude(self, keys: list[str]) -> None:
        """Of these acts one is checked at a time."""
        if keys:
            group = self._groups[keys[0]] = QActionGroup(self._parent)
            for key in keys:
                group.addAction(self._by_key[key])

    def paint(self, colour: str) -> None:
        """Give every act its icon in the theme's colour."""
        for act in self.acts:
            if act.icon:
                self._by_key[act.key].setIcon(icon(act.icon, colour))

    def enable(self, present: set[str]) -> None:
        """Switch on what is possible now; ``present`` names what is there."""
        for act in self.acts:
            self._by_key[act.key].setEnabled(not act.needs or act.needs in present)
