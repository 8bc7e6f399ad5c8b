"""What is on a photo, in as few words as a filter needs: which classes, which notes.

Worked out from a sheet while it is edited and, for a whole project at once, by the database; both agree.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.core import Sheet

if TYPE_CHECKING:
    from rvergui.project.connection import Guarded


@dataclass(frozen=True, slots=True)
class PhotoContents:
    """What a filter wants to know of a photo with items.

    Attributes:
        class_ids: the classes of its items, as stored: merged ones are not followed.
        notes: the notes of its items, casefolded, one a line, bottom to top.
    """

    class_ids: frozenset[str] = frozenset()
    notes: str = ""


NOTHING = PhotoContents()
"""What is on a photo without items."""


def contents_of(sheet: Sheet) -> PhotoContents:
    """What is on a photo whose items are ``sheet``."""
    return PhotoContents(
        frozenset(item.class_id for item in sheet if item.class_id is not None),
        "\n".join(item.note for item in sheet if item.note).casefold(),
    )


# SQLite puts the words together: it lets other threads of Python run meanwhile.
_QUERY = """
SELECT photos.id, group_concat(DISTINCT class_id), group_concat(CASE WHEN note <> '' THEN note END, char(10))
FROM (SELECT photo, class_id, note FROM items ORDER BY photo, position) AS items
JOIN photos ON photos.number = items.photo
GROUP BY items.photo
"""


def read(reader: Guarded) -> dict[str, PhotoContents]:
    """What is on every photo that has items, by photo id; ``reader`` is a connection of its own."""
    return {
        # Interned: a hundred classes on 50,000 photos are a hundred strings.
        photo_id: PhotoContents(
            frozenset(map(sys.intern, class_ids.split(","))) if class_ids else frozenset(), (notes or "").casefold()
        )
        for photo_id, class_ids, notes in reader.stream(_QUERY)
    }
