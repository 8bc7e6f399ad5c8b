from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project_values import SIZE, edited, open_item, person

from rvergui.core import Item, ItemState, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.project import PhotoRecord, Project, queue
from rvergui.project.queue import QueueFilter, QueueItem, QueueOrder
from rvergui.project.records import FileStamp, PhotoFile

MODEL = Source.now(SourceKind.MODEL, "v1")


def said(item: Item, *names: tuple[str, float]) -> Item:
    return item.with_suggestions(tuple(Suggestion(name, probability, 0.0) for name, probability in names))


@pytest.fixture
def filled(project: Project, photo: PhotoRecord, taxonomy: Taxonomy) -> dict[str, Item]:
    """Five items on two photos, by what they are."""
    ketchup, chili, rice = (food.id for food in taxonomy.classes)
    (second,) = project.add_photos([project.root / "z.jpg"])
    items = {
        "sure": said(open_item(1), ("rice", 0.9), ("ketchup", 0.1)),
        "unsure": said(open_item(2), ("ketchup", 0.5), ("rice", 0.45)),
        "wrong": said(open_item(3), ("chili paste", 0.8), ("ketchup", 0.2)).named(ketchup, person()),
        "right": said(open_item(4), ("rice", 0.7)).named(rice, person()).verify(person()),
        "silent": open_item(5).named(chili, MODEL),
    }
    for record, names in ((photo, ("sure", "wrong", "silent")), (second, ("unsure", "right"))):
        sheet = Sheet(record.id, SIZE)
        full = replace(sheet, items=tuple(items[name] for name in names))
        project.save_sheet(sheet, full, "fill")
    return items


def names_of(entries: list[QueueItem], items: dict[str, Item]) -> list[str]:
    by_id = {item.id: name for name, item in items.items()}
    return [by_id[entry.id] for entry in entries]


def test_the_least_certain_come_first(project: Project, filled: dict[str, Item]) -> None:
    assert names_of(list(project.queue()), filled) == ["unsure", "wrong", "right", "sure", "silent"]


def test_an_entry_says_what_the_item_says(project: Project, photo: PhotoRecord, filled: dict[str, Item]) -> None:
    entry = next(entry for entry in project.queue() if entry.id == filled["wrong"].id)
    assert entry == QueueItem(
        photo_id=photo.id,
        id=filled["wrong"].id,
        class_id=filled["wrong"].class_id,
        state=ItemState.CONFIRMED,
        label_kind=SourceKind.PERSON,
        suggested="chili paste",
        probability=0.8,
        margin=pytest.approx(0.6),
        verified=False,
        area=4,
        bbox=(3, 1, 2, 2),
    )
    verified = next(entry for entry in project.queue() if entry.id == filled["right"].id)
    assert verified.verified


def test_by_class_follows_the_class_list_and_merges(
    project: Project, filled: dict[str, Item], taxonomy: Taxonomy
) -> None:
    assert names_of(list(project.queue(QueueOrder.CLASS)), filled) == ["wrong", "silent", "right", "unsure", "sure"]
    ketchup, chili, rice = (food.id for food in taxonomy.classes)
    merged = taxonomy.merged(ketchup, rice)
    project.save_taxonomy(taxonomy, merged, "merge")
    assert names_of(list(project.queue(QueueOrder.CLASS)), filled) == ["silent", "wrong", "right", "unsure", "sure"]
    only = QueueFilter(classes=frozenset({rice}))
    assert names_of(list(project.queue(QueueOrder.MARGIN, only)), filled) == ["wrong", "right"]
    assert chili


def test_disagreement_shows_what_the_model_would_call_otherwise(
    project: Project, filled: dict[str, Item], taxonomy: Taxonomy
) -> None:
    assert names_of(list(project.queue(QueueOrder.DISAGREEMENT)), filled) == ["wrong"]
    ketchup, chili, _ = (food.id for food in taxonomy.classes)
    project.save_taxonomy(taxonomy, taxonomy.merged(chili, ketchup), "merge")  # the model's word is an alias now
    assert list(project.queue(QueueOrder.DISAGREEMENT)) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (QueueFilter(states=frozenset({ItemState.OPEN})), ["unsure", "sure", "silent"]),
        (QueueFilter(verified=True), ["right"]),
        (QueueFilter(verified=False, states=frozenset({ItemState.CONFIRMED})), ["wrong"]),
        (QueueFilter(classes=frozenset({None})), ["unsure", "sure"]),
        (QueueFilter(suggested=frozenset({"rice", "ketchup"}), below=0.75), ["unsure", "right"]),
        (QueueFilter(photos=frozenset()), []),
    ],
)
def test_filters(project: Project, filled: dict[str, Item], wanted: QueueFilter, names: list[str]) -> None:
    assert names_of(list(project.queue(wanted=wanted)), filled) == names


def test_photo_by_photo(project: Project, photo: PhotoRecord, filled: dict[str, Item]) -> None:
    assert [entry.photo_id == photo.id for entry in project.queue(QueueOrder.PHOTO)] == [True] * 3 + [False] * 2
    here = QueueFilter(photos=frozenset({photo.id}))
    assert len(list(project.queue(QueueOrder.PHOTO, here))) == 3


def test_a_queue_is_of_one_moment_and_does_not_hold_saving_up(
    project: Project, photo: PhotoRecord, filled: dict[str, Item]
) -> None:
    entries = project.queue()
    first = next(entries)
    before = project.sheet(photo.id)
    project.save_sheet(before, replace(before, items=()), "clear")
    assert 1 + len(list(entries)) == 5
    assert first.id == filled["unsure"].id
    assert len(list(project.queue())) == 2


@pytest.mark.parametrize("order", QueueOrder)
def test_no_queue_looks_at_masks(project: Project, filled: dict[str, Item], order: QueueOrder) -> None:
    statements: list[str] = []
    reader = project._opened.reader
    assert reader._connection is not None
    reader._connection.set_trace_callback(statements.append)
    list(queue.read(reader, project.taxonomy(), order, QueueFilter(states=frozenset(ItemState))))
    reader._connection.set_trace_callback(None)
    (statement,) = (s for s in statements if s.startswith("SELECT") and "FROM items" in s)
    plan = [row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("items USING COVERING INDEX items_in_queue" in step for step in plan), plan


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_derived_follows_every_edit(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.mktemp("derived") / "meals.rver"
    with Project.create(path, Taxonomy()) as project:
        (record,) = project.add_photos([path.parent / "a.jpg"])
        sheet = Sheet(record.id, SIZE)
        for _ in range(3):
            after = data.draw(edited(sheet))
            project.save_sheet(sheet, after, "edit")
            sheet = after
            there = {entry.id: entry for entry in project.queue()}
            assert there.keys() == {item.id for item in sheet}
            for item in sheet:
                entry, best = there[item.id], item.suggested
                assert (entry.suggested, entry.probability) == ((best.name, best.probability) if best else ("", None))
                assert entry.margin == item.margin
                assert (entry.area, entry.bbox) == (item.mask.area, item.mask.bbox)
                assert entry.verified == (item.verified is not None)
            counted = project.photo(record.id)
            assert (counted.verified, counted.margin) == (sheet.verified, sheet.smallest_margin)
        project.remove_photos([record.id])
        assert project.restore_photos([record.id])[0].margin == sheet.smallest_margin
        assert project.check() == []


def test_what_a_photo_file_looked_like_is_kept(project: Project, photo: PhotoRecord) -> None:
    project.set_photo_facts(photo.id, None, None, None, FileStamp(1_700_000_000_123_456_789, 5_000_000_000))
    project.set_photo_facts(photo.id, "cd", None, None)
    stamp = FileStamp(1_700_000_000_123_456_789, 5_000_000_000)
    assert project.photo_files() == [PhotoFile(photo.id, "plate.jpg", "cd", stamp, None)]
