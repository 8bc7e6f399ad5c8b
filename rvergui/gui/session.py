"""What the window works on: the open project and the photo that is shown. Signals, no widgets.

Canvas, panels and menus talk to this object and never to each other. It opens and closes projects itself; paging turns
to photos, values and undo are the document's, masks come from drafting, names from labelling, and the engine is spoken
to by networks.
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
from rvergui.gui.paging import Paging
from rvergui.gui.photo_cache import PhotoCache
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.pictures import LoadedPhoto
from rvergui.gui.pointing import Pointer
from rvergui.gui.proposals import Proposals
from rvergui.gui.recent_names import RecentNames
from rvergui.gui.review import Review
from rvergui.gui.visibility import Visibility
from rvergui.gui.worker import Worker
from rvergui.project.records import PhotoRecord

if TYPE_CHECKING:
    from rvergui.gui.opening import Opened
    from rvergui.gui.photo_columns import Columns
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
        self.paging = Paging(self)
        self.name_everything = NameEverything(self, self._may_edit)
        self.item_edits = ItemEdits(self, self._may_edit)
        self.naming = self.networks.naming
        self.saver = self.document.saver
        self.history = self.document.history
        self.project: Project | None = None
        self.photo: LoadedPhoto | None = None
        self.photo_problem: str | None = None
        self.wanted_checkpoint: Path | None = None
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
        self.go_to, self.step_photo, self.reload = self.paging.go_to, self.paging.step_photo, self.paging.reload
        self.follow_moved_photo = self.paging.follow_moved_photo

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
        networks.photo_ready.connect(self.paging.look_ahead)

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
                    "%Ln edit(s) not saved yet because the disk refuses; free some space, the program keeps trying.",
                    "",
                    self.saver.pending,
                )
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
