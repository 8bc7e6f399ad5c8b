"""Beside the grid: the current object large, what it is called, what the model says, and the search for a name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from rvergui.core import ItemState, Taxonomy
from rvergui.gui.numbers import Local
from rvergui.gui.panels.name_rows import NewClassRow, Row, SuggestionRow
from rvergui.gui.panels.suggestions import ROWS
from rvergui.gui.queue.cells import fitted
from rvergui.gui.queue.crops import Crop
from rvergui.gui.search import almost_the_same, search
from rvergui.gui.theme import current

SHIFT = Qt.KeyboardModifier.ShiftModifier


class CropPicture(QWidget):
    """One view of the current object."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(96, 96)

    def show_image(self, image: QImage) -> None:
        """Show another picture; a null one empties the frame."""
        self.image = image
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(144, 144)

    def hasHeightForWidth(self) -> bool:  # noqa: D102
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102
        return width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = min(self.width(), self.height())
        square = QRect((self.width() - edge) // 2, 0, edge, edge)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().window if self.image.isNull() else "#000000"))
        painter.drawRoundedRect(square, 6, 6)
        if not self.image.isNull():
            painter.drawImage(fitted(self.image, square), self.image)
        painter.end()


class SidePanel(QWidget):
    """Shows the current object and lets a name be chosen for all that are selected."""

    rank_chosen = Signal(int)
    name_chosen = Signal(str)
    left = Signal()  # the search is over: the grid may have the keyboard back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._taxonomy = Taxonomy()
        self._crop: Crop | None = None
        self.roi = CropPicture(self.tr("ROI view: the food alone"), self)
        self.extra = CropPicture(self.tr("extra-ROI view: its surroundings"), self)
        self.name = QLabel(self)
        self.name.setProperty("kind", "subtitle")
        self.name.setWordWrap(True)
        self.facts = QLabel(self)
        self.facts.setProperty("kind", "muted")
        self.facts.setWordWrap(True)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("type a name"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search a name for the selected objects"))
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._show_rows)
        self.search.returnPressed.connect(self._enter)
        self.rows = [SuggestionRow(rank, self) for rank in range(ROWS)]
        self.new_class = NewClassRow(self)
        self.new_class.clicked.connect(self._add_class)
        self.status = QLabel(self)
        self.status.setProperty("kind", "muted")
        self.status.setWordWrap(True)
        self._lay_out()
        self.show_crop(None, 0)

    def _lay_out(self) -> None:
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(10)
        for column, (text, picture) in enumerate(((self.tr("ROI"), self.roi), (self.tr("extra-ROI"), self.extra))):
            heading = QLabel(text, self)
            heading.setProperty("kind", "heading")
            pictures.addWidget(heading, 0, column)
            pictures.addWidget(picture, 1, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(6)
        layout.addLayout(pictures)
        layout.addSpacing(6)
        layout.addWidget(self.name)
        layout.addWidget(self.facts)
        layout.addSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.status)
        for row in self.rows:
            row.clicked.connect(lambda checked=False, rank=row.rank: self._choose(rank))
            layout.addWidget(row)
        layout.addWidget(self.new_class)
        layout.addStretch(1)

    def show_taxonomy(self, taxonomy: Taxonomy) -> None:
        """The classes that can be searched."""
        self._taxonomy = taxonomy
        self._show()

    def show_crop(self, crop: Crop | None, selected: int, path: str = "") -> None:
        """The current object (None: none, or not there yet), how many are selected, and which photo it is on."""
        self._crop, self._selected, self._path = crop, selected, path
        self._show()

    def begin_search(self, letters: str = "") -> None:
        """Search a name, beginning with these letters."""
        self.search.setFocus()
        self.search.setText(letters)

    def _show(self) -> None:
        crop = self._crop
        self.roi.show_image(crop.roi if crop else QImage())
        self.extra.show_image(crop.extra if crop else QImage())
        food = self._taxonomy.get(crop.item.class_id) if crop and crop.item.class_id else None
        self.name.setText(food.name if food else self.tr("No name yet") if crop else "")
        self.facts.setText(self._facts(crop) if crop else "")
        self._show_rows()

    def _facts(self, crop: Crop) -> str:
        item = crop.item
        lines = [crop.problem] if crop.problem else []
        if item.label_source is not None:
            pattern = self.tr("named by {who}") if item.state is ItemState.CONFIRMED else self.tr("guessed by {who}")
            lines.append(pattern.format(who=item.label_source.name))
        if item.verified is not None:
            lines.append(self.tr("verified by {who}").format(who=item.verified.name))
        if self._path:
            lines.append(self._path)
        if self._selected > 1:
            lines.append(self.tr("{count} selected: a name goes to all of them").format(count=Local(self._selected)))
        return "\n".join(lines)

    def _wanted_rows(self) -> Sequence[Row]:
        text = self.search.text().strip()
        if text:
            matches = search(self._taxonomy, text, ROWS)
            return [Row(match.food.name, match.food.colour, alias=match.alias) for match in matches]
        if self._crop is None:
            return []
        rows = []
        for said in sorted(self._crop.item.suggestions, key=lambda each: -each.probability)[:ROWS]:
            food = self._taxonomy.find(said.name)
            colour = food.colour if food else current().muted
            rows.append(Row(food.name if food else said.name, colour, said.probability, said.context_change))
        return rows

    def _show_rows(self) -> None:
        shown = self._wanted_rows()
        for row, widget in enumerate(self.rows):
            found = shown[row] if row < len(shown) else None
            widget.show_row(found, found is not None and found.name == self.name.text())
        text = self.search.text().strip()
        is_new = bool(text) and self._taxonomy.find(text) is None
        almost = almost_the_same(self._taxonomy, text) if is_new else None
        self.new_class.offer(text if is_new else "", almost.name if almost else "")
        asked = self._crop is None or bool(shown) or bool(self.search.text())
        self.status.setText("" if asked else self.tr("No network has been asked about this object yet."))
        self.status.setVisible(not asked)

    def _enter(self) -> None:
        """Take the first name found; if there is none, make what was typed a class."""
        if self.rows[0].row is None and self.new_class.name:
            self._add_class()
        else:
            self._choose(0)

    def _add_class(self) -> None:
        name = self.new_class.name
        if name:
            self.search.clear()
            self.name_chosen.emit(name)
            self.left.emit()

    def _choose(self, rank: int) -> None:
        row = self.rows[rank].row
        if row is None:
            return
        if self.search.text().strip():
            self.search.clear()
            self.name_chosen.emit(row.name)
        else:
            self.rank_chosen.emit(rank)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.search.clear()
                self.left.emit()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & SHIFT:
                self._add_class()
                return True
            rank = event.key() - Qt.Key.Key_1
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and 0 <= rank < ROWS and self.search.text() and self.rows[rank].row is not None:
                self._choose(rank)
                return True
        return super().eventFilter(watched, event)
