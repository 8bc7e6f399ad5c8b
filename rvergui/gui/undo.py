"""The undo stack: a list of references to immutable values, and what going to another place in it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rvergui.core import Sheet
from rvergui.gui.draft import Snapshot, Step

LIMIT = 1000


@dataclass(frozen=True)
class Journey:
    """What undoing or redoing some steps in a row comes to.

    Attributes:
        before: the classes and the sheets that change, in ``sheets``, as they are now.
        after: the same, in the same order, as they are then.
        arrival: what is to be shown: the photo of the last of these steps that has one; None if none has.
    """

    before: Snapshot
    after: Snapshot
    arrival: Snapshot | None


class UndoStack:
    """Steps that were taken and steps that were undone."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def push(self, step: Step) -> None:
        """A new step; what was undone can no longer be redone."""
        self._done.append(step)
        self._undone.clear()
        del self._done[:-LIMIT]

    def replace_last(self, step: Step) -> None:
        """The last step turned out differently (its answer came later)."""
        if self._done:
            self._done[-1] = step

    def extend_last(self, step: Step) -> None:
        """More was done of the last step; what was undone can no longer be redone."""
        self.replace_last(step)
        self._undone.clear()

    @property
    def last(self) -> Step | None:
        """The step that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def next(self) -> Step | None:
        """The step that redo would take again."""
        return self._undone[-1] if self._undone else None

    @property
    def steps(self) -> list[Step]:
        """All steps in the order they were taken; those from ``position`` on are undone."""
        return [*self._done, *reversed(self._undone)]

    @property
    def position(self) -> int:
        """How many steps are done."""
        return len(self._done)

    def go_to(self, position: int) -> tuple[list[Step], bool]:
        """Undo or redo until ``position`` steps are done.

        Returns:
            The steps that were undone or redone, in that order, and whether they were redone.
        """
        position = min(max(position, 0), len(self._done) + len(self._undone))
        passed, forwards = [], position > len(self._done)
        source, target = (self._undone, self._done) if forwards else (self._done, self._undone)
        for _ in range(abs(position - len(self._done))):
            target.append(source.pop())
            passed.append(target[-1])
        return passed, forwards

    def clear(self) -> None:
        """Forget everything (another project)."""
        self._done.clear()
        self._undone.clear()


def journey(steps: Sequence[Step], forwards: bool) -> Journey:
    """What these steps, at least one, come to when they are undone or redone (``forwards``) in this order."""
    moves = [(step.before, step.after) if forwards else (step.after, step.before) for step in steps]
    first: dict[str, Sheet] = {}
    last: dict[str, Sheet] = {}
    for present, wanted in moves:
        now, then = _sheets(present), _sheets(wanted)
        for photo_id in now.keys() & then.keys():
            first.setdefault(photo_id, now[photo_id])
            last[photo_id] = then[photo_id]
    begin, end = moves[0][0].taxonomy, moves[-1][1].taxonomy
    whole = [wanted for _, wanted in moves if wanted.photo_id is not None and wanted.sheet is not None]
    arrival = None
    if whole:
        there = whole[-1]
        assert there.sheet is not None
        arrival = replace(there, sheet=last.get(there.sheet.photo_id, there.sheet), taxonomy=end)
    return Journey(
        before=Snapshot(None, None, None, None, begin, sheets=tuple(first.values())),
        after=Snapshot(None, None, None, None, end, sheets=tuple(last[photo_id] for photo_id in first)),
        arrival=arrival,
    )


def _sheets(snapshot: Snapshot) -> dict[str, Sheet]:
    every = snapshot.sheets if snapshot.sheet is None else (*snapshot.sheets, snapshot.sheet)
    return {sheet.photo_id: sheet for sheet in every}
