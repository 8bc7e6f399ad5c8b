"""Add, rename, merge and colour classes. Every act can be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.core import FoodClass, Taxonomy
from rvergui.gui.search import almost_the_same, search_names
from rvergui.gui.session import Session


class ClassesDialog(QDialog):
    """The class list of the project."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Classes"))
        self.resize(440, 560)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("search or type a new name"))
        self.filter.setAccessibleName(self.tr("Search classes or type a new name"))
        self.filter.textChanged.connect(self._show)
        self.filter.returnPressed.connect(self.add)
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(self.tr("Classes"))
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemDoubleClicked.connect(lambda item: self.rename())
        self._usual = self.tr("Select several to merge them into the first one selected.")
        self._warning = self.tr("“{name}” would be a new class, very like “{other}”.")
        self.hint = QLabel(self._usual)
        self.hint.setProperty("kind", "muted")
        self.hint.setWordWrap(True)
        self.buttons = {
            "add": QPushButton(self.tr("Add")),
            "rename": QPushButton(self.tr("Rename …")),
            "colour": QPushButton(self.tr("Colour …")),
            "merge": QPushButton(self.tr("Merge")),
        }
        for key, act in (("add", self.add), ("rename", self.rename), ("colour", self.recolour), ("merge", self.merge)):
            self.buttons[key].clicked.connect(act)
            self.buttons[key].setAutoDefault(False)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.hint)
        layout.addLayout(row)
        session.taxonomy_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        kept = {food.id for food in self._selected()}
        text = self.filter.text().strip()
        taxonomy = self._session.taxonomy
        foods = search_names(taxonomy, text, 50) if text else list(taxonomy)
        self.list.clear()
        for food in foods:
            square = QPixmap(14, 14)
            square.fill(QColor(food.colour))
            item = QListWidgetItem(QIcon(square), food.name)
            item.setData(Qt.ItemDataRole.UserRole, food)
            if food.aliases:
                item.setToolTip(self.tr("also: {names}").format(names=", ".join(food.aliases)))
            self.list.addItem(item)
            item.setSelected(food.id in kept)
        self._enable()

    def _selected(self) -> list[FoodClass]:
        return [index.data(Qt.ItemDataRole.UserRole) for index in self.list.selectionModel().selectedIndexes()]

    def _enable(self) -> None:
        count = len(self._selected())
        text = self.filter.text().strip()
        is_new = bool(text) and self._session.taxonomy.find(text) is None
        self.buttons["add"].setEnabled(is_new)
        almost = almost_the_same(self._session.taxonomy, text) if is_new else None
        self.hint.setText(self._usual if almost is None else self._warning.format(name=text, other=almost.name))
        self.buttons["rename"].setEnabled(count == 1)
        self.buttons["colour"].setEnabled(count == 1)
        self.buttons["merge"].setEnabled(count >= 2)

    def add(self) -> None:
        """Add a class with the name in the search field."""
        name = self.filter.text().strip()
        if not name or self._session.taxonomy.find(name) is not None:
            return
        text = self.tr("Add class “{name}”").format(name=name)
        if self._session.edit_taxonomy(text, lambda taxonomy: taxonomy.added(name)[0]):
            self.filter.clear()

    def rename(self) -> None:
        """Ask for another name of the selected class."""
        food = self._selected()[0]
        name, ok = QInputDialog.getText(self, self.tr("Rename"), self.tr("New name:"), text=food.name)
        if ok:
            self.rename_to(food, name)

    def rename_to(self, food: FoodClass, name: str) -> None:
        """Give a class another name; every item of it shows the new one."""
        text = self.tr("Rename “{old}” to “{new}”").format(old=food.name, new=name)
        self._session.edit_taxonomy(text, lambda taxonomy: taxonomy.renamed(food.id, name))

    def recolour(self) -> None:
        """Ask for another colour of the selected class."""
        food = self._selected()[0]
        colour = QColorDialog.getColor(QColor(food.colour), self, self.tr("Colour of {name}").format(name=food.name))
        if colour.isValid():
            text = self.tr("Colour “{name}”").format(name=food.name)
            self._session.edit_taxonomy(text, lambda taxonomy: taxonomy.recoloured(food.id, colour.name()))

    def merge(self) -> None:
        """Merge the selected classes into the first one selected."""
        into, *others = self._selected()
        names = ", ".join(food.name for food in others)
        text = self.tr("Merge {names} into “{into}”").format(names=names, into=into.name)

        def merged(taxonomy: Taxonomy) -> Taxonomy:
            for food in others:
                taxonomy = taxonomy.merged(food.id, into.id)
            return taxonomy

        self._session.edit_taxonomy(text, merged)
