"""What can be done to the items of a photo beyond naming one: several at once, split, copied on, noted, verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.core import Item, Mask, RverError, Sheet, Source, SourceKind
from rvergui.core.edits import (
    change_items,
    confirm_items,
    copy_items,
    merge_items,
    split_item,
    verify_items,
)
from rvergui.gui.numbers import Local

if TYPE_CHECKING:
    from rvergui.gui.session import Session
    from rvergui.project.records import PhotoRecord

# What an act is called by undo when it went to one item, and when it went to several.
Words = tuple[str, str]


class ItemEdits(QObject):
    """Acts on the chosen items of the photo, each one step of undo. What takes long runs on the loader's thread."""

    notice = Signal(str)

    def __init__(self, session: Session, may_edit: Callable[[], bool]) -> None:
        super().__init__(session)
        self._session = session
        self._may_edit = may_edit
        self._document = session.document
        self._choice = session.choice

    def _person(self) -> Source:
        return Source.now(SourceKind.PERSON, self._session.user)

    def _edit(self, words: Words, change: Callable[[Sheet, tuple[str, ...]], Sheet]) -> None:
        """Commit ``change`` of the present sheet, or say why it cannot be."""
        sheet, ids = self._document.sheet, self._choice.ids
        if sheet is None or not ids or not self._may_edit():
            return
        try:
            changed = change(sheet, ids)
        except RverError as error:
            self.notice.emit(str(error))
            return
        if changed != sheet:
            self._document.commit(counted(words, len(ids)), sheet=changed)

    # --- one step, at once ---------------------------------------------------------------------------------------

    def merge(self) -> None:
        """Make the chosen items one."""
        sheet, chosen = self._document.sheet, self._choice.items
        if sheet is None or not self._may_edit():
            return
        try:
            merged, united = merge_items(sheet, [item.id for item in chosen], self._person())
        except RverError as error:
            self.notice.emit(str(error))
            return
        text = self.tr("Merge {count} items").format(count=len(chosen))
        self._document.commit(text, sheet=merged, selected=united.id)
        names = {item.class_id for item in chosen if item.class_id is not None}
        if len(names) > 1:
            food = self._document.taxonomy.get(united.class_id) if united.class_id else None
            text = self.tr("They had different names; the merged object is called “{name}”. Undo brings them back.")
            self.notice.emit(text.format(name=food.name if food else ""))

    def confirm(self) -> None:
        """Confirm the names that the chosen items have, such as those of *Name everything*."""
        self._edit(
            (self.tr("Confirm the name"), self.tr("Confirm {count} names")),
            lambda sheet, ids: confirm_items(sheet, ids, self._person()),
        )

    def verify(self) -> None:
        """Note that somebody looked at the chosen items a second time; where all are verified, take that back."""
        if self._choice.items and all(item.verified is not None for item in self._choice.items):
            words = (self.tr("Take the verification back"), self.tr("Take {count} verifications back"))
            self._edit(words, lambda sheet, ids: change_items(sheet, ids, lambda item: item.unverify()))
        else:
            words = (self.tr("Verify"), self.tr("Verify {count} items"))
            self._edit(words, lambda sheet, ids: verify_items(sheet, ids, self._person()))

    def note(self, item_id: str, text: str) -> None:
        """Put down a note on an item; "" takes it away."""
        sheet, cleaned = self._document.sheet, " ".join(text.split())
        if sheet is None or not self._may_edit():
            return
        changed = change_items(sheet, [item_id], lambda item: item.noted(cleaned))
        if changed != sheet:
            self._document.commit(self.tr("Note") if cleaned else self.tr("Delete a note"), sheet=changed)

    def choose_also(self, item_id: str | None) -> None:
        """Choose one more item; one that is chosen already is left out from now on."""
        if item_id is None:
            return
        chosen = list(self._choice.ids)
        if item_id not in chosen:
            self._session.select(item_id)
            self._choice.choose([*chosen, item_id])
        else:
            chosen.remove(item_id)
            self._session.select(chosen[-1] if chosen else None)
            self._choice.choose(chosen)

    def choose_all(self) -> None:
        """Choose every item of the photo."""
        sheet = self._document.sheet
        if sheet is not None and sheet.items:
            if self._document.selected is None:
                self._session.select(sheet.items[-1].id)
            self._choice.choose(item.id for item in sheet)

    # --- in the background ---------------------------------------------------------------------------------------

    def split(self) -> None:
        """Make each connected part of the chosen items an item of its own."""
        chosen = self._choice.items
        if not chosen or not self._may_edit():
            return
        masks = [item.mask for item in chosen]

        def cut() -> list[list[Mask]]:
            from rvergui.segment.pieces import pieces  # brings OpenCV

            return [pieces(mask) for mask in masks]

        self._session.loader.submit(cut, lambda parts: self._split(chosen, parts), self.notice.emit)

    def _split(self, chosen: tuple[Item, ...], parts: list[list[Mask]]) -> None:
        sheet = self._document.sheet
        if sheet is None:
            return
        fresh: list[str] = []
        several = [(item, found) for item, found in zip(chosen, parts, strict=True) if len(found) > 1]
        for item, found in several or [(chosen[0], parts[0])]:
            if sheet.get(item.id) != item:
                continue  # changed meanwhile
            try:
                sheet, ids = split_item(sheet, item.id, found, self._person())
            except RverError as error:
                self.notice.emit(str(error))
                return
            fresh += ids
        if fresh:
            text = self.tr("Split into {count} parts").format(count=len(fresh))
            self._document.commit(text, sheet=sheet, selected=fresh[0])
            self._choice.choose(fresh)

    def copy_to_next(self) -> None:
        """Copy the chosen items, or all if none is, to the next photo and show that."""
        session, sheet = self._session, self._document.sheet
        project = session.project
        if project is None or sheet is None or not sheet.items or not self._may_edit():
            return
        following = session.photos.neighbour(1)
        record = session.photos.get(following) if following is not None else None
        if record is None:
            self.notice.emit(self.tr("This is the last photo; there is none to copy masks to."))
            return
        if record.problem is not None:
            self.notice.emit(record.problem)
            return
        items = self._choice.items or sheet.items
        path = project.photo_path(record)

        def look() -> tuple[tuple[int, int], Sheet]:
            size = record.size or session.pictures.read(path, session.pixel_limit).photo.size
            return size, project.sheet(record.id)

        session.loader.submit(look, lambda found: self._copy(items, record, *found), self.notice.emit)

    def _copy(self, items: tuple[Item, ...], record: PhotoRecord, size: tuple[int, int], stored: Sheet) -> None:
        before = replace(self._document.present(record.id) or stored, size=size)

        def scaled() -> tuple[Sheet, tuple[str, ...]]:
            return copy_items(items, before, self._person())

        self._session.loader.submit(scaled, lambda made: self._copied(items, record, before, *made), self.notice.emit)

    def _copied(
        self, items: tuple[Item, ...], record: PhotoRecord, before: Sheet, after: Sheet, ids: tuple[str, ...]
    ) -> None:
        session = self._session
        now = self._document.present(record.id)
        if session.project is None or (now is not None and now.items != before.items):
            return  # somebody was faster; nothing is overwritten
        words = (self.tr("Copy a mask on"), self.tr("Copy {count} masks on"))
        self._document.commit_many(counted(words, len(ids)), [(before, after)])
        size = items[0].mask.size
        if size != before.size:
            text = self.tr(
                "Copied to {photo}, scaled from {w}x{h} to {nw}x{nh} pixels; see whether the masks still fit."
            ).format(photo=record.path, w=size[1], h=size[0], nw=before.size[1], nh=before.size[0])
        else:
            text = self.tr("Copied to {photo}; names wait there to be confirmed.").format(photo=record.path)
        session.go_to(record.id)
        self.notice.emit(text)


def counted(words: Words, count: int) -> str:
    """What an act is called that went to ``count`` items."""
    return words[0] if count == 1 else words[1].format(count=Local(count))
