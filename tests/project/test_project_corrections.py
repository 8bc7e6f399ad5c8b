from __future__ import annotations

from dataclasses import replace

from project_values import open_item, person

from rvergui.core import Item, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.project import PhotoRecord, Project
from rvergui.project.records import UNDO

MODEL = Source.now(SourceKind.MODEL, "v1")


class Writer:
    """Saves edits of one photo one after another."""

    def __init__(self, project: Project, photo: PhotoRecord) -> None:
        self.project = project
        self.sheet = project.sheet(photo.id)

    def put(self, *items: Item, act: str = "edit") -> None:
        self.save(self._with(items), act)

    def _with(self, items: tuple[Item, ...]) -> Sheet:
        sheet = self.sheet
        for item in items:
            sheet = sheet.with_item(item)
        return sheet

    def save(self, sheet: Sheet, act: str = "edit") -> None:
        self.project.save_sheet(self.sheet, sheet, act)
        self.sheet = sheet


def found(project: Project) -> list[tuple[str, str, bool, int]]:
    return [(c.wrong, c.right, c.by_model, c.count) for c in project.corrections()]


def guessed(x: int, name: str) -> Item:
    return open_item(x).with_suggestions((Suggestion(name, 0.6, 0.1), Suggestion("peas", 0.3, 0.1)))


def test_suggested_and_given_names_that_were_corrected_are_counted_by_pair(
    project: Project, photo: PhotoRecord, taxonomy: Taxonomy
) -> None:
    ketchup, chili, rice = (food.id for food in taxonomy.classes)
    writer = Writer(project, photo)
    one, two, right = guessed(1, "ketchup"), guessed(2, "KETCHUP"), guessed(3, "rice")
    writer.put(one)
    writer.put(one.named(chili, person()))
    writer.put(two.named(chili, person()))  # drawn and named in one step
    writer.put(right.named(rice, person()))
    slip = open_item(4).named(rice, person())
    writer.put(slip)
    writer.put(slip.named(ketchup, person()))
    guess = open_item(5).named(rice, MODEL)
    writer.put(guess)
    writer.put(guess.named(chili, person()))
    assert found(project) == [
        ("ketchup", "chili paste", True, 2),
        ("rice", "chili paste", True, 1),
        ("rice", "ketchup", False, 1),
    ]
    first = project.corrections()[0]
    assert first.items == ((photo.id, two.id), (photo.id, one.id))


def test_undo_takes_a_correction_back_and_redo_makes_it_again(
    project: Project, photo: PhotoRecord, taxonomy: Taxonomy
) -> None:
    ketchup, chili, _ = (food.id for food in taxonomy.classes)
    writer = Writer(project, photo)
    item = guessed(1, "ketchup").named(ketchup, person())
    writer.put(item)
    before, after = writer.sheet, writer.sheet.with_item(item.named(chili, person()))
    writer.save(after, "Name “chili paste”")
    assert found(project) == [("ketchup", "chili paste", False, 1)]
    writer.save(before, UNDO + "Name “chili paste”")
    assert found(project) == []
    writer.save(after, "Redo: Name “chili paste”")
    assert found(project) == [("ketchup", "chili paste", False, 1)]
    writer.save(replace(after, items=()), "Delete")
    writer.save(after, UNDO + "Delete")
    assert found(project) == [("ketchup", "chili paste", False, 1)]
    project.remove_photos([photo.id])
    project.restore_photos([photo.id])
    assert found(project) == [("ketchup", "chili paste", False, 1)]


def test_classes_are_called_what_they_are_called_now(project: Project, photo: PhotoRecord, taxonomy: Taxonomy) -> None:
    ketchup, chili, rice = (food.id for food in taxonomy.classes)
    writer = Writer(project, photo)
    item = guessed(1, "ketchup")
    writer.put(item.named(chili, person()))
    renamed = taxonomy.renamed(chili, "sambal")
    project.save_taxonomy(taxonomy, renamed, "rename")
    assert found(project) == [("ketchup", "sambal", True, 1)]
    project.save_taxonomy(renamed, renamed.merged(chili, ketchup), "merge")
    assert found(project) == []  # one and the same now
    writer.put(guessed(2, "stew").named(rice, person()))
    assert found(project) == [("stew", "rice", True, 1)]  # a word of the model that is no class here


def test_going_back_and_forth_counts_an_item_once_a_pair(
    project: Project, photo: PhotoRecord, taxonomy: Taxonomy
) -> None:
    ketchup, chili, _ = (food.id for food in taxonomy.classes)
    writer = Writer(project, photo)
    item = open_item(1)
    for class_id in (ketchup, chili, ketchup, chili):
        item = item.named(class_id, person())
        writer.put(item)
    assert found(project) == [("chili paste", "ketchup", False, 1), ("ketchup", "chili paste", False, 1)]


def test_reading_ends_when_nobody_wants_to_know_any_more(
    project: Project, photo: PhotoRecord, taxonomy: Taxonomy
) -> None:
    writer = Writer(project, photo)
    for x in range(3):
        writer.put(guessed(x, "ketchup").named(taxonomy.classes[1].id, person()))
    asked: list[bool] = []

    def is_unwanted() -> bool:
        asked.append(True)
        return len(asked) == 2

    assert project.corrections(is_unwanted) == []
    assert len(asked) == 2


def test_without_edits_there_is_nothing(project: Project) -> None:
    assert project.corrections() == []
