from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from project_values import open_item

from rvergui.core import RverError, Sheet, Taxonomy
from rvergui.project import PhotoRecord, Project
from rvergui.project.trouble import sentence_for


def limit_pages(project: Project, spare: int) -> None:
    writer = project._opened.writer
    assert writer is not None
    with writer.transaction() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + spare}")


def test_a_full_disk_loses_nothing_and_leaves_the_project_usable(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)
    saved = empty.with_item(open_item())
    project.save_sheet(empty, saved, "draw")
    history = project.history()
    limit_pages(project, spare=2)
    heavy = saved.with_item(replace(open_item(4), note="long " * 20_000))
    with pytest.raises(RverError, match=r"no space left for meals\.rver in .*free some space"):
        project.save_sheet(saved, heavy, "note")
    with pytest.raises(RverError, match="no space left"):
        project.add_photos([project.root / f"{n:0200d}.jpg" for n in range(3000)])
    assert project.sheet(photo.id) == saved
    assert project.history() == history
    assert len(project.photos()) == 1
    assert project.check() == []
    limit_pages(project, spare=100_000)
    project.save_sheet(saved, heavy, "note")
    assert project.sheet(photo.id) == heavy
    assert project.photo(photo.id).items == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
def test_a_disk_that_stops_taking_bytes_loses_nothing(path: Path, taxonomy: Taxonomy) -> None:
    """The system itself refuses to let the files grow, at whatever byte that happens to be."""
    script = textwrap.dedent(
        """
        import resource, signal, sys
        from dataclasses import replace
        from pathlib import Path
        sys.path.insert(0, sys.argv[2])
        from project_values import open_item
        from rvergui.core import RverError, Sheet, Taxonomy
        from rvergui.project import Project
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with Project.create(Path(sys.argv[1]), Taxonomy.from_names(["rice"])) as project:
            (record,) = project.add_photos([project.root / "a.jpg"])
            sheet, saved, refused = Sheet(record.id, (6, 9)), 0, 0
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
            while refused < 3:
                after = sheet.with_item(replace(open_item(), note="n" * 5000))
                try:
                    project.save_sheet(sheet, after, "note")
                except RverError as error:
                    print("refused", error)
                    refused += 1
                else:
                    sheet, saved = after, saved + 1
                    assert saved < 1000
            assert project.sheet(record.id) == sheet
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            project.save_sheet(sheet, sheet.with_item(open_item()), "room again")
            assert project.check() == []
            print("saved", saved + 1)
        """
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(path), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["refused"] * 3 + ["saved"]
    assert all("meals.rver" in line and "space" in line for line in lines[:3])
    with Project.open(path) as project:
        assert project.photos()[0].items == int(lines[-1].split()[1]) > 5
        assert project.check() == []


def test_another_program_that_holds_the_file_is_told(
    project: Project, photo: PhotoRecord, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = project._opened.writer
    assert writer is not None
    with writer.transaction() as connection:
        pass
    connection.execute("PRAGMA busy_timeout = 10")
    outsider = sqlite3.connect(path, isolation_level=None)
    outsider.execute("BEGIN IMMEDIATE")
    sheet = project.sheet(photo.id)
    with pytest.raises(RverError, match="in use by another program"):
        project.save_sheet(sheet, sheet.with_item(open_item()), "draw")
    assert project.sheet(photo.id) == sheet
    outsider.execute("ROLLBACK")
    outsider.close()
    project.save_sheet(sheet, sheet.with_item(open_item()), "draw")
    assert len(project.sheet(photo.id)) == 1


def test_an_error_of_the_program_rolls_back_too(project: Project, photo: PhotoRecord) -> None:
    sheet = project.sheet(photo.id)
    broken = Sheet(photo.id, (6, 9), (open_item(), replace(open_item(), note=object())))  # type: ignore[arg-type]
    with pytest.raises(RverError):
        project.save_sheet(sheet, broken, "draw")
    assert project.sheet(photo.id) == sheet
    project.save_sheet(sheet, sheet.with_item(open_item()), "draw")
    assert project.photo(photo.id).items == 1


def test_every_complaint_becomes_one_sentence_with_name_and_folder() -> None:
    path = Path("/photos/meals.rver")
    codes = [value for name, value in vars(sqlite3).items() if name.startswith("SQLITE_") and isinstance(value, int)]
    for code in {*codes, None}:
        error = sqlite3.OperationalError("detail")
        if code is not None:
            error.sqlite_errorcode = code
        sentence = sentence_for(error, path)
        assert "meals.rver in /photos" in sentence.replace(os.sep, "/")
        assert "{" not in sentence
        assert sentence.endswith(".")


def test_the_project_can_be_used_again_after_a_failed_read(project: Project, taxonomy: Taxonomy) -> None:
    with pytest.raises(RverError):
        project._reader.rows("SELECT * FROM nothing")
    assert project.taxonomy() == taxonomy
