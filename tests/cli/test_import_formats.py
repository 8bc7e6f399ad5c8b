"""``rvergui import FORMAT SOURCE PROJECT``: what every export wrote comes in again; maps, boxes, sentences."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from rvergui.interchange.imports.table import IMPORTS
from rvergui.project import Project
from tests.cli.command_line import disc_photo, starter
from tests.interchange.export_cases import NAMES, hard_project, labels_of


@pytest.fixture
def rvergui(capsys):
    return starter(capsys)


@pytest.fixture
def meals(tmp_path):
    with hard_project(tmp_path / "p") as project:
        path = project.path
    return path


def test_coco_leaves_and_comes_back_by_commands_and_merges_the_second_time(rvergui, meals, tmp_path):
    out, new = tmp_path / "instances.json", tmp_path / "new" / "meals.rver"
    assert rvergui("export", meals, out, "--format", "coco").status == 0
    looked = rvergui("import", "coco", out, new, "--images", meals.parent, "--dry-run", "--json")
    assert json.loads(looked.out) == {"photos": 5, "classes": NAMES, "problems": []}
    assert not new.exists()
    said = rvergui("import", "coco", out, new, "--images", meals.parent)
    assert said.status == 0, said.err
    assert "new: 10 objects on 5 photos." in said.out
    with Project.open(new, read_only=True) as copy, Project.open(meals, read_only=True) as original:
        assert labels_of(copy) == labels_of(original)
    again = rvergui("import", "coco", out, new, "--images", meals.parent, "--json")
    told = json.loads(again.out)
    assert (told["objects"], told["known"], told["photos_there_already"]) == (0, 10, 5)


def test_classes_are_mapped(rvergui, meals, tmp_path):
    out, new = tmp_path / "y", tmp_path / "meals.rver"
    rvergui("export", meals, out, "--format", "yolo")
    (tmp_path / "map.tsv").write_text("rice\tbasmati\n..\t\n")
    said = rvergui("import", "yolo", out, new, "--map", tmp_path / "map.tsv", "--map", "CON=corn", "--json")
    told = json.loads(said.out)
    assert told["objects_by_class"]["basmati"] == 3
    assert told["objects_by_class"]["corn"] == 1
    assert ".." not in told["objects_by_class"]
    assert told["objects"] == 9


@pytest.mark.parametrize(
    ("how", "objects", "square"), [("segment", 1, False), ("rectangle", 1, True), ("skip", 0, True)]
)
def test_boxes_are_cut_out_taken_or_left_out(rvergui, tmp_path, how, objects, square):
    inside = disc_photo(tmp_path / "disc.png")
    (tmp_path / "disc.txt").write_text("0 0.5 0.5 0.5 0.66\n")
    (tmp_path / "classes.txt").write_text("disc\n")
    said = rvergui("import", "yolo", tmp_path, tmp_path / "n.rver", "--boxes", how, "--segmenter", "grabcut", "--json")
    assert said.status == 0, said.err
    assert json.loads(said.out)["objects"] == objects
    with Project.open(tmp_path / "n.rver", read_only=True) as project:
        for _, sheet in project.labelled():
            mask = sheet.items[0].mask.array()
            assert (np.logical_and(mask, inside).sum() / np.logical_or(mask, inside).sum() > 0.9) is np.bool_(
                not square
            )


def test_what_was_left_out_is_told_with_file_and_line(rvergui, tmp_path):
    Image.fromarray(np.zeros((60, 80, 3), dtype=np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.5\n7 0.5 0.5 0.5 0.5\n")
    (tmp_path / "classes.txt").write_text("rice\n")
    said = rvergui("import", "yolo", tmp_path, tmp_path / "n.rver")
    assert said.status == 0
    assert "a.txt, line 1: 3 coordinates are neither" in said.err
    assert "a.txt, line 2: the class 7 is not among" in said.err
    assert "2 things were left out" in said.out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["coco", "gone.json", "p.rver"], 1, "check the path"),
        (["csv", ".", "p.rver"], 1, "is a folder"),
        (["folders", ".", "p.rver", "--images", "."], 1, "leave --images out"),
        (["yolo", ".", "p.rver", "--boxes", "guess"], 2, "guess"),
        (["yolo", ".", "p.rver", "--map", "rice"], 1, "neither a file nor old=new"),
        (["coco", "a.json", "p.rver", "--crowds", "some"], 1, "--crowds cannot be 'some'; choose skip or keep"),
        (["nothing", ".", "p.rver"], 2, "nothing"),
    ],
)
def test_sentences(rvergui, tmp_path, monkeypatch, arguments, status, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("{}")
    said = rvergui("import", *arguments)
    assert said.status == status
    assert words in " ".join(said.err.split())
    assert not (tmp_path / "p.rver").exists()


def test_every_format_has_a_command(rvergui):
    said = rvergui("import", "--help")
    assert all(name in said.out for name in IMPORTS)
