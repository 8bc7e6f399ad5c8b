"""Help > Keyboard shortcuts: every act with its keys on one sheet."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from rvergui.gui.actions import Actions
from rvergui.gui.acts import MENUS, translated

COLUMNS = 3


class ShortcutsDialog(QDialog):
    """The cheat sheet, grouped as the menus are."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(860, 520)
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setSpacing(28)
        grids = []
        for _ in range(COLUMNS):
            column = QVBoxLayout()
            grid = QGridLayout()
            grid.setHorizontalSpacing(18)
            column.addLayout(grid)
            column.addStretch(1)
            columns.addLayout(column)
            grids.append(grid)
        groups = [(menu, [act for act in actions.acts if act.menu == menu and act.keys]) for menu in MENUS]
        for menu, acts in groups:
            if not acts:
                continue
            grid = min(grids, key=lambda g: g.rowCount())
            heading = QLabel(translated(menu))
            heading.setProperty("kind", "heading")
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for act in acts:
                row = grid.rowCount()
                native = QKeySequence.SequenceFormat.NativeText
                keys = " / ".join(keys.toString(native) for keys in actions[act.key].shortcuts())
                grid.addWidget(QLabel(translated(act.text)), row, 0)
                label = QLabel(keys)
                label.setProperty("kind", "muted")
                grid.addWidget(label, row, 1)
        mouse = QLabel(
            self.tr(
                "Mouse: left click adds, right click or Shift takes away, drag draws a box, Ctrl+click selects, "
                "wheel zooms, middle button or Space pans. With a draft on the photo, typing searches a name."
            )
        )
        mouse.setWordWrap(True)
        mouse.setProperty("kind", "muted")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(mouse)
