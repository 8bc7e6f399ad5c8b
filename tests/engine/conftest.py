"""An engine in a thread, its own cache on disk, and photos to look at."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.engine.host import serve
from rvergui.engine.messages import PhotoRef, Quit, Request


class Talk:
    """Sends requests to an engine and notes what comes back, and when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._generation = 0
        self._came: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.all: list[tuple[float, object]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, request: Request) -> int:
        """Send ``request``; returns its generation."""
        self._generation += 1
        self._connection.send(replace(request, generation=self._generation))
        return self._generation

    def _read(self) -> None:
        while True:
            try:
                result = self._connection.recv()
            except (EOFError, OSError):
                return
            self.all.append((time.monotonic(), result))
            self._came.put(result)

    def wait(self, kind: type, timeout: float = 60.0) -> object:
        """The next answer of this kind; what comes before it is passed over."""
        end = time.monotonic() + timeout
        while True:
            result = self._came.get(timeout=max(end - time.monotonic(), 0.001))
            if isinstance(result, kind):
                return result

    def kinds(self) -> list[str]:
        """The kinds of all answers so far."""
        return [type(result).__name__ for _, result in self.all]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where embeddings are kept; what one test has looked at is news to the next."""
    monkeypatch.setenv("RVERGUI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embeddings"


@pytest.fixture
def start() -> Iterator[Callable[[], Talk]]:
    """Starts engines; each ends with the test, or when it is told to quit."""
    running: list[tuple[Connection, Talk, threading.Thread]] = []

    def make() -> Talk:
        here, there = Pipe()
        thread = threading.Thread(target=serve, args=(there,), daemon=True)
        thread.start()
        talk = Talk(here)
        talk.thread = thread  # type: ignore[attr-defined]
        running.append((here, talk, thread))
        return talk

    yield make
    for here, talk, thread in running:
        if thread.is_alive():
            talk.send(Quit())
        thread.join(30)
        here.close()
        talk._reader.join(10)
        assert not thread.is_alive()


@pytest.fixture
def talk(start: Callable[[], Talk]) -> Talk:
    """An engine to talk to."""
    return start()


@pytest.fixture
def photos(tmp_path: Path) -> list[PhotoRef]:
    """Four different photos."""
    refs = []
    for number in range(4):
        pixels = np.full((60, 80, 3), 240 - number, np.uint8)
        pixels[15:45, 20:60] = (180, 40, 30 + 9 * number)
        path = tmp_path / f"plate-{number}.png"
        Image.fromarray(pixels).save(path)
        refs.append(PhotoRef(load_photo(path).key, path, DEFAULT_PIXEL_LIMIT))
    return refs
