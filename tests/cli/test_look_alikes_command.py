"""Groups of look-alikes and doubtful names on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from rvergui.core import Taxonomy
from rvergui.project import Project
from tests.cli.command_line import Start, pretend_module
from tests.project.test_project_models import model_file
from tests.training.little_data import PHOTOS, run, write_project


@pytest.fixture
def meals(tmp_path: Path) -> Path:
    with Project.create(
        tmp_path / "meals.rver", Taxonomy.from_names(["ketchup", "chili paste", "rice, boiled"])
    ) as made:
        return made.path


def test_groups_are_added_listed_and_removed(rvergui: Start, meals: Path) -> None:
    assert rvergui("look-alikes", "list", "meals.rver").out.startswith("No groups yet")
    said = rvergui("look-alikes", "add", "meals.rver", "sauces=Ketchup,chili paste")
    assert (said.status, said.out) == (0, "meals.rver has the group sauces: Ketchup, chili paste\n")
    assert rvergui("look-alikes", "add", "meals.rver", 'ketchup,"rice, boiled"').status == 0
    assert json.loads(rvergui("look-alikes", "list", "meals.rver", "--json").out) == {
        "sauces": ["ketchup", "chili paste"],
        "ketchup / rice, boiled": ["ketchup", "rice, boiled"],
    }
    assert rvergui("look-alikes", "remove", "meals.rver", "sauces").status == 0
    assert rvergui("look-alikes", "list", "meals.rver").out == "ketchup / rice, boiled: ketchup, rice, boiled\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "meals.rver", "ketchup"], "two classes at least"),
        (["add", "meals.rver", "ketchup,soup"], "meals.rver has no class “soup”"),
        (["remove", "meals.rver", "sauces"], "has no group “sauces”; there is none"),
        (["list", "gone.rver"], "gone.rver"),
        (["suggest", "meals.rver", "--checkpoint", "v9"], "There is no model “v9”"),
    ],
)
def test_what_makes_no_sense_is_told(rvergui: Start, meals: Path, words: list[str], sentence: str) -> None:
    said = rvergui("look-alikes", *words)
    assert (said.status, said.out) == (1, "")
    assert sentence in said.err


def test_suggestions_come_with_their_reason_and_can_be_taken(
    rvergui: Start, meals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(meals) as project:
        model_file(project.models_folder / "v1.safetensors")
    confusion = {"ketchup": {"ketchup": 30, "chili paste": 10}, "chili paste": {"chili paste": 38, "ketchup": 2}}
    judged = SimpleNamespace(result={"confusion": confusion})
    pretend_module(monkeypatch, "rvergui.study.judgement", judge=lambda *words, **options: judged)
    pretend_module(monkeypatch, "rvergui.training.view_store", StoppedError=KeyError)
    said = rvergui("look-alikes", "suggest", "meals.rver", "--checkpoint", "v1", "--add")
    assert said.out.startswith("chili paste, ketchup: 12 of 80 objects (15%) were taken for another of them, ketchup")
    assert "chili paste / ketchup: chili paste, ketchup\n" in rvergui("look-alikes", "list", "meals.rver").out
    assert rvergui("look-alikes", "suggest", "meals.rver", "--checkpoint", "v1", "--json").out == "[]\n"


def test_names_that_a_model_doubts_are_listed(rvergui: Start, tmp_path: Path) -> None:
    """A little network that has learnt its classes is held against one name that is wrong."""
    path = write_project(tmp_path / "little", PHOTOS)
    with Project.open(path) as project:
        model = project.models_folder / "first.safetensors"
    run(path, model, epochs=12, learning_rate=3e-3, threads=1)
    with Project.open(path) as project:
        taxonomy = project.taxonomy()
        record = project.photos()[0]
        before = project.sheet(record.id)
        pea = taxonomy.find("pea")
        wrong, plum = before.items[0], taxonomy.find("plum")
        assert pea is not None
        assert plum is not None
        assert wrong.label_source is not None
        after = before.with_item(wrong.named(pea.id if wrong.class_id == plum.id else plum.id, wrong.label_source))
        project.save_sheet(before, after, "a mistake")
        project.set_model_path(model)
    said = rvergui("models", "disagreements", path, "--at-least", "0.4", "--json")
    assert said.status == 0, said.err
    found = json.loads(said.out)
    assert [(each["photo"], each["number"], each["name"], each["suggested"]) for each in found][:1] == [
        ("p00.png", 1, "plum", "tomato")
    ]
    assert rvergui("models", "disagreements", path, "--at-least", "1").out == "0 names look wrong to first.\n"
