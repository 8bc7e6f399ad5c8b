from __future__ import annotations

import json
from pathlib import Path

import pytest

from rvergui.rvernet.checkpoint import read_header
from rvergui.samples import LOOK_ALIKES, SAMPLE_CLASSES
from rvergui.training import sample_model


def test_the_model_of_the_sample_meals_can_be_built_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, work = tmp_path / "meals.safetensors", tmp_path / "work"
    arguments = f"{out} --work {work} --train-meals 3 --test-meals 1 --epochs 1".split()
    sample_model.main(arguments)
    results = json.loads(capsys.readouterr().out)
    assert set(results["look_alikes"]) == {" / ".join(pair) for pair in LOOK_ALIKES}
    assert results["with_context"]["photos"] == 1
    assert results["with_context"]["seen_in_training"] == 0
    assert results["without_context"]["items"] == results["with_context"]["items"]
    header = read_header(out)
    assert set(header.classes) <= set(SAMPLE_CLASSES)
    assert header.preprocessing.size == sample_model.SIZE
    assert str(tmp_path) not in header.model_dump_json()
