"""The review queue without widgets: which items, what is done to them, what is left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Item, ItemState, RverError, Sheet, Source, SourceKind, Taxonomy
from rvergui.gui.numbers import Local
from rvergui.gui.queue.edits import Edit, Edited, accept, edited, reject, rename, verify
from rvergui.gui.queue.entries import Entries
from rvergui.gui.queue.shelf import CropShelf, Key
from rvergui.gui.session import Session
from rvergui.gui.worker import Worker
from rvergui.project.queue import QueueFilter, QueueItem, QueueOrder, disagreement
from rvergui.project.store import Project

# Items of edited photos are compared for so long at once: a batch over thousands does not stop the window.
TAKEN_AT_ONCE_S = 0.008
# While there are more, the grid is painted anew every so often.
TOLD_EVERY_S = 0.15

Rows: TypeAlias = "Sequence[int] | NDArray[np.intp]"


@dataclass(frozen=True)
class Wish:
    """What the queue shows.

    Attributes:
        order: what comes first; what is verified already comes last in every order.
        wanted: which items.
    """

    order: QueueOrder = QueueOrder.MARGIN
    wanted: QueueFilter = field(default_factory=lambda: QueueFilter(verified=False))


@dataclass(frozen=True)
class _Act:
    """One act that waits: on which rows, what it does (given the item of the first), and what undo calls it."""

    entries: Entries
    rows: NDArray[np.intp]
    edit: Callable[[Item], Edit]
    text: Callable[[Edited], str]
    project: Project


class ReviewQueue(QObject):
    """Reads the queue, keeps it in step with what is edited anywhere, and edits many photos in one undoable step.

    Sheets of photos that are not shown are read and edited on a thread of this queue. Should one be changed meanwhile,
    the act is made once more on what holds then, so nothing that was done in between is lost.
    """

    loading_changed = Signal()
    reloaded = Signal()  # other entries
    rows_changed = Signal(object)  # list of rows that look different
    progress_changed = Signal()
    busy_changed = Signal()
    verified = Signal(object)  # list of keys whose name a person keeps
    notice = Signal(str)
    problem = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self._worker = Worker("review", self)
        self.crops = CropShelf(session, parent=self)
        self.entries = Entries()
        self.wish = Wish()
        self.loading = False
        self._acts: deque[_Act] = deque()
        self._reading: dict[str, Sheet] | None = None  # what was written while an act is being made
        self._since: dict[str, Sheet] | None = None  # what was written while the queue is being read
        self._to_take: dict[str, Sheet] = {}
        self._taken: list[int] = []  # rows that look different and nobody was told of
        self._told = 0.0
        self._load_on_saved = False
        self._document.written.connect(self._on_written)
        session.saved.connect(self._on_saved)
        session.project_changed.connect(self._on_project)

    def stop(self) -> None:
        """End the threads."""
        self._acts.clear()
        self.crops.stop()
        self._worker.stop()

    # --- which items -----------------------------------------------------------------------------------------------

    def load(self, wish: Wish | None = None) -> None:
        """Read the queue anew, from what is saved."""
        self.wish = wish or self.wish
        project = self._session.project
        if project is None:
            return
        self._set_loading(True)
        if self._document.saver.pending:
            self._load_on_saved = True
            return
        self._load_on_saved = False
        self._since = {}
        now = self.wish

        def work() -> Entries:
            items = list(project.queue(now.order, now.wanted))
            if now.wanted.items is not None:
                return Entries(items, again=True)
            return Entries(sorted(items, key=lambda item: item.verified))  # stable: the order stays within each half

        self._worker.submit(
            work, partial(self._on_loaded, project), partial(self._on_load_failed, project), priority=1, lane="load"
        )

    def _on_loaded(self, project: Project, entries: Entries) -> None:
        if project is not self._session.project:
            return
        since, self._since = self._since or {}, None
        self._to_take.clear()
        self._taken.clear()
        for photo_id, sheet in since.items():
            entries.update(photo_id, sheet)
        self.entries = entries
        self._set_loading(False)
        self.reloaded.emit()
        self.progress_changed.emit()

    def _on_load_failed(self, project: Project, message: str) -> None:
        if project is self._session.project:
            self._since = None
            self._set_loading(False)
            self.problem.emit(message)

    def _set_loading(self, loading: bool) -> None:
        if loading != self.loading:
            self.loading = loading
            self.loading_changed.emit()

    def _on_saved(self) -> None:
        if self._load_on_saved and not self._document.saver.pending:
            self.load()

    def _on_project(self) -> None:
        self._acts.clear()
        self._reading = self._since = None
        self._to_take.clear()
        self._taken.clear()
        self._load_on_saved = False
        self.crops.forget()
        self.entries = Entries()
        self._set_loading(False)
        self.reloaded.emit()
        self.progress_changed.emit()
        self.busy_changed.emit()

    def key(self, row: int) -> Key:
        """The item of a row."""
        entry = self.entries.was(row)
        return entry.photo_id, entry.id

    # --- what is edited elsewhere ----------------------------------------------------------------------------------

    def _on_written(self, sheets: Iterable[Sheet]) -> None:
        for sheet in sheets:
            for noted in (self._reading, self._since, self._to_take):
                if noted is not None:
                    noted[sheet.photo_id] = sheet
        self._take_some()

    def _take_some(self) -> None:
        begin = time.monotonic()
        while self._to_take and time.monotonic() < begin + TAKEN_AT_ONCE_S:
            photo_id = next(iter(self._to_take))
            self._taken += self.entries.update(photo_id, self._to_take.pop(photo_id))
        if self._taken and (not self._to_take or begin > self._told + TOLD_EVERY_S):
            rows, self._taken, self._told = self._taken, [], begin
            self.rows_changed.emit(rows)
            self.progress_changed.emit()
        if self._to_take:
            QTimer.singleShot(0, self, self._take_some)

    # --- acts ------------------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether an act is still being made."""
        return bool(self._acts)

    def accept(self, rows: Rows) -> None:
        """Give each item the name that the model suggests first for it."""
        asked = self.entries.suggested(rows)
        if not asked.size:
            self.notice.emit(self.tr("The model has not said anything about this object yet; type its name."))
            return
        names = {self.entries[row].suggested for row in asked}
        if len(names) == 1:
            words = (self.tr("Accept “{name}”"), self.tr("Accept “{name}” for {count} objects"))
        else:
            words = ("", self.tr("Accept the names of {count} objects"))
        name = names.pop()
        self._submit(asked, lambda first: accept(self._person()), lambda made: _words(words, made, name))

    def rename(self, rows: Rows, name: str) -> None:
        """Give all of them this name; a name that is new becomes a class."""
        words = (self.tr("Name “{name}”"), self.tr("Name {count} objects “{name}”"))
        self._submit(rows, lambda first: rename(name, self._person()), lambda made: _words(words, made, name))

    def take_suggestion(self, rows: Rows, rank: int) -> None:
        """Give all of them the name that is suggested in place ``rank`` (0 is the first) for the first of them."""

        def edit(first: Item) -> Edit:
            ranked = sorted(first.suggestions, key=lambda each: -each.probability)
            if rank >= len(ranked):
                raise RverError(self.tr("No name is suggested in that place; type the name."))
            return rename(ranked[rank].name, self._person())

        words = (self.tr("Name an object"), self.tr("Name {count} objects"))
        self._submit(rows, edit, lambda made: _words(words, made))

    def reject(self, rows: Rows) -> None:
        """Take their names back."""
        named = self.entries.named(rows)
        if not named.size:
            self.notice.emit(self.tr("This object has no name to take back."))
            return
        words = (self.tr("Take a name back"), self.tr("Take the names of {count} objects back"))
        self._submit(named, lambda first: reject(), lambda made: _words(words, made))

    def verify(self, rows: Rows) -> None:
        """Say that mask and name are right."""
        named = self.entries.named(rows)
        if not named.size:
            self.notice.emit(self.tr("This object has no name yet: accept the suggestion or type its name."))
            return
        words = (self.tr("Verify an object"), self.tr("Verify {count} objects"))
        self._submit(named, lambda first: verify(self._person()), lambda made: _words(words, made))
        if self._session.may_edit():
            self.verified.emit([self.key(int(row)) for row in named])
            if self.wish.wanted.items is not None:
                self.entries.settle(named)
                self.progress_changed.emit()

    def look_alikes(self, name: str, at_least: float) -> list[int]:
        """The rows that accepting all look-alikes of ``name`` would take; names that people gave are not overruled."""
        disagrees = disagreement(self._session.taxonomy)

        def overruled(entry: QueueItem) -> bool:
            return entry.state is ItemState.CONFIRMED and disagrees(entry)

        return [int(row) for row in self.entries.look_alikes(name, at_least, overruled)]

    def _person(self) -> Source:
        return Source.now(SourceKind.PERSON, self._session.user)

    def _submit(self, rows: Rows, edit: Callable[[Item], Edit], text: Callable[[Edited], str]) -> None:
        project, chosen = self._session.project, np.asarray(rows, dtype=np.intp)
        if project is None or not chosen.size or not self._session.may_edit():
            return
        self._acts.append(_Act(self.entries, chosen, edit, text, project))
        if len(self._acts) == 1:
            self.busy_changed.emit()
            self._work_off()

    def _work_off(self) -> None:
        if not self._acts:
            self.busy_changed.emit()
            return
        act, document = self._acts[0], self._document
        newer = document.newer_sheets()
        taxonomy, project = document.taxonomy, act.project
        self._reading = {}

        def work() -> Edited:
            wanted = act.entries.by_photo(act.rows)
            lead = act.entries.was(int(act.rows[0]))
            sheets = [newer[photo] if photo in newer else project.sheet(photo) for photo in wanted]
            first = next((sheet.get(lead.id) for sheet in sheets if sheet.photo_id == lead.photo_id), None)
            if first is None:
                raise RverError("This object is no longer there; reload the queue.")
            return edited(sheets, wanted, act.edit(first), taxonomy)

        self._worker.submit(work, partial(self._on_made, act, taxonomy), partial(self._on_failed, act))

    def _on_made(self, act: _Act, taxonomy: Taxonomy, made: Edited) -> None:
        if not self._acts or self._acts[0] is not act:
            return
        written, self._reading = self._reading or {}, None
        if taxonomy != self._document.taxonomy or any(before.photo_id in written for before, _ in made.pairs):
            self._work_off()  # somebody was quicker: once more, on what holds now
            return
        self._acts.popleft()
        if made.count:
            self._document.commit_many(act.text(made), made.pairs, made.taxonomy)
        self._work_off()

    def _on_failed(self, act: _Act, message: str) -> None:
        if self._acts and self._acts[0] is act:
            self._reading = None
            self._acts.popleft()
            self.notice.emit(message)
            self._work_off()


def _words(words: tuple[str, str], made: Edited, name: str = "") -> str:
    """What undo calls an act that changed one object, or several; classes by the name that they have."""
    food = made.taxonomy.find(name) if name else None
    return words[made.count != 1].format(count=Local(made.count), name=food.name if food else name)
