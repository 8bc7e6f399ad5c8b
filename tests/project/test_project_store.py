from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from project_values import block, confirmed_item, open_item, person

from rvergui.core import ItemState, RverError, Sheet, Suggestion, Taxonomy
from rvergui.core.paths import shipped_weights
from rvergui.project import PhotoRecord, PhotoStatus, Project, model_paths
from rvergui.project.schema import SCHEMA_VERSION


def test_photos_come_in_natural_order_and_once(project: Project) -> None:
    names = ["img10.jpg", "img2.jpg", "Sub/1.jpg", "img2.jpg"]
    added = project.add_photos([project.root / name for name in names])
    assert [record.path for record in added] == ["img10.jpg", "img2.jpg", "Sub/1.jpg"]
    assert [record.path for record in project.photos()] == ["img2.jpg", "img10.jpg", "Sub/1.jpg"]
    again = project.add_photos([project.root / "img2.jpg", project.root / "new.jpg"])
    assert again[0] == added[1]
    assert len(project.photos()) == 4
    assert project.photo_path(added[2]) == project.root / "Sub" / "1.jpg"


def test_relative_paths_are_taken_from_the_working_directory(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / "sub").mkdir()
    monkeypatch.chdir(project.root / "sub")
    (record,) = project.add_photos([Path("../sub/./a.jpg")])
    assert record.path == "sub/a.jpg"


def test_an_unknown_photo_is_told_in_a_sentence(project: Project) -> None:
    for ask in (project.photo, project.sheet):
        with pytest.raises(RverError, match="no longer in the project"):
            ask("nobody")
    sheet = Sheet("nobody", (6, 9))
    with pytest.raises(RverError, match="no longer in the project"):
        project.save_sheet(sheet, sheet.with_item(open_item()), "draw")


def test_what_opening_a_photo_told_is_kept(project: Project) -> None:
    (record,) = project.add_photos([project.root / "a.jpg"])
    assert (record.content_hash, record.size, record.problem, record.status) == (None, None, None, PhotoStatus.TODO)
    assert project.sheet(record.id) == Sheet(record.id, (0, 0))
    project.set_photo_facts(record.id, "cd" * 16, (30, 40), None)
    assert project.photo(record.id) == PhotoRecord(record.id, "a.jpg", "cd" * 16, (30, 40))
    assert project.sheet(record.id).size == (30, 40)
    project.set_photo_facts(record.id, None, None, "a.jpg is gone; put it back.")
    broken = project.photo(record.id)
    assert broken.status is PhotoStatus.BROKEN
    assert broken.problem == "a.jpg is gone; put it back."
    assert broken.size == (30, 40)
    project.set_photo_facts(record.id, "ef" * 16, (31, 41), None)
    assert project.photo(record.id) == PhotoRecord(record.id, "a.jpg", "ef" * 16, (31, 41))


def test_the_status_follows_every_save(project: Project, photo: PhotoRecord, taxonomy: Taxonomy) -> None:
    def now() -> tuple[int, int, PhotoStatus]:
        record = project.photos()[0]
        assert project.photo(photo.id) == record
        return record.items, record.confirmed, record.status

    rice = taxonomy.classes[2].id
    empty = project.sheet(photo.id)
    assert now() == (0, 0, PhotoStatus.TODO)
    one = empty.with_item(open_item())
    project.save_sheet(empty, one, "draw")
    assert now() == (1, 0, PhotoStatus.IN_PROGRESS)
    named = one.with_item(one.items[0].named(rice, person()))
    project.save_sheet(one, named, "name")
    assert now() == (1, 1, PhotoStatus.DONE)
    two = named.with_item(open_item(4))
    project.save_sheet(named, two, "draw")
    assert now() == (2, 1, PhotoStatus.IN_PROGRESS)
    reopened = two.with_item(replace(two.items[0], state=ItemState.OPEN))
    project.save_sheet(two, reopened, "reopen")
    assert now() == (2, 0, PhotoStatus.IN_PROGRESS)
    project.save_sheet(reopened, empty, "clear")
    assert now() == (0, 0, PhotoStatus.TODO)
    assert project.check() == []


def test_a_saved_sheet_is_there_after_opening_again(path: Path, taxonomy: Taxonomy) -> None:
    with Project.create(path, taxonomy) as project:
        (record,) = project.add_photos([project.root / "a.jpg"])
        item = confirmed_item(taxonomy.classes[0].id).with_suggestions((Suggestion("rice", 0.75, 0.5),))
        saved = Sheet(record.id, (6, 9)).with_item(replace(item, note="käse\n🍅")).with_item(open_item(3))
        at = project.save_sheet(Sheet(record.id, (6, 9)), saved, "draw")
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    with Project.open(path) as project:
        assert project.sheet(record.id) == saved
        assert project.taxonomy() == taxonomy
        assert project.history(record.id)[0].at == at


def test_saving_nothing_leaves_no_trace(project: Project, photo: PhotoRecord) -> None:
    sheet = project.sheet(photo.id)
    before = project.history()
    project.save_sheet(sheet, sheet, "nothing")
    project.save_taxonomy(project.taxonomy(), project.taxonomy(), "nothing")
    assert project.history() == before


def test_only_the_difference_is_written(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)
    two = empty.with_item(open_item(1)).with_item(open_item(4))
    project.save_sheet(empty, two, "draw")
    noted = two.with_item(replace(two.items[1], note="burnt"))
    statements: list[str] = []
    with project._opened.writer.transaction() as connection:  # type: ignore[union-attr]
        pass
    connection.set_trace_callback(statements.append)
    project.save_sheet(two, noted, "note")
    connection.set_trace_callback(None)
    writing = [s for s in statements if s.split()[0] in {"UPDATE", "INSERT", "DELETE", "BEGIN", "COMMIT"}]
    assert [s.split()[0] for s in writing] == ["BEGIN", "UPDATE", "UPDATE", "INSERT", "COMMIT"]
    assert writing[1].startswith("UPDATE items SET note = 'burnt' WHERE photo = 1 AND id = ")
    assert writing[2].endswith("AND height IS NULL")  # the photo's size, which is known: no row is touched


def test_an_edit_never_overwrites_what_somebody_else_saved(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)
    mine, theirs = open_item(1), open_item(4)
    shared = empty.with_item(mine)
    project.save_sheet(empty, shared, "draw")
    project.save_sheet(shared, shared.with_item(theirs), "their edit, unknown to us")
    changed = shared.with_item(replace(mine, note="ours"))
    project.save_sheet(shared, changed, "note")
    assert project.sheet(photo.id).items == (replace(mine, note="ours"), theirs)
    # Their deletion of an item that we change does not swallow our work.
    project.save_sheet(project.sheet(photo.id), empty, "their clearing")
    project.save_sheet(changed, changed.with_item(replace(mine, note="again")), "note")
    assert project.sheet(photo.id).items == (replace(mine, note="again"),)
    # Adding what is there already (redo after a lost answer) does not fail.
    project.save_sheet(empty, empty.with_item(mine), "draw")
    assert project.sheet(photo.id).items == (mine,)


def test_the_same_item_id_may_be_on_two_photos(project: Project) -> None:
    records = project.add_photos([project.root / "a.jpg", project.root / "b.jpg"])
    item = open_item()
    for record in records:
        empty = Sheet(record.id, (6, 9))
        project.save_sheet(empty, empty.with_item(item), "paste")
    assert [project.sheet(r.id).items for r in records] == [(item,), (item,)]


def test_an_edit_stays_on_one_photo(project: Project) -> None:
    with pytest.raises(RverError, match="one photo"):
        project.save_sheet(Sheet("a", (6, 9)), Sheet("b", (6, 9)), "move")


def test_a_size_is_learnt_from_the_first_sheet(project: Project) -> None:
    (record,) = project.add_photos([project.root / "a.jpg"])
    empty = Sheet(record.id, (6, 9))
    project.save_sheet(empty, empty.with_item(open_item()), "draw")
    assert project.photo(record.id).size == (6, 9)


def test_text_that_cannot_be_stored_is_told_in_a_sentence(project: Project, photo: PhotoRecord) -> None:
    sheet = project.sheet(photo.id)
    with pytest.raises(RverError, match="characters"):
        project.save_sheet(sheet, sheet.with_item(replace(open_item(), note="\ud800")), "note")
    assert len(project.sheet(photo.id)) == 0
    fine = sheet.with_item(replace(open_item(), note="ok"))
    project.save_sheet(sheet, fine, "note")
    assert project.sheet(photo.id) == fine


def test_labelled_streams_photos_with_items_from_one_moment(project: Project, taxonomy: Taxonomy) -> None:
    records = project.add_photos([project.root / f"{n}.jpg" for n in (10, 9, 8)])
    sheets = {}
    for record in (records[0], records[2]):
        empty = Sheet(record.id, (6, 9))
        sheets[record.id] = empty.with_item(confirmed_item(taxonomy.classes[0].id))
        project.save_sheet(empty, sheets[record.id], "draw")
    stream = project.labelled()
    first = next(stream)
    assert first == (project.photo(records[2].id), sheets[records[2].id])
    project.save_sheet(sheets[records[0].id], Sheet(records[0].id, (6, 9)), "cleared while exporting")
    assert [sheet for _, sheet in stream] == [sheets[records[0].id]]
    assert [record.id for record, _ in project.labelled()] == [records[2].id]


def test_an_abandoned_stream_does_not_hold_the_file(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)
    project.save_sheet(empty, empty.with_item(open_item()), "draw")
    stream = project.labelled()
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    project.close()
    assert sorted(p.name for p in project.root.iterdir() if p.name != "meals.rver.lock") == ["meals.rver"]


def test_classes_are_saved_by_difference_with_history(project: Project, taxonomy: Taxonomy) -> None:
    renamed = taxonomy.renamed(taxonomy.classes[0].id, "tomato ketchup")
    added, new = renamed.added("soy sauce", "#112233")
    merged = added.merged(taxonomy.classes[1].id, new.id)
    project.who = "Ada"
    project.save_taxonomy(taxonomy, merged, "tidy classes")
    assert project.taxonomy() == merged
    entry = project.history()[0]
    assert (entry.act, entry.who, entry.photo_id) == ("tidy classes", "Ada", None)
    assert entry.before["classes"][taxonomy.classes[0].id] == {"name": "ketchup", "aliases": "[]"}
    assert set(entry.after["classes"]) == {taxonomy.classes[0].id, taxonomy.classes[1].id, new.id}
    project.save_taxonomy(merged, taxonomy, "undo")
    assert project.taxonomy() == taxonomy


def test_a_class_in_use_does_not_vanish(project: Project, photo: PhotoRecord, taxonomy: Taxonomy) -> None:
    sheet = project.sheet(photo.id)
    project.save_sheet(sheet, sheet.with_item(confirmed_item(taxonomy.classes[0].id)), "draw")
    without = Taxonomy(taxonomy.classes[1:])
    with pytest.raises(RverError, match=r"“ketchup” still names 1 objects"):
        project.save_taxonomy(taxonomy, without, "delete")
    assert project.taxonomy() == taxonomy
    project.save_sheet(project.sheet(photo.id), sheet, "clear")
    project.save_taxonomy(taxonomy, without, "delete")
    assert project.taxonomy() == without


def test_history_tells_who_did_what_and_leads_back(project: Project, photo: PhotoRecord) -> None:
    project.who = "Ada"
    states = [project.sheet(photo.id)]
    states.append(states[-1].with_item(open_item(1)).with_item(open_item(2)))
    states.append(states[-1].with_item(replace(states[-1].items[0], note="left")))
    states.append(states[-1].without([states[-1].items[0].id]))
    states.append(replace(states[-1], items=(open_item(5), *states[-1].items)))
    for number, (before, after) in enumerate(pairwise(states)):
        project.save_sheet(before, after, f"edit {number}")
    entries = project.history(photo.id)
    assert [entry.act for entry in entries] == ["edit 3", "edit 2", "edit 1", "edit 0"]
    assert {entry.who for entry in entries} == {"Ada"}
    assert {entry.photo_id for entry in entries} == {photo.id}
    assert [project.sheet_before(entry) for entry in entries] == states[-2::-1]
    assert [entry.act for entry in project.history(limit=2)] == ["edit 3", "edit 2"]
    assert project.history(photo.id, limit=0) == []
    assert [entry.act for entry in project.history()][-2:] == ["add photos", "create project"]
    with pytest.raises(RverError, match="whole project"):
        project.sheet_before(project.history()[-1])


def test_removed_photos_can_be_restored(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)
    full = empty.with_item(open_item(1)).with_item(confirmed_item("c", 4))
    project.save_sheet(empty, full, "draw")
    record = project.photo(photo.id)
    project.remove_photos([photo.id, "unknown"])
    assert project.photos() == []
    assert list(project.labelled()) == []
    assert project.check() == []
    assert project.restore_photos([photo.id]) == [record]
    assert project.sheet(photo.id) == full
    assert project.sheet_before(project.history(photo.id)[-1]) == empty
    assert project.restore_photos([photo.id]) == [record]  # there already
    with pytest.raises(RverError, match="no longer"):
        project.restore_photos(["unknown"])
    project.remove_photos([photo.id])
    project.add_photos([project.photo_path(record)])
    with pytest.raises(RverError, match="in the list again already"):
        project.restore_photos([photo.id])


def test_settings_are_kept(path: Path, taxonomy: Taxonomy) -> None:
    with Project.create(path, taxonomy) as project:
        assert project.setting("view") is None
        project.set_setting("view", "grid")
        project.set_setting("view", "list")
    with Project.open(path) as project:
        assert project.setting("view") == "list"
        project.set_setting("view", None)
        assert project.setting("view") is None


def test_the_model_is_stored_relative_and_noted(project: Project) -> None:
    assert project.model_path() is None
    assert project.models_folder == project.root / "meals.models"
    model = project.models_folder / "v1.safetensors"
    project.set_model_path(model)
    assert project.model_path() == model
    assert project.setting("model") == "meals.models/v1.safetensors"
    project.set_model_path(model)
    project.set_model_path(None)
    assert project.model_path() is None
    acts = [(e.before, e.after) for e in project.history() if e.act == "choose model"]
    stored = "meals.models/v1.safetensors"
    assert acts == [({"model": stored}, {"model": None}), ({"model": None}, {"model": stored})]


def test_a_model_that_ships_is_found_wherever_the_program_lies(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = shipped_weights() / "sample_meals.safetensors"
    project.set_model_path(shipped)
    assert project.setting("model") == "shipped://sample_meals.safetensors"
    assert project.model_path() == shipped
    monkeypatch.setattr(model_paths, "shipped_weights", lambda: tmp_path / "next-version")
    assert project.model_path() == tmp_path / "next-version" / "sample_meals.safetensors"


def test_a_closed_project_says_so(project: Project) -> None:
    project.close()
    project.close()
    with pytest.raises(RverError, match="was closed"):
        project.photos()
    with pytest.raises(RverError, match="was closed"):
        project.set_setting("a", "b")


def test_the_file_is_marked_and_safe(project: Project, path: Path) -> None:
    with project._opened.writer.transaction() as connection:  # type: ignore[union-attr]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    project.close()
    outsider = sqlite3.connect(path)
    assert outsider.execute("PRAGMA application_id").fetchone() == (0x52766552,)
    assert outsider.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    outsider.close()


def test_masks_of_large_photos_survive(project: Project) -> None:
    (record,) = project.add_photos([project.root / "large.jpg"])
    size = (3000, 4000)
    sheet = Sheet(record.id, size).with_item(replace(open_item(), mask=block(3998, 2998, size)))
    project.save_sheet(Sheet(record.id, size), sheet, "draw")
    assert project.sheet(record.id) == sheet
    assert project.sheet(record.id).items[0].mask.bbox == (3998, 2998, 2, 2)
