"""Work of the window's thread in several turns of its event loop, so that painting and typing go in between."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Goes on with a generator once in each turn of the event loop, up to its end or that of its parent.

    Widgets can be made nowhere else than on the window's thread; a panel of many takes longer than people wait without
    feeling it. Its generator yields wherever it may be interrupted.
    """

    def __init__(self, steps: Iterator[None], parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] | None = steps
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    @property
    def over(self) -> bool:
        """Whether all is done."""
        return self._steps is None

    def finish(self) -> None:
        """Do at once what is left."""
        steps, self._steps = self._steps, None
        self._timer.stop()
        for _ in steps or ():
            pass

    def stop(self) -> None:
        """Leave what is left."""
        self._timer.stop()
        self._steps = None

    def _go_on(self) -> None:
        steps, self._steps = self._steps, None  # what raises is not tried again
        if steps is not None:
            for _ in steps:
                self._steps = steps
                return
        self._timer.stop()
