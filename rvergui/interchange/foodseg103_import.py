"""FoodSeg103, and classes from folders beside it, into a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rvergui.core import RverError, Taxonomy
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.class_folders import DEFAULT_TEST_SHARE, parse_extra, read_class_folder
from rvergui.interchange.foodseg103 import NAME, read_foodseg103
from rvergui.interchange.labelled_photos import ImportReport, LabelledPhoto, import_labelled
from rvergui.interchange.report import Progress


def import_foodseg103(
    folder: Path,
    project: Path,
    extras: Sequence[str] = (),
    pieces: bool = False,
    extra_test_share: float = DEFAULT_TEST_SHARE,
    seed: int = 0,
    progress: Progress | None = None,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    workers: int | None = None,
) -> ImportReport:
    """Put the data set at ``folder`` into the project file ``project``.

    Everything is looked at before the project is made or touched. The photos stay where they are; those that have to
    be put together from pairs go to PROJECT.photos beside the project. The published division is recorded
    (``photo_parts``), so training and evaluation keep to it.

    Args:
        folder: see ``read_foodseg103``.
        project: made if missing, else added to; photos with objects keep theirs, so an import goes on where it was.
        extras: "NAME=FOLDER" each, see ``class_folders``.
        pieces: each connected part of a class is an object; otherwise a class is one object a photo, as published.
        extra_test_share: how much of an extra folder that is not divided goes to test.
        seed: of that choice.
        progress: see ``import_labelled``.
        pixel_limit: the most pixels of a photo that are opened.
        workers: threads that open photos; None: up to four.

    Raises:
        RverError: the data set, an extra folder or the project cannot be used.
    """
    from rvergui.project.creating import with_suffix
    from rvergui.project.store import Project

    found = read_foodseg103(folder, pieces)
    project = with_suffix(project)
    made = project.with_name(f"{project.stem}.photos")
    photos: list[LabelledPhoto] = list(found.photos)
    classes = found.classes
    for text in extras:
        name, place = parse_extra(text)
        photos.extend(read_class_folder(name, place, made, extra_test_share, seed))
        classes.append(name)
    with Project.open_or_create(project, Taxonomy.from_names(classes)) as opened:
        if opened.read_only:
            raise RverError(f"{project.name} is read-only. {opened.read_only_reason}")
        report = import_labelled(opened, photos, classes, NAME, progress, pixel_limit, workers)
    report.skipped[:0] = found.problems
    return report
