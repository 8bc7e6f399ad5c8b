"""Having objects named that no network has seen yet: photo by photo, behind everything a person asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice

from PySide6.QtCore import QObject, Signal

from rvergui.core import Item, RverError, Sheet
from rvergui.core.photo_loading import load_photo
from rvergui.engine.messages import Classified, Classify, Failed, PhotoRef, Priority, Result
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.gui.worker import Worker
from rvergui.project.queue import QueueFilter, QueueItem, QueueOrder
from rvergui.project.records import PhotoRecord
from rvergui.project.store import Project

# A click waits for the network until it has named so many objects, a few hundredths of a second each.
MASKS_AT_ONCE = 4
UNASKED = QueueFilter(suggested=frozenset({""}))


@dataclass(frozen=True)
class Asked:
    """The items of one photo to be named."""

    photo_id: str
    item_ids: frozenset[str]


def by_photo(items: Iterable[QueueItem]) -> list[Asked]:
    """Items of a queue photo by photo, photos in the order of their first item."""
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(item.photo_id, set()).add(item.id)
    return [Asked(photo_id, frozenset(ids)) for photo_id, ids in found.items()]


class BackgroundNaming(QObject):
    """Asks the engine for names with a low priority and keeps what it says with the items.

    One request is under way at a time, of a few masks, so clicks go between. Cancelling keeps what was said so far. A
    photo that cannot be opened is left out and counted. Without ``learnt`` the network speaks alone, as it was trained.
    """

    finished = Signal()  # everything that was asked for was looked at; not after a cancel
    changed = Signal()  # it begins, comes on or ends; or how many were never asked for is known anew
    notice = Signal(str)
    problem = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None, learnt: bool = True) -> None:
        super().__init__(parent)
        self._session = session
        self._learnt = learnt
        self._worker = Worker("naming-queue", self)
        self.unasked: tuple[Asked, ...] = ()
        self.running = False
        self.done = 0
        self.total = 0
        self.left_out = 0
        self._todo: deque[Asked] = deque()
        self._photo: Asked | None = None
        self._sheet: Sheet | None = None  # of that photo, as it is now
        self._ref: PhotoRef | None = None
        self._items: deque[Item] = deque()
        self._generation = 0
        self._look_on_saved = False
        session.saved.connect(self._on_saved)
        session.document.written.connect(self._on_written)
        session.networks.restarted.connect(self._on_restarted)
        session.models.died.connect(self._on_died)
        session.project_changed.connect(self._on_project)

    def stop(self) -> None:
        """End the thread; nothing more is asked."""
        self._reset()
        self._worker.stop()

    # --- what there is to do ---------------------------------------------------------------------------------------

    @property
    def unasked_count(self) -> int:
        """How many items no network has said anything about."""
        return sum(len(asked.item_ids) for asked in self.unasked)

    def look(self) -> None:
        """Find the items that no network has said anything about."""
        project = self._session.project
        if project is None:
            return
        self._look_on_saved = self._session.saver.pending > 0
        if self._look_on_saved:  # what is not on disk yet would be found once more
            return

        def done(found: list[Asked]) -> None:
            if project is self._session.project:
                self.unasked = tuple(found)
                self.changed.emit()

        self._worker.submit(
            lambda: by_photo(project.queue(QueueOrder.PHOTO, UNASKED)), done, lambda message: None, lane="look"
        )

    def _on_saved(self) -> None:
        if self._look_on_saved:
            self.look()

    def begin(self, asked: Iterable[Asked]) -> None:
        """Have these named; what is under way goes on first."""
        if not self._session.may_edit():
            return
        if not self.running:
            self.done = self.total = self.left_out = 0
        wanted = list(asked)
        self._todo.extend(wanted)
        self.total += sum(len(each.item_ids) for each in wanted)
        if not self.running and self._todo:
            self.running = True
            self.changed.emit()
            self._next_photo()

    def cancel(self) -> None:
        """Stop; what was said so far is kept."""
        if self.running:
            self._reset()
            self.look()
            self.changed.emit()

    def _reset(self) -> None:
        self._session.networks.give_up(self._generation)
        self._todo.clear()
        self._items.clear()
        self._photo = self._sheet = self._ref = None
        self._generation = 0
        self.running = False

    def _on_project(self) -> None:
        self._reset()
        self.unasked = ()
        self.done = self.total = 0
        self.changed.emit()

    # --- one photo after the other ---------------------------------------------------------------------------------

    def _next_photo(self) -> None:
        project = self._session.project
        if not self._todo or project is None:
            self._finish()
            return
        asked = self._photo = self._todo.popleft()
        record = self._session.photos.get(asked.photo_id)
        if record is None:
            self._leave_out(asked, "")
            return
        present, limit = self._session.document.present(asked.photo_id), self._session.pixel_limit
        self._sheet = None

        def work() -> tuple[Sheet, PhotoRef]:
            return present or project.sheet(asked.photo_id), _ref(project, record, limit)

        self._worker.submit(work, partial(self._on_read, asked), partial(self._leave_out, asked))

    def _on_read(self, asked: Asked, read: tuple[Sheet, PhotoRef]) -> None:
        if self._photo is not asked:
            return
        sheet, self._ref = read
        self._sheet = self._sheet or sheet  # it may have been written meanwhile
        self._items = deque(item for item in self._sheet if item.id in asked.item_ids and not item.mask.is_empty)
        self.done += len(asked.item_ids) - len(self._items)
        self._ask()

    def _ask(self) -> None:
        if not self._items or self._ref is None:
            self.changed.emit()
            self._next_photo()
            return
        some = list(islice(self._items, MASKS_AT_ONCE))
        # a second opinion on what has its name already must not come from that very name
        own = tuple(f"{self._photo.photo_id}/{item.id}" if self._photo is not None else "" for item in some)
        masks = tuple(item.mask for item in some)
        request = Classify(
            photo=self._ref, masks=masks, own=own, learnt=self._learnt, lane="", priority=Priority.PREPARE
        )
        self._generation = self._session.networks.ask(request, self._on_answer)

    def _on_answer(self, result: Result) -> bool:
        if result.generation != self._generation or self._photo is None:
            return True
        if isinstance(result, Failed):
            self._leave_out(self._photo, result.message)
            return True
        if not isinstance(result, Classified) or result.model is None:
            return False  # the views only: the network is still being loaded
        asked = [self._items.popleft() for _ in range(len(result.namings))]
        self.done += len(asked)
        said = {
            item.id: (item.mask, naming.suggestions)
            for item, naming in zip(asked, result.namings, strict=True)
            if naming.suggestions
        }
        if self._sheet is not None:
            self._session.document.put_suggestions(self._sheet, said)
        self.changed.emit()
        self._ask()
        return True

    def _leave_out(self, asked: Asked, message: str) -> None:
        if self._photo is not asked:
            return
        count = len(self._items) or len(asked.item_ids)
        self.done += count
        self.left_out += count
        self._items.clear()
        if self._session.model is None and not self._session.model_loading:
            self._reset()
            self.problem.emit(message)
            self.changed.emit()
            return
        self.changed.emit()
        self._next_photo()

    def _finish(self) -> None:
        named, left_out = self.done - self.left_out, self.left_out
        self._reset()
        if left_out:
            self.notice.emit(
                self.tr("{named} objects were named; {left} could not be, because their photos do not open.").format(
                    named=Local(named), left=left_out
                )
            )
        else:
            self.notice.emit(self.tr("{named} objects were named.").format(named=Local(named)))
        self.look()
        self.changed.emit()
        self.finished.emit()

    # --- what happens meanwhile ------------------------------------------------------------------------------------

    def _on_written(self, sheets: Iterable[Sheet]) -> None:
        if self._photo is not None:
            mine = (sheet for sheet in sheets if sheet.photo_id == self._photo.photo_id)
            self._sheet = next(mine, self._sheet)

    def _on_died(self) -> None:
        if self._session.models.given_up:
            self.cancel()

    def _on_restarted(self) -> None:
        if self.running and self._generation:
            self._ask()


def _ref(project: Project, record: PhotoRecord, pixel_limit: int) -> PhotoRef:
    """How the engine finds a photo; one that was never opened (its labels were imported) is looked at for its key.

    Raises:
        RverError: it cannot be opened.
    """
    path = project.photo_path(record)
    if record.problem is not None:
        raise RverError(record.problem)
    return PhotoRef(record.content_hash or load_photo(path, pixel_limit).key, path, pixel_limit)
