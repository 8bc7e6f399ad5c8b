"""What keeps the window's thread from waiting for the interpreter: short turns for other threads, and short tidying.

Python looks for garbage on whichever thread happens to make objects, and stops every thread meanwhile. With 50,000
photos listed a look through everything takes 50 ms and more. And what is found on a background thread is taken apart
there: a dialog that nobody needs any longer, with its timers and pictures, which Qt allows on its own thread alone.
Here Python looks by itself no more. A timer on the window's thread looks through the young objects, which takes a
millisecond or two; what has been looked through, or is too much to be, is set aside (``gc.freeze``). Everything is
looked through while nobody uses the window. Objects that are not in circles do not wait for any of this: Python frees
them at once.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

# Background threads hand over the interpreter lock after 1 ms instead of 5, so that painting never waits long.
SWITCH_S = 0.001

EVERY_MS = 100
# How many young objects are worth a look, and how many would take too long (a look takes about 0.1 ms for a thousand).
WORTH_IT = 2_000
TOO_MANY = 50_000
ALL_FROM = 20  # how often some were set aside before everything is looked through again


class Tidying(QObject):
    """Looks for garbage in small portions, on the window's thread alone; ends with ``stop`` or its parent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._aside = 0
        self._older = 0  # objects that were looked through once
        self._before = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tidy)
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    def tidy(self) -> None:
        """Look through what was made since the last time, mostly twice, before it is set aside."""
        young = gc.get_count()[0]
        if young < WORTH_IT:
            return
        self._older += young
        if self._older > TOO_MANY:
            if young <= TOO_MANY // 2:
                gc.collect(0)
            gc.freeze()
            self._older = 0
            self._aside += 1
        elif self._older > TOO_MANY // 2:
            gc.collect(1)
        else:
            gc.collect(0)

    def tidy_all(self) -> None:
        """Look through everything; takes as long as that takes."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._aside = self._older = 0

    def stop(self) -> None:
        """Let Python tidy as it usually does."""
        self._timer.stop()
        gc.unfreeze()
        if self._before:
            gc.enable()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        """Somebody turns to another program: now nobody waits for the window."""
        if state is not Qt.ApplicationState.ApplicationActive and self._aside >= ALL_FROM:
            self.tidy_all()


def keep_smooth(parent: QObject) -> Tidying:
    """Let nothing in this process hold the window's thread up for long; to be called once, before the window."""
    sys.setswitchinterval(SWITCH_S)
    return Tidying(parent)
