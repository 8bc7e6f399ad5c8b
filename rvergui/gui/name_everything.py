"""Names from the model for every item that has none: of one photo or of all, in the background, unconfirmed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.core import Mask, Sheet, Source, SourceKind, Suggestion
from rvergui.core.edits import guess_names
from rvergui.engine.messages import Classified, Classify, Failed, PhotoRef, Priority, Result
from rvergui.gui.numbers import Local

if TYPE_CHECKING:
    from rvergui.gui.session import Session

Said = dict[Mask, tuple[Suggestion, ...]]

# So many objects go to the network at once: few enough that a click in between does not wait for long.
AT_ONCE = 8


class NameEverything(QObject):
    """One run at a time. Photo after photo: read its sheet, have its unnamed masks named, put the names on it.

    Each photo is saved by itself, so that cancelling keeps what is done; for undo the whole run is one step, or one
    before and one after what was edited meanwhile. Edits win over the model's names.

    Attributes:
        running: whether a run is under way.
        done: how many photos are done.
        total: how many there are.
        named: how many items got a name so far.
    """

    changed = Signal()  # begun, come on, or ended
    notice = Signal(str)
    problem = Signal(str)

    def __init__(self, session: Session, may_edit: Callable[[], bool]) -> None:
        super().__init__(session)
        self._session = session
        self._may_edit = may_edit
        self._document = session.document
        self._networks = session.networks
        self._todo: deque[str] = deque()
        self._run = 0  # answers that belong to an earlier run are dropped
        self._asked: int | None = None
        self._written: set[str] = set()
        self._step = object()  # what holds the photos of a run together for undo
        self._left = 0
        self._failed: list[str] = []
        self.running = False
        self.done = self.total = self.named = 0
        self._document.written.connect(lambda sheets: self._written.update(sheet.photo_id for sheet in sheets))
        self._networks.restarted.connect(self._on_restarted)
        session.project_changed.connect(self.cancel)

    # --- begin and end -------------------------------------------------------------------------------------------

    def name_photo(self) -> None:
        """Name what has no name on the photo that is shown."""
        sheet = self._document.sheet
        if sheet is None or not self._may_begin():
            return
        if any(item.class_id is None for item in sheet):
            self._begin([sheet.photo_id])
        else:
            self.notice.emit(self.tr("Every object on this photo has a name."))

    def name_all(self) -> None:
        """Name what has no name on any photo."""
        project = self._session.project
        if project is None or not self._may_begin():
            return
        run = self._claim()
        self.changed.emit()

        def look() -> list[str]:
            from rvergui.project.queue import QueueFilter, QueueOrder

            nameless = project.queue(QueueOrder.PHOTO, QueueFilter(classes=frozenset({None})))
            return list(dict.fromkeys(item.photo_id for item in nameless))

        def found(photos: list[str]) -> None:
            if run != self._run:
                return
            here = self._document.sheet
            if here is not None and any(item.class_id is None for item in here):
                photos = list(dict.fromkeys((*photos, here.photo_id)))  # cut out so lately that it is not on disk
            if photos:
                self._begin(photos)
            else:
                self._end()
                self.notice.emit(self.tr("Every object of this project has a name."))

        self._session.loader.submit(look, found, lambda message: self._stop_with(run, message))

    def cancel(self) -> None:
        """End the run; the photos that are done keep their names."""
        if self.running:
            self._end()
            if self.total and self._session.project is not None:
                self.notice.emit(
                    self.tr("Stopped after {done} of {total} photos. Named by the model: {named}.").format(
                        done=Local(self.done), total=Local(self.total), named=Local(self.named)
                    )
                )

    def _may_begin(self) -> bool:
        if self.running or not self._may_edit():
            return False
        model = self._session.model
        if model is None or self._session.model_loading:
            self.notice.emit(self.tr("No network names yet; wait until it is loaded, or choose one in the Model menu."))
            return False
        if not model.trained and self._session.naming.learnt_names < 2:
            self.notice.emit(
                self.tr("The network is untrained, its names would be guesses; name some dishes, it learns from them.")
            )
            return False
        return True

    def _claim(self) -> int:
        self._run += 1
        self.running = True
        self.done = self.total = self.named = self._left = 0
        self._failed = []
        return self._run

    def _begin(self, photos: list[str]) -> None:
        self._claim()
        self._step = object()
        self._todo = deque(photos)
        self.total = len(photos)
        self.changed.emit()
        self._next()

    def _end(self) -> None:
        self._run += 1
        self.running = False
        self._todo.clear()
        if self._asked is not None:
            self._networks.give_up(self._asked)
            self._asked = None
        self.changed.emit()

    def _stop_with(self, run: int, message: str) -> None:
        if run == self._run:
            self._end()
            self.problem.emit(message)

    def _on_restarted(self) -> None:
        if self.running:
            self._stop_with(
                self._run,
                self.tr("The networks had to be started again; what is named so far is kept, begin once more."),
            )

    # --- photo after photo ---------------------------------------------------------------------------------------

    def _next(self) -> None:
        project, run = self._session.project, self._run
        if not self._todo or project is None:
            self._finish()
            return
        photo_id = self._todo[0]
        record = self._session.photos.get(photo_id)
        if record is None:  # taken out of the project meanwhile
            self._photo_done()
            return
        path, limit, key = project.photo_path(record), self._session.pixel_limit, record.content_hash
        self._written.discard(photo_id)

        def look() -> tuple[PhotoRef, Sheet]:
            return PhotoRef(key or _key_of(path), path, limit), project.sheet(photo_id)

        def read(found: tuple[PhotoRef, Sheet]) -> None:
            if run == self._run:
                photo, stored = found
                sheet = self._document.present(photo_id) or stored
                masks = [i.mask for i in sheet if i.class_id is None and not i.mask.is_empty]
                self._ask(photo, photo_id, deque(dict.fromkeys(masks)), {})

        self._session.loader.submit(look, read, lambda message: self._photo_failed(run, message), priority=2)

    def _ask(self, photo: PhotoRef, photo_id: str, masks: deque[Mask], said: Said) -> None:
        """Have the next few masks named; once all are, put the names on the photo."""
        run = self._run
        if not masks:
            self._put(photo_id, said)
            return
        few = tuple(masks.popleft() for _ in range(min(AT_ONCE, len(masks))))

        def answered(result: Result) -> bool:
            if run != self._run:
                return True
            if isinstance(result, Failed):
                self._asked = None
                self._photo_failed(run, result.message)
                return True
            if not isinstance(result, Classified) or result.model is None:
                return False  # the views alone; the names come once the network is there
            self._asked = None
            said.update({naming.mask: naming.suggestions for naming in result.namings})
            self._ask(photo, photo_id, masks, said)
            return True

        # Behind everything that somebody waits for.
        request = Classify(photo=photo, masks=few, lane="", priority=Priority.PREPARE)
        self._asked = self._networks.ask(request, answered)

    def _put(self, photo_id: str, said: Said) -> None:
        """Put the names on the photo's sheet as it is now, which may be another than was asked about."""
        project, run = self._session.project, self._run
        if project is None:
            return

        def read(stored: Sheet) -> None:
            if run != self._run:
                return
            present = self._document.present(photo_id)
            if present is None and photo_id in self._written:
                self._written.discard(photo_id)  # edited and saved while it was read: what was read may be older
                self._put(photo_id, said)
                return
            self._commit(present or stored, said)
            self._photo_done()

        self._session.loader.submit(
            lambda: project.sheet(photo_id), read, lambda message: self._photo_failed(run, message), priority=2
        )

    def _commit(self, sheet: Sheet, said: Said) -> None:
        model = self._session.model
        source = Source.now(SourceKind.MODEL, model.name if model is not None else self.tr("a network"))
        after, count = guess_names(sheet, said, self._document.taxonomy, source)
        self.named += count
        self._left += sum(item.class_id is None for item in after)
        if after != sheet:
            self._document.commit_many(self.tr("Name everything"), [(sheet, after)], by_person=False, run=self._step)

    def _photo_done(self) -> None:
        self._todo.popleft()
        self.done += 1
        run = self._run
        self.changed.emit()
        if run == self._run:  # nobody who was told has ended it
            self._next()

    def _photo_failed(self, run: int, message: str) -> None:
        """One photo that cannot be read stops none of the others."""
        if run == self._run:
            self._failed.append(message)
            self._photo_done()

    def _finish(self) -> None:
        done, left, failed = self.named, self._left, self._failed
        self._end()
        parts = [self.tr("Named by the model: {count}. Check these names and confirm them.").format(count=Local(done))]
        if left:
            text = self.tr("Left without a name: {count}, for what the model calls them is not in the class list.")
            parts.append(text.format(count=Local(left)))
        if not failed:
            self.notice.emit(" ".join(parts))
            return
        parts.append(
            self.tr("Photos that could not be read: {count}. The first: {why}").format(
                count=Local(len(failed)), why=failed[0]
            )
        )
        self.problem.emit(" ".join(parts))


def _key_of(path: Path) -> str:
    """What identifies a photo that was never opened."""
    from rvergui.core.photo_loading import content_hash, read_photo_file

    return content_hash(read_photo_file(path))
