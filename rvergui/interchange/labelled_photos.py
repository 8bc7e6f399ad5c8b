"""Photos that come with masks and names, written into a project: one after the other, and again where it stopped."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rvergui.core import Item, Mask, Photo, RverError, Source, SourceKind
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.core.prompt import Box
from rvergui.interchange.photo_parts import record_parts
from rvergui.interchange.report import Progress
from rvergui.interchange.tally import Tally

if TYPE_CHECKING:
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project

ACT = "import labels"
# Photos whose facts are noted in one go; their masks are all that is kept in memory meanwhile.
_BATCH = 32
_MOST_WORKERS = 4


@dataclass(frozen=True)
class Opened:
    """A photo that was opened, with its objects.

    Attributes:
        key: what identifies the file's content.
        size: (height, width), upright.
        objects: class name and mask of each, bottom to top.
        left_out: kind and words of what could not be used of it, for a ``Tally``.
        boxes: class name and box of each object of which no mask is known.
    """

    key: str
    size: tuple[int, int]
    objects: tuple[tuple[str, Mask], ...]
    left_out: tuple[tuple[str, str], ...] = ()
    boxes: tuple[tuple[str, Box], ...] = ()


class LabelledPhoto(Protocol):
    """A photo whose objects are known, not yet opened."""

    @property
    def path(self) -> Path:
        """The photo's file; ``open`` may make it."""
        ...

    @property
    def part(self) -> str:
        """ "train" or "test"; "" where the data say neither."""
        ...

    def open(self, pixel_limit: int) -> Opened:
        """Open the photo and what says its objects; called on any thread.

        Raises:
            RverError: one of the two cannot be used; the sentence names it.
        """
        ...


@dataclass
class ImportReport:
    """The outcome of an import.

    Attributes:
        photos: how many photos got objects now.
        objects: how many objects.
        known: photos that had objects already and were left alone.
        parts: objects written by part.
        photos_in_parts: photos of the data set by part, whether imported now or earlier.
        skipped: a sentence for each photo that could not be used.
        tally: what was left out of photos that could.
        cancelled: whether it was stopped early; the same import goes on from there.
    """

    photos: int = 0
    objects: int = 0
    known: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    photos_in_parts: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    cancelled: bool = False


def import_labelled(
    project: Project,
    photos: Sequence[LabelledPhoto],
    classes: Iterable[str],
    by: str,
    progress: Progress | None = None,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    workers: int | None = None,
) -> ImportReport:
    """Add ``photos`` with their objects, confirmed, to ``project``.

    Every photo is saved by itself: an import that was stopped, killed or ran out of disk goes on where it was when it
    is started again. Photos that have objects in the project keep them.

    Args:
        project: open for writing.
        photos: what to import; each is opened once, a few ahead.
        classes: all names that may occur, in order; those that the project lacks are added.
        by: what made the masks and gave the names, for their provenance.
        progress: see ``interchange.report``; a no ends the import after the photo at hand.
        pixel_limit: the most pixels of a photo that are opened.
        workers: threads that open photos; None: up to four.

    Raises:
        RverError: the project cannot be written.
    """
    report = ImportReport(photos_in_parts=Counter(photo.part for photo in photos))
    _add_classes(project, classes)
    records = _add_photos(project, photos)
    todo = [(photo, record) for photo, record in zip(photos, records, strict=True) if record.items == 0]
    report.known = len(photos) - len(todo)
    writer = _Writer(project, by, report)
    done = report.known
    with closing(opened_ahead([photo for photo, _ in todo], pixel_limit, workers)) as opening:
        for (photo, record), outcome in zip(todo, opening, strict=True):
            if progress is not None and not progress(done, len(photos)):
                report.cancelled = True
                break
            writer.take(photo, record, outcome)
            done += 1
    writer.flush()
    if progress is not None and not report.cancelled:
        progress(done, len(photos))
    return report


def _add_classes(project: Project, classes: Iterable[str]) -> None:
    before = after = project.taxonomy()
    for name in classes:
        if after.find(name) is None:
            after, _ = after.added(name)
    if after is not before:
        project.save_taxonomy(before, after, "import classes")


def _add_photos(project: Project, photos: Sequence[LabelledPhoto]) -> list[PhotoRecord]:
    """The record of each photo, in order; one file named twice has one record."""
    from rvergui.project.photo_paths import PhotoPaths

    paths = PhotoPaths(project.root)
    added = {record.path: record for record in project.add_photos([photo.path for photo in photos])}
    records = [added[paths.stored(photo.path)] for photo in photos]
    record_parts(project, {record.id: photo.part for photo, record in zip(photos, records, strict=True)})
    return records


def opened_ahead(
    photos: Iterable[LabelledPhoto], pixel_limit: int, workers: int | None = None
) -> Generator[Opened | RverError, None, None]:
    """What opening each photo gives, or why it cannot be opened: in order, a few ahead at most, so that memory stays
    bounded.
    """

    def one(photo: LabelledPhoto) -> Opened | RverError:
        try:
            return photo.open(pixel_limit)
        except RverError as error:
            return error

    threads = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
    ahead: deque[Future[Opened | RverError]] = deque()
    waiting = iter(photos)
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="import")
    try:
        while True:
            while len(ahead) < 2 * threads and (photo := next(waiting, None)) is not None:
                ahead.append(pool.submit(one, photo))
            if not ahead:
                return
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Writer:
    """Writes photos in batches: first what opening them told, then each one's objects."""

    def __init__(self, project: Project, by: str, report: ImportReport) -> None:
        self._project = project
        self._report = report
        self._source = Source.now(SourceKind.IMPORT, by)
        self._taxonomy = project.taxonomy()
        self._waiting: list[tuple[LabelledPhoto, PhotoRecord, Opened | RverError]] = []

    def take(self, photo: LabelledPhoto, record: PhotoRecord, outcome: Opened | RverError) -> None:
        self._waiting.append((photo, record, outcome))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        from rvergui.project.records import PhotoFacts

        self._project.set_facts_of_photos(
            PhotoFacts(record.id, outcome.key, outcome.size)
            for _, record, outcome in self._waiting
            if isinstance(outcome, Opened)
        )
        for photo, record, outcome in self._waiting:
            if isinstance(outcome, RverError):
                self._report.skipped.append(str(outcome))
            else:
                self._save(photo, record, outcome)
        self._waiting.clear()

    def _save(self, photo: LabelledPhoto, record: PhotoRecord, opened: Opened) -> None:
        for kind, words in opened.left_out:
            self._report.tally.add(kind, words)
        before = after = self._project.sheet(record.id)
        if before.items or not opened.objects:  # the same file came twice, or there is nothing on it
            return
        for name, mask in opened.objects:
            food = self._taxonomy.find(name)
            if food is None:
                raise RverError(f"“{name}” is no class of {self._project.path.name}; add it first.")
            after = after.with_item(Item.new(mask, self._source).named(food.id, self._source))
        self._project.save_sheet(before, after, ACT)
        self._report.photos += 1
        self._report.objects += len(opened.objects)
        self._report.parts[photo.part] += len(opened.objects)


def opened(
    photo: Photo,
    objects: Sequence[tuple[str, Mask]],
    left_out: Sequence[tuple[str, str]] = (),
    boxes: Sequence[tuple[str, Box]] = (),
) -> Opened:
    """What is known of ``photo`` once it was opened."""
    return Opened(photo.key, photo.size, tuple(objects), tuple(left_out), tuple(boxes))
