"""The object being made: clicks so far and the mask they gave."""

from __future__ import annotations

from dataclasses import dataclass

from rvergui.core import Mask, Prompt, Sheet, Taxonomy


@dataclass(frozen=True, slots=True)
class Draft:
    """An object that is not in the sheet yet.

    Attributes:
        prompt: the clicks and the box.
        mask: the candidate shown; None until the first answer.
        index: which candidate is shown.
        count: how many there are.
        score: the segmenter's own estimate for it, 0..1.
    """

    prompt: Prompt
    mask: Mask | None = None
    index: int = 0
    count: int = 0
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that undo brings back, as references to immutable values."""

    photo_id: str | None
    sheet: Sheet | None
    draft: Draft | None
    selected: str | None
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the undo stack."""

    text: str
    before: Snapshot
    after: Snapshot
