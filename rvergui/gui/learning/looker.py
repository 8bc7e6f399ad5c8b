"""Has the network look at named objects that it has not seen yet, while nobody wants anything else of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.engine.messages import Classified, Classify, PhotoRef, Priority, Result
from rvergui.gui.learning.named import Named, ref_of
from rvergui.gui.worker import Worker

if TYPE_CHECKING:
    from rvergui.gui.session import Session

# A click may have to wait until so many objects have been looked at.
MASKS_AT_ONCE = 2


class Looker(QObject):
    """One photo after the other, a few objects at once. What cannot be looked at is left out."""

    seen = Signal(str, object)  # the photo's key, tuple[MaskNaming, ...]
    changed = Signal()  # there is less to do, or more

    def __init__(self, session: Session, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = worker
        self._todo: dict[str, dict[str, Named]] = {}  # by photo, by item
        self._photo: str | None = None
        self._ref: PhotoRef | None = None
        self._asked: tuple[Named, ...] = ()
        self._generation = 0
        self._run = 0
        session.networks.restarted.connect(self.cancel)

    def __len__(self) -> int:
        """How many objects are still to be looked at."""
        return sum(len(items) for items in self._todo.values())

    def look_at(self, objects: Iterable[Named]) -> None:
        """Have these looked at, too."""
        for named in objects:
            self._todo.setdefault(named.photo_id, {})[named.item_id] = named
        if self._photo is None and self._todo:
            self._next_photo()
        self.changed.emit()

    def leave_out(self, named: Named) -> None:
        """This one need not be looked at any more."""
        items = self._todo.get(named.photo_id, {})
        if items.pop(named.item_id, None) is not None and not items and named.photo_id != self._photo:
            del self._todo[named.photo_id]

    def cancel(self) -> None:
        """Stop, and forget what there was to do."""
        self._session.networks.give_up(self._generation)
        self._run += 1
        self._todo.clear()
        self._photo, self._ref, self._asked, self._generation = None, None, (), 0
        self.changed.emit()

    def _next_photo(self) -> None:
        project, run = self._session.project, self._run
        self._photo, self._ref = next(iter(self._todo), None), None
        if self._photo is None or project is None:
            self._photo = None
            self.changed.emit()
            return
        record = self._session.photos.get(self._photo)
        if record is None or record.problem is not None or record.missing:
            self._photo_done()
            return
        limit = self._session.pixel_limit
        self._worker.submit(
            lambda: ref_of(project, record, limit),
            lambda ref: self._on_ref(run, ref),
            lambda message: self._photo_done() if run == self._run else None,
        )

    def _on_ref(self, run: int, ref: PhotoRef) -> None:
        if run == self._run:
            self._ref = ref
            self._ask()

    def _photo_done(self) -> None:
        if self._photo is not None:
            self._todo.pop(self._photo, None)
        self._next_photo()

    def _ask(self) -> None:
        items = self._todo.get(self._photo or "", {})
        if not items or self._ref is None:
            self._photo_done()
            return
        self._asked = tuple(islice(items.values(), MASKS_AT_ONCE))
        masks = tuple(named.mask for named in self._asked)
        request = Classify(photo=self._ref, masks=masks, learnt=False, lane="", priority=Priority.PREFETCH)
        self._generation = self._session.networks.ask(request, partial(self._on_answer, self._run))

    def _on_answer(self, run: int, result: Result) -> bool:
        if run != self._run:
            return True
        if isinstance(result, Classified) and result.model is None:
            return False  # the views only: another network is being loaded
        items = self._todo.get(self._photo or "", {})
        for named in self._asked:
            if items.get(named.item_id) == named:
                del items[named.item_id]
        if not isinstance(result, Classified):
            self._photo_done()
            return True
        self.seen.emit(result.photo_key, result.namings)
        if run == self._run:  # nobody who was told has ended it
            self._ask()
        self.changed.emit()
        return True
