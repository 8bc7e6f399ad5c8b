"""What the window works on: the open project and the photo that is shown. Signals, no widgets.

Canvas, panels and menus talk to this object and never to each other. It opens, closes and turns pages itself; values
and undo are the document's, masks come from drafting, names from labelling, and the engine is spoken to by networks.
"""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.core import Item, Mask, Sheet, Taxonomy
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.engine.messages import ModelReady, PhotoRef, SegmenterReady
from rvergui.gui.choice import Choice
from rvergui.gui.document import Document
from rvergui.gui.draft import Draft
from rvergui.gui.drafting import Drafting
from rvergui.gui.editing import Editing
from rvergui.gui.item_edits import ItemEdits
from rvergui.gui.key_words import KeyWords
from rvergui.gui.labelling import Labelling
from rvergui.gui.models import ModelThread
from rvergui.gui.name_everything import NameEverything
from rvergui.gui.networks import Networks
from rvergui.gui.numbers import Local
from rvergui.gui.photo_cache import PhotoCache, stamp_of
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.pictures import LoadedPhoto
from rvergui.gui.pointing import Pointer
from rvergui.gui.proposals import Proposals
from rvergui.gui.recent_names import RecentNames
from rvergui.gui.review import Review
from rvergui.gui.visibility import Visibility
from rvergui.gui.worker import Worker
from rvergui.project.records import FileStamp, PhotoRecord

if TYPE_CHECKING:
    from rvergui.gui.opening import Opened
    from rvergui.gui.photo_columns import Columns
    from rvergui.project.store import Project

log = logging.getLogger(__name__)

# Which photos are looked at ahead, seen in the direction in which somebody goes through them.
AHEAD = (1, 2, -1)

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
    review_changed = Signal()
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
        self.keys = KeyWords(self)
        self.pixel_limit = DEFAULT_PIXEL_LIMIT
        self.home = home
        self.loader = Worker("loader", self)
        self.ahead = Worker("ahead", self)  # what nobody waits for yet
        self.pictures = PhotoCache()
        self.photos = PhotoList(self)
        self.document = Document(self.photos, self)
        self.networks = Networks(models, self)
        self.drafting = Drafting(self.document, self.networks, self._may_edit, self)
        self.labelling = Labelling(self.document, self.networks, self._may_edit, user, self)
        self.choice = Choice(self.document, self)
        self.visibility = Visibility(self.document, self.choice, self)
        self.labelling.chosen = lambda: self.choice.items
        self.proposals = Proposals(self.document, self.networks, self.labelling, self._may_edit, self.keys, self)
        self.editing = Editing(
            self.document, self.drafting, self.labelling, self.networks, self.loader, self._may_edit, self
        )
        self.pointer = Pointer(self)
        self.recent = RecentNames(self)
        self.name_everything = NameEverything(self, self._may_edit)
        self.item_edits = ItemEdits(self, self._may_edit)
        self.naming = self.networks.naming
        self.saver = self.document.saver
        self.history = self.document.history
        self.project: Project | None = None
        self.photo: LoadedPhoto | None = None
        self.photo_problem: str | None = None
        self.wanted_checkpoint: Path | None = None
        self._direction = 1
        self._offer_acts()
        self._pass_on_signals()

    def _offer_acts(self) -> None:
        """What canvas, panels and menus call, whoever does it."""
        drafting, labelling, document = self.drafting, self.labelling, self.document
        self.click, self.box = drafting.click, drafting.box
        self.hover, self.end_hover = drafting.hover, drafting.end_hover
        self.cycle_candidate = drafting.cycle_candidate
        self.drop_draft, self.keep_draft = labelling.drop_draft, labelling.keep_draft
        self.accept, self.name, self.target_naming = labelling.accept, labelling.name, labelling.target_naming
        self.select, self.delete_selected = labelling.select, labelling.delete_selected
        self.edit_taxonomy = labelling.edit_taxonomy
        self.undo, self.redo = document.undo, document.redo
        self.use_segmenter = self.networks.use_segmenter

    def _pass_on_signals(self) -> None:
        document, networks = self.document, self.networks
        for source, signal in (
            (document.sheet_changed, self.sheet_changed),
            (document.draft_changed, self.draft_changed),
            (document.selection_changed, self.selection_changed),
            (document.review_changed, self.review_changed),
            (document.taxonomy_changed, self.taxonomy_changed),
            (document.undo_changed, self.undo_changed),
            (document.saved, self.saved),
            (document.saver.failed, self.save_failed),
            (self.drafting.preview_changed, self.preview_changed),
            (self.drafting.notice, self.notice),
            (self.labelling.naming_changed, self.naming_changed),
            (self.labelling.notice, self.notice),
            (self.labelling.problem, self.problem),
            (self.proposals.changed, self.review_changed),
            (self.proposals.notice, self.notice),
            (self.editing.notice, self.notice),
            (self.item_edits.notice, self.notice),
            (self.name_everything.notice, self.notice),
            (self.name_everything.problem, self.problem),
            (self.editing.problem, self.problem),
            (networks.model_changed, self.model_changed),
            (networks.segmenter_changed, self.segmenter_changed),
            (networks.timing_changed, self.timing_changed),
            (networks.problem, self.problem),
        ):
            source.connect(signal)
        document.photo_wanted.connect(self.go_to)
        networks.photo_ready.connect(self._look_ahead)

    # --- what is there -------------------------------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet | None:
        """The current photo's items."""
        return self.document.sheet

    @property
    def draft(self) -> Draft | None:
        """The object being made."""
        return self.document.draft

    @property
    def selected(self) -> str | None:
        """The id of the selected item."""
        return self.document.selected

    @property
    def review(self) -> Review | None:
        """The proposals that are looked at; None if none are."""
        return self.document.review

    @property
    def taxonomy(self) -> Taxonomy:
        """The classes."""
        return self.document.taxonomy

    @property
    def target_mask(self) -> Mask | None:
        """The mask that a name would go to."""
        return self.labelling.target_mask

    @property
    def selected_item(self) -> Item | None:
        """The selected item of the sheet."""
        return self.labelling.selected_item

    @property
    def awaits_name(self) -> bool:
        """Whether a draft waits for its name."""
        return self.labelling.awaits_name

    @property
    def segmenter(self) -> SegmenterReady | None:
        """The segmenter in use; None until it is loaded."""
        return self.networks.segmenter

    @property
    def model(self) -> ModelReady | None:
        """The network that names; None until one is loaded."""
        return self.networks.model

    @property
    def model_loading(self) -> bool:
        """Whether a network that names is being loaded."""
        return self.networks.model_loading

    @property
    def encoding(self) -> bool:
        """Whether the current photo is still being looked at."""
        return self.networks.encoding

    @property
    def user(self) -> str:
        """Who signs labels."""
        return self.labelling.user

    # --- settings ------------------------------------------------------------------------------------------------

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
            self.labelling.user, self.pixel_limit = values

        self.loader.submit(read, done, self.problem.emit, priority=-10)

    # --- opening and closing -------------------------------------------------------------------------------------

    def open(self, target: Path, photo: str | None = None) -> None:
        """Open a folder, a photo or a project in the background; ``project_changed`` or ``problem`` follows.

        Args:
            target: what to open.
            photo: the id of the photo to show, if it is in the project.
        """
        present = self.project
        self.keep_draft()
        self.saver.flush()  # the project may be the present one, to be read anew

        def work() -> Opened:
            from rvergui.gui.opening import open_target  # brings the database, which the first window does without

            opened = open_target(target, self.home, present)
            return opened if photo is None or photo not in opened.photos.rows else replace(opened, start=photo)

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

        def work() -> Columns:
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
        self.document.open(opened.project, opened.taxonomy)
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
        self.name_everything.cancel()
        self.keep_draft()
        if not self.saver.flush():
            self.problem.emit(
                self.tr(
                    "{count} edits are not saved yet because the disk refuses them; "
                    "free some space, the program keeps trying."
                ).format(count=Local(self.saver.pending))
            )
            return False
        self.project.close()
        self.project = None
        self.photo = None
        self.proposals.photo_left()
        self.networks.show(None)
        self.pictures.forget()
        self.document.close()
        self.photos.replace([])
        return True

    def shut_down(self) -> None:
        """End every thread."""
        self.saver.stop()
        self.ahead.stop()
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
        self.document.set_draft_aside()
        self.keep_draft()
        self._direction = self._direction_to(photo_id)
        self.photos.set_current(photo_id)
        self.photo = None
        self.photo_problem = None
        self.document.leave_photo()
        self.proposals.photo_left()
        path = project.photo_path(record)
        if record.content_hash and record.problem is None:
            self.networks.expect(PhotoRef(record.content_hash, path, self.pixel_limit))
        else:
            self.networks.show(None)
        self.photo_loading.emit(record)
        self.loader.submit(
            lambda: (stamp_of(path), self.pictures.read(path, self.pixel_limit), project.sheet(photo_id)),
            lambda read: self._on_photo(photo_id, *read[1:], stamp=read[0]),
            lambda message: self._on_photo_failed(photo_id, message),
            priority=-1,
            lane="photo",
        )

    def reload(self) -> None:
        """Read the current photo's file anew; its items stay as they are."""
        record = self.record
        if record is not None:
            self.photo = None
            self.go_to(record.id)

    def follow_moved_photo(self) -> None:
        """The current photo's file lies elsewhere by now; its content is the same."""
        project, record = self.project, self.record
        if project is None or record is None:
            return
        if self.photo is None:
            self.reload()
            return
        self.photo = replace(self.photo, photo=replace(self.photo.photo, path=project.photo_path(record)))
        self.networks.show(self.photo_ref())

    def step_photo(self, offset: int) -> None:
        """Go to the next (1) or previous (-1) photo of the list."""
        target = self.photos.neighbour(offset)
        if target is not None:
            self.go_to(target)

    def _direction_to(self, photo_id: str) -> int:
        here, there = (self.photos.row_of(each) for each in (self.record.id if self.record else "", photo_id))
        return -1 if here is not None and there is not None and there < here else 1

    def _look_ahead(self) -> None:
        """The current photo is ready: the next ones can be looked at."""
        project = self.project
        if project is None:
            return
        ids = [self.photos.neighbour(self._direction * step) for step in AHEAD]
        records = [record for photo_id in ids if photo_id and (record := self.photos.get(photo_id))]
        refs = [
            PhotoRef(record.content_hash or "", project.photo_path(record), self.pixel_limit)
            for record in records
            if record.problem is None
        ]
        if refs:
            self.networks.prefetch(refs)
            path, limit = refs[0].path, self.pixel_limit
            self.ahead.submit(lambda: self.pictures.read(path, limit), failed=log.info, lane="picture")

    def _on_photo(self, photo_id: str, loaded: LoadedPhoto, stored: Sheet, stamp: FileStamp | None = None) -> None:
        record, project = self.record, self.project
        if project is None or record is None or record.id != photo_id:
            return
        unsaved = self.document.unsaved(photo_id)
        sheet = stored if unsaved is None else unsaved  # an empty sheet is one, too
        size = loaded.photo.size
        if sheet.items and sheet.size != size:
            self._on_photo_failed(
                photo_id,
                self.tr(
                    "{path} is now {width}x{height} pixels, but its labels were made at {old_width}x{old_height}; "
                    "put the original photo back, its labels are kept."
                ).format(
                    path=record.path, width=size[1], height=size[0], old_width=sheet.size[1], old_height=sheet.size[0]
                ),
            )
            return
        if sheet.items and record.content_hash not in (None, loaded.photo.key):
            self.problem.emit(
                self.tr(
                    "{photo} is no longer the picture that its items were drawn on: another program has changed it. "
                    "The items are as they were; look whether they still fit."
                ).format(photo=record.path)
            )
        self.photos.mark_altered(photo_id, False)
        self._note_facts(record, loaded.photo.key, size, None, stamp)
        self.photo = loaded
        self.photo_problem = None
        self.document.show(photo_id, replace(sheet, size=size))
        self.networks.show(self.photo_ref())
        self.photo_changed.emit()
        self.draft_changed.emit()
        self.selection_changed.emit()
        self.labelling.ask_for_name()
        self.drafting.resume()

    def _on_photo_failed(self, photo_id: str, message: str) -> None:
        record = self.record
        if record is None or record.id != photo_id:
            return
        self._note_facts(record, record.content_hash, record.size, message)
        self.photo_problem = message
        self.networks.show(None)
        self.photo_changed.emit()

    def _note_facts(
        self,
        record: PhotoRecord,
        key: str | None,
        size: tuple[int, int] | None,
        problem: str | None,
        stamp: FileStamp | None = None,
    ) -> None:
        project = self.project
        if project is None or (record.content_hash, record.size, record.problem) == (key, size, problem):
            return
        missing = record.missing and problem is not None
        self.photos.update(replace(record, content_hash=key, size=size, problem=problem, missing=missing))
        if not project.read_only:
            self.loader.submit(lambda: project.set_photo_facts(record.id, key, size, problem, stamp))

    def photo_ref(self) -> PhotoRef | None:
        """How the engine finds the current photo."""
        if self.photo is None or self.photo.photo.path is None:
            return None
        return PhotoRef(self.photo.photo.key, self.photo.photo.path, self.pixel_limit)

    def may_edit(self) -> bool:
        """Whether edits are possible now; if not, a ``notice`` says why."""
        return self._may_edit()

    def _may_edit(self) -> bool:
        if self.project is None:
            return False
        if self.project.read_only:
            self.notice.emit(self.project.read_only_reason or self.tr("This project is open read-only."))
            return False
        return True

    # --- networks ------------------------------------------------------------------------------------------------

    def use_model(self, checkpoint: Path | None) -> None:
        """Name foods with another network (None: the one that ships, else an untrained one)."""
        self.networks.use_model(checkpoint, tuple(self.taxonomy.names()))

    def adopt_model(self, checkpoint: Path | None) -> None:
        """Name foods with ``checkpoint`` (None: the one that ships) from now on and whenever the project is opened."""
        project = self.project
        if project is not None and not project.read_only:
            self.loader.submit(lambda: project.set_model_path(checkpoint), failed=self.problem.emit)
        self.wanted_checkpoint = None
        self.use_model(checkpoint)
