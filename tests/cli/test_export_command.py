"""``rvergui export`` in every format: options from the table, dry runs, sentences."""

from __future__ import annotations

import json

import pytest

from rvergui.interchange.exports.table import EXPORTS
from tests.cli.command_line import starter
from tests.interchange.export_cases import hard_project


@pytest.fixture
def rvergui(capsys):
    return starter(capsys)


@pytest.fixture
def meals(tmp_path):
    with hard_project(tmp_path / "p") as project:
        path = project.path
    return path


@pytest.mark.parametrize("name", EXPORTS)
def test_every_format_is_written_and_counted(rvergui, meals, tmp_path, name):
    out = tmp_path / EXPORTS[name].default_name("hard")
    counted = rvergui("export", meals, out, "--format", name, "--dry-run", "--json")
    assert counted.status == 0, counted.err
    assert json.loads(counted.out)["objects"] == 10
    assert not out.exists()
    said = rvergui("export", meals, out, "--format", name)
    assert said.status == 0, said.err
    assert "10 objects from 5 photos" in said.out
    assert out.exists()


def test_options_of_the_table_are_options_of_the_command(rvergui, meals, tmp_path):
    said = rvergui(
        "export", meals, tmp_path / "y", "--format", "yolo", "--labels", "boxes", "--images", "link", "--json"
    )
    assert said.status == 0, said.err
    assert json.loads(said.out)["objects"] == 10
    assert all(len(line.split()) == 5 for file in (tmp_path / "y").rglob("*.txt") for line in file.open())
    said = rvergui(
        "export",
        meals,
        tmp_path / "small",
        "--format",
        "pairs",
        "--crop",
        "--margin",
        "0.2",
        "--size",
        "32",
        "--class",
        "rice",
    )
    assert said.status == 0, said.err
    assert "3 objects from 3 photos" in said.out
    told = rvergui("export", meals, tmp_path / "t.csv", "--format", "csv", "--dry-run", "--photos", "deep/*", "--done")
    assert "would get 2 objects from 1 photo; nothing was written" in told.out
    assert "  CON: 1" in told.out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--format", "coco", "--crop"], 1, "format coco has no option --crop; it has --segmentation"),
        (["--format", "yolo", "--tolerance", "99"], 1, "--tolerance cannot be 99.0; choose a number from 0 to 10"),
        (["--format", "yolo", "--split-file", "gone.txt"], 1, "no file gone.txt"),
        (["--format", "csv", "--only", "best"], 2, "best"),
        (["--format", "csv", "--class", "soap"], 1, "no class “soap”"),
        (["--format", "csv", "--photos", "*.gif"], 1, "no confirmed object"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(rvergui, meals, tmp_path, arguments, status, words):
    said = rvergui("export", meals, tmp_path / "out", *arguments)
    assert said.status == status
    assert words in " ".join(said.err.split())
    assert not (tmp_path / "out").exists()
