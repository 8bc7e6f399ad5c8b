"""What the network says of the masks that are looked at, remembered by mask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from rvergui.core import Mask
from rvergui.engine.messages import Classified, Classify, Failed, MaskNaming, PhotoRef
from rvergui.gui.models import ModelThread

KEPT = 96


class NamingDesk(QObject):
    """Asks the engine for names once a mask and keeps the answers (each holds two small views)."""

    changed = Signal()

    def __init__(self, models: ModelThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._known: OrderedDict[tuple[str, Mask], MaskNaming] = OrderedDict()
        self._generation = 0
        self.busy = False
        self.last_ms: float | None = None
        self.model: str | None = None

    def of(self, photo_key: str, mask: Mask) -> MaskNaming | None:
        """What is known of ``mask``; None if nothing is yet."""
        return self._known.get((photo_key, mask))

    def want(self, photo: PhotoRef, masks: Sequence[Mask]) -> None:
        """Ask for names of the masks that are not known; the newest question supersedes a waiting one."""
        missing = tuple(
            mask
            for mask in masks
            if not mask.is_empty and ((known := self.of(photo.key, mask)) is None or not known.suggestions)
        )
        if not missing:
            return
        self.busy = True
        self._generation = self._models.submit(Classify(photo=photo, masks=missing))
        self.changed.emit()

    def answered(self, result: Classified) -> None:
        """Take in an answer."""
        for naming in result.namings:
            self._known[(result.photo_key, naming.mask)] = naming
            self._known.move_to_end((result.photo_key, naming.mask))
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        if result.model is not None:
            self.last_ms = result.ms
            self.model = result.model
            if result.generation == self._generation:
                self.busy = False
        self.changed.emit()

    def failed(self, result: Failed) -> None:
        """An answer will not come."""
        if result.generation == self._generation:
            self.busy = False
            self.changed.emit()

    def forget(self) -> None:
        """Another network names from now on; what the last one said no longer holds."""
        self._known.clear()
        self.last_ms = None
        self.changed.emit()
