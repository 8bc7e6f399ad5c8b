from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from rvergui.core import Taxonomy
from rvergui.project import Project
from rvergui.rvernet.export_model import export_model
from tests.cli.command_line import Start
from tests.project.test_project_models import model_file
from tests.training.little_data import PHOTOS, run, write_project


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A project with two models beside it; returns their folder."""
    with Project.create(tmp_path / "meals.rver", Taxonomy.from_names(["rice", "egg"])) as project:
        folder = project.models_folder
    training = {"train_items": 40, "val_items": 9, "train_photos": ["p1", "p2"], "val_photos": ["p3"], "epochs": 5}
    model_file(folder / "v1.safetensors", training=training, metrics={"top1": 0.75, "macro_f1": 0.5})
    model_file(folder / "v2.safetensors", "2026-01-02T10:00:00+00:00", parent="v1")
    return folder


def test_models_are_listed_for_people_and_programs(rvergui: Start, models: Path) -> None:
    assert rvergui("models", "adopt", "meals.rver", "v1").status == 0
    said = rvergui("models", "list", "meals.rver")
    assert [line.split() for line in said.out.splitlines()[1:]] == [
        ["*", "v1", "2026-01-01", "00:00", "scratch", "40", "objects,", "2", "photos", "75.0%", "0.500"],
        ["v2", "2026-01-02", "10:00", "v1", "not", "recorded", "-", "-"],
    ]
    listed = json.loads(rvergui("models", "list", "meals.rver", "--json").out)
    assert [(model["name"], model["in_use"], model["parent"]) for model in listed] == [
        ("v1", True, None),
        ("v2", False, "v1"),
    ]


def test_a_project_without_models_says_what_names(rvergui: Start, models: Path) -> None:
    for file in models.iterdir():
        file.unlink()
    said = rvergui("models", "list", "meals.rver")
    assert said.out == "No model was trained yet; in use is the model that comes with the program.\n"


def test_a_model_tells_of_itself(rvergui: Start, models: Path) -> None:
    said = rvergui("models", "show", models / "v1.safetensors")
    facts = dict(line.split("  ", 1) for line in said.out.splitlines())
    told = {label.strip(): text.strip() for label, text in facts.items()}
    assert told["classes"] == "2: rice, egg"
    assert told["held out"] == "9 objects on 1 photo"
    assert told["scores"] == "top1 0.750, macro_f1 0.500"
    assert "epochs 5" in told["settings"]
    assert json.loads(rvergui("models", "show", models / "v1.safetensors", "--json").out)["metrics"]["top1"] == 0.75


def test_adopting_and_going_back(rvergui: Start, models: Path) -> None:
    for name in ("v1", "v2"):
        assert rvergui("models", "adopt", "meals.rver", name, "--anyway").status == 0
    assert rvergui("models", "rollback", "meals.rver").out == "meals.rver names with v1 again\n"
    with Project.open(Path("meals.rver"), read_only=True) as project:
        assert project.model_path() == models / "v1.safetensors"
    assert "comes with the program again" in rvergui("models", "rollback", "meals.rver").out
    said = rvergui("models", "rollback", "meals.rver")
    assert (said.status, said.out) == (1, "")
    assert "no model to go back to" in said.err


def test_what_is_no_model_is_not_adopted(rvergui: Start, models: Path) -> None:
    (models / "bad.safetensors").write_bytes(b"x")
    for name in ("bad", "missing"):
        said = rvergui("models", "adopt", "meals.rver", name)
        assert said.status == 1
        assert len(said.err.splitlines()) == 1
    with Project.open(Path("meals.rver"), read_only=True) as project:
        assert project.model_path() is None


def test_a_project_that_is_open_elsewhere_keeps_its_model(rvergui: Start, models: Path) -> None:
    with Project.open(Path("meals.rver")):
        said = rvergui("models", "adopt", "meals.rver", "v1")
    assert said.status == 1
    assert "cannot be changed" in said.err


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project and two models that learnt from part of it, one well and one not at all."""
    root = tmp_path_factory.mktemp("gate")
    write_project(root / "first", PHOTOS)
    write_project(root / "more", PHOTOS * 2)
    for name, epochs, rate in (("good", 12, 3e-3), ("poor", 1, 1e-9)):
        run(root / "first" / "little.rver", root / f"{name}.safetensors", epochs=epochs, learning_rate=rate, threads=1)
    if find_spec("openvino") is not None:  # libraries keep threads from the first conversion on
        export_model(root / "good.safetensors", root / "warm.xml")
    return root


def test_a_significantly_worse_model_is_adopted_only_when_told_to(rvergui: Start, trained: Path) -> None:
    project = trained / "more" / "little.rver"
    good, poor = (trained / f"{name}.safetensors" for name in ("good", "poor"))
    said = rvergui("models", "adopt", project, good)
    assert said.err.startswith("Not compared: no model of the project's own")
    said = rvergui("models", "adopt", project, poor)
    assert (said.status, said.out) == (1, "")
    assert "poor is significantly worse than good" in said.err
    with Project.open(project, read_only=True) as opened:
        assert opened.model_path() == good
    assert rvergui("models", "adopt", project, poor, "--anyway").status == 0
    said = rvergui("models", "adopt", project, good)
    assert (said.status, "good is better than poor" in said.err) == (0, True)


def test_a_comparison_for_people_and_programs(rvergui: Start, trained: Path) -> None:
    arguments = ["compare", *(trained / f"{name}.safetensors" for name in ("good", "poor"))]
    said = rvergui(*arguments, trained / "more" / "little.rver", "--look-alikes", "sauces=pea,plum", "--bootstrap", 200)
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("poor is significantly worse than good on ")
    assert lines[1].startswith("Left out: ")
    assert any(line.startswith("  sauces ") for line in lines)
    listed = json.loads(rvergui(*arguments, trained / "more" / "little.rver", "--json", "--bootstrap", 200).out)
    assert listed["verdict"] == "significantly worse"
    assert listed["scores"]["top1"]["value"] < 0


def test_a_model_is_exported(rvergui: Start, trained: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    said = rvergui("models", "export", trained / "good.safetensors", "--out", tmp_path / "good.xml")
    assert (said.status, said.err) == (0, "")
    assert "differ from PyTorch's by" in said.out
    assert (tmp_path / "good.bin").is_file()
    said = rvergui("models", "export", trained / "good.safetensors", "--out", tmp_path / "good.pt")
    assert (said.status, "names no format" in said.err) == (1, True)
