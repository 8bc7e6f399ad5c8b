"""A conversion under way, seen from the program that wants it: started, watched, cancelled, waited for."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from rvergui.core import RverError
from rvergui.runtime.openvino_cache import StoredNetwork, read_stored
from rvergui.runtime.openvino_job import Job, Told

# In a program frozen into one file the child is that very program with this word.
CONVERT_WORD = "--convert-network"

_LAST_WORDS = 20
_END_SECONDS = 5.0


class Conversion:
    """A child process that converts ``job``.

    Args:
        job: what to convert.
        on_change: called from another thread whenever there is news; it must be quick.

    Raises:
        RverError: the child process cannot be started.
    """

    def __init__(self, job: Job, on_change: Callable[[], None] | None = None) -> None:
        self.job = job
        self._on_change = on_change
        self._told = Told("starting", 0.0)
        self._cancelled = False
        self._errors: deque[str] = deque(maxlen=_LAST_WORDS)
        try:
            self._process = subprocess.Popen(
                child_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise RverError(f"The conversion for OpenVINO could not be started ({error.strerror or error}).") from error
        self._ended = threading.Event()
        self._complaints = threading.Thread(target=self._hear_errors, name="conversion-errors", daemon=True)
        self._complaints.start()
        threading.Thread(target=self._listen, name="conversion", daemon=True).start()

    @property
    def stage(self) -> str:
        """What it is doing, for people."""
        return self._told.stage

    @property
    def fraction(self) -> float:
        """How much is done, 0..1."""
        return self._told.fraction

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._ended.is_set()

    @property
    def problem(self) -> str | None:
        """One sentence if it failed or was cancelled, None otherwise."""
        return self._told.problem

    @property
    def process_id(self) -> int:
        """The child's."""
        return self._process.pid

    def stored(self) -> StoredNetwork | None:
        """The result once it is there."""
        folder = self._told.folder
        return read_stored(Path(folder)) if folder is not None else None

    def wait(self, seconds: float | None = None, progress: Callable[[str, float], None] | None = None) -> bool:
        """Whether it ended within ``seconds`` (None: however long it takes); ``progress`` hears stage and fraction."""
        last: tuple[str, float] | None = None
        waited = 0.0
        while seconds is None or waited < seconds:
            step = 0.2 if seconds is None else min(0.2, seconds - waited)
            ended = self._ended.wait(step)
            waited += step
            if progress is not None and (self.stage, self.fraction) != last:
                last = (self.stage, self.fraction)
                progress(*last)
            if ended:
                return True
        return self.ended

    def cancel(self) -> None:
        """End it now; the child removes what it began. Without effect if it has ended."""
        self._cancelled = True
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        if not self._ended.wait(_END_SECONDS):
            self._process.kill()
            self._ended.wait(_END_SECONDS)

    def _listen(self) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(self.job.to_json() + "\n")
            process.stdin.flush()
            for line in process.stdout:
                told = Told.from_json(line)
                if told is not None:
                    self._told = told
                    self._tell()
        except (OSError, ValueError):
            self._errors.append("the conversion's process did not listen")
        code = process.wait()
        self._complaints.join(1.0)
        if self._cancelled and self._told.folder is None:
            self._told = Told(problem="The conversion for OpenVINO was cancelled.")
        elif self._told.folder is None and self._told.problem is None:
            self._told = Told(problem=self._last_words(code))
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()
        self._ended.set()
        self._tell()

    def _hear_errors(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stderr:
                if line.strip():
                    self._errors.append(line.strip())

    def _last_words(self, code: int) -> str:
        if code in (-9, 137):
            return "The system ended the conversion for OpenVINO, most likely because the memory was not enough."
        told = self._errors[-1][:200] if self._errors else "it said nothing"
        return f"The conversion for OpenVINO broke off with code {code} ({told})."

    def _tell(self) -> None:
        if self._on_change is not None:
            self._on_change()


def child_command() -> list[str]:
    """How the child process is started."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CONVERT_WORD]
    # -P: a file called torch.py in the working folder is not torch
    return [sys.executable, "-P", "-m", "rvergui.runtime.openvino_convert"]


def _environment() -> dict[str, str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    if not getattr(sys, "frozen", False):
        # what can be imported here can be imported there, also where this program was not installed
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return environment
