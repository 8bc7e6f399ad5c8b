"""Thumbnails for the photo list: made off the window's thread when they come into sight, forgotten when they leave."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from rvergui.core import RverError
from rvergui.core.photo_loading import load_thumbnail
from rvergui.gui.pictures import to_qimage
from rvergui.gui.session import Session
from rvergui.gui.thumbnail_store import ThumbnailStore
from rvergui.gui.worker import Worker
from rvergui.project.records import PhotoRecord

EDGE = 56
KEPT = 1500  # about 75 MB
# A few screens full. Who scrolls through 50,000 photos leaves a long way of wishes behind that nobody has any more.
WANTED = 60


class Thumbnails(QObject):
    """Pixmaps by photo. What was asked for last is made first; of what waits for long the oldest is let go."""

    arrived = Signal(str)  # photo id

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = Worker("thumbnails", self)
        self._store: ThumbnailStore | None = None
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[str, Path] = OrderedDict()
        self._making: str | None = None
        self._outdated = False  # whether what is being made is of a file that is another one by now
        self._broken: set[str] = set()
        self._generation = 0

    def get(self, record: PhotoRecord) -> QPixmap | None:
        """The pixmap, or None while it is being made."""
        found = self._kept.get(record.id)
        if found is not None:
            self._kept.move_to_end(record.id)
            return found
        project = self._session.project
        if project is None or record.problem or record.id in self._broken or record.id == self._making:
            return None
        if record.id not in self._wanted:
            self._wanted[record.id] = project.photo_path(record)
            if len(self._wanted) > WANTED:
                self._wanted.popitem(last=False)
        self._wanted.move_to_end(record.id)
        self._make_next()
        return None

    @property
    def waiting(self) -> int:
        """How many are wanted and not there yet."""
        return len(self._wanted) + (self._making is not None)

    def _make_next(self) -> None:
        if self._making is not None or not self._wanted:
            return
        photo_id, path = self._wanted.popitem()
        self._making, self._outdated = photo_id, False
        generation, limit = self._generation, self._session.pixel_limit

        def done(image: QImage) -> None:
            if self._outdated:
                self.arrived.emit(photo_id)  # whoever shows it asks again
            elif generation == self._generation:
                self._keep(photo_id, QPixmap.fromImage(image))
            self._next()

        def failed(message: str) -> None:
            if generation == self._generation and not self._outdated:
                self._broken.add(photo_id)  # it is not asked again; opening it says what is wrong
            self._next()

        self._worker.submit(lambda: self._read(path, limit), done, failed)

    def _next(self) -> None:
        self._making = None
        self._make_next()

    def _keep(self, photo_id: str, pixmap: QPixmap) -> None:
        self._kept[photo_id] = pixmap
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(photo_id)

    def _read(self, path: Path, pixel_limit: int) -> QImage:
        """The thumbnail of a file; on the worker's thread."""
        if self._store is None:
            self._store = ThumbnailStore(_cache_folder())
        edge = 2 * EDGE
        pixels = self._store.get(path, edge)
        if pixels is None:
            pixels = load_thumbnail(path, edge, pixel_limit)
            self._store.put(path, edge, pixels)
        return to_qimage(pixels)

    def forget(self, photo_id: str) -> None:
        """A photo's file is another one by now."""
        self._kept.pop(photo_id, None)
        self._broken.discard(photo_id)
        self._outdated = self._outdated or photo_id == self._making

    def forget_all(self) -> None:
        """Another project."""
        self._generation += 1
        self._wanted.clear()
        self._kept.clear()
        self._broken.clear()

    def stop(self) -> None:
        """End the thread."""
        self._wanted.clear()
        if self._worker.stop() and self._store is not None:
            self._store.close()


def _cache_folder() -> Path:
    from rvergui.runtime.settings import Settings  # its library takes time to import

    try:
        return Settings().cache_folder()
    except RverError:  # a setting makes no sense, which is said elsewhere
        return platformdirs.user_cache_path("rvergui", appauthor=False)
