"""The open project, the current photo and its sheet, the draft and the undo stack. Signals, no widgets.

Canvas, panels and menus talk to this object and never to each other. Every edit is a ``Step`` between two snapshots of
immutable values; saving follows in the background.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Box, Item, Mask, Point, Prompt, RverError, Sheet, Source, SourceKind, Taxonomy
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.engine.messages import (
    Choose,
    Classified,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Failed,
    MaskNaming,
    ModelReady,
    PhotoRef,
    Preview,
    Previewed,
    Result,
    SegmenterReady,
    UseModel,
    UseSegmenter,
)
from rvergui.gui.draft import Draft, Snapshot, Step
from rvergui.gui.models import ModelThread
from rvergui.gui.naming import NamingDesk
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.pictures import LoadedPhoto, read_photo
from rvergui.gui.saver import Saver
from rvergui.gui.undo import UndoStack
from rvergui.gui.worker import Worker
from rvergui.project.records import PhotoRecord

if TYPE_CHECKING:
    from rvergui.gui.opening import Opened
    from rvergui.project.store import Project

log = logging.getLogger(__name__)

SETTINGS_PREFIX = "RVERGUI_"  # as in runtime.settings, which is not imported for it


class Session(QObject):
    """What the window works on. Lives on the GUI thread; nothing here waits for disk or network."""

    project_changed = Signal()
    photo_loading = Signal(object)  # PhotoRecord
    photo_changed = Signal()  # self.photo is there, or None with self.photo_problem
    sheet_changed = Signal()
    draft_changed = Signal()
    preview_changed = Signal(object)  # Mask or None
    selection_changed = Signal()
    naming_changed = Signal()
    taxonomy_changed = Signal()
    undo_changed = Signal()
    model_changed = Signal()
    segmenter_changed = Signal()
    timing_changed = Signal()
    saved = Signal(object)  # datetime
    save_failed = Signal(str)
    notice = Signal(str)  # one sentence that needs no answer
    problem = Signal(str)  # one sentence that the user must not miss

    def __init__(self, models: ModelThread, user: str, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models = models
        self.user = user
        self.pixel_limit = DEFAULT_PIXEL_LIMIT
        self.home = home
        self.loader = Worker("loader", self)
        self.saver = Saver(self)
        self.naming = NamingDesk(models, self)
        self.photos = PhotoList(self)
        self.history = UndoStack()
        self.project: Project | None = None
        self.taxonomy = Taxonomy()
        self.photo: LoadedPhoto | None = None
        self.photo_problem: str | None = None
        self.sheet: Sheet | None = None
        self.draft: Draft | None = None
        self.selected: str | None = None
        self.model: ModelReady | None = None
        self.model_loading = False
        self.segmenter: SegmenterReady | None = None
        self.wanted_checkpoint: Path | None = None
        self.encode_ms: float | None = None
        self.click_ms: float | None = None
        self.encoding = False
        self._unsaved: dict[str, Sheet] = {}
        self._decode_generation = 0
        self._preview_generation = 0
        self._after_load: Snapshot | None = None
        self._handlers: dict[type[Result], Callable[..., None]] = {
            SegmenterReady: self._on_segmenter,
            ModelReady: self._on_model,
            Encoded: self._on_encoded,
            Decoded: self._on_decoded,
            Previewed: self._on_previewed,
            Classified: self.naming.answered,
            Failed: self._on_failed,
        }
        models.answered.connect(self._on_answer)
        models.died.connect(self._on_engine_died)
        self.naming.changed.connect(self.naming_changed)
        self.saver.saved.connect(self._on_saved)
        self.saver.failed.connect(self.save_failed)

    def read_settings(self) -> None:
        """Read the environment in the background, if it says anything about this program.

        Its library takes a quarter of a second to import, and for that long slows even the thread that paints the
        first window.
        """
        if not any(name.upper().startswith(SETTINGS_PREFIX) for name in os.environ):
            return

        def read() -> tuple[str, int]:
            from rvergui.runtime.settings import Settings

            settings = Settings()
            return settings.user, settings.pixel_limit

        def done(values: tuple[str, int]) -> None:
            self.user, self.pixel_limit = values

        self.loader.submit(read, done, self.problem.emit, priority=-10)

    # --- opening and closing -------------------------------------------------------------------------------------

    def open(self, target: Path) -> None:
        """Open a folder, a photo or a project in the background; ``project_changed`` or ``problem`` follows."""
        present = self.project
        self.keep_draft()
        self.saver.flush()  # the project may be the present one, to be read anew

        def work() -> Opened:
            from rvergui.gui.opening import open_target  # brings the database, which the first window does without

            return open_target(target, self.home, present)

        self.loader.submit(work, self._on_opened, self.problem.emit)

    def add(self, targets: list[Path]) -> None:
        """Add photos or folders to the open project, or open them if there is none."""
        project = self.project
        if project is None:
            if targets:
                self.open(targets[0])
            return
        if not self._may_edit():
            return

        def work() -> list[PhotoRecord]:
            from rvergui.gui.opening import add_photos

            return add_photos(project, targets)

        self.loader.submit(work, self.photos.replace, self.problem.emit)

    def _on_opened(self, opened: Opened) -> None:
        if opened.project is self.project:
            self.photos.replace(opened.photos)
            if opened.start is not None:
                self.go_to(opened.start)
            return
        if not self.close_project():
            opened.project.close()
            return
        self.project = opened.project
        self.project.who = self.user
        self.taxonomy = opened.taxonomy
        self.photos.replace(opened.photos)
        self.project_changed.emit()
        self.taxonomy_changed.emit()
        self.undo_changed.emit()
        for notice in opened.notices:
            self.notice.emit(notice)
        self.use_model(self.wanted_checkpoint or opened.project.model_path())
        first = opened.start or self.photos.first_to_do()
        if first is not None:
            self.go_to(first)

    def close_project(self) -> bool:
        """Save and close the project; False (and a ``problem``) if something could not be saved."""
        if self.project is None:
            return True
        self.keep_draft()
        if not self.saver.flush():
            self.problem.emit(
                f"{self.saver.pending} edits are not saved yet because the disk refuses them; "
                "free some space, the program keeps trying."
            )
            return False
        self.project.close()
        self.project = None
        self.photo = self.sheet = self.draft = self.selected = None
        self._after_load = None
        self._unsaved.clear()
        self.history.clear()
        self.photos.replace([])
        return True

    def shut_down(self) -> None:
        """End every thread."""
        self.saver.stop()
        self.loader.stop()
        self.models.stop()

    # --- photos --------------------------------------------------------------------------------------------------

    @property
    def record(self) -> PhotoRecord | None:
        """The current photo's record."""
        return self.photos.current

    def go_to(self, photo_id: str) -> None:
        """Show another photo; a draft is kept as an unnamed item, so that nothing is lost."""
        project, record = self.project, self.photos.get(photo_id)
        if project is None or record is None:
            return
        if self.record is not None and photo_id == self.record.id and self.photo is not None:
            return
        self.keep_draft()
        self.photos.set_current(photo_id)
        self.photo = self.sheet = self.selected = None
        self.photo_problem = None
        self.photo_loading.emit(record)
        path = project.photo_path(record)
        self.loader.submit(
            lambda: read_photo(path, self.pixel_limit),
            lambda loaded: self._on_photo(photo_id, loaded),
            lambda message: self._on_photo_failed(photo_id, message),
            priority=-1,
            lane="photo",
        )

    def step_photo(self, offset: int) -> None:
        """Go to the next (1) or previous (-1) photo of the list."""
        target = self.photos.neighbour(offset)
        if target is not None:
            self.go_to(target)

    def _on_photo(self, photo_id: str, loaded: LoadedPhoto) -> None:
        record, project = self.record, self.project
        if project is None or record is None or record.id != photo_id:
            return
        unsaved = self._unsaved.get(photo_id)
        sheet = project.sheet(photo_id) if unsaved is None else unsaved
        size = loaded.photo.size
        if sheet.items and sheet.size != size:
            self._on_photo_failed(
                photo_id,
                f"{record.path} is now {size[1]}x{size[0]} pixels, but its labels were made at "
                f"{sheet.size[1]}x{sheet.size[0]}; put the original photo back, its labels are kept.",
            )
            return
        self._note_facts(record, loaded.photo.key, size, None)
        self.photo = loaded
        self.photo_problem = None
        self.sheet = replace(sheet, size=size)
        snapshot, self._after_load = self._after_load, None
        if snapshot is not None and snapshot.photo_id == photo_id:
            self.draft, self.selected = snapshot.draft, snapshot.selected
        else:
            self.draft = self.selected = None
        self.photo_changed.emit()
        self.draft_changed.emit()
        self.selection_changed.emit()
        self._encode()
        self._ask_for_name()

    def _on_photo_failed(self, photo_id: str, message: str) -> None:
        record = self.record
        if record is None or record.id != photo_id:
            return
        self._note_facts(record, record.content_hash, record.size, message)
        self.photo_problem = message
        self.photo_changed.emit()

    def _note_facts(
        self, record: PhotoRecord, key: str | None, size: tuple[int, int] | None, problem: str | None
    ) -> None:
        project = self.project
        if project is None or (record.content_hash, record.size, record.problem) == (key, size, problem):
            return
        self.photos.update(replace(record, content_hash=key, size=size, problem=problem))
        if not project.read_only:
            self.loader.submit(lambda: project.set_photo_facts(record.id, key, size, problem))

    def photo_ref(self) -> PhotoRef | None:
        """How the engine finds the current photo."""
        if self.photo is None or self.photo.photo.path is None:
            return None
        return PhotoRef(self.photo.photo.key, self.photo.photo.path, self.pixel_limit)

    # --- the draft -----------------------------------------------------------------------------------------------

    def click(self, x: float, y: float, positive: bool = True) -> None:
        """A click at (x, y) in photo pixels: add what lies there to the draft, or take it away."""
        if self.photo is None or not self._may_edit():
            return
        if self.draft is None and not positive:
            self.notice.emit("Click the dish first; a right click then takes away from its mask.")
            return
        draft = self.draft or Draft(Prompt())
        text = "Add to the mask" if positive else "Take from the mask"
        self._prompt(replace(draft, prompt=draft.prompt.with_point(Point(x, y, positive))), text)

    def box(self, box: Box) -> None:
        """A box around the dish."""
        if self.photo is None or not self._may_edit():
            return
        draft = self.draft or Draft(Prompt())
        self._prompt(replace(draft, prompt=draft.prompt.with_box(box)), "Box")

    def _prompt(self, draft: Draft, text: str) -> None:
        fresh = self.draft is None
        self._commit(text, draft=draft, selected=None)
        self._decode(fresh)

    def _decode(self, fresh: bool) -> None:
        ref = self.photo_ref()
        if ref is None or self.draft is None:
            return
        self.preview_changed.emit(None)
        self._decode_generation = self.models.submit(Decode(photo=ref, prompt=self.draft.prompt, fresh=fresh))

    def hover(self, x: float, y: float) -> None:
        """Show what a click at (x, y) would give."""
        ref = self.photo_ref()
        if ref is not None and self.draft is None and not self.encoding:
            self._preview_generation = self.models.submit(Preview(photo=ref, point=Point(x, y)))

    def end_hover(self) -> None:
        """The pointer left the photo."""
        self._preview_generation = 0
        self.preview_changed.emit(None)

    def cycle_candidate(self, offset: int = 1) -> None:
        """Show the next of the segmenter's candidates for the draft."""
        ref = self.photo_ref()
        if ref is None or self.draft is None or self.draft.mask is None:
            return
        if self.draft.count < 2:
            self.notice.emit("This segmenter offers one mask for this click; click again to refine it.")
            return
        index = (self.draft.index + offset) % self.draft.count
        self._decode_generation = self.models.submit(Choose(photo=ref, index=index))

    def drop_draft(self) -> None:
        """Forget the draft (undo brings it back); without one, forget the selection."""
        if self.draft is not None:
            self._commit("Drop the draft", draft=None)
        elif self.selected is not None:
            self.select(None)

    def keep_draft(self) -> None:
        """Put the draft on the sheet without a name."""
        if self.draft is None or self.draft.mask is None or self.draft.mask.is_empty or self.sheet is None:
            self.draft = None
            return
        item = self._new_item(self.draft.mask)
        self._commit("Keep without a name", sheet=self.sheet.with_item(item), draft=None, selected=item.id)

    def _new_item(self, mask: Mask) -> Item:
        name = self.segmenter.description if self.segmenter else "unknown segmenter"
        item = Item.new(mask, Source.now(SourceKind.MODEL, name))
        naming = self.naming.of(self.photo.photo.key, mask) if self.photo else None
        return item.with_suggestions(naming.suggestions) if naming else item

    # --- naming --------------------------------------------------------------------------------------------------

    @property
    def target_mask(self) -> Mask | None:
        """The mask that a name would go to: the draft's, else the selected item's."""
        if self.draft is not None:
            return self.draft.mask
        item = self.selected_item
        return item.mask if item else None

    @property
    def selected_item(self) -> Item | None:
        """The selected item of the sheet."""
        return self.sheet.get(self.selected) if self.sheet and self.selected else None

    @property
    def awaits_name(self) -> bool:
        """Whether a draft waits for its name, so that typing means searching for one."""
        return self.draft is not None and self.draft.mask is not None

    def target_naming(self) -> MaskNaming | None:
        """What the network says of the target."""
        mask = self.target_mask
        if mask is None or self.photo is None:
            return None
        return self.naming.of(self.photo.photo.key, mask)

    def accept(self, rank: int) -> None:
        """Give the target the name that was suggested in place ``rank`` (0 is the first)."""
        naming = self.target_naming()
        if naming is not None and rank < len(naming.suggestions):
            self.name(naming.suggestions[rank].name)

    def name(self, name: str) -> None:
        """Give the target this name; a name that is new becomes a class."""
        if self.sheet is None or self.target_mask is None or not self._may_edit():
            return
        try:
            taxonomy, food = self.taxonomy, self.taxonomy.find(name)
            if food is None:
                taxonomy, food = taxonomy.added(name)
        except RverError as error:
            self.notice.emit(str(error))
            return
        item = self._new_item(self.target_mask) if self.draft is not None else self.selected_item
        if item is None:
            return
        if self.draft is None and item.class_id is not None:
            current = self.taxonomy.get(item.class_id)
            if current == food and item.label_source and item.label_source.kind is SourceKind.PERSON:
                return
        naming = self.target_naming()
        if naming is not None and naming.suggestions:
            item = item.with_suggestions(naming.suggestions)
        named = item.named(food.id, Source.now(SourceKind.PERSON, self.user))
        sheet = self.sheet.with_item(named)
        self._commit(f"Name “{food.name}”", sheet=sheet, draft=None, selected=named.id, taxonomy=taxonomy)

    def _ask_for_name(self) -> None:
        ref, mask = self.photo_ref(), self.target_mask
        if ref is not None and mask is not None:
            self.naming.want(ref, [mask])

    # --- items and classes ---------------------------------------------------------------------------------------

    def select(self, item_id: str | None) -> None:
        """Select an item of the sheet; a draft is kept first."""
        if item_id is not None and self.draft is not None:
            self.keep_draft()
            self.draft_changed.emit()
        if item_id != self.selected:
            self.selected = item_id
            self.selection_changed.emit()
            self.naming_changed.emit()
            self._ask_for_name()

    def delete_selected(self) -> None:
        """Delete the draft or the selected item; undo brings it back."""
        if self.draft is not None:
            self.drop_draft()
        elif self.sheet is not None and self.selected is not None and self._may_edit():
            self._commit("Delete", sheet=self.sheet.without([self.selected]), selected=None)

    def edit_taxonomy(self, text: str, edit: Callable[[Taxonomy], Taxonomy]) -> bool:
        """Change the classes; False (and a ``problem``) if the change is not possible."""
        if not self._may_edit():
            return False
        try:
            changed = edit(self.taxonomy)
        except RverError as error:
            self.problem.emit(str(error))
            return False
        if changed != self.taxonomy:
            self._commit(text, taxonomy=changed)
        return True

    # --- undo ----------------------------------------------------------------------------------------------------

    def _snapshot(self) -> Snapshot:
        photo_id = self.record.id if self.record else None
        return Snapshot(photo_id, self.sheet, self.draft, self.selected, self.taxonomy)

    def _commit(self, text: str, **changes: object) -> None:
        before = self._snapshot()
        after = replace(before, **changes)  # type: ignore[arg-type]
        self.history.push(Step(text, before, after))
        self._apply(before, after, text)
        self.undo_changed.emit()

    def undo(self) -> None:
        """Take back the last step."""
        step = self.history.undo()
        if step is not None:
            self._restore(step.after, step.before, f"Undo: {step.text}")

    def redo(self) -> None:
        """Take the step again that was undone last."""
        step = self.history.redo()
        if step is not None:
            self._restore(step.before, step.after, f"Redo: {step.text}")

    def _restore(self, present: Snapshot, wanted: Snapshot, text: str) -> None:
        here = self.record.id if self.record else None
        if wanted.photo_id is not None and wanted.photo_id != here:
            self._write(present, wanted, text)
            self.taxonomy = wanted.taxonomy
            self._after_load = wanted
            self.taxonomy_changed.emit()
            self.draft = None
            self.go_to(wanted.photo_id)
        else:
            now = self._snapshot()
            # A step taken while no photo was open knows the classes only.
            whole = wanted.photo_id is not None and wanted.sheet is not None
            self._apply(now, wanted if whole else replace(now, taxonomy=wanted.taxonomy), text)
            if self.draft is not None and self.draft.mask is None:
                self._decode(fresh=True)
        self.undo_changed.emit()

    def _apply(self, before: Snapshot, after: Snapshot, text: str) -> None:
        """Make ``after`` the present, save what differs, tell who shows it."""
        self._write(before, after, text)
        self.sheet, self.draft, self.selected = after.sheet, after.draft, after.selected
        self.taxonomy = after.taxonomy
        for changed, signal in (
            (before.taxonomy != after.taxonomy, self.taxonomy_changed),
            (before.sheet != after.sheet, self.sheet_changed),
            (before.draft != after.draft, self.draft_changed),
            (before.selected != after.selected, self.selection_changed),
        ):
            if changed:
                signal.emit()
        self.naming_changed.emit()
        self._ask_for_name()

    def _write(self, before: Snapshot, after: Snapshot, text: str) -> None:
        project = self.project
        if project is None:
            return
        # A class comes before the items that use it and goes after them; the project refuses anything else.
        grows = len(after.taxonomy.classes) >= len(before.taxonomy.classes)
        if grows:
            self._write_taxonomy(project, before.taxonomy, after.taxonomy, text)
        self._write_sheet(project, before.sheet, after.sheet, text)
        if not grows:
            self._write_taxonomy(project, before.taxonomy, after.taxonomy, text)

    def _write_taxonomy(self, project: Project, before: Taxonomy, after: Taxonomy, text: str) -> None:
        if before != after:
            self.saver.save(lambda: project.save_taxonomy(before, after, text))

    def _write_sheet(self, project: Project, before: Sheet | None, after: Sheet | None, text: str) -> None:
        if before is None or after is None or before == after:
            return
        self._unsaved[after.photo_id] = after
        self.saver.save(lambda: project.save_sheet(before, after, text))
        record = self.photos.get(after.photo_id)
        if record is not None:
            self.photos.update(replace(record, items=len(after), confirmed=after.confirmed))

    def _on_saved(self, at: object) -> None:
        self._unsaved.clear()
        self.saved.emit(at)

    def _may_edit(self) -> bool:
        if self.project is None:
            return False
        if self.project.read_only:
            self.notice.emit(self.project.read_only_reason or "This project is open read-only.")
            return False
        return True

    # --- networks ------------------------------------------------------------------------------------------------

    def use_segmenter(self, name: str, checkpoint: Path | None = None) -> None:
        """Segment with another backend."""
        self.models.submit(UseSegmenter(name=name, checkpoint=checkpoint))
        if self.photo is not None:
            self._encode()

    def use_model(self, checkpoint: Path | None) -> None:
        """Name foods with another network (None: the one that ships, else an untrained one)."""
        self.model_loading = True
        self.models.submit(UseModel(checkpoint=checkpoint, classes=tuple(self.taxonomy.names())))
        self.model_changed.emit()

    def adopt_model(self, checkpoint: Path | None) -> None:
        """Name foods with ``checkpoint`` (None: the one that ships) from now on and whenever the project is opened."""
        project = self.project
        if project is not None and not project.read_only:
            self.loader.submit(lambda: project.set_model_path(checkpoint), failed=self.problem.emit)
        self.wanted_checkpoint = None
        self.use_model(checkpoint)

    def _encode(self) -> None:
        ref = self.photo_ref()
        if ref is not None:
            self.encoding = True
            self.models.submit(Encode(photo=ref))
            self.timing_changed.emit()

    def _on_answer(self, result: Result) -> None:
        self._handlers[type(result)](result)

    def _on_segmenter(self, result: SegmenterReady) -> None:
        self.segmenter = result
        self.segmenter_changed.emit()

    def _on_model(self, result: ModelReady) -> None:
        self.model = result
        self.model_loading = False
        self.naming.forget()
        self.model_changed.emit()
        self._ask_for_name()

    def _on_encoded(self, result: Encoded) -> None:
        if self.photo is not None and result.photo_key == self.photo.photo.key:
            self.encoding = False
            self.encode_ms = result.ms
            self.timing_changed.emit()

    def _on_decoded(self, result: Decoded) -> None:
        if result.generation != self._decode_generation or self.draft is None:
            return
        self.click_ms = result.ms
        answered = replace(self.draft, mask=result.mask, index=result.index, count=result.count, score=result.score)
        last = self.history.last
        if last is not None and last.after.draft == self.draft:
            self.history.replace_last(replace(last, after=replace(last.after, draft=answered)))
        self.draft = answered
        self.draft_changed.emit()
        self.naming_changed.emit()
        self.timing_changed.emit()
        self._ask_for_name()

    def _on_previewed(self, result: Previewed) -> None:
        if result.generation == self._preview_generation and self.draft is None:
            self.preview_changed.emit(result.mask)

    def _on_failed(self, result: Failed) -> None:
        request = result.request
        if isinstance(request, Preview):
            return
        self.naming.failed(result)
        if isinstance(request, Encode):
            self.encoding = False
            self.timing_changed.emit()
        if isinstance(request, UseModel):
            self.model_loading = False
            self.model_changed.emit()
            if request.checkpoint is not None:
                QTimer.singleShot(0, self, lambda: self.use_model(None))
        self.problem.emit(result.message)

    def _on_engine_died(self, message: str) -> None:
        self.problem.emit(message)
        self._encode()
        self._ask_for_name()
