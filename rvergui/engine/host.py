"""The loop that serves an ``Engine`` over a connection: priorities, superseded requests, slow imports.

One thread receives, one thread (the caller's) runs every network. Importing torch takes seconds, so it happens on a
third, short-lived thread that runs no network; clicks are answered meanwhile and requests for names wait.
"""

from __future__ import annotations

import importlib
import itertools
import logging
import queue
import threading
from multiprocessing.connection import Connection

from rvergui.core import RverError
from rvergui.engine.engine import Engine
from rvergui.engine.messages import Classify, Failed, Quit, Request, Result, UseModel
from rvergui.runtime.background import ENGINE, give_way

log = logging.getLogger(__name__)

# What the naming network needs; importing it is most of the wait for the first name.
NAMING_MODULE = "rvergui.rvernet.default_model"


class Host:
    """Serves one connection until ``Quit`` arrives or the other side is gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: queue.PriorityQueue[tuple[int, int, Request]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._newest: dict[str, int] = {}
        self._engine = Engine()
        self._imported = threading.Event()
        self._importer: threading.Thread | None = None
        self._model_pending = False
        self._no_torch = False
        self._waiting: list[Request] = []
        self._sending = threading.Lock()

    def serve(self) -> None:
        """Answer requests; returns when told to quit or when the window is gone."""
        threading.Thread(target=self._receive, name="engine-receive", daemon=True).start()
        while True:
            _, _, request = self._queue.get()
            if isinstance(request, Quit):
                self._connection.close()
                return
            if self._is_superseded(request):
                continue
            if not self._postponed(request) and not self._send(self._answer(request)):
                return

    def _receive(self) -> None:
        while True:
            try:
                request = self._connection.recv()
            except (EOFError, OSError):
                request = Quit()
            if request.lane:
                self._newest[request.lane] = request.generation
            self._put(request)
            if isinstance(request, Quit):
                return

    def _put(self, request: Request) -> None:
        self._queue.put((int(request.priority), next(self._order), request))

    def _is_superseded(self, request: Request) -> bool:
        return bool(request.lane) and self._newest.get(request.lane, request.generation) > request.generation

    def _answer(self, request: Request) -> Result:
        result = self._engine.answer(request)
        if isinstance(request, UseModel):
            self._model_pending = False
            self._resume()
        return result

    def _postponed(self, request: Request) -> bool:
        """Keep requests that need torch for later while it is being imported; the views are sent at once."""
        if isinstance(request, UseModel):
            self._model_pending = True
            if self._imported.is_set():
                return False
            self._waiting.append(request)
            if self._importer is None or not self._importer.is_alive():
                self._importer = threading.Thread(target=self._import, name="engine-import", daemon=True)
                self._importer.start()
            return True
        if isinstance(request, Classify) and self._model_pending:
            if not self._no_torch:  # nothing will ever name it: the views are all there is
                self._waiting.append(request)
            self._send(self._engine.views_only(request))
            return True
        return False

    def _import(self) -> None:
        try:
            importlib.import_module(NAMING_MODULE)
        except Exception as error:
            log.warning("the naming network could not be imported", exc_info=True)
            message = f"PyTorch could not be loaded ({error}); run “rvergui doctor”. Masks can still be made."
            for request in [r for r in self._waiting if isinstance(r, UseModel)]:
                self._waiting.remove(request)
                self._send(Failed(generation=request.generation, request=request, message=message))
            self._no_torch = True
            self._waiting.clear()
            return
        self._no_torch = False
        self._imported.set()
        for request in [r for r in self._waiting if isinstance(r, UseModel)]:
            self._waiting.remove(request)
            self._put(request)

    def join(self) -> None:
        """Wait for an import that is under way; for a host that runs in a thread of a living process."""
        if self._importer is not None:
            self._importer.join()

    def _resume(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._put(request)

    def _send(self, result: Result) -> bool:
        try:
            with self._sending:
                self._connection.send(result)
        except (OSError, ValueError):
            return False  # the window is gone
        return True


def serve(connection: Connection) -> None:
    """Entry point of a thread that stands in for the engine process (tests with small networks)."""
    host = Host(connection)
    host.serve()
    host.join()


def serve_process(connection: Connection) -> None:
    """Entry point when run as a process of its own: Ctrl+C in the terminal is the window's business."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way(ENGINE)
    try:
        Host(connection).serve()
    except RverError as error:
        log.error("%s", error)
