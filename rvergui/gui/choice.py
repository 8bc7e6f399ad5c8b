"""Which items of the photo an act on several goes to."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from rvergui.core import Item
from rvergui.gui.document import Document


class Choice(QObject):
    """The chosen items: several that somebody picked in the list, else the one that is selected.

    The selected item is always one of them, so keys that go to one item and acts on several never disagree.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ids: frozenset[str] = frozenset()
        document.selection_changed.connect(self._alone)
        document.sheet_changed.connect(lambda: self.choose(self.ids))

    @property
    def items(self) -> tuple[Item, ...]:
        """The chosen items, bottom to top."""
        sheet = self._document.sheet
        return tuple(item for item in sheet if item.id in self._ids) if sheet is not None else ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, bottom to top."""
        return tuple(item.id for item in self.items)

    def __len__(self) -> int:
        return len(self.items)

    def choose(self, item_ids: Iterable[str]) -> None:
        """Choose these; the caller sees to it that one of them is selected (``Labelling.select``)."""
        wanted = frozenset(item_ids)
        if wanted != self._ids:
            self._ids = wanted
            self.changed.emit()

    def _alone(self) -> None:
        """Another item is selected: it alone, until somebody picks more (``choose`` comes after ``select``)."""
        selected = self._document.selected
        self.choose(() if selected is None else (selected,))
