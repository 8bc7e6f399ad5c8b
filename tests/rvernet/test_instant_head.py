"""The head that learns from every name: on features drawn around a centre for each food."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.core import RverError
from rvergui.rvernet import instant_head
from rvergui.rvernet.instant_head import InstantHead, Lesson, joined

LENGTH = 24
FOODS = ("rice", "egg", "tofu", "kimchi", "leek")


def views(food: str, number: int, spread: float = 0.5) -> np.ndarray:
    """Features of one object, (1, 2 * LENGTH), all of them positive as a network's are."""
    centre = np.random.default_rng(FOODS.index(food)).random((2, LENGTH)) ** 4
    drawn = np.random.default_rng([FOODS.index(food), number + 1]).random((2, LENGTH)) ** 4
    both = (centre + spread * drawn).astype(np.float32)
    return joined(both[:1], both[1:])


def lesson(food: str, number: int, chances: Sequence[float] | None = None, label: str = "") -> Lesson:
    said = None if chances is None else np.array(chances, np.float32)
    return Lesson(f"{food}-{number}", label or food, views(food, number)[0], said)


def lessons(foods: Sequence[str], count: int) -> list[Lesson]:
    return [lesson(food, number) for number in range(count) for food in foods]


def says(head: InstantHead, food: str, number: int, chances: Sequence[float] = ()) -> dict[str, float]:
    said = np.array([chances or [1.0 / max(len(head.classes), 1)] * len(head.classes)], np.float32)
    found = head.answer(views(food, number), said)[0]
    assert found.sum() == pytest.approx(1.0, abs=1e-5)
    return dict(zip(head.names(), found.tolist(), strict=True))


def best(head: InstantHead, food: str, number: int, chances: Sequence[float] = ()) -> str:
    found = says(head, food, number, chances)
    return max(found, key=found.__getitem__)


def test_after_three_examples_a_class_its_names_come_up() -> None:
    head = InstantHead((), trained=False)
    head.learn(lessons(FOODS, 3))
    asked = [(food, number) for food in FOODS for number in range(100, 110)]
    assert sum(best(head, food, number) == food for food, number in asked) >= 45
    assert set(head.taught) == set(FOODS)


def test_a_new_food_comes_up_although_the_network_is_sure_of_another() -> None:
    sure = (0.96, 0.02, 0.02)
    head = InstantHead(("rice", "egg", "tofu"), trained=True)
    head.learn([lesson("kimchi", number, sure) for number in range(3)])
    head.learn([lesson("leek", number, sure) for number in range(3)])
    assert all(best(head, "kimchi", number, sure) == "kimchi" for number in range(100, 105))


def test_the_networks_own_classes_stay() -> None:
    head = InstantHead(("rice", "egg", "tofu"), trained=True)
    right = {food: tuple(0.9 if name == food else 0.05 for name in head.classes) for food in head.classes}
    head.learn([lesson("egg", number, right["egg"]) for number in range(3)])
    assert best(head, "tofu", 100, right["tofu"]) == "tofu"
    assert best(head, "egg", 100, right["egg"]) == "egg"


def test_what_a_network_was_trained_on_does_not_tell_how_much_it_counts() -> None:
    # It knows its training photos by heart, and is as sure of itself on others, where it is wrong every second time.
    foods = ("rice", "egg", "tofu")
    by_heart = {food: tuple(0.98 if name == food else 0.01 for name in foods) for food in foods}

    def hard(food: str, number: int, said: str) -> Lesson:
        return Lesson(f"{food}{number}", food, views(food, number, 3.0)[0], np.array(by_heart[said], np.float32))

    learnt = [hard(food, number, food) for number in range(40) for food in foods]
    said = {food: (foods[place - 1], food) for place, food in enumerate(foods)}
    fresh = [hard(food, number, said[food][number % 2]) for number in range(50, 66) for food in foods]
    fair, flattered, only = (InstantHead(foods, trained=True) for _ in range(3))
    fair.learn([*(replace(each, trained_on=True) for each in learnt), *fresh])
    flattered.learn([*learnt, *fresh])
    assert fair.mixing.network < 0.6 * flattered.mixing.network
    only.learn([replace(each, trained_on=True) for each in learnt])
    usual = InstantHead(foods, trained=True).mixing
    assert only.mixing == usual  # nothing fair is known
    assert fair.mixing.network < usual.network


def test_without_a_lesson_the_network_speaks_alone() -> None:
    head = InstantHead(("rice", "egg"), trained=True)
    assert says(head, "egg", 1, (0.3, 0.7)) == pytest.approx({"rice": 0.3, "egg": 0.7})
    assert len(head) == 0
    assert head.taught == ()


def test_one_class_alone() -> None:
    head = InstantHead((), trained=False)
    head.learn(lessons(("rice",), 1))
    assert says(head, "egg", 1) == {"rice": pytest.approx(1.0)}


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_what_was_learnt_and_forgotten_leaves_nothing(data: st.DataObject) -> None:
    base = lessons(FOODS[:3], 3)
    head = InstantHead(("rice", "egg"), trained=False)
    head.learn(base)
    before = [says(head, food, 50) for food in FOODS[:3]]
    come = data.draw(st.lists(st.sampled_from([(f, n) for f in FOODS[:3] for n in range(10, 18)]), unique=True))
    order = data.draw(st.permutations(come))
    for food, number in come:
        head.learn([lesson(food, number)])
    for food, number in order:
        head.learn(forget=[f"{food}-{number}"])
    assert len(head) == len(base)
    for food, then in zip(FOODS[:3], before, strict=True):
        assert says(head, food, 50) == pytest.approx(then, abs=1e-5)


@pytest.mark.parametrize("count", [3, 40])
def test_one_by_one_is_the_same_as_all_at_once(count: int) -> None:
    slowly, quickly = InstantHead((), trained=False), InstantHead((), trained=False)
    for each in lessons(FOODS, count):
        slowly.learn([each])
    quickly.learn(lessons(FOODS, count))
    for food in FOODS:
        assert says(slowly, food, 99) == pytest.approx(says(quickly, food, 99), abs=1e-5)


def test_a_lesson_under_another_name_replaces_the_first() -> None:
    head, fresh = InstantHead((), trained=False), InstantHead((), trained=False)
    head.learn([*lessons(("rice", "egg"), 3), lesson("tofu", 1, label="egg")])
    head.learn([lesson("tofu", 1)])
    fresh.learn([*lessons(("rice", "egg"), 3), lesson("tofu", 1)])
    assert len(head) == 7
    assert says(head, "tofu", 9) == pytest.approx(says(fresh, "tofu", 9), abs=1e-5)


def test_renaming_and_merging() -> None:
    head = InstantHead((), trained=False)
    head.learn(lessons(("rice", "egg", "tofu"), 3))
    before = says(head, "rice", 9)
    head.rename("rice", "basmati")
    after = says(head, "rice", 9)
    assert after["basmati"] == pytest.approx(before["rice"], abs=1e-5)
    assert "rice" not in after
    head.rename("egg", "tofu")  # merged
    assert set(head.taught) == {"basmati", "tofu"}
    assert best(head, "egg", 9) == "tofu"


def test_probabilities_are_about_as_high_as_the_head_is_right() -> None:
    head = InstantHead((), trained=False)
    head.learn([Lesson(f"{f}{n}", f, views(f, n, 3.0)[0]) for n in range(40) for f in FOODS])
    asked = [(food, number) for food in FOODS for number in range(100, 160)]
    right, sure = [], []
    for food, number in asked:
        chances = head.answer(views(food, number, 3.0), np.zeros((1, 0), np.float32))[0]
        right.append(head.names()[int(chances.argmax())] == food)
        sure.append(float(chances.max()))
    assert np.mean(right) < 0.97  # else the test says nothing
    assert np.mean(sure) == pytest.approx(np.mean(right), abs=0.12)


def test_damaged_features_are_refused_and_nothing_changes() -> None:
    head = InstantHead((), trained=False)
    head.learn(lessons(FOODS, 2))
    before = says(head, "egg", 9)
    broken = views("egg", 1)[0].copy()
    broken[3] = np.nan
    with pytest.raises(RverError, match="damaged"):
        head.learn([lesson("rice", 77), Lesson("x", "egg", broken)], forget=["rice-0"])
    with pytest.raises(RverError, match="another network"):
        head.learn([Lesson("x", "egg", np.ones(5, np.float32))])
    with pytest.raises(RverError, match="another network"):
        head.learn([lesson("egg", 70, (0.5, 0.5))])
    with pytest.raises(RverError, match="damaged"):
        head.learn([Lesson("x", "egg", views("egg", 1)[0], np.array([np.inf], np.float32))])
    with pytest.raises(RverError, match="damaged"):
        head.answer(broken[None], np.zeros((1, 0), np.float32))
    with pytest.raises(RverError, match="another network"):
        head.answer(np.ones((1, 5), np.float32), np.zeros((1, 0), np.float32))
    assert len(head) == 10
    assert says(head, "egg", 9) == before


def test_long_features_are_projected_the_same_way_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instant_head, "WIDTH", 32)
    for widest in (1 << 13, 40):  # with and without folding
        monkeypatch.setattr(instant_head, "_WIDEST", widest)
        heads = [InstantHead((), trained=False) for _ in range(2)]
        for head in heads:
            head.learn(lessons(FOODS, 3))
        assert says(heads[0], "egg", 9) == says(heads[1], "egg", 9)
        assert all(best(heads[0], food, 90) == food for food in FOODS)


def test_everything_forgotten_is_as_new() -> None:
    head = InstantHead(("rice", "egg"), trained=True)
    head.learn([lesson("egg", 1, (0.5, 0.5)), lesson("leek", 1, (0.5, 0.5))])
    head.learn(forget=["egg-1", "leek-1", "never there"])
    assert head.names() == ("rice", "egg")
    assert says(head, "egg", 1, (0.1, 0.9)) == pytest.approx({"rice": 0.1, "egg": 0.9})
    assert len(joined(np.zeros((1, 4), np.float32), np.zeros((1, 0), np.float32))[0]) == 4
