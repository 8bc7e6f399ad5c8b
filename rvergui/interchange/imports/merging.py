"""Putting labels from elsewhere onto a sheet that may have labels already: nothing is lost, nothing is there twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rvergui.core import Item, ItemState, Mask, Sheet, Source

SAME = 0.9
"""Masks that overlap this much (intersection over union) show the same object."""


@dataclass(frozen=True)
class Incoming:
    """An object that comes in: its class, its mask at the photo's size, and the machine that drew the mask, if one did.

    What a machine drew comes in as a proposal under its name: somebody has to look at it.
    """

    class_id: str
    mask: Mask
    drawn: Source | None = None

    def as_item(self, source: Source) -> Item:
        """A new item of it."""
        if self.drawn is None:
            return Item.new(self.mask, source).named(self.class_id, source)
        return replace(Item.new(self.mask, self.drawn, ItemState.PROPOSED), class_id=self.class_id, label_source=source)


@dataclass(frozen=True)
class Merged:
    """What became of the objects that came in.

    Attributes:
        sheet: with all that it had and all that is new.
        added: how many are new.
        known: how many were there already, under the same name.
        named: how many were there without a name and have the one that came in now.
        conflicts: class ids (there, came in) of objects that are there under another name; both are kept.
    """

    sheet: Sheet
    added: int = 0
    known: int = 0
    named: int = 0
    conflicts: tuple[tuple[str, str], ...] = ()


def merge(sheet: Sheet, incoming: Sequence[Incoming], source: Source, same: float = SAME) -> Merged:
    """``sheet`` with ``incoming`` on top of it.

    An object whose mask is there already (``same``) under its name is not doubled; one that is there without a name
    gets it; one that is there under another name is kept beside it, for a person to decide.

    Args:
        sheet: of the photo that the masks were made on.
        incoming: bottom to top; masks of the sheet's size.
        source: where they come from.
        same: from which overlap on two masks show the same object.
    """
    after = sheet
    added = known = named = 0
    conflicts: list[tuple[str, str]] = []
    for new in incoming:
        there = _likest(after.items, new, same)
        if there is not None and there.class_id == new.class_id:
            known += 1
            continue
        if there is not None and there.class_id is None:
            after = after.with_item(there.named(new.class_id, source))
            named += 1
            continue
        if there is not None and there.class_id is not None:
            conflicts.append((there.class_id, new.class_id))
        after = after.with_item(new.as_item(source))
        added += 1
    return Merged(after, added, known, named, tuple(conflicts))


def _likest(items: Sequence[Item], new: Incoming, same: float) -> Item | None:
    """The item that shows the same object: of its name if there is one, else the one that overlaps most."""
    alike = [
        (item.class_id == new.class_id, item.class_id is None, overlap, item)
        for item in items
        if _may_overlap(item.mask, new.mask, same) and (overlap := item.mask.iou(new.mask)) >= same
    ]
    return max(alike, key=lambda found: found[:3])[3] if alike else None


def _may_overlap(one: Mask, other: Mask, same: float) -> bool:
    """Whether the overlap can be ``same`` at all, by area and box alone."""
    small, large = sorted((one.area, other.area))
    if one.size != other.size or small < same * large:
        return False
    (ax, ay, aw, ah), (bx, by, bw, bh) = one.bbox, other.bbox
    return ax < bx + bw and bx < ax + aw and ay < by + bh and by < ay + ah
