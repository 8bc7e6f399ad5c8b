"""The object being made: clicks so far and the mask they gave."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rvergui.core import Mask, Prompt, Sheet, Taxonomy
from rvergui.gui.review import Review
from rvergui.segment.ground import Ground


@dataclass(frozen=True, slots=True)
class Draft:
    """An object that is not in the sheet yet, or one of it whose mask is being refined.

    Attributes:
        prompt: the clicks and the box.
        mask: the mask shown; None until the first answer.
        index: which candidate is shown.
        count: how many there are.
        score: the segmenter's own estimate for it, 0..1.
        candidate: the segmenter's candidate that ``mask`` is, or was made of by painting; None if there is none.
        ground: what the last clicks, or the cycling of candidates, builds on; None: the candidate is the mask.
        waiting: whether the last click has not been answered yet.
        item_id: the item whose mask this refines; None for a new object.
    """

    prompt: Prompt = field(default_factory=Prompt)
    mask: Mask | None = None
    index: int = 0
    count: int = 0
    score: float = 0.0
    candidate: Mask | None = None
    ground: Ground | None = None
    waiting: bool = False
    item_id: str | None = None

    @property
    def is_edited(self) -> bool:
        """Whether the mask is no longer what the segmenter offered."""
        return self.mask is not None and self.mask != self.candidate

    def asking(self, prompt: Prompt) -> Draft:
        """This draft with another click or box, to be answered."""
        ground = self.ground
        if not self.waiting:
            ground = self._present_ground() if self.is_edited else None
        return replace(self, prompt=prompt, ground=ground, waiting=True)

    def answered(self, mask: Mask, candidate: Mask | None, index: int, count: int, score: float) -> Draft:
        """This draft with its answer."""
        return replace(self, mask=mask, candidate=candidate, index=index, count=count, score=score, waiting=False)

    def painted(self, mask: Mask) -> Draft:
        """This draft with an edited mask. An answer still awaited will build on it."""
        if self.waiting:
            before, settled = self.candidate, 0
            if self.ground is not None:
                before, settled = self.ground.before, self.ground.settled
            return replace(self, mask=mask, ground=Ground(mask, before, settled))
        painted = replace(self, mask=mask)
        return replace(painted, ground=painted._present_ground())

    def _present_ground(self) -> Ground | None:
        return Ground(self.mask, self.candidate, len(self.prompt.points)) if self.mask is not None else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that undo brings back, as references to immutable values.

    Attributes:
        photo_id: the photo that was shown; None if there was none, or if the step is one over several photos.
        sheet: its sheet.
        draft: the object being made on it.
        selected: the selected item.
        taxonomy: the classes.
        review: the proposals that were looked at.
        sheets: the sheets that a step over several photos changes, see ``Document.commit_many``; () in all others.
    """

    photo_id: str | None
    sheet: Sheet | None
    draft: Draft | None
    selected: str | None
    taxonomy: Taxonomy
    review: Review | None = None
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the undo stack."""

    text: str
    before: Snapshot
    after: Snapshot
