from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.classification import multiclass_calibration_error, multiclass_f1_score

from rvergui.training.calibration import expected_calibration_error
from rvergui.training.intervals import Answers, bootstrap, class_f1, group_f1
from rvergui.training.metrics import by_name, score

NAMES = ["a", "b", "c", "d", "e", "f", "g"]


def _answers(seed: int, count: int, photos: int, classes: int = 7) -> tuple[Answers, np.ndarray, list[str]]:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(classes, 0.4), size=count).astype(np.float32)
    true = [NAMES[i] for i in random.integers(classes, size=count)]
    named = by_name(torch.from_numpy(probabilities), NAMES[:classes], true)
    keys = [f"p{i}" for i in random.integers(photos, size=count)]
    return Answers.of(named.spread.numpy(), named.target.numpy(), named.names, keys), probabilities, true


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_answers_are_scored_as_torchmetrics_does(seed: int, count: int) -> None:
    answers, probabilities, true = _answers(seed, count, 5)
    scores = score(torch.from_numpy(probabilities), NAMES, true)
    f1 = class_f1(answers)
    assert answers.right.mean() == pytest.approx(scores.top1)
    assert (answers.place < 5).mean() == pytest.approx(scores.top5)
    assert np.nanmean(f1) == pytest.approx(scores.macro_f1, abs=1e-6)
    assert {n: f1[i] for i, n in enumerate(NAMES) if n in scores.per_class} == pytest.approx(scores.per_class, abs=1e-6)
    assert expected_calibration_error(answers.confidence, answers.right) == pytest.approx(scores.ece, abs=1e-5)
    target = torch.tensor([NAMES.index(name) for name in true])
    theirs = multiclass_calibration_error(torch.from_numpy(probabilities), target, 7, n_bins=15)
    if probabilities.max() < 1.0:
        assert scores.ece == pytest.approx(float(theirs), abs=1e-5)
    assert scores.macro_f1 == pytest.approx(
        float(multiclass_f1_score(torch.from_numpy(probabilities), target, 7, average="macro"))
    )


def test_intervals_hold_the_score_and_shrink_with_more_photos() -> None:
    few, *_ = _answers(1, 60, 15)
    many, *_ = _answers(1, 3000, 750)
    narrow, wide = bootstrap(many, draws=200), bootstrap(few, draws=200)
    for answers, intervals in ((few, wide), (many, narrow)):
        low, high = intervals.scores["top1"]
        assert low <= answers.right.mean() <= high
        assert set(intervals.scores) == {"top1", "top5", "macro_f1", "ece"}
    width = {name: high - low for name, (low, high) in wide.scores.items()}
    for name, (low, high) in narrow.scores.items():
        assert high - low < width[name] / 2, name


def test_photos_are_drawn_not_objects() -> None:
    """A hundred copies of the same mistake on one photo make the score no surer."""
    spread = np.tile(np.array([[0.9, 0.1]], dtype=np.float32), (400, 1))
    target = np.array([0, 1] * 2)  # of 4 photos, two are all right and two all wrong
    one = Answers.of(spread[:4], target, ["a", "b"], list("wxyz"))
    copied = Answers.of(spread, np.repeat(target, 100), ["a", "b"], list(np.repeat(list("wxyz"), 100)))
    assert bootstrap(copied, draws=500).scores["top1"] == bootstrap(one, draws=500).scores["top1"]
    low, high = bootstrap(copied, draws=500).scores["top1"]
    assert high - low > 0.7


def test_the_width_of_an_interval_is_that_of_the_binomial() -> None:
    spread = np.tile(np.array([[0.9, 0.1]], dtype=np.float32), (400, 1))
    target = np.array([0] * 300 + [1] * 100)
    answers = Answers.of(spread, target, ["a", "b"], [f"p{i}" for i in range(400)])
    low, high = bootstrap(answers, draws=2000).scores["top1"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.75 * 0.25 / 400), rel=0.1)


def test_the_same_seed_gives_the_same_intervals() -> None:
    answers, *_ = _answers(4, 80, 20)
    assert bootstrap(answers, draws=50, seed=3) == bootstrap(answers, draws=50, seed=3)
    assert bootstrap(answers, draws=50, seed=3) != bootstrap(answers, draws=50, seed=4)


def test_one_photo_and_no_draws_give_no_intervals() -> None:
    answers, *_ = _answers(4, 10, 1)
    assert bootstrap(answers, draws=50).scores == {}
    assert bootstrap(_answers(4, 10, 5)[0], draws=0).scores == {}


def test_a_group_is_the_mean_of_its_classes_that_occur_or_were_named() -> None:
    f1 = np.array([0.5, 1.0, np.nan, 0.0])
    groups = {"g": ("a", "b"), "h": ("c", "d"), "none": ("c", "zzz")}
    assert group_f1(f1, ["a", "b", "c", "d"], groups) == {"g": 0.75, "h": 0.0}
    answers, *_ = _answers(9, 200, 50)
    low, high = bootstrap(answers, {"ab": ("a", "b")}, draws=100).look_alikes["ab"]
    assert low <= group_f1(class_f1(answers), answers.names, {"ab": ("a", "b")})["ab"] <= high


def test_a_class_that_the_network_does_not_know_is_never_among_the_first_five() -> None:
    named = by_name(torch.tensor([[0.9, 0.1]]), ["a", "b"], ["new"])
    answers = Answers.of(named.spread.numpy(), named.target.numpy(), named.names, ["p"])
    assert answers.place[0] >= 5
    assert score(torch.tensor([[0.9, 0.1]]), ["a", "b"], ["new"]).top5 == 0.0


def test_equal_probabilities_stay_in_the_order_of_the_classes() -> None:
    answers = Answers.of(np.full((3, 3), 1 / 3), np.array([0, 1, 2]), ["a", "b", "c"], ["p", "q", "r"])
    assert answers.place.tolist() == [0, 1, 2]
    assert answers.named.tolist() == [0, 0, 0]
