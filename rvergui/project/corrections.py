"""Which names turned out wrong, and which were right: read from the history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rvergui.core import SourceKind, Taxonomy
from rvergui.project.connection import Guarded
from rvergui.project.photo_table import RESTORE
from rvergui.project.records import UNDO

# Entries that neither name an item nor say what a model suggests for it cannot matter.
_QUERY = """SELECT at, act, photo_id, after FROM history
    WHERE photo_id IS NOT NULL AND (instr(after, '"class_id"') OR instr(after, '"suggestions"') OR instr(after, 'null'))
    ORDER BY number"""


@dataclass(frozen=True, slots=True)
class Correction:
    """One name that turned out wrong, and the name that was right instead.

    Attributes:
        wrong: the name that was suggested or given first.
        right: the name that a person gave.
        by_model: whether a model said the wrong name; else a person or an import did.
        items: on which items, as (photo id, item id), the last corrected first; an item counts once.
        last: when it happened last (UTC).
    """

    wrong: str
    right: str
    by_model: bool
    items: tuple[tuple[str, str], ...]
    last: datetime

    @property
    def count(self) -> int:
        """How many items it happened on."""
        return len(self.items)


@dataclass
class _Known:
    """What the history has told of an item so far, and the corrections that came of it."""

    class_id: str | None = None
    label_kind: str | None = None
    suggestions: str = "[]"  # as stored: most items are never corrected, so they are read where it matters
    events: list[_Event] = field(default_factory=list)


@dataclass(frozen=True)
class _Event:
    wrong: str
    right_id: str
    by_model: bool
    is_class: bool  # ``wrong`` is the id of a class, not a model's word for one
    at: str


def read(reader: Guarded, taxonomy: Taxonomy, is_unwanted: Callable[[], bool] = lambda: False) -> list[Correction]:
    """All corrections, the most frequent first.

    A correction is that a person names an item other than the model suggested, or gives another name to one that had a
    name. Taking it back with undo takes the correction back. Classes are called what they are called now, and what was
    merged since is no correction.

    Args:
        reader: a connection of its own.
        taxonomy: the project's classes.
        is_unwanted: asked at every edit; once it says so nothing more is read and nothing is returned.
    """
    known: dict[tuple[str, str], _Known] = {}
    for at, act, photo_id, after in reader.stream(_QUERY):
        if is_unwanted():
            return []
        for item_id, row in _items(after):
            item = known.setdefault((photo_id, item_id), _Known())
            _take_in(item, row, at, act.startswith(UNDO) or act == RESTORE)
    return _counted(known, taxonomy)


def _items(after: str) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    try:
        items = json.loads(after).get("items", {})
    except (ValueError, AttributeError):  # damaged; whoever reads the history itself is told
        return
    if isinstance(items, dict):
        yield from items.items()


def _take_in(item: _Known, row: Mapping[str, Any] | None, at: str, undone: bool) -> None:
    if row is None:  # deleted: what was corrected on it was corrected even so, unless it is undone
        if undone:
            item.events.clear()
        item.class_id = item.label_kind = None
        return
    if "suggestions" in row:
        item.suggestions = row["suggestions"]
    if "label_kind" in row:
        item.label_kind, earlier_kind = row["label_kind"], item.label_kind
    else:
        earlier_kind = item.label_kind
    if "class_id" not in row or row["class_id"] == item.class_id:
        return
    earlier, item.class_id = item.class_id, row["class_id"]
    if undone:
        if item.events and item.events[-1].right_id == earlier:
            item.events.pop()
    elif item.class_id is not None and item.label_kind == SourceKind.PERSON:
        if earlier is not None:
            by_model = earlier_kind == SourceKind.MODEL
            item.events.append(_Event(earlier, item.class_id, by_model, True, at))
        elif suggested := _best(item.suggestions):
            item.events.append(_Event(suggested, item.class_id, True, False, at))


def _best(suggestions: str) -> str:
    try:
        said = [(float(probability), str(name)) for name, probability, _ in json.loads(suggestions)]
    except (ValueError, TypeError):
        return ""
    return max(said, key=lambda s: s[0])[1] if said else ""


def _counted(known: Mapping[tuple[str, str], _Known], taxonomy: Taxonomy) -> list[Correction]:
    found: dict[tuple[str, str, bool], dict[tuple[str, str], str]] = {}
    names: dict[tuple[str, str, bool], tuple[str, str] | None] = {}
    for place, item in known.items():
        for event in item.events:
            key = (event.wrong, event.right_id, event.is_class)
            if key not in names:
                names[key] = _names_of(event, taxonomy)
            pair = names[key]
            if pair is not None:
                found.setdefault((*pair, event.by_model), {})[place] = event.at
    corrections = []
    for (wrong_name, right_name, by_model), times in found.items():
        items = sorted(times, key=lambda place: (times[place], place), reverse=True)
        last = datetime.fromisoformat(times[items[0]])
        corrections.append(Correction(wrong_name, right_name, by_model, tuple(items), last))
    return sorted(corrections, key=lambda c: (-c.count, c.wrong.casefold(), c.right.casefold(), not c.by_model))


def _names_of(event: _Event, taxonomy: Taxonomy) -> tuple[str, str] | None:
    """What wrong and right are called now; None if they are the same by now, or a class is no longer there."""
    right = taxonomy.get(event.right_id)
    wrong = taxonomy.get(event.wrong) if event.is_class else taxonomy.find(event.wrong)
    if right is None or (event.is_class and wrong is None) or wrong == right:
        return None
    return wrong.name if wrong is not None else event.wrong, right.name
