"""Which models a project named with, one after the other, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from rvergui.project import history
from rvergui.project.connection import Guarded
from rvergui.project.records import HistoryEntry

SETTING = "model"
CHOOSE, GO_BACK = "choose model", "go back to model"
_ALL = 1_000_000


def choices(reader: Guarded) -> list[HistoryEntry]:
    """Every time a model was chosen or gone back to, oldest first."""
    found = [entry for act in (CHOOSE, GO_BACK) for entry in history.read(reader, None, _ALL, act)]
    return sorted(found, key=lambda entry: entry.number)


def way_back(entries: Sequence[HistoryEntry]) -> list[str | None]:
    """The choices that still count, the one in use last, as the project stores them (None: the one that ships).

    Choosing adds one at the end, going back takes the last away, so that going back twice is two steps back and not
    there and back again.

    Args:
        entries: what ``choices`` gave.
    """
    trail: list[str | None] = [entries[0].before.get(SETTING)] if entries else [None]
    for entry in entries:
        if entry.act == CHOOSE:
            trail.append(entry.after.get(SETTING))
        elif len(trail) > 1:
            trail.pop()
    return trail
