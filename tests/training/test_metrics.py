from __future__ import annotations

import pytest
import torch

from rvergui.training.metrics import score


def _rows(*rows: list[float]) -> torch.Tensor:
    return torch.tensor(rows)


def test_scores_of_a_small_case_worked_by_hand() -> None:
    probabilities = _rows([0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.7, 0.2], [0.2, 0.5, 0.3])
    scores = score(probabilities, ["a", "b", "c"], ["a", "b", "b", "c"])
    assert scores.items == 4
    assert scores.top1 == pytest.approx(0.5)
    assert scores.top5 == pytest.approx(1.0)
    # a: 1 right, 1 wrongly claimed; b: 1 right, 1 missed, 1 wrongly claimed; c: never right
    assert scores.per_class == pytest.approx({"a": 2 / 3, "b": 0.5, "c": 0.0})
    assert scores.macro_f1 == pytest.approx((2 / 3 + 0.5 + 0.0) / 3)
    assert scores.counts == {"a": 1, "b": 2, "c": 1}
    assert [(c.true, c.predicted, c.count) for c in scores.confused] == [("b", "a", 1), ("c", "b", 1)]
    assert scores.loss == pytest.approx(-float(torch.tensor([0.8, 0.3, 0.7, 0.3]).log().mean()))


def test_names_are_compared_not_positions() -> None:
    probabilities = _rows([0.9, 0.1], [0.2, 0.8])
    assert score(probabilities, ["b", "a"], ["b", "a"]).top1 == 1.0
    assert score(probabilities, ["a", "b"], ["b", "a"]).top1 == 0.0


def test_a_class_that_the_network_does_not_know_counts_as_mistaken() -> None:
    scores = score(_rows([0.9, 0.1], [0.9, 0.1]), ["a", "b"], ["a", "new"])
    assert scores.top1 == 0.5
    assert scores.per_class == pytest.approx({"a": 2 / 3, "new": 0.0})


def test_outputs_of_the_same_name_are_added_up() -> None:
    assert score(_rows([0.3, 0.3, 0.4]), ["a", "a", "b"], ["a"]).top1 == 1.0


def test_classes_that_neither_occur_nor_are_predicted_do_not_count() -> None:
    assert score(_rows([0.9, 0.1, 0.0]), ["a", "b", "c"], ["a"]).macro_f1 == 1.0


def test_a_single_class_is_no_obstacle() -> None:
    scores = score(_rows([1.0]), ["a"], ["a"])
    assert (scores.top1, scores.macro_f1, scores.per_class) == (1.0, 1.0, {"a": 1.0})


def test_top_five_counts_five() -> None:
    names = list("abcdefg")
    ordered = _rows([0.3, 0.25, 0.2, 0.1, 0.08, 0.05, 0.02])
    assert score(ordered, names, ["e"]).top5 == 1.0
    assert score(ordered, names, ["f"]).top5 == 0.0
