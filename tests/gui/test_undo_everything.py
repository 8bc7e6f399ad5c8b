"""Whatever was done, undo and redo bring back exactly what was, in memory and in the project file.

A machine of random acts over a real document and a real project file. Photos arrive late, as they do in the window:
people press Ctrl+Z while one is still being opened.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pytestqt.qtbot import QtBot

from rvergui.core import Item, Mask, Point, Prompt, Sheet, Source, SourceKind, Taxonomy
from rvergui.gui.document import Document
from rvergui.gui.draft import Draft, Snapshot, Step
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.undo import UndoStack, journey
from rvergui.project.store import Project

SIZE = (12, 16)
PHOTOS = 3
PERSON = Source.now(SourceKind.PERSON, "ada")
numbers = st.integers(0, 999)


@pytest.fixture(autouse=True)
def _application(qapp: object) -> object:
    return qapp


def mask_at(place: int) -> Mask:
    inside = np.zeros(SIZE, bool)
    inside[place % 9 : place % 9 + 3, place % 13 : place % 13 + 3] = True
    return Mask.from_array(inside)


@dataclass(frozen=True)
class World:
    """What is saved: the sheets by photo, and the classes."""

    sheets: tuple[Sheet, ...]
    taxonomy: Taxonomy


class Undoing(RuleBasedStateMachine):
    """A person at work, and beside it the list of all worlds there were."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        root = Path(self.folder.name)
        self.project = Project.create(root / "meals.rver", Taxonomy.from_names(["rice", "egg"]))
        self.ids = [record.id for record in self.project.add_photos([root / f"{n}.jpg" for n in range(PHOTOS)])]
        self.photos = PhotoList()
        self.photos.replace(self.project.photos())
        self.document = Document(self.photos)
        self.document.open(self.project, self.project.taxonomy())
        self.document.photo_wanted.connect(self.begin_to_show)
        self.worlds = [World(tuple(Sheet(photo_id, (0, 0)) for photo_id in self.ids), self.document.taxonomy)]
        self.place = 0
        self.coming: Sheet | None = None
        self.awaited: Snapshot | None = None  # what undo wants to show once its photo has arrived
        self.serial = 0

    @initialize()
    def open_the_first(self) -> None:
        self.begin_to_show(self.ids[0])
        self.arrive()

    def teardown(self) -> None:
        self.document.saver.flush()
        self.document.saver.stop()
        self.project.close()
        self.folder.cleanup()

    # --- the session's part --------------------------------------------------------------------------------------

    def begin_to_show(self, photo_id: str) -> None:
        """As ``Session.go_to``: the file and the stored sheet are read in the background."""
        document = self.document
        document.set_draft_aside()
        if document.draft is not None and document.draft.mask is not None and document.sheet is not None:
            self.keep()
        document.draft = None
        self.photos.set_current(photo_id)
        document.leave_photo()
        self.coming = self.project.sheet(photo_id)  # may be older than what is being saved just now

    @property
    def shown(self) -> bool:
        return self.document.sheet is not None

    @precondition(lambda self: not self.shown)
    @rule()
    def arrive(self) -> None:
        """As ``Session._on_photo``."""
        record, stored = self.photos.current, self.coming
        assert record is not None
        assert stored is not None
        unsaved = self.document.unsaved(record.id)
        sheet = stored if unsaved is None else unsaved
        self.document.show(record.id, replace(sheet, size=SIZE))
        awaited, self.awaited = self.awaited, None
        if awaited is not None:
            assert self.document.draft == awaited.draft

    @rule(number=numbers)
    def show_another(self, number: int) -> None:
        photo_id = self.ids[number % PHOTOS]
        if self.photos.current is None or photo_id != self.photos.current.id:
            self.awaited = None
            self.begin_to_show(photo_id)

    @rule()
    def autosave(self) -> None:
        assert self.document.saver.flush()

    # --- acts ----------------------------------------------------------------------------------------------------

    def step(self, text: str, **changes: object) -> None:
        self.document.commit(text, **changes)
        self.note()

    def note(self) -> None:
        """A step was taken: another world."""
        last = self.document.history.last
        assert last is not None
        before = self.worlds[self.place]
        changed = {sheet.photo_id: sheet for sheet in (*last.after.sheets, last.after.sheet) if sheet is not None}
        sheets = tuple(changed.get(sheet.photo_id, sheet) for sheet in before.sheets)
        self.worlds[self.place + 1 :] = [World(sheets, last.after.taxonomy)]
        self.place += 1

    @precondition(lambda self: self.shown)
    @rule(place=numbers)
    def click(self, place: int) -> None:
        draft = (self.document.draft or Draft()).asking(Prompt((Point(place % 16, place % 12, True),)))
        self.step("Click", draft=draft, selected=None)

    @precondition(lambda self: self.document.draft is not None and self.document.draft.waiting)
    @rule(place=numbers)
    def answer(self, place: int) -> None:
        mask = mask_at(place)
        self.document.answer_draft(self.document.draft.answered(mask, mask, 0, 3, 0.5))

    @precondition(lambda self: self.shown and self.document.draft is not None and self.document.draft.mask is not None)
    @rule()
    def keep(self) -> None:
        item = Item.new(self.document.draft.mask, PERSON)
        self.step("Keep", sheet=self.document.sheet.with_item(item), draft=None, selected=item.id)

    @precondition(lambda self: self.shown)
    @rule(place=numbers, new=st.booleans(), number=numbers)
    def name(self, place: int, new: bool, number: int) -> None:
        """A named item, under a class that may be new."""
        taxonomy = self.document.taxonomy
        if new:
            self.serial += 1
            taxonomy, food = taxonomy.added(f"food {self.serial}")
        else:
            food = list(taxonomy)[number % len(taxonomy)]
        item = Item.new(mask_at(place), PERSON).named(food.id, PERSON)
        self.step("Name", sheet=self.document.sheet.with_item(item), taxonomy=taxonomy, draft=None, selected=item.id)

    @precondition(lambda self: self.shown and self.document.sheet.items)
    @rule(number=numbers, place=numbers)
    def paint(self, number: int, place: int) -> None:
        item = self.document.sheet.items[number % len(self.document.sheet)]
        painted = item.with_mask(item.mask | mask_at(place), PERSON)
        if painted.mask != item.mask:
            self.step("Paint", sheet=self.document.sheet.with_item(painted))

    @precondition(lambda self: self.shown and self.document.sheet.items)
    @rule(number=numbers)
    def delete(self, number: int) -> None:
        item = self.document.sheet.items[number % len(self.document.sheet)]
        self.step("Delete", sheet=self.document.sheet.without([item.id]), selected=None)

    @rule(number=numbers)
    def rename(self, number: int) -> None:
        """Classes can be changed at any time, also while a photo is being opened."""
        food = list(self.document.taxonomy)[number % len(self.document.taxonomy)]
        self.serial += 1
        self.step("Rename", taxonomy=self.document.taxonomy.renamed(food.id, f"dish {self.serial}"))

    @precondition(lambda self: len(self.document.taxonomy) > 2)
    @rule(number=numbers)
    def merge(self, number: int) -> None:
        foods = list(self.document.taxonomy)
        one, other = foods[number % len(foods)], foods[(number + 1) % len(foods)]
        self.step("Merge", taxonomy=self.document.taxonomy.merged(one.id, other.id))

    @rule(number=numbers, which=st.sets(st.integers(0, PHOTOS - 1), min_size=1))
    def name_everywhere(self, number: int, which: set[int]) -> None:
        """A batch over several photos."""
        food = list(self.document.taxonomy)[number % len(self.document.taxonomy)]
        sheets = [self.present(self.ids[place]) for place in sorted(which)]
        pairs = [(s, replace(s, items=tuple(item.named(food.id, PERSON) for item in s))) for s in sheets]
        depth = self.document.history.position
        self.document.commit_many("Name all", pairs)
        if self.document.history.position > depth:
            self.note()

    @precondition(lambda self: self.shown and self.document.sheet.items)
    @rule(number=numbers)
    def select(self, number: int) -> None:
        self.document.selected = self.document.sheet.items[number % len(self.document.sheet)].id

    # --- back and forth ------------------------------------------------------------------------------------------

    @rule()
    def undo(self) -> None:
        self.travel(self.place - 1, self.document.undo)

    @rule()
    def redo(self) -> None:
        self.travel(self.place + 1, self.document.redo)

    @rule(number=numbers)
    def go_to(self, number: int) -> None:
        place = number % len(self.worlds)
        self.travel(place, lambda: self.document.go_to(place))

    def travel(self, place: int, act) -> None:  # type: ignore[no-untyped-def]
        place = min(max(place, 0), len(self.worlds) - 1)
        steps = self.document.history.steps
        passed = steps[place : self.place] if place < self.place else steps[self.place : place]
        self.place = place
        act()
        if not passed:
            return
        ends = [step.before for step in reversed(passed)] if place < len(steps) and passed[0] is steps[place] else []
        ends = ends or [step.after for step in passed]
        whole = [end for end in ends if end.photo_id is not None and end.sheet is not None]
        if whole:  # the photo of the last of these steps is shown, with the draft of that moment
            assert self.photos.current.id == whole[-1].photo_id
            if self.shown:
                assert self.document.draft == whole[-1].draft
                assert self.document.selected == whole[-1].selected or any(end.sheets for end in ends)
            else:
                self.awaited = whole[-1]

    # --- what always holds ---------------------------------------------------------------------------------------

    def present(self, photo_id: str) -> Sheet:
        found = self.document.present(photo_id)
        if found is None:
            assert self.document.saver.flush()
            found = self.project.sheet(photo_id)
        return found

    @invariant()
    def memory_is_as_it_was(self) -> None:
        world = self.worlds[self.place]
        assert self.document.history.position == self.place
        assert len(self.document.history.steps) == len(self.worlds) - 1
        assert self.document.taxonomy == world.taxonomy
        if self.document.sheet is not None:
            (wanted,) = [sheet for sheet in world.sheets if sheet.photo_id == self.document.sheet.photo_id]
            assert self.document.sheet.items == wanted.items

    @rule()
    def the_file_is_as_it_was(self) -> None:
        self.look_into_the_file()

    def look_into_the_file(self) -> None:
        assert self.document.saver.flush()
        world = self.worlds[self.place]
        assert [self.project.sheet(photo_id).items for photo_id in self.ids] == [s.items for s in world.sheets]
        assert self.project.taxonomy() == world.taxonomy


class ThatEndsWithALook(Undoing):
    """Every run ends with everything undone, then everything redone, and a look into the file each time."""

    def teardown(self) -> None:
        try:
            self.look_into_the_file()
            end = self.place
            for place in (0, len(self.worlds) - 1, end):
                self.place = place
                self.document.go_to(place)
                self.look_into_the_file()
        finally:
            super().teardown()


TestUndoing = ThatEndsWithALook.TestCase
TestUndoing.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def snapshot(photo: str | None, *items: Item, taxonomy: Taxonomy = Taxonomy()) -> Snapshot:
    sheet = Sheet(photo, SIZE, items) if photo is not None else None
    return Snapshot(photo, sheet, None, None, taxonomy)


def test_a_journey_writes_every_photo_once() -> None:
    one, two = Item.new(mask_at(1), PERSON), Item.new(mask_at(2), PERSON)
    steps = [
        Step("a1", snapshot("a"), snapshot("a", one)),
        Step("b1", snapshot("b"), snapshot("b", one)),
        Step("a2", snapshot("a", one), snapshot("a", one, two)),
    ]
    back = journey(steps[::-1], forwards=False)
    assert [(s.photo_id, s.items) for s in back.before.sheets] == [("a", (one, two)), ("b", (one,))]
    assert [(s.photo_id, s.items) for s in back.after.sheets] == [("a", ()), ("b", ())]
    assert back.arrival.photo_id == "a"
    assert back.arrival.sheet.items == ()
    forth = journey(steps, forwards=True)
    assert [(s.photo_id, len(s.items)) for s in forth.after.sheets] == [("a", 2), ("b", 1)]
    assert forth.arrival.sheet.items == (one, two)


def test_the_stack_goes_anywhere() -> None:
    stack = UndoStack()
    steps = [Step(str(number), snapshot(None), snapshot(None)) for number in range(5)]
    for step in steps:
        stack.push(step)
    assert stack.go_to(1) == (steps[:0:-1], False)
    assert stack.position == 1
    assert stack.steps == steps
    assert stack.go_to(99) == (steps[1:], True)
    assert stack.go_to(5) == ([], False)
    assert stack.go_to(-3) == (steps[::-1], False)
    assert stack.next is steps[0]


def test_two_quick_undos_over_a_photo_that_is_still_opening(qtbot: QtBot) -> None:
    """The second one came while the sheet was on its way, and was lost."""
    machine = Undoing()
    try:
        machine.open_the_first()
        machine.name(1, False, 0)
        machine.name(2, False, 1)
        machine.show_another(1)
        machine.arrive()
        machine.name(3, False, 0)
        machine.undo()
        machine.document.undo()
        machine.place -= 1
        machine.document.undo()
        machine.place -= 1
        assert not machine.shown
        machine.arrive()
        machine.memory_is_as_it_was()
        machine.look_into_the_file()
    finally:
        machine.teardown()
