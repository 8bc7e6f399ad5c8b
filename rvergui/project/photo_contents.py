"""What is on a photo, in as few words as a filter needs: which classes, which notes, how certain the names are.

Worked out from a sheet while it is edited and, for a whole project at once, by the database; both agree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.core import Item, ItemState, Sheet

if TYPE_CHECKING:
    from rvergui.project.connection import Guarded


@dataclass(frozen=True, slots=True)
class PhotoContents:
    """What a filter wants to know of a photo with items.

    Attributes:
        class_ids: the classes of its items, as stored: merged ones are not followed.
        notes: the notes of its items, casefolded, one a line.
        margin: the smallest lead of the first suggestion over the second among the items that nobody has confirmed,
            0..1; None if there is no such item with suggestions.
    """

    class_ids: frozenset[str] = frozenset()
    notes: str = ""
    margin: float | None = None


NOTHING = PhotoContents()
"""What is on a photo without items."""


def contents_of(sheet: Sheet) -> PhotoContents:
    """What is on a photo whose items are ``sheet``."""
    margins = [margin for item in sheet if (margin := _margin(item)) is not None]
    return PhotoContents(
        frozenset(item.class_id for item in sheet if item.class_id is not None),
        "\n".join(item.note for item in sheet if item.note).casefold(),
        min(margins, default=None),
    )


def _margin(item: Item) -> float | None:
    """The lead of the first suggestion over the second, if the item still waits for a person's word."""
    if item.state is ItemState.CONFIRMED or not item.suggestions:
        return None
    first, second = (*(s.probability for s in item.suggestions[:2]), 0.0)[:2]
    return first - second


# SQLite works the margins out: it lets other threads of Python run meanwhile.
_QUERY = """
SELECT photos.id, group_concat(DISTINCT items.class_id),
       group_concat(CASE WHEN items.note <> '' THEN items.note END, char(10)),
       min(CASE WHEN items.state <> 'confirmed' AND json_array_length(items.suggestions) > 0
           THEN json_extract(items.suggestions, '$[0][1]') - coalesce(json_extract(items.suggestions, '$[1][1]'), 0)
           END)
FROM items JOIN photos ON photos.number = items.photo
GROUP BY items.photo
"""


def read_all(reader: Guarded) -> dict[str, PhotoContents]:
    """What is on every photo that has items, by photo id."""
    return _read(reader.rows(_QUERY))


def _read(rows: Iterable[tuple[str, str | None, str | None, float | None]]) -> dict[str, PhotoContents]:
    return {
        # Interned: a hundred classes on 50,000 photos are a hundred strings.
        photo_id: PhotoContents(
            frozenset(map(sys.intern, class_ids.split(","))) if class_ids else frozenset(),
            (notes or "").casefold(),
            margin,
        )
        for photo_id, class_ids, notes, margin in rows
    }
