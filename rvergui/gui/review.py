"""Proposals under review, as one immutable value that undo can bring back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rvergui.core import Mask
from rvergui.segment.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Review:
    """What a search has found and nobody has decided on yet.

    Attributes:
        search: which search; its proposals are told apart by number.
        proposals: undecided, the best first.
        current: the number of the one that keys act on; None if there is none.
        decided: numbers that were accepted, dropped or merged; they do not come again.
        last_item: the item accepted last, which merging adds to.
    """

    search: int
    proposals: tuple[Proposal, ...] = ()
    current: int | None = None
    decided: frozenset[int] = frozenset()
    last_item: str | None = None

    @property
    def proposal(self) -> Proposal | None:
        """The one that keys act on."""
        return self.at(self.current)

    def at(self, number: int | None) -> Proposal | None:
        """The undecided proposal with this number."""
        return next((p for p in self.proposals if p.number == number), None)

    @property
    def place(self) -> int:
        """Where the current one stands, from 0; -1 if there is none."""
        return next((i for i, p in enumerate(self.proposals) if p.number == self.current), -1)

    def upcoming(self, count: int) -> tuple[Proposal, ...]:
        """The ``count`` proposals after the current one."""
        return self.proposals[self.place + 1 : self.place + 1 + count]

    def arrived(self, found: Iterable[Proposal], gone: Iterable[int] = ()) -> Review:
        """With what a search found meanwhile, and without what it took back."""
        lost = set(gone)
        known = {p.number for p in self.proposals} | self.decided
        kept = [p for p in self.proposals if p.number not in lost]
        fresh = [p for p in found if p.number not in known and p.number not in lost]
        together = tuple(sorted((*kept, *fresh), key=lambda p: (-p.score, p.number)))
        return self._with(together)

    def decide(self, number: int | None = None, item_id: str | None = None) -> Review:
        """Without proposal ``number`` (None: the current one); ``item_id`` is the item it became or was added to."""
        number = self.current if number is None else number
        if number is None:
            return self
        place = next((i for i, p in enumerate(self.proposals) if p.number == number), 0)
        left = tuple(p for p in self.proposals if p.number != number)
        following = self.current
        if number == self.current:
            following = left[min(place, len(left) - 1)].number if left else None
        return replace(
            self,
            proposals=left,
            current=following,
            decided=self.decided | {number},
            last_item=item_id or self.last_item,
        )

    def step(self, offset: int) -> Review:
        """The next (1) or previous (-1) one is current; after the last comes the first."""
        if not self.proposals:
            return self
        place = self.place if self.place >= 0 else (-1 if offset > 0 else 0)
        return replace(self, current=self.proposals[(place + offset) % len(self.proposals)].number)

    def go_to(self, number: int) -> Review:
        """This one is current."""
        return replace(self, current=number) if self.at(number) is not None else self

    def with_mask(self, mask: Mask) -> Review:
        """The current one with another mask."""
        edited = tuple(replace(p, mask=mask) if p.number == self.current else p for p in self.proposals)
        return replace(self, proposals=edited)

    def join(self, number: int) -> Review:
        """The current one takes in proposal ``number``."""
        mine, other = self.proposal, self.at(number)
        if mine is None or other is None or mine is other:
            return self
        return self.with_mask(mine.mask | other.mask).decide(number)

    def _with(self, proposals: tuple[Proposal, ...]) -> Review:
        there = any(p.number == self.current for p in proposals)
        current = self.current if there else (proposals[0].number if proposals else None)
        return replace(self, proposals=proposals, current=current)
