from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import RverError
from rvergui.interchange.photo_parts import record_parts
from rvergui.project import Project
from rvergui.rvernet.checkpoint import read_header
from rvergui.training.evaluate import evaluate, open_examples, probabilities
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
    with pytest.raises(RverError, match="no split 'half'"):
        evaluate(model, tmp_path / "pairs", split="half")
    with pytest.raises(RverError, match=r"None of the photos that the training of first held out is in pairs"):
        evaluate(model, tmp_path / "pairs", split="val")
    with pytest.raises(RverError, match="There is no file"):
        evaluate(tmp_path / "gone.safetensors", tmp_path / "pairs")


def test_a_project_that_was_trained_on_in_full_is_told(tmp_path: Path, project: Path, model: Path) -> None:
    import shutil

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


def test_what_the_training_held_out_can_be_asked_for(project: Path, model: Path) -> None:
    result = evaluate(model, project, split="val", bootstrap=0)
    assert result["photos"] == len(read_header(model).training["val_photos"])
    assert result["top1"] == pytest.approx(read_header(model).metrics["top1"], abs=1e-5)


def test_a_project_with_a_published_division_is_judged_by_it(tmp_path: Path, model: Path) -> None:
    path = write_project(tmp_path / "divided", PHOTOS)
    with Project.open(path) as opened:
        ids = [record.id for record in opened.photos()]
        record_parts(opened, {photo: "test" if place in (2, 7) else "train" for place, photo in enumerate(ids)})
    result = evaluate(model, path, bootstrap=0)
    assert (result["photos"], result["items"]) == (2, 4)
    assert evaluate(model, path, split="all", bootstrap=0)["items"] == 24


def test_a_result_is_plain_json_with_intervals_around_every_score(project: Path, model: Path) -> None:
    result = evaluate(model, project, split="all", look_alikes={"reds": ["tomato", "plum"]}, bootstrap=60)
    assert json.loads(json.dumps(result)) == result
    for key in ("top1", "top5", "macro_f1", "ece"):
        low, high = result["intervals"][key]
        assert low <= result[key] <= high, key
    for name, f1 in result["per_class"].items():
        low, high = result["per_class_intervals"][name]
        assert low <= f1 <= high
    reds = np.mean([result["per_class"][name] for name in ("tomato", "plum")])
    assert result["look_alike_f1"]["reds"] == pytest.approx(reds, abs=1e-6)
    low, high = result["look_alike_intervals"]["reds"]
    assert low <= reds <= high
    assert sum(count for row in result["confusion"].values() for count in row.values()) == 24
    right = sum(row.get(name, 0) for name, row in result["confusion"].items())
    assert right == round(result["top1"] * 24)
    assert result == evaluate(model, project, split="all", look_alikes={"reds": ["tomato", "plum"]}, bootstrap=60)


def test_look_alikes_are_asked_for_lie_beside_the_data_or_come_with_the_model(tmp_path: Path, model: Path) -> None:
    root = write_pairs(tmp_path / "pairs", PHOTOS[:4], test=[0, 1])
    assert evaluate(model, root, bootstrap=0)["look_alike_f1"] == {}
    (root / "look_alikes.json").write_text('{"round": ["tomato", "pea", "melon"], "long": ["melon", "leek"]}')
    result = evaluate(model, root, bootstrap=0)
    assert result["look_alikes"] == {"round": ["tomato", "pea"]}
    assert set(result["look_alike_f1"]) == {"round"}
    with pytest.raises(RverError, match="“pee”, which is no class here; did you mean “pea”"):
        evaluate(model, root, look_alikes={"g": ["tomato", "pee"]})


def test_noise_changes_the_answers_and_is_the_same_every_time(project: Path, model: Path) -> None:
    examples = open_examples(model, project, "all")
    plain = probabilities(model, project, "all", examples=examples)
    shifted = probabilities(model, project, "all", ["permute:4", "translocate:60,-85"], examples=examples)
    again = probabilities(model, project, "all", ["permute:4", "translocate:60,-85"], examples=examples)
    other = probabilities(model, project, "all", ["permute:4", "translocate:60,-85"], seed=1, examples=examples)
    assert np.array_equal(shifted.probabilities, again.probabilities)
    assert np.abs(shifted.probabilities - plain.probabilities).max() > 1e-3
    assert not np.array_equal(shifted.probabilities, other.probabilities)
    assert plain.true_names == shifted.true_names == examples.true_names
    assert len(set(plain.item_keys)) == len(plain.item_keys) == 24
    assert all(item.startswith(photo) for item, photo in zip(plain.item_keys, plain.photo_keys, strict=True))
    assert evaluate(model, project, "all", noise=["permute:4"], bootstrap=0)["noise"] == ["permute:4"]
    with pytest.raises(RverError, match="no noise"):
        evaluate(model, project, noise=["blur:3"])


def test_the_batch_size_changes_nothing(project: Path, model: Path) -> None:
    first = evaluate(model, project, "all", batch_size=3, noise=["permute:8"], bootstrap=0)
    second = evaluate(model, project, "all", batch_size=24, noise=["permute:8"], bootstrap=0)
    assert first["confusion"] == second["confusion"]
    assert first["loss"] == pytest.approx(second["loss"], abs=1e-5)
