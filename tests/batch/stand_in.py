"""What a worker process does in tests: answers at once, without networks. Imported by the processes themselves."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.batch.crew import Ready
from rvergui.batch.looking import Task
from rvergui.batch.options import PredictOptions
from rvergui.batch.results import FoundObject, PhotoResult
from rvergui.core import Mask, RverError

SIZE = (20, 30)


def result_of(task: Task) -> PhotoResult:
    """One object whose place tells the photo."""
    array = np.zeros(SIZE, dtype=bool)
    column = int("".join(c for c in task.name if c.isdigit()) or 0) % 20
    array[2:6, column : column + 5] = True
    return PhotoResult(task.name, SIZE, (FoundObject(Mask.from_array(array), 0.5),))


def work(pipe: Any, options: PredictOptions, device: str | None, prepare: bool, threads: int) -> None:
    """Answers; a photo called deadly-... ends the process, broken-... is broken."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if options.segmenter == "refused":
        pipe.send(RverError("There is no such thing."))
        return
    if options.segmenter == "dead":
        os._exit(7)
    pipe.send(Ready({"segmenter": "stand-in", "model": None}, None, f"stand-in with {threads} threads"))
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        note = Path(os.environ["STAND_IN_NOTES"])
        with note.open("a") as stream:
            stream.write(f"{task.name}\n")
        if task.name.startswith("deadly"):
            os._exit(9)
        if task.name.startswith("broken"):
            pipe.send(PhotoResult(task.name, problem=f"{task.name} is broken."))
        elif task.name.startswith("endless"):
            signal.pause()
        else:
            pipe.send(result_of(task))
