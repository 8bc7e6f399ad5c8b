"""Counts of a project and how fast it went."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_values import open_item

from rvergui.core import Item, ItemState, RverError, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.project import PhotoStatus, Project
from rvergui.project.figures import PAUSE_S, HistoryRow, NameSource, work_of
from rvergui.project.records import SUGGEST

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ADA = Source(SourceKind.PERSON, "ada", BEGIN)


def _row(seconds: float, named: int, acts: int | None = None, who: str = "ada") -> HistoryRow:
    return ((BEGIN + timedelta(seconds=seconds)).isoformat(), who, named, acts)


def _named(taxonomy: Taxonomy, name: str, source: Source = ADA, said: str = "") -> Item:
    food = taxonomy.find(name)
    assert food is not None
    item = open_item().with_suggestions((Suggestion(said, 0.8, 0.7), Suggestion("zz", 0.1, 0.1)) if said else ())
    return item.named(food.id, source)


def test_time_between_edits_is_work_unless_it_is_a_pause() -> None:
    work = work_of([_row(0, 1), _row(10, 1), _row(30, 2), _row(30 + PAUSE_S + 1, 1), _row(31 + PAUSE_S + 5, 1)])
    assert work.named == 6
    assert work.timed == 4  # the first after each pause has no time of its own
    assert work.seconds == pytest.approx(10 + 20 + 5)
    assert work.seconds_each == pytest.approx(35 / 4)
    assert work.per_hour == pytest.approx(3600 * 4 / 35)


def test_two_people_at_work_do_not_share_a_clock() -> None:
    rows = [_row(0, 1, who="ada"), _row(1, 1, who="bob"), _row(20, 1, who="ada"), _row(41, 1, who="bob")]
    work = work_of(rows)
    assert (work.seconds, work.timed) == (20 + 40, 2)


def test_acts_count_where_they_were_noted() -> None:
    work = work_of([_row(0, 5), _row(5, 1, 3), _row(9, 1, 5), _row(12, -1, 1)])
    assert work.acts_each == pytest.approx(9 / 1)
    assert work.named == 6
    assert work_of([_row(0, 1)]).acts_each is None
    assert work_of([]).per_hour is None
    assert work_of([]).seconds_each is None


def test_what_the_program_does_by_itself_is_no_work() -> None:
    alone = work_of([_row(0, 1, 2), _row(50, 1, 3)])
    assert work_of([_row(0, 1, 2), _row(20, 0, 0), _row(50, 1, 3), _row(60, 0, 0)]) == alone
    batch = work_of([_row(0, 1, 2), _row(50, 3, 1), _row(50, 4, 0)])
    assert (batch.timed, batch.seconds, batch.acts_each) == (7, 50, 3 / 8)


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    work = work_of([_row(100, 1), _row(50, 1), _row(60, 1)])
    assert (work.seconds, work.timed) == (10, 1)


def test_a_time_that_cannot_be_read_is_told_in_a_sentence() -> None:
    with pytest.raises(RverError, match="history cannot be read"):
        work_of([("yesterday", "ada", 1, None)])


@given(st.lists(st.tuples(st.floats(0, 400), st.integers(-2, 5)), max_size=30))
def test_days_add_up(edits: list[tuple[float, int]]) -> None:
    seconds, rows = 0.0, []
    for gap, named in edits:
        seconds += gap * 40  # over several days
        rows.append(_row(seconds, named))
    work = work_of(rows)
    assert sum(day.named for day in work.days) == work.named == sum(named for _, named in edits)
    assert sum(day.seconds for day in work.days) == pytest.approx(work.seconds)
    assert [day.day for day in work.days] == sorted({day.day for day in work.days})


def test_counts_of_a_project(project: Project) -> None:
    taxonomy = project.taxonomy()
    rice, egg = (taxonomy.find(name) for name in ("rice", "ketchup"))
    assert rice
    assert egg
    first, second, third, fourth = project.add_photos([project.root / f"{n}.jpg" for n in range(4)])
    items = [
        _named(taxonomy, "rice", said="rice"),
        _named(taxonomy, "rice", said="RICE"),
        _named(taxonomy, "rice", said="ketchup").verify(ADA),
        _named(taxonomy, "ketchup"),
        open_item(),
    ]
    sheet = Sheet(first.id, items[0].mask.size)
    project.save_sheet(sheet, replace(sheet, items=tuple(items)), "draw")
    others = [
        _named(taxonomy, "rice", Source(SourceKind.IMPORT, "data", BEGIN)),
        _named(taxonomy, "ketchup", Source(SourceKind.MODEL, "net", BEGIN)),
    ]
    sheet = Sheet(second.id, items[0].mask.size)
    project.save_sheet(sheet, replace(sheet, items=tuple(others)), "import labels")
    sheet = Sheet(third.id, items[0].mask.size)
    project.save_sheet(sheet, sheet.with_item(_named(taxonomy, "ketchup")), "draw")
    project.set_photo_facts(fourth.id, None, None, "It is no photo.")

    figures = project.figures()
    by_id = {each.class_id: each for each in figures.classes}
    assert (by_id[rice.id].objects, by_id[rice.id].confirmed, by_id[rice.id].verified) == (4, 4, 1)
    assert by_id[rice.id].photos == 2
    assert (by_id[egg.id].objects, by_id[egg.id].confirmed, by_id[egg.id].photos) == (3, 2, 2)
    assert figures.unnamed == 1
    assert (figures.objects, figures.confirmed, figures.verified) == (8, 6, 1)
    assert figures.sources == Counter(
        {NameSource.ACCEPTED: 2, NameSource.PERSON: 3, NameSource.IMPORT: 1, NameSource.MODEL: 1}
    )
    assert figures.right_first == pytest.approx(2 / 5)
    assert figures.statuses == Counter({PhotoStatus.IN_PROGRESS: 2, PhotoStatus.DONE: 1, PhotoStatus.BROKEN: 1})
    assert [dict(photo.objects) for photo in figures.labelled] == [{rice.id: 3, egg.id: 1}, {rice.id: 1}, {egg.id: 1}]
    assert [each.class_id for each in figures.classes] == [food.id for food in taxonomy]


def test_merged_classes_count_as_one(project: Project) -> None:
    taxonomy = project.taxonomy()
    rice, egg = (taxonomy.find(name) for name in ("rice", "ketchup"))
    assert rice
    assert egg
    (photo,) = project.add_photos([project.root / "a.jpg"])
    items = (_named(taxonomy, "rice", said="ketchup"), _named(taxonomy, "ketchup"))
    sheet = Sheet(photo.id, items[0].mask.size)
    project.save_sheet(sheet, replace(sheet, items=items), "draw")
    project.save_taxonomy(taxonomy, taxonomy.merged(rice.id, egg.id), "merge")
    figures = project.figures()
    by_id = {each.class_id: each for each in figures.classes}
    assert rice.id not in by_id
    assert (by_id[egg.id].confirmed, by_id[egg.id].photos) == (2, 1)
    assert figures.sources[NameSource.ACCEPTED] == 1  # rice that the model calls egg is egg now


def test_the_history_tells_what_was_named_and_with_how_many_acts(project: Project) -> None:
    taxonomy = project.taxonomy()
    (photo,) = project.add_photos([project.root / "a.jpg"])
    one, two = open_item(), open_item(2)
    empty = Sheet(photo.id, one.mask.size)
    rice = taxonomy.find("rice")
    assert rice is not None
    drawn = empty.with_item(one).with_item(two)
    named = drawn.with_item(one.named(rice.id, ADA))
    project.save_sheets([(empty, drawn)], "draw", 4)
    project.save_sheets([(drawn, named)], "Name", 1)
    work = project.figures().work
    assert (work.named, work.acts, work.counted) == (1, 5, 1)
    project.save_sheets([(named, drawn)], "Undo: Name", 1)
    assert project.figures().work.named == 0
    project.save_sheets([(drawn, named)], "Redo: Name", 1)
    gone = named.without([one.id])
    project.save_sheets([(named, gone)], "Delete", 1)
    work = project.figures().work
    assert (work.named, work.acts) == (0, 8)
    assert project.figures().confirmed == 0


def test_imports_and_suggestions_are_nobodys_work(project: Project) -> None:
    taxonomy = project.taxonomy()
    (photo,) = project.add_photos([project.root / "a.jpg"])
    item = _named(taxonomy, "rice", Source(SourceKind.IMPORT, "data", BEGIN))
    empty = Sheet(photo.id, item.mask.size)
    project.save_sheet(empty, empty.with_item(item), "import labels")
    said = empty.with_item(item.with_suggestions((Suggestion("ketchup", 0.5, 0.5),)))
    project.save_sheets([(empty.with_item(item), said)], SUGGEST)
    work = project.figures().work
    assert (work.named, work.days) == (0, ())
    assert item.state is ItemState.CONFIRMED
