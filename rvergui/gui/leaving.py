"""Ending everything when the window closes: all are asked at once and waited for together, and nobody is waited for
any longer than that.

A job on a thread cannot be ended from outside: reading from a network drive that does not answer takes as long as it
takes. What matters is on disk by then, so the program ends without it (``finish``).
"""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QThread, QTimer

from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

log = logging.getLogger(__name__)

# Jobs that look whether they are wanted end in milliseconds; the others are not worth more of somebody's time.
PATIENCE_S = 0.7


def end_all(window: MainWindow) -> None:
    """End what runs behind a window that is closing, after everything was saved; in about a second."""
    until = time.monotonic() + PATIENCE_S
    for worker in window.findChildren(Worker):
        worker.wish_end(until)
    window.session.models.wish_end()
    features = list(window.features.values())
    for feature in features:
        feature.wish_end()
    for feature in features:
        feature.stop()
    window.photos.stop()
    window.session.shut_down()
    for timer in window.findChildren(QTimer):
        timer.stop()


def finish(code: int) -> int:
    """``code`` if the interpreter can end as usual; does not return if a thread is still busy."""
    left = left_behind()
    if not left:
        return code
    log.warning("ends while these threads are still at work: %s", ", ".join(left))
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


def left_behind() -> list[str]:
    """The names of threads that did not end in time and still run."""
    app = QCoreApplication.instance()
    threads = app.findChildren(QThread) if app is not None else []
    return [thread.objectName() for thread in threads if thread.isRunning()]
