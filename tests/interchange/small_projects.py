"""Small projects with real photos for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from rvergui.core import Item, ItemState, Mask, Sheet, Source, SourceKind, Taxonomy
from rvergui.project import Project

SIZE = (36, 48)


def blob(seed: int, size: tuple[int, int] = SIZE) -> Mask:
    """A mask of a few rectangles, with a hole now and then."""
    random = np.random.default_rng(seed)
    array = np.zeros(size, dtype=bool)
    for fill in (True, True, False):
        y, x = random.integers(0, size[0] - 8), random.integers(0, size[1] - 8)
        h, w = random.integers(4, 16, 2) if fill else (2, 2)
        array[y : y + h, x : x + w] = fill
    array[size[0] // 2, size[1] // 2] = True
    return Mask.from_array(array)


def write_photo(path: Path, seed: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A photo of noise; returns its pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(1, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


def make_project(folder: Path, photos: dict[str, Sequence[str | None]], classes: Sequence[str] = ()) -> Project:
    """An open project of PNG photos (name -> class of each object; None: an object that is not confirmed)."""
    names = list(dict.fromkeys([*classes, *(name for objects in photos.values() for name in objects if name)]))
    project = Project.create(folder / "meals.rver", Taxonomy.from_names(names))
    for seed, (photo, objects) in enumerate(photos.items()):
        write_photo(folder / photo, seed)
        add_objects(project, folder / photo, objects, seed)
    return project


def add_objects(project: Project, path: Path, objects: Sequence[str | None], seed: int) -> Sheet:
    """Add a photo with objects to a project; returns its sheet."""
    taxonomy = project.taxonomy()
    (record,) = project.add_photos([path])
    before = after = Sheet(record.id, SIZE)
    for number, name in enumerate(objects):
        item = Item.new(blob(seed * 100 + number), Source.now(SourceKind.MODEL, "test"), ItemState.OPEN)
        if name is not None:
            found = taxonomy.find(name)
            assert found is not None
            item = item.named(found.id, Source.now(SourceKind.PERSON, "ada"))
        after = after.with_item(item)
    project.save_sheet(before, after, "test")
    return after


def tree(folder: Path) -> list[str]:
    """All files below ``folder``."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
