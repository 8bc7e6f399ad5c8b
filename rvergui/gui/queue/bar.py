"""The controls above the grid: what comes first, what is shown, how much is left; and the offer to name the rest."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.core import ItemState, Taxonomy
from rvergui.gui.numbers import Local
from rvergui.gui.queue.background_naming import BackgroundNaming
from rvergui.gui.session import Session
from rvergui.project.queue import QueueFilter

UNCONFIRMED = frozenset({ItemState.PROPOSED, ItemState.OPEN})
NAMED = frozenset({ItemState.CONFIRMED})
SHOWN = (
    QueueFilter(verified=False),
    QueueFilter(states=UNCONFIRMED),
    QueueFilter(states=NAMED, verified=False),
    QueueFilter(),
)


class QueueBar(QWidget):
    """Order, filters and progress."""

    filter_changed = Signal(object)  # QueueFilter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self._orders = QHBoxLayout()
        self._orders.setSpacing(2)
        self.shown = QComboBox(self)
        self.shown.setAccessibleName(self.tr("Which objects"))
        texts = (
            self.tr("not verified yet"),
            self.tr("without a confirmed name"),
            self.tr("named, not verified"),
            self.tr("all, verified ones last"),
        )
        self.shown.addItems(texts)
        self.classes = QComboBox(self)
        self.classes.setAccessibleName(self.tr("Of which class"))
        self.classes.setMinimumContentsLength(14)
        self.classes.setMaxVisibleItems(24)
        self.shown.currentIndexChanged.connect(self._on_filter)
        self.classes.currentIndexChanged.connect(self._on_filter)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("How much was looked at"))
        self.left = QLabel(self)
        self.left.setProperty("kind", "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(self._orders)
        row.addStretch(1)
        for text, box in ((self.tr("Show"), self.shown), (self.tr("Class"), self.classes)):
            label = QLabel(text, self)
            label.setProperty("kind", "muted")
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.progress, 1)
        below.addWidget(self.left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addLayout(below)

    def add_orders(self, actions: list[QAction]) -> None:
        """A button for each order."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setProperty("kind", "segment")
            self._orders.addWidget(button)

    def show_taxonomy(self, taxonomy: Taxonomy) -> None:
        """The classes to choose from; the chosen one stays."""
        chosen = self.classes.currentData()
        blocked = self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(self.tr("every class"), "")
        for food in sorted(taxonomy, key=lambda each: each.name.casefold()):
            self.classes.addItem(food.name, food.id)
        self.classes.setCurrentIndex(max(self.classes.findData(chosen), 0))
        self.classes.blockSignals(blocked)

    def show_progress(self, left: int, total: int, loading: bool) -> None:
        """How many are left of how many."""
        self.progress.setRange(0, 0 if loading else max(total, 1))
        self.progress.setValue(total - left)
        if loading:
            self.left.setText(self.tr("looking …"))
        elif total == 0:
            self.left.setText(self.tr("nothing to review"))
        else:
            self.left.setText(self.tr("{left} of {total} left").format(left=Local(left), total=Local(total)))

    @property
    def wanted(self) -> QueueFilter:
        """The filter that is chosen."""
        from dataclasses import replace

        shown, class_id = SHOWN[self.shown.currentIndex()], self.classes.currentData()
        return replace(shown, classes=frozenset({class_id})) if class_id else shown

    def _on_filter(self) -> None:
        self.filter_changed.emit(self.wanted)


class NamingStrip(QWidget):
    """Offers to have unseen objects named in the background; shows how far that is, and ends it."""

    def __init__(self, session: Session, naming: BackgroundNaming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self._session = session
        self._naming = naming
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setFixedWidth(180)
        self.progress.setAccessibleName(self.tr("How many objects are named"))
        self.button = QPushButton(self)
        self.button.setProperty("kind", "bar")
        self.button.clicked.connect(self._press)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 10)
        layout.setSpacing(12)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.button)
        naming.changed.connect(self._show)
        session.model_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        naming, model = self._naming, self._session.model
        count = naming.unasked_count
        self.setVisible(naming.running or count > 0)
        self.progress.setVisible(naming.running)
        if naming.running:
            self.progress.setRange(0, max(naming.total, 1))
            self.progress.setValue(naming.done)
            text = self.tr("The network is looking at objects: {done} of {total}. Go on working meanwhile.")
            self.label.setText(text.format(done=Local(naming.done), total=Local(naming.total)))
            self.button.setText(self.tr("Cancel"))
            self.button.setEnabled(True)
            return
        text = self.tr("No network has looked at %Ln object(s) yet: no suggestions, no margin.", "", count)
        if model is not None and not model.trained:
            text = self.tr(
                "No suggestions for %Ln object(s). The network is untrained: it could only guess.", "", count
            )
        self.label.setText(text)
        self.button.setText(self.tr("Have them named"))
        self.button.setEnabled(model is not None)

    def _press(self) -> None:
        if self._naming.running:
            self._naming.cancel()
        else:
            self._naming.begin(self._naming.unasked)


class OnlyStrip(QWidget):
    """Says that only certain objects are shown, and leads back to all."""

    everything_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.button = QPushButton(self.tr("Show all again"), self)
        self.button.setProperty("kind", "bar")
        self.button.clicked.connect(lambda checked=False: self.everything_wanted.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 10)
        layout.setSpacing(12)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self.hide()

    def say(self, words: str) -> None:
        """Show this sentence."""
        self.label.setText(words)
        self.show()
