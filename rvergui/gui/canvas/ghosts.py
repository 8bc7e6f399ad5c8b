"""Proposals on the canvas: outlines, the current one highlighted."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsScene

from rvergui.core import Mask
from rvergui.gui.canvas.layers import MaskLayer
from rvergui.gui.session import Session
from rvergui.gui.tints import MaskPicture, Tint, tint
from rvergui.segment.proposal import Proposal

CURRENT, WAITING = "#38bdf8", "#ffffff"

Look = tuple[Mask, bool]


class Ghosts:
    """Keeps one layer for each proposal of the review."""

    def __init__(self, session: Session, scene: QGraphicsScene) -> None:
        self._session = session
        self._scene = scene
        self._layers: dict[int, tuple[Look, MaskLayer | None]] = {}
        self._visible = True

    def set_visible(self, visible: bool) -> None:
        """Show the outlines or hide them for the moment."""
        self._visible = visible
        for _, layer in self._layers.values():
            if layer is not None:
                layer.setVisible(visible)

    def clear(self) -> None:
        """The scene has been cleared."""
        self._layers.clear()

    def show(self, outline: float) -> None:
        """Show the present review; ``outline`` is the width of a rim in photo pixels."""
        review = self._session.review
        wanted = {p.number: p for p in review.proposals} if review is not None else {}
        for number in [n for n in self._layers if n not in wanted]:
            self._remove(self._layers.pop(number)[1])
        for proposal in wanted.values():
            look = (proposal.mask, review is not None and proposal.number == review.current)
            held = self._layers.get(proposal.number)
            if held is None or held[0] != look:
                self._layers[proposal.number] = (look, held[1] if held else None)
                self._tint(proposal, look, outline)

    def at(self, place: QPointF) -> int | None:
        """The number of the proposal under a scene position; of nested ones the smallest."""
        hits = [
            (layer.mask.area, number)
            for number, (_, layer) in self._layers.items()
            if layer is not None and layer.isVisible() and layer.covers(place)
        ]
        return min(hits)[1] if hits else None

    def _tint(self, proposal: Proposal, look: Look, outline: float) -> None:
        mask, current = look
        wanted = Tint(CURRENT, 0.38, 1.8 * outline) if current else Tint(WAITING, 0.05, outline)

        def placed(picture: MaskPicture) -> None:
            held = self._layers.get(proposal.number)
            if held is None or held[0] is not look:
                return
            self._remove(held[1])
            layer = MaskLayer(picture, 66 if current else 64)
            layer.setVisible(self._visible)
            self._scene.addItem(layer)
            self._layers[proposal.number] = (look, layer)

        self._session.loader.submit(lambda: tint(mask, wanted), placed, priority=-3 if current else -2)

    def _remove(self, layer: MaskLayer | None) -> None:
        if layer is not None and layer.scene() is self._scene:
            self._scene.removeItem(layer)
