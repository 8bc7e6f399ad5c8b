"""Photos as the engine needs them: read on a thread of their own, so that a click never waits for a file."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from rvergui.core import Photo, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.engine.messages import PhotoRef, Result
from rvergui.engine.recent import LeastRecentlyUsed

PHOTOS_KEPT = 3
_NAP_S = 0.02

T = TypeVar("T")

Steps = Generator[Result | None, None, T]
"""Work in short steps: yields interim results, or None, and returns what it was for."""


class PhotoShelf:
    """The last few photos by key. Used on the engine's thread; only the reading happens elsewhere."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine-read")
        self._photos: LeastRecentlyUsed[Future[Photo]] = LeastRecentlyUsed(PHOTOS_KEPT)

    def photo(self, ref: PhotoRef) -> Steps[Photo]:
        """The photo, which stays on the shelf for a while.

        Raises:
            RverError: it cannot be read, or the file is another photo by now.
        """
        self.have_ready(ref)
        try:
            photo = yield from _waited_for(self._photos[ref.key])
        except Exception:
            self._photos.pop(ref.key, None)
            raise
        if photo.key != ref.key:
            self._photos.pop(ref.key, None)
            raise RverError(f"{ref.path.name} has changed on disk since it was opened; open the photo again.")
        return photo

    def glance(self, ref: PhotoRef) -> Steps[Photo]:
        """The photo that is in the file now, whatever its key; it does not take the place of others."""
        kept = self._photos.get(ref.key)
        if kept is not None:
            return (yield from _waited_for(kept))
        reading = self._read(ref)
        try:
            return (yield from _waited_for(reading))
        finally:
            reading.cancel()  # where it has not begun and nobody wants it any more

    def have_ready(self, ref: PhotoRef) -> None:
        """Begin to read a photo that will be needed soon."""
        kept = self._photos.find(ref.key)
        if kept is None or (kept.done() and kept.exception() is not None):
            self._photos.keep(ref.key, self._read(ref))

    def _read(self, ref: PhotoRef) -> Future[Photo]:
        return self._reader.submit(load_photo, ref.path, ref.pixel_limit)

    def close(self) -> None:
        """End the thread."""
        self._reader.shutdown(wait=True, cancel_futures=True)


def at_once(photo: Photo) -> Steps[Photo]:
    """A photo that is there already, for those who would wait for one."""
    yield from ()
    return photo


def _waited_for(future: Future[Photo]) -> Steps[Photo]:
    while not future.done():
        wait([future], timeout=_NAP_S)
        yield None
    return future.result()
