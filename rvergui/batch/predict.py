"""A whole folder of photos, cut out and named, into one file of results."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rvergui.batch.boxes import read_boxes
from rvergui.batch.crew import Crew, Ready
from rvergui.batch.journal import Journal, file_state
from rvergui.batch.looking import Task
from rvergui.batch.options import PredictOptions
from rvergui.batch.outputs import Output, format_of, write_output
from rvergui.batch.results import PhotoResult
from rvergui.core import RverError
from rvergui.core.paths import shipped_weights
from rvergui.core.photo_loading import is_photo_name
from rvergui.interchange.report import Progress
from rvergui.project.scan import scan_folder
from rvergui.runtime.machine import memory
from rvergui.runtime.settings import Settings
from rvergui.segment.registry import DEFAULT_SEGMENTER

# From so many photos on it pays to convert networks first; the same folder always decides the same.
_WORTH_PREPARING = 20
# What a process with both networks and a photo of 12 megapixels takes, generously.
_MEMORY_EACH = 1_500_000_000


@dataclass
class PredictReport:
    """The outcome of a run.

    Attributes:
        out: the result.
        photos: how many were asked for.
        done: how many are in the result, or will be when a cancelled run goes on.
        resumed: how many of them an earlier run had finished.
        objects: how many objects were found on them.
        named: how many of those have a name.
        skipped: a sentence for each photo that could not be used.
        notes: what else is to be told.
        seconds: how long this run took, without the loading of networks.
        words: who answered, for people; empty if there was nothing left to do.
        workers: how many processes worked.
        cancelled: whether it was stopped early.
    """

    out: Path
    photos: int
    done: int = 0
    resumed: int = 0
    objects: int = 0
    named: int = 0
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    words: str = ""
    workers: int = 0
    cancelled: bool = False

    @property
    def per_second(self) -> float | None:
        """Photos a second of this run; None if it finished none."""
        fresh = self.done - self.resumed
        return fresh / self.seconds if fresh > 0 and self.seconds > 0 else None

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        pace = self.per_second
        return {
            "out": str(self.out),
            "photos": self.photos,
            "done": self.done,
            "resumed": self.resumed,
            "objects": self.objects,
            "named": self.named,
            "skipped": self.skipped,
            "notes": self.notes,
            "seconds": round(self.seconds, 3),
            "photos_per_second": None if pace is None else round(pace, 3),
            "networks": self.words,
            "workers": self.workers,
            "cancelled": self.cancelled,
        }


def predict(
    source: Path,
    out: Path,
    options: PredictOptions | None = None,
    *,
    form: str | None = None,
    boxes: Path | None = None,
    workers: int | None = None,
    restart: bool = False,
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> PredictReport:
    """Look at all photos below a folder and write what is on them into ``out``, which appears whole or not at all.

    What is finished is kept in ``OUT.progress`` until the result stands: a run that was stopped, killed or ran out of
    disk goes on from there when it is started again, and gives the same result as one that was not. Photos that cannot
    be used are skipped and told.

    Args:
        source: a folder, with its sub-folders, or one photo.
        out: the result; an earlier one is replaced at the end.
        options: how photos are looked at.
        form: "csv", "jsonl", "coco" or "project"; None lets the name of ``out`` say.
        boxes: a file of boxes (``read_boxes``): these are cut out, of these photos; None finds everything.
        workers: processes; None chooses by cores and memory. The networks' threads are divided among them.
        restart: do not go on where an earlier run was.
        progress: called with (photos finished, photos) several times; False stops the run and keeps what is finished.
        tell: hears what is being prepared, a few words.

    Raises:
        RverError: there is no photo, the networks cannot be loaded, the result cannot be written, or an earlier run was
            begun with other options.
    """
    options = options or PredictOptions()
    form = format_of(out, form)
    out = out.absolute()
    if out.is_dir():
        raise RverError(f"{out} is a folder; choose a file name such as results.csv.")
    photos = _photos(source)
    if out in photos.values():
        raise RverError(f"{out} is one of the photos, which would be overwritten; give another file name.")
    report = PredictReport(out, len(photos))
    wanted: dict[str, tuple[Any, ...]] | None = None
    if boxes is not None:
        wanted, strange = read_boxes(boxes, photos)
        photos = {name: path for name, path in photos.items() if name in wanted}
        report.photos = len(photos)
        if strange:
            report.notes.append(f"{len(strange)} names in {boxes.name} fit no photo; the first is {strange[0]}.")
    tasks = [Task(name, path, None if wanted is None else wanted[name]) for name, path in photos.items()]
    with Journal(out, restart) as journal:
        run = _Run(journal, report, options, progress, tell)
        run.look_at(tasks, len(photos) >= _WORTH_PREPARING, workers, _boxes_mark(boxes))
        if report.cancelled:
            return report
        if not report.done:
            raise RverError(f"Not one photo could be used, so nothing was written; first: {report.skipped[0]}")
        output = Output(
            run.classes(),
            options.top,
            source.name or str(source),
            photos,
            run.model(),
            options.segmenter or DEFAULT_SEGMENTER,
        )
        write_output(out, form, run.records(photos), output)
        journal.remove()
    return report


def _photos(source: Path) -> dict[str, Path]:
    """The photos by their path below the folder, in natural order."""
    if source.is_file():
        if not is_photo_name(source):
            raise RverError(f"{source} is no photo; give a folder of photos or a photo.")
        return {source.name: source.absolute()}
    folder = source.absolute()
    found = {path.relative_to(folder).as_posix(): path for path in scan_folder(folder)}
    if not found:
        raise RverError(f"There is no photo in {source}; choose another folder.")
    return found


def _boxes_mark(boxes: Path | None) -> list[int] | None:
    """What tells another file of boxes from this one."""
    return None if boxes is None else file_state(boxes)


def choose_workers(asked: int | None, photos: int) -> tuple[int, int]:
    """How many processes, and how many threads the networks of each have.

    Args:
        asked: how many somebody wants; None means as many as there are cores and room in memory for.
        photos: more than these are no use.
    """
    cores = Settings().threads or _cores()
    if asked is None:
        _, free = memory()
        room = cores if free is None else max(1, free // _MEMORY_EACH)
        asked = 1 if _on_gpu() else min(cores, room)
    workers = max(1, min(asked, photos))
    return workers, max(1, cores // workers)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # where some cores are kept for others
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _on_gpu() -> bool:
    from rvergui.runtime.devices import Kind, choose_device

    return choose_device().kind in (Kind.CUDA, Kind.MPS)


class _Run:
    """One run: what is left to do, and what becomes of it."""

    def __init__(
        self,
        journal: Journal,
        report: PredictReport,
        options: PredictOptions,
        progress: Progress | None,
        tell: Callable[[str], None],
    ) -> None:
        self._journal = journal
        self._report = report
        self._options = options
        self._progress = progress
        self._tell = tell
        self._states: dict[str, list[int] | None] = {}
        self._problems: dict[str, str] = {}
        self._begun: float | None = None

    def look_at(self, tasks: list[Task], prepare: bool, workers: int | None, boxes: list[int] | None) -> None:
        """Have everything looked at that is not finished."""
        journal, report = self._journal, self._report
        how = {"options": self._options.record(), "boxes": boxes}
        if journal.head is not None:
            journal.begin({**journal.head, **how})
        todo = [task for task in tasks if not journal.has(task.name, task.path)]
        report.done = report.resumed = len(tasks) - len(todo)
        self._asked()
        if todo and not report.cancelled:
            report.workers, threads = choose_workers(workers, len(todo))
            self._states = {task.name: file_state(task.path) for task in todo}
            device = None if journal.head is None else journal.head.get("device")

            def ready(one: Ready) -> None:
                journal.begin({**how, **one.identity, "device": one.device})
                report.words = one.words
                self._begun = self._begun or time.monotonic()

            Crew(self._options, report.workers, threads, device, prepare, ready, self._tell).work(
                todo, self._take, lambda: not self._asked()
            )
        if self._begun is not None:
            report.seconds = time.monotonic() - self._begun
        report.skipped = [self._problems[task.name] for task in tasks if task.name in self._problems]
        if report.cancelled:
            return
        for task in tasks:
            record = None if task.name in self._problems else journal.result(task.name)
            if record is not None:
                report.objects += len(record["objects"])
                report.named += sum(bool(each["names"]) for each in record["objects"])
                report.notes += [f"{task.name}: {note}" for note in record.get("notes", [])]

    def _take(self, result: PhotoResult) -> None:
        state = self._states[result.photo]
        if result.problem is not None or state is None:
            self._problems[result.photo] = result.problem or f"{result.photo} was not there any more."
            return
        self._journal.add(result.photo, state, result.record())
        self._report.done += 1

    def _asked(self) -> bool:
        """Tell how far it is; whether to go on."""
        if self._progress is not None and not self._progress(
            self._report.done + len(self._problems), self._report.photos
        ):
            self._report.cancelled = True
        return not self._report.cancelled

    def records(self, photos: dict[str, Path]) -> Iterator[dict[str, Any]]:
        """What was found, photo by photo in their order; broken ones with their problem."""
        for name in photos:
            record = None if name in self._problems else self._journal.result(name)
            yield record if record is not None else PhotoResult(name, problem=self._problems.get(name, "")).record()

    def model(self) -> Path | None:
        """The network that a project is to go on with; the one that came along is chosen by the window itself."""
        model = self._options.model
        return None if model is None or model.parent == shipped_weights() else model

    def classes(self) -> tuple[str, ...]:
        """The names that the network knows."""
        from rvergui.rvernet.checkpoint import read_header

        return () if self._options.model is None else tuple(read_header(self._options.model).classes)
