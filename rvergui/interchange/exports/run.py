"""An export of any format: counted first, written one photo at a time, in its place whole or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core import FoodClass, RverError, Taxonomy
from rvergui.core.atomic import replacing
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.exports.division import TEST, TRAIN, Division
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import refusing
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.selection import NOTHING, ExportPhoto, Selection, selected_photos
from rvergui.interchange.folder_swap import replacing_folder
from rvergui.interchange.report import ExportReport, Progress, ProgressCounter

if TYPE_CHECKING:
    from rvergui.project.store import Project


@dataclass(frozen=True)
class ExportCounts:
    """What an export would write, counted without opening a photo.

    Attributes:
        photos: how many photos.
        objects: how many objects.
        classes: class name -> part -> objects, in the project's order, without classes that have none.
        photos_in_parts: part -> photos.
        left_out: a sentence for each object that cannot be exported.
        missing: how many photos are not where they were, or are known to be broken.
    """

    photos: int
    objects: int
    classes: dict[str, dict[str, int]]
    photos_in_parts: dict[str, int]
    left_out: list[str] = field(default_factory=list)
    missing: int = 0

    @property
    def parts(self) -> dict[str, int]:
        """Part -> objects."""
        total: Counter[str] = Counter()
        for counts in self.classes.values():
            total.update(counts)
        return dict(total)


@dataclass(frozen=True)
class ExportPlan:
    """What to write, in which format, divided how."""

    format: ExportFormat
    options: Options
    selection: Selection = field(default_factory=Selection)
    division: Division = field(default_factory=Division)

    @classmethod
    def of(
        cls,
        format: ExportFormat,
        options: Options | None = None,
        selection: Selection | None = None,
        division: Division | None = None,
    ) -> ExportPlan:
        """A plan with the format's own defaults where nothing is said."""
        return cls(
            format,
            options or format.options(),
            selection or Selection(),
            division or Division(test_share=format.test_share),
        )


@dataclass(frozen=True)
class _Survey:
    """What the first walk through the project finds."""

    total: int
    classes: tuple[FoodClass, ...]
    parts: dict[str, str]
    counts: ExportCounts


def count_export(
    project: Project, plan: ExportPlan, progress: Progress | None = None, out: Path | None = None
) -> ExportCounts:
    """What ``run_export`` would write to ``out``; photos are looked for but not opened.

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: the plan makes no sense for this project. That there is nothing to export is no error here.
    """
    as_file = plan.format.is_file(out) if out is not None else bool(plan.format.suffix) and not plan.division.is_wished
    return _survey(project, plan, as_file, progress, look=True).counts


def run_export(
    project: Project,
    out: Path,
    plan: ExportPlan,
    progress: Progress | None = None,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
) -> ExportReport:
    """Write the objects that ``plan`` selects; photos are taken one at a time, so memory does not grow with them.

    The export is built beside ``out`` and takes its place at the end: one that fails or is cancelled leaves the earlier
    one or none.

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: nothing to export, ``out`` may not be replaced, the disk is full.
    """
    plan.division.check()
    out = out.absolute()
    as_file = plan.format.is_file(out)
    if as_file and out.is_dir():
        raise RverError(f"{out} is a folder; choose a file name such as annotations{plan.format.suffix}.")
    survey = _survey(project, plan, as_file)
    if not survey.total:
        raise RverError(NOTHING[plan.selection.level])
    with _place(out, plan, as_file) as root:
        job = Job(
            root=root,
            options=plan.options,
            classes=survey.classes,
            parts=_parts(survey, plan.format),
            project_name=project.path.name,
            out=out,
            settings={"test_share": plan.division.test_share, "seed": plan.division.seed},
            pixel_limit=pixel_limit,
        )
        report = _write(project, plan, job, survey, progress)
    return report


def _write(project: Project, plan: ExportPlan, job: Job, survey: _Survey, progress: Progress | None) -> ExportReport:
    writer = plan.format.make(job)
    counter = ProgressCounter(progress, survey.total)
    written: Counter[str] = Counter(dict.fromkeys(job.parts, 0))
    photos = 0
    try:
        for photo in selected_photos(project, project.taxonomy(), plan.selection):
            counter.advance()
            job.skipped.extend(photo.left_out)
            trouble = _trouble(photo, plan.format)
            if trouble is not None:
                job.skipped.append(trouble)
            elif photo.items:
                part = survey.parts.get(photo.key, TRAIN) if job.is_divided else TRAIN
                count = writer.write(photo, part)
                written[part] += count
                photos += count > 0
        total = sum(written.values())
        if not total:
            raise RverError(f"Not one object could be exported, so nothing was written; first: {job.skipped[0]}")
        writer.finish()
        counter.finish()
    finally:
        close = getattr(writer, "close", None)
        if close is not None:
            close()
    return ExportReport(total, photos, job.skipped, dict(written) if job.is_divided else {})


def _trouble(photo: ExportPhoto, format: ExportFormat) -> str | None:
    """Why the photo cannot be used, as far as that shows without opening it."""
    if not photo.items:
        return None
    if not format.opens_photos and photo.record.problem is not None:
        return photo.record.problem
    if not photo.path.is_file():
        return f"{photo.path.name} is no longer in {photo.path.parent}; put it back or remove it from the list."
    return None


def _parts(survey: _Survey, format: ExportFormat) -> tuple[str, ...]:
    return (TRAIN, TEST) if format.both_parts or len(survey.counts.photos_in_parts) > 1 else (TRAIN,)


def _survey(
    project: Project, plan: ExportPlan, as_file: bool, progress: Progress | None = None, look: bool = False
) -> _Survey:
    divides = _divides(plan, as_file)
    taxonomy = project.taxonomy()
    labels: dict[str, list[str]] = defaultdict(list)
    keys: list[tuple[str, list[str]]] = []
    left_out: list[str] = []
    total = missing = 0
    counter = ProgressCounter(progress, sum(r.items > 0 for r in project.photos()) if progress is not None else 0)
    for photo in selected_photos(project, taxonomy, plan.selection):
        counter.advance()
        total += 1
        left_out.extend(photo.left_out)
        if look and _trouble(photo, plan.format) is not None:
            missing += 1
        elif photo.items:
            names = [item.name for item in photo.items]
            labels[photo.key].extend(names)
            keys.append((photo.key, names))
    parts: dict[str, str] = {}
    if divides and keys:
        parts = plan.division.parts(project, labels)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    photos: Counter[str] = Counter()
    if divides and (plan.division.is_wished or parts):
        photos.update({TRAIN: 0, TEST: 0})
    for key, names in keys:
        part = parts.get(key, TRAIN)
        photos[part] += 1
        for name in names:
            counts[name][part] += 1
    classes = _classes(taxonomy, plan.selection)
    in_order = {food.name: dict(counts[food.name]) for food in classes if food.name in counts}
    told = ExportCounts(
        len(keys), sum(sum(c.values()) for c in counts.values()), in_order, dict(photos), left_out, missing
    )
    return _Survey(total, classes, parts, told)


def _divides(plan: ExportPlan, as_file: bool) -> bool:
    """Whether the photos may be divided where the export goes.

    Raises:
        RverError: somebody asks for a division that has no room there.
    """
    if not (as_file and plan.format.or_folder):
        return True
    if plan.division.is_wished:
        raise RverError(
            f"One {plan.format.suffix} file holds one part; to divide photos into train and test give the name of a "
            f"folder, without {plan.format.suffix}."
        )
    return False


def _classes(taxonomy: Taxonomy, selection: Selection) -> tuple[FoodClass, ...]:
    wanted = selection.class_ids(taxonomy)
    return tuple(food for food in taxonomy if food.id in wanted)


@contextmanager
def _place(out: Path, plan: ExportPlan, as_file: bool) -> Iterator[Path]:
    format = plan.format
    if not as_file:
        with replacing_folder(out, format.refusal or refusing(format.name, format.owns)) as building:
            yield building
        return
    with replacing(out) as neighbour:
        yield neighbour
