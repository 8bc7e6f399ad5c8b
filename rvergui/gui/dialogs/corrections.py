"""Which names were suggested or given and turned out wrong, and what was right: a look back at the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from rvergui.gui.session import Session

if TYPE_CHECKING:
    from rvergui.project.corrections import Correction

CORRECTION = Qt.ItemDataRole.UserRole


class _Line(QTreeWidgetItem):
    """A line that is sorted by what it means and not by how it is written."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        mine, others = (line.data(column, CORRECTION + 1) for line in (self, other))
        return bool(mine < others)


class CorrectionsDialog(QDialog):
    """A list of pairs, the most frequent first; each leads to the objects it happened on, one after another."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lines: list[_Line] = []
        self._turn: dict[int, int] = {}  # which object of a line was shown last
        self._closed = False
        self.finished.connect(self._on_closed)
        self.setWindowTitle(self.tr("Corrected names"))
        self.resize(640, 460)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("show pairs with this name"))
        self.filter.setAccessibleName(self.tr("Show pairs with this name"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._sift)
        self.filter.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(self.tr("Corrected names"))
        self.list.setHeaderLabels(
            [self.tr("was called"), self.tr("is"), self.tr("objects"), self.tr("said by"), self.tr("last")]
        )
        header = self.list.header()
        header.setStretchLastSection(False)
        for column in range(5):
            stretch = QHeaderView.ResizeMode.Stretch if column < 2 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, stretch)
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemActivated.connect(lambda line, column: self.show_next())
        self.message = QLabel(self.tr("Reading the history …"))
        self.message.setProperty("kind", "muted")
        self.message.setWordWrap(True)
        self.go = QPushButton(self.tr("Show the object"))
        self.go.setToolTip(self.tr("Again shows the next object of the same pair."))
        self.go.clicked.connect(self.show_next)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        for button in (self.go, close):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.message, 1)
        row.addWidget(self.go)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        self._enable()
        self._read()

    def _read(self) -> None:
        project = self._session.project
        if project is not None:
            # A long history takes seconds: nobody waits for it who has closed the dialog or leaves the program.
            def unwanted() -> bool:
                return self._closed or self._session.project is not project

            self._session.ahead.submit(lambda: project.corrections(unwanted), self._fill, self._say, priority=-1)

    def _on_closed(self) -> None:
        self._closed = True

    def _fill(self, corrections: list[Correction]) -> None:
        if self._closed:  # before the history was read
            return
        taxonomy = self._session.taxonomy
        for correction in corrections:
            who = self.tr("the model") if correction.by_model else self.tr("a person")
            at = correction.last.astimezone()
            day = QLocale().toString(QDate(at.year, at.month, at.day), QLocale.FormatType.ShortFormat)
            line = _Line([correction.wrong, correction.right, str(correction.count), who, day])
            values = (correction.wrong.casefold(), correction.right.casefold(), correction.count, who, at.timestamp())
            for column, value in enumerate(values):
                line.setData(column, CORRECTION + 1, value)
            line.setData(0, CORRECTION, correction)
            line.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, name in enumerate((correction.wrong, correction.right)):
                food = taxonomy.find(name)
                if food is not None:
                    line.setIcon(column, _square(food.colour))
            self._lines.append(line)
        self.list.addTopLevelItems(self._lines)
        self.list.sortItems(2, Qt.SortOrder.DescendingOrder)
        self.list.setSortingEnabled(True)
        if corrections:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._sift()

    def _say(self, message: str) -> None:
        if not self._closed:
            self.message.setText(message)

    def _sift(self) -> None:
        wanted = self.filter.text().strip().casefold()
        shown = objects = 0
        for line in self._lines:
            correction = line.data(0, CORRECTION)
            hidden = bool(wanted) and wanted not in f"{correction.wrong}\n{correction.right}".casefold()
            line.setHidden(hidden)
            shown += not hidden
            objects += 0 if hidden else correction.count
        if not self._lines:
            self._say(
                self.tr("No name has been corrected yet. What was suggested or given first and then changed is here.")
            )
        else:
            self._say(self.tr("Pairs: {pairs}, objects: {objects}").format(pairs=shown, objects=objects))
        self._enable()

    def _chosen(self) -> QTreeWidgetItem | None:
        return next((line for line in self.list.selectedItems() if not line.isHidden()), None)

    def _enable(self) -> None:
        self.go.setEnabled(self._chosen() is not None)

    def show_next(self) -> None:
        """Show an object of the selected pair on its photo; the next one when asked again."""
        line = self._chosen()
        if line is None:
            return
        items = line.data(0, CORRECTION).items
        for _ in items:
            turn = self._turn.get(id(line), 0)
            self._turn[id(line)] = turn + 1
            if self._session.pointer.show(*items[turn % len(items)]):
                place = self.tr("object {number} of {count}").format(number=turn % len(items) + 1, count=len(items))
                self._say(place)
                return
        self._say(self.tr("The photos of these objects are no longer in the project."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        # The arrows go through the list while the keyboard is in the field above it.
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in keys:
            if event.key() in keys[2:]:
                self.show_next()
                return True
            self.list.setFocus()
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _square(colour: str) -> QIcon:
    square = QPixmap(14, 14)
    square.fill(QColor(colour))
    return QIcon(square)
