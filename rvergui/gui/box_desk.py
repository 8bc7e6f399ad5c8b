"""Boxes that an import brings, cut out by the segmenter that is chosen in the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.core import Box, Mask, RverError
from rvergui.engine.messages import BoxesCut, CutBoxes, Failed, PhotoRef, Result, StopFinding
from rvergui.interchange.report import Cancelled

if TYPE_CHECKING:
    from rvergui.gui.networks import Networks

# How soon a wish to stop is noticed while the engine is at work.
_LOOK_EVERY_S = 0.05


@dataclass
class _Order:
    """Boxes of one photo on their way to the engine and back."""

    photo: PhotoRef
    boxes: tuple[Box, ...]
    ended: threading.Event = field(default_factory=threading.Event)
    generation: int | None = None
    cut: BoxesCut | None = None
    why: str = ""


class BoxDesk(QObject):
    """Stands between the thread of an import, which waits, and the engine, which is asked on the GUI thread.

    It is a ``BoxCutter``. One photo at a time.

    Args:
        networks: who is asked.
        cancelled: whether the import is to end; asked on the import's thread.
        pixel_limit: the most pixels of a photo that are opened.
    """

    _wanted = Signal(object)
    _unwanted = Signal(object)

    def __init__(
        self, networks: Networks, cancelled: Callable[[], bool], pixel_limit: int, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._networks = networks
        self._cancelled, self._pixel_limit = cancelled, pixel_limit
        self._order: _Order | None = None
        self.drawn_by = self.tr("a segmenter")
        self._wanted.connect(self._ask)
        self._unwanted.connect(self._give_up)
        networks.models.died.connect(self._on_died)

    def __call__(self, path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        """See ``BoxCutter``; on the import's thread."""
        order = _Order(PhotoRef("", path, self._pixel_limit), tuple(boxes))
        self._wanted.emit(order)
        while not order.ended.wait(_LOOK_EVERY_S):
            if self._cancelled():
                self._unwanted.emit(order)
                raise Cancelled("The import was stopped.")
        if order.cut is None:
            raise RverError(order.why)
        self.drawn_by = order.cut.by
        return order.cut.masks

    # --- on the GUI thread ---------------------------------------------------------------------------------------

    def _ask(self, order: _Order) -> None:
        if self._networks.models.given_up:
            self._end(order, self.tr("The networks have stopped, so its boxes were not cut out."))
            return
        self._order = order

        def answered(result: Result) -> bool:
            if isinstance(result, BoxesCut):
                order.cut = result
                self._end(order)
                return True
            if isinstance(result, Failed):
                self._end(order, result.message)
                return True
            return False  # how far looking at the photo is

        order.generation = self._networks.ask(CutBoxes(photo=order.photo, boxes=order.boxes), answered)

    def _give_up(self, order: _Order) -> None:
        if order is self._order and order.generation is not None:
            self._order = None
            self._networks.give_up(order.generation)
            self._networks.submit(StopFinding(photo=order.photo, lane="boxes"))

    def _on_died(self, message: str) -> None:
        if self._order is not None:
            self._end(self._order, self.tr("The networks stopped while its boxes were cut out; import again for them."))

    def _end(self, order: _Order, why: str = "") -> None:
        self._order = None
        order.why = why
        order.ended.set()
