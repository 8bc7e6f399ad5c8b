"""A project with everything that is hard to carry: holes, parts, overlaps, odd names, proposed and verified items."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import Item, ItemState, Mask, Sheet, Source, SourceKind, Taxonomy
from rvergui.interchange.exports.division import Division
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.exports.selection import Selection
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.report import ExportReport
from rvergui.project import Project
from tests.interchange.small_projects import write_photo

SIZE = (60, 80)
NAMES = ["rice", "fish/chips: 50%", "CON", "Müsli „süß“, 日本 🍜", "..", "=1+1", 'it\'s # a "dish"', "x" * 110 + "ü"]
PERSON = Source.now(SourceKind.PERSON, "ada")


def ring_mask() -> Mask:
    """A disc with a hole, and an island in the hole."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    far = np.hypot(x - 30, y - 28)
    return Mask.from_array(((far < 22) & (far > 10)) | (far < 4))


def parted_mask() -> Mask:
    """Three parts, two of which touch at a corner, one a single pixel."""
    array = np.zeros(SIZE, dtype=bool)
    array[40:50, 50:62] = True
    array[50:57, 62:70] = True
    array[3, 75] = True
    return Mask.from_array(array)


def box_mask(x: int, y: int, w: int, h: int) -> Mask:
    array = np.zeros(SIZE, dtype=bool)
    array[y : y + h, x : x + w] = True
    return Mask.from_array(array)


def hard_project(folder: Path) -> Project:
    """Five photos of 60x80 pixels; every name of ``NAMES`` is on one of them."""
    project = Project.create(folder / "hard.rver", Taxonomy.from_names(NAMES))
    objects = {
        "one.png": [(ring_mask(), 0), (parted_mask(), 1)],
        "deep/one.png": [(box_mask(2, 3, 20, 20), 2), (box_mask(40, 3, 20, 20), 3)],
        "Ü % ~ ..png": [(box_mask(0, 0, 80, 10), 4), (box_mask(0, 50, 80, 10), 0)],
        "three.png": [(box_mask(10, 10, 30, 30), 5), (box_mask(50, 15, 9, 31), 6)],
        "four.png": [(box_mask(5, 5, 50, 50), 7), (box_mask(60, 5, 3, 3), 0)],
    }
    for seed, (name, items) in enumerate(objects.items(), start=50):
        write_photo(folder / name, seed, SIZE)
        add_items(project, folder / name, items)
    return project


def add_items(project: Project, path: Path, items: list[tuple[Mask, int]]) -> Sheet:
    """Put confirmed items onto a photo; the number says which name."""
    foods = list(project.taxonomy())
    (record,) = project.add_photos([path])
    before = after = replace(project.sheet(record.id), size=items[0][0].size)
    for mask, number in items:
        item = Item.new(mask, PERSON, ItemState.OPEN).named(foods[number].id, PERSON)
        after = after.with_item(item)
    project.save_sheet(before, after, "test")
    return after


def export(
    project: Project,
    out: Path,
    name: str,
    selection: Selection | None = None,
    division: Division | None = None,
    **options: Any,
) -> ExportReport:
    """Export with the defaults of the format."""
    format = EXPORTS[name]
    return run_export(project, out, ExportPlan.of(format, chosen(format.options, options, name), selection, division))


def out_path(folder: Path, name: str) -> Path:
    """Where to export a format to."""
    return folder / EXPORTS[name].default_name("hard")


def labels_of(project: Project) -> dict[str, list[tuple[str, Mask]]]:
    """File name -> (class name, mask) of each item, sorted; file names of copies may differ, so keys are contents."""
    taxonomy = project.taxonomy()
    found: dict[str, list[tuple[str, Mask]]] = {}
    for record, sheet in project.labelled():
        pairs = [(taxonomy.get(item.class_id or "").name, item.mask) for item in sheet if item.class_id]
        found[project.photo_path(record).read_bytes().hex()] = sorted(pairs, key=lambda p: (p[0], p[1].counts))
    return found
