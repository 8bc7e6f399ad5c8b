"""The keys of acts as hints name them: those that they have now, whatever somebody has chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from rvergui.gui.keymap import Keymap, shown


class KeyWords(QObject):
    """Asked by whoever writes a hint; ``changed`` says when to ask again.

    Panels and canvas are there before the acts are: until ``follow`` no act has a key.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keymap: Keymap | None = None
        self._name: Callable[[str], str] = str

    def follow(self, keymap: Keymap, name: Callable[[str], str]) -> None:
        """From now on the keys are those of ``keymap``; ``name`` gives an act's name as the menu says it."""
        self._keymap, self._name = keymap, name
        keymap.changed.connect(lambda act: self.changed.emit())
        self.changed.emit()

    def __call__(self, act: str) -> str:
        """The main key of an act as people read it; of an act without keys its name in the menu."""
        if self._keymap is None:
            return ""
        return shown(self._keymap[act][:1]) or f"“{self._name(act)}”"

    def cap(self, act: str) -> str:
        """The same for a small key cap: nothing for an act without keys."""
        return "" if self._keymap is None else shown(self._keymap[act][:1])
