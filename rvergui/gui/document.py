"""What is being worked on as values: the photo's sheet, the draft, the selection, the classes, and the undo stack.

Every edit is a ``Step`` between two snapshots of immutable values; saving follows in the background.

Most steps are of the photo that is shown: undoing one goes back to that photo first. A step over several photos
(``commit_many``) belongs to none. Its snapshots hold the classes and, in ``sheets``, the sheets that it changes, in the
same order before and after; ``photo_id``, sheet, draft and selection are None there and stay as they are. Taking,
undoing or redoing it writes every changed sheet in one transaction and shows no other photo; if the photo that is
shown is among them, its sheet changes on the canvas. Because steps are undone in the order they were taken, a photo's
sheet is always the one that the step before left, whichever photos were shown in between.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Mask, Sheet, Suggestion, Taxonomy
from rvergui.gui.draft import Draft, Snapshot, Step
from rvergui.gui.numbers import Local
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.review import Review
from rvergui.gui.saver import Saver
from rvergui.gui.undo import Journey, UndoStack, journey
from rvergui.project.records import REDO, SUGGEST, UNDO

if TYPE_CHECKING:
    from rvergui.project.store import Project


# Records of edited photos are brought up to date for so long at once: each tells every list that shows it.
NOTED_AT_ONCE_S = 0.008


class Document(QObject):
    """The present state and the way back. ``commit`` and ``commit_many`` are the only ways to change what is saved."""

    sheet_changed = Signal()
    draft_changed = Signal()
    selection_changed = Signal()
    review_changed = Signal()
    taxonomy_changed = Signal()
    undo_changed = Signal()
    applied = Signal()  # after any of the above but the last, whatever has changed
    restored = Signal()  # undo or redo has brought something back on the photo that is shown
    photo_wanted = Signal(str)  # a step on another photo was undone: it has to be shown
    written = Signal(object)  # tuple[Sheet, ...]: sheets as they are from now on; saving them has begun
    saved = Signal(object)  # datetime

    def __init__(self, photos: PhotoList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos = photos
        self.saver = Saver(self)
        self.history = UndoStack()
        self.project: Project | None = None
        self.taxonomy = Taxonomy()
        self.sheet: Sheet | None = None
        self.draft: Draft | None = None
        self.selected: str | None = None
        self.review: Review | None = None
        self._unsaved: dict[str, Sheet] = {}
        self._to_note: dict[str, Sheet] = {}
        self._acts = 0
        self._run: tuple[object, Step | None] | None = None  # what runs, and the step that holds what it has done
        self._after_load: Snapshot | None = None
        self._aside: dict[str, Draft] = {}
        self.saver.saved.connect(self._on_saved)

    # --- what is shown -------------------------------------------------------------------------------------------

    def open(self, project: Project, taxonomy: Taxonomy) -> None:
        """Work on another project; nothing of the last one may be unsaved."""
        self.project, self.taxonomy = project, taxonomy

    def close(self) -> None:
        """Forget the project and the way back."""
        self.project = None
        self.sheet = self.draft = self.selected = None
        self.put_review(None)
        self._after_load = None
        self._aside.clear()
        self._unsaved.clear()
        self._to_note.clear()
        self._run = None
        self.history.clear()

    def set_draft_aside(self) -> None:
        """Another photo is about to be shown: clicks that were not answered yet wait for this one to come back."""
        draft, photo_id = self.draft, self._photo_id()
        if draft is not None and draft.waiting and draft.mask is None and photo_id is not None:
            self._aside[photo_id] = draft
            self.draft = None

    def leave_photo(self) -> None:
        """Another photo is about to be shown."""
        self.sheet = self.selected = None
        self.put_review(None)

    def unsaved(self, photo_id: str) -> Sheet | None:
        """The sheet of a photo that is newer than what is on disk, if there is one."""
        return self._unsaved.get(photo_id)

    def present(self, photo_id: str) -> Sheet | None:
        """The sheet of a photo that is shown or newer than what is on disk; None: the one on disk holds."""
        if self.sheet is not None and self.sheet.photo_id == photo_id:
            return self.sheet
        return self._unsaved.get(photo_id)

    def show(self, photo_id: str, sheet: Sheet) -> None:
        """A photo is on the canvas: its ``sheet``, and the draft that undo wants to bring back on it."""
        self.sheet = sheet
        snapshot, self._after_load = self._after_load, None
        if snapshot is not None and snapshot.photo_id == photo_id:
            self.draft, self.selected, review = snapshot.draft, snapshot.selected, snapshot.review
        else:
            self.draft, self.selected, review = self._aside.get(photo_id), None, None
        self._aside.pop(photo_id, None)
        self.put_review(review)

    def put_review(self, review: Review | None) -> None:
        """Proposals have come, or another one is looked at: no step of its own, nothing of it is saved."""
        before, self.review = self.review, review
        if before != review:
            self.review_changed.emit()
            if (before.proposal if before else None) != (review.proposal if review else None):
                self.applied.emit()

    def newer_sheets(self) -> dict[str, Sheet]:
        """By photo id all sheets that are shown or newer than what is on disk."""
        shown = {self.sheet.photo_id: self.sheet} if self.sheet is not None else {}
        return {**self._unsaved, **shown}

    def _photo_id(self) -> str | None:
        record = self._photos.current
        return record.id if record else None

    # --- steps ---------------------------------------------------------------------------------------------------

    def _snapshot(self) -> Snapshot:
        return Snapshot(self._photo_id(), self.sheet, self.draft, self.selected, self.taxonomy, self.review)

    def acted(self) -> None:
        """A person has clicked, drawn or pressed a key for the object at hand; the history notes how many times.

        Steps, undo and redo say so themselves.
        """
        self._acts += 1

    def commit(self, text: str, **changes: object) -> None:
        """Take a step that undo calls ``text``; ``changes`` are fields of ``Snapshot``."""
        self.acted()
        before = self._snapshot()
        after = replace(before, **changes)  # type: ignore[arg-type]
        self.history.push(Step(text, before, after))
        self._apply(before, after, text)
        self.undo_changed.emit()

    def commit_many(
        self,
        text: str,
        changes: Iterable[tuple[Sheet, Sheet]],
        taxonomy: Taxonomy | None = None,
        by_person: bool = True,
        run: object | None = None,
    ) -> None:
        """Take one step over several photos, see the module.

        Args:
            text: what undo calls it.
            changes: for each photo its sheet before and after. Before must be what holds now: ``present``, else what is
                on disk.
            taxonomy: the classes from now on; None leaves them.
            by_person: whether a person did it; what the program does in the background is nobody's work.
            run: what this is a part of. Parts of one run that follow each other, of other photos each, are one step.
        """
        pairs = [(before, after) for before, after in changes if _differ(before, after)]
        then = Snapshot(None, None, None, None, self.taxonomy, sheets=tuple(before for before, _ in pairs))
        now = replace(then, taxonomy=taxonomy or self.taxonomy, sheets=tuple(after for _, after in pairs))
        if not pairs and then.taxonomy == now.taxonomy:
            return
        acts = self._acts
        self._acts = acts + 1 if by_person else 0
        self._push_part(Step(text, then, now), run)
        self._apply_many(then, now, text)
        if not by_person:
            self._acts = acts
        self.undo_changed.emit()

    def _push_part(self, step: Step, run: object | None) -> None:
        """Put a step on the stack, or make the last one longer by it if that belongs to the same run."""
        last = self.history.last
        if run is None or last is None or self._run is None or self._run[0] is not run or self._run[1] is not last:
            self.history.push(step)
        else:
            before = replace(last.before, sheets=(*last.before.sheets, *step.before.sheets))
            after = replace(step.after, sheets=(*last.after.sheets, *step.after.sheets))
            self.history.extend_last(replace(last, before=before, after=after))
        self._run = (run, self.history.last) if run is not None else None

    def put_suggestions(self, known: Sheet, said: Mapping[str, tuple[Mask, tuple[Suggestion, ...]]]) -> None:
        """A model has said in the background what it makes of items: saved and shown, but no step of a person.

        Args:
            known: the photo's sheet as it is now; what is shown or not yet saved goes before it.
            said: by item id which mask was looked at and what was said of it; items that have another mask by now, or
                are gone, are left alone.
        """
        project, before = self.project, self.present(known.photo_id) or known
        if project is None or project.read_only:
            return
        items = tuple(
            item.with_suggestions(said[item.id][1]) if item.id in said and said[item.id][0] == item.mask else item
            for item in before
        )
        after = replace(before, items=items)
        if after == before:
            return
        self._write_sheets(project, [(before, after)], SUGGEST)
        if self.sheet is not None and self.sheet.photo_id == after.photo_id:
            self.sheet = after
            self.sheet_changed.emit()

    def answer_draft(self, answered: Draft) -> None:
        """The present draft has got its mask: not a step of its own, but what the last one led to."""
        last = self.history.last
        if last is not None and last.after.draft == self.draft:
            self.history.replace_last(replace(last, after=replace(last.after, draft=answered)))
        self.draft = answered
        self.draft_changed.emit()
        self.applied.emit()

    def undo(self) -> None:
        """Take back the last step."""
        self.go_to(self.history.position - 1)

    def redo(self) -> None:
        """Take the step again that was undone last."""
        self.go_to(self.history.position + 1)

    def go_to(self, position: int) -> None:
        """Undo or redo until ``position`` steps are done; all of it is one edit, saved in one go."""
        steps, forwards = self.history.go_to(position)
        if not steps:
            return
        self.acted()
        what = steps[0].text if len(steps) == 1 else self.tr("{count} steps").format(count=Local(len(steps)))
        self._travel(journey(steps, forwards), (REDO if forwards else UNDO) + what)
        self.undo_changed.emit()

    def _travel(self, way: Journey, text: str) -> None:
        arrival, now = way.arrival, self._snapshot()
        if arrival is None:  # steps over several photos, or taken while no photo was open: this photo stays
            self._apply_many(way.before, way.after, text)
            self.restored.emit()
        elif arrival.photo_id == now.photo_id and now.sheet is not None:
            self._write(way.before, way.after, text)
            self._show(now, arrival)
            self.restored.emit()
        else:
            self._write(way.before, way.after, text)
            self.taxonomy = way.after.taxonomy
            self._after_load = arrival
            self.taxonomy_changed.emit()
            self.draft = None
            # A photo that is still being opened comes with the sheet that was just written.
            if arrival.photo_id != now.photo_id and arrival.photo_id is not None:
                self.photo_wanted.emit(arrival.photo_id)

    def _apply(self, before: Snapshot, after: Snapshot, text: str) -> None:
        """Make ``after`` the present, save what differs, tell who shows it."""
        self._write(before, after, text)
        self._show(before, after)

    def _apply_many(self, before: Snapshot, after: Snapshot, text: str) -> None:
        """The same for a step over several photos."""
        self._write(before, after, text)
        now = self._snapshot()
        here = next((sheet for sheet in after.sheets if sheet.photo_id == now.photo_id), None)
        shown = replace(now, taxonomy=after.taxonomy)
        if here is not None and now.sheet is not None:  # while a photo is being opened its sheet is on its way
            selected = now.selected if now.selected and here.get(now.selected) else None
            shown = replace(shown, sheet=here, selected=selected)
        self._show(now, shown)

    def _show(self, before: Snapshot, after: Snapshot) -> None:
        """Make ``after`` the present and tell who shows it."""
        self.sheet, self.draft, self.selected = after.sheet, after.draft, after.selected
        self.taxonomy, self.review = after.taxonomy, after.review
        for changed, signal in (
            (before.taxonomy != after.taxonomy, self.taxonomy_changed),
            (before.sheet != after.sheet, self.sheet_changed),
            (before.draft != after.draft, self.draft_changed),
            (before.selected != after.selected, self.selection_changed),
            (before.review != after.review, self.review_changed),
        ):
            if changed:
                signal.emit()
        self.applied.emit()

    # --- saving --------------------------------------------------------------------------------------------------

    def _write(self, before: Snapshot, after: Snapshot, text: str) -> None:
        project = self.project
        if project is None:
            return
        # A class comes before the items that use it and goes after them; the project refuses anything else.
        between = after.taxonomy
        gone = [food for food in before.taxonomy.classes if after.taxonomy.get(food.id) is None]
        if gone:
            come = any(before.taxonomy.get(food.id) is None for food in after.taxonomy.classes)
            between = replace(after.taxonomy, classes=(*after.taxonomy.classes, *gone)) if come else before.taxonomy
        self._write_taxonomy(project, before.taxonomy, between, text)
        pairs = list(zip(before.sheets, after.sheets, strict=True))
        if before.sheet is not None and after.sheet is not None:
            pairs.append((before.sheet, after.sheet))
        pairs = [pair for pair in pairs if _differ(*pair)]
        if pairs:
            acts, self._acts = self._acts, 0
            self._write_sheets(project, pairs, text, acts)
        self._write_taxonomy(project, between, after.taxonomy, text)

    def _write_taxonomy(self, project: Project, before: Taxonomy, after: Taxonomy, text: str) -> None:
        if before != after:
            self.saver.save(lambda: project.save_taxonomy(before, after, text))

    def _write_sheets(
        self, project: Project, pairs: Sequence[tuple[Sheet, Sheet]], text: str, acts: int | None = None
    ) -> None:
        self.saver.save(lambda: project.save_sheets(pairs, text, acts))
        sheets = {after.photo_id: after for _, after in pairs}
        self._unsaved.update(sheets)
        self._to_note.update(sheets)
        self._note_counts()
        self.written.emit(tuple(sheets.values()))

    def _note_counts(self) -> None:
        """Tell the photo list how many items there are now; of many photos some at a time."""
        end = time.monotonic() + NOTED_AT_ONCE_S
        while self._to_note and time.monotonic() < end:
            photo_id = next(iter(self._to_note))
            sheet, record = self._to_note.pop(photo_id), self._photos.get(photo_id)
            if record is not None:
                record = replace(record, items=len(sheet), confirmed=sheet.confirmed, verified=sheet.verified)
                self._photos.update(replace(record, margin=sheet.smallest_margin))
        if self._to_note:
            QTimer.singleShot(0, self, self._note_counts)

    def _on_saved(self, at: object) -> None:
        # The current photo's sheet may have been read from disk just before it was saved, and not have arrived yet.
        here = self._photo_id()
        self._unsaved = {photo_id: sheet for photo_id, sheet in self._unsaved.items() if photo_id == here}
        self.saved.emit(at)


def _differ(before: Sheet, after: Sheet) -> bool:
    """Whether two sheets of a photo differ; of thousands of sheets, most by the first item that is another object."""
    if before is after:
        return False
    if before.size != after.size or len(before.items) != len(after.items):
        return True
    return any(old is not new and old != new for old, new in zip(before.items, after.items, strict=True))
