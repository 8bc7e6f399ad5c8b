"""Which masks are to be seen, and how strongly they are tinted. Nothing of it is saved with the project or undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rvergui.gui.choice import Choice
from rvergui.gui.document import Document

FIRST_TINT = 28
STEP = 10
MOST_TINT = 90


class Visibility(QObject):
    """Hidden items, the isolated one, all masks at once, and the strength of the tint.

    Attributes:
        tint: how much of the photo a mask covers with its colour, in per cent; 0 leaves the outlines alone.
        isolating: only the chosen items, or the one that is being made, is shown.
        masks_off: no item is shown, whatever else is set.
        peeking: nothing at all lies over the photo while a key is held.
    """

    changed = Signal()  # what is shown
    tint_changed = Signal(int)

    def __init__(self, document: Document, choice: Choice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._choice = choice
        self._chosen: frozenset[str] = frozenset()
        self._hidden: frozenset[str] = frozenset()
        self.tint = FIRST_TINT
        self.isolating = False
        self.masks_off = False
        self.peeking = False
        choice.changed.connect(self._on_choice)

    def _on_choice(self) -> None:
        self._chosen = frozenset(self._choice.ids)
        self.changed.emit()

    @property
    def hidden(self) -> frozenset[str]:
        """The ids of the items that somebody has hidden, on whatever photo they are."""
        return self._hidden

    def hidden_here(self) -> int:
        """How many of them are on the photo that is shown."""
        sheet = self._document.sheet
        return sum(item.id in self._hidden for item in sheet) if sheet is not None else 0

    def shows(self, item_id: str) -> bool:
        """Whether an item of the present sheet is to be seen. A chosen one always is, so that one sees what it is."""
        document = self._document
        if self.masks_off or self.peeking:
            return False
        if item_id == document.selected or item_id in self._chosen:
            return True
        if self.isolating and (document.selected is not None or document.draft is not None):
            return False
        return item_id not in self._hidden

    # --- acts ----------------------------------------------------------------------------------------------------

    def hide_selected(self) -> None:
        """Hide the chosen items and select nothing; ones that were all hidden already are shown from now on."""
        chosen = self._chosen or frozenset(filter(None, [self._document.selected]))
        if not chosen:
            return
        if chosen <= self._hidden:
            self._hidden -= chosen
        else:
            self._hidden |= chosen
            self._document.selected = None
            self._document.selection_changed.emit()
            self._document.applied.emit()
        self.changed.emit()

    def set_hidden(self, item_id: str, hidden: bool) -> None:
        """Hide an item or show it again."""
        wanted = self._hidden | {item_id} if hidden else self._hidden - {item_id}
        if wanted != self._hidden:
            self._hidden = wanted
            self.changed.emit()

    def isolate(self, on: bool) -> None:
        """Show the selected item alone, whichever that is from now on, or all again."""
        if on != self.isolating:
            self.isolating = on
            self.changed.emit()

    def switch_masks(self, off: bool) -> None:
        """Show the photo without its items, or with them again."""
        if off != self.masks_off:
            self.masks_off = off
            self.changed.emit()

    def peek(self, on: bool) -> None:
        """Show the bare photo while a key is held."""
        if on != self.peeking:
            self.peeking = on
            self.changed.emit()

    def show_all(self) -> None:
        """Nothing is hidden any more."""
        if self._hidden or self.isolating or self.masks_off or self.peeking:
            self._hidden, self.isolating, self.masks_off, self.peeking = frozenset(), False, False, False
            self.changed.emit()

    def set_tint(self, per_cent: int) -> None:
        """Another strength of the tint, 0 to ``MOST_TINT``."""
        wanted = min(max(per_cent, 0), MOST_TINT)
        if wanted != self.tint:
            self.tint = wanted
            self.tint_changed.emit(wanted)

    def step_tint(self, steps: int) -> None:
        """Stronger (1) or weaker (-1)."""
        self.set_tint(self.tint + steps * STEP)
