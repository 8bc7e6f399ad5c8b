"""How long a study still takes, from the cells that are finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rvergui.study.cells import Cell


class StudyClock:
    """Cells of one model take about as long as each other; of a model not seen yet, as the others by their epochs."""

    def __init__(self) -> None:
        self._of_model: dict[str, list[float]] = {}
        self._of_epoch: list[float] = []

    def took(self, cell: Cell, seconds: float) -> None:
        """A cell is finished after ``seconds``."""
        self._of_model.setdefault(cell.variant, []).append(seconds)
        self._of_model.setdefault(cell.model, []).append(seconds)
        self._of_epoch.append(seconds / _epochs(cell.options))

    def expected(self, cell: Cell) -> float | None:
        """Seconds that ``cell`` may take; None before anything is known."""
        for name in (cell.variant, cell.model):
            if known := self._of_model.get(name):
                return sum(known) / len(known)
        if self._of_epoch:
            return sum(self._of_epoch) / len(self._of_epoch) * _epochs(cell.options)
        return None

    def left(self, cells: Iterable[Cell], running: tuple[Cell, float, float | None] | None = None) -> float | None:
        """Seconds for ``cells`` that wait and the one that runs.

        Args:
            cells: that wait.
            running: the cell that runs, for how long it has, and what its training expects (None: nothing yet).
        """
        total = 0.0
        if running is not None:
            cell, spent, training_left = running
            if training_left is None:
                expected = self.expected(cell)
                if expected is None:
                    return None
                training_left = max(expected - spent, 0.0)
            total += training_left
            typical = spent + training_left
        else:
            typical = 0.0
        for cell in cells:
            expected = self.expected(cell)
            if expected is None:
                if running is None:
                    return None
                expected = typical * _epochs(cell.options) / _epochs(running[0].options)
            total += expected
        return total


def _epochs(options: Mapping[str, object]) -> float:
    epochs = options.get("epochs", 20)
    return max(float(epochs), 1.0) if isinstance(epochs, int | float) else 20.0
