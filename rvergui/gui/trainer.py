"""The training child process as an object: events in, one outcome out.

What a run tells goes to files of a folder of its own (``training.run_folder``), so it needs nobody who listens: it goes
on if the window is closed or crashes, and the next window finds it there.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.training.events import Event, Finished
    from rvergui.training.run_folder import RunFolder

log = logging.getLogger(__name__)

# A run answers a cancel within a step or a layer; after this long it is ended the hard way. Its best epoch is on disk.
KILL_AFTER_MS = 2500
# Where the window is closing nobody waits for a last word.
END_S = 0.5
LOOK_EVERY_MS, READ_ON_MS = 120, 15
READ_AT_ONCE = 32 * 1024
ALIVE_EVERY_S = 0.5
FOLDER = "trainings"


@dataclass(frozen=True)
class TrainingPlan:
    """What to train.

    Attributes:
        source: the project.
        out: the checkpoint to write.
        parent: the checkpoint to continue from.
        epochs: at most so many; None: what the options say.
        options: everything else, as on the command line.
    """

    source: Path
    out: Path
    parent: Path | None
    epochs: int | None
    options: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """The command line of the run, after ``rvergui``."""
        arguments = ["train", str(self.source), "--out", str(self.out), "--events"]
        if self.epochs is not None:
            arguments += ["--epochs", str(self.epochs)]
        if self.parent is not None:
            arguments += ["--from", str(self.parent)]
        return [*arguments, *self.options]


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        finished: the last event of a complete run.
        checkpoint: a usable checkpoint, also after a cancel; None if there is none.
        cancelled: it was stopped on request.
        message: one sentence for every end but a complete one.
        source: what was trained on.
        resumable: whether it can go on where it was.
        smaller_batch: the batch size to try where memory ran out.
    """

    finished: Finished | None
    checkpoint: Path | None
    cancelled: bool
    message: str
    source: Path | None = None
    resumable: bool = False
    smaller_batch: int | None = None


def program() -> list[str]:
    """How this very program is started again as a child: frozen into one file, or a module."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "rvergui"]


class Trainer(QObject):
    """Follows at most one training process; a crash, a cancel or a kill of it leaves the window alone.

    Attributes:
        folder: the run that is followed, or was last.
        goes_on: whether the run is left alone when the window closes.
        attached: whether the run was begun by an earlier window.
    """

    told = Signal(object)  # an Event of the run
    ended = Signal(object)  # an Outcome
    began = Signal()  # a run is followed from now on, a new one or one that was found

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        """``home``: the program's folder; runs get folders of their own in it."""
        super().__init__(parent)
        self.home = home / FOLDER
        self.folder: RunFolder | None = None
        self.goes_on = self.attached = False
        self.source: Path | None = None
        self._out: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._file: IO[bytes] | None = None
        self._rest = b""
        self._last: Event | None = None
        self._best = False
        self._batch = 0
        self._cancelled = False
        self._looked = 0.0
        self._end_by: float | None = None  # when a run that was asked to end is ended hard
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._kill = QTimer(self)
        self._kill.setSingleShot(True)
        self._kill.setInterval(KILL_AFTER_MS)
        self._kill.timeout.connect(self._end_hard)

    @property
    def running(self) -> bool:
        """Whether a run is followed."""
        return self._file is not None

    @property
    def process_id(self) -> int:
        """The run's process id, 0 without one."""
        if not self.running:
            return 0
        if self._process is not None:
            return self._process.pid
        about = self.folder.description() if self.folder is not None else None
        return about.process if about is not None else 0

    # --- beginning ---------------------------------------------------------------------------------------------------

    def start(self, plan: TrainingPlan) -> None:
        """Begin a run; a second one while one is under way is not started."""
        self.start_command(plan.source, plan.out, plan.arguments())

    def start_command(self, source: Path, out: Path, arguments: Sequence[str]) -> None:
        """Begin a run by its command line after ``rvergui``, or begin it again."""
        if self.running:
            return
        from rvergui.training.run_folder import RunFolder

        self.source, self._out = source, out
        try:
            folder = RunFolder.new(self.home)
            process = _started([*program(), *arguments, "--run-folder", str(folder.path)], folder)
        except RverError as error:
            self.ended.emit(Outcome(None, None, False, str(error), source))
            return
        except OSError:
            log.info("the training could not be started", exc_info=True)
            folder.remove()
            message = self.tr("The training could not be started; run “rvergui doctor”. Your labels are safe.")
            self.ended.emit(Outcome(None, None, False, message, source))
            return
        log.info("training: %s", " ".join(arguments))
        self._follow(folder, process)

    def attach(self, folder: RunFolder) -> None:
        """Follow a run that another window began: what it told is told once more, then what it tells."""
        about = folder.description()
        if self.running or about is None:
            return
        self.source, self._out = Path(about.source), Path(about.out)
        self._follow(folder, None)
        self.attached = True

    def start_again(self, resume: bool, batch: int | None = None) -> None:
        """Begin the last run again: where it was (``resume``), or anew, with another batch size if given."""
        about = self.folder.description() if self.folder is not None else None
        if self.running or about is None:
            return
        arguments = [each for each in _without(about.arguments, "--run-folder") if each != "--resume"]
        if resume:
            arguments.append("--resume")
        if batch is not None:
            arguments = [*_without(arguments, "--batch-size"), "--batch-size", str(batch)]
        self.forget()
        self.start_command(Path(about.source), Path(about.out), arguments)

    def forget(self) -> None:
        """Somebody has decided about the last run: nobody needs to be asked again."""
        if self.folder is not None and not self.running:
            self.folder.remove()
            self.folder = None

    def _follow(self, folder: RunFolder, process: subprocess.Popen[bytes] | None) -> None:
        self.folder, self._process = folder, process
        self._last, self._best, self._batch, self._cancelled = None, False, 0, False
        self._rest, self._looked, self.goes_on, self.attached = b"", 0.0, False, False
        folder.events.touch()
        self._file = folder.events.open("rb")
        self.began.emit()
        self._timer.start(READ_ON_MS)

    # --- while it runs -----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Read on; once there is nothing more and the process is gone, tell how it ended."""
        if self._file is None:
            return
        gone = self._gone()  # asked first: what it told last is read after that
        if self._read():
            self._timer.setInterval(READ_ON_MS)
        elif gone:
            self._finish()
        else:
            self._timer.setInterval(LOOK_EVERY_MS)

    def _gone(self) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        now = time.monotonic()
        if now - self._looked < ALIVE_EVERY_S:
            return False
        self._looked = now
        return self.folder is None or not self.folder.alive

    def _read(self) -> bool:
        from rvergui.training.events import Epoch, Started, parse_event  # brings pydantic

        assert self._file is not None
        read = self._file.read(READ_AT_ONCE)
        *lines, self._rest = (self._rest + read).split(b"\n")
        for line in lines:
            event = parse_event(line)
            if event is None:
                continue
            self._last = event
            if isinstance(event, Epoch):
                self._best |= event.best
            if isinstance(event, Started):
                self._batch = event.batch_size
            self.told.emit(event)
        return bool(read)

    def cancel(self) -> None:
        """Ask the run to stop; it keeps its best checkpoint so far. It is ended hard if it does not listen."""
        if self.running:
            self._cancelled = True
            self._ask_to_stop()
            self._kill.start()

    def _ask_to_stop(self) -> None:
        assert self.folder is not None
        with suppress(OSError):
            self.folder.cancel()
        if os.name != "nt":  # where that is an order to die, and the file is asked for often enough
            self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        with suppress(OSError):
            if self._process is not None:
                self._process.send_signal(number)
            elif self.folder is not None and self.folder.alive:  # so that the process id is still its own
                os.kill(self.process_id, number)

    def _end_hard(self) -> None:
        if self.running:
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    # --- its end -----------------------------------------------------------------------------------------------------

    def wish_end(self) -> None:
        """The window is closing: ask the run to end, without waiting for it, or let it go on (``goes_on``)."""
        self._timer.stop()
        if self.running and not self.goes_on and self._end_by is None:
            self._end_by = time.monotonic() + END_S
            self._ask_to_stop()

    def stop(self) -> None:
        """The window is closing: follow the run no longer; end it at once unless it goes on."""
        self.wish_end()
        self._kill.stop()
        if self.running and self._end_by is not None:
            while not self._ended() and time.monotonic() < self._end_by:
                time.sleep(0.02)
            if not self._ended():
                self._end_hard()
        self._let_go()

    def _ended(self) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        return self.folder is None or not self.folder.alive

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            if self.goes_on:
                process.returncode = 0  # it outlives this program on purpose, of which Popen would warn
            else:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)

    def _finish(self) -> None:
        code = self._process.returncode if self._process is not None else None
        outcome = self._outcome(code)
        self._timer.stop()
        self._kill.stop()
        self._let_go()
        self._clean_up()
        self.ended.emit(outcome)

    def _outcome(self, code: int | None) -> Outcome:
        from rvergui.training.events import Cancelled, Failed, Finished

        assert self.folder is not None
        last, source = self._last, self.source
        if isinstance(last, Finished):
            return Outcome(last, Path(last.checkpoint), False, "", source)
        kept = self._out if self._best and self._out is not None and self._out.is_file() else None
        if isinstance(last, Cancelled) or self._cancelled or self.folder.cancel_wished:
            kept = Path(last.checkpoint) if isinstance(last, Cancelled) and last.checkpoint else kept
            message = (
                self.tr("Training was cancelled; its best state so far is kept.")
                if kept
                else self.tr("Training was cancelled before a first result; nothing was changed.")
            )
            return Outcome(None, kept, True, message, source)
        resumable = self._out is not None and _state_of(self._out).is_file()
        if isinstance(last, Failed):
            return Outcome(None, kept, False, last.message, source, resumable, last.smaller_batch)
        words = self.folder.last_words()
        if code is None or code < 0 or (os.name == "nt" and code > 255):
            message = (
                self.tr("Training ended by itself, perhaps for lack of memory; try a smaller batch. Nothing was lost.")
                if code is not None
                else self.tr("Training was interrupted: the computer was switched off, or the process was ended.")
            )
            return Outcome(None, kept, False, message, source, resumable, self._batch // 2 or None)
        said = words[-1] if words else self.tr("it said nothing")
        message = self.tr("Training stopped with code {code}: {words}").format(code=code, words=said)
        return Outcome(None, kept, False, message, source, resumable)

    def _clean_up(self) -> None:
        """What a killed process had half written."""
        if self._out is not None and self._out.parent.is_dir():
            for half in self._out.parent.glob(f".{self._out.stem}*.part"):
                half.unlink(missing_ok=True)


def _started(command: Sequence[str], folder: RunFolder) -> subprocess.Popen[bytes]:
    """A process that does not end with this one."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with folder.events.open("ab") as events, folder.errors.open("ab") as errors:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=events,
            stderr=errors,
            env=environment,
            start_new_session=True,
            creationflags=new_group,
        )


def _without(arguments: Sequence[str], option: str) -> list[str]:
    """The arguments but for an option and its value."""
    places = [place for place, each in enumerate(arguments) if each == option]
    gone = {*places, *(place + 1 for place in places)}
    return [each for place, each in enumerate(arguments) if place not in gone]


def _state_of(out: Path) -> Path:
    return out.with_name(f"{out.stem}.resume.pt")  # as ``training.resume.state_path``, which brings torch
