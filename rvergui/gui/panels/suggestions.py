"""Ranked names with their probability and what the surroundings changed; one key accepts one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rvergui.gui.labels import WrapLabel
from rvergui.gui.panels.name_rows import NameButton, NewClassRow, Row, SuggestionRow
from rvergui.gui.panels.recent_strip import RecentStrip
from rvergui.gui.search import almost_the_same, search
from rvergui.gui.session import Session
from rvergui.gui.theme import current

ROWS = 5
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SuggestionsPanel(QWidget):
    """The ranked names, the search over all classes, the names given last, and which model speaks."""

    finished = Signal()  # a name was given or the search was left: the canvas may have the keyboard back

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at = 0  # which line Enter takes
        self.rows = [SuggestionRow(rank) for rank in range(ROWS)]
        self.new_class = NewClassRow()
        self.recent = RecentStrip()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(4)
        self.status = WrapLabel()
        self.status.setProperty("kind", "muted")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the class list"))
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._on_typed)
        layout.addWidget(self.search)
        layout.addWidget(self.status)
        for row in self.rows:
            layout.addWidget(row)
            row.clicked.connect(lambda checked=False, rank=row.rank: self.accept(rank))
        layout.addWidget(self.new_class)
        self.new_class.clicked.connect(self.add_class)
        layout.addSpacing(2)
        layout.addWidget(self.recent)
        self.recent.picked.connect(self._give)
        layout.addStretch(1)
        for signal in (
            session.naming_changed,
            session.draft_changed,
            session.selection_changed,
            session.sheet_changed,
            session.photo_changed,
            session.model_changed,
            session.taxonomy_changed,
            session.recent.changed,
            session.keys.changed,
        ):
            signal.connect(self._show)
        session.photo_loading.connect(self._show)
        self._show()

    # --- what somebody does --------------------------------------------------------------------------------------

    def begin_search(self, text: str = "") -> None:
        """Put the keyboard into the search, beginning with ``text``."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.setText(text)

    def accept(self, rank: int) -> None:
        """Take the name in place ``rank`` of what is shown."""
        row = self.rows[rank].row if rank < ROWS else None
        if row is not None:
            self._give(row.name)

    def accept_recent(self, rank: int) -> None:
        """Take the name that was given ``rank`` names ago (0 is the last)."""
        foods = self._session.recent.foods()
        if rank < len(foods):
            self._give(foods[rank].name)

    def add_class(self) -> None:
        """Make what was typed a class and give the target its name."""
        name = self.new_class.name
        if name and self._give(name) and self._session.taxonomy.find(name) is not None:
            self._session.notice.emit(self.tr("“{name}” is in the class list now.").format(name=name))

    def _give(self, name: str) -> bool:
        if self._session.target_mask is None:
            self._session.notice.emit(self.tr("Click a dish first, then give it a name."))
            return False
        self.search.clear()
        self._session.name(name)
        self.finished.emit()
        return True

    def _enter(self) -> None:
        lines = self._lines()
        if lines:
            line = lines[min(self._at, len(lines) - 1)]
            line.click()

    def _step(self, offset: int) -> None:
        count = len(self._lines())
        if count:
            self._at = (self._at + offset) % count
            self._mark()

    def _lines(self) -> list[NameButton]:
        """What Enter and the arrows go through, from the top."""
        shown: list[NameButton] = [row for row in self.rows if row.row is not None]
        return [*shown, self.new_class] if self.new_class.name else shown

    # --- what is shown -------------------------------------------------------------------------------------------

    def _on_typed(self) -> None:
        self._at = 0
        self._show()

    def _found(self, text: str) -> list[Row]:
        naming = self._session.target_naming()
        said = {s.name.casefold(): s for s in naming.suggestions} if naming else {}
        rows = []
        for match in search(self._session.taxonomy, text, ROWS):
            names = (match.food.name, *match.food.aliases)
            suggestion = next((said[n.casefold()] for n in names if n.casefold() in said), None)
            rows.append(
                Row(
                    match.food.name,
                    match.food.colour,
                    suggestion.probability if suggestion else None,
                    suggestion.context_change if suggestion else None,
                    match.alias,
                )
            )
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
        session, keys, text = self._session, self._session.keys, " ".join(self.search.text().split())
        recent = session.recent.foods() if session.target_mask is not None else []
        rows = self._found(text) if text else self._suggested()
        if not text and not rows and not session.naming.busy:  # no network names here: what was given last is likely
            rows, recent = [Row(food.name, food.colour) for food in recent], []
        item = session.selected_item
        food = session.taxonomy.get(item.class_id) if item and item.class_id else None
        named = food.name.casefold() if food and session.draft is None else None
        for rank, widget in enumerate(self.rows):
            row = rows[rank] if rank < len(rows) else None
            widget.set_cap(keys.cap(f"accept-{rank + 1}"))
            widget.show_row(row, row is not None and row.name.casefold() == named)
        is_new = bool(text) and session.taxonomy.find(text) is None
        almost = almost_the_same(session.taxonomy, text) if is_new else None
        self.new_class.offer(text if is_new else "", almost.name if almost else "")
        self.recent.offer([] if text else recent, [keys.cap(f"recent-{rank + 1}") for rank in range(len(recent))])
        self.recent.setVisible(bool(recent) and not text)
        count = len(session.taxonomy)
        self.search.setPlaceholderText(self.tr("type to search %Ln name(s)", "", count))
        self.status.setText(self._status(bool(rows)))
        self.status.setVisible(bool(self.status.text()))
        self._mark()

    def _mark(self) -> None:
        """Show which line Enter takes while somebody types."""
        lines = self._lines()
        typing = bool(self.search.text()) or (self.search.hasFocus() and self._at > 0)
        self._at = min(self._at, max(len(lines) - 1, 0))
        for line in (*self.rows, self.new_class):
            line.set_current(typing and line in lines and lines.index(line) == self._at)

    def _status(self, any_rows: bool) -> str:
        session = self._session
        if session.target_mask is None:
            text = self.tr("Click a dish: its names appear here. Keys {first}–{last} accept one.")
            return text.format(first=session.keys("accept-1"), last=session.keys("accept-5"))
        if session.model_loading:
            return self.tr("Loading the network that names …")
        if session.model is None:
            return self.tr("No network names here; type the name.")
        if not session.model.trained and session.naming.learnt_names < 2:
            return self.tr("The network is untrained: these are guesses until it has learnt names from you.")
        if not any_rows and session.naming.busy:
            return self.tr("Naming …")
        return ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is not self.search:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._on_key(event):
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._at = 0
            self._mark()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Act on a key in the search field; whether it was one for that."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if key == Qt.Key.Key_Escape:
            self.search.clear()
            self.finished.emit()
        elif key in ENTER and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.add_class()
        elif key in ENTER and plain:
            self._enter()
        elif key in STEPS and plain:
            self._step(STEPS[key])
        elif plain and self._is_rank(event):
            self.accept(event.key() - Qt.Key.Key_1)
        else:
            return False
        return True

    def _is_rank(self, event: QKeyEvent) -> bool:
        """Whether a digit chooses a line rather than belonging to a name that is being typed, such as “7up”."""
        rank = event.key() - Qt.Key.Key_1
        return 0 <= rank < ROWS and self.rows[rank].row is not None
