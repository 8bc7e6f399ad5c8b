"""The one file to send: what is in it, and above all what is not."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Item, Mask, RverError, Source, SourceKind, Taxonomy
from rvergui.project import Project
from rvergui.project.problem_report import project_statistics, write_problem_report
from rvergui.runtime.report import Finding, Level


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder, of a person, with photos, whose names must not get out."""
    home = tmp_path / "home" / "anna.muster"
    folder = home / "Geburtstag von Oma"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("RVERGUI_USER", "Anna M.")
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(home / "weights"))
    taxonomy, food = Taxonomy().added("Omas Geheimrezept")
    with Project.create(folder / "Familie.rver", taxonomy) as made:
        made.who = "Anna M."
        photos = made.add_photos([folder / "Oma und Opa 1.jpg", folder / "b.png", folder / "c.PNG"])
        made.set_photo_facts(photos[0].id, "abc", (40, 50), None)
        made.set_photo_facts(photos[1].id, None, None, "“b.png” in Geburtstag von Oma is broken.")
        sheet = made.sheet(photos[0].id)
        inside = np.zeros((40, 50), bool)
        inside[10:20, 10:30] = True
        now = Source.now(SourceKind.PERSON, "Anna M.")
        item = Item.new(Mask.from_array(inside), now).named(food.id, now)
        made.save_sheet(sheet, sheet.with_item(item), "name")
    return folder / "Familie.rver"


@pytest.fixture
def logs(tmp_path: Path, project: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "rvergui.log").write_text(
        f"2026 ERROR x: {project.parent / 'Oma und Opa 1.jpg'} cannot be read\nOma und Opa 1.jpg of Anna M. and b.png\n"
        f"Familie.rver was opened by {Path.home()}\n",
        encoding="utf-8",
    )
    (folder / "rvergui.log.1").write_bytes(b"older \xff\n")
    (folder / "rvergui.crash.log").write_text("Fatal Python error: Segmentation fault\n")
    return folder


def test_it_holds_what_helps_and_nothing_private(project: Path, logs: Path, tmp_path: Path) -> None:
    findings = [Finding("Settings", Level.OK, f"user Anna M., {Path.home() / 'weights'}")]
    target = tmp_path / "out" / "problem.zip"
    settings = {"language": "de", "odd": str(project)}
    assert write_problem_report(target, findings, project, settings, logs) == target
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert set(texts) == {
        "README.txt", "doctor.json", "versions.json", "settings.json", "project.json",
        "logs/rvergui.log", "logs/rvergui.log.1", "logs/rvergui.crash.log",
    }  # fmt: skip
    everything = "\n".join(texts.values())
    for secret in ("anna.muster", "Anna M.", "Oma", "Opa", "b.png", "c.PNG", "Familie", "Geheimrezept", "Geburtstag"):
        assert secret not in everything, secret
    assert "cannot be read" in texts["logs/rvergui.log"]
    assert "Segmentation fault" in texts["logs/rvergui.crash.log"]
    assert json.loads(texts["doctor.json"])["findings"][0]["text"] == "user ‹private›, ~/weights"
    assert json.loads(texts["settings.json"])["window"]["language"] == "de"
    assert json.loads(texts["settings.json"])["environment"]["RVERGUI_WEIGHTS"] == "~/weights"
    assert "numpy" in json.loads(texts["versions.json"])["packages"]
    told = json.loads(texts["project.json"])
    assert (told["photos"], told["items"], told["classes"]) == (3, 1, 1)
    assert told["photos_by_status"] == {"broken": 1, "done": 1, "todo": 1}
    assert told["photos_by_kind"] == {".jpg": 1, ".png": 2}
    assert told["items_by_state"] == {"confirmed": 1}
    assert told["megapixels_percentiles"] == [0.0] * 5
    assert told["problems_in_the_file"] == []


def test_without_a_project(tmp_path: Path, logs: Path) -> None:
    target = write_problem_report(tmp_path / "problem.zip", [], logs=logs)
    with zipfile.ZipFile(target) as archive:
        assert json.loads(archive.read("project.json")) == {}


def test_nothing_is_replaced_and_a_wrong_name_is_told(tmp_path: Path, logs: Path) -> None:
    target = tmp_path / "problem.zip"
    target.write_bytes(b"a letter")
    with pytest.raises(RverError, match="is there already"):
        write_problem_report(target, [], logs=logs)
    assert target.read_bytes() == b"a letter"
    with pytest.raises(RverError, match=r"does not end in \.zip"):
        write_problem_report(tmp_path / "problem.txt", [], logs=logs)
    (tmp_path / "file").write_text("")
    with pytest.raises(RverError, match="could not be written"):
        write_problem_report(tmp_path / "file" / "problem.zip", [], logs=logs)


def test_a_project_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.rver").write_bytes(b"no database at all, but long enough to look at" * 40)
    assert "problem" in project_statistics(tmp_path / "broken.rver")
