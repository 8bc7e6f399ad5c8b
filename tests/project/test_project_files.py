from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from natsort import natsorted, ns
from project_values import open_item

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.project import Project, photo_paths
from rvergui.project.natural import natural_key
from rvergui.project.photo_paths import PhotoPaths
from rvergui.project.scan import EXPORT_MARKER, scan_folder, scan_tree


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in scan_folder(folder)]


def test_a_scan_finds_photos_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "img10.jpg", "IMG2.JPG", "b/1.png", "b/notes.txt", "a 10/x.webp", "a 9/x.heic", "meals.rver")
    touch(tmp_path, ".hidden.jpg", ".cache/thumb.jpg", "b/._1.png")
    (tmp_path / "folder.jpg").mkdir()
    assert names(tmp_path) == ["a 9/x.heic", "a 10/x.webp", "b/1.png", "IMG2.JPG", "img10.jpg"]


def test_a_scan_passes_over_what_exports_made_unless_it_begins_there(tmp_path: Path) -> None:
    for name in ("one.jpg", "meals-yolo/images/train/one.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"photo")
    (tmp_path / "meals-yolo" / EXPORT_MARKER).write_text("{}")
    assert scan_folder(tmp_path) == [tmp_path / "one.jpg"]
    assert scan_tree(tmp_path).unreadable == [str(tmp_path / "meals-yolo")]
    assert scan_folder(tmp_path / "meals-yolo") == [tmp_path / "meals-yolo" / "images" / "train" / "one.jpg"]


def test_a_scan_of_an_empty_folder_finds_nothing(tmp_path: Path) -> None:
    assert scan_folder(tmp_path) == []


def test_a_scan_of_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="no folder"):
        scan_folder(tmp_path / "nowhere")
    touch(tmp_path, "a.jpg")
    with pytest.raises(RverError, match="not a folder"):
        scan_folder(tmp_path / "a.jpg")


@pytest.mark.skipif(os.name != "posix", reason="links need rights here")
def test_links_are_followed_once_and_circles_end(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    touch(inside, "a/1.jpg", "a/deep/2.jpg")
    touch(outside, "3.jpg")
    (inside / "a" / "deep" / "up").symlink_to(inside)
    (inside / "a" / "self").symlink_to(inside / "a" / "self")
    (inside / "0 first by name").symlink_to(inside / "a")
    (inside / "a" / "before b by name").symlink_to(inside / "b")
    touch(inside, "b/4.jpg")
    (inside / "linked").symlink_to(outside)
    (inside / "broken.jpg").symlink_to(inside / "nowhere.jpg")
    assert names(inside) == ["a/1.jpg", "a/deep/2.jpg", "b/4.jpg", "linked/3.jpg"]


@pytest.mark.skipif(os.name != "posix", reason="permissions work differently here")
def test_a_folder_that_may_not_be_read_is_passed_over(visitor_folder: Path, as_visitor: None) -> None:
    os.seteuid(os.getuid())
    touch(visitor_folder, "a.jpg", "locked/b.jpg")
    (visitor_folder / "locked").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    assert names(visitor_folder) == ["a.jpg"]
    with pytest.raises(RverError, match="could not be read"):
        scan_folder(visitor_folder / "locked")
    os.seteuid(os.getuid())
    (visitor_folder / "locked").chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="file names are always Unicode here")
def test_file_names_that_are_no_unicode_work(project: Project) -> None:
    name = os.fsdecode(b"caf\xe9 2.jpg")
    try:
        touch(project.root, name)
    except OSError:
        pytest.skip("this disk takes Unicode file names only")
    (record,) = project.add_photos(scan_folder(project.root))
    assert project.photo_path(record).read_bytes() == b"x"
    assert project.add_photos([project.root / name]) == [record]
    project.remove_photos([record.id])
    assert project.restore_photos([record.id]) == [record]
    assert project.history(record.id)[0].before["photo"] is None


def test_natural_keys_order_as_people_count() -> None:
    wanted = [
        "A/img1.jpg",
        "a/img01b.jpg",
        "a/img2.jpg",
        "a/IMG10.jpg",
        "a b/1.jpg",
        "b/1.jpg",
        "b/1-2.jpg",
        "b/10.jpg",
    ]
    shuffled = wanted[:]
    random.Random(4).shuffle(shuffled)
    assert sorted(shuffled, key=natural_key) == wanted


@settings(deadline=None, max_examples=50)
@given(st.lists(st.from_regex(r"[aB_ 0-9]{1,6}(/[aB 0-9]{1,4}){0,2}\.jpg", fullmatch=True), unique_by=str.casefold))
def test_natural_keys_agree_with_natsort(paths: list[str]) -> None:
    assert sorted(sorted(paths), key=natural_key) == natsorted(sorted(paths), alg=ns.PATH | ns.IGNORECASE)


def test_a_project_moved_with_its_photos_keeps_working(tmp_path: Path, taxonomy: Taxonomy) -> None:
    old = tmp_path / "old"
    touch(old, "a.jpg", "sub/b.jpg")
    touch(tmp_path, "beside/c.jpg")
    files = [old / "a.jpg", old / "sub" / "b.jpg", tmp_path / "beside" / "c.jpg"]
    with Project.create(old / "meals.rver", taxonomy) as project:
        records = project.add_photos(files)
        empty = Sheet(records[1].id, (6, 9))
        saved = empty.with_item(open_item())
        project.save_sheet(empty, saved, "draw")
        project.set_model_path(project.models_folder / "v1.safetensors")
    assert [record.path for record in records] == ["a.jpg", "sub/b.jpg", "../beside/c.jpg"]
    new = tmp_path / "new" / "place"
    shutil.copytree(old, new)
    shutil.copytree(tmp_path / "beside", tmp_path / "new" / "beside")
    shutil.rmtree(old)
    with Project.open(new / "meals.rver") as project:
        assert [project.photo_path(record).read_bytes() for record in project.photos()] == [b"x"] * 3
        assert project.photo_path(project.photo(records[2].id)) == tmp_path / "new" / "beside" / "c.jpg"
        assert project.sheet(records[1].id) == saved
        assert project.model_path() == new / "meals.models" / "v1.safetensors"
        assert [r.id for r in project.add_photos(scan_folder(new))] == [records[0].id, records[1].id]


def test_photos_on_another_drive_keep_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tmp_path / "card"
    monkeypatch.setattr(
        photo_paths, "_drive", lambda folder: "card" if folder.is_relative_to(card.resolve()) else "disk"
    )
    paths = PhotoPaths(tmp_path / "work")
    assert paths.stored(card / "DCIM" / "1.jpg") == (card / "DCIM" / "1.jpg").as_posix()
    assert paths.absolute(paths.stored(card / "DCIM" / "1.jpg")) == card / "DCIM" / "1.jpg"
    assert paths.stored(tmp_path / "other" / "1.jpg") == "../other/1.jpg"


@pytest.mark.skipif(os.name != "posix", reason="links need rights here")
def test_the_same_folder_by_another_name_is_the_same_folder(tmp_path: Path) -> None:
    real = tmp_path / "real"
    touch(real, "sub/a.jpg")
    (tmp_path / "alias").symlink_to(real)
    assert PhotoPaths(real).stored(tmp_path / "alias" / "sub" / "a.jpg") == "sub/a.jpg"
    assert PhotoPaths(tmp_path / "alias").stored(real / "sub" / "a.jpg") == "sub/a.jpg"
    touch(tmp_path, "elsewhere/b.jpg")
    (real / "linked").symlink_to(tmp_path / "elsewhere")
    assert PhotoPaths(real).stored(real / "linked" / "b.jpg") == "linked/b.jpg"


def test_photos_that_were_moved_are_found_again(project: Project) -> None:
    touch(project.root, "old/1.jpg", "old/sub/2.jpg", "old/3.jpg", "other.jpg")
    records = project.add_photos(scan_folder(project.root))
    by_name = {record.path: record for record in records}
    project.set_photo_facts(by_name["old/1.jpg"].id, None, None, "1.jpg is gone; put it back.")
    touch(project.root, "new/1.jpg", "new/sub/2.jpg")
    assert project.move_photos(project.root / "old", project.root / "new") == 2
    assert [record.path for record in project.photos()] == ["new/1.jpg", "new/sub/2.jpg", "old/3.jpg", "other.jpg"]
    moved = project.photo(by_name["old/1.jpg"].id)
    assert (moved.path, moved.problem) == ("new/1.jpg", None)
    (entry,) = project.history(moved.id)
    assert (entry.before, entry.after) == ({"photo": {"path": "old/1.jpg"}}, {"photo": {"path": "new/1.jpg"}})
    project.add_photos([project.root / "new" / "3.jpg"])
    touch(project.root, "new/3.jpg")
    with pytest.raises(RverError, match="in the project already"):
        project.move_photos(project.root / "old", project.root / "new")
    assert project.move_photos(project.root / "nowhere", project.root / "new") == 0
