from __future__ import annotations

from rvergui.training.look_alike_suggestions import suggest


def _matrix(mistakes: dict[tuple[str, str], int], objects: int = 40, others: int = 20) -> dict[str, dict[str, int]]:
    names = list(dict.fromkeys([name for pair in mistakes for name in pair] + [f"other {n}" for n in range(others)]))
    matrix = {name: {name: objects} for name in names}
    for (true, called), count in mistakes.items():
        matrix[true][called] = count
        matrix[true][true] -= count
    return matrix


def test_classes_taken_for_one_another_become_a_group_with_its_reason() -> None:
    found = suggest(_matrix({("ketchup", "chili"): 12, ("chili", "ketchup"): 4, ("chili", "rice"): 1}))
    assert [s.classes for s in found] == [("chili", "ketchup")]
    assert (found[0].objects, found[0].mistakes, found[0].outside) == (80, 16, 1)
    assert found[0].why() == (
        "16 of 80 objects (20%) were taken for another of them, ketchup for chili most often (12); that is 94% of all "
        "mistakes with them."
    )


def test_confusion_counts_in_both_directions_alike() -> None:
    one_way = suggest(_matrix({("a", "b"): 10}))
    both = suggest(_matrix({("a", "b"): 5, ("b", "a"): 5}))
    assert [(s.classes, s.mistakes) for s in one_way] == [(s.classes, s.mistakes) for s in both] == [(("a", "b"), 10)]


def test_three_that_are_all_alike_are_one_group_and_a_chain_is_not() -> None:
    alike = {(one, other): 6 for one in "abc" for other in "abc" if one != other}
    assert [s.classes for s in suggest(_matrix(alike))] == [("a", "b", "c")]
    chain = dict.fromkeys(zip("abcdef", "bcdefg", strict=True), 5)
    chain |= {(other, one): 5 for one, other in chain}
    assert all(len(s.classes) <= 3 for s in suggest(_matrix(chain)))


def test_few_mistakes_among_many_objects_are_no_reason() -> None:
    assert suggest(_matrix({("a", "b"): 2})) == []
    assert suggest(_matrix({("a", "b"): 5}, objects=400)) == []
    assert suggest({}) == []
    assert suggest({"a": {"a": 3}}) == []


def test_what_is_a_group_already_is_not_suggested_again() -> None:
    matrix = _matrix({("a", "b"): 10})
    assert suggest(matrix, [("b", "c", "a")]) == []
    assert len(suggest(matrix, [("a", "c")])) == 1


def test_the_largest_trouble_comes_first_and_a_thousand_classes_are_no_matter() -> None:
    mistakes = {(f"x{n}", f"y{n}"): 10 + n for n in range(20)}
    found = suggest(_matrix(mistakes, others=1000))
    assert [s.mistakes for s in found] == sorted((10 + n for n in range(20)), reverse=True)
