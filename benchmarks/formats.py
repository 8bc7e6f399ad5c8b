"""What exports and imports of many items need: memory that does not grow with them, and time.

    python benchmarks/formats.py [--items 100000] [--formats coco,csv]

A project of that many items (ten a photo) is made in a temporary folder, and one with a tenth of them. Each format is
written and read back in a process of its own; the table says how much its memory grew while it worked, beside the same
for a tenth of the items in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from rvergui.core import Item, Mask, Sheet, Source, SourceKind, Taxonomy
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.imports.format import Request
from rvergui.interchange.imports.run import import_dataset
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.project import Project

SIZE = (96, 128)
AN_ITEM = 10


def make_project(folder: Path, items: int) -> None:
    """A project of ``items`` items on photos that are one file under many names."""
    source = Source.now(SourceKind.PERSON, "benchmark")
    Image.fromarray(np.zeros((*SIZE, 3), dtype=np.uint8)).save(folder / "photo.png")
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    random = np.random.default_rng(0)
    masks = [Mask.from_array(np.hypot(x - a, y - b) < 12) for a, b in random.uniform(15, 80, (200, 2))]
    photos = [folder / f"{number:06d}.png" for number in range(items // AN_ITEM)]
    for photo in photos:
        os.link(folder / "photo.png", photo)
    with Project.create(folder / "many.rver", Taxonomy.from_names([f"food {n}" for n in range(100)])) as project:
        foods = list(project.taxonomy())
        records = project.add_photos(photos)
        for first in range(0, len(records), 500):
            pairs = []
            for number, record in enumerate(records[first : first + 500], start=first):
                new = [
                    Item.new(masks[(number * 7 + k * 13) % 200], source).named(foods[(number + k) % 100].id, source)
                    for k in range(AN_ITEM)
                ]
                pairs.append((Sheet(record.id, SIZE), Sheet(record.id, SIZE, tuple(new))))
            project.save_sheets(pairs, "benchmark")


def measure(folder: Path, name: str) -> dict[str, float]:
    """Write and read one format; seconds, and by how many megabytes the process grew while it worked."""
    format = EXPORTS[name]
    given = {"images": "link"} if "images" in format.options.model_fields else {}
    plan = ExportPlan.of(format, chosen(format.options, given, name))
    out = folder / f"out-{name}{format.suffix}"
    before, begin = _peak(), time.perf_counter()
    with Project.open(folder / "many.rver", read_only=True) as project:
        written = run_export(project, out, plan)
    middle, exported = time.perf_counter(), _peak()
    reader = IMPORTS[{"crops": "folders"}.get(name, name)]
    with Project.create(folder / f"back-{name}.rver", Taxonomy()) as project:
        dataset = read_dataset(reader, Request(out, folder if reader.images and format.suffix else None))
        # all photos are one and the same by content here, so labels merge onto one; a tenth is enough to see the memory
        import_dataset(project, type(dataset)(dataset.classes, dataset.photos[:20]), "benchmark")
    return {
        "items": written.written,
        "export_seconds": middle - begin,
        "read_seconds": time.perf_counter() - middle,
        "export_mb": exported - before,
        "import_mb": _peak() - exported,
    }


def _peak() -> float:
    """The most memory so far, in megabytes. Linux's getrusage counts the parent's, too; its status file does not."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make the projects, measure each format in a process of its own, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--formats", default="coco,csv")
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "FORMAT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(Path(options.one[0]), options.one[1])))
        return
    with tempfile.TemporaryDirectory() as place:
        for items in (options.items // 10, options.items):
            folder = Path(place) / str(items)
            folder.mkdir()
            make_project(folder, items)
            for name in options.formats.split(","):
                command = [sys.executable, __file__, "--one", str(folder), name]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found = json.loads(done.stdout.splitlines()[-1])
                print(f"{name:12} {found['items']:7.0f} items: written in {found['export_seconds']:6.1f} s, "
                      f"+{found['export_mb']:4.0f} MB; read in {found['read_seconds']:6.1f} s, "
                      f"+{found['import_mb']:4.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
