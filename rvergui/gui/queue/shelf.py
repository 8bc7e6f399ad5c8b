"""The crops that are or were in sight: made in the background, the ones asked for last first, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Sheet
from rvergui.gui.queue.crops import Crop, make_crops
from rvergui.gui.session import Session
from rvergui.gui.worker import Worker

BUDGET_BYTES = 96 << 20
# What was asked for before these many others is out of sight by now.
WANTED_AT_MOST = 240
# A photo is opened once for its items, but those in sight should not wait for all of a crowded one.
AT_ONCE = 24

Key = tuple[str, str]  # photo id, item id


class CropShelf(QObject):
    """Crops by item. ``get`` asks for what is not there; ``arrived`` tells when it is."""

    arrived = Signal(object)  # list of keys

    def __init__(self, session: Session, budget: int = BUDGET_BYTES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._budget = budget
        self._worker = Worker("crops", self)
        self._kept: OrderedDict[Key, Crop] = OrderedDict()
        self._bytes = 0
        # With the round that each was asked for in last: the newest round goes first, and in it the first. A round is
        # one painting of the grid, from its upper left on.
        self._wanted: OrderedDict[Key, int] = OrderedDict()
        self._round = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._end_round)
        self._under_way: dict[Key, Sheet | None] = {}
        self._hopeless: set[Key] = set()  # there is no such item, or no such photo: asking again would not end
        session.document.written.connect(self._on_written)

    @property
    def waiting(self) -> int:
        """How many crops are being made or wait for it."""
        return len(self._wanted) + len(self._under_way)

    @property
    def nbytes(self) -> int:
        """What all crops take in memory; never much more than the budget."""
        return self._bytes

    def get(self, key: Key) -> Crop | None:
        """The crop, or None while it is being made."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        elif key not in self._under_way and key not in self._hopeless:
            self._wanted[key] = self._round
            self._wanted.move_to_end(key)
            while len(self._wanted) > WANTED_AT_MOST:
                self._wanted.popitem(last=False)
            if not self._soon.isActive():
                self._soon.start()
        return found

    def peek(self, key: Key) -> Crop | None:
        """The crop if it is there; nothing is asked for."""
        return self._kept.get(key)

    def forget(self) -> None:
        """Let go of everything (another project)."""
        self._kept.clear()
        self._wanted.clear()
        self._under_way.clear()
        self._hopeless.clear()
        self._bytes = 0

    def stop(self) -> None:
        """End the thread."""
        self._soon.stop()
        self._worker.stop()

    def _end_round(self) -> None:
        self._round += 1
        self._next()

    def _next(self) -> None:
        project = self._session.project
        if self._under_way or not self._wanted or project is None:
            return
        newest = self._wanted[next(reversed(self._wanted))]
        photo_id = next(key[0] for key, when in self._wanted.items() if when == newest)
        record = self._session.photos.get(photo_id)
        keys = sorted((key for key in self._wanted if key[0] == photo_id), key=lambda key: -self._wanted[key])[:AT_ONCE]
        for key in keys:
            del self._wanted[key]
        if record is None:  # removed from the project
            self._hopeless.update(keys)
            self._next()
            return
        present = self._session.document.present(photo_id)
        path, limit, item_ids = project.photo_path(record), self._session.pixel_limit, {key[1] for key in keys}
        self._under_way = dict.fromkeys(keys)

        def work() -> list[Crop]:
            return list(make_crops(path, limit, present or project.sheet(photo_id), item_ids))

        def failed(message: str) -> None:
            self._done(project, keys, [])

        self._worker.submit(work, lambda crops: self._done(project, keys, crops), failed)

    def _done(self, project: object, keys: list[Key], crops: list[Crop]) -> None:
        if project is not self._session.project or not self._under_way:
            return
        meanwhile, self._under_way = self._under_way, {}
        made = {crop.item.id for crop in crops}
        self._hopeless.update(key for key in keys if key[1] not in made)
        for crop in crops:
            key = (keys[0][0], crop.item.id)
            newer = meanwhile.get(key)
            item = newer.get(crop.item.id) if newer is not None else crop.item
            if item is None:
                continue
            if item.mask == crop.item.mask:
                self._keep(key, Crop(item, crop.roi, crop.extra, crop.problem))
            else:
                self._wanted[key] = self._round  # it was cut out anew while its old mask was being painted
        self.arrived.emit(keys)
        self._next()

    def _keep(self, key: Key, crop: Crop) -> None:
        self._drop(key)
        self._kept[key] = crop
        self._bytes += crop.nbytes
        while self._bytes > self._budget and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._bytes -= dropped.nbytes

    def _on_written(self, sheets: Iterable[Sheet]) -> None:
        by_photo = {sheet.photo_id: sheet for sheet in sheets}
        self._hopeless = {key for key in self._hopeless if key[0] not in by_photo}
        for key in self._under_way:
            if key[0] in by_photo:
                self._under_way[key] = by_photo[key[0]]
        changed = [key for key in self._kept if key[0] in by_photo]
        items = {(photo, item.id): item for photo in {key[0] for key in changed} for item in by_photo[photo]}
        for key in changed:
            crop, item = self._kept[key], items.get(key)
            if item is None or item.mask != crop.item.mask:
                self._drop(key)
            else:
                self._kept[key] = Crop(item, crop.roi, crop.extra, crop.problem)
        if changed:
            self.arrived.emit(changed)
