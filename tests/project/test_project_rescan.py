"""Photos that appear, vanish, move or change while the program is not looking."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_values import open_item

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.core.photo_loading import content_hash, gone
from rvergui.project import PhotoRecord, PhotoStatus, Project
from rvergui.project.looking import Looked
from rvergui.project.records import FileStamp, PhotoFile
from rvergui.project.rescan import Cancelled, Hashes, Sight, compare
from rvergui.project.scan import scan_folder


class Place:
    """A folder of photos with its project; contents are short texts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hashes = Hashes()
        self.clock = 10**18
        self.project = Project.create(folder / f"{folder.name}.rver", Taxonomy())

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        self.clock += 10**9
        os.utime(path, ns=(self.clock, self.clock))

    def look(self) -> Looked:
        return self.project.look_again(self.hashes)

    def open(self, name: str) -> PhotoRecord:
        """What the window does when a photo is shown."""
        record = self.record(name)
        path = self.folder / name
        self.project.set_photo_facts(record.id, content_hash(path.read_bytes()), (6, 9), None, stamp_of(path))
        return self.record(name)

    def label(self, name: str) -> Sheet:
        record = self.open(name)
        before = self.project.sheet(record.id)
        after = before.with_item(open_item())
        self.project.save_sheet(before, after, "draw")
        return after

    def record(self, name: str) -> PhotoRecord:
        return next(record for record in self.project.photos() if record.path == name)

    def paths(self) -> list[str]:
        return [record.path for record in self.project.photos()]


def stamp_of(path: Path) -> FileStamp:
    told = path.stat()
    return FileStamp(told.st_mtime_ns, told.st_size)


@pytest.fixture
def place(tmp_path: Path):
    (tmp_path / "meals").mkdir()
    made = Place(tmp_path / "meals")
    yield made
    made.project.close()


def test_new_photos_come_in_natural_order_and_twice_is_once(place: Place) -> None:
    for name in ("img10.jpg", "img2.jpg", "sub/1.jpg"):
        place.write(name, name)
    looked = place.look()
    assert sorted(looked.findings.new) == ["img10.jpg", "img2.jpg", "sub/1.jpg"]
    assert looked.order == [record.id for record in place.project.photos()]
    assert sorted(record.path for record in looked.records) == sorted(place.paths())
    assert place.paths() == ["img2.jpg", "img10.jpg", "sub/1.jpg"]
    again = place.look()
    assert not again.findings
    assert (again.findings.stamps, again.records, again.order) == ({}, [], None)
    assert set(again.sight.folders) == {str(place.folder), str(place.folder / "sub")}


def test_a_vanished_photo_is_marked_and_keeps_its_items(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    sheet = place.label("a.jpg")
    (place.folder / "a.jpg").rename(place.folder.parent / "away.jpg")
    looked = place.look()
    assert looked.findings.gone == [sheet.photo_id]
    (record,) = place.project.photos()
    assert looked.records == [record]
    assert (record.missing, record.status) == (True, PhotoStatus.BROKEN)
    assert record.problem == gone(place.folder / "a.jpg")
    assert place.project.sheet(record.id) == sheet
    assert not place.look().findings  # it is told once
    (place.folder.parent / "away.jpg").rename(place.folder / "a.jpg")
    assert place.look().findings.back == [sheet.photo_id]
    back = place.record("a.jpg")
    assert (back.missing, back.problem, back.status) == (False, None, PhotoStatus.IN_PROGRESS)
    assert place.project.check() == []


@pytest.mark.parametrize("opened", [True, False])
def test_a_photo_that_was_renamed_or_moved_keeps_its_items(place: Place, opened: bool) -> None:
    place.write("a.jpg", "aaa")
    place.write("same length.jpg", "bbb")
    place.look()
    place.look()
    record = place.record("a.jpg")
    if opened:
        place.label("a.jpg")
    (place.folder / "deep" / "er").mkdir(parents=True)
    new = "deep/er/renamed.jpg" if opened else "deep/er/a.jpg"
    (place.folder / "a.jpg").rename(place.folder / new)
    looked = place.look()
    assert looked.findings.moved == [(record.id, new)]
    assert looked.findings.new == []
    assert place.paths() == [new, "same length.jpg"]
    assert len(place.project.sheet(record.id)) == int(opened)
    entry = place.project.history(record.id)[0]
    assert (entry.before, entry.after) == ({"photo": {"path": "a.jpg"}}, {"photo": {"path": new}})
    assert not place.look().findings


def test_a_photo_is_found_where_it_turns_up_later(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    sheet = place.label("a.jpg")
    (place.folder / "a.jpg").unlink()
    place.look()
    place.write("b.jpg", "aaa")  # another time: it was copied back
    assert place.look().findings.moved == [(sheet.photo_id, "b.jpg")]
    assert place.record("b.jpg").status is PhotoStatus.IN_PROGRESS


def test_photos_that_trade_names_trade_places(place: Place) -> None:
    place.write("1.jpg", "one")
    place.write("2.jpg", "two")
    place.look()
    one, two = place.label("1.jpg"), place.label("2.jpg")
    (place.folder / "1.jpg").rename(place.folder / "x")
    (place.folder / "2.jpg").rename(place.folder / "1.jpg")
    (place.folder / "x").rename(place.folder / "2.jpg")
    looked = place.look()
    assert sorted(looked.findings.moved) == sorted([(one.photo_id, "2.jpg"), (two.photo_id, "1.jpg")])
    assert looked.findings.new == looked.findings.gone == looked.findings.changed == []
    assert place.record("1.jpg").id == two.photo_id
    assert not place.look().findings


def test_a_row_of_renamed_photos_is_followed(place: Place) -> None:
    for n in range(1, 6):
        place.write(f"{n}.jpg", f"{n}")
    place.look()
    sheets = {n: place.label(f"{n}.jpg") for n in range(1, 6)}
    for n in range(5, 0, -1):
        (place.folder / f"{n}.jpg").rename(place.folder / f"{n + 1}.jpg")
    place.write("1.jpg", "0")
    looked = place.look()
    assert {n: place.record(f"{n + 1}.jpg").id for n in sheets} == {n: s.photo_id for n, s in sheets.items()}
    assert looked.findings.new == ["1.jpg"]
    assert place.record("1.jpg").items == 0


def test_a_copy_that_was_new_before_the_original_went_becomes_the_photo(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    sheet = place.label("a.jpg")
    place.write("card/a.jpg", "aaa")
    place.look()
    assert place.paths() == ["a.jpg", "card/a.jpg"]
    copy = place.record("card/a.jpg")
    (place.folder / "a.jpg").unlink()
    looked = place.look()
    assert (looked.findings.moved, looked.findings.replaced) == ([(sheet.photo_id, "card/a.jpg")], [copy.id])
    assert place.paths() == ["card/a.jpg"]
    assert place.project.sheet(sheet.photo_id) == sheet


def test_a_copy_with_items_of_its_own_stays_what_it_is(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.write("b.jpg", "aaa")
    place.look()
    a, b = place.label("a.jpg"), place.label("b.jpg")
    (place.folder / "a.jpg").unlink()
    assert place.look().findings.gone == [a.photo_id]
    assert place.project.sheet(b.photo_id) == b


def test_a_photo_whose_content_changed_is_told_until_it_was_looked_at(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.write("b.jpg", "bbb")
    place.look()
    sheet = place.label("a.jpg")
    place.open("b.jpg")
    place.write("a.jpg", "retouched")
    place.write("b.jpg", "retouched, too")
    for _ in range(2):
        findings = place.look().findings
        assert findings.changed == [sheet.photo_id]
        assert place.project.sheet(sheet.photo_id) == sheet
        place.hashes = Hashes()  # as after a new start
    b = place.record("b.jpg")
    assert (b.content_hash, b.size) == (None, None)  # nothing is at stake: it is read when it is opened
    place.open("a.jpg")
    assert not place.look().findings


def test_a_file_that_was_merely_touched_is_no_change(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    place.label("a.jpg")
    place.write("a.jpg", "aaa")
    looked = place.look()
    assert not looked.findings
    assert list(looked.findings.stamps.values()) == [stamp_of(place.folder / "a.jpg")]
    assert not place.look().findings.stamps


def test_an_edited_photo_with_its_original_beside_it_is_the_original(place: Place) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    sheet = place.label("a.jpg")
    (place.folder / "a.jpg").rename(place.folder / "a-original.jpg")
    place.write("a.jpg", "cropped")
    looked = place.look()
    assert looked.findings.moved == [(sheet.photo_id, "a-original.jpg")]
    assert looked.findings.new == ["a.jpg"]


def test_a_damaged_photo_that_was_replaced_can_be_tried_again(place: Place) -> None:
    place.write("a.jpg", "damaged")
    place.look()
    place.look()
    record = place.record("a.jpg")
    place.project.set_photo_facts(record.id, None, None, "a.jpg is damaged; copy it again.")
    assert not place.look().findings
    place.write("a.jpg", "whole")
    assert place.look().findings.renewed == [record.id]
    assert place.record("a.jpg").problem is None


def test_a_photo_that_was_still_being_copied_is_read_anew(place: Place) -> None:
    place.write("a.jpg", "begin")
    looked = place.look()
    assert looked.findings.new == ["a.jpg"]
    place.write("a.jpg", "beginning and end")
    assert place.look().findings.renewed == [looked.records[0].id]
    assert not place.look().findings


def test_photos_from_elsewhere_are_looked_after_but_their_folder_is_not_taken_in(place: Place, tmp_path: Path) -> None:
    guest = tmp_path / "elsewhere" / "guest.jpg"
    guest.parent.mkdir()
    for name in ("guest.jpg", "private.jpg"):
        (guest.parent / name).write_bytes(name.encode())
    place.project.add_photos([guest])
    assert not place.look().findings
    guest.unlink()
    assert len(place.look().findings.gone) == 1
    assert place.paths() == ["../elsewhere/guest.jpg"]
    place.project.add_folder(guest.parent)
    assert place.project.folders() == [place.folder, guest.parent]
    assert place.look().findings.new == ["../elsewhere/private.jpg"]


def test_a_disk_that_is_not_plugged_in_marks_nothing(place: Place, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "1.jpg").write_bytes(b"x")
    place.project.add_folder(card)
    place.look()
    card.rename(tmp_path / "unplugged")
    looked = place.look()
    assert not looked.findings
    assert looked.sight.away == (str(card),)
    (tmp_path / "unplugged").rename(card)
    assert not place.look().findings


@pytest.mark.skipif(os.name != "posix", reason="permissions work differently here")
def test_a_folder_that_may_not_be_read_marks_nothing(visitor_folder: Path, as_visitor: None) -> None:
    os.seteuid(os.getuid())
    place = Place(visitor_folder)
    place.project.add_folder(visitor_folder)
    place.write("locked/a.jpg", "aaa")
    place.look()
    (visitor_folder / "locked").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    assert not place.look().findings
    os.seteuid(os.getuid())
    (visitor_folder / "locked").chmod(0o755)
    place.project.close()


def test_which_folders_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "imports").mkdir()
    with Project.create(tmp_path / "imports" / "paper.rver", Taxonomy()) as project:
        assert project.folders() == []  # nobody has opened the folder: what lies there is nobody's business
        project.add_folder(tmp_path / "imports")
        project.add_folder(tmp_path / "imports")
        assert project.folders() == [tmp_path / "imports"]
    (tmp_path / "imports").rename(tmp_path / "moved")
    with Project.open(tmp_path / "moved" / "paper.rver") as project:
        assert project.folders() == [tmp_path / "moved"]
        project.set_setting("folders", "{")
        assert project.folders() == []


def test_a_read_only_project_is_not_changed(place: Place) -> None:
    place.write("a.jpg", "aaa")
    with Project.open(place.project.path, read_only=True) as other:
        with pytest.raises(RverError, match="read-only"):
            other.look_again(Hashes())
        assert other.photos() == []


def test_a_look_that_is_called_off_changes_nothing(place: Place) -> None:
    place.write("a.jpg", "aaa")
    with pytest.raises(Cancelled):
        place.project.look_again(place.hashes, lambda: True)
    assert place.paths() == []


def test_work_that_is_begun_meanwhile_is_not_lost(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("a.jpg", "aaa")
    place.look()
    place.label("a.jpg")
    place.write("b.jpg", "aaa")
    place.look()
    (place.folder / "a.jpg").unlink()
    look = "rvergui.project.looking.look"
    from rvergui.project import rescan

    def slow(*arguments: object) -> Sight:
        sight = rescan.look(*arguments)
        place.label("b.jpg")
        return sight

    monkeypatch.setattr(look, slow)
    with pytest.raises(Cancelled):
        place.look()
    monkeypatch.undo()
    looked = place.look()
    assert len(looked.findings.gone) == 1
    assert looked.findings.replaced == []
    assert [record.items for record in place.project.photos()] == [1, 1]


def test_photos_of_the_folder_scan_are_what_the_look_finds(place: Place) -> None:
    for name in ("b/2.jpg", "b/10.jpg", "a.jpg"):
        place.write(name, name)
    place.look()
    assert [place.project.photo_path(r) for r in place.project.photos()] == scan_folder(place.folder)


contents = st.sampled_from(["", "a", "bb", "cc"])
worlds = st.dictionaries(st.sampled_from(["1.jpg", "2.jpg", "x/1.jpg", "x/3.jpg"]), contents)


@given(worlds, worlds, st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_whatever_happens_no_photo_is_lost_or_doubled(
    before: dict[str, str], after: dict[str, str], labelled: set[int], read: set[int]
) -> None:
    def stamp(path: str, world: dict[str, str]) -> FileStamp:
        return FileStamp(hash((path, world[path])) & 0xFFFF, len(world[path]))

    known = [
        PhotoFile(f"p{n}", path, before[path] if n in labelled | read else None, stamp(path, before), None)
        for n, path in enumerate(sorted(before))
    ]
    known = [replace(photo, items=int(n in labelled)) for n, photo in enumerate(known)]
    sight = Sight({path: stamp(path, after) for path in after})
    found = compare(known, sight, lambda path: after[path])
    moved = dict(found.moved)
    assert len(moved) == len(found.moved)
    kept = {p.photo_id: moved.get(p.photo_id, p.path) for p in known if p.photo_id not in found.replaced}
    assert {p.photo_id for p in known if p.items} <= kept.keys()
    assert len(set(kept.values())) == len(kept), "two photos at one path"
    assert set(found.new) == set(after) - set(kept.values())
    assert {kept[photo_id] for photo_id in found.gone}.isdisjoint(after)
    for photo in known:
        if photo.content_hash is not None and photo.photo_id in moved:
            assert after[moved[photo.photo_id]] == photo.content_hash
        if photo.items and photo.photo_id not in [*moved, *found.gone, *found.changed]:
            assert after[photo.path] == photo.content_hash
