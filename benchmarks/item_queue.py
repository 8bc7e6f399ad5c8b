"""How long it takes to look at many items in an order: ``python benchmarks/item_queue.py [--items 100000] [--json]``.

A project of ten items a photo, with masks of a 12-megapixel photo, five suggestions each, half of them confirmed.
Beside each order stands what reading every sheet and sorting takes, masks and all, and how long the wrong-name history
takes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rvergui.core import Item, ItemState, Mask, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.project.queue import QueueFilter, QueueOrder
from rvergui.project.store import Project

A_PHOTO = 10
SIZE = (3000, 4000)
CLASSES = 105


def masks() -> list[Mask]:
    """Some objects with a rough rim, as segmenters make them."""
    y, x = np.mgrid[:900, :900]
    radius = np.hypot(x - 450, y - 450)
    rims = [300 + 20 * k + 8 * np.sin(np.arctan2(y - 450, x - 450) * (20 + k)) for k in range(8)]
    return [Mask.from_crop(radius < rim, (400 * k % 2500, 300 * k % 1800), SIZE) for k, rim in enumerate(rims)]


def fill(project: Project, items: int) -> None:
    """Put the items into a project."""
    draw, shapes, who = random.Random(0), masks(), Source.now(SourceKind.PERSON, "ada")
    foods = list(project.taxonomy())
    records = project.add_photos([project.root / f"{n}.jpg" for n in range(items // A_PHOTO)])

    def made(number: int) -> Item:
        shares = sorted((draw.random() for _ in range(5)), reverse=True)
        said = tuple(Suggestion(draw.choice(foods).name, share / sum(shares), 0.1) for share in shares)
        item = Item.new(shapes[number % len(shapes)], who).with_suggestions(said)
        return item.named(draw.choice(foods).id, who) if draw.random() < 0.5 else item

    for begin in range(0, len(records), 500):
        pairs = []
        for record in records[begin : begin + 500]:
            empty = Sheet(record.id, SIZE)
            pairs.append((empty, Sheet(record.id, SIZE, tuple(made(n) for n in range(A_PHOTO)))))
        project.save_sheets(pairs, "fill")


def took(work: Callable[[], object]) -> float:
    """Seconds of a call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def every_sheet(project: Project) -> None:
    """The naive way: all items with their masks, sorted."""
    items = [item for _, sheet in project.labelled() for item in sheet]
    items.sort(key=lambda item: (item.margin is None, item.margin))


def measure(path: Path, items: int) -> dict[str, float]:
    """Seconds by what took them."""
    with Project.create(path, Taxonomy.from_names(f"class {n}" for n in range(CLASSES))) as project:
        fill(project, items)
    found = {}
    with Project.open(path) as project:
        project.photos()
        for order in QueueOrder:
            found[f"{order}, the first"] = took(lambda order=order: next(project.queue(order)))  # type: ignore[misc]
            found[f"{order}, all"] = took(lambda order=order: sum(1 for _ in project.queue(order)))  # type: ignore[misc]
        close = QueueFilter(states=frozenset({ItemState.OPEN}), below=0.05)
        found["margin below 0.05, not confirmed"] = took(lambda: sum(1 for _ in project.queue(wanted=close)))
        found["every sheet, sorted"] = took(lambda: every_sheet(project))
        found["corrections"] = took(project.corrections)
    found["megabytes"] = path.stat().st_size / 1e6
    return found


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--items", type=int, default=100_000)
    reader.add_argument("--json", action="store_true")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder) / "big.rver", asked.items)
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return 0
    naive = found["every sheet, sorted"]
    for what, value in found.items():
        ratio = "" if what == "megabytes" else f" s {value / naive:8.3f} of every sheet"
        sys.stdout.write(f"{what:36} {value:8.2f}{ratio}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
