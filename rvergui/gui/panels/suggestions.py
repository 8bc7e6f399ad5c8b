"""Ranked names with their probability and what the surroundings changed; one key accepts one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from rvergui.gui.labels import WrapLabel
from rvergui.gui.search import search_names
from rvergui.gui.session import Session
from rvergui.gui.theme import current

ROWS = 5


@dataclass(frozen=True)
class Row:
    """One line: a name, and what the network says of it if it said anything."""

    name: str
    colour: str
    probability: float | None = None
    change: float | None = None
    is_new: bool = False


class SuggestionRow(QAbstractButton):
    """A key, a name, a bar, a percentage and the signed change by context."""

    def __init__(self, rank: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rank = rank
        self.row: Row | None = None
        self.chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_row(self, row: Row | None, chosen: bool) -> None:
        """Show ``row``; ``chosen`` marks the name that the item has already."""
        self.row, self.chosen = row, chosen
        self.setVisible(row is not None)
        if row is not None:
            self.setText(row.name)
            pattern = self.tr("{rank}: add {name}") if row.is_new else self.tr("{rank}: {name}")
            name = pattern.format(rank=self.rank + 1, name=row.name)
            if row.probability is not None:
                name += self.tr(", {percent} percent").format(percent=round(row.probability * 100))
            self.setAccessibleName(name)
            if row.change is not None:
                tip = self.tr("The surroundings changed this name's probability by {change:+.0f} points.")
                self.setToolTip(tip.format(change=row.change * 100))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(240, 34)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        row = self.row
        if row is None:
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.chosen or self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if self.chosen or self.isDown() else theme.hover))
            painter.drawRoundedRect(ground, 6, 6)
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, 6, 6)
        key = QRectF(8, ground.center().y() - 10, 20, 20)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(key, 4, 4)
        painter.setPen(QColor(theme.muted))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, str(self.rank + 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawEllipse(QRectF(36, ground.center().y() - 5, 10, 10))
        right = ground.right() - 8
        if row.change is not None:
            box = QRectF(right - 34, ground.top(), 34, ground.height())
            points = round(row.change * 100)
            painter.setPen(QColor(theme.positive if points > 0 else theme.negative if points < 0 else theme.muted))
            text = f"{points:+d}" if points else "±0"
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            right -= 42
        if row.probability is not None:
            box = QRectF(right - 40, ground.top(), 40, ground.height())
            painter.setPen(QColor(theme.text))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{row.probability * 100:.0f} %"
            )
            right -= 46
        text_box = QRectF(54, ground.top(), right - 54, ground.height())
        if row.probability is not None:
            bar = QRectF(54, ground.bottom() - 6, max(right - 54, 0), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * row.probability, 3), 1.5, 1.5)
            text_box.adjust(0, 0, 0, -6)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.rank == 0 else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        words = self.tr("add “{name}”").format(name=row.name) if row.is_new else row.name
        name = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(text_box.width()))
        painter.drawText(text_box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.end()


class SuggestionsPanel(QWidget):
    """The ranked names, the search over all classes, and which model speaks."""

    finished = Signal()  # a name was given or the search was left: the canvas may have the keyboard back

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = [SuggestionRow(rank) for rank in range(ROWS)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(4)
        self.status = WrapLabel()
        self.status.setProperty("kind", "muted")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the class list"))
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._enter)
        layout.addWidget(self.search)
        layout.addWidget(self.status)
        for row in self.rows:
            layout.addWidget(row)
            row.clicked.connect(lambda checked=False, rank=row.rank: self.accept(rank))
        layout.addStretch(1)
        for signal in (
            session.naming_changed,
            session.draft_changed,
            session.selection_changed,
            session.sheet_changed,
            session.photo_changed,
            session.model_changed,
            session.taxonomy_changed,
        ):
            signal.connect(self._show)
        session.photo_loading.connect(self._show)
        self._show()

    def begin_search(self, text: str = "") -> None:
        """Put the keyboard into the search, beginning with ``text``."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.setText(text)

    def accept(self, rank: int) -> None:
        """Take the name in place ``rank`` of what is shown."""
        row = self.rows[rank].row if rank < ROWS else None
        if row is not None and self._session.target_mask is not None:
            self.search.clear()
            self._session.name(row.name)
            self.finished.emit()

    def _enter(self) -> None:
        text = self.search.text().strip()
        row = self.rows[0].row
        if not text and row is None:
            return
        if self._session.target_mask is None:
            self._session.notice.emit(self.tr("Click a dish first, then give it a name."))
            return
        self.search.clear()
        self._session.name(row.name if row is not None else text)
        self.finished.emit()

    def _found(self, text: str) -> list[Row]:
        taxonomy = self._session.taxonomy
        naming = self._session.target_naming()
        said = {s.name.casefold(): s for s in naming.suggestions} if naming else {}
        rows = []
        for food in search_names(taxonomy, text, ROWS):
            suggestion = said.get(food.name.casefold())
            rows.append(
                Row(
                    food.name,
                    food.colour,
                    suggestion.probability if suggestion else None,
                    suggestion.context_change if suggestion else None,
                )
            )
        if taxonomy.find(text) is None and len(rows) < ROWS:
            rows.append(Row(text, current().line, is_new=True))
        return rows

    def _suggested(self) -> list[Row]:
        naming = self._session.target_naming()
        rows = []
        for suggestion in naming.suggestions if naming else ():
            food = self._session.taxonomy.find(suggestion.name)
            rows.append(
                Row(
                    food.name if food else suggestion.name,
                    food.colour if food else current().line,
                    suggestion.probability,
                    suggestion.context_change,
                )
            )
        return rows

    def _show(self) -> None:
        text = self.search.text().strip()
        rows = self._found(text) if text else self._suggested()
        item = self._session.selected_item
        food = self._session.taxonomy.get(item.class_id) if item and item.class_id else None
        named = food.name.casefold() if food and self._session.draft is None else None
        for rank, widget in enumerate(self.rows):
            row = rows[rank] if rank < len(rows) else None
            widget.show_row(row, row is not None and row.name.casefold() == named)
        count = len(self._session.taxonomy)
        self.search.setPlaceholderText(self.tr("type to search {count} names").format(count=count))
        self.status.setText(self._status(bool(rows)))
        self.status.setVisible(bool(self.status.text()))

    def _status(self, any_rows: bool) -> str:
        session = self._session
        if session.target_mask is None:
            return self.tr("Click a dish: its names appear here. Keys 1–5 accept one.")
        if session.model_loading:
            return self.tr("Loading the network that names …")
        if session.model is None:
            return self.tr("No network names here; type the name.")
        if not session.model.trained:
            return self.tr("The network is untrained: these are guesses. Label some dishes, then Model ▸ Retrain.")
        if not any_rows and session.naming.busy:
            return self.tr("Naming …")
        return ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.search.clear()
                self.finished.emit()
                return True
            rank = event.key() - Qt.Key.Key_1
            if event.modifiers() == Qt.KeyboardModifier.NoModifier and 0 <= rank < ROWS and not self._is_number(event):
                self.accept(rank)
                return True
        return super().eventFilter(watched, event)

    def _is_number(self, event: QKeyEvent) -> bool:
        """Whether a digit belongs to a name that is being typed, such as “7up”, rather than choosing a row."""
        return self.rows[event.key() - Qt.Key.Key_1].row is None
