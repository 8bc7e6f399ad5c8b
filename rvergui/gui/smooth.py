"""What keeps the window's thread from waiting for the interpreter: short turns for other threads, and short tidying.

Python stops every thread while it looks for garbage among all objects. With 50,000 photos listed that takes 50 ms and
more, on any thread and again and again while objects are made. Here only young objects are looked through as they come,
which takes a millisecond; older ones a few at a time, from a timer, and what has been looked through once is set aside
(``gc.freeze``). Everything is looked through while nobody uses the window. Objects that are not in circles do not wait
for any of this: Python frees them at once.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

# Background threads hand over the interpreter lock after 1 ms instead of 5, so that painting never waits long.
SWITCH_S = 0.001

YOUNG, MIDDLE, NEVER = 700, 10, 1_000_000  # Python's own thresholds, but no look through everything by itself
EVERY_MS = 500
# In units of up to YOUNG x MIDDLE objects that have grown old since the last time.
WORTH_IT = 2
TOO_MANY = 8
ALL_FROM = 20  # how often some were set aside before everything is looked through again


class Tidying(QObject):
    """Looks for garbage in small portions, on the window's thread; ends with ``stop`` or its parent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._aside = 0
        self._before = gc.get_threshold()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tidy)
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    def tidy(self) -> None:
        """Look through what has grown old since the last time, unless that would take long; set it aside."""
        grown = gc.get_count()[2]
        if grown < WORTH_IT:
            return
        if grown < TOO_MANY:
            gc.collect()
        gc.freeze()
        self._aside += 1

    def tidy_all(self) -> None:
        """Look through everything; takes as long as that takes."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._aside = 0

    def stop(self) -> None:
        """Let Python tidy as it usually does."""
        self._timer.stop()
        gc.unfreeze()
        gc.set_threshold(*self._before)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        """Somebody turns to another program: now nobody waits for the window."""
        if state is not Qt.ApplicationState.ApplicationActive and self._aside >= ALL_FROM:
            self.tidy_all()


def keep_smooth(parent: QObject) -> Tidying:
    """Let nothing in this process hold the window's thread up for long; to be called once, before the window."""
    sys.setswitchinterval(SWITCH_S)
    return Tidying(parent)
