"""Labelled data and runs small enough for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rvergui.core import Item, Mask, Source, SourceKind, Taxonomy, views
from rvergui.project import Project
from rvergui.training.events import Event
from rvergui.training.options import TrainOptions
from rvergui.training.run import train

BACKBONE = "test_efficientnet"
SIZE = 32
COLOURS = {"tomato": (220, 30, 30), "pea": (40, 200, 40), "plum": (60, 30, 160), "corn": (230, 210, 40)}


def photo_with(names: Sequence[str], seed: int, size: tuple[int, int] = (48, 64)) -> tuple[np.ndarray, list[Mask]]:
    """A grey table with one coloured block a name, side by side."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(90, 130, (*size, 3), dtype=np.uint8)
    width = size[1] // len(names)
    masks = []
    for place, name in enumerate(names):
        block = np.clip(np.array(COLOURS[name]) + rng.integers(-15, 16, (24, width - 4, 3)), 0, 255)
        x, y = place * width + 2, int(rng.integers(2, size[0] - 26))
        pixels[y : y + 24, x : x + width - 4] = block
        masks.append(Mask.from_crop(np.ones((24, width - 4), dtype=bool), (x, y), size))
    return pixels, masks


def write_project(folder: Path, photos: Sequence[Sequence[str]], extra_classes: Sequence[str] = ()) -> Path:
    """A project of one photo per entry, its objects confirmed under these names."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [photo_with(names, seed) for seed, names in enumerate(photos)]
    files = []
    for number, (pixels, _) in enumerate(drawn):
        files.append(folder / f"p{number:02d}.png")
        Image.fromarray(pixels).save(files[-1])
    names = list(dict.fromkeys([*(name for objects in photos for name in objects), *extra_classes]))
    source = Source.now(SourceKind.PERSON, "tester")
    with Project.create(folder / "little.rver", Taxonomy.from_names(names)) as project:
        taxonomy = project.taxonomy()
        for record, (pixels, masks), objects in zip(project.add_photos(files), drawn, photos, strict=True):
            project.set_photo_facts(record.id, f"{int(record.id[:6], 16):032x}", pixels.shape[:2], None)
            before = sheet = project.sheet(record.id)
            for mask, name in zip(masks, objects, strict=True):
                food = taxonomy.find(name)
                assert food is not None
                sheet = sheet.with_item(Item.new(mask, source).named(food.id, source))
            project.save_sheet(before, sheet, "label")
    return folder / "little.rver"


def write_pairs(root: Path, photos: Sequence[Sequence[str]], test: Sequence[int] = ()) -> Path:
    """A pairs folder as the published code lays it out; the photos numbered in ``test`` are its test part."""
    for number, names in enumerate(photos):
        pixels, masks = photo_with(names, number)
        split = "test" if number in test else "train"
        for name, mask in zip(names, masks, strict=True):
            for view, part in zip(("roi", "extra-roi"), views(pixels, mask), strict=True):
                folder = root / split / view / name
                folder.mkdir(parents=True, exist_ok=True)
                Image.fromarray(part).save(folder / f"photo{number:02d}.png")
    return root


PHOTOS = [["tomato", "pea"], ["pea", "plum"], ["plum", "tomato"], ["tomato", "plum"]] * 3


def options(source: Path, out: Path, **changes: Any) -> TrainOptions:
    """A run of a fraction of a second."""
    known: dict[str, Any] = {
        "source": source,
        "out": out,
        "roi": BACKBONE,
        "extra_roi": BACKBONE,
        "size": SIZE,
        "epochs": 2,
        "batch_size": 8,
        "workers": 2,
        "weights": (),
        "device": "cpu",
    }
    if changes.get("start_from") is not None:
        known.update(roi=None, extra_roi=None, size=None)
    return TrainOptions(**{**known, **changes})


def run(source: Path, out: Path, **changes: Any) -> list[Event]:
    """The events of a whole run."""
    events: list[Event] = []
    assert train(options(source, out, **changes), events.append) == out
    return events


def last_of(events: Sequence[Event], kind: type[Any]) -> Any:
    """The last event of a kind."""
    return [event for event in events if isinstance(event, kind)][-1]
