"""Help > Keyboard shortcuts: every act that has keys, with the keys it has now, on one sheet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rvergui.gui.actions import Actions
from rvergui.gui.acts import MENUS, Act, translated
from rvergui.gui.keymap import shown

COLUMNS = 3


class ShortcutsDialog(QDialog):
    """The cheat sheet, grouped as the menus are."""

    change = Signal()  # the user wants other keys

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(self.tr("Keyboard shortcuts"))
        mouse = QLabel(
            self.tr(
                "Mouse: left click adds, right click or Shift takes away, drag draws a box, Ctrl+click selects, "
                "wheel zooms, middle button or Space pans. With a draft on the photo, typing searches a name."
            )
        )
        mouse.setWordWrap(True)
        mouse.setProperty("kind", "muted")
        change = QPushButton(self.tr("Change keys …"))
        change.clicked.connect(self.change)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(change)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._area, 1)
        layout.addWidget(mouse)
        layout.addLayout(row)
        actions.keymap.changed.connect(self._fill)
        self._fill()
        sheet = self._area.widget()
        wide = sheet.sizeHint().width() + 40 if sheet is not None else 0
        self.resize(max(1060, wide), 700)
        close.setFocus()

    def _fill(self) -> None:
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setSpacing(28)
        grids = []
        for _ in range(COLUMNS):
            column = QVBoxLayout()
            grid = QGridLayout()
            grid.setHorizontalSpacing(18)
            grid.setVerticalSpacing(7)
            column.addLayout(grid)
            column.addStretch(1)
            columns.addLayout(column, 1)
            grids.append(grid)
        keymap = self._actions.keymap
        for menu in MENUS:
            acts = [act for act in self._actions.acts if act.menu == menu and keymap[act.key]]
            if acts:
                _add_group(min(grids, key=lambda g: g.rowCount()), menu, [(act, keymap[act.key]) for act in acts])
        self._area.setWidget(sheet)


def _add_group(grid: QGridLayout, menu: str, acts: list[tuple[Act, tuple[str, ...]]]) -> None:
    heading = QLabel(translated(menu))
    heading.setProperty("kind", "heading")
    heading.setContentsMargins(0, 8, 0, 0)
    grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
    for act, keys in acts:
        row = grid.rowCount()
        grid.addWidget(QLabel(translated(act.text)), row, 0)
        label = QLabel(shown(keys))
        label.setProperty("kind", "muted")
        grid.addWidget(label, row, 1)
    grid.setColumnStretch(0, 1)
