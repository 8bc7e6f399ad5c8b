"""A project of rendered sample meals, to try the program without photos of one's own."""

from __future__ import annotations

from pathlib import Path

from rvergui.core import Item, Sheet, Source, SourceKind, Taxonomy
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.project.records import PhotoFacts
from rvergui.project.store import Project
from rvergui.samples import SAMPLE_CLASSES, Meal, write_meals

DEMO_NAME = "sample-meals.rver"


def create_demo_project(folder: Path, count: int = 12, seed: int = 0, labelled: int = 0) -> Path:
    """Render sample meals into ``folder`` and make a project of them.

    Args:
        folder: where the photos and the project go; made if missing.
        count: how many meals.
        seed: which meals; the same seed renders the same.
        labelled: the first so many photos get their exact masks and confirmed names.

    Returns:
        The project file. If there is one already nothing is changed and its path is returned.
    """
    path = folder / DEMO_NAME
    if path.exists():
        return path
    meals = write_meals(folder, count, seed)
    with Project.create(path, Taxonomy.from_names(SAMPLE_CLASSES)) as project:
        records = project.add_photos([file for file, _ in meals])
        facts = []
        for record, (file, meal) in zip(records, meals, strict=True):
            height, width = meal.pixels.shape[:2]
            facts.append(PhotoFacts(record.id, content_hash(read_photo_file(file)), (height, width)))
        project.set_facts_of_photos(facts)
        taxonomy = project.taxonomy()
        for record, (_, meal) in list(zip(records, meals, strict=True))[: max(labelled, 0)]:
            before = project.sheet(record.id)
            project.save_sheet(before, _labelled(before, meal, taxonomy), "label sample meal")
    return path


def _labelled(sheet: Sheet, meal: Meal, taxonomy: Taxonomy) -> Sheet:
    """The sheet with every object of a rendered meal, named as it was rendered."""
    source = Source.now(SourceKind.IMPORT, "sample meals")
    for made in meal.objects:
        food = taxonomy.find(made.name)
        if food is not None:
            sheet = sheet.with_item(Item.new(made.mask, source).named(food.id, source))
    return sheet
