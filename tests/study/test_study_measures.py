from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import RverError
from rvergui.study.measures import ECE, MACRO_F1, TOP1, TOP5, Resampling, Tally, f1_of, told_apart
from rvergui.study.predictions import Predictions
from rvergui.training.metrics import score

NAMES = tuple("abcdefg")


def random_predictions(
    seed: int, items: int = 120, photos: int = 30, classes: int = 7
) -> tuple[Predictions, np.ndarray]:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(classes, 0.5), items).astype(np.float32)
    true = [NAMES[number] for number in rng.integers(0, classes, items)]
    on = [f"p{number}" for number in rng.integers(0, photos, items)]
    return Predictions.of(probabilities, NAMES[:classes], true, on), probabilities


def plain(predictions: Predictions, groups: dict[str, tuple[str, ...]] | None = None) -> dict[str, float]:
    photos = list(dict.fromkeys(predictions.photos))
    tally = Tally.of(predictions, predictions.classes, photos)
    return {name: float(v[0]) for name, v in tally.scores(np.ones((1, len(photos))), groups or {}).items()}


@given(st.integers(0, 10_000))
def test_scores_are_those_of_training(seed: int) -> None:
    found, probabilities = random_predictions(seed)
    true = [found.classes[number] for number in found.true]
    wanted = score(torch.from_numpy(probabilities), NAMES, true)
    scores = plain(found)
    assert scores[TOP1] == pytest.approx(wanted.top1, abs=1e-6)
    assert scores[TOP5] == pytest.approx(wanted.top5, abs=1e-6)
    assert scores[MACRO_F1] == pytest.approx(wanted.macro_f1, abs=1e-6)


def test_a_group_is_scored_on_its_own_classes() -> None:
    found, _ = random_predictions(3)
    scores = plain(found, {"pair": ("a", "b")})
    true = np.array([found.classes[n] for n in found.true])
    named = np.array([found.classes[n] for n in found.named])
    f1 = [
        2 * ((true == name) & (named == name)).sum() / ((true == name).sum() + (named == name).sum()) for name in "ab"
    ]
    assert scores[f1_of("pair")] == pytest.approx(np.mean(f1))
    inside = np.isin(true, ["a", "b"])
    assert scores[told_apart("pair")] == pytest.approx((true == named)[inside].mean())


def test_calibration_error_of_a_known_case() -> None:
    probabilities = np.tile(np.array([[0.8, 0.2]], dtype=np.float32), (10, 1))
    found = Predictions.of(probabilities, ["a", "b"], ["a"] * 6 + ["b"] * 4, [f"p{n}" for n in range(10)])
    assert plain(found)[ECE] == pytest.approx(0.2, abs=1e-6)


def test_outputs_of_one_name_are_added_up_and_unknown_names_are_mistaken() -> None:
    probabilities = np.array([[0.3, 0.3, 0.4]], dtype=np.float32)
    found = Predictions.of(probabilities, ["a", "a", "b"], ["a"], ["p"])
    assert found.classes[found.named[0]] == "a"
    unknown = Predictions.of(probabilities, ["a", "a", "b"], ["never seen"], ["p"])
    assert unknown.place[0] > 0
    assert plain(unknown)[TOP1] == 0


def test_a_network_that_says_nothing_is_not_right_by_luck() -> None:
    even = np.full((4, 4), 0.25, dtype=np.float32)
    found = Predictions.of(even, list("abcd"), list("abcd"), list("wxyz"))
    assert (found.place == 3).all()


def test_weights_are_photos_drawn_again() -> None:
    found, _ = random_predictions(5)
    photos = list(dict.fromkeys(found.photos))
    tally = Tally.of(found, found.classes, photos)
    weights = np.zeros((1, len(photos)))
    weights[0, :3] = 2
    chosen = [n for n, photo in enumerate(found.photos) if photo in photos[:3]] * 2
    right = (found.true == found.named)[chosen].mean()
    assert tally.scores(weights, {})[TOP1][0] == pytest.approx(right)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Networks of known quality 0.7 with seeds that differ, judged on photos drawn at random."""
    rng, held = np.random.default_rng(0), 0
    trials = 120
    for trial in range(trials):
        photos, seeds = 80, 3
        resampling = Resampling(photos, 300, 0.9, seed=trial)
        scored = {}
        hard = rng.normal(0, 0.6, photos)  # some photos are hard for every network
        for seed in range(seeds):
            quality = 0.85 + rng.normal(0, 0.35)
            chance = 1 / (1 + np.exp(-(quality + hard)))
            right = rng.random(photos) < chance
            probabilities = np.where(right[:, None], [0.9, 0.1], [0.1, 0.9]).astype(np.float32)
            found = Predictions.of(probabilities, ["a", "b"], ["a"] * photos, [f"p{n}" for n in range(photos)])
            tally = Tally.of(found, ("a", "b"), [f"p{n}" for n in range(photos)])
            scored[seed] = resampling.scored(tally, {})[TOP1]
        truth = float(np.mean(1 / (1 + np.exp(-(0.85 + np.random.default_rng(1).normal(0, 0.695, 100_000))))))
        estimate = resampling.estimate(scored)
        held += estimate.low <= truth <= estimate.high
    assert 0.78 <= held / trials <= 0.98


def test_more_photos_narrow_the_interval() -> None:
    widths = []
    for photos in (20, 2000):
        found, _ = random_predictions(1, items=photos, photos=photos)
        names = list(dict.fromkeys(found.photos))
        resampling = Resampling(len(names), 300, 0.95)
        estimate = resampling.estimate({0: resampling.scored(Tally.of(found, found.classes, names), {})[TOP1]})
        widths.append(estimate.high - estimate.low)
    assert widths[1] < widths[0] / 4


def test_a_difference_is_sharper_than_two_intervals() -> None:
    photos = [f"p{n}" for n in range(200)]
    resampling = Resampling(200, 400, 0.95)
    rng = np.random.default_rng(2)
    hard = rng.random(200)
    scored = []
    for limit in (0.5, 0.55):
        probabilities = np.where((hard < limit)[:, None], [0.9, 0.1], [0.1, 0.9]).astype(np.float32)
        found = Predictions.of(probabilities, ["a", "b"], ["a"] * 200, photos)
        scored.append({0: resampling.scored(Tally.of(found, ("a", "b"), photos), {})[TOP1]})
    difference = resampling.difference(scored[1], scored[0])
    one = resampling.estimate(scored[0])
    assert difference.low > 0
    assert difference.high - difference.low < (one.high - one.low) / 2
    unpaired = resampling.difference(scored[1], {7: scored[0][0]})
    assert unpaired.value == pytest.approx(difference.value)


def test_chance_is_the_commonest_name() -> None:
    found = Predictions.of(np.eye(3, dtype=np.float32)[[0] * 10], list("abc"), list("aaaabbcccc"), list("0123456789"))
    tally = Tally.of(found, ("a", "b", "c"), list("0123456789"))
    assert tally.chance(("a", "b")) == pytest.approx(4 / 6)


def test_no_photo_no_study() -> None:
    with pytest.raises(RverError, match="no photo"):
        Resampling(0, 100, 0.95)


def test_predictions_survive_the_disk(tmp_path: Path) -> None:
    found, _ = random_predictions(9)
    found.save(tmp_path / "a.npz")
    again = Predictions.load(tmp_path / "a.npz")
    assert again.classes == found.classes
    assert again.photos == found.photos
    assert (again.named == found.named).all()
    assert (again.confidence == found.confidence).all()
    (tmp_path / "a.npz").write_bytes(b"half a fi")
    with pytest.raises(RverError, match="damaged"):
        Predictions.load(tmp_path / "a.npz")
