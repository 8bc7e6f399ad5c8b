"""The annotation of one photo as an immutable value; an edit is a pure function from sheet to sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rvergui.core.errors import RverError
from rvergui.core.item import Item, ItemState


@dataclass(frozen=True, slots=True)
class Sheet:
    """All items of one photo, bottom to top.

    Attributes:
        photo_id: the photo's id in its project.
        size: (height, width) of the photo in pixels.
        items: the objects; ids are unique.
    """

    photo_id: str
    size: tuple[int, int]
    items: tuple[Item, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def get(self, item_id: str) -> Item | None:
        """The item with this id, if the sheet has it."""
        return next((item for item in self.items if item.id == item_id), None)

    def with_item(self, item: Item) -> Sheet:
        """The sheet with ``item`` on top, or in the place of the item with the same id."""
        if item.mask.size != self.size:
            raise RverError(
                f"The mask is {item.mask.size[1]}x{item.mask.size[0]} pixels and the photo "
                f"{self.size[1]}x{self.size[0]}; use a mask that was made on this photo."
            )
        if self.get(item.id) is None:
            return replace(self, items=(*self.items, item))
        return replace(self, items=tuple(item if old.id == item.id else old for old in self.items))

    def without(self, item_ids: Iterable[str]) -> Sheet:
        """The sheet without these items."""
        gone = set(item_ids)
        return replace(self, items=tuple(item for item in self.items if item.id not in gone))

    def at(self, x: float, y: float) -> Item | None:
        """The topmost item under the point (x, y) in photo pixels; of nested ones the smallest."""
        hits = [item for item in self.items if item.mask.contains(x, y)]
        return min(reversed(hits), key=lambda item: item.mask.area) if hits else None

    @property
    def confirmed(self) -> int:
        """How many items a person has named."""
        return sum(item.state is ItemState.CONFIRMED for item in self.items)

    @property
    def verified(self) -> int:
        """How many items were looked at a second time."""
        return sum(item.verified is not None for item in self.items)

    @property
    def smallest_margin(self) -> float | None:
        """The smallest margin of the unconfirmed items; None if no model has said anything about one."""
        margins = (item.margin for item in self.items if item.state is not ItemState.CONFIRMED)
        return min((margin for margin in margins if margin is not None), default=None)

    @property
    def is_done(self) -> bool:
        """Whether there are items and every one is confirmed."""
        return bool(self.items) and self.confirmed == len(self.items)
