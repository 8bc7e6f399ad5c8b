"""A whole study with real networks, as small as they come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner

from rvergui.cli import study as command
from rvergui.core import RverError
from rvergui.interchange.pairs_layout import read_pairs
from rvergui.interchange.photo_parts import record_parts
from rvergui.project import Project
from rvergui.study.data import prepare_data
from rvergui.study.runner import locked
from rvergui.training.sources import read_source
from tests.study.study_data import plan
from tests.training.little_data import PHOTOS, write_pairs, write_project

PLAN = """
title = "Tiny"
seeds = [0]
noise = ["permute:8"]
bootstrap = 100
[samples]
train_meals = 6
test_meals = 3
[options]
size = 32
epochs = 1
batch_size = 8
roi = "test_efficientnet"
[[models]]
name = "ROI alone"
looks_at = "roi"
[[models]]
name = "RveRNet"
extra_roi = "test_efficientnet"
[[distillation]]
student = "RveRNet"
teacher = "ROI alone"
strengths = [0.5]
"""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def invoke(*arguments: object) -> tuple[int, str]:
    app = typer.Typer()
    command.register(app)
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_study_of_pairs_from_the_command_line(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", PHOTOS, test=(0, 5, 10))
    (pairs / "look_alikes.json").write_text(json.dumps({"reds": ["tomato", "plum"]}))
    (tmp_path / "plan.toml").write_text(PLAN)
    arguments = (pairs, "--out", tmp_path / "out", "--plan", tmp_path / "plan.toml")
    code, said = invoke(*arguments)
    assert code == 0, said
    assert "3 of 3" in said
    text = (tmp_path / "out" / "report.md").read_text()
    assert "judged by 6 objects on 3 photos" in text
    assert "F1, reds" in text
    assert "taught by ROI alone (hard, 0.5)" in text
    assert str(tmp_path) not in text
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "cells").rglob("*") if path.is_file()}
    assert sum(path.name == "model.safetensors" for path in before) == 3
    code, said = invoke(*arguments, "--report-only", "--figures", "png")
    assert code == 0
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "cells").rglob("*") if path.is_file()}
    assert before == after


def test_rendered_meals_are_made_once_and_whole(tmp_path: Path) -> None:
    chosen = plan(samples={"train_meals": 3, "test_meals": 2})
    first = prepare_data("samples", chosen, tmp_path)
    assert first.train != first.test
    assert first.look_alikes["ketchup / chili paste"] == ("ketchup", "chili paste")
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")}
    assert len(files) == 5
    again = prepare_data("samples", chosen, tmp_path)
    assert again == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")} == files


def test_a_project_is_split_by_photo_once(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", PHOTOS)
    found = prepare_data(str(project), plan(test_share=0.25), tmp_path / "out")
    pairs = read_pairs(found.train)
    train, test = ({p.photo_key for p in pairs if p.split == part} for part in ("train", "test"))
    assert train
    assert test
    assert not train & test
    marks = found.train.stat().st_mtime_ns
    assert prepare_data(str(project), plan(test_share=0.25), tmp_path / "out") == found
    assert found.train.stat().st_mtime_ns == marks


def test_a_project_with_recorded_parts_keeps_them(tmp_path: Path) -> None:
    path = write_project(tmp_path / "project", PHOTOS)
    (path.parent / "look_alikes.json").write_text(json.dumps({"reds": ["tomato", "plum"]}))
    split = prepare_data(str(path), plan(), tmp_path / "out")
    assert split.look_alikes == {"reds": ("tomato", "plum")}
    with Project.open(path) as project:
        photos = [record.id for record in project.photos()]
        record_parts(project, {photo: "test" if number < 3 else "train" for number, photo in enumerate(photos)})
    found = prepare_data(str(path), plan(), tmp_path / "out")
    assert (found.train, found.test, found.split) == (path, path, "test")
    assert found.identity != split.identity
    assert found.classes == {"tomato", "pea", "plum"}
    assert found.look_alikes == {"reds": ("tomato", "plum")}
    assert sum(unit.split == "test" for unit in read_source(found.test).work) == 3


def test_other_examples_give_another_identity(tmp_path: Path) -> None:
    one, two = (write_pairs(tmp_path / n, PHOTOS[:k], test=(0,)) for n, k in (("a", 6), ("b", 8)))
    assert prepare_data(str(one), plan(), tmp_path).identity != prepare_data(str(two), plan(), tmp_path).identity


def test_pairs_without_a_test_part(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", PHOTOS[:4])
    with pytest.raises(RverError, match="no test part"):
        prepare_data(str(pairs), plan(), tmp_path / "out")


def test_no_examples_at_all(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="samples"):
        prepare_data(str(tmp_path / "nothing.rver"), plan(), tmp_path)


def test_a_figure_format_is_refused_before_an_hour_is_spent(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="gif"):
        invoke("samples", "--out", tmp_path / "out", "--figures", "gif")
    assert not (tmp_path / "out").exists()


def test_look_alikes_are_checked_before_an_hour_is_spent(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", PHOTOS[:6], test=(0,))
    with pytest.raises(RverError, match="tomatoe"):
        invoke(pairs, "--out", tmp_path / "out", "--look-alikes", "tomatoe,plum")
    assert not list((tmp_path / "out").rglob("*.safetensors"))
    found = prepare_data(str(pairs), plan(), tmp_path)
    assert found.settle(plan(look_alikes={"reds": ["Tomato", "PLUM"]})).look_alikes == {"reds": ("tomato", "plum")}
    assert found.classes == {"tomato", "pea", "plum"}


def test_another_study_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path / "out"), pytest.raises(RverError, match="Another study"):
        invoke("samples", "--out", tmp_path / "out")
