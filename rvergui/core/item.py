"""One object on a photo: its mask, its name and where both come from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from rvergui.core.errors import RverError
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
    """One object on a photo. Immutable; every change makes a new value with the same ``id``.

    Attributes:
        id: stable for the item's whole life.
        mask: its pixels.
        class_id: the class it is named by; None as long as it has no name.
        state: how far it has come.
        mask_source: who or what made the mask.
        label_source: who or what gave the name.
        suggestions: what a model says of it, best first.
        note: free text.
        verified: who looked at mask and name once more and found both right; another mask or name takes it back.
    """

    id: str
    mask: Mask
    class_id: str | None
    state: ItemState
    mask_source: Source
    label_source: Source | None = None
    suggestions: tuple[Suggestion, ...] = ()
    note: str = ""
    verified: Source | None = None

    @classmethod
    def new(cls, mask: Mask, mask_source: Source, state: ItemState = ItemState.OPEN) -> Item:
        """An unnamed item with a fresh id."""
        return cls(id=uuid.uuid4().hex, mask=mask, class_id=None, state=state, mask_source=mask_source)

    @property
    def suggested(self) -> Suggestion | None:
        """The name that the model offers first; None if it has said nothing."""
        return max(self.suggestions, key=lambda s: s.probability, default=None)

    @property
    def margin(self) -> float | None:
        """How far the first suggestion is ahead of the second, 0..1: the less, the less certain is the model.

        One suggestion alone is as far ahead as it is probable. None if there are no suggestions.
        """
        first, *others = sorted((s.probability for s in self.suggestions), reverse=True) or (None,)
        return None if first is None else first - (others[0] if others else 0.0)

    def named(self, class_id: str, source: Source) -> Item:
        """This item under the class ``class_id``; a person's word confirms it."""
        confirmed = source.kind is not SourceKind.MODEL
        state = ItemState.CONFIRMED if confirmed else self.state
        verified = self.verified if class_id == self.class_id else None
        return replace(self, class_id=class_id, label_source=source, state=state, verified=verified)

    def with_suggestions(self, suggestions: tuple[Suggestion, ...]) -> Item:
        """This item with what a model says of it."""
        return replace(self, suggestions=suggestions)

    def with_mask(self, mask: Mask, source: Source) -> Item:
        """This item with another mask; suggestions for the old one and its verification no longer hold."""
        return replace(self, mask=mask, mask_source=source, suggestions=(), verified=None)

    def noted(self, note: str) -> Item:
        """This item with another note."""
        return replace(self, note=note)

    def verify(self, source: Source) -> Item:
        """This item after a second look: ``source`` found its mask and its name right.

        Raises:
            RverError: nobody has confirmed a name yet, so there is nothing to look at a second time.
        """
        if self.state is not ItemState.CONFIRMED or self.class_id is None:
            raise RverError("Only an object whose name is confirmed can be verified; give it its name first.")
        return replace(self, verified=source)

    def unverify(self) -> Item:
        """This item without its verification."""
        return replace(self, verified=None)
