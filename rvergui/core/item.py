"""One object on a photo: its mask, its name and where both come from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from rvergui.core.mask import Mask


class SourceKind(StrEnum):
    """Who can make a mask or give a name."""

    PERSON = "person"
    MODEL = "model"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Source:
    """Provenance: who or which model did it, and when (UTC)."""

    kind: SourceKind
    name: str
    at: datetime

    @classmethod
    def now(cls, kind: SourceKind, name: str) -> Source:
        """A source with the present time."""
        return cls(kind=kind, name=name, at=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that a model offers.

    Attributes:
        name: the class name as the model knows it.
        probability: with the surroundings, 0..1.
        without_context: the same with the extra-ROI view blacked out, 0..1.
    """

    name: str
    probability: float
    without_context: float

    @property
    def context_change(self) -> float:
        """What the surroundings changed: probability with context minus probability without."""
        return self.probability - self.without_context


class ItemState(StrEnum):
    """How far an item has come."""

    PROPOSED = "proposed"  # a machine drew it, nobody has looked yet
    OPEN = "open"  # a person keeps the mask, its name is not confirmed
    CONFIRMED = "confirmed"  # a person chose or accepted the name


@dataclass(frozen=True, slots=True)
class Item:
    """One object on a photo. Immutable; every change makes a new value with the same ``id``."""

    id: str
    mask: Mask
    class_id: str | None
    state: ItemState
    mask_source: Source
    label_source: Source | None = None
    suggestions: tuple[Suggestion, ...] = ()
    note: str = ""

    @classmethod
    def new(cls, mask: Mask, mask_source: Source, state: ItemState = ItemState.OPEN) -> Item:
        """An unnamed item with a fresh id."""
        return cls(id=uuid.uuid4().hex, mask=mask, class_id=None, state=state, mask_source=mask_source)

    def named(self, class_id: str, source: Source) -> Item:
        """This item under the class ``class_id``; a person's word confirms it."""
        confirmed = source.kind is not SourceKind.MODEL
        state = ItemState.CONFIRMED if confirmed else self.state
        return replace(self, class_id=class_id, label_source=source, state=state)

    def with_suggestions(self, suggestions: tuple[Suggestion, ...]) -> Item:
        """This item with what a model says of it."""
        return replace(self, suggestions=suggestions)

    def with_mask(self, mask: Mask, source: Source) -> Item:
        """This item with another mask; suggestions for the old one no longer hold."""
        return replace(self, mask=mask, mask_source=source, suggestions=())
