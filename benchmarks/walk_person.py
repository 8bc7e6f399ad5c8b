"""Somebody who labels, retrains and decides in a window, and who counts clicks and keys."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from walk_photos import Photo
from watchdog import wait_until

from rvergui.gui.learning.feature import InstantLearning
from rvergui.gui.main_window import MainWindow

PATIENCE_S = 120.0
SHIFT = Qt.KeyboardModifier.ShiftModifier
PAUSE_MS = 400  # until what is drawn a little later is drawn


@dataclass(frozen=True)
class Labelled:
    """What one photo took."""

    first: bool
    of_five: bool
    clicks: int
    keys: int


class Album:
    """Writes windows into pictures; without a folder it does nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def take(self, widget: QWidget, name: str) -> None:
        """Write NAME.png."""
        if self.folder is not None:
            QTest.qWait(PAUSE_MS)
            widget.grab().save(str(self.folder / f"{name}.png"))


class Person:
    """Uses a window with mouse and keyboard."""

    def __init__(self, window: MainWindow, album: Album) -> None:
        self.window = window
        self.session = window.session
        self.album = album
        self.clicks = 0
        self.session.problem.connect(lambda text: print(text, file=sys.stderr, flush=True))

    def until(self, done: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
        """Wait for the program."""
        wait_until(done, seconds, what)

    def click(self, widget: QWidget) -> None:
        """Press the left button in the middle of a widget."""
        self.until(widget.isEnabled, f"{widget.metaObject().className()} to be enabled")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.clicks += 1

    def open(self, project: Path) -> None:
        """Open a project and wait until it can be worked on."""
        self.window.open_path(project)
        self.until(lambda: self.session.photo is not None, "the first photo")
        self.until_named()

    def until_named(self) -> None:
        """Wait for the network, and for what it has to be taught."""
        teacher = self.window.feature(InstantLearning).teacher
        self.until(lambda: self.session.model is not None and not self.session.model_loading, "the network")
        self.until(lambda: not teacher.busy and not teacher.waiting, "what was named to be learnt")

    def label(self, photo: Photo, is_first: bool, picture: str = "") -> Labelled:
        """Label the next photo; ``picture`` shows what is suggested."""
        session, canvas = self.session, self.window.canvas
        keys = 0
        if not self.window.isActiveWindow():  # a window manager sees to that when a dialog was closed
            self.window.activateWindow()
            self.until(self.window.isActiveWindow, "the window to be active")
        if not is_first:
            QTest.keyClick(canvas, Qt.Key.Key_N)
            keys += 1
        self.until(lambda: self._shows(photo), f"photo {photo.name}")
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(*photo.place))
        self.until(lambda: session.draft is not None and session.draft.mask is not None, "a mask")
        self.until(self._has_names, "names")
        if picture:
            self.album.take(self.window, picture)
        naming = session.target_naming()
        assert naming is not None
        said = [suggestion.name for suggestion in naming.suggestions]
        if photo.wanted in said:
            QTest.keyClick(canvas, Qt.Key(Qt.Key.Key_1 + said.index(photo.wanted)))
            keys += 1
        else:
            keys += self._type(photo.wanted)
        self.until(lambda: session.draft is None, "the name")
        return Labelled(said[:1] == [photo.wanted], photo.wanted in said, 1, keys)

    def _shows(self, photo: Photo) -> bool:
        session = self.session
        here = session.record is not None and session.record.path.endswith(photo.name)
        return here and session.photo is not None and not session.encoding

    def _has_names(self) -> bool:
        naming, desk = self.session.target_naming(), self.session.naming
        return naming is not None and bool(naming.suggestions) and not desk.busy and not desk.asks_again

    def _type(self, name: str) -> int:
        """Type ``name`` as far as it has to be; how many keys that took."""
        panel = self.window.suggestions
        for count, letter in enumerate(name, start=1):
            QTest.keyClicks(self.window.canvas if count == 1 else panel.search, letter)
            row = panel.rows[0].row
            if row is not None and row.name == name:
                QTest.keyClick(panel.search, Qt.Key.Key_Return)
                return count + 1
        QTest.keyClick(panel.search, Qt.Key.Key_Return, SHIFT)  # a new class
        return len(name) + 1
