"""The value that holds undecided proposals."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import Mask
from rvergui.gui.review import Review
from rvergui.segment.proposal import Proposal


def square(number: int, score: float = 0.5, place: int | None = None) -> Proposal:
    inside = np.zeros((20, 20), bool)
    inside[3:5, place if place is not None else number % 20] = True
    return Proposal(number, Mask.from_array(inside), score)


def test_the_best_comes_first_and_arrivals_do_not_move_the_current_one() -> None:
    review = Review(1).arrived([square(1, 0.4), square(2, 0.8)])
    assert [p.number for p in review.proposals] == [2, 1]
    assert review.current == 2
    review = review.step(1).arrived([square(3, 0.9)])
    assert [p.number for p in review.proposals] == [3, 2, 1]
    assert review.current == 1


def test_what_was_decided_does_not_come_again() -> None:
    review = Review(1).arrived([square(1), square(2)]).decide(1).arrived([square(1), square(3)])
    assert {p.number for p in review.proposals} == {2, 3}


def test_after_a_decision_the_next_one_is_current_and_at_the_end_none() -> None:
    review = Review(1).arrived([square(1, 0.9), square(2, 0.8), square(3, 0.7)])
    review = review.decide()
    assert review.current == 2
    review = review.step(1).decide()
    assert review.current == 2
    assert review.decide().current is None
    assert review.decide().decide().proposals == ()


def test_what_a_search_takes_back_is_gone_even_if_it_is_current() -> None:
    review = Review(1).arrived([square(1, 0.9), square(2, 0.8)]).arrived([square(3, 0.7)], gone=[1])
    assert [p.number for p in review.proposals] == [2, 3]
    assert review.current == 2


def test_joining_makes_one_of_two() -> None:
    one, other = square(1, 0.9, 4), square(2, 0.8, 9)
    review = Review(1).arrived([one, other]).join(2)
    (joined,) = review.proposals
    assert joined.mask == one.mask | other.mask
    assert review.current == joined.number == 1
    assert review.join(1) == review


steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(1, 9), st.floats(0, 1)),
        st.tuples(st.just("decide"), st.integers(1, 9), st.none()),
        st.tuples(st.just("step"), st.sampled_from([-1, 1]), st.none()),
        st.tuples(st.just("gone"), st.integers(1, 9), st.none()),
        st.tuples(st.just("join"), st.integers(1, 9), st.none()),
    )
)


@given(steps=steps)
def test_there_is_a_current_one_exactly_while_there_are_any(steps: list[tuple[str, int, float | None]]) -> None:
    review = Review(1)
    for act, number, score in steps:
        if act == "arrive":
            review = review.arrived([square(number, score or 0.0)])
        elif act == "decide" and review.at(number) is not None:
            review = review.decide(number)
        elif act == "step":
            review = review.step(number)
        elif act == "gone":
            review = review.arrived([], [number])
        elif act == "join":
            review = review.join(number)
        assert (review.proposal is None) == (not review.proposals)
        assert not {p.number for p in review.proposals} & review.decided
        assert list(review.proposals) == sorted(review.proposals, key=lambda p: (-p.score, p.number))
