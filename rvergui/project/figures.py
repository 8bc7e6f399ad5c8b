"""Figures of a project: how many objects, by whom, how fast. Read in one go, without a mask or a photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from rvergui.core import ItemState, RverError, SourceKind, Taxonomy
from rvergui.project.connection import Guarded
from rvergui.project.records import SUGGEST, PhotoStatus

# Between two edits that are farther apart somebody did something else: that time is no work.
PAUSE_S = 180.0


class NameSource(StrEnum):
    """Where the names of objects come from."""

    PERSON = "person"  # a person chose another name than the model suggested first, or without a suggestion
    ACCEPTED = "accepted"  # a person confirmed what the model suggested first
    MODEL = "model"  # the model gave it and nobody has confirmed it yet
    IMPORT = "import"  # it came with the data


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """The objects of one class, what was merged into it included.

    Attributes:
        class_id: the class.
        objects: all that have its name.
        confirmed: how many of them a person has named (or that came with the data).
        verified: how many were looked at a second time.
        photos: on how many photos the confirmed ones are.
    """

    class_id: str
    objects: int = 0
    confirmed: int = 0
    verified: int = 0
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """What was done on one day (local time); see ``Work``."""

    day: date
    named: int
    seconds: float
    timed: int


@dataclass(frozen=True, slots=True)
class Work:
    """How fast objects were named, from the history.

    The time before an edit counts as work if the same person's edit before it is at most ``PAUSE_S`` away; the first
    edit after a pause has no such time, so what it named is left out of the speed (``timed``), not of ``named``.

    Attributes:
        named: objects that got a name, less those whose name was taken back; imports are left out.
        seconds: time at work.
        timed: the part of ``named`` that this time was spent on.
        acts: clicks, strokes, keys and names, as far as the history knows them; a typed name counts as one.
        counted: the part of ``named`` that these acts led to.
        days: day by day, the earliest first; only days on which something was saved.
    """

    named: int = 0
    seconds: float = 0.0
    timed: int = 0
    acts: int = 0
    counted: int = 0
    days: tuple[Day, ...] = ()

    @property
    def per_hour(self) -> float | None:
        """Objects an hour; None if no time is known."""
        return 3600.0 * self.timed / self.seconds if self.seconds > 0 and self.timed > 0 else None

    @property
    def seconds_each(self) -> float | None:
        """Seconds an object took; None if that is not known."""
        return self.seconds / self.timed if self.timed > 0 else None

    @property
    def acts_each(self) -> float | None:
        """Clicks, strokes, keys and names an object took; None if that is not known."""
        return self.acts / self.counted if self.counted > 0 else None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo with confirmed objects: its id, its content's hash if it is known, and how many it has of each class."""

    id: str
    content_hash: str | None
    objects: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted.

    Attributes:
        classes: of every class in use, in the order of the list.
        unnamed: objects without a name.
        sources: where the names come from.
        statuses: photos by status.
        labelled: the photos with confirmed objects, in natural order.
        work: how fast it went.
    """

    classes: tuple[ClassFigures, ...]
    unnamed: int
    sources: Mapping[NameSource, int]
    statuses: Mapping[PhotoStatus, int]
    labelled: tuple[LabelledPhoto, ...] = field(repr=False)
    work: Work

    @property
    def objects(self) -> int:
        """All objects."""
        return self.unnamed + sum(each.objects for each in self.classes)

    @property
    def confirmed(self) -> int:
        """All confirmed objects."""
        return sum(each.confirmed for each in self.classes)

    @property
    def verified(self) -> int:
        """All objects that were looked at a second time."""
        return sum(each.verified for each in self.classes)

    @property
    def right_first(self) -> float | None:
        """How often the model's first suggestion was the name that a person gave, 0..1; None without any."""
        accepted = self.sources.get(NameSource.ACCEPTED, 0)
        judged = accepted + self.sources.get(NameSource.PERSON, 0)
        return accepted / judged if judged and accepted else None


_GROUPS = """SELECT class_id, state, label_kind, suggested, verified_kind IS NOT NULL, count(*)
    FROM items GROUP BY 1, 2, 3, 4, 5"""
_LABELLED = """SELECT photos.id, photos.content_hash, items.class_id, count(*)
    FROM items JOIN photos ON photos.number = items.photo
    WHERE items.state = 'confirmed' AND items.class_id IS NOT NULL
    GROUP BY items.photo, items.class_id ORDER BY photos.sort_key, photos.path"""
_STATUSES = "SELECT problem IS NOT NULL, items = 0, items = confirmed, count(*) FROM photos GROUP BY 1, 2, 3"
# An entry names what is confirmed after it and takes back what was before it; see ``rvergui.project.changes``. Most
# of its length is masks: it is taken apart only where the word is in it.
_NAMED = """(CASE WHEN instr({side}, '"confirmed"') THEN (SELECT count(*) FROM json_each(history.{side}, '$.items')
    WHERE json_extract(value, '$.state') = 'confirmed') ELSE 0 END)"""
# What a model suggested in the background and what was imported is nobody's work.
_HISTORY = f"""SELECT at, who, {_NAMED.format(side="after")} - {_NAMED.format(side="before")},
    CASE WHEN instr(after, '"acts"') THEN json_extract(after, '$.acts') END
    FROM history
    WHERE photo_id IS NOT NULL AND act <> ? AND NOT instr(after, '"label_kind": "import"')
    ORDER BY number"""

HistoryRow: TypeAlias = "tuple[str, str, int, int | None]"


def read(reader: Guarded, taxonomy: Taxonomy) -> Figures:
    """Count everything; ``reader`` should be inside a transaction, so that all of it is of one moment."""
    into = {food.id: found.id for food in taxonomy.classes if (found := taxonomy.get(food.id)) is not None}
    groups = reader.rows(_GROUPS)
    labelled = _labelled(reader.rows(_LABELLED), into)
    return Figures(
        classes=_classes(taxonomy, into, groups, labelled),
        unnamed=sum(row[-1] for row in groups if row[0] not in into),
        sources=_sources(taxonomy, into, groups),
        statuses=_statuses(reader.rows(_STATUSES)),
        labelled=labelled,
        work=work_of(reader.rows(_HISTORY, (SUGGEST,))),
    )


def _labelled(rows: Sequence[tuple[str, str | None, str, int]], into: Mapping[str, str]) -> tuple[LabelledPhoto, ...]:
    hashes: dict[str, str | None] = {}
    objects: dict[str, Counter[str]] = {}
    for photo_id, content_hash, class_id, count in rows:
        if class_id in into:
            hashes[photo_id] = content_hash
            objects.setdefault(photo_id, Counter())[into[class_id]] += count
    return tuple(LabelledPhoto(photo_id, hashes[photo_id], counts) for photo_id, counts in objects.items())


def _classes(
    taxonomy: Taxonomy,
    into: Mapping[str, str],
    groups: Sequence[tuple[str | None, str, str | None, str, int, int]],
    labelled: Iterable[LabelledPhoto],
) -> tuple[ClassFigures, ...]:
    objects, confirmed, verified, photos = (Counter[str]() for _ in range(4))
    for class_id, state, _, _, is_verified, count in groups:
        food = into.get(class_id or "")
        if food is not None:
            objects[food] += count
            confirmed[food] += count * (state == ItemState.CONFIRMED)
            verified[food] += count * bool(is_verified)
    for photo in labelled:
        photos.update(photo.objects.keys())
    return tuple(
        ClassFigures(food.id, objects[food.id], confirmed[food.id], verified[food.id], photos[food.id])
        for food in taxonomy
    )


def _sources(
    taxonomy: Taxonomy,
    into: Mapping[str, str],
    groups: Sequence[tuple[str | None, str, str | None, str, int, int]],
) -> Counter[NameSource]:
    meant = {name: taxonomy.find(name) for name in {row[3] for row in groups} if name}
    sources: Counter[NameSource] = Counter()
    for class_id, _, kind, suggested, _, count in groups:
        food = into.get(class_id or "")
        if food is None or kind is None:
            continue
        source = NameSource(SourceKind(kind))
        first = meant.get(suggested)
        if source is NameSource.PERSON and first is not None and first.id == food:
            source = NameSource.ACCEPTED
        sources[source] += count
    return sources


def _statuses(rows: Iterable[tuple[int, int, int, int]]) -> Counter[PhotoStatus]:
    statuses: Counter[PhotoStatus] = Counter()
    for broken, empty, done, count in rows:
        if broken:
            status = PhotoStatus.BROKEN
        elif empty:
            status = PhotoStatus.TODO
        else:
            status = PhotoStatus.DONE if done else PhotoStatus.IN_PROGRESS
        statuses[status] += count
    return statuses


def work_of(rows: Iterable[HistoryRow]) -> Work:
    """How fast it went.

    Args:
        rows: of each edit in order: when (ISO 8601), who, how many objects it named, how many acts led to it (None if
            that was not recorded).

    Raises:
        RverError: a time cannot be read.
    """
    last: dict[str, float] = {}
    named, acts, counted = 0, 0, 0
    by_day: dict[date, tuple[int, float, int]] = {}
    for at, who, net, spent in rows:
        if spent == 0 and net == 0:  # the program did it by itself
            continue
        moment = _moment(at)
        now = moment.timestamp()
        gap = now - last.get(who, -PAUSE_S * 2)
        last[who] = now
        at_work = 0.0 <= gap <= PAUSE_S
        named += net
        if spent is not None:
            acts += spent
            counted += net
        day = moment.astimezone().date()
        d_named, d_seconds, d_timed = by_day.get(day, (0, 0.0, 0))
        by_day[day] = (d_named + net, d_seconds + gap * at_work, d_timed + net * at_work)
    days = tuple(Day(day, *by_day[day]) for day in sorted(by_day))
    seconds, timed = sum(day.seconds for day in days), sum(day.timed for day in days)
    return Work(named, seconds, timed, acts, counted, days)


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except (ValueError, TypeError) as error:
        raise RverError(
            f"A time in the project's history cannot be read ({error}); restore the project from a backup copy."
        ) from error
