"""Objects whose names are confirmed: which there are in a project, and what is known of them on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.core import Item, ItemState, Mask, Sheet
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.engine.messages import PhotoRef

if TYPE_CHECKING:
    from rvergui.project.feature_cache import FeatureCache, Seen
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project

# Of a project with more named objects so many are learnt from: the latest of every class.
LESSONS = 5000


@dataclass(frozen=True)
class Named:
    """An object with a confirmed name.

    Attributes:
        photo_id: the photo it is on.
        item_id: unique on that photo.
        class_id: as the item has it.
        mask: its mask.
        key: identifies what networks see of it; b"" if the photo's content is not known yet.
        photo_key: of the photo's content; "" likewise.
    """

    photo_id: str
    item_id: str
    class_id: str
    mask: Mask
    key: bytes
    photo_key: str = ""

    @property
    def lesson_id(self) -> str:
        """Unique in the project."""
        return f"{self.photo_id}/{self.item_id}"


def named_item(item: Item, photo_id: str, photo_key: str) -> Named | None:
    """``item`` as something to learn from; None if its name is not confirmed."""
    if item.state is not ItemState.CONFIRMED or item.class_id is None or item.mask.is_empty:
        return None
    from rvergui.project.feature_cache import object_key  # brings the database, which the first window does without

    key = object_key(photo_key, item.mask) if photo_key else b""
    return Named(photo_id, item.id, item.class_id, item.mask, key, photo_key)


def read_named(
    project: Project, newer: Mapping[str, Sheet], cache: FeatureCache | None, fingerprint: str
) -> list[tuple[Named, Seen | None]]:
    """What there is to learn from in a project, the latest of every class first, and what a network saw in it.

    What is kept of objects that are gone is removed from the cache.

    Args:
        project: the open project.
        newer: sheets by photo id that may not be on disk yet.
        cache: where what networks saw is kept; None if nowhere.
        fingerprint: of the network.
    """
    found = list(_named_of(project, newer))
    if cache is not None:
        cache.keep_only(fingerprint, (named.key for _, named in found))
    chosen = _latest_of_each(found)[:LESSONS]
    seen = {} if cache is None else cache.get(fingerprint, (named.key for named in chosen if named.key))
    return [(named, seen.get(named.key)) for named in chosen]


def _named_of(project: Project, newer: Mapping[str, Sheet]) -> Iterator[tuple[float, Named]]:
    for record, stored in project.labelled():
        for item in newer.get(record.id, stored):
            named = named_item(item, record.id, record.content_hash or "")
            if named is not None:
                yield (item.label_source.at.timestamp() if item.label_source is not None else 0.0), named


def _latest_of_each(found: Sequence[tuple[float, Named]]) -> list[Named]:
    """First the latest of every class, then the second latest of every class, and so on."""
    classes: defaultdict[str, list[tuple[float, Named]]] = defaultdict(list)
    for at, named in found:
        classes[named.class_id].append((at, named))
    placed = []
    for each in classes.values():
        each.sort(key=lambda pair: -pair[0])
        placed += [(place, -at, named) for place, (at, named) in enumerate(each)]
    placed.sort(key=lambda entry: entry[:2])
    return [named for _, _, named in placed]


def ref_of(project: Project, record: PhotoRecord, pixel_limit: int) -> PhotoRef:
    """How the engine finds a photo; one that was never opened is read for its key.

    Raises:
        RverError: it cannot be read.
    """
    path = project.photo_path(record)
    return PhotoRef(record.content_hash or content_hash(read_photo_file(path)), path, pixel_limit)
