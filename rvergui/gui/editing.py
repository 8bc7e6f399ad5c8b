"""Brush, eraser, polygon and clean-up: edits of the mask that is being worked on, drawn in the background, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from rvergui.core import Mask, Source, SourceKind
from rvergui.gui.document import Document
from rvergui.gui.drafting import Drafting
from rvergui.gui.labelling import Labelling
from rvergui.gui.networks import Networks
from rvergui.gui.worker import Worker

Place = tuple[float, float]


@dataclass(frozen=True)
class _Edit:
    """One edit: what it makes of a mask (called on the loader's thread), and what undo calls it."""

    apply: Callable[[Mask], Mask]
    text: str
    needs_mask: bool


class Editing(QObject):
    """Edits the draft, else the current proposal, else the selected item; painting without any begins a draft.

    The edits of twelve megapixels take some hundredths of a second each, so they are made on the loader's thread. They
    wait for each other: each builds on the mask that the one before it left.
    """

    settled = Signal()  # all edits so far are in place
    notice = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        document: Document,
        drafting: Drafting,
        labelling: Labelling,
        networks: Networks,
        loader: Worker,
        may_edit: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._drafting = drafting
        self._labelling = labelling
        self._networks = networks
        self._loader = loader
        self._may_edit = may_edit
        self._queue: deque[_Edit] = deque()
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether an edit is still being made."""
        return self._busy

    def stroke(self, path: Sequence[Place], radius: float, erase: bool) -> bool:
        """A stroke of a round brush along ``path`` (photo pixels); False if there is nothing to draw on."""
        places = tuple(path)

        def drawn(mask: Mask) -> Mask:
            from rvergui.segment.strokes import stroke_mask

            stroke = stroke_mask(places, radius, mask.size)
            return mask - stroke if erase else mask | stroke

        return self._submit(_Edit(drawn, "Erase" if erase else "Paint", erase))

    def polygon(self, corners: Sequence[Place], erase: bool) -> bool:
        """The inside of a polygon with these ``corners`` (photo pixels)."""
        places = tuple(corners)

        def drawn(mask: Mask) -> Mask:
            from rvergui.segment.strokes import polygon_mask

            inside = polygon_mask(places, mask.size)
            return mask - inside if erase else mask | inside

        return self._submit(_Edit(drawn, self.tr("Cut a polygon away") if erase else self.tr("Polygon"), erase))

    def clean_up(self) -> bool:
        """Fill small holes and take small pieces away; clicked ones stay as they were clicked."""
        draft = self._document.draft
        clicks = draft.prompt.points if draft is not None else ()

        def cleaned(mask: Mask) -> Mask:
            from rvergui.segment.cleanup import clean_up

            return clean_up(mask, clicks=clicks)

        return self._submit(_Edit(cleaned, self.tr("Clean up"), True))

    def _submit(self, edit: _Edit) -> bool:
        sheet = self._document.sheet
        if self._networks.photo is None or sheet is None or not self._may_edit():
            return False
        if edit.needs_mask and self._labelling.target_mask is None and not self._queue:
            self.notice.emit(self.tr("There is no mask to change: click a dish, or select an object first."))
            return False
        self._queue.append(edit)
        self._next()
        return True

    def _next(self) -> None:
        sheet, photo = self._document.sheet, self._networks.photo
        if self._busy:
            return
        if sheet is None or photo is None:
            self._queue.clear()
        if not self._queue or sheet is None or photo is None:
            self.settled.emit()
            return
        self._busy = True
        edit = self._queue[0]
        target = self._labelling.target_mask
        mask = Mask.empty(sheet.size) if target is None else target

        def done(edited: Mask) -> None:
            self._busy = False
            # Unless an answer came in between: then the edit is made once more, on the new mask.
            if self._networks.photo == photo and self._labelling.target_mask == target:
                self._queue.popleft()
                self._put(edit, target, edited)
            self._next()

        def failed(message: str) -> None:
            self._busy = False
            self._queue.clear()
            self.problem.emit(message)
            self.settled.emit()

        self._loader.submit(lambda: edit.apply(mask), done, failed, priority=-4)

    def _put(self, edit: _Edit, before: Mask | None, mask: Mask) -> None:
        if mask == before or (before is None and mask.is_empty):
            if edit.text == self.tr("Clean up"):
                self.notice.emit(self.tr("There are no small holes or crumbs in this mask."))
            return
        document, review = self._document, self._document.review
        item = self._labelling.selected_item
        if document.draft is not None:
            if mask.is_empty:
                document.commit(edit.text, draft=None)
            else:
                self._drafting.paint(mask, edit.text)
        elif review is not None and review.proposal is not None:
            document.commit(edit.text, review=review.decide() if mask.is_empty else review.with_mask(mask))
        elif item is not None and document.sheet is not None:
            if mask.is_empty:
                document.commit(edit.text, sheet=document.sheet.without([item.id]), selected=None)
            else:
                painted = item.with_mask(mask, Source.now(SourceKind.PERSON, self._labelling.user))
                document.commit(edit.text, sheet=document.sheet.with_item(painted))
        else:
            self._drafting.paint(mask, edit.text)
