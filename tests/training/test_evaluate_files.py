from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import RverError
from rvergui.core.photo_loading import content_hash
from rvergui.project import Project
from rvergui.training.calibration import reliability
from rvergui.training.evaluate import Evaluation, measure
from rvergui.training.evaluate_files import write_evaluation
from rvergui.training.figures import confusion_figure, most_confused, reliability_figure, save_figure
from tests.training.little_data import PHOTOS, write_project


@pytest.fixture(scope="module")
def evaluation(project: Path, model: Path) -> Evaluation:
    return measure(model, project, "all", draws=20)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_say_what_the_numbers_say(tmp_path: Path, evaluation: Evaluation) -> None:
    written = write_evaluation(evaluation, tmp_path / "report")
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == sorted(path.name for path in written)
    result = json.loads((tmp_path / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert result == evaluation.result
    per_class = _rows(tmp_path / "report" / "per_class.csv")
    assert {row["class"]: float(row["f1"]) for row in per_class} == pytest.approx(result["per_class"])
    assert [float(row["f1"]) for row in per_class] == sorted(result["per_class"].values())
    assert all(float(row["f1_low"]) <= float(row["f1"]) <= float(row["f1_high"]) for row in per_class)
    with (tmp_path / "report" / "confusion.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    for name, *counts in rows:
        assert {to: int(n) for to, n in zip(header[1:], counts, strict=True) if int(n)} == result["confusion"][name]
    predictions = _rows(tmp_path / "report" / "predictions.csv")
    assert len(predictions) == result["items"] == len({row["item"] for row in predictions})
    assert np.mean([row["right"] == "1" for row in predictions]) == pytest.approx(result["top1"])
    for row in predictions:
        assert (row["name_1"] == row["true"]) == (row["right"] == "1")
        assert float(row["probability_1"]) >= float(row["probability_2"])
        own = next((row[f"probability_{n}"] for n in (1, 2, 3) if row[f"name_{n}"] == row["true"]), None)
        assert float(row["probability_of_true"]) == pytest.approx(float(own or 0), abs=1e-6)


def test_photos_of_a_project_are_told_by_their_file(tmp_path: Path, model: Path) -> None:
    path = write_project(tmp_path, PHOTOS[:2])
    with Project.open(path) as project:
        key = content_hash(project.photo_path(project.photos()[0]).read_bytes())
    write_evaluation(measure(model, path, "all", draws=0), tmp_path / "report", figures=False)
    rows = _rows(tmp_path / "report" / "predictions.csv")
    assert [row["file"] for row in rows] == ["p00.png", "p00.png", "p01.png", "p01.png"]
    assert rows[0]["photo"] == key[:12]


def test_the_figures_are_pictures(tmp_path: Path, evaluation: Evaluation) -> None:
    write_evaluation(evaluation, tmp_path)
    for name in ("confusion.png", "reliability.png"):
        with Image.open(tmp_path / name) as picture:
            pixels = np.asarray(picture.convert("L"))
        assert min(pixels.shape) > 400
        assert pixels.std() > 5


def test_other_files_of_the_folder_stay_and_a_file_is_no_folder(tmp_path: Path, evaluation: Evaluation) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_evaluation(evaluation, tmp_path, figures=False)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "confusion.png").exists()
    with pytest.raises(RverError, match="is a file"):
        write_evaluation(evaluation, tmp_path / "notes.txt")


def test_many_classes_and_hostile_names_still_make_a_figure(tmp_path: Path) -> None:
    names = ["$x^2$", "a_b\\frac{", "🍅", "辣椒酱", "line\nbreak", "x" * 120, "{%", *(f"class {n}" for n in range(90))]
    counts = np.eye(len(names), dtype=np.int64) * 5
    counts[3, 4] = 9
    save_figure(confusion_figure(counts, names), tmp_path / "many.png")
    save_figure(confusion_figure(counts[:7, :7], names[:7]), tmp_path / "few.png")
    save_figure(reliability_figure(reliability(np.array([0.3]), np.array([True]))), tmp_path / "one.png")
    for name in ("many", "few", "one"):
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert max(picture.size) < 2600


def test_of_many_classes_those_that_are_mistaken_most_are_shown() -> None:
    counts = np.diag([100, 100, 100, 100])
    counts[1, 3] = 4
    counts[0, 2] = 1
    assert most_confused(counts, 2) == [1, 3]
    assert most_confused(counts, 3) == [0, 1, 3]
