"""How quickly 50,000 photos are there, and whether the window stays smooth with them.

Run as ``python benchmarks/photo_list.py [--photos 50000] [--json]``; needs no screen and takes some minutes on two
cores. The photos are empty files: what is measured is the list, not the decoding of pictures. Every fifth has an item.
Beside the numbers of the window stands what the naive way takes on the same machine in the same run: a list model and a
filter written the way Qt's manual suggests (rows counted and filtered in Python, on the window's thread), and the
folder looked through on the window's thread.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtWidgets import QApplication, QListView
from watchdog import Watchdog, rest, wait_until

from rvergui.core import Item, Mask, Source, SourceKind, Suggestion, Taxonomy
from rvergui.core.class_lists import paper_classes
from rvergui.gui.app import make_window
from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.main_window import MainWindow
from rvergui.gui.photo_query import PhotoOrder, PhotoQuery
from rvergui.gui.smooth import keep_smooth
from rvergui.project import Project
from rvergui.project.records import PhotoRecord, PhotoStatus
from rvergui.project.rescan import Hashes
from rvergui.samples import render_meal

SIZE = (480, 640)
A_FOLDER = 1000
SCROLLS = 400


class Slices(QObject):
    """The longest time that the window's thread worked without serving its events, in time on a processor.

    Other programs do not count, so that a busy machine measures the same as an idle one. What does not count either is
    waiting for the interpreter lock; the gaps beside it count everything.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0
        self._longest = 0.0

    def start(self) -> None:
        """Begin."""
        self._last, self._longest = time.thread_time(), 0.0
        self._timer.start()

    def _tick(self) -> None:
        now = time.thread_time()
        self._longest = max(self._longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        """End; milliseconds."""
        self._tick()
        self._timer.stop()
        return self._longest * 1000


class NaiveModel(QAbstractListModel):
    """Rows counted in Python."""

    def __init__(self, records: list[PhotoRecord]) -> None:
        super().__init__()
        self.records = records

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        """Qt's hook."""
        return 0 if parent.isValid() else len(self.records)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt's hook."""
        record = self.records[index.row()]
        return (
            record.path if role == Qt.ItemDataRole.DisplayRole else record if role == Qt.ItemDataRole.UserRole else None
        )


class NaiveFilter(QSortFilterProxyModel):
    """Filters in Python, row by row."""

    status: PhotoStatus | None = None

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        """Qt's hook."""
        record = self.sourceModel().index(row, 0, parent).data(Qt.ItemDataRole.UserRole)
        return self.status is None or record.status is self.status


def make_project(folder: Path, count: int) -> Path:
    """A folder with ``count`` empty photos and its project, in which every fifth has items; returns the project."""
    files = [folder / f"day {n // A_FOLDER}" / f"IMG_{n:05d}.jpg" for n in range(count)]
    for file in files:
        if not file.parent.is_dir():
            file.parent.mkdir(parents=True)
        file.write_bytes(b"")
    (folder / "day 0" / "IMG_00000.jpg").unlink()
    from PIL import Image

    Image.fromarray(render_meal(1).pixels).save(folder / "day 0" / "IMG_00000.jpg")
    path = folder / f"{folder.name}.rver"
    person = Source.now(SourceKind.PERSON, "bench")
    y, x = np.ogrid[: SIZE[0], : SIZE[1]]
    mask = Mask.from_array((y - 200) ** 2 + (x - 300) ** 2 < 90**2)
    with Project.create(path, Taxonomy.from_names(paper_classes())) as project:
        taxonomy = project.taxonomy()
        project.add_photos(files)
        pairs = []
        for number, record in enumerate(project.photos()):
            if number % 5:
                continue
            sheet = replace(project.sheet(record.id), size=SIZE)
            food = taxonomy.classes[number % len(taxonomy.classes)]
            said = (Suggestion("rice", 0.5 + number / count / 2, 0.2), Suggestion("peas", 0.4, 0.3))
            item = replace(Item.new(mask, person), note="burnt" if number % 35 == 0 else "", suggestions=said)
            pairs.append((sheet, sheet.with_item(item if number % 10 else item.named(food.id, person))))
        project.save_sheets(pairs, "label")
        project.look_again(Hashes())  # what the files look like is known, as it is from the second opening on
    return path


class Bench:
    """A window over many photos."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self.project = make_project(folder / "many", count)
        self.dog = Watchdog()
        self.slices = Slices()
        self.window: MainWindow = make_window(folder / "home", remember=False, segmenter="fake")
        self.window.show()
        self.results: dict[str, dict[str, object]] = {}
        self.worked = self.cpu_s = 0.0
        wait_until(lambda: self.window.session.segmenter is not None, 120, "the segmenter")
        rest(1.0)

    def note(self, what: str, took_s: float, gap_ms: float, **more: object) -> None:
        """Keep a line of the table."""
        self.results[what] = {
            "took_ms": round(took_s * 1000, 1),
            "processor_ms": round(self.cpu_s * 1000, 1),
            "longest_work_ms": round(self.worked, 1),
            "longest_gap_ms": round(gap_ms, 1),
            **more,
        }
        print(what, self.results[what], file=sys.stderr, flush=True)

    def watched(self, act: Callable[[], object], done: Callable[[], bool], what: str) -> tuple[float, float, str]:
        """How long it takes, how long the window was not served at most meanwhile, and where."""
        self.dog.start()
        self.slices.start()
        begin, self.cpu_s = time.perf_counter(), -time.process_time()
        act()
        wait_until(done, 300, what)
        took = time.perf_counter() - begin
        self.cpu_s += time.process_time()
        rest(0.3)  # what comes after it, such as painting
        gap = self.dog.stop()
        self.worked = self.slices.stop()
        return took, gap.ms, gap.where

    def open(self) -> None:
        """From asking for a project to the list being painted."""
        photos, panel = self.window.session.photos, self.window.photos

        def listed() -> bool:
            return len(photos) == self.count and panel.list.verticalScrollBar().maximum() > 0

        took, gap, where = self.watched(lambda: self.window.open_path(self.project), listed, "opening")
        self.note(f"opening a project of {self.count:,} photos", took, gap, where=where)
        watch = self.window.feature(FolderWatch)
        for what, done in (
            ("classes and notes of all photos are known", lambda: bool(photos.contents)),
            ("its folder was looked through", lambda: not watch.busy),
        ):
            took, gap, where = self.watched(lambda: None, done, what)
            self.note(f"behind it: {what}", took, gap, where=where)
        session = self.window.session
        wait_until(lambda: session.model is not None and session.loader.waiting == 0, 300, "the networks")
        rest(1.0)

    def look(self) -> None:
        """Looking again, with nothing new and with new photos."""
        watch, window = self.window.feature(FolderWatch), self.window
        wait_until(lambda: not watch.busy, 300, "looking")
        took, gap, where = self.watched(watch.look_now, lambda: not watch.busy, "looking")
        self.note("looking again, nothing new", took, gap, where=where)
        top = self.project.parent / "day 0"
        for number in range(100):
            (top / f"NEW_{number}.jpg").write_bytes(b"")
        photos = window.session.photos
        took, gap, where = self.watched(watch.look_now, lambda: len(photos) == self.count + 100, "new photos")
        self.note("100 new photos are seen and listed", took, gap, where=where)

    def filters(self) -> None:
        """Every kind of filter, the answer painted."""
        photos, panel = self.window.session.photos, self.window.photos
        rice = self.window.session.taxonomy.classes[0].id
        for what, query in (
            ("filter: to do", PhotoQuery(status=PhotoStatus.TODO)),
            ("filter: done", PhotoQuery(status=PhotoStatus.DONE)),
            ("filter: a class", PhotoQuery(class_id=rice)),
            ("filter: a word in paths, classes and notes", PhotoQuery(text="burnt")),
            ("filter: three words", PhotoQuery(text="day img 17")),
            ("least certain first", PhotoQuery(order=PhotoOrder.UNCERTAIN)),
            ("all again", PhotoQuery()),
        ):
            times, gaps, worked, where = [], [], [], ""
            for _ in range(5):
                photos.show_only(PhotoQuery(text="no such photo"))
                rest(0.1)

                def act(query: PhotoQuery = query) -> None:
                    photos.show_only(query)
                    panel.list.viewport().repaint()

                took, gap, place = self.watched(act, lambda: True, what)
                times.append(took)
                gaps.append(gap)
                worked.append(self.worked)
                where = place if gap == max(gaps) else where
            self.worked = statistics.median(worked)
            self.note(what, statistics.median(times), statistics.median(gaps), shown=photos.shown_count, where=where)

    def scroll(self) -> None:
        """A fling through the whole list: every step painted."""
        panel = self.window.photos
        bar, view = panel.list.verticalScrollBar(), panel.list.viewport()
        times = []
        for step in range(SCROLLS):
            bar.setValue(round(bar.maximum() * step / SCROLLS))
            begin = time.thread_time()
            view.repaint()
            times.append((time.thread_time() - begin) * 1000)
            QCoreApplication.processEvents()
        self.results["scrolling"] = {
            "frame_ms": round(statistics.median(times), 2),
            "worst_frame_ms": round(max(times), 2),
            "frames_a_second": round(1000 / statistics.median(times)),
            "waiting_thumbnails_at_most": panel.thumbnails.waiting,
        }
        print(self.results["scrolling"], file=sys.stderr, flush=True)

    def naive(self) -> None:
        """The same list the way it is written first."""
        records = [self.window.session.photos[row] for row in range(len(self.window.session.photos))]
        model, proxy, view = NaiveModel(records), NaiveFilter(), QListView()
        proxy.setSourceModel(model)
        view.setUniformItemSizes(True)
        view.resize(260, 800)
        begin = time.thread_time()
        view.setModel(proxy)
        view.show()
        view.viewport().repaint()
        shown = time.thread_time() - begin
        times = []
        for status in (PhotoStatus.DONE, None, PhotoStatus.TODO):
            begin = time.thread_time()
            proxy.beginFilterChange()
            proxy.status = status
            proxy.endFilterChange()
            view.viewport().repaint()
            times.append(time.thread_time() - begin)
        view.close()
        begin = time.thread_time()
        assert self.window.session.project is not None
        self.window.session.project.look_again(Hashes())
        looked = time.thread_time() - begin
        self.results["naive"] = {
            "list_ms": round(shown * 1000, 1),
            "filter_ms": round(statistics.median(times) * 1000, 1),
            "look_on_the_windows_thread_ms": round(looked * 1000, 1),
        }


def thumbnails(folder: Path) -> dict[str, float]:
    """Making a thumbnail of a 12-megapixel JPEG against fetching the one that was kept; medians in milliseconds."""
    from PIL import Image

    from rvergui.core.photo_loading import load_thumbnail
    from rvergui.gui.thumbnail_store import ThumbnailStore

    store, made, kept = ThumbnailStore(folder / "thumbnails"), [], []
    large = Image.fromarray(render_meal(2).pixels).resize((4000, 3000), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(0).integers(-6, 7, size=(3000, 4000, 3), dtype=np.int16)
    large = Image.fromarray(np.clip(np.asarray(large, np.int16) + noise, 0, 255).astype(np.uint8))
    for number in range(15):
        path = folder / f"large-{number}.jpg"
        large.save(path, quality=90)
        begin = time.perf_counter()
        pixels = load_thumbnail(path, 112)
        made.append(time.perf_counter() - begin)
        store.put(path, 112, pixels)
        begin = time.perf_counter()
        assert store.get(path, 112) is not None
        kept.append(time.perf_counter() - begin)
    store.close()
    return {"made_ms": round(statistics.median(made) * 1000, 2), "kept_ms": round(statistics.median(kept) * 1000, 2)}


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--photos", type=int, default=50_000, help="how many")
    reader.add_argument("--json", action="store_true", help="print JSON")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        app = QApplication([])
        keep_smooth(app)  # as rvergui.gui.app.run does
        bench = Bench(Path(name), asked.photos)
        try:
            bench.open()
            bench.filters()
            bench.scroll()
            bench.look()
            bench.naive()
        finally:
            bench.window.close()
        bench.results["thumbnail"] = dict(thumbnails(Path(name)))
        del app
    if asked.json:
        print(json.dumps(bench.results, indent=1))
        return 0
    print("| | takes | on a processor | longest work of the window's thread | longest gap |\n|---|---:|---:|---:|---:|")
    for what, row in bench.results.items():
        if "longest_gap_ms" in row:
            columns = ("took_ms", "processor_ms", "longest_work_ms", "longest_gap_ms")
            print(f"| {what} | {' | '.join(f'{row[column]} ms' for column in columns)} |")
    for what in ("scrolling", "naive", "thumbnail"):
        print(what, bench.results[what])
    return 0


if __name__ == "__main__":
    sys.exit(main())
