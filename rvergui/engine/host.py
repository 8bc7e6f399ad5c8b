"""The loop that serves an ``Engine`` over a connection: priorities, pauses for the urgent, slow imports.

One thread receives, one thread (the caller's) runs every network. Importing torch takes seconds, so it happens on a
third, short-lived thread that runs no network; clicks are answered meanwhile and requests for names wait. A network
that has been converted for OpenVINO needs no torch and is there in a second.
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection

from rvergui.core import RverError
from rvergui.engine.engine import Engine
from rvergui.engine.messages import (
    Classify,
    EncodeProgress,
    Failed,
    Priority,
    Quit,
    Refresh,
    Request,
    Result,
    UseModel,
)
from rvergui.engine.photos import Steps
from rvergui.engine.waiting import WaitingRoom
from rvergui.runtime import log_files
from rvergui.runtime.background import ENGINE, give_way
from rvergui.runtime.log_files import log_thread_errors, write_logs

log = logging.getLogger(__name__)

# What the naming network needs; importing it is most of the wait for the first name.
NAMING_MODULE = "rvergui.rvernet.default_model"

# Looking at photos ahead goes on once nobody has asked for anything for so long.
CALM_S = 0.4
# The longer a click might then have to wait, the surer it has to be that none will come: so many times that long ...
CAUTION = 5.0
# ... but after this, or where nobody knows how long it takes, probably nobody is there.
AWAY_S = 15.0
_PROGRESS_S = 0.2


class _Leave(Exception):
    """The window is gone, or does not need the engine any more."""


class Host:
    """Serves one connection until ``Quit`` arrives or the other side is gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._room = WaitingRoom()
        self._engine = Engine(wake=self._wake)
        self._importers: list[threading.Thread] = []
        self._prepared: list[UseModel] = []
        self._model_pending = False
        self._wanted_model: UseModel | None = None
        self._no_torch = False
        self._waiting: list[Request] = []
        self._sending = threading.Lock()
        self._told_progress = 0.0

    def serve(self) -> None:
        """Answer requests; returns when told to quit or when the window is gone."""
        threading.Thread(target=self._receive, name="engine-receive", daemon=True).start()
        try:
            while True:
                request = self._room.take()
                assert request is not None
                self._attend_to(request)
        except _Leave:
            self._connection.close()
        finally:
            self._engine.close()

    def _receive(self) -> None:
        while True:
            try:
                request = self._connection.recv()
            except (EOFError, OSError):
                request = Quit()
            self._room.arrived(request)
            if isinstance(request, Quit):
                return

    def _wake(self) -> None:
        self._room.arrived(Refresh())

    # --- one request after the other, and within another -----------------------------------------------------------

    def _attend_to(self, request: Request) -> None:
        if isinstance(request, Quit):
            raise _Leave
        if self._room.is_superseded(request) or self._postponed(request):
            return
        self._work(request, self._engine.steps(request))
        if isinstance(request, UseModel):
            self._model_pending = False
            self._resume()

    def _work(self, request: Request, steps: Steps[Result | None]) -> None:
        """Go through ``steps``; between two of them whoever is more urgent than ``request`` is attended to."""
        try:
            while True:
                self._make_way(request)
                if self._room.is_superseded(request):
                    return
                try:
                    said = next(steps)
                except StopIteration as done:
                    said = done.value
                    break
                self._tell(request, said)
        finally:
            steps.close()
        if said is not None:
            self._send(said)
        news = self._engine.news()
        if news is not None:
            self._send(news)
        if request.priority < Priority.PREPARE:
            self._room.sign_of_life()  # somebody is looking at the answer just now
        self._engine.tidy()

    def _make_way(self, request: Request) -> None:
        while True:
            urgent = self._room.take(before=request.priority, timeout=self._patience(request))
            if urgent is None:
                if self._patience(request) <= 0:
                    return
            else:
                self._attend_to(urgent)
            if self._room.is_superseded(request):
                return

    def _patience(self, request: Request) -> float:
        """How many seconds to wait before going on with ``request``."""
        if request.priority < Priority.PREFETCH:
            return 0.0
        if isinstance(request, Classify):  # a few objects, some hundredths of a second
            return max(CALM_S - self._room.quiet_for(), 0.0)
        longest = self._engine.longest_step
        enough = AWAY_S if longest is None else min(max(CALM_S, CAUTION * longest), AWAY_S)
        return max(enough - self._room.quiet_for(), 0.0)

    # --- what needs torch ----------------------------------------------------------------------------------------

    def _postponed(self, request: Request) -> bool:
        """Keep requests for names for later while what answers them is imported; the views are sent at once."""
        if isinstance(request, UseModel):
            self._model_pending = True
            self._wanted_model = request
            if any(request is ready for ready in self._prepared):
                self._prepared.clear()
                return False
            self._importers = [thread for thread in self._importers if thread.is_alive()]
            importer = threading.Thread(target=self._import, args=(request,), name="engine-import", daemon=True)
            self._importers.append(importer)
            importer.start()
            return True
        if isinstance(request, Classify) and self._model_pending:
            if not self._no_torch:  # nothing will ever name it: the views are all there is
                self._waiting.append(request)
            self._work(request, self._engine.views_only(request, self._wanted_model))
            return True
        return False

    def _import(self, request: UseModel) -> None:
        """Import what ``request`` needs: PyTorch, or OpenVINO alone for a network that has been converted."""
        try:
            module = importlib.import_module(NAMING_MODULE)
            prepare = getattr(module, "prepare", None)
            if prepare is not None:
                prepare(request.classes, request.checkpoint)
        except RverError:
            pass  # using the model tells the same
        except Exception as error:
            log.warning("the naming network could not be imported", exc_info=True)
            message = f"PyTorch could not be loaded ({error}); run “rvergui doctor”. Masks can still be made."
            with suppress(_Leave):  # whoever receives notices the same
                self._send(Failed(generation=request.generation, request=request, message=message))
            self._no_torch = True
            self._waiting.clear()
            return
        self._no_torch = False
        self._prepared.append(request)
        self._room.put(request)

    def join(self) -> None:
        """Wait for imports that are under way; for a host that runs in a thread of a living process."""
        for importer in self._importers:
            importer.join()

    def _resume(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._room.put(request)

    # --- answers -------------------------------------------------------------------------------------------------

    def _tell(self, request: Request, said: Result | None) -> None:
        """Send an interim result; of how far an encoding is only what somebody waits for, and not every step."""
        if isinstance(said, EncodeProgress):
            now = time.monotonic()
            if request.priority >= Priority.PREFETCH or now - self._told_progress < _PROGRESS_S:
                return
            self._told_progress = now
        if said is not None:
            self._send(said)

    def _send(self, result: Result) -> None:
        try:
            with self._sending:
                self._connection.send(result)
        except (OSError, ValueError) as error:
            raise _Leave from error  # the window is gone


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
    write_logs(log_files.ENGINE)
    log_thread_errors()
    try:
        Host(connection).serve()
    except RverError as error:
        log.error("%s", error)
    except Exception:
        log.exception("the engine ends because of an unexpected error; the window starts another one")
        sys.exit(1)
