from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.training.calibration import (
    COLDEST,
    HOTTEST,
    bin_of,
    expected_calibration_error,
    fit_temperature,
    reliability,
    store_temperature,
)
from rvergui.training.evaluate_examples import fit_on_held_out, open_examples, probabilities


def _overconfident(by: float, count: int = 6000) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits that are ``by`` times too large, and names drawn from what they should have said."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        honest = torch.randn(count, 5) * 1.5
        targets = torch.multinomial(honest.softmax(dim=1), 1)[:, 0]
    return honest * by, targets


@pytest.mark.parametrize("by", [0.4, 1.0, 3.0])
def test_the_temperature_is_what_the_logits_are_too_large_by(by: float) -> None:
    assert fit_temperature(*_overconfident(by)) == pytest.approx(by, rel=0.06)


def test_a_temperature_lowers_the_calibration_error_and_changes_no_name() -> None:
    logits, targets = _overconfident(3.0)
    temperature = fit_temperature(logits, targets)

    def error(divisor: float) -> float:
        confidence, first = (logits / divisor).softmax(dim=1).max(dim=1)
        return expected_calibration_error(confidence.numpy(), (first == targets).numpy())

    assert error(1.0) > 0.2
    assert error(temperature) < 0.03


def test_what_says_nothing_leaves_the_temperature_alone() -> None:
    logits, targets = _overconfident(3.0, count=9)
    assert fit_temperature(logits, targets) == 1.0
    assert fit_temperature(torch.zeros(50, 1), torch.zeros(50)) == 1.0
    broken = torch.full((50, 3), float("nan"))
    assert fit_temperature(broken, torch.zeros(50)) == 1.0


def _all_right(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Answers that are 89 % sure and all right."""
    return torch.eye(4).repeat(count // 4, 1) * 3.2, torch.arange(4).repeat(count // 4)


def test_a_few_answers_that_are_all_right_do_not_make_a_network_certain() -> None:
    logits, right = _all_right(12)
    few = fit_temperature(logits, right)
    assert 0.6 < few < 1.0
    many = fit_temperature(*_all_right(4000))
    assert COLDEST <= many < few / 2
    wrong = fit_temperature(logits, (right + 1) % 4)
    assert 1.0 < wrong < HOTTEST


def test_the_calibration_error_of_a_case_worked_by_hand() -> None:
    # 0.95 and 0.97 in the last bin, both right: gap 0.04; 0.55 and 0.57 in one bin, one right: gap 0.06
    error = expected_calibration_error(np.array([0.95, 0.97, 0.55, 0.57]), np.array([True, True, True, False]), bins=10)
    assert error == pytest.approx((2 * 0.04 + 2 * 0.06) / 4)


def test_a_reliability_table_holds_every_answer_once() -> None:
    found = reliability(np.array([0.0, 0.5, 1.0]), np.array([False, True, True]), bins=2)
    assert found.counts.tolist() == [1, 2]
    assert found.confidence.tolist() == pytest.approx([0.0, 0.75])
    assert found.accuracy.tolist() == [0.0, 1.0]


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30), st.integers(1, 40))
def test_every_probability_has_a_bin(confidence: list[float], bins: int) -> None:
    places = bin_of(np.array(confidence), bins)
    assert ((places >= 0) & (places < bins)).all()
    for place, value in zip(places, confidence, strict=True):
        assert place / bins - 1e-6 <= value <= (place + 1) / bins + 1e-6


def test_a_temperature_is_kept_in_the_header_and_the_tensors_stay(tmp_path: Path, model: Path) -> None:
    copy = shutil.copy(model, tmp_path / "copy.safetensors")
    store_temperature(copy, 2.5)
    before, after = read_header(model), read_header(copy)
    assert after.temperature == 2.5
    assert after.model_copy(update={"temperature": before.temperature}) == before
    old, new = load_file(model), load_file(copy)
    assert old.keys() == new.keys()
    assert all(torch.equal(old[name], new[name]) and old[name].dtype == new[name].dtype for name in old)
    load_checkpoint(copy)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_temperature_is_refused(tmp_path: Path, model: Path, temperature: float) -> None:
    copy = shutil.copy(model, tmp_path / "copy.safetensors")
    content = Path(copy).read_bytes()
    with pytest.raises(RverError, match="no temperature"):
        store_temperature(copy, temperature)
    assert Path(copy).read_bytes() == content


def test_a_fitted_temperature_divides_the_logits(tmp_path: Path, model: Path, project: Path) -> None:
    copy = shutil.copy(model, tmp_path / "copy.safetensors")
    store_temperature(copy, 4.0)
    examples = open_examples(model, project, "all")
    plain = probabilities(model, project, examples=examples).probabilities
    softer = probabilities(copy, project, examples=examples).probabilities
    powered = plain.astype(np.float64) ** 0.25
    assert softer == pytest.approx(powered / powered.sum(axis=1, keepdims=True), abs=1e-5)
    assert (softer.argmax(axis=1) == plain.argmax(axis=1)).all()


def test_too_little_held_out_is_told(tmp_path: Path, model: Path, project: Path) -> None:
    copy = shutil.copy(model, tmp_path / "copy.safetensors")
    with pytest.raises(RverError, match="Only 4 objects were held out"):
        fit_on_held_out(copy, project)
    assert read_header(copy).temperature == read_header(model).temperature


def test_a_temperature_is_fitted_on_what_the_training_held_out(
    tmp_path: Path, model: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("calibration", "evaluate_examples"):
        monkeypatch.setattr(f"rvergui.training.{module}.FEWEST", 3)
    copy = Path(shutil.copy(model, tmp_path / "copy.safetensors"))
    store_temperature(copy, 3.0)
    before, after, items = fit_on_held_out(copy, project)
    assert (before, items) == (3.0, 4)
    assert read_header(copy).temperature == after != 3.0
    _, again, _ = fit_on_held_out(copy, project)
    assert again == pytest.approx(after), "it is fitted on logits, whatever the temperature was"

    def loss(temperature: float) -> float:
        store_temperature(copy, temperature)
        found = probabilities(copy, project, "val")
        rows = [found.classes.index(name) for name in found.true_names]
        return float(-np.log(found.probabilities[np.arange(len(rows)), rows]).mean())

    assert 0.5 < after < 1.0, "four objects, all named rightly, say that it may be surer, but not how much"
    assert loss(after) < loss(1.0)
