"""Help > Keyboard shortcuts: every act that has keys, with the keys it has now, on one sheet without scrolling."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.actions import Actions
from rvergui.gui.acts import MENUS, Act, translated
from rvergui.gui.keymap import shown
from rvergui.gui.labels import ElidedLabel

COLUMNS = 4
SIZE = QSize(1240, 720)  # what a screen of 1280 x 800 has room for, its panels and the window's frame taken off
KEYS_WIDTH = 100

Line = tuple[Act, tuple[str, ...]]


class ShortcutsDialog(QDialog):
    """The cheat sheet, grouped as the menus are. What is typed leaves the acts that it names, or the keys."""

    change = Signal()  # the user wants other keys

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("search an act or a key"))
        self.search.setAccessibleName(self.tr("Search an act or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(320)
        self.search.textChanged.connect(self._fill)
        self.nothing = QLabel(self.tr("No act and no key is called like that."))
        self.nothing.setProperty("kind", "muted")
        self._area = QScrollArea()  # for screens that are smaller, or letters that are larger
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        change.setAutoDefault(False)
        change.clicked.connect(self.change)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.search)
        head.addWidget(self.nothing)
        head.addStretch(1)
        foot.addWidget(mouse, 1)
        foot.addSpacing(24)
        foot.addWidget(change)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)
        self._to_come: deque[Callable[[], None]] = deque()
        self._filling = QTimer(self)
        self._filling.setInterval(0)
        self._filling.timeout.connect(self._fill_on)
        actions.keymap.changed.connect(self._fill)
        self._fill()
        self.resize(SIZE)
        self.search.setFocus()

    def groups(self) -> list[tuple[str, list[Line]]]:
        """The acts that are shown, menu by menu, with their keys."""
        keymap, wanted = self._actions.keymap, self.search.text().casefold().split()
        found = []
        for menu in MENUS:
            lines = [(act, keymap[act.key]) for act in self._actions.acts if act.menu == menu and keymap[act.key]]
            lines = [line for line in lines if all(word in _words(line) for word in wanted)]
            if lines:
                found.append((menu, lines))
        return found

    def _fill(self) -> None:
        groups = self.groups()
        self.nothing.setVisible(not groups)
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(22)
        self._area.setWidget(sheet)
        # A column takes a hundredth of a second or two: each is made in a turn of its own.
        self._to_come = deque(partial(self._add, columns, column) for column in in_columns(groups, COLUMNS))
        self._filling.start()

    @property
    def filling(self) -> bool:
        """Whether columns are still to come."""
        return bool(self._to_come)

    def _add(self, columns: QHBoxLayout, column: Sequence[tuple[str, list[Line]]]) -> None:
        columns.addLayout(_column(column), 1)

    def _fill_on(self) -> None:
        if self._to_come:
            self._to_come.popleft()()
        else:
            self._filling.stop()


def _words(line: Line) -> str:
    act, keys = line
    return f"{translated(act.text)} {translated(act.menu)} {shown(keys)}".casefold()


def in_columns(groups: Sequence[tuple[str, list[Line]]], count: int) -> list[list[tuple[str, list[Line]]]]:
    """The groups in columns of about the same length, each group in one piece as long as there are columns left."""
    lengths = [len(lines) + 2 for _, lines in groups]  # a heading takes about two lines
    height = max([-(-sum(lengths) // count) + 1, *lengths])
    columns: list[list[tuple[str, list[Line]]]] = [[]]
    free = height
    for group, length in zip(groups, lengths, strict=True):
        if length > free and columns[-1] and len(columns) < count:
            columns.append([])
            free = height
        columns[-1].append(group)
        free -= length
    return columns + [[] for _ in range(count - len(columns))]


def _column(groups: Sequence[tuple[str, list[Line]]]) -> QVBoxLayout:
    column, grid = QVBoxLayout(), QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(1, KEYS_WIDTH)
    for menu, lines in groups:
        heading = QLabel(translated(menu))
        heading.setProperty("kind", "heading")
        heading.setContentsMargins(0, 8 if grid.rowCount() > 1 else 0, 0, 1)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for act, keys in lines:
            row = grid.rowCount()
            grid.addWidget(ElidedLabel(translated(act.text)), row, 0)
            label = ElidedLabel(shown(keys))
            label.setProperty("kind", "muted")
            label.setFixedWidth(KEYS_WIDTH)
            grid.addWidget(label, row, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return column
