from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import read_header
from rvergui.training.evaluate import evaluate
from tests.training.little_data import PHOTOS, write_pairs, write_project


def test_a_projects_test_part_is_what_the_model_has_not_seen(project: Path, model: Path) -> None:
    result = evaluate(model, project)
    header = read_header(model)
    assert result["photos"] == len(header.training["val_photos"])
    assert result["seen_in_training"] == 0
    for key in ("top1", "top5", "macro_f1", "loss"):
        assert result[key] == pytest.approx(header.metrics[key], abs=1e-5)


def test_all_of_it_counts_everything_and_says_what_was_seen(project: Path, model: Path) -> None:
    result = evaluate(model, project, split="all")
    assert (result["items"], result["photos"]) == (24, 12)
    assert result["seen_in_training"] == 20
    assert result["top1"] > 0.8
    assert set(result["per_class"]) == set(result["per_class_items"]) == {"tomato", "pea", "plum"}
    assert sum(result["per_class_items"].values()) == 24
    assert sum(c["count"] for c in result["confused"]) == round((1 - result["top1"]) * 24)


def test_a_pairs_folders_test_part_is_its_own(tmp_path: Path, model: Path) -> None:
    root = write_pairs(tmp_path / "pairs", PHOTOS, test=[0, 5])
    assert evaluate(model, root)["items"] == 4
    assert evaluate(model, root, split="all")["items"] == 24


def test_a_class_that_the_model_does_not_know_counts_as_mistaken(tmp_path: Path, model: Path) -> None:
    result = evaluate(model, write_project(tmp_path, [["corn", "tomato"]] * 4), split="all")
    assert result["per_class"]["corn"] == 0.0
    assert result["top1"] <= 0.5


def test_nothing_left_to_judge_by_is_told(tmp_path: Path, model: Path) -> None:
    with pytest.raises(RverError, match="no test part"):
        evaluate(model, write_pairs(tmp_path / "pairs", PHOTOS[:2]))
    with pytest.raises(RverError, match="no split 'val'"):
        evaluate(model, tmp_path / "pairs", split="val")
    with pytest.raises(RverError, match="There is no file"):
        evaluate(tmp_path / "gone.safetensors", tmp_path / "pairs")


def test_a_project_that_was_trained_on_in_full_is_told(tmp_path: Path, project: Path, model: Path) -> None:
    import shutil

    from rvergui.project import Project

    copy = tmp_path / "copy"
    shutil.copytree(project.parent, copy)
    trained_on = set(read_header(model).training["train_photos"])
    with Project.open(copy / project.name) as opened:
        from rvergui.core.photo_loading import content_hash

        unseen = [
            r.id for r in opened.photos() if content_hash(opened.photo_path(r).read_bytes())[:12] not in trained_on
        ]
        opened.remove_photos(unseen)
    with pytest.raises(RverError, match="trained on every labelled photo"):
        evaluate(model, copy / project.name)
