"""A table: what a class is called in the data, and which class of the project it becomes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from rvergui.interchange.imports.classes import Offer

_NEW, _SKIP, _CLASS = "new", "skip", "class"


class ClassMapping(QWidget):
    """One row for each name in the data, filled in as far as names are alike."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 2, self)
        self.table.setAccessibleName(self.tr("Classes"))
        self.table.setHorizontalHeaderLabels([self.tr("In the data"), self.tr("In this project")])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(40)
        self.table.setShowGrid(False)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setMinimumHeight(150)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self._names: list[str] = []

    def show_offers(self, offers: Sequence[Offer], classes: Sequence[str]) -> None:
        """Fill the table; ``classes`` are those of the project."""
        self._names = [offer.name for offer in offers]
        self.table.setRowCount(len(offers))
        for row, offer in enumerate(offers):
            name = QTableWidgetItem(offer.name)
            name.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(row, 0, name)
            self.table.setCellWidget(row, 1, self._choice(offer, classes))

    def names(self) -> dict[str, str | None]:
        """Name in the data -> name in the project; None leaves such items out."""
        found: dict[str, str | None] = {}
        for row, name in enumerate(self._names):
            kind, target = self.choice(row).currentData()
            found[name] = None if kind == _SKIP else target
        return found

    def choice(self, row: int) -> QComboBox:
        """What is chosen in a row."""
        box = self.table.cellWidget(row, 1)
        assert isinstance(box, QComboBox)
        return box

    def skip(self, row: int) -> None:
        """Leave the items of this class out."""
        self.choice(row).setCurrentIndex(1)

    def _choice(self, offer: Offer, classes: Sequence[str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("{name} becomes").format(name=offer.name))
        box.setMaxVisibleItems(20)
        box.addItem(self.tr("new class “{name}”").format(name=offer.name), (_NEW, offer.name))
        box.addItem(self.tr("leave out"), (_SKIP, None))
        box.insertSeparator(2)
        for name in classes:
            box.addItem(name, (_CLASS, name))
        if offer.target is not None:
            box.setCurrentIndex(3 + list(classes).index(offer.target))
            if offer.likeness < 100:
                box.setToolTip(self.tr("The names are alike; look whether they mean the same."))
        return box
