"""Any sequence of edits, reopenings and removals gives back exactly what was saved."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from project_values import SIZE, edited, edited_taxonomy

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.project import PhotoStatus, Project


class ProjectMachine(RuleBasedStateMachine):
    photos = Bundle("photos")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "meals.rver"
        self.project = Project.create(self.path, Taxonomy())
        self.sheets: dict[str, list[Sheet]] = {}
        self.removed: dict[str, Sheet] = {}
        self.taxonomy = Taxonomy()

    def teardown(self) -> None:
        self.project.close()
        self.folder.cleanup()

    @initialize(target=photos)
    def start(self) -> object:
        return self.add(3)

    @rule(target=photos, count=st.integers(0, 2))
    def add_photos(self, count: int) -> object:
        return self.add(count)

    def add(self, count: int) -> object:
        known = len(self.sheets)
        records = self.project.add_photos([self.path.parent / f"{known + n}.jpg" for n in range(count)])
        for record in records:
            self.project.set_photo_facts(record.id, None, SIZE, None)
            self.sheets[record.id] = [Sheet(record.id, SIZE)]
        return multiple(*(record.id for record in records))

    @rule(photo=photos, data=st.data())
    def edit(self, photo: str, data: st.DataObject) -> None:
        before = self.sheets[photo][-1]
        after = data.draw(edited(before))
        if photo in self.removed:
            try:
                self.project.save_sheet(before, after, "edit")
            except RverError:
                return
            raise AssertionError("an edit of a removed photo was taken for saved")
        self.project.save_sheet(before, after, "edit")
        if after != before:
            self.sheets[photo].append(after)

    @rule(photo=photos)
    def undo(self, photo: str) -> None:
        states = self.sheets[photo]
        if photo not in self.removed and len(states) > 1:
            self.project.save_sheet(states[-1], states[-2], "undo")
            states.append(states[-2])

    @rule(data=st.data())
    def edit_classes(self, data: st.DataObject) -> None:
        after = data.draw(edited_taxonomy(self.taxonomy))
        used = {item.class_id for states in self.sheets.values() for item in states[-1]}
        if not used & {food.id for food in self.taxonomy.classes}:
            self.project.save_taxonomy(self.taxonomy, after, "classes")
            self.taxonomy = after

    @rule(photo=photos)
    def remove(self, photo: str) -> None:
        if photo not in self.removed:
            self.project.remove_photos([photo])
            self.removed[photo] = self.sheets[photo][-1]

    @rule(photo=photos)
    def restore(self, photo: str) -> None:
        if photo in self.removed:
            self.project.restore_photos([photo])
            del self.removed[photo]

    @rule()
    def reopen(self) -> None:
        self.project.close()
        self.project = Project.open(self.path)
        assert self.project.check() == []

    @rule(photo=photos)
    def walk_back(self, photo: str) -> None:
        if photo in self.removed:
            return
        edits = [e for e in self.project.history(photo, limit=10_000) if e.act in {"edit", "undo"}]
        assert [self.project.sheet_before(entry) for entry in edits] == self.sheets[photo][-2::-1]

    @invariant()
    def everything_is_as_saved(self) -> None:
        present = {photo: states[-1] for photo, states in self.sheets.items() if photo not in self.removed}
        records = {record.id: record for record in self.project.photos()}
        assert set(records) == set(present)
        for photo, sheet in present.items():
            assert self.project.sheet(photo) == sheet
            record = records[photo]
            assert (record.items, record.confirmed) == (len(sheet), sheet.confirmed)
            assert (record.status is PhotoStatus.DONE) == sheet.is_done
        assert self.project.taxonomy() == self.taxonomy
        assert {record.id: sheet for record, sheet in self.project.labelled()} == {
            p: s for p, s in present.items() if s
        }


TestProjectMachine = ProjectMachine.TestCase
TestProjectMachine.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
