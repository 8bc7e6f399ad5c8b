"""The thread between the window and the engine process that owns every network."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import queue
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from rvergui.engine.host import serve, serve_process
from rvergui.engine.messages import Failed, ModelReady, Quit, Request, Result, SegmenterReady, UseModel, UseSegmenter

log = logging.getLogger(__name__)

RESTARTS = 3
# An engine that has lived for so long starts with a clean record.
HEALTHY_S = 120.0
END_S = 0.5


class ModelThread(QThread):
    """Sends requests to the engine and brings its results back as signals.

    The engine is a process of its own: importing torch holds Python's interpreter lock for up to two seconds, which no
    thread of this process could hide (docs/adr/0002). ``in_process`` runs it in a thread instead, for tests with small
    networks. If the process dies (out of memory, a crash in a driver) it is started again and told what it knew, except
    what it died of twice.
    """

    answered = Signal(object)  # a Result
    died = Signal(str)  # one sentence; the engine has been started again, or given up

    def __init__(self, in_process: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self._in_process = in_process
        self._outgoing: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._generations = itertools.count(1)
        self._known: dict[type[Request], Request] = {}  # what was asked for last
        self._good: dict[type[Request], Request] = {}  # what was loaded last
        self._tried: set[int] = set()
        self._connection: Connection | None = None
        self._process: Any = None
        self._stopping = False
        self._end_by = 0.0  # when an engine that was asked to end is ended hard
        self.given_up = False

    def submit(self, request: Request) -> int:
        """Queue ``request``; returns its generation, which its result will carry."""
        generation = next(self._generations)
        request = replace(request, generation=generation)
        if isinstance(request, UseModel | UseSegmenter):
            self._known[type(request)] = request
        self._outgoing.put(request)
        return generation

    def run(self) -> None:
        """Read results until told to stop; start the engine again if it dies."""
        try:
            self._serve()
        except Exception:  # a thread has nobody to tell; without this the window would wait for answers for ever
            log.exception("the thread of the networks ended by an unexpected error")
            self.given_up = True
            self.died.emit(
                self.tr(
                    "The networks cannot be used because of an unexpected error; your labels are safe and can be "
                    "corrected by hand. Help > Report a problem puts the details into one file."
                )
            )

    def _serve(self) -> None:
        restarts = 0
        self._start_engine()
        started = time.monotonic()
        writer = threading.Thread(target=self._write, name="engine-send", daemon=True)
        writer.start()
        while True:
            try:
                assert self._connection is not None
                result: Result = self._connection.recv()
            except (EOFError, OSError):
                if self._stopping:
                    break
                restarts = 1 if time.monotonic() - started > HEALTHY_S else restarts + 1
                log.warning("the engine process ended by itself (exit code %s)", self._exit_code())
                if restarts > RESTARTS:
                    self.given_up = True
                    self.died.emit(
                        self.tr(
                            "The networks keep stopping; your labels are safe. "
                            "Help > Report a problem puts the details into one file."
                        )
                    )
                    break
                self._start_engine()
                started = time.monotonic()
                self._tell_again()
                self.died.emit(
                    self.tr(
                        "The networks stopped and were started again, your labels are safe; click once more. "
                        "Help > Show the log files tells why."
                    )
                )
                continue
            self._note(result)
            self.answered.emit(result)
        self._outgoing.put(None)
        writer.join(timeout=2)
        self._end_engine()

    def _note(self, result: Result) -> None:
        """Remember what could be loaded and what could not."""
        if isinstance(result, SegmenterReady | ModelReady):
            kind: type[Request] = UseSegmenter if isinstance(result, SegmenterReady) else UseModel
            known = self._known.get(kind)
            if known is not None and known.generation == result.generation:
                self._good[kind] = known
        elif isinstance(result, Failed) and self._known.get(type(result.request)) == result.request:
            self._fall_back(result.request)

    def _fall_back(self, request: Request) -> None:
        kind = type(request)
        if kind in self._good:
            self._known[kind] = self._good[kind]
        else:
            self._known.pop(kind, None)

    def _tell_again(self) -> None:
        """A new engine knows nothing: tell it what to use, but nothing that it may die of every time."""
        for request in list(self._known.values()):
            if self._good.get(type(request)) != request and request.generation in self._tried:
                self._fall_back(request)
                message = self.tr("The networks stopped twice while this was loaded, most likely for lack of memory.")
                self.answered.emit(Failed(generation=request.generation, request=request, message=message))
        for request in list(self._known.values()):
            self._tried.add(request.generation)
            self._outgoing.put(request)

    def _start_engine(self) -> None:
        here, there = multiprocessing.Pipe()
        if self._in_process:
            worker: Any = threading.Thread(target=serve, args=(there,), name="engine", daemon=True)
            worker.start()
        else:
            worker = multiprocessing.get_context("spawn").Process(
                target=serve_process, args=(there,), name="rvergui-engine", daemon=True
            )
            worker.start()
            there.close()
        self._process = worker
        self._connection = here

    def _write(self) -> None:
        while True:
            request = self._outgoing.get()
            if request is None:
                return
            connection = self._connection
            try:
                assert connection is not None
                connection.send(request)
            except (OSError, ValueError):
                if self._stopping:
                    return
                # The reader notices the same and starts the engine again; this request is lost, its sender says so.

    def _exit_code(self) -> object:
        return getattr(self._process, "exitcode", None)

    def _end_engine(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._process.join(timeout=1)
        if not self._in_process and self._process.is_alive():
            self._process.kill()
            self._process.join(timeout=1)

    def wish_end(self) -> None:
        """Ask the engine to end; ``stop`` does not leave it the choice."""
        if self.isRunning() and not self._stopping:
            self._stopping = True
            self._end_by = time.monotonic() + END_S
            self._outgoing.put(Quit())

    def stop(self, wait_ms: int = 4000) -> bool:
        """End the engine, whatever it is doing, and this thread."""
        if not self.isRunning():
            return True
        self.wish_end()
        # A network at work does not look at its connection; a process can be ended all the same.
        left_ms = max(round((self._end_by - time.monotonic()) * 1000), 0)
        if not self._in_process and not self.wait(left_ms) and self._process is not None:
            self._process.kill()
        return bool(self.wait(wait_ms))
