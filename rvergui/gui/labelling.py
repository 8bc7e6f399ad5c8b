"""What happens to masks once they are there: kept, named, selected, deleted; and the classes they are named by."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from rvergui.core import FoodClass, Item, Mask, RverError, Source, SourceKind, Taxonomy
from rvergui.engine.messages import MaskNaming
from rvergui.gui.document import Document
from rvergui.gui.draft import Draft
from rvergui.gui.networks import Networks
from rvergui.gui.numbers import Local


class Labelling(QObject):
    """Turns drafts into items of the sheet and gives them names.

    Attributes:
        user: who signs the names.
        chosen: the items that an act on several goes to; the selected one is among them.
    """

    naming_changed = Signal()
    notice = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        document: Document,
        networks: Networks,
        may_edit: Callable[[], bool],
        user: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._networks = networks
        self._may_edit = may_edit
        self.user = user
        self.chosen: Callable[[], tuple[Item, ...]] = tuple
        networks.naming.changed.connect(self.naming_changed)
        networks.model_ready.connect(self.ask_for_name)
        networks.restarted.connect(self.ask_for_name)
        document.applied.connect(self._on_applied)

    # --- the target ----------------------------------------------------------------------------------------------

    @property
    def target_mask(self) -> Mask | None:
        """The mask that a name would go to: the draft's, the current proposal's, else the selected item's."""
        if self._document.draft is not None:
            return self._document.draft.mask
        if self._document.review is not None and self._document.review.proposal is not None:
            return self._document.review.proposal.mask
        item = self.selected_item
        return item.mask if item else None

    @property
    def selected_item(self) -> Item | None:
        """The selected item of the sheet."""
        document = self._document
        return document.sheet.get(document.selected) if document.sheet and document.selected else None

    @property
    def awaits_name(self) -> bool:
        """Whether a draft or a proposal waits for its name, so that typing means searching for one."""
        document = self._document
        if document.draft is not None:
            return document.draft.mask is not None
        return document.review is not None and document.review.proposal is not None

    def target_naming(self) -> MaskNaming | None:
        """What the network says of the target."""
        mask = self.target_mask
        return None if mask is None else self._naming_of(mask)

    def _naming_of(self, mask: Mask) -> MaskNaming | None:
        photo = self._networks.photo
        return None if photo is None else self._networks.naming.of(photo.key, mask)

    def ask_for_name(self) -> None:
        """Have the target named, if it is not yet."""
        photo, mask = self._networks.photo, self.target_mask
        if photo is not None and mask is not None:
            self._networks.naming.want(photo, [mask])

    def _on_applied(self) -> None:
        self.naming_changed.emit()
        self.ask_for_name()

    # --- the draft -----------------------------------------------------------------------------------------------

    def drop_draft(self) -> None:
        """Forget the draft (undo brings it back); without one, forget the selection."""
        draft = self._document.draft
        if draft is not None:
            self._document.commit(self.tr("Drop the draft"), draft=None, selected=self._refined_id(draft))
        elif self._document.selected is not None:
            self.select(None)

    def keep_draft(self) -> None:
        """Put the draft on the sheet without a name."""
        document = self._document
        draft, sheet = document.draft, document.sheet
        if draft is None or draft.mask is None or draft.mask.is_empty or sheet is None:
            document.draft = None
            return
        item = self._item_of(draft, draft.mask)
        text = self.tr("Keep without a name") if draft.item_id is None else self.tr("Keep the refined mask")
        document.commit(text, sheet=sheet.with_item(item), draft=None, selected=self._selected_after(item))

    def keep_proposal(self) -> None:
        """Put the current proposal on the sheet without a name."""
        document = self._document
        review, sheet = document.review, document.sheet
        if review is None or review.proposal is None or sheet is None or not self._may_edit():
            return
        item = self.new_item(review.proposal.mask)
        document.commit(self.tr("Keep a proposal"), sheet=sheet.with_item(item), review=review.decide(item_id=item.id))

    def refine_selected(self) -> None:
        """Work on the mask of the selected item again; it keeps its name and its place."""
        document, item = self._document, self.selected_item
        if document.draft is None and item is not None and self._may_edit():
            document.commit(self.tr("Refine the mask"), draft=Draft(mask=item.mask, item_id=item.id), selected=None)

    def new_item(self, mask: Mask, by_hand: bool = False) -> Item:
        """An unnamed item with ``mask``, which a person drew ``by_hand`` or the segmenter in use made."""
        item = Item.new(mask, self._mask_source(by_hand))
        naming = self._naming_of(mask)
        return item.with_suggestions(naming.suggestions) if naming else item

    def _mask_source(self, by_hand: bool) -> Source:
        if by_hand:
            return Source.now(SourceKind.PERSON, self.user)
        segmenter = self._networks.segmenter
        return Source.now(SourceKind.MODEL, segmenter.description if segmenter else "unknown segmenter")

    def _item_of(self, draft: Draft, mask: Mask) -> Item:
        """The item that ``draft`` makes: a new one, or the refined one with its new mask."""
        sheet = self._document.sheet
        refined = sheet.get(draft.item_id) if sheet is not None and draft.item_id is not None else None
        if refined is None:
            return self.new_item(mask, draft.is_edited)
        if refined.mask == mask:
            return refined
        item = refined.with_mask(mask, self._mask_source(draft.is_edited))
        naming = self._naming_of(mask)
        return item.with_suggestions(naming.suggestions) if naming else item

    def _refined_id(self, draft: Draft) -> str | None:
        """The item that a dropped ``draft`` was refining: it is selected again."""
        sheet = self._document.sheet
        there = sheet is not None and draft.item_id is not None and sheet.get(draft.item_id) is not None
        return draft.item_id if there else self._document.selected

    def _selected_after(self, item: Item) -> str | None:
        """What is selected once ``item`` is there: while proposals are looked at, the next of them is the target."""
        return None if self._document.review is not None else item.id

    # --- names ---------------------------------------------------------------------------------------------------

    def accept(self, rank: int) -> None:
        """Give the target the name that was suggested in place ``rank`` (0 is the first)."""
        naming = self.target_naming()
        if naming is not None and rank < len(naming.suggestions):
            self.name(naming.suggestions[rank].name)

    def name(self, name: str) -> None:
        """Give the target, or all chosen items, this name; a name that is new becomes a class."""
        document = self._document
        if document.sheet is None or self.target_mask is None or not self._may_edit():
            return
        try:
            taxonomy, food = document.taxonomy, document.taxonomy.find(name)
            if food is None:
                taxonomy, food = taxonomy.added(name)
        except RverError as error:
            self.notice.emit(str(error))
            return
        item, review = self._target_item(), document.review
        if item is None:
            return
        others = [other for other in self.chosen() if other.id != item.id] if item.id == document.selected else []
        if document.draft is None and all(self._is_named(each, food) for each in (item, *others)):
            return
        naming = self.target_naming()
        if naming is not None and naming.suggestions:
            item = item.with_suggestions(naming.suggestions)
        person = Source.now(SourceKind.PERSON, self.user)
        named = item.named(food.id, person)
        sheet = document.sheet.with_item(named)
        for other in others:
            sheet = sheet.with_item(other.named(food.id, person))
        if document.draft is None and review is not None and review.proposal is not None:
            review = review.decide(item_id=named.id)
        text = self.tr("Name {count} items “{name}”") if others else self.tr("Name “{name}”")
        document.commit(
            text.format(count=Local(len(others) + 1), name=food.name),
            sheet=sheet,
            draft=None,
            selected=self._selected_after(named),
            taxonomy=taxonomy,
            review=review,
        )

    def _is_named(self, item: Item, food: FoodClass) -> bool:
        """Whether a person has given ``item`` this name already."""
        current = self._document.taxonomy.get(item.class_id) if item.class_id is not None else None
        return current == food and item.label_source is not None and item.label_source.kind is SourceKind.PERSON

    def _target_item(self) -> Item | None:
        """The item that a name would go to, made if it is not there yet."""
        document = self._document
        if document.draft is not None:
            return self._item_of(document.draft, document.draft.mask) if document.draft.mask is not None else None
        if document.review is not None and document.review.proposal is not None:
            return self.new_item(document.review.proposal.mask)
        return self.selected_item

    # --- items and classes ---------------------------------------------------------------------------------------

    def select(self, item_id: str | None) -> None:
        """Select an item of the sheet, and it alone; a draft is kept first."""
        document = self._document
        if item_id is not None and document.draft is not None:
            self.keep_draft()
            document.draft_changed.emit()
        if item_id != document.selected or len(self.chosen()) > 1:
            document.selected = item_id
            document.selection_changed.emit()
            self._on_applied()

    def delete_selected(self) -> None:
        """Delete the draft or the chosen items; undo brings them back."""
        document = self._document
        if document.draft is not None:
            self.drop_draft()
        elif document.sheet is not None and document.selected is not None and self._may_edit():
            gone = [item.id for item in self.chosen()] or [document.selected]
            text = (
                self.tr("Delete") if len(gone) == 1 else self.tr("Delete {count} items").format(count=Local(len(gone)))
            )
            document.commit(text, sheet=document.sheet.without(gone), selected=None)

    def edit_taxonomy(self, text: str, edit: Callable[[Taxonomy], Taxonomy]) -> bool:
        """Change the classes; False (and a ``problem``) if the change is not possible."""
        if not self._may_edit():
            return False
        try:
            changed = edit(self._document.taxonomy)
        except RverError as error:
            self.problem.emit(str(error))
            return False
        if changed != self._document.taxonomy:
            self._document.commit(text, taxonomy=changed)
        return True
