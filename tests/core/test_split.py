from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import RverError
from rvergui.core.split import hold_out_more, split_by_photo

_names = st.sampled_from("abcdef")
_labels = st.dictionaries(
    st.text("0123456789", min_size=1, max_size=4), st.lists(_names, max_size=5), min_size=0, max_size=40
)
_shares = st.floats(0.01, 0.99)
_seeds = st.integers(0, 5)


@given(_labels, _shares, _seeds)
def test_neither_side_is_empty_and_no_class_is_lost_for_training(
    labels: dict[str, list[str]], share: float, seed: int
) -> None:
    held = split_by_photo(labels, share, seed)
    assert held <= labels.keys()
    if len(labels) < 2:
        assert held == frozenset()
        return
    assert 0 < len(held) < len(labels)
    photos_of = Counter(name for names in labels.values() for name in set(names))
    trained = {name for photo, names in labels.items() if photo not in held for name in names}
    assert {name for name, count in photos_of.items() if count >= 2} <= trained


@given(_labels, _shares, _seeds, st.randoms())
def test_the_order_of_photos_and_of_their_objects_has_no_influence(
    labels: dict[str, list[str]], share: float, seed: int, shuffler: object
) -> None:
    photos = list(labels)
    shuffler.shuffle(photos)  # type: ignore[attr-defined]
    mixed = {photo: list(reversed(labels[photo])) for photo in photos}
    assert split_by_photo(mixed, share, seed) == split_by_photo(labels, share, seed)


@given(st.integers(10, 60), st.sampled_from([0.1, 0.2, 0.25, 0.5]), _seeds)
def test_single_label_photos_are_held_out_by_share_and_by_class(count: int, share: float, seed: int) -> None:
    labels = {f"{name}{i}": [name] for name in "xyz" for i in range(count)}
    held = split_by_photo(labels, share, seed)
    assert len(held) == round(share * len(labels))
    per_class = Counter(photo[0] for photo in held)
    assert all(abs(per_class[name] - share * count) <= 1.5 for name in "xyz")


def test_many_small_classes_still_add_up_to_the_share() -> None:
    labels = {f"{c}-{i}": [f"class {c}"] for c in range(50) for i in range(3)}
    assert len(split_by_photo(labels, 0.2, 0)) == 30


def test_photos_with_a_class_of_their_own_stay_in_training() -> None:
    labels = {f"p{i}": ["common"] for i in range(8)} | {f"only{i}": ["common", f"rare {i}"] for i in range(8)}
    for seed in range(10):
        held = split_by_photo(labels, 0.3, seed)
        assert len(held) == 5
        assert not any(photo.startswith("only") for photo in held)


def test_when_every_photo_has_a_class_of_its_own_one_is_still_held_out() -> None:
    assert len(split_by_photo({f"p{i}": [f"c{i}"] for i in range(6)}, 0.5, 3)) == 1


def test_another_seed_is_another_split() -> None:
    labels = {f"p{i}": ["a", "b"] for i in range(50)}
    assert len({split_by_photo(labels, 0.2, seed) for seed in range(5)}) == 5


def test_avoided_photos_are_held_out_only_if_there_is_no_other_choice() -> None:
    labels = {f"old{i}": ["a"] for i in range(16)} | {f"new{i}": ["a"] for i in range(4)}
    old = frozenset(photo for photo in labels if photo.startswith("old"))
    assert split_by_photo(labels, 0.2, 0, avoid=old) == frozenset(labels) - old
    assert len(split_by_photo(labels, 0.2, 0, avoid=frozenset(labels))) == 1


@given(_labels, _shares, _seeds, st.integers(0, 40), st.integers(0, 40))
def test_what_is_settled_stays_and_a_class_keeps_a_photo_to_learn_from(
    labels: dict[str, list[str]], share: float, seed: int, trained: int, held: int
) -> None:
    photos = sorted(labels)
    before, learnt = frozenset(photos[:held]), frozenset(photos[held : held + trained])
    more = hold_out_more(labels, share, seed, learnt, before)
    assert more <= labels.keys() - before - learnt
    kept = {name for photo, names in labels.items() if photo not in before | more for name in names}
    assert {name for photo in more for name in labels[photo]} <= kept


def test_with_nothing_settled_it_is_the_usual_split() -> None:
    labels = {f"p{i}": ["ab"[i % 2], "cde"[i % 3]] for i in range(40)}
    assert hold_out_more(labels, 0.2, 3, (), ()) == split_by_photo(labels, 0.2, 3)
    assert hold_out_more({f"p{i}": [f"c{i}"] for i in range(6)}, 0.5, 3, (), ()) == frozenset()


def test_what_grows_photo_by_photo_keeps_its_share() -> None:
    labels: dict[str, list[str]] = {}
    held: frozenset[str] = frozenset()
    for number in range(50):
        before = labels.keys() - held
        labels[f"p{number}"] = ["a"] if number % 2 else ["b"]
        held |= hold_out_more(labels, 0.2, 0, before, held)
    assert len(held) == 10
    assert Counter(labels[photo][0] for photo in held) == {"a": 5, "b": 5}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(RverError, match="above 0 and below 1"):
        split_by_photo({"a": ["x"], "b": ["x"]}, share, 0)
