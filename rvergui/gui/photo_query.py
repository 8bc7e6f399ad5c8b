"""Which photos a list shows and in which order, as a value and pure functions. Knows nothing of widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rvergui.core import Taxonomy
from rvergui.gui.photo_columns import Columns, columns_of
from rvergui.project.photo_contents import PhotoContents
from rvergui.project.records import PhotoRecord, PhotoStatus


class PhotoOrder(StrEnum):
    """In which order photos are listed."""

    NATURAL = "natural"  # as the files are called
    UNCERTAIN = "uncertain"  # only those with a name that waits for a person's word, the least certain first


@dataclass(frozen=True)
class PhotoQuery:
    """What somebody wants to see of the photos.

    Attributes:
        status: how far the work on them has come; None for all.
        text: words that all have to be found in a photo's path, in the names of the classes on it, or in its notes.
        class_id: a class that has to be on them; None for any.
        order: how they are sorted.
    """

    status: PhotoStatus | None = None
    text: str = ""
    class_id: str | None = None
    order: PhotoOrder = PhotoOrder.NATURAL

    @property
    def shows_everything(self) -> bool:
        """Whether no photo is left out and none is in another place."""
        return not self.text.strip() and self == PhotoQuery(text=self.text)


class Matcher:
    """A query made ready for many photos."""

    def __init__(self, query: PhotoQuery, taxonomy: Taxonomy) -> None:
        self._query = query
        self._classes = None if query.class_id is None else counted_as(taxonomy, query.class_id)
        self._words = [(word, _named_like(taxonomy, word)) for word in query.text.casefold().split()]

    def rows(self, photos: Columns, contents: Mapping[str, PhotoContents]) -> list[int]:
        """The rows of ``photos`` that fit, in the order to be shown.

        Args:
            photos: all photos.
            contents: what is on those that have items, by photo id.
        """
        rows: Sequence[int] = range(len(photos.records))
        status = self._query.status
        if status is not None:
            rows = [row for row, each in enumerate(photos.statuses) if each is status]
        if self._classes is not None:
            wanted = self._classes
            there = _rows_of(photos, (i for i, on in contents.items() if not wanted.isdisjoint(on.class_ids)))
            rows = [row for row in rows if row in there]
        for word, classes in self._words:
            rows = self._with_word(rows, word, classes, photos, contents)
        if self._query.order is PhotoOrder.UNCERTAIN:
            return self._by_margin(rows, photos)
        return list(rows)

    def fits(self, record: PhotoRecord, contents: PhotoContents) -> bool:
        """Whether one photo fits."""
        return bool(self.rows(columns_of((record,)), {record.id: contents}))

    @staticmethod
    def _with_word(
        rows: Sequence[int], word: str, classes: frozenset[str], photos: Columns, contents: Mapping[str, PhotoContents]
    ) -> list[int]:
        paths = photos.paths
        on = (i for i, on in contents.items() if word in on.notes or not classes.isdisjoint(on.class_ids))
        there = _rows_of(photos, on)
        if not there:
            return [row for row in rows if word in paths[row]]
        return [row for row in rows if word in paths[row] or row in there]

    @staticmethod
    def _by_margin(rows: Sequence[int], photos: Columns) -> list[int]:
        records = photos.records
        margins = [(margin, row) for row in rows if (margin := records[row].margin) is not None]
        order = np.argsort(np.array([margin for margin, _ in margins]), kind="stable")
        return [margins[place][1] for place in order.tolist()]


def _rows_of(photos: Columns, photo_ids: Iterable[str]) -> set[int]:
    rows = photos.rows
    return {rows[photo_id] for photo_id in photo_ids if photo_id in rows}


def counted_as(taxonomy: Taxonomy, class_id: str) -> frozenset[str]:
    """The class and all that were merged into it."""
    return frozenset(each for each, root in roots(taxonomy).items() if root == class_id) | {class_id}


def roots(taxonomy: Taxonomy) -> dict[str, str]:
    """By class id, the id of the class that it counts as: itself, or what it was merged into in the end."""
    merged = {food.id: food.merged_into for food in taxonomy.classes}
    found = {}
    for class_id in merged:
        root, seen = class_id, {class_id}
        while (onward := merged.get(root)) is not None and onward not in seen:
            seen.add(onward)
            root = onward
        found[class_id] = root
    return found


def _named_like(taxonomy: Taxonomy, word: str) -> frozenset[str]:
    """The classes whose name or alias holds ``word``, and those merged into them."""
    fitting = {
        food.id for food in taxonomy.classes if any(word in name.casefold() for name in (food.name, *food.aliases))
    }
    return frozenset(each for each, root in roots(taxonomy).items() if each in fitting or root in fitting)
