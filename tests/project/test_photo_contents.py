"""What is on the photos, as the database says it and as a sheet says it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project_values import SIZE, items, open_item

from rvergui.core import Item, Sheet, Taxonomy
from rvergui.project import PhotoRecord, Project
from rvergui.project.photo_contents import contents_of


def test_a_photo_without_items_is_left_out(project: Project, photo: PhotoRecord) -> None:
    assert project.contents() == {}
    empty = project.sheet(photo.id)
    project.save_sheet(empty, empty.with_item(open_item()), "draw")
    assert list(project.contents()) == [photo.id]


def test_an_edit_is_seen_at_once_and_notes_stand_bottom_to_top(project: Project, photo: PhotoRecord) -> None:
    low, high = (replace(open_item(), id=name, note=note) for name, note in (("z", "Under"), ("a", "ÜBER")))
    before = project.sheet(photo.id)
    after = before.with_item(low).with_item(high)
    project.save_sheet(before, after, "draw")
    assert project.contents()[photo.id].notes == "under\nüber"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(items(), max_size=4))
def test_database_and_sheet_say_the_same(tmp_path: Path, given: list[Item]) -> None:
    path = tmp_path / "contents.rver"
    with Project.open_or_create(path, Taxonomy()) as project:
        (record,) = project.add_photos([tmp_path / "a.jpg"])
        project.set_photo_facts(record.id, None, SIZE, None)
        before = project.sheet(record.id)
        after = Sheet(record.id, SIZE, tuple(given))
        project.save_sheet(before, after, "draw")
        assert project.contents() == ({record.id: contents_of(after)} if given else {})
