from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rvergui.project.changes import difference, merged, rolled_back
from rvergui.project.rows import Row, in_order

keys = st.sampled_from("abcdefgh")
plain_rows = st.fixed_dictionaries({"note": st.sampled_from("xyz"), "state": st.sampled_from("12")})


@st.composite
def ordered(draw: st.DrawFn) -> dict[str, Row]:
    rows = draw(st.dictionaries(keys, plain_rows, max_size=6))
    return {key: rows[key] for key in draw(st.permutations(sorted(rows)))}


def stored_as(rows: dict[str, Row]) -> dict[str, Row]:
    return merged({}, {}, rows)


def without_positions(rows: dict[str, Row]) -> list[tuple[str, Row]]:
    return [(key, {c: v for c, v in row.items() if c != "position"}) for key, row in in_order(rows)]


@settings(deadline=None, max_examples=60)
@given(ordered(), ordered())
def test_what_is_wanted_is_the_edit_s_outcome(before: dict[str, Row], after: dict[str, Row]) -> None:
    assert without_positions(merged(stored_as(before), before, after)) == list(after.items())


@settings(deadline=None, max_examples=60)
@given(ordered(), ordered())
def test_a_change_can_be_rolled_back(before: dict[str, Row], after: dict[str, Row]) -> None:
    stored = stored_as(before)
    wanted = merged(stored, before, after)
    assert rolled_back(wanted, difference(stored, wanted)) == stored


@settings(deadline=None, max_examples=60)
@given(ordered(), ordered(), ordered())
def test_rows_that_the_edit_does_not_touch_stay_as_somebody_else_stored_them(
    elsewhere: dict[str, Row], before: dict[str, Row], after: dict[str, Row]
) -> None:
    wanted = merged(stored_as(elsewhere), before, after)
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    for key in touched:
        assert (key in wanted) == (key in after)
        if key in after:
            assert {c: wanted[key][c] for c in after[key]} == after[key]
    for key in (elsewhere.keys() | wanted.keys()) - touched:
        assert (key in wanted) == (key in elsewhere)
        assert {c: wanted[key][c] for c in elsewhere[key]} == elsewhere[key]
    order = [key for key, _ in in_order(wanted) if key in after]
    assert order == [key for key in after if key in wanted]


@settings(deadline=None, max_examples=60)
@given(ordered())
def test_no_edit_changes_nothing(rows: dict[str, Row]) -> None:
    stored = stored_as(rows)
    assert not difference(stored, merged(stored, rows, rows))


def test_only_the_column_that_differs_is_written() -> None:
    before = {key: {"note": "x", "state": "1"} for key in "abc"}
    after = {**before, "b": {"note": "x", "state": "2"}}
    stored = stored_as(before)
    change = difference(stored, merged(stored, before, after))
    assert change.before == {"b": {"state": "1"}}
    assert change.after == {"b": {"state": "2"}}


def test_adding_on_top_and_removing_move_no_other_row() -> None:
    before = {key: {"note": "x"} for key in "abc"}
    after = {"a": {"note": "x"}, "c": {"note": "x"}, "d": {"note": "y"}}
    stored = stored_as(before)
    change = difference(stored, merged(stored, before, after))
    assert change.after == {"b": None, "d": {"position": 3, "note": "y"}}
    assert change.before == {"b": {"position": 1, "note": "x"}, "d": None}


def test_an_empty_change_is_false() -> None:
    change = difference({}, {})
    assert not change
    assert replace(change, before={"a": None}, after={"a": {"note": "x"}})
