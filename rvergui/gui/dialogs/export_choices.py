"""Which items leave, and how their photos are divided."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.dialogs.option_form import align
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.interchange.exports.division import Division
from rvergui.interchange.exports.selection import Level, Selection


class SelectionChoice(QWidget):
    """Which items of which photos and classes."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.level = QComboBox(self)
        self.level.setAccessibleName(self.tr("Items"))
        self.level.addItem(self.tr("Confirmed: named by a person"), "confirmed")
        self.level.addItem(self.tr("Verified: looked at once more"), "verified")
        self.level.addItem(self.tr("Named, also by a model alone"), "named")
        self.photos = QComboBox(self)
        self.photos.setAccessibleName(self.tr("Photos"))
        self.photos.addItem(self.tr("All photos"), "all")
        shown, total = session.photos.shown_count, len(session.photos)
        self.photos.addItem(self.tr("The {count} that the list shows").format(count=Local(shown)), "shown")
        self.photos.addItem(self.tr("Those that are done"), "done")
        self.photos.addItem(self.tr("The photo at hand"), "current")
        if shown < total:
            self.photos.setCurrentIndex(1)
        self.some = QCheckBox(self.tr("Only some classes"), self)
        self.classes = QListWidget(self)
        self.classes.setAccessibleName(self.tr("Classes to export"))
        self.classes.setMaximumHeight(130)
        self.classes.setVisible(False)
        for food in session.taxonomy:
            item = QListWidgetItem(food.name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.classes.addItem(item)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        layout.addLayout(form)
        form.addRow(self.tr("Items"), self.level)
        form.addRow(self.tr("Photos"), self.photos)
        form.addRow("", self.some)
        align(form)
        layout.addWidget(self.classes)
        self.some.toggled.connect(self.classes.setVisible)
        self.some.toggled.connect(self.changed)
        self.level.currentIndexChanged.connect(self.changed)
        self.photos.currentIndexChanged.connect(self.changed)
        self.classes.itemChanged.connect(self.changed)

    def selection(self) -> Selection:
        """What is chosen."""
        level: Level = self.level.currentData()
        names = tuple(
            item.text()
            for item in (self.classes.item(row) for row in range(self.classes.count()))
            if item.checkState() is Qt.CheckState.Checked
        )
        which = self.photos.currentData()
        ids: frozenset[str] | None = None
        if which == "shown":
            photos = self._session.photos
            ids = frozenset(photos.at(place).id for place in range(photos.shown_count))
        elif which == "current":
            current = self._session.photos.current
            ids = frozenset([current.id] if current is not None else [])
        return Selection(level, names if self.some.isChecked() else (), (), ids, which == "done")

    @property
    def is_empty(self) -> bool:
        """Whether classes are to be chosen and none is."""
        return self.some.isChecked() and not self.selection().classes


class DivisionChoice(QWidget):
    """How much is held out, or a file that says it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = QSpinBox(self)
        self.share.setRange(0, 90)
        self.share.setSuffix(" %")
        self.share.setSpecialValueText(self.tr("none"))
        self.share.setAccessibleName(self.tr("Photos held out for testing"))
        self.seed = QSpinBox(self)
        self.seed.setRange(0, 10**6)
        self.seed.setAccessibleName(self.tr("Seed of the choice"))
        self.seed.setToolTip(self.tr("Another number, another choice of photos; the same number, the same choice."))
        self.file = QLineEdit(self)
        self.file.setAccessibleName(self.tr("File that says which photos are for testing"))
        self.file.setPlaceholderText(self.tr("or a file with photo and part in each line"))
        self.browse = QPushButton(self.tr("Choose …"), self)
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose the file that says which photos are for testing"))
        self.browse.clicked.connect(self._browse)
        shares = QHBoxLayout()
        shares.setSpacing(8)
        shares.addWidget(self.share, 1)
        shares.addWidget(self.seed, 1)
        files = QHBoxLayout()
        files.setSpacing(8)
        files.addWidget(self.file, 1)
        files.addWidget(self.browse)
        self.seed.setPrefix(self.tr("seed "))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Held out for testing"), shares)
        form.addRow("", files)
        align(form)
        self.share.valueChanged.connect(self.changed)
        self.seed.valueChanged.connect(self.changed)
        self.file.editingFinished.connect(self.changed)

    def division(self) -> Division:
        """What is chosen."""
        text = self.file.text().strip()
        return Division(self.share.value() / 100, self.seed.value(), Path(text).expanduser() if text else None)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Which photos are for testing"), self.file.text())
        if chosen:
            self.file.setText(chosen)
            self.changed.emit()
