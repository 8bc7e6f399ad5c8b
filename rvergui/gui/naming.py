"""What the network says of the masks that are looked at, remembered by mask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from rvergui.core import Mask
from rvergui.engine.messages import Classified, Classify, Failed, MaskNaming, PhotoRef
from rvergui.engine.teaching import SuggestAgain, SuggestedAgain
from rvergui.gui.models import ModelThread

KEPT = 96

Key = tuple[str, Mask]


class NamingDesk(QObject):
    """Asks the engine for names once a mask and keeps the answers (each holds two small views).

    What the network has learnt since changes its answers. They stay as they are, and shown, until the new ones come.

    Attributes:
        fingerprint: of the network that answers.
        learnt: from how many named objects it has learnt.
        learnt_names: how many different names these have.
    """

    changed = Signal()
    seen = Signal(str, object)  # the network has looked at objects: the photo's key, tuple[MaskNaming, ...]

    def __init__(self, models: ModelThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._known: OrderedDict[Key, MaskNaming] = OrderedDict()
        self._asked_at: dict[Key, int] = {}  # the generation of the question that was answered
        self._generation = 0
        self._outdated = 0  # answers to earlier questions do not hold any more
        self._again: tuple[int, tuple[Key, ...]] = (0, ())
        self.busy = False
        self.last_ms: float | None = None
        self.model: str | None = None
        self.fingerprint = ""
        self.learnt = self.learnt_names = 0

    def of(self, photo_key: str, mask: Mask) -> MaskNaming | None:
        """What is known of ``mask``; None if nothing is yet."""
        return self._known.get((photo_key, mask))

    def want(self, photo: PhotoRef, masks: Sequence[Mask]) -> None:
        """Ask for names of the masks that are not known; the newest question supersedes a waiting one."""
        missing = tuple(mask for mask in masks if not mask.is_empty and not self._is_answered((photo.key, mask)))
        if any(self._is_outdated((photo.key, mask)) for mask in masks):
            self._ask_again(photo.key)
        if not missing:
            return
        self.busy = True
        self._generation = self._models.submit(Classify(photo=photo, masks=missing))
        self.changed.emit()

    def answered(self, result: Classified) -> None:
        """Take in an answer."""
        for naming in result.namings:
            key = (result.photo_key, naming.mask)
            self._known[key] = naming
            self._known.move_to_end(key)
            self._asked_at[key] = result.generation
        while len(self._known) > KEPT:
            gone, _ = self._known.popitem(last=False)
            self._asked_at.pop(gone, None)
        if result.model is not None:
            self.last_ms = result.ms
            self.model = result.model
            if result.generation == self._generation:
                self.busy = False
            self.seen.emit(result.photo_key, result.namings)
            if result.generation < self._outdated:
                self._ask_again(result.photo_key)
        self.changed.emit()

    def failed(self, result: Failed) -> None:
        """An answer will not come."""
        if result.generation == self._again[0]:
            self._again = (0, ())
        if result.generation == self._generation:
            self.busy = False
            self.changed.emit()

    def forget(self) -> None:
        """Another network names from now on; what the last one said no longer holds."""
        self._known.clear()
        self._asked_at.clear()
        self._again = (0, ())
        self._outdated = 0
        self.last_ms = None
        self.changed.emit()

    # --- what was learnt meanwhile -----------------------------------------------------------------------------------

    def tell_learnt(self, objects: int, names: int) -> None:
        """So many named objects, of so many different names, are what the network has learnt from."""
        if (objects, names) != (self.learnt, self.learnt_names):
            self.learnt, self.learnt_names = objects, names
            self.changed.emit()

    def outdated(self, generation: int, photo_key: str | None) -> None:
        """The network has learnt something: earlier answers than to ``generation`` are asked for again.

        Those of the photo that is shown are at once, others when they are wanted.
        """
        self._outdated = generation
        if photo_key is not None:
            self._ask_again(photo_key)

    def suggested_again(self, result: SuggestedAgain) -> None:
        """Take in what the network says now of objects that it has seen before."""
        generation, keys = self._again
        if result.generation != generation:
            return
        self._again = (0, ())
        for key, suggestions in zip(keys, result.suggestions, strict=True):
            if key in self._known:
                self._known[key] = replace(self._known[key], suggestions=suggestions)
                self._asked_at[key] = generation
        self.changed.emit()

    @property
    def asks_again(self) -> bool:
        """Whether newer suggestions than those that are shown are on their way."""
        return self._again[0] > 0

    def engine_died(self) -> None:
        """What was asked for is not answered any more."""
        self._again = (0, ())

    def _is_answered(self, key: Key) -> bool:
        naming = self._known.get(key)  # the views alone are no answer
        return naming is not None and (bool(naming.suggestions) or naming.impression is not None)

    def _is_outdated(self, key: Key) -> bool:
        naming = self._known.get(key)
        return naming is not None and naming.impression is not None and self._asked_at[key] < self._outdated

    def _ask_again(self, photo_key: str) -> None:
        keys = tuple(key for key in self._known if key[0] == photo_key and self._is_outdated(key))
        generation, asked = self._again
        if not keys or (generation > self._outdated and set(keys) <= set(asked)):
            return  # or it has been asked already
        seen = tuple(impression for key in keys if (impression := self._known[key].impression) is not None)
        self._again = (self._models.submit(SuggestAgain(fingerprint=self.fingerprint, seen=seen)), keys)
