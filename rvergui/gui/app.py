"""Start-up: application, theme, first window. Torch is never imported in this process."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import platformdirs
from PySide6.QtCore import (
    QElapsedTimer,
    QMessageLogContext,
    QSettings,
    QSize,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from rvergui import __version__
from rvergui.gui import language
from rvergui.gui.again import Again
from rvergui.gui.choosing import Choosing
from rvergui.gui.crash_care import CrashCare
from rvergui.gui.leaving import finish
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.models import ModelThread
from rvergui.gui.reporting import Reporting
from rvergui.gui.session import Session
from rvergui.gui.smooth import keep_smooth
from rvergui.runtime.crash_marks import RunningMark, count_crashes
from rvergui.runtime.log_files import WINDOW, write_logs
from rvergui.runtime.login import login_name
from rvergui.segment.registry import DEFAULT_SEGMENTER

log = logging.getLogger(__name__)

NAME = "rvergui"
SCREENSHOT_WAIT_S = 60.0
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def run(
    target: Path | None = None,
    *,
    demo: bool = False,
    screenshot: Path | None = None,
    window_size: tuple[int, int] | None = None,
    checkpoint: Path | None = None,
    segmenter: str | None = None,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        target: a folder, a photo or a project to open.
        demo: open the sample meals.
        screenshot: paint the window into this file once everything has loaded, then leave.
        window_size: (width, height) of the window.
        checkpoint: name foods with this RveRNet checkpoint.
        segmenter: segment with this backend.
    """
    files = write_logs(WINDOW)
    qInstallMessageHandler(_qt_message)
    care = CrashCare(files.path)
    care.install()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    smooth = keep_smooth(app)
    app.setApplicationName(NAME)
    app.setApplicationDisplayName("RveRGUI")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(NAME)
    remember = screenshot is None
    home = platformdirs.user_data_path(NAME, appauthor=False)
    language.install(app, Memory(QSettings(NAME, NAME) if remember else None))
    window = make_window(home, remember, checkpoint, segmenter)
    _look_after(window, care)
    if window_size is not None:
        window.resize(QSize(*window_size))
    window.show()
    if demo:
        window.feature(Choosing).open_demo()
    elif target is not None:
        window.open_path(target)
    if screenshot is not None:
        shot = Screenshot(window, screenshot, expects_photo=demo or target is not None)
        app.exec()
        smooth.stop()
        return shot.code
    mark = RunningMark(files.path.parent)
    QTimer.singleShot(0, window, lambda: watch_for_crashes(window, mark))
    code = int(app.exec())
    while window.again is not None:
        last, window = window, next_window(app, window, home, segmenter)
        last.deleteLater()
        _look_after(window, care)
        code = int(app.exec())
    mark.clear()
    smooth.stop()
    return finish(code)


def next_window(app: QApplication, last: MainWindow, home: Path, segmenter: str | None = None) -> MainWindow:
    """The window that follows one that was closed to be opened anew, in the language chosen by now; shown."""
    again, stored = last.again or Again(), last.memory.settings
    language.install(app, last.memory)
    window = make_window(home, stored is not None, again.checkpoint, segmenter)
    window.show()
    if again.project is not None:
        window.session.open(again.project, again.photo)
    return window


def _look_after(window: MainWindow, care: CrashCare) -> None:
    care.told.connect(window.strip.problem)
    care.interrupted.connect(window.close)


def watch_for_crashes(window: MainWindow, mark: RunningMark) -> None:
    """Say that the last window did not end properly, if so, and mark this one as running."""
    if count_crashes(mark.folder):
        window.feature(Reporting).offer()
    mark.set()


def make_window(
    home: Path,
    remember: bool = True,
    checkpoint: Path | None = None,
    segmenter: str | None = None,
    models: ModelThread | None = None,
) -> MainWindow:
    """The window with its session and the thread of its networks, started; not shown yet.

    ``remember`` False leaves the stored window state alone (screenshots, tests).
    """
    stored = QSettings(NAME, NAME) if remember else None
    models = models or ModelThread()
    session = Session(models, user=login_name(), home=home)
    session.read_settings()
    session.wanted_checkpoint = checkpoint
    window = MainWindow(session, stored)
    models.setParent(window)
    models.start()
    session.use_segmenter(segmenter or DEFAULT_SEGMENTER)
    return window


def _qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if kind is QtMsgType.QtFatalMsg and sys.stderr is not None:
        sys.stderr.write(f"{message}\n")  # the process ends with this; whoever started it in a terminal should know why
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), message)


class Screenshot:
    """Waits until the window has loaded what it was asked for, paints it into a file and leaves."""

    def __init__(self, window: MainWindow, path: Path, expects_photo: bool) -> None:
        self._window = window
        self._path = path
        self._expects_photo = expects_photo
        self.code = 1
        self._quiet_since: float | None = None
        self._elapsed = QElapsedTimer()
        self._elapsed.start()
        self._timer = QTimer(window)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _busy(self) -> bool:
        session = self._window.session
        waiting = session.loader.waiting or self._window.photos.thumbnails.waiting or session.saver.pending
        if waiting or session.encoding or session.segmenter is None or session.model_loading:
            return True
        if session.target_mask is not None and session.naming.busy:
            return True
        shown = session.photo is not None or session.photo_problem is not None
        return self._expects_photo and not shown and not self._window.strip.isVisible()

    def _look(self) -> None:
        now = time.monotonic()
        if self._busy() and self._elapsed.elapsed() < SCREENSHOT_WAIT_S * 1000:
            self._quiet_since = None
            return
        session = self._window.session
        if session.sheet is not None and session.sheet.items and session.selected is None:
            session.select(session.sheet.items[-1].id)  # so that the views and names of an object are in the picture
            return
        self._quiet_since = self._quiet_since or now
        if now - self._quiet_since < 0.4:
            return
        self._timer.stop()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        saved = self._window.grab().save(str(self._path))
        if not saved:
            sys.stderr.write(f"{self._path} could not be written; choose a .png name in a folder you may write to.\n")
        self.code = 0 if saved else 1
        self._window.close()
        QApplication.quit()
