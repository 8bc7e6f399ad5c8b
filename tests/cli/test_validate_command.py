from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Item, Mask, Sheet, Source, SourceKind, Taxonomy
from rvergui.project import Project


@pytest.fixture
def project(tmp_path):
    """A project with an empty mask, a photo without objects and nothing else wrong."""
    source = Source.now(SourceKind.PERSON, "ada")
    with Project.create(tmp_path / "p.rver", Taxonomy.from_names(["egg"])) as project:
        for name in ("a.png", "b.png"):
            pixels = np.random.default_rng(len(name + name[0]) + ord(name[0])).integers(0, 256, (40, 50, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / name)
        record, _ = project.add_photos([tmp_path / "a.png", tmp_path / "b.png"])
        inside = np.zeros((40, 50), dtype=bool)
        inside[5:25, 5:25] = True
        food = project.taxonomy().find("egg").id
        items = [Item.new(mask, source).named(food, source) for mask in (Mask.from_array(inside), Mask.empty((40, 50)))]
        project.save_sheet(Sheet(record.id, (40, 50)), Sheet(record.id, (40, 50), tuple(items)), "label")
    return tmp_path / "p.rver"


def test_what_is_wrong_is_told_with_its_exit_status(rvergui, project):
    said = rvergui("validate", project)
    assert said.status == 4
    assert "error: masks without a single pixel (empty-masks): 1" in said.out
    assert "a.png: the mask of “egg” has no pixel." in said.out
    assert "--repair empty-masks: delete these items (1)" in said.out
    assert said.out.rstrip().endswith("1 error, 1 note")


def test_notes_are_no_failure_unless_somebody_is_strict(rvergui, project):
    assert rvergui("validate", project, "--skip", "empty-masks").status == 0
    assert rvergui("validate", project, "--skip", "empty-masks", "--strict").status == 4
    assert rvergui("validate", project, "--check", "leakage", "--strict").status == 0


def test_repairing(rvergui, project):
    said = rvergui("validate", project, "--repair", "all", "--json")
    report = json.loads(said.out)
    assert (said.status, report["repaired"], report["counts"]) == (0, 1, {"error": 0, "warning": 0, "note": 1})
    assert len(report["backups"]) == 1
    with Project.open(project, read_only=True) as opened:
        assert [len(sheet) for _, sheet in opened.labelled()] == [1]
    assert "Repaired" not in rvergui("validate", project, "--repair", "empty-masks").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--check", "nonsense"], "no check 'nonsense'"),
        (["--repair", "nonsense"], "'nonsense' is no check; there are repairs of"),
        (["--repair", "leakage"], "has no repair"),
    ],
)
def test_misunderstandings(rvergui, project, arguments, words):
    said = rvergui("validate", project, *arguments)
    assert said.status == 1
    assert words in said.err


def test_the_list_of_checks(rvergui):
    said = rvergui("validate", "--list")
    assert said.status == 0
    assert "class-typos" in said.out
