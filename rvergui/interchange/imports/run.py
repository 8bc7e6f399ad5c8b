"""An import of any format: read, mapped to the project's classes, and merged photo by photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rvergui.core import ItemState, RverError, Sheet, Source, SourceKind
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.imports.classes import ClassMap
from rvergui.interchange.imports.destination import Destination, Straight
from rvergui.interchange.imports.format import Dataset
from rvergui.interchange.imports.merging import Incoming, merge
from rvergui.interchange.imports.same_photo import KnownPhotos
from rvergui.interchange.labelled_photos import LabelledPhoto, Opened, opened_ahead
from rvergui.interchange.photo_parts import PARTS, record_parts
from rvergui.interchange.report import Cancelled, Progress

if TYPE_CHECKING:
    from rvergui.interchange.imports.boxes import BoxCutter
    from rvergui.project.store import Project

# Photos that are written in one transaction; their masks are all that is kept in memory meanwhile.
_BATCH = 32


@dataclass
class ImportOutcome:
    """What became of an import.

    Attributes:
        photos: how many photos got objects.
        objects: how many objects are new.
        known: how many were there already under the same name.
        named: how many were there without a name and have one now.
        cut: how many of the new ones are masks that a machine made of boxes and that wait to be confirmed.
        matched: how many photos the project had already.
        classes: names of classes that the project lacked.
        objects_by_class: name -> how many are new.
        conflicts: a sentence for each object that is there under another name; both were kept.
        skipped: a sentence for everything that was left out, with file and position.
        cancelled: whether it was stopped; what is in is in.
    """

    photos: int = 0
    objects: int = 0
    known: int = 0
    named: int = 0
    cut: int = 0
    matched: int = 0
    classes: list[str] = field(default_factory=list)
    objects_by_class: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    cancelled: bool = False


def import_dataset(
    project: Project,
    dataset: Dataset,
    by: str,
    classes: ClassMap | None = None,
    cutter: BoxCutter | None = None,
    progress: Progress | None = None,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    workers: int | None = None,
    destination: Destination | None = None,
) -> ImportOutcome:
    """Merge ``dataset`` into ``project``; see ``merging`` for what happens to labels that are there already.

    A photo that the project has under another path is found by its content and keeps its path. Photos are saved a few
    at a time: an import that was stopped keeps what is in, and goes on when it is started again, since nothing comes
    in twice.

    Args:
        project: open for writing.
        dataset: what a format has read.
        by: where it comes from, for the provenance of masks and names.
        classes: what the names mean in this project.
        cutter: makes masks of objects that are boxes only; without it those are left out. What a machine drew is
            said to be the machine's and waits to be confirmed.
        progress: told how many photos of how many are done; a no ends the import after the photo at hand.
        pixel_limit: the most pixels of a photo that are opened.
        workers: threads that open photos; None: up to four.
        destination: takes classes and sheets; the project itself if not given. Photos are added to the project at once.

    Raises:
        RverError: the project cannot be written.
    """
    if project.read_only:
        raise RverError(f"{project.path.name} is read-only. {project.read_only_reason}")
    outcome = ImportOutcome(skipped=list(dataset.problems))
    place = destination or Straight(project)
    ids = _class_ids(place, dataset.classes, classes or ClassMap(), outcome)
    writer = _Writer(project, place, Source.now(SourceKind.IMPORT, by), ids, cutter, outcome)
    total = len(dataset.photos)
    done = 0
    with closing(opened_ahead(dataset.photos, pixel_limit, workers)) as opening:
        for photo, opened in zip(dataset.photos, opening, strict=True):
            if progress is not None and not progress(done, total):
                outcome.cancelled = True
                break
            try:
                writer.take(photo, opened)
            except Cancelled:
                outcome.cancelled = True
                break
            done += 1
    writer.flush()
    if progress is not None and not outcome.cancelled:
        progress(done, total)
    return outcome


def _class_ids(
    place: Destination, names: Iterable[str], classes: ClassMap, outcome: ImportOutcome
) -> dict[str, str | None]:
    """Name in the data -> id of the class in the project, which gets those that it lacks; None: left out."""
    before = after = place.taxonomy()
    ids: dict[str, str | None] = {}
    for name in names:
        try:
            wanted = classes.name_for(name)
        except RverError as error:
            outcome.skipped.append(f"Objects of the class {name[:40]!r}: {error}")
            wanted = None
        if wanted is None:
            ids[name] = None
            continue
        found = after.find(wanted)
        if found is None:
            after, found = after.added(wanted)
            outcome.classes.append(wanted)
        ids[name] = found.id
    if after is not before:
        place.put_taxonomy(after)
    return ids


@dataclass(frozen=True)
class _Waiting:
    """A photo that was opened, and what is to come onto it."""

    photo: LabelledPhoto
    opened: Opened
    incoming: list[Incoming]


class _Writer:
    """Collects a few photos and writes them together."""

    def __init__(
        self,
        project: Project,
        place: Destination,
        source: Source,
        ids: dict[str, str | None],
        cutter: BoxCutter | None,
        outcome: ImportOutcome,
    ) -> None:
        self._project, self._place, self._source, self._ids = project, place, source, ids
        self._cutter, self._outcome = cutter, outcome
        self._names = {food.id: food.name for food in place.taxonomy()}
        self._known = KnownPhotos(project)
        self._waiting: list[_Waiting] = []

    def take(self, photo: LabelledPhoto, opened: Opened | RverError) -> None:
        if isinstance(opened, RverError):
            self._outcome.skipped.append(str(opened))
            return
        self._outcome.skipped.extend(words for _, words in opened.left_out)
        if not opened.objects and not opened.boxes:
            return
        self._waiting.append(_Waiting(photo, opened, self._incoming(photo, opened)))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        ids = self._photo_ids(waiting)
        parts = {i: each.photo.part for each, i in zip(waiting, ids, strict=True) if each.photo.part in PARTS}
        if parts:
            record_parts(self._project, parts)
        before: dict[str, Sheet] = {}
        after: dict[str, Sheet] = {}
        for each, photo_id in zip(waiting, ids, strict=True):
            photo = each.photo
            if photo_id not in before:
                before[photo_id] = after[photo_id] = self._place.sheet(photo_id)
            if after[photo_id].size != each.opened.size:
                self._outcome.skipped.append(
                    f"{photo.path.name} in {photo.path.parent} has another size than the project knows; open it there "
                    "first."
                )
                continue
            after[photo_id] = self._merged(photo, each.incoming, after[photo_id])
        self._place.put_sheets((before[i], after[i]) for i in before if after[i] != before[i])

    def _photo_ids(self, all_waiting: Sequence[_Waiting]) -> list[str]:
        """The id of each photo, after those that the project lacks were added."""
        from rvergui.project.photo_paths import PhotoPaths
        from rvergui.project.records import PhotoFacts

        waiting = [(each.photo, each.opened) for each in all_waiting]
        found = {opened.key: self._known.find(opened.key, photo.path) for photo, opened in waiting}
        self._outcome.matched += sum(photo_id is not None for photo_id in found.values())
        new = {opened.key: photo.path for photo, opened in waiting if found[opened.key] is None}
        paths = PhotoPaths(self._project.root)
        added = {record.path: record.id for record in self._project.add_photos(list(new.values()))} if new else {}
        for key, path in new.items():
            found[key] = added[paths.stored(path)]
            self._known.add(key, added[paths.stored(path)])
        self._project.set_facts_of_photos(
            PhotoFacts(photo_id, opened.key, opened.size)
            for _, opened in waiting
            if (photo_id := found[opened.key]) is not None
        )
        return [photo_id for _, opened in waiting if (photo_id := found[opened.key]) is not None]

    def _incoming(self, photo: LabelledPhoto, opened: Opened) -> list[Incoming]:
        """What comes in on a photo; boxes are cut out here, so that it is the progress of each photo."""
        drawn = [
            Incoming(class_id, mask) for name, mask in opened.objects if (class_id := self._ids.get(name)) is not None
        ]
        return drawn + self._cut(photo, opened)

    def _merged(self, photo: LabelledPhoto, incoming: Sequence[Incoming], sheet: Sheet) -> Sheet:
        merged = merge(sheet, incoming, self._source)
        outcome = self._outcome
        outcome.photos += merged.sheet != sheet
        outcome.objects += merged.added
        outcome.known += merged.known
        outcome.named += merged.named
        outcome.cut += sum(item.state is ItemState.PROPOSED for item in merged.sheet.items[len(sheet) :])
        outcome.objects_by_class.update(
            self._names[item.class_id] for item in merged.sheet.items[len(sheet) :] if item.class_id is not None
        )
        for there, came in merged.conflicts:
            outcome.conflicts.append(
                f"{photo.path.name}: an object is “{self._names.get(there, '?')}” in the project and "
                f"“{self._names[came]}” in the import; both were kept."
            )
        return merged.sheet

    def _cut(self, photo: LabelledPhoto, opened: Opened) -> list[Incoming]:
        boxes = [(name, class_id, box) for name, box in opened.boxes if (class_id := self._ids.get(name)) is not None]
        if not boxes:
            return []
        if self._cutter is None:
            self._outcome.skipped.append(f"{photo.path.name}: {len(boxes)} boxes without masks were left out.")
            return []
        try:
            masks = self._cutter(photo.path, [box for _, _, box in boxes])
        except Cancelled:
            raise
        except RverError as error:
            self._outcome.skipped.append(f"{photo.path.name}: {error}")
            return []
        by = self._cutter.drawn_by
        source = Source.now(SourceKind.MODEL, by) if by else None
        cut = []
        for (name, class_id, box), mask in zip(boxes, masks, strict=True):
            if mask is None or mask.is_empty:
                where = f"{box.x0:.0f},{box.y0:.0f},{box.x1:.0f},{box.y1:.0f}"
                self._outcome.skipped.append(f"{photo.path.name}: nothing was found in the box {where} of {name}.")
            else:
                cut.append(Incoming(class_id, mask, source))
        return cut
