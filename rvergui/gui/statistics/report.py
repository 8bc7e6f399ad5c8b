"""What the statistics window shows, as plain values made in the background; and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.core import Taxonomy
from rvergui.project.figures import Day, Figures

if TYPE_CHECKING:
    from rvergui.project.photo_roles import Role
    from rvergui.project.store import Project
    from rvergui.training.readiness import Readiness


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class in the table.

    Attributes:
        name: its name.
        colour: "#rrggbb".
        objects: all that have its name.
        named: how many of them a person has confirmed.
        verified: how many were looked at a second time.
        ready: whether that is enough to train on.
    """

    name: str
    colour: str
    objects: int
    named: int
    verified: int
    ready: Readiness


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the window shows.

    Attributes:
        lines: a line for each class, those with the most named objects first.
        figures: the counts.
        can_train: whether training would begin at all.
    """

    lines: tuple[ClassLine, ...]
    figures: Figures
    can_train: bool

    @property
    def ready(self) -> int:
        """How many classes are ready."""
        return sum(line.ready.missing == 0 for line in self.lines)

    @property
    def used(self) -> int:
        """How many classes have a named object."""
        return sum(line.named > 0 for line in self.lines)


def make_report(project: Project) -> Report:
    """Count a project; takes seconds where there are a hundred thousand objects, so not on the GUI thread.

    Raises:
        RverError: the project cannot be read.
    """
    from rvergui.interchange.photo_parts import read_parts
    from rvergui.project.photo_roles import known_roles

    return report_of(project.figures(), project.taxonomy(), read_parts(project), known_roles(project))


def report_of(figures: Figures, taxonomy: Taxonomy, parts: Mapping[str, str], roles: Mapping[str, Role] = {}) -> Report:
    """The report of ``figures``; photos whose ``parts`` entry is "test" take no part in training.

    ``roles`` says which photos earlier trainings have seen or held out for good.
    """
    from rvergui.training.readiness import Labelled, can_train, readiness

    photos = [
        Labelled(photo.content_hash or photo.id, photo.objects)
        for photo in figures.labelled
        if parts.get(photo.id) != "test"
    ]
    ready = readiness([each.class_id for each in figures.classes], photos, roles)
    lines = []
    for each in figures.classes:
        food = taxonomy.get(each.class_id)
        if food is not None:
            found = ready[each.class_id]
            lines.append(ClassLine(food.name, food.colour, each.objects, each.confirmed, each.verified, found))
    lines.sort(key=lambda line: -line.named)  # stable: the others stay in the order of the class list
    return Report(tuple(lines), figures, can_train(ready, photos))


CLASS_COLUMNS = ("class", "objects", "named", "verified", "photos", "held_out", "training", "missing")
DAY_COLUMNS = ("day", "named", "minutes_at_work", "objects_per_hour")


def classes_csv(report: Report) -> str:
    """The classes as CSV (RFC 4180), a header first; ``training`` is a value of ``readiness.Reason``."""
    rows = [
        (
            line.name,
            line.objects,
            line.named,
            line.verified,
            line.ready.photos,
            line.ready.held,
            line.ready.reason.value,
            line.ready.missing,
        )
        for line in report.lines
    ]
    return _csv(CLASS_COLUMNS, rows)


def days_csv(report: Report) -> str:
    """The days as CSV, a header first; the speed is empty where it is not known."""
    rows = [
        (day.day.isoformat(), day.named, f"{day.seconds / 60:.1f}", _speed(day)) for day in report.figures.work.days
    ]
    return _csv(DAY_COLUMNS, rows)


def _speed(day: Day) -> str:
    return f"{3600 * day.timed / day.seconds:.0f}" if day.seconds > 0 and day.timed > 0 else ""


def _csv(columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
