"""The review window and the statistics over 100,000 objects on 5,000 photos: does the window ever stop?

Run as ``python benchmarks/review.py [--photos N] [--json]``; needs no screen, about 600 MB of disk in the system's
folder for temporary files and some minutes. Beside the longest gap stands how much processor time the window's own
thread spent in one go at most (which does not count what other programs took), and what the same work takes when it is
done on the window's thread.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from watchdog import Watchdog, rest, wait_until

from rvergui.core import Item, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.queue.edits import accept, edited
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.window import ReviewWindow
from rvergui.gui.smooth import keep_smooth
from rvergui.gui.statistics.feature import Statistics
from rvergui.gui.statistics.report import make_report
from rvergui.project.queue import QueueFilter, QueueOrder
from rvergui.project.records import PhotoFacts
from rvergui.project.store import Project
from rvergui.samples import write_meals

PER_PHOTO = 20
MEALS = 25
SIZE = (480, 640)
CLASSES = 60
PAGES = 40


class Busy(QObject):
    """The most processor time that the window's thread spent between two rounds of its event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)
        self._last, self.most = 0.0, 0.0

    def start(self) -> None:
        """Begin to count."""
        self._last, self.most = time.thread_time(), 0.0
        self._timer.start()

    def _tick(self) -> None:
        now = time.thread_time()
        self.most = max(self.most, now - self._last)
        self._last = now

    def stop(self) -> float:
        """End counting; milliseconds."""
        self._tick()
        self._timer.stop()
        return self.most * 1000


def make_project(folder: Path, photos: int) -> Path:
    """A project of many photos, which are a few rendered meals under many names."""
    chance = random.Random(3)
    meals = write_meals(folder / "meals", MEALS, size=SIZE)
    taxonomy = Taxonomy.from_names(f"class {number}" for number in range(CLASSES))
    foods = list(taxonomy)
    ada = Source.now(SourceKind.PERSON, "ada")
    paths = []
    for number in range(photos):
        path = folder / f"{number:05d}.jpg"
        os.link(meals[number % MEALS][0], path)
        paths.append(path)
    with Project.create(folder / "many.rver", taxonomy) as project:
        records = project.add_photos(paths)
        project.set_facts_of_photos(PhotoFacts(record.id, None, SIZE) for record in records)
        pairs = []
        for number, record in enumerate(records):
            masks = [made.mask for made in meals[number % MEALS][1].objects]
            items = []
            for _ in range(PER_PHOTO):
                shares = sorted((chance.random() for _ in range(5)), reverse=True)
                offered = zip(chance.sample(foods, 5), shares, strict=True)
                said = tuple(Suggestion(food.name, share / sum(shares), 0.1) for food, share in offered)
                item = Item.new(chance.choice(masks), ada).with_suggestions(said)
                items.append(item.named(chance.choice(foods).id, ada) if chance.random() < 0.3 else item)
            empty = Sheet(record.id, SIZE)
            pairs.append((empty, replace(empty, items=tuple(items))))
            if len(pairs) == 250 or number == photos - 1:
                project.save_sheets(pairs, "draw", len(pairs))
                pairs = []
        return project.path


class Bench:
    """Measures one thing after the other and keeps the rows."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self._watchdog, self._busy = Watchdog(), Busy()

    def measure(self, what: str, act: Callable[[], object], done: Callable[[], bool], naive_ms: float | None) -> None:
        """Do ``act`` and wait for ``done`` while the window is watched."""
        rest(0.3)
        begin = time.perf_counter()
        self._watchdog.start()
        self._busy.start()
        act()
        wait_until(done, 600, what)
        rest(0.2)
        busy, gap = self._busy.stop(), self._watchdog.stop()
        self.rows.append(
            {
                "while": what,
                "seconds": round(time.perf_counter() - begin, 2),
                "gap_ms": round(gap.ms),
                "busy_ms": round(busy),
                "naive_ms": None if naive_ms is None else round(naive_ms),
                "where": gap.where,
            }
        )
        sys.stderr.write(f"{self.rows[-1]}\n")


def timed(act: Callable[[], object]) -> float:
    """How many milliseconds of processor time ``act`` takes on this thread."""
    begin = time.thread_time()
    act()
    return (time.thread_time() - begin) * 1000


def run(window: MainWindow, path: Path) -> list[dict[str, object]]:
    """All measurements."""
    session, bench = window.session, Bench()
    window.open_path(path)
    wait_until(lambda: session.photo is not None and session.model is not None and not session.encoding, 300, "opening")
    rest(2)
    project = session.project
    assert project is not None
    feature = window.feature(Reviewing)
    memory = psutil.Process().memory_info().rss
    reading = timed(lambda: list(project.queue(QueueOrder.MARGIN, QueueFilter(verified=False))))

    def review() -> ReviewWindow:
        assert feature.review is not None
        return feature.review

    def quiet() -> bool:
        queue = review().queue
        return not (queue.loading or queue.busy or queue._to_take or session.document._to_note or session.saver.pending)

    bench.measure(
        "making the queue",
        feature.show,
        lambda: feature.review is not None and quiet() and len(review().queue.entries) > 0,
        reading,
    )
    shown, queue = review(), review().queue
    wait_until(lambda: queue.crops.waiting == 0, 120, "the first crops")

    def pages() -> None:
        step = len(queue.entries) // PAGES
        for number in range(PAGES):
            QTimer.singleShot(60 * number, shown, lambda row=number * step: shown.grid.go_to(row))

    bench.measure(
        "going through it, 40 pages far apart",
        pages,
        lambda: shown.grid.row == (PAGES - 1) * (len(queue.entries) // PAGES) and queue.crops.waiting == 0,
        None,
    )
    bench.measure("selecting all", shown.grid.selectAll, lambda: True, None)
    shown.grid.go_to(0)
    bench.measure("accepting one name", shown.actions_["review-accept"].trigger, quiet, None)
    shown.at_least.setValue(25)
    name, count = shown._alike
    rows = queue.look_alikes(name, 0.25)
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(queue.key(row)[0], set()).add(queue.key(row)[1])
    source = Source.now(SourceKind.PERSON, "ada")
    naive = timed(lambda: edited([project.sheet(photo) for photo in wanted], wanted, accept(source), session.taxonomy))
    bench.measure(
        f"accepting {count:,} look-alikes on {len(wanted):,} photos",
        shown.actions_["review-accept-alike"].trigger,
        quiet,
        naive,
    )
    bench.measure("undoing that", session.undo, quiet, None)
    bench.measure("making the queue anew by class", shown.actions_["review-order-class"].trigger, quiet, None)
    statistics = window.feature(Statistics)
    counting = timed(lambda: make_report(project))
    bench.measure(
        "opening the statistics",
        statistics.show,
        lambda: statistics.shown is not None and statistics.shown.report is not None,
        counting,
    )
    bench.measure("counting anew", statistics.shown.refresh, lambda: not statistics.shown._counting, counting)
    bench.rows.append(
        {
            "memory_mb": round((psutil.Process().memory_info().rss - memory) / 1e6),
            "crops_mb": round(queue.crops.nbytes / 1e6),
            "objects": len(queue.entries),
        }
    )
    return bench.rows


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--photos", type=int, default=5000)
    reader.add_argument("--json", action="store_true")
    asked = reader.parse_args()
    app = QApplication([])
    keep_smooth(app)  # as the program does
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = make_project(Path(folder), asked.photos)
        window = make_window(Path(folder) / "home", remember=False, segmenter="fake")
        window.show()
        rows = run(window, path)
        window.close()
    if asked.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print("  ".join(f"{key}: {value}" for key, value in row.items() if key != "where"))
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
