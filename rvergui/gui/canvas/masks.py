"""All that lies over the photo: items, the draft with its clicks, the preview, proposals, strokes on their way.

Masks are tinted on the loader's thread. What is shown stays until its successor is ready, so nothing flickers.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from rvergui.core import Item, Mask
from rvergui.gui.canvas.ghosts import Ghosts
from rvergui.gui.canvas.layers import BoxLayer, LabelLayer, MaskLayer, PointLayer
from rvergui.gui.canvas.strokes import ADD, TAKE, StrokeLayer
from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.gui.tints import MaskPicture, Tint, tint

UNNAMED = "#c9d1da"
# How much more than other items the selected one and the draft are filled.
SELECTED_MORE, DRAFT_MORE = 0.08, 0.06


@dataclass(frozen=True)
class Look:
    """How an item is painted."""

    mask: Mask
    colour: str
    label: str
    selected: bool
    place: int
    tint: int


@dataclass
class _Shown:
    """An item on the canvas: how it should look, and the layers that show it or its last look."""

    item_id: str
    look: Look
    layer: MaskLayer | None = None
    plate: LabelLayer | None = None


class Masks:
    """Keeps the scene as the session says. Nothing is shown before ``begin``, and all of it is gone after ``clear``."""

    def __init__(self, session: Session, scene: QGraphicsScene) -> None:
        self._session = session
        self._scene = scene
        self._open = False
        self._items: dict[str, _Shown] = {}
        self._refined: str | None = None
        self._draft: MaskLayer | None = None
        self._marks: list[PointLayer | BoxLayer] = []
        self._preview: MaskLayer | None = None
        self._strokes: list[StrokeLayer] = []
        self._turns = 0
        self._ghosts = Ghosts(session, scene)
        session.sheet_changed.connect(self.show_items)
        session.selection_changed.connect(self.show_items)
        session.choice.changed.connect(self.show_items)
        session.taxonomy_changed.connect(self.show_items)
        session.draft_changed.connect(self.show_draft)
        session.review_changed.connect(self.show_review)
        session.preview_changed.connect(self.show_preview)
        session.editing.settled.connect(self._strokes_done)
        session.visibility.changed.connect(self.show_visible)
        session.selection_changed.connect(self.show_visible)
        session.draft_changed.connect(self.show_visible)
        session.visibility.tint_changed.connect(self._retint)

    def begin(self) -> None:
        """A photo is on the scene."""
        self._open = True
        self.show_items()
        self.show_draft()
        self.show_review()

    def clear(self) -> None:
        """The scene has been cleared: all layers are gone."""
        self._open = False
        self._items.clear()
        self._marks.clear()
        self._strokes.clear()
        self._ghosts.clear()
        self._draft = self._preview = None

    def item_at(self, at: QPointF) -> str | None:
        """The id of the item under a scene position; of nested ones the smallest."""
        hits = [(shown.look.mask.area, item_id) for item_id, shown in self._items.items() if self._hit(shown, at)]
        return min(hits)[1] if hits else None

    def _hit(self, shown: _Shown, at: QPointF) -> bool:
        """Whether an item lies there; one that is still being painted can be clicked already."""
        if not self._session.visibility.shows(shown.item_id):
            return False
        layer, mask = shown.layer, shown.look.mask
        if layer is not None and layer.mask == mask:
            return layer.covers(at)
        return mask.contains(at.x(), at.y())

    def layer_of(self, item_id: str) -> MaskLayer | None:
        """The layer that shows an item as it is now; None while it is being painted."""
        shown = self._items.get(item_id)
        layer = shown.layer if shown is not None else None
        return layer if shown is not None and layer is not None and layer.mask == shown.look.mask else None

    @property
    def draft_layer(self) -> MaskLayer | None:
        """The layer that shows the draft's mask."""
        return self._draft

    def turn(self, turns: int) -> None:
        """The view was turned by so many quarters clockwise: name plates go to the corner that is the upper left."""
        self._turns = turns
        for shown in self._items.values():
            if shown.plate is not None:
                shown.plate.turn(turns)

    def proposal_at(self, at: QPointF) -> int | None:
        """The number of the proposal under a scene position."""
        return self._ghosts.at(at)

    def keep_stroke(self, stroke: StrokeLayer) -> None:
        """Show a finished stroke until the mask it makes is painted."""
        self._strokes.append(stroke)

    @property
    def strokes(self) -> int:
        """How many finished strokes are still shown."""
        return len(self._strokes)

    def _outline(self) -> float:
        """Width of a mask's rim in photo pixels: about two screen pixels when the photo fills the window."""
        size = self._session.photo.photo.size if self._session.photo else (1, 1)
        return max(max(size) / 450.0, 1.0)

    # --- items ---------------------------------------------------------------------------------------------------

    def show_items(self) -> None:
        """Show the sheet."""
        sheet, draft = self._session.sheet, self._session.draft
        if not self._open or sheet is None:
            return
        self._refined = draft.item_id if draft is not None else None
        # The mask of an item that is being refined is the draft's for now.
        chosen = {self._session.selected, *self._session.choice.ids}
        wanted = {
            item.id: self._look(item, z, item.id in chosen) for z, item in enumerate(sheet) if item.id != self._refined
        }
        for item_id in [i for i in self._items if i not in wanted]:
            shown = self._items.pop(item_id)
            self._remove(shown.layer, shown.plate)
        for item_id, look in wanted.items():
            held = self._items.get(item_id)
            if held is None or held.look != look:
                shown = held or _Shown(item_id, look)
                shown.look = look
                self._items[item_id] = shown
                self._tint_item(shown)

    def _look(self, item: Item, place: int, chosen: bool) -> Look:
        food = self._session.taxonomy.get(item.class_id) if item.class_id else None
        colour, label = (food.colour, food.name) if food else (UNNAMED, "")
        return Look(item.mask, colour, label, chosen, place, self._session.visibility.tint)

    def _tint_item(self, shown: _Shown) -> None:
        look = shown.look
        outline = 1.8 * self._outline() if look.selected else self._outline()
        wanted = Tint(look.colour, _fill(look.tint, SELECTED_MORE if look.selected else 0.0), outline)
        known = shown.layer.picture if shown.layer is not None else None

        def placed(picture: MaskPicture) -> None:
            if not self._open or shown.look is not look or all(shown is not s for s in self._items.values()):
                return
            self._remove(shown.layer, shown.plate)
            # however many items there are, they stay between the photo and what is being made
            shown.layer = MaskLayer(picture, 10 + look.place / (1 + look.place) + (40 if look.selected else 0))
            self._scene.addItem(shown.layer)
            shown.plate = LabelLayer(look.label, look.colour, picture.rect, self._turns) if look.label else None
            if shown.plate is not None:
                self._scene.addItem(shown.plate)
            self._show_if_visible(shown)

        def work() -> MaskPicture:
            if shown.look is not look and known is not None:
                return known  # another look is wanted by now (the slider moves on): this one will not be placed
            return tint(look.mask, wanted, known)

        self._session.loader.submit(work, placed, priority=-2)

    def _retint(self) -> None:
        self.show_items()
        if self._draft is not None:
            self._tint_draft(self._draft.mask)

    def show_visible(self) -> None:
        """Show and hide what the session's visibility says."""
        for shown in self._items.values():
            self._show_if_visible(shown)
        bare = self._session.visibility.peeking
        self._ghosts.set_visible(not bare)
        for layer in (self._draft, self._preview, *self._marks):
            if layer is not None:
                layer.setVisible(not bare)

    def _show_if_visible(self, shown: _Shown) -> None:
        visible = self._session.visibility.shows(shown.item_id)
        for layer in (shown.layer, shown.plate):
            if layer is not None:
                layer.setVisible(visible)

    # --- what is being made --------------------------------------------------------------------------------------

    def show_draft(self) -> None:
        """Show the draft and its clicks."""
        draft = self._session.draft
        if (draft.item_id if draft is not None else None) != self._refined:
            self.show_items()
        self._remove(*self._marks)
        self._marks.clear()
        if draft is None or not self._open:
            self._drop_draft()
            return
        self.show_preview(None)
        accent = current().accent
        if draft.prompt.box is not None:
            box = draft.prompt.box
            self._marks.append(BoxLayer(QRectF(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0), accent))
        self._marks += [PointLayer(point, accent, TAKE) for point in draft.prompt.points]
        for mark in self._marks:
            self._scene.addItem(mark)
        if draft.mask is None:
            self._drop_draft()
        elif self._draft is None or self._draft.mask != draft.mask:
            self._tint_draft(draft.mask)

    def _tint_draft(self, mask: Mask) -> None:
        """The draft's rim is striped, so that it is told from what is accepted already in any colour."""
        known = self._draft.picture if self._draft is not None else None
        wanted = Tint(ADD, _fill(self._session.visibility.tint, DRAFT_MORE), 1.4 * self._outline(), second="#ffffff")

        def placed(picture: MaskPicture) -> None:
            now = self._session.draft
            if now is not None and now.mask == mask and self._open:
                self._drop_draft()
                self._draft = MaskLayer(picture, 80)
                self._draft.setVisible(not self._session.visibility.peeking)
                self._scene.addItem(self._draft)

        self._session.loader.submit(lambda: tint(mask, wanted, known), placed, priority=-3, lane="draft")

    def _drop_draft(self) -> None:
        self._remove(self._draft)
        self._draft = None

    def show_preview(self, mask: object) -> None:
        """Show what a click would give; anything but a mask shows nothing."""
        self._remove(self._preview)
        self._preview = None
        if not isinstance(mask, Mask) or mask.is_empty or not self._open:
            return

        def placed(picture: MaskPicture) -> None:
            if self._preview is None and self._session.draft is None and self._open:
                self._preview = MaskLayer(picture, 70)
                self._preview.setVisible(not self._session.visibility.peeking)
                self._scene.addItem(self._preview)

        wanted = Tint("#ffffff", 0.22, self._outline())
        self._session.loader.submit(lambda: tint(mask, wanted), placed, priority=-3, lane="preview")

    def show_review(self) -> None:
        """Show the proposals."""
        if self._open:
            self._ghosts.show(self._outline())

    def _strokes_done(self) -> None:
        """Strokes go as soon as the masks they made are painted: those wait before this on the loader's thread."""
        strokes = list(self._strokes)

        def gone(nothing: object) -> None:
            for stroke in strokes:
                if stroke in self._strokes:
                    self._strokes.remove(stroke)
                    self._scene.removeItem(stroke)

        if strokes:
            self._session.loader.submit(lambda: None, gone, priority=-1)

    def _remove(self, *layers: QGraphicsItem | None) -> None:
        for layer in layers:
            if layer is not None and layer.scene() is self._scene:
                self._scene.removeItem(layer)


def _fill(tint: int, more: float) -> float:
    """Opacity 0..1 of a mask's inside at a strength of ``tint`` per cent, ``more`` of it where it stands out."""
    return min(tint / 100 + more, 0.95)
