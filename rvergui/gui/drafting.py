"""From clicks to a mask: the prompt grows with every gesture and the segmenter answers it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from rvergui.core import Box, Mask, Point
from rvergui.engine.messages import Choose, Decode, Decoded, Preview, Previewed
from rvergui.gui.document import Document
from rvergui.gui.draft import Draft
from rvergui.gui.networks import Networks


class Drafting(QObject):
    """Turns gestures on the photo into the document's draft.

    ``may_edit`` says whether the project can be changed, and tells the person why not.

    Attributes:
        tidy: whether fresh masks lose specks that no one could have meant.
    """

    preview_changed = Signal(object)  # Mask or None
    notice = Signal(str)

    def __init__(
        self, document: Document, networks: Networks, may_edit: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._networks = networks
        self._may_edit = may_edit
        self.tidy = True
        self._decode_generation = 0
        self._preview_generation = 0
        networks.decoded.connect(self._on_decoded)
        networks.previewed.connect(self._on_previewed)
        document.restored.connect(self.resume)

    def click(self, x: float, y: float, positive: bool = True) -> None:
        """A click at (x, y) in photo pixels: add what lies there to the draft, or take it away."""
        if self._networks.photo is None or not self._may_edit():
            return
        draft = self._document.draft
        if draft is None and not positive:
            self.notice.emit(self.tr("Click the dish first; a right click then takes away from its mask."))
            return
        draft = draft or Draft()
        text = self.tr("Add to the mask") if positive else self.tr("Take from the mask")
        self._prompt(draft.asking(draft.prompt.with_point(Point(x, y, positive))), text)

    def box(self, box: Box) -> None:
        """A box around the dish."""
        if self._networks.photo is None or not self._may_edit():
            return
        draft = self._document.draft or Draft()
        self._prompt(draft.asking(draft.prompt.with_box(box)), "Box")

    def _prompt(self, draft: Draft, text: str) -> None:
        before = self._document.draft
        fresh = before is None or before.prompt.is_empty
        self._document.commit(text, draft=draft, selected=None)
        self._decode(fresh)

    def _decode(self, fresh: bool) -> None:
        photo, draft = self._networks.photo, self._document.draft
        if photo is None or draft is None:
            return
        self.preview_changed.emit(None)
        request = Decode(photo=photo, prompt=draft.prompt, fresh=fresh, ground=draft.ground, tidy=self.tidy)
        self._decode_generation = self._networks.submit(request)

    def paint(self, mask: Mask, text: str) -> None:
        """The draft has this mask now, drawn by hand; without a draft it is the beginning of one."""
        draft = (self._document.draft or Draft()).painted(mask)
        self._document.commit(text, draft=draft, selected=None)
        if draft.waiting:  # what is on its way builds on the mask without the stroke
            self._decode(fresh=False)

    def hover(self, x: float, y: float) -> None:
        """Show what a click at (x, y) would give."""
        photo = self._networks.photo
        if photo is not None and self._document.draft is None and not self._networks.encoding:
            self._preview_generation = self._networks.submit(Preview(photo=photo, point=Point(x, y), tidy=self.tidy))

    def end_hover(self) -> None:
        """The pointer left the photo."""
        self._preview_generation = 0
        self.preview_changed.emit(None)

    def cycle_candidate(self, offset: int = 1) -> None:
        """Show the next of the segmenter's candidates for the draft."""
        photo, draft = self._networks.photo, self._document.draft
        if photo is None or draft is None or draft.mask is None:
            return
        if draft.count < 2:
            self.notice.emit(self.tr("This segmenter offers one mask for this click; click again to refine it."))
            return
        self._document.acted()
        index = (draft.index + offset) % draft.count
        request = Choose(photo=photo, prompt=draft.prompt, index=index, ground=draft.ground, tidy=self.tidy)
        self._decode_generation = self._networks.submit(request)

    # --- answers -------------------------------------------------------------------------------------------------

    def resume(self) -> None:
        """A draft is back that was never answered: ask again."""
        draft = self._document.draft
        if draft is not None and draft.waiting:
            self._decode(fresh=True)

    def _on_decoded(self, result: Decoded) -> None:
        draft = self._document.draft
        if result.generation != self._decode_generation or draft is None:
            return
        self._document.answer_draft(
            draft.answered(result.mask, result.candidate, result.index, result.count, result.score)
        )

    def _on_previewed(self, result: Previewed) -> None:
        if result.generation == self._preview_generation and self._document.draft is None:
            self.preview_changed.emit(result.mask)
