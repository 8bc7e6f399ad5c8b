"""Finding everything on a photo and deciding on each proposal with one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from rvergui.core import Item, Source, SourceKind
from rvergui.engine.messages import FindAll, Found, StopFinding
from rvergui.gui.document import Document
from rvergui.gui.key_words import KeyWords
from rvergui.gui.labelling import Labelling
from rvergui.gui.networks import Networks
from rvergui.gui.review import Review
from rvergui.segment.proposal import Proposal

# So many proposals after the current one are named ahead.
NAMED_AHEAD = 3


class Proposals(QObject):
    """Runs searches and turns their proposals into items. What is undecided is the document's ``review``."""

    changed = Signal()  # a search begins, comes on or ends
    notice = Signal(str)

    def __init__(
        self,
        document: Document,
        networks: Networks,
        labelling: Labelling,
        may_edit: Callable[[], bool],
        keys: KeyWords,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._networks = networks
        self._labelling = labelling
        self._may_edit = may_edit
        self._keys = keys
        self._search = 0
        self._found: dict[int, Proposal] = {}
        self.searching = False
        self.share = 0.0
        networks.found.connect(self._on_found)
        networks.find_failed.connect(self._end)
        networks.restarted.connect(self._end)
        networks.naming.changed.connect(self._name_ahead)
        document.applied.connect(self._on_applied)
        document.restored.connect(self._on_restored)

    @property
    def review(self) -> Review | None:
        """What is to be decided; None when nobody looks at proposals."""
        return self._document.review

    # --- searching -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Look for everything on the photo that is not cut out yet."""
        photo, sheet = self._networks.photo, self._document.sheet
        if photo is None or sheet is None or not self._may_edit():
            return
        if self._document.draft is not None:
            self._labelling.keep_draft()
        self._labelling.select(None)
        self._found.clear()
        self._search = self._networks.submit(FindAll(photo=photo, known=tuple(item.mask for item in sheet)))
        self.searching, self.share = True, 0.0
        self._document.put_review(Review(search=self._search))
        self.changed.emit()

    def stop(self) -> None:
        """End the search; what it has found stays to be decided on."""
        photo = self._networks.photo
        if self.searching and photo is not None:
            self._networks.submit(StopFinding(photo=photo))
        self._end()

    def leave(self) -> None:
        """Drop what is undecided; undo brings it back. A search that is under way is ended first."""
        if self.searching:
            self.stop()
        elif self.review is not None:
            if self.review.proposals:
                self._document.commit(self.tr("Drop all proposals"), review=None)
            else:
                self._document.put_review(None)
            self.changed.emit()

    def photo_left(self) -> None:
        """Another photo is shown: nobody decides on this one's proposals any more."""
        if self.searching:
            self.stop()
        self._search = 0
        self._found.clear()

    def _on_found(self, result: Found) -> None:
        photo = self._networks.photo
        if not self.searching or photo is None or result.photo_key != photo.key or result.generation != self._search:
            return
        for number in result.gone:
            self._found.pop(number, None)
        self._found.update({p.number: p for p in result.found})
        review = self.review
        if review is not None and review.search == self._search:
            self._document.put_review(review.arrived(result.found, result.gone))
        self.share = result.done / max(result.total, 1)
        if result.finished:
            self._end()
        else:
            self.changed.emit()

    def _end(self) -> None:
        if not self.searching:
            return
        self.searching = False
        review = self.review
        if review is not None and not review.proposals:
            self._document.put_review(None)
            if not review.decided:
                self.notice.emit(self.tr("Nothing more was found on this photo; click what is missing."))
        self.changed.emit()

    def _on_restored(self) -> None:
        """Undo brought an older review back; the search has found more since then."""
        review = self.review
        if review is not None and review.search == self._search:
            gone = [p.number for p in review.proposals if p.number not in self._found]
            self._document.put_review(review.arrived(self._found.values(), gone))

    def _on_applied(self) -> None:
        review = self.review
        if review is not None and not review.proposals and not self.searching:
            self._document.put_review(None)  # everything is decided
        self._name_ahead()

    def _name_ahead(self) -> None:
        photo, review = self._networks.photo, self.review
        naming = self._networks.naming
        if photo is None or review is None or review.proposal is None or naming.busy:
            return
        if self._document.draft is None:
            wanted = (review.proposal, *review.upcoming(NAMED_AHEAD))
            first = next((p for p in wanted if naming.of(photo.key, p.mask) is None), None)
            if first is not None:
                naming.want(photo, [first.mask])

    # --- deciding ------------------------------------------------------------------------------------------------

    def step(self, offset: int) -> None:
        """Look at the next (1) or previous (-1) proposal."""
        if self.review is not None:
            self._document.put_review(self.review.step(offset))

    def go_to(self, number: int) -> None:
        """Look at this proposal."""
        if self.review is not None:
            self._document.put_review(self.review.go_to(number))

    def keep(self) -> None:
        """Accept the current proposal without a name."""
        self._labelling.keep_proposal()

    def accept_first(self) -> None:
        """Accept the current proposal under the name that is suggested first."""
        naming = self._labelling.target_naming()
        if self.review is None or self.review.proposal is None:
            return
        if naming is None or not naming.suggestions:
            self.notice.emit(
                self.tr("Its name is not known yet: type it, or keep it without a name with {key}.").format(
                    key=self._keys("keep-proposal")
                )
            )
            return
        self._labelling.accept(0)

    def keep_all(self) -> None:
        """Accept all proposals, without names."""
        review, sheet = self.review, self._document.sheet
        if review is None or sheet is None or not review.proposals or not self._may_edit():
            return
        for proposal in review.proposals:
            sheet = sheet.with_item(self._labelling.new_item(proposal.mask))
        text = self.tr("Keep %Ln proposal(s)", "", len(review.proposals))
        decided = replace(review, proposals=(), current=None, decided=review.decided | self._found.keys())
        self._document.commit(text, sheet=sheet, review=decided)

    def drop(self) -> None:
        """Drop the current proposal."""
        if self.review is not None and self.review.proposal is not None:
            self._document.commit(self.tr("Drop a proposal"), review=self.review.decide())

    def merge(self) -> None:
        """Add the current proposal to the item accepted last; before there is one, take in the next proposal."""
        review, sheet = self.review, self._document.sheet
        if review is None or review.proposal is None or sheet is None or not self._may_edit():
            return
        item = self.merge_target()
        if item is not None:
            merged = sheet.with_item(item.with_mask(item.mask | review.proposal.mask, self._person()))
            self._document.commit(self.tr("Join proposals"), sheet=merged, review=review.decide(item_id=item.id))
        elif review.upcoming(1):
            self.join(review.upcoming(1)[0].number)
        else:
            self.notice.emit(self.tr("There is nothing to join it with yet."))

    def join(self, number: int) -> None:
        """The current proposal takes in this one."""
        review = self.review
        if review is not None and review.at(number) is not None and number != review.current:
            self._document.commit(self.tr("Join proposals"), review=review.join(number))

    def merge_target(self) -> Item | None:
        """The item that ``merge`` adds to; None: it takes in the next proposal."""
        review, sheet = self.review, self._document.sheet
        return sheet.get(review.last_item) if review is not None and sheet is not None and review.last_item else None

    def _person(self) -> Source:
        return Source.now(SourceKind.PERSON, self._labelling.user)
