"""What ``rvergui train`` prints: lines of JSON for a program, or a bar and sentences for people."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from rvergui.cli.counted import counted, objects_on
from rvergui.runtime.machine import readable_size
from rvergui.training.events import Cancelled, Epoch, Estimate, Event, Failed, Finished, Preparing, Started, Step
from rvergui.training.run_folder import RunFolder

_NO_SPACE = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
LOOK_EVERY_S = 0.15


class Output(Protocol):
    """Takes the events of a run."""

    nobody_listens: bool
    """Whether the reader is gone, so that going on is of no use."""

    def emit(self, event: Event) -> None:
        """Tell of one event."""
        ...

    def __enter__(self) -> Output: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Line(Protocol):
    """An event that is one line of JSON."""

    def line(self) -> str:
        """The line, without its break."""
        ...


class LinesOfJson:
    """One JSON object a line, flushed at once, so that a reader sees each as it happens."""

    def __init__(self, stream: TextIO) -> None:
        self.nobody_listens = False
        self._stream = stream

    def __enter__(self) -> LinesOfJson:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.nobody_listens:
            # what is still buffered for the closed pipe would make Python complain at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def emit(self, event: Line) -> None:
        """Write the event; once the reader is gone nothing is written any more."""
        if self.nobody_listens:
            return
        try:
            self._stream.write(f"{event.line()}\n")
            self._stream.flush()
        except OSError as error:
            # a full disk is no reason to stop: what counts is whether the checkpoint can be written
            self.nobody_listens = error.errno not in _NO_SPACE


class Listener:
    """Waits for the line "cancel" on standard input: Windows has no signal that a parent could send instead."""

    def __init__(self) -> None:
        self.cancelled = False
        threading.Thread(target=self._wait, name="cancel", daemon=True).start()

    def _wait(self) -> None:
        heard = b""
        try:
            # Unbuffered, because a thread that waits inside a buffered stream keeps Python from ending; and never a
            # terminal, from which a program in the background may not read.
            if os.isatty(0):
                return
            while chunk := os.read(0, 1024):
                heard = (heard + chunk)[-1024:]
                if b"cancel" in heard.split():
                    self.cancelled = True
                    return
        except OSError:  # standard input is closed
            return


class FolderListener:
    """Waits until somebody asks the run to stop by its folder, whoever started it."""

    def __init__(self, folder: RunFolder) -> None:
        self.cancelled = False
        self._folder = folder
        threading.Thread(target=self._wait, name="cancel", daemon=True).start()

    def _wait(self) -> None:
        while not self._folder.cancel_wished:
            time.sleep(LOOK_EVERY_S)
        self.cancelled = True


class ForPeople:
    """A progress bar on a terminal and a line for each epoch."""

    def __init__(self) -> None:
        self.nobody_listens = False
        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task: TaskID | None = None
        self._tellers: dict[type, Callable[[Any], None]] = {
            Preparing: self._preparing,
            Started: self._started,
            Step: self._step,
            Epoch: self._epoch,
            Finished: self._finished,
            Cancelled: self._cancelled,
            Failed: self._failed,
            Estimate: self._estimate,
        }

    def __enter__(self) -> ForPeople:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def emit(self, event: Event) -> None:
        """Show the event."""
        self._tellers[type(event)](event)

    def _show(self, what: str, done: int, total: int, state: str = "") -> None:
        if self._task is None:
            self._task = self._bar.add_task(what, total=total, state=state)
        self._bar.update(self._task, description=what, completed=done, total=total, state=state)

    def _say(self, text: str) -> None:
        self._bar.stop()
        typer.echo(text)
        self._bar.start()

    def _preparing(self, event: Preparing) -> None:
        self._show("Reading photos", event.done, event.total)

    def _started(self, event: Started) -> None:
        for reason in event.skipped:
            typer.echo(f"Left out: {reason}", err=True)
        for note in event.notes:
            typer.echo(f"Note: {note}", err=True)
        self._say(
            f"{event.model} from {event.start} on {event.device}: "
            f"{objects_on(event.train_items, event.train_photos)} to learn from, "
            f"{event.val_items} on {event.val_photos} to judge by, {counted(len(event.classes), 'class')}"
        )
        if event.unjudged:
            self._say(f"Not judged, for want of a second photo to hold out: {', '.join(event.unjudged)}")
        if event.resumed_at:
            self._say(f"It goes on after step {event.resumed_at} of {event.steps}.")
        if self._task is not None:  # the time left of reading photos says nothing of training
            self._bar.remove_task(self._task)
            self._task = None

    def _step(self, event: Step) -> None:
        loss = "not a number" if event.loss is None else f"{event.loss:.3f}"
        self._show(f"Epoch {event.epoch}", event.step, event.steps, f"loss {loss}")

    def _epoch(self, event: Epoch) -> None:
        self._say(
            f"epoch {event.epoch:3}: loss {event.train_loss:.3f}, held out {event.val_loss:.3f}, "
            f"top-1 {event.top1:.1%}, macro F1 {event.macro_f1:.3f}{' (best so far)' if event.best else ''}"
        )

    def _finished(self, event: Finished) -> None:
        if event.stopped_early:
            self._say("Nothing got better any more, so the epochs that were left were not trained.")
        self._say(f"{event.checkpoint}: {_scores(event.metrics)} after {event.seconds:.0f} s")
        if event.parent_metrics is not None:
            self._say(f"the model it started from: {_scores(event.parent_metrics)} on the same photos")

    def _cancelled(self, event: Cancelled) -> None:
        if event.checkpoint is not None:
            self._say(f"Stopped; the best epoch so far is in {event.checkpoint}.")

    def _failed(self, event: Failed) -> None:
        """The sentence comes as an RverError, too, and is told there."""

    def _estimate(self, event: Estimate) -> None:
        rounds = f"{event.epochs} epoch{'s' if event.epochs > 1 else ''} of {about_time(event.epoch_seconds)}"
        self._say(
            f"{event.model} from {event.start} on {event.device}: {event.items} objects, {event.batch_size} a step"
        )
        self._say(
            f"about {about_time(event.seconds())}: {about_time(event.prepare_seconds)} until the first step, then at "
            f"most {rounds}"
        )
        gpu = f", {readable_size(event.gpu_memory)} of the GPU's" if event.gpu_memory else ""
        self._say(f"about {readable_size(event.memory)} of memory{gpu}")


def about_time(seconds: float) -> str:
    """A duration that is no more exact than an estimate, e.g. "40 s", "3 min", "1.5 h"."""
    if seconds < 10:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 100:
        return f"{round(seconds, -1):.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _scores(metrics: dict[str, float]) -> str:
    return f"top-1 {metrics['top1']:.1%}, top-5 {metrics['top5']:.1%}, macro F1 {metrics['macro_f1']:.3f}"
