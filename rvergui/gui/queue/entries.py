"""The items of a queue in a fixed order: as they were when it was made, and as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Item, ItemState
from rvergui.project.queue import QueueItem


class Entries:
    """Rows of a queue. What was dealt with stays where it is, so that nothing jumps and undo brings it back in place.

    An entry is left as long as nobody has looked at it: once its name, its state or its verification has changed, or
    the item is gone, it is not; ``again`` counts what was verified as not looked at, too. Made in the background,
    then used on the GUI thread.
    """

    def __init__(self, items: Iterable[QueueItem] = (), again: bool = False) -> None:
        self._again = again
        self._was: list[QueueItem] = list(items)
        self._now: list[QueueItem | None] = list(self._was)
        self._rows: dict[str, dict[str, int]] = {}
        names: dict[str, int] = {"": 0}
        count = len(self._was)
        self._left = np.ones(count, dtype=bool)
        self._named = np.zeros(count, dtype=bool)
        self._suggested = np.zeros(count, dtype=np.int32)
        self._probability = np.zeros(count, dtype=np.float32)
        for row, item in enumerate(self._was):
            self._rows.setdefault(item.photo_id, {})[item.id] = row
            self._suggested[row] = names.setdefault(item.suggested, len(names))
            self._probability[row] = item.probability or 0.0
            self._left[row] = again or not item.verified
            self._named[row] = item.class_id is not None
        self._names = names

    def __len__(self) -> int:
        return len(self._was)

    def __getitem__(self, row: int) -> QueueItem:
        """The entry as it is now; of an item that is gone, as it was."""
        return self._now[row] or self._was[row]

    def was(self, row: int) -> QueueItem:
        """The entry as it was when the queue was made."""
        return self._was[row]

    def is_left(self, row: int) -> bool:
        """Whether somebody still has to look at it."""
        return bool(self._left[row])

    def is_gone(self, row: int) -> bool:
        """Whether the item was deleted since."""
        return self._now[row] is None

    @property
    def left(self) -> int:
        """How many somebody still has to look at."""
        return int(self._left.sum())

    @property
    def photos(self) -> Iterable[str]:
        """The photos that the entries are on."""
        return self._rows.keys()

    def row_of(self, photo_id: str, item_id: str) -> int | None:
        """The row of an item."""
        return self._rows.get(photo_id, {}).get(item_id)

    def rows_on(self, photo_id: str) -> Iterable[int]:
        """The rows of a photo's items."""
        return self._rows.get(photo_id, {}).values()

    def next_left(self, row: int, but: Sequence[int] | NDArray[np.intp] = ()) -> int | None:
        """The first row after ``row`` that is left, or else the first before it; those in ``but`` do not count."""
        left = self._left.copy()
        left[np.asarray(but, dtype=np.intp)] = False
        rows = np.flatnonzero(left)
        if rows.size == 0:
            return None
        place = int(np.searchsorted(rows, row, side="right"))
        return int(rows[place] if place < rows.size else rows[-1])

    def settle(self, rows: Sequence[int] | NDArray[np.intp]) -> None:
        """Somebody has looked at these and left them as they were."""
        self._left[np.asarray(rows, dtype=np.intp)] = False

    def look_alikes(self, name: str, at_least: float, overruled: Callable[[QueueItem], bool]) -> NDArray[np.intp]:
        """The rows that are left of which the model says ``name`` with at least this probability (0..1).

        Entries that are ``overruled`` by that are left out: a name that a person gave is not changed in passing.
        """
        wanted = self._suggested == self._names.get(name, -1)
        rows = np.flatnonzero(wanted & self._left & (self._probability >= at_least - 1e-6))
        return np.array([row for row in rows if not overruled(self[int(row)])], dtype=np.intp)

    def suggested(self, rows: Sequence[int] | NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of ``rows`` that a model has said something about."""
        wanted = np.asarray(rows, dtype=np.intp)
        return wanted[self._suggested[wanted] > 0]

    def named(self, rows: Sequence[int] | NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of ``rows`` that have a name."""
        wanted = np.asarray(rows, dtype=np.intp)
        return wanted[self._named[wanted]]

    def by_photo(self, rows: NDArray[np.intp]) -> dict[str, set[str]]:
        """By photo id the ids of the items in these rows."""
        wanted: dict[str, set[str]] = {}
        for row in rows:
            item = self._was[row]
            wanted.setdefault(item.photo_id, set()).add(item.id)
        return wanted

    def alike(self, row: int) -> NDArray[np.intp]:
        """The rows that are left with the same suggestion and the same name as this one."""
        like = self[row]
        rows = np.flatnonzero((self._suggested == self._suggested[row]) & self._left)
        return np.array([each for each in rows if self[int(each)].class_id == like.class_id], dtype=np.intp)

    def update(self, photo_id: str, items: Iterable[Item]) -> list[int]:
        """A photo's items are these now; returns the rows that look different."""
        rows = self._rows.get(photo_id)
        if rows is None:
            return []
        present = {item.id: item for item in items}
        return [row for item_id, row in rows.items() if self._take(row, present.get(item_id))]

    def _take(self, row: int, item: Item | None) -> bool:
        was, now = self._was[row], self._now[row]
        if item is not None and now is not None and _same(now, item):
            return False
        entry = None if item is None else _entry(now or was, item)
        if entry == now:
            return False
        self._now[row] = entry
        still = self._again or not was.verified
        self._left[row] = entry is not None and still and _judged(entry) == _judged(was)
        if entry is not None:
            self._named[row] = entry.class_id is not None
            self._suggested[row] = self._names.setdefault(entry.suggested, len(self._names))
            self._probability[row] = entry.probability or 0.0
        return True


def _judged(entry: QueueItem) -> tuple[str | None, ItemState, bool]:
    return entry.class_id, entry.state, entry.verified


def _same(entry: QueueItem, item: Item) -> bool:
    """Whether an entry shows an item as it is; most items of a photo are as they were."""
    said = item.suggestions
    return (
        entry.class_id == item.class_id
        and entry.state is item.state
        and entry.verified is (item.verified is not None)
        and entry.label_kind is (item.label_source.kind if item.label_source else None)
        and entry.suggested == (said[0].name if said else "")
        and entry.probability == (said[0].probability if said else None)
    )


def _entry(known: QueueItem, item: Item) -> QueueItem:
    first = item.suggested
    same = first is not None and (known.suggested, known.probability) == (first.name, first.probability)
    return replace(
        known,
        class_id=item.class_id,
        state=item.state,
        label_kind=item.label_source.kind if item.label_source else None,
        suggested=first.name if first else "",
        probability=first.probability if first else None,
        margin=known.margin if same else item.margin,
        verified=item.verified is not None,
    )
