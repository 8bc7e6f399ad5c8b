"""Several processes that look at photos; one that dies takes nothing but its photo with it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, TypeAlias

from rvergui.batch.options import PredictOptions
from rvergui.batch.results import PhotoResult
from rvergui.core import RverError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from rvergui.batch.looking import Task

_NAP_S = 0.2
# A photo whose process died is tried once more: it may have been another program that took the memory.
_TRIES = 2
_FAREWELL_S = 2.0

Pipe: TypeAlias = "Connection[Any, Any]"


@dataclass(frozen=True)
class Ready:
    """A process can begin.

    Attributes:
        identity: see ``Looker``.
        device: see ``Looker``.
        words: who answers, for people.
    """

    identity: dict[str, Any]
    device: str | None
    words: str


@dataclass
class _Member:
    """A process, its end of the line, and what it works on."""

    process: SpawnProcess
    pipe: Pipe
    ready: bool = False
    task: Task | None = None


@dataclass
class Crew:
    """The processes.

    Args:
        options: how photos are looked at.
        size: how many processes.
        threads: processor threads of each one's networks.
        device: what the naming network runs on; None lets the first process choose for all.
        prepare: whether the first process converts networks for all.
        on_ready: called when a process is ready; may raise RverError to end everything.
        tell: hears what is being prepared.
    """

    options: PredictOptions
    size: int
    threads: int
    device: str | None = None
    prepare: bool = False
    on_ready: Callable[[Ready], None] = lambda ready: None
    tell: Callable[[str], None] = lambda words: None
    _members: list[_Member] = field(default_factory=list)

    def work(self, tasks: Iterable[Task], done: Callable[[PhotoResult], None], cancelled: Callable[[], bool]) -> None:
        """Have all ``tasks`` worked on, in any order; ends within a second or so once ``cancelled`` says so.

        Args:
            tasks: what to look at.
            done: called with each result.
            cancelled: asked several times a second.

        Raises:
            RverError: the networks cannot be loaded.
        """
        waiting = deque(tasks)
        tries: dict[str, int] = {}
        try:
            while (waiting or self._busy) and not cancelled():
                self._hire(len(waiting))
                self._hand_out(waiting)
                for member in self._heard():
                    self._listen(member, waiting, tries, done)
        finally:
            self._dismiss()

    @property
    def _busy(self) -> bool:
        return any(member.task is not None for member in self._members)

    def _hire(self, waiting: int) -> None:
        """One process first; when it stands, what it has prepared serves the others, too."""
        stands = any(member.ready for member in self._members)
        wanted = min(self.size, waiting + sum(m.task is not None for m in self._members)) if stands else 1
        while len(self._members) < wanted:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work,
                args=(theirs, self.options, self.device, self.prepare and not stands, self.threads),
                name="rvergui-predict",
                daemon=True,
            )
            process.start()
            theirs.close()
            self._members.append(_Member(process, ours))

    def _hand_out(self, waiting: deque[Task]) -> None:
        for member in self._members:
            if member.ready and member.task is None and waiting:
                with contextlib.suppress(OSError):  # it has just died, which is heard next
                    member.pipe.send(waiting[0])
                    member.task = waiting.popleft()

    def _heard(self) -> list[_Member]:
        heard = set(wait([member.pipe for member in self._members], timeout=_NAP_S))
        return [member for member in self._members if member.pipe in heard]

    def _listen(
        self, member: _Member, waiting: deque[Task], tries: dict[str, int], done: Callable[[PhotoResult], None]
    ) -> None:
        try:
            said = member.pipe.recv()
        except (EOFError, OSError):
            self._lost(member, waiting, tries, done)
            return
        if isinstance(said, RverError):
            raise said
        if isinstance(said, Ready):
            self.device = self.device or said.device
            self.on_ready(said)
            member.ready = True
        elif isinstance(said, PhotoResult):
            member.task = None
            done(said)
        else:
            self.tell(str(said))

    def _lost(
        self, member: _Member, waiting: deque[Task], tries: dict[str, int], done: Callable[[PhotoResult], None]
    ) -> None:
        """A process has ended by itself: killed for its memory, or by a fault in a library."""
        self._members.remove(member)
        member.pipe.close()
        member.process.join(_FAREWELL_S)
        if not member.ready:
            raise RverError(
                f"A process ended while it loaded the networks (exit status {member.process.exitcode}), mostly "
                "for lack of memory; close other programs or use fewer --workers."
            )
        task = member.task
        if task is None:
            return
        tries[task.name] = tries.get(task.name, 0) + 1
        if tries[task.name] < _TRIES:
            waiting.append(task)
            return
        problem = (
            f"{task.name} ended the process that looked at it, {_TRIES} times, mostly for lack of memory; make the "
            "photo smaller or use fewer --workers."
        )
        done(PhotoResult(task.name, problem=problem))

    def _dismiss(self) -> None:
        """End everybody at once; what they were working on is begun again another time."""
        for member in self._members:
            member.pipe.close()
            member.process.terminate()
        for member in self._members:
            member.process.join(_FAREWELL_S)
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
            member.process.close()
        self._members.clear()


def _work(pipe: Pipe, options: PredictOptions, device: str | None, prepare: bool, threads: int) -> None:
    """What a process does: looks at photos until its line is cut."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches everybody; the first process decides what it means
    os.environ["RVERGUI_THREADS"] = str(threads)
    os.environ["OMP_NUM_THREADS"] = str(threads)
    from rvergui.batch.looking import Looker

    with contextlib.suppress(EOFError, OSError):  # the line is cut
        try:
            looker = Looker(options, device, prepare, pipe.send)
            ready = Ready(looker.identity, looker.device, looker.words)
        except RverError as error:
            pipe.send(RverError(str(error)))
            return
        _divide_threads(threads)
        pipe.send(ready)
        while True:
            pipe.send(looker.look(pipe.recv()))


def _divide_threads(threads: int) -> None:
    """Libraries that have been loaded take so many threads each, too."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(threads)
