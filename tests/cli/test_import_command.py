from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from rvergui.cli.app import Commands
from rvergui.cli.import_data import register
from rvergui.project import Project
from tests.interchange.foodseg_folders import write_foodseg103
from tests.interchange.small_projects import write_photo


def _call(*arguments: object) -> Result:
    app = typer.Typer(cls=Commands)
    register(app)
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, ["import", "foodseg103", *map(str, arguments)])


def test_one_command_makes_the_project_of_the_paper(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    for name in ("ketchup", "chili paste"):
        for part in ("train", "test"):
            write_photo(tmp_path / name / part / "a.png", len(name) + len(part))
    extras = [word for name in ("ketchup", "chili paste") for word in ("--extra", f"{name}={tmp_path / name}")]
    said = _call(root, tmp_path / "paper.rver", *extras)
    assert said.exit_code == 0, said.output
    assert "10 objects on 8 photos. The data set has 5 train, 4 test photos." in said.stdout
    assert "1 photo without any food in the mask" in said.stderr
    with Project.open(tmp_path / "paper.rver", read_only=True) as project:
        assert project.taxonomy().names()[-2:] == ["ketchup", "chili paste"]
    again = _call(root, tmp_path / "paper.rver", *extras, "--json")
    report = json.loads(again.stdout)
    assert (report["photos"], report["known"], report["cancelled"]) == (0, 8, False)
    assert report["photos_in_parts"] == {"train": 5, "test": 4}


def test_many_broken_photos_are_counted_after_the_first(tmp_path: Path) -> None:
    root = write_foodseg103(tmp_path / "data")
    for number in range(30):
        (root / "Images" / "img_dir" / "train" / f"x{number:02d}.jpg").touch()
    said = _call(root, tmp_path / "p.rver")
    assert said.exit_code == 0
    assert said.stderr.count("has no mask") == 20
    assert "Left out: 10 more." in said.stderr


def test_a_stopped_import_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    root = write_foodseg103(tmp_path / "data")
    monkeypatch.setattr("rvergui.training.signals.cancelled_by_signals", lambda: nullcontext(lambda: True))
    said = _call(root, tmp_path / "p.rver")
    assert said.exit_code == 130
    assert said.stderr.endswith("Stopped; give the same command again to go on.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone", "p.rver"], "is no folder"),
        (["data", "p.rver", "--extra", "ketchup"], "does not say which class"),
        (["data", "p.rver", "--extra", "ketchup=gone"], "of the photos of ketchup"),
    ],
)
def test_bad_calls_are_one_sentence_and_make_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    write_foodseg103(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    said = _call(*arguments)
    assert said.exit_code == 1
    assert words in said.stderr
    assert said.stderr.count("\n") == 1
    assert not (tmp_path / "p.rver").exists()
