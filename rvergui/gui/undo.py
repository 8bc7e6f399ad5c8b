"""The undo stack: a list of references to immutable values."""

from __future__ import annotations

from rvergui.gui.draft import Step

LIMIT = 1000


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

    @property
    def last(self) -> Step | None:
        """The step that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def next(self) -> Step | None:
        """The step that redo would take again."""
        return self._undone[-1] if self._undone else None

    def undo(self) -> Step | None:
        """Move one step from done to undone and return it."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        """Move one step from undone to done and return it."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def clear(self) -> None:
        """Forget everything (another project)."""
        self._done.clear()
        self._undone.clear()
