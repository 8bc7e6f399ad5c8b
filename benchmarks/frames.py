"""How many frames a second the canvas paints with 50 masks on a photo of twelve megapixels.

Run as ``python benchmarks/frames.py [--json] [--items 50]``; needs no screen. The real window pans a real photo with
named items; every frame is painted whole, with name plates and outlines. Beside it the naive way on the same machine in
the same run: each mask an overlay as large as the photo. Qt paints with several threads, so besides real time the
processor time of all of them is told, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from watchdog import Watchdog, rest, wait_until
from window import LARGE, write_large

from rvergui.core import Item, Mask, Source, SourceKind, Taxonomy
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.smooth import keep_smooth
from rvergui.project.store import Project
from rvergui.samples import render_meal
from rvergui.segment.strokes import stroke_mask

FRAMES = 120
NAIVE_FRAMES = 6
WINDOW = (1320, 820)
FOODS = ("rice", "egg", "bread", "soup", "tomato", "potato", "fish")


def project_with(folder: Path, items: int) -> Path:
    """A project of one photo with so many named items in rows."""
    write_large(render_meal(3, (480, 640)), folder / "large.jpg")
    taxonomy = Taxonomy.from_names(FOODS)
    foods = list(taxonomy)
    now = Source.now(SourceKind.PERSON, "benchmark")
    with Project.create(folder / "large.rver", taxonomy) as project:
        (record,) = project.add_photos([folder / "large.jpg"])
        sheet = empty = replace(project.sheet(record.id), size=LARGE)
        for number, mask in enumerate(masks(items)):
            sheet = sheet.with_item(Item.new(mask, now).named(foods[number % len(foods)].id, now))
        project.save_sheet(empty, sheet, "draw")
        return project.path


def masks(count: int) -> list[Mask]:
    """Wavy blobs, half a thousand pixels across, that overlap their neighbours a little."""
    height, width = LARGE
    across = math.ceil(math.sqrt(count * width / height))
    step = width / across
    made = []
    for number in range(count):
        x, y = (number % across + 0.5) * step, (number // across + 0.5) * step
        path = [(x + 0.18 * step * math.cos(a), y + 0.14 * step * math.sin(2 * a)) for a in (i / 4 for i in range(26))]
        made.append(stroke_mask(path, 0.32 * step, LARGE))
    return made


Frame = tuple[float, float]  # milliseconds: real time, and processor time of all threads


def clock() -> Frame:
    """Both clocks in milliseconds."""
    return time.perf_counter() * 1000, time.process_time() * 1000


def since(begin: Frame) -> Frame:
    """What has passed on both."""
    now = clock()
    return now[0] - begin[0], now[1] - begin[1]


def middle(times: list[Frame]) -> Frame:
    """The medians."""
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def frames(window: MainWindow, count: int = FRAMES) -> list[Frame]:
    """The time for each of so many frames, the photo moved a little before each."""
    canvas, times = window.canvas, []
    for number in range(count):
        canvas.viewpoint.pan(QPoint(9 if number % 40 < 20 else -9, 5 if number % 40 < 20 else -5))
        begin = clock()
        canvas.viewport().repaint()
        times.append(since(begin))
    return times


def naive(items: int, place: QImage) -> list[Frame]:
    """The time of a frame when every mask is an overlay of the photo's size, fitted into the same view."""
    overlay = QPixmap(LARGE[1], LARGE[0])
    overlay.fill(QColor(255, 128, 0, 70))
    times = []
    for _ in range(NAIVE_FRAMES):
        begin = clock()
        painter = QPainter(place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for _ in range(items):
            painter.drawPixmap(place.rect(), overlay, overlay.rect())
        painter.end()
        times.append(since(begin))
    return times


def run(items: int) -> dict[str, object]:
    """Measure."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        path = project_with(folder, items)
        window = make_window(folder / "home", remember=False, segmenter="grabcut")
        window.resize(*WINDOW)
        window.show()
        session = window.session
        dog = Watchdog()
        wait_until(lambda: session.segmenter is not None, 60, "the segmenter")
        dog.start()
        window.open_path(path)
        wait_until(lambda: session.photo is not None and not session.encoding, 120, "the photo")
        ids = [item.id for item in session.sheet or ()]
        assert len(ids) == items
        wait_until(lambda: all(window.canvas.masks.layer_of(each) for each in ids), 120, "the masks")
        opening = dog.stop()
        wait_until(lambda: not session.model_loading and session.loader.waiting == 0, 240, "the networks")
        rest(1.0)
        views: dict[str, Callable[[], object]] = {
            "whole photo": window.canvas.fit,
            "actual size": window.canvas.actual_size,
            "enlarged 4 times": lambda: window.canvas.zoom_by(4.0),
            "turned by 90°, whole": lambda: (window.canvas.turn_view(1), window.canvas.fit()),
            "turned by 90°, actual size": window.canvas.actual_size,
        }
        rows = []
        for what, act in views.items():
            act()
            rest(0.3)
            times = frames(window)
            real, work = middle(times)
            rows.append({"view": what, "ms": round(real, 2), "processor_ms": round(work, 2), "fps": round(1000 / real)})
        window.canvas.turn_view(0)
        window.canvas.fit()
        dog.start()
        for per_cent in range(10, 80, 5):
            session.visibility.set_tint(per_cent)
            rest(0.03)
        wait_until(lambda: session.loader.waiting == 0, 60, "the tint")
        tint = dog.stop()
        size = window.canvas.viewport().size()
        slow, slow_work = middle(naive(items, QImage(size, QImage.Format.Format_RGB32)))
        results = {
            "items": items,
            "canvas": f"{size.width()}x{size.height()}",
            "views": rows,
            "naive_ms": round(slow, 1),
            "naive_processor_ms": round(slow_work, 1),
            "naive_fps": round(1000 / slow, 2),
            "ratio_of_processor_time": round(slow_work / float(str(rows[0]["processor_ms"])), 1),
            "longest_gap_opening_ms": round(opening.ms, 1),
            "longest_gap_tint_ms": round(tint.ms, 1),
            "where": [opening.where, tint.where],
        }
        window.close()
        return results


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--json", action="store_true", help="print JSON")
    reader.add_argument("--items", type=int, default=50, help="how many masks")
    asked = reader.parse_args()
    app = QApplication([])
    keep_smooth(app)  # as rvergui.gui.app.run does
    results = run(asked.items)
    del app
    if asked.json:
        print(json.dumps(results, indent=1))
        return 0
    for row in results.pop("views"):  # type: ignore[attr-defined]
        print(f"{row['view']:28} {row['ms']:7.2f} ms, {row['processor_ms']:7.2f} ms work, {row['fps']:5} a second")
    print("\n".join(f"{key}: {value}" for key, value in results.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
