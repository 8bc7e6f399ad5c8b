"""Which keys do what: the table's keys, and what the user chose instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from rvergui.gui.acts import Act
from rvergui.gui.memory import Memory

STORED = "keys/"  # before an act's key in the settings


class Keymap(QObject):
    """The keys of every act. A key does one thing only: giving it to an act takes it from any other.

    What the user chose is stored as a JSON list of Qt's portable notation for each act, and only where it differs from
    the table, so that better keys of a later version reach everybody who did not choose.
    """

    changed = Signal(str)  # an act's key

    def __init__(self, acts: Sequence[Act], memory: Memory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._defaults = {act.key: normal(act.keys) for act in acts}
        chosen = {key: found for key in self._defaults if (found := self._stored(key)) is not None}
        self._keys = self._settled(chosen)

    def __getitem__(self, act: str) -> tuple[str, ...]:
        """The keys of an act, in portable notation, the main one first."""
        return self._keys[act]

    def default(self, act: str) -> tuple[str, ...]:
        """The keys that an act has unless somebody chose others."""
        return self._defaults[act]

    def is_default(self, act: str) -> bool:
        """Whether an act has the keys of the table."""
        return self._keys[act] == self._defaults[act]

    def owner(self, keys: str) -> str | None:
        """The act that these keys belong to now."""
        wanted = normal([keys])
        return next((act for act, held in self._keys.items() if wanted and wanted[0] in held), None)

    def give(self, act: str, keys: Iterable[str]) -> None:
        """Let an act have exactly ``keys``; whoever had one of them loses it."""
        wanted = normal(keys)
        changed = {act: wanted}
        for other, held in self._keys.items():
            if other != act and set(held) & set(wanted):
                changed[other] = tuple(k for k in held if k not in wanted)
        self._take_over(changed)

    def reset(self, act: str) -> None:
        """Give an act the keys of the table back."""
        self.give(act, self._defaults[act])

    def reset_all(self) -> None:
        """Give every act the keys of the table back."""
        self._take_over(dict(self._defaults))

    def _take_over(self, changed: dict[str, tuple[str, ...]]) -> None:
        for act, keys in changed.items():
            if self._keys[act] == keys:
                continue
            self._keys[act] = keys
            if self.is_default(act):
                self._memory.forget(STORED + act)
            else:
                self._memory.put(STORED + act, json.dumps(keys))
            self.changed.emit(act)

    def _stored(self, act: str) -> tuple[str, ...] | None:
        """What was chosen once; None if nothing was, or if it is nothing that can be read as keys."""
        try:
            found = json.loads(str(self._memory.get(STORED + act) or "null"))
        except ValueError:
            return None
        if not isinstance(found, list) or not all(isinstance(keys, str) for keys in found):
            return None
        keys = normal(found)
        return keys if len(keys) == len(found) else None

    def _settled(self, chosen: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Every act's keys, each key given once: what was chosen goes before what the table says."""
        taken: set[str] = set()
        keys: dict[str, tuple[str, ...]] = {}
        for act in (*chosen, *(key for key in self._defaults if key not in chosen)):
            keys[act] = tuple(k for k in chosen.get(act, self._defaults[act]) if k not in taken)
            taken |= set(keys[act])
        return keys


def normal(keys: Iterable[str]) -> tuple[str, ...]:
    """``keys`` in Qt's own spelling, once each; what is no key is left out."""
    return tuple(dict.fromkeys(text for each in keys if (text := _spelled(each))))


def _spelled(keys: str) -> str:
    sequence = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
    pressed = [sequence[place] for place in range(sequence.count())]  # type: ignore[index]
    if any(each.key() in (Qt.Key.Key_unknown, Qt.Key(0)) for each in pressed):
        return ""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def shown(keys: Iterable[str]) -> str:
    """Keys as people read them on this platform, separated by dots."""
    native = QKeySequence.SequenceFormat.NativeText
    return " · ".join(QKeySequence(each).toString(native) for each in keys)
