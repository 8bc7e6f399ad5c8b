from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from project_values import open_item

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.project import PhotoRecord, Project
from rvergui.project.schema import APPLICATION_ID, SCHEMA_VERSION

needs_permissions = pytest.mark.skipif(os.name != "posix", reason="permissions work differently here")


def everything_in(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith(".lock")}


def test_the_suffix_is_added_when_creating(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with Project.open_or_create(tmp_path / "new" / "lunch", taxonomy) as project:
        assert project.path == tmp_path / "new" / "lunch.rver"
        assert project.root == tmp_path / "new"
        assert not project.read_only
    with Project.open_or_create(tmp_path / "new" / "lunch", Taxonomy()) as project:
        assert project.taxonomy() == taxonomy


def test_creating_never_overwrites(path: Path, taxonomy: Taxonomy) -> None:
    path.write_text("my diary")
    with pytest.raises(RverError, match=r"meals\.rver .* already"):
        Project.create(path, taxonomy)
    assert path.read_text() == "my diary"


def test_creating_where_nothing_can_be_made_says_so(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RverError, match="choose another folder"):
        Project.create(tmp_path / "file" / "meals.rver", taxonomy)


def test_a_project_in_the_making_leaves_nothing_when_it_fails(
    path: Path, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("CREATE TABLE big (data)")
        connection.execute("INSERT INTO big VALUES (zeroblob(100000))")

    monkeypatch.setattr("rvergui.project.creating.create_tables", full)
    with pytest.raises(RverError, match="no space left"):
        Project.create(path, taxonomy)
    assert everything_in(path.parent) == {}
    monkeypatch.undo()
    Project.create(path, taxonomy).close()


def test_the_log_of_a_vanished_project_is_set_aside(path: Path, taxonomy: Taxonomy) -> None:
    with Project.create(path, taxonomy) as project:
        project.add_photos([project.root / "a.jpg"])
        log = Path(f"{path}-wal").read_bytes()
    path.unlink()
    Path(f"{path}-wal").write_bytes(log)
    Path(f"{path}-shm").write_bytes(b"old")
    with Project.create(path, taxonomy) as project:
        assert project.photos() == []
        assert project.check() == []
    assert (path.parent / "meals.rver.left-over-1").read_bytes() == log


def test_a_second_instance_reads_and_says_why(path: Path, project: Project, taxonomy: Taxonomy) -> None:
    with Project.open(path) as second:
        assert second.read_only
        assert second.read_only_reason is not None
        assert "meals.rver is open in another window; close it there" in second.read_only_reason
        (record,) = project.add_photos([project.root / "a.jpg"])
        empty = Sheet(record.id, (6, 9))
        project.save_sheet(empty, empty.with_item(open_item()), "draw")
        assert second.sheet(record.id) == project.sheet(record.id)
        assert [sheet for _, sheet in second.labelled()] == [project.sheet(record.id)]
        with pytest.raises(RverError, match=r"read-only, so nothing was saved.*another window"):
            second.save_sheet(second.sheet(record.id), empty, "clear")
        for write in (
            lambda: second.add_photos([path.parent / "b.jpg"]),
            lambda: second.remove_photos([record.id]),
            lambda: second.save_taxonomy(taxonomy, Taxonomy(), "clear"),
            lambda: second.set_setting("a", "b"),
            lambda: second.set_model_path(path),
            lambda: second.set_photo_facts(record.id, None, None, "gone"),
        ):
            with pytest.raises(RverError, match="read-only"):
                write()
    project.close()
    with Project.open(path) as third:
        assert not third.read_only
        assert third.read_only_reason is None


def test_another_process_reads_only_while_this_one_writes(path: Path, project: Project) -> None:
    script = "import sys; from pathlib import Path; from rvergui.project import Project\n"
    script += "with Project.open(Path(sys.argv[1])) as p: print(p.read_only, len(p.photos()))"
    project.add_photos([project.root / "a.jpg"])
    told = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "1"]
    project.close()
    told = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "1"]


def test_reading_only_takes_no_lock_and_leaves_nothing(path: Path, taxonomy: Taxonomy) -> None:
    Project.create(path, taxonomy).close()
    before = everything_in(path.parent)
    with Project.open(path, read_only=True) as reader:
        assert reader.read_only
        assert reader.read_only_reason
        assert reader.taxonomy() == taxonomy
        with Project.open(path) as writer:
            assert not writer.read_only
            writer.add_photos([path.parent / "a.jpg"])
        assert [record.path for record in reader.photos()] == ["a.jpg"]
    assert set(everything_in(path.parent)) == set(before)


def test_a_reader_cannot_write_even_by_mistake(path: Path, project: Project) -> None:
    with pytest.raises(RverError):
        project._reader.rows("DELETE FROM classes")
    assert len(project.taxonomy()) == 3


@needs_permissions
def test_a_protected_file_opens_for_reading(visitor_folder: Path, taxonomy: Taxonomy, as_visitor: None) -> None:
    # The superuser's file in a folder that others may only read.
    os.seteuid(os.getuid())
    path = visitor_folder / "meals.rver"
    with Project.create(path, taxonomy) as project:
        (record,) = project.add_photos([visitor_folder / "a.jpg"])
        empty = Sheet(record.id, (6, 9))
        saved = empty.with_item(open_item())
        project.save_sheet(empty, saved, "draw")
    path.chmod(0o444)
    visitor_folder.chmod(0o555)
    before = everything_in(visitor_folder)
    if os.getuid() == 0:
        os.seteuid(65534)
    with Project.open(path) as project:
        assert project.read_only_reason == (
            "meals.rver is write-protected; copy it with its photos to a folder of yours and open it there."
        )
        assert project.sheet(record.id) == saved
        assert [sheet for _, sheet in project.labelled()] == [saved]
        with pytest.raises(RverError, match="write-protected"):
            project.set_setting("a", "b")
    path.parent.exists()
    os.seteuid(os.getuid())
    assert everything_in(visitor_folder) == before


@needs_permissions
def test_a_protected_folder_opens_for_reading(visitor_folder: Path, taxonomy: Taxonomy, as_visitor: None) -> None:
    os.seteuid(os.getuid())
    path = visitor_folder / "meals.rver"
    Project.create(path, taxonomy).close()
    path.chmod(0o666)
    visitor_folder.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    with Project.open(path) as project:
        assert project.read_only_reason is not None
        assert f"The folder {visitor_folder} is write-protected" in project.read_only_reason
        assert project.taxonomy() == taxonomy


def killed_while_folding(folder: Path, taxonomy: Taxonomy) -> Path:
    """What a program leaves that was killed after the first page of its log was folded into the file, no more."""
    path = folder / "meals.rver"
    with Project.create(folder / "whole" / "meals.rver", taxonomy) as project:
        project.add_photos([folder / f"{n}.jpg" for n in range(400)])
        for name in ("meals.rver", "meals.rver-wal"):
            shutil.copy(project.root / name, folder / name)
    whole = (folder / "whole" / "meals.rver").read_bytes()  # closing folded all of it
    assert len(whole) > path.stat().st_size
    page = int.from_bytes(whole[16:18], "big")
    with path.open("r+b") as file:
        file.write(whole[:page])
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):  # alone it is damaged
        sqlite3.connect(f"file:{path}?immutable=1", uri=True).execute("PRAGMA application_id")
    return path


@pytest.mark.parametrize("read_only", [False, True])
def test_a_program_killed_while_it_folds_its_log_loses_nothing(
    tmp_path: Path, taxonomy: Taxonomy, read_only: bool
) -> None:
    path = killed_while_folding(tmp_path, taxonomy)
    with Project.open(path, read_only=read_only) as project:
        assert project.read_only == read_only
        assert len(project.photos()) == 400
        assert project.check() == []


@needs_permissions
def test_a_half_folded_log_in_a_protected_folder_says_what_to_do(
    visitor_folder: Path, taxonomy: Taxonomy, as_visitor: None
) -> None:
    os.seteuid(os.getuid())
    path = killed_while_folding(visitor_folder, taxonomy)
    visitor_folder.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    with pytest.raises(RverError, match=r"last edits are in meals\.rver-wal; copy both"):
        Project.open(path)
    os.seteuid(os.getuid())


@needs_permissions
def test_unfolded_edits_on_a_protected_medium_are_not_passed_over(
    visitor_folder: Path, taxonomy: Taxonomy, as_visitor: None
) -> None:
    os.seteuid(os.getuid())
    made = visitor_folder / "made"
    made.mkdir()
    medium = visitor_folder / "medium"
    medium.mkdir()
    with Project.create(made / "meals.rver", taxonomy) as project:
        project.add_photos([made / "a.jpg"])
        for name in ("meals.rver", "meals.rver-wal"):  # a copy taken while the program runs, without its -shm
            shutil.copy(made / name, medium / name)
    medium.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    with pytest.raises(RverError, match=r"last edits are in meals\.rver-wal; copy both"):
        Project.open(medium / "meals.rver")
    os.seteuid(os.getuid())
    medium.chmod(0o755)
    with Project.open(medium / "meals.rver") as project:
        assert len(project.photos()) == 1


@needs_permissions
def test_protection_that_python_does_not_see_opens_for_reading(
    visitor_folder: Path, taxonomy: Taxonomy, as_visitor: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows and some network drives, where asking for permissions says yes and writing fails."""
    os.seteuid(os.getuid())
    path = visitor_folder / "meals.rver"
    Project.create(path, taxonomy).close()
    path.with_name("meals.rver.lock").unlink(missing_ok=True)
    path.chmod(0o444)
    visitor_folder.chmod(0o777)
    monkeypatch.setattr("rvergui.project.opening.obstacle", lambda path: None)
    if os.getuid() == 0:
        os.seteuid(65534)
    with Project.open(path) as project:
        assert project.read_only_reason is not None
        assert "meals.rver is write-protected" in project.read_only_reason
        assert project.taxonomy() == taxonomy


def test_no_lock_can_be_made_opens_for_reading(path: Path, taxonomy: Taxonomy) -> None:
    Project.create(path, taxonomy).close()
    lock = path.with_name("meals.rver.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with Project.open(path) as project:
        assert project.read_only_reason is not None
        assert "could not be locked" in project.read_only_reason
        assert project.taxonomy() == taxonomy


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photos (id)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    Project.create(path, Taxonomy()).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()


def without_a_table(path: Path) -> None:
    Project.create(path, Taxonomy()).close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE history")
    connection.close()


def overwritten(path: Path) -> None:
    Project.create(path, Taxonomy.from_names(map(str, range(300)))).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xaa" * 3996
    path.write_bytes(data)


def cut(path: Path) -> None:
    Project.create(path, Taxonomy.from_names(map(str, range(300)))).close()
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no project"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"\xff\xd8\xff" * 2000), "not a RveRGUI project"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "not a RveRGUI project|damaged"),
        (foreign, "another program"),
        (newer, "newer version of RveRGUI"),
        (without_a_table, "damaged .*history"),
        (overwritten, "damaged"),
        (cut, "damaged"),
    ],
)
def test_what_is_no_project_is_told_in_one_sentence_and_left_alone(path: Path, make: object, words: str) -> None:
    make(path)  # type: ignore[operator]
    before = everything_in(path.parent)
    for read_only in (False, True):
        with pytest.raises(RverError, match=words) as raised:
            Project.open(path, read_only)
        assert "\n" not in str(raised.value)
        assert "meals.rver" in str(raised.value)
    assert everything_in(path.parent) == before
    # Nothing is left locked behind either.
    if path.is_file():
        path.unlink()
        Project.create(path, Taxonomy()).close()


def read_all(project: Project) -> None:
    project.taxonomy()
    project.history()
    for record in project.photos():
        project.sheet(record.id)


def test_damage_inside_is_told_when_it_is_met(path: Path) -> None:
    with Project.create(path, Taxonomy.from_names(["rice"])) as project:
        project.add_photos([path.parent / f"{n}.jpg" for n in range(20)])
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'photos'").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xee" * 4096
    path.write_bytes(data)
    with Project.open(path) as project:
        with pytest.raises(RverError, match="damaged"):
            read_all(project)
        assert any("damaged" in problem for problem in project.check())


def test_looking_at_the_file_does_not_drop_the_locks_of_an_open_project(path: Path, project: Project) -> None:
    """Closing a handle on the file within the process would let go of them, and the log would be deleted in use."""
    project.add_photos([path.parent / "a.jpg"])
    with Project.open(path) as second:
        assert second.read_only
    script = textwrap.dedent(
        """
        import sqlite3, sys
        outsider = sqlite3.connect(sys.argv[1])
        outsider.execute("SELECT count(*) FROM photos").fetchone()
        outsider.close()
        """
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert Path(f"{path}-wal").exists()
    project.add_photos([path.parent / "b.jpg"])
    assert [record.path for record in project.photos()] == ["a.jpg", "b.jpg"]
    assert project.check() == []


def test_special_characters_in_the_name_are_no_obstacle(tmp_path: Path, photo: PhotoRecord, taxonomy: Taxonomy) -> None:
    path = tmp_path / "50% #1? käse & 🍅.rver"
    with Project.create(path, taxonomy) as project:
        assert project.path == path
    assert path.exists()
    with Project.open(path) as project:
        assert project.taxonomy() == taxonomy


def test_the_application_id_spells_our_name() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == b"RveR"
