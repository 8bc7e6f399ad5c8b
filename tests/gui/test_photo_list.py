"""Which photos the list shows, in which order, and what follows the current one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from rvergui.core import Taxonomy
from rvergui.gui.photo_columns import columns_of
from rvergui.gui.photo_list import PhotoList
from rvergui.gui.photo_query import Matcher, PhotoOrder, PhotoQuery
from rvergui.project.photo_contents import PhotoContents
from rvergui.project.records import PhotoRecord, PhotoStatus

TODO, IN_PROGRESS, DONE, BROKEN = PhotoStatus


def record(
    name: str, items: int = 0, confirmed: int = 0, problem: str | None = None, margin: float | None = None
) -> PhotoRecord:
    return PhotoRecord(name, f"{name}.jpg", None, None, problem, items, confirmed, margin=margin)


@pytest.fixture
def classes() -> Taxonomy:
    taxonomy = Taxonomy.from_names(["ketchup", "chili paste", "Reis"])
    rice = taxonomy.find("Reis")
    return taxonomy.renamed(rice.id, "rice")


@pytest.fixture
def photos(classes: Taxonomy, qtbot: QtBot) -> PhotoList:
    """Five photos: to do, in progress, done, broken, in progress."""
    made = PhotoList()
    made.use_taxonomy(classes)
    made.replace(
        [
            record("a"),
            record("b", 2, 1, margin=0.5),
            record("Plate", 3, 3),
            record("d", problem="damaged"),
            record("e", 1, margin=0.125),
        ]
    )
    ids = {name: classes.find(name).id for name in ("ketchup", "chili paste", "rice")}
    made.use_contents(
        {
            "b": PhotoContents(frozenset({ids["ketchup"]}), "on the left\nburnt"),
            "Plate": PhotoContents(frozenset({ids["rice"], ids["ketchup"]})),
            "e": PhotoContents(frozenset()),
        }
    )
    return made


def shown(photos: PhotoList) -> list[str]:
    return [photos.at(place).id for place in range(photos.shown_count)]


def test_all_are_shown_at_first(photos: PhotoList) -> None:
    assert shown(photos) == ["a", "b", "Plate", "d", "e"]
    assert photos.query.shows_everything


@pytest.mark.parametrize(
    ("status", "expected"), [(TODO, ["a"]), (IN_PROGRESS, ["b", "e"]), (DONE, ["Plate"]), (BROKEN, ["d"])]
)
def test_each_status_has_a_filter(photos: PhotoList, status: PhotoStatus, expected: list[str]) -> None:
    photos.show_only(PhotoQuery(status=status))
    assert shown(photos) == expected
    assert photos.count(status) == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PLATE", ["Plate"]),
        (".jpg", ["a", "b", "Plate", "d", "e"]),
        ("ketchup", ["b", "Plate"]),
        ("REIS", ["Plate"]),  # an alias
        ("burnt", ["b"]),
        ("ketchup rice", ["Plate"]),
        ("ketchup  burnt .jpg", ["b"]),
        ("chili", []),
        ("   ", ["a", "b", "Plate", "d", "e"]),
    ],
)
def test_words_are_looked_for_in_paths_classes_and_notes(photos: PhotoList, text: str, expected: list[str]) -> None:
    photos.show_only(PhotoQuery(text=text))
    assert shown(photos) == expected


def test_a_class_counts_with_all_that_was_merged_into_it(photos: PhotoList, classes: Taxonomy, qtbot: QtBot) -> None:
    chili, ketchup = classes.find("chili paste").id, classes.find("ketchup").id
    photos.show_only(PhotoQuery(class_id=chili))
    assert shown(photos) == []
    photos.use_taxonomy(classes.merged(ketchup, chili))
    qtbot.waitUntil(lambda: shown(photos) == ["b", "Plate"], timeout=5000)


def test_the_least_certain_come_first_and_the_settled_not_at_all(photos: PhotoList) -> None:
    photos.show_only(PhotoQuery(order=PhotoOrder.UNCERTAIN))
    assert shown(photos) == ["e", "b"]
    photos.show_only(PhotoQuery(order=PhotoOrder.UNCERTAIN, text="b"))
    assert shown(photos) == ["b"]


def test_going_on_keeps_to_what_is_shown(photos: PhotoList) -> None:
    photos.set_current("a")
    photos.show_only(PhotoQuery(status=IN_PROGRESS))
    assert (photos.neighbour(1), photos.neighbour(-1)) == ("b", None)  # from a photo that is not shown
    photos.set_current("b")
    assert (photos.neighbour(1), photos.neighbour(2), photos.neighbour(-1)) == ("e", None, None)
    photos.set_current("d")
    assert (photos.neighbour(1), photos.neighbour(-1)) == ("e", "b")


def test_without_a_current_photo_the_first_follows(photos: PhotoList) -> None:
    assert photos.neighbour(1) == "a"
    photos.show_only(PhotoQuery(status=DONE))
    assert photos.neighbour(1) == "Plate"


def test_a_photo_that_is_done_stays_in_the_filter_until_it_is_left(photos: PhotoList, qtbot: QtBot) -> None:
    photos.show_only(PhotoQuery(status=IN_PROGRESS))
    photos.set_current("b")
    photos.update(record("b", 2, 2))
    assert shown(photos) == ["b", "e"]
    with qtbot.waitSignal(photos.shown_changed, timeout=5000):
        pass
    assert shown(photos) == ["b", "e"]
    assert photos.neighbour(1) == "e"
    photos.set_current("e")
    assert shown(photos) == ["e"]
    photos.set_current("e")
    assert shown(photos) == ["e"]


def test_a_photo_that_comes_to_fit_joins_where_it_belongs(photos: PhotoList, qtbot: QtBot) -> None:
    photos.show_only(PhotoQuery(status=DONE))
    with qtbot.waitSignal(photos.shown_changed, timeout=5000):
        photos.update(record("a", 1, 1))
    assert shown(photos) == ["a", "Plate"]
    photos.show_only(PhotoQuery(text="burnt"))
    with qtbot.waitSignal(photos.shown_changed, timeout=5000):
        photos.note_contents("d", PhotoContents(notes="burnt"))
    assert shown(photos) == ["b", "d"]


def test_an_edit_that_changes_nothing_in_sight_leaves_the_list_alone(photos: PhotoList, qtbot: QtBot) -> None:
    photos.show_only(PhotoQuery(status=IN_PROGRESS))
    with qtbot.assertNotEmitted(photos.shown_changed, wait=900):
        photos.update(record("b", 5, 1))
        photos.update(record("a", problem="gone"))


def test_another_list_keeps_current_photo_and_filter(photos: PhotoList) -> None:
    photos.set_current("b")
    photos.show_only(PhotoQuery(status=IN_PROGRESS))
    photos.replace([record("0", 1), record("a"), record("b", 2, 1)])
    assert photos.current == record("b", 2, 1)
    assert shown(photos) == ["0", "b"]
    photos.replace([record("a")])
    assert photos.current is None


def test_a_list_made_in_the_background_leaves_later_edits_alone(photos: PhotoList) -> None:
    order = ["new", *(photos[row].id for row in range(len(photos)))]
    moved = replace(photos[0], path="elsewhere.jpg")
    work = photos.prepared([record("new"), moved], order, set())
    photos.update(replace(photos[0], items=7, confirmed=7))
    assert photos.adopt(work())
    assert photos[0] == record("new")
    assert photos[1] == replace(moved, items=7, confirmed=7)
    assert photos.count(PhotoStatus.DONE) == sum(photos[row].status is DONE for row in range(len(photos)))


def test_a_list_made_in_the_background_is_refused_once_another_came(photos: PhotoList) -> None:
    work = photos.prepared([record("new")], ["new"], set())
    photos.replace([record("a"), record("b")])
    assert not photos.adopt(work())
    assert len(photos) == 2


names = st.text(st.sampled_from("abß İ1"), max_size=6)
rows = st.lists(st.tuples(names, st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=8)


@given(rows, names, st.sampled_from([None, *PhotoStatus]), st.sampled_from(PhotoOrder))
def test_filtering_many_says_of_each_what_filtering_it_alone_says(
    given: list[tuple[str, int, int, bool]], text: str, status: PhotoStatus | None, order: PhotoOrder
) -> None:
    records = [
        PhotoRecord(str(row), name, None, None, "bad" if bad else None, items, min(items, confirmed), margin=items / 2)
        for row, (name, items, confirmed, bad) in enumerate(given)
    ]
    contents = {r.id: PhotoContents(notes="a 1") for r in records if r.items}
    matcher = Matcher(PhotoQuery(status=status, text=text, order=order), Taxonomy())
    found = matcher.rows(columns_of(records), contents)
    alone = [row for row, r in enumerate(records) if matcher.fits(r, contents.get(r.id, PhotoContents()))]
    assert sorted(found) == alone
    if order is PhotoOrder.NATURAL:
        assert found == alone
    assert all(status in (None, records[row].status) for row in found)
