"""How quickly the window stands, how long it ever stops, and how quickly a click is answered.

Run as ``python benchmarks/window.py [--json] [--quick]``; needs no screen and takes less than four minutes on two
cores. Every number has beside it what the naive way would give on the same machine in the same run: the same call made
on the window's own thread. Absolute numbers depend on the machine, the comparison much less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import startup
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from watchdog import Gap, Watchdog, rest, wait_until

from rvergui.core import Mask
from rvergui.engine.messages import Encode, UseSegmenter
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.pictures import read_photo
from rvergui.gui.smooth import keep_smooth
from rvergui.gui.trainer import Outcome, TrainingPlan
from rvergui.gui.training_dock import TrainingDock
from rvergui.project.demo import create_demo_project
from rvergui.samples import Meal, render_meal

LARGE = (3000, 4000)  # 12 megapixels
LARGE_OPENINGS = 5
SLOW_ENCODE_S = 3.0
FREEZE_MS = 50.0

_IMPORT_IN_THREAD = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from watchdog import Watchdog, wait_until
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
def work():
    import torch, torchvision, timm
thread = threading.Thread(target=work)
dog = Watchdog()
wait_until(lambda: window.isVisible(), 5, "the window")
dog.start()
thread.start()
wait_until(lambda: not thread.is_alive(), 120, "the import")
print(dog.stop().ms)
"""


@dataclass
class Row:
    """One line of the table of gaps.

    Attributes:
        what: what went on.
        gap: the window's longest gap meanwhile.
        took_s: how long it went on.
        naive_ms: the gap when the same call is made on the window's thread; None where that was not tried.
    """

    what: str
    gap: Gap
    took_s: float
    naive_ms: float | None = None


@dataclass
class Results:
    """All that was measured."""

    machine: dict[str, object] = field(default_factory=dict)
    startup: dict[str, object] = field(default_factory=dict)
    gaps: list[Row] = field(default_factory=list)
    clicks: dict[str, float] = field(default_factory=dict)
    import_in_thread_ms: float | None = None
    torch_in_window: bool = False

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "machine": self.machine,
            "startup": self.startup,
            "gaps": [
                {
                    "what": row.what,
                    "longest_gap_ms": round(row.gap.ms, 1),
                    "where": row.gap.where,
                    "took_s": round(row.took_s, 2),
                    "naive_ms": None if row.naive_ms is None else round(row.naive_ms, 1),
                }
                for row in self.gaps
            ],
            "torch_imported_in_a_thread_of_the_window_ms": self.import_in_thread_ms,
            "clicks": {key: round(value, 1) for key, value in self.clicks.items()},
            "torch_in_window": self.torch_in_window,
        }


class Paints(QObject):
    """Counts the paint events of one widget."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


class Bench:
    """A window over sample meals, its engine a process of its own as in the real program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dog = Watchdog()
        self.results = Results()
        self.meal = render_meal(3)
        self.meals = folder / "meals"
        self.large = folder / "large"
        self.large.mkdir(parents=True)
        for number in range(3):
            write_large(render_meal(number), self.large / f"large-{number + 1}.jpg")
        self.demo = create_demo_project(self.meals, count=16, labelled=12)
        self.window: MainWindow = make_window(folder / "home", remember=False, segmenter="grabcut")

    # --- gaps ----------------------------------------------------------------------------------------------------

    def watch(self, what: str, begin: Callable[[], object], done: Callable[[], bool], timeout_s: float) -> Row:
        """Note the longest gap from ``begin`` until ``done``."""
        start = time.perf_counter()
        self.dog.start()
        begin()
        wait_until(done, timeout_s, what)
        took = time.perf_counter() - start
        row = Row(what, self.dog.stop(), took)
        self.results.gaps.append(row)
        return row

    def naive(self, call: Callable[[], object]) -> float:
        """The gap while ``call`` runs on this, the window's, thread."""
        finished: list[bool] = []

        def run() -> None:
            call()
            finished.append(True)

        self.dog.start()
        QTimer.singleShot(0, run)
        wait_until(lambda: bool(finished), 600, "the naive way")
        return self.dog.stop().ms

    def quiet(self) -> bool:
        """Whether nothing is under way in the background."""
        session = self.window.session
        return not (
            session.loader.waiting
            or self.window.photos.thumbnails.waiting
            or session.saver.pending
            or session.encoding
            or session.model_loading
            or session.naming.busy
        )

    def shown(self, name: str) -> bool:
        """Whether the photo ``name`` is on the canvas and all around it has come to rest."""
        session = self.window.session
        record = session.record
        return session.photo is not None and record is not None and record.path == name and self.quiet()

    def open_first(self) -> None:
        """Opening a project while the engine process starts and loads torch."""
        window = self.window
        window.show()
        wait_until(window.isVisible, 10, "the window")
        self.watch(
            "opening a project; the engine process starts and loads torch",
            lambda: window.open_path(self.demo),
            lambda: window.session.model is not None and window.session.photo is not None and self.quiet(),
            120,
        )

    def idle(self) -> None:
        """Nothing at all: what the machine itself does to a window."""
        end = time.monotonic() + 3
        self.watch("nothing (what the machine itself adds)", lambda: None, lambda: time.monotonic() >= end, 10)

    def open_large(self) -> None:
        """Opening photos of 12 megapixels."""
        window = self.window
        session = window.session
        window.open_path(self.large)
        wait_until(lambda: self.shown("large-1.jpg"), 60, "opening the folder")
        rest(0.5)
        what = f"opening a photo of 12 megapixels (median of {LARGE_OPENINGS})"
        rows = []
        for number in range(LARGE_OPENINGS):
            step, name = (1, "large-2.jpg") if number % 2 == 0 else (-1, "large-1.jpg")
            wait_until(lambda: session.ahead.waiting == 0, 60, "looking ahead")
            session.pictures.forget()  # or it would not be opened again
            rows.append(
                self.watch(what, lambda step=step: session.step_photo(step), lambda name=name: self.shown(name), 60)
            )
        del self.results.gaps[-LARGE_OPENINGS:]
        row = sorted(rows, key=lambda each: each.gap.ms)[LARGE_OPENINGS // 2]
        self.results.gaps.append(row)
        path = self.large / "large-1.jpg"
        row.naive_ms = self.naive(lambda: read_photo(path, session.pixel_limit))

    def encode(self) -> None:
        """Opening and encoding a photo that the engine has not seen, and a segmenter as slow as SAM is on a CPU."""
        session = self.window.session
        fresh = self.large / "large-3.jpg"
        row = self.watch(
            "opening and encoding a new one with GrabCut",
            lambda: session.step_photo(1),
            lambda: self.shown(fresh.name) and session.networks.encode_ms is not None,
            60,
        )
        from rvergui.segment.registry import create_segmenter

        grabcut = create_segmenter("grabcut")
        row.naive_ms = self.naive(lambda: grabcut.encode(read_photo(fresh, session.pixel_limit).photo))
        ref = session.photo_ref()
        assert ref is not None
        assert session.photo is not None
        photo = session.photo.photo

        def again(name: str, **options: float) -> None:
            session.networks.segmenter = None
            session.models.submit(UseSegmenter(name=name, options=options))
            session.networks.encoding = True
            session.models.submit(Encode(photo=ref))

        def encoded() -> bool:
            return not session.encoding and session.segmenter is not None

        slow = {"encode_seconds": SLOW_ENCODE_S}
        row = self.watch(f"encoding that takes {SLOW_ENCODE_S:.0f} s", lambda: again("fake", **slow), encoded, 60)
        fake = create_segmenter("fake", **slow)
        row.naive_ms = self.naive(lambda: fake.encode(photo))
        again("grabcut")
        wait_until(encoded, 60, "going back to GrabCut")

    # --- clicks --------------------------------------------------------------------------------------------------

    def clicks(self, count: int) -> None:
        """From the mouse to the painted mask, and from the mask to its names."""
        window = self.window
        session = window.session
        window.open_path(self.demo)
        wait_until(lambda: session.project is not None and session.project.path == self.demo, 60, "the project")
        wait_until(lambda: session.photo is not None and self.quiet(), 60, "the first photo")
        paints = Paints(window.canvas.viewport())
        to_mask: list[float] = []
        to_screen: list[float] = []
        to_name: list[float] = []
        self.dog.start()
        begin = time.perf_counter()
        for x, y in places(count):
            session.drop_draft()
            session.end_hover()
            wait_until(lambda: session.draft is None and self.quiet(), 60, "dropping the draft")
            rest(0.05)
            at = window.canvas.mapFromScene(x, y)
            clicked = time.perf_counter()
            QTest.mouseClick(window.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
            wait_until(lambda: session.draft is not None and session.draft.mask is not None, 60, "the mask")
            masked = time.perf_counter()
            painted = paints.count
            wait_until(lambda: session.loader.waiting == 0, 60, "the mask's picture")
            wait_until(lambda before=painted: paints.count > before, 60, "painting the mask")  # type: ignore[misc]
            on_screen = time.perf_counter()
            wait_until(lambda: bool((naming := session.target_naming()) and naming.suggestions), 60, "the names")
            to_mask.append(masked - clicked)
            to_screen.append(on_screen - clicked)
            to_name.append(time.perf_counter() - masked)
        self.results.gaps.append(
            Row(f"{count} clicks with masks and names", self.dog.stop(), time.perf_counter() - begin)
        )
        for key, values in (("mask", to_mask), ("painted_mask", to_screen), ("names_after_mask", to_name)):
            self.results.clicks[f"{key}_ms"] = statistics.median(values) * 1000
            self.results.clicks[f"{key}_worst_ms"] = max(values) * 1000
        session.drop_draft()

    def classify_naively(self) -> float:
        """The gap when the window's thread itself loads torch and names one object. Comes last: torch stays."""
        session = self.window.session
        assert session.photo is not None
        photo = session.photo.photo
        names = session.taxonomy.names()
        mask = middle_mask(photo.size)

        def call() -> None:
            from rvergui.rvernet.default_model import default_predictor

            default_predictor(names, None).classify(photo, [mask])

        return self.naive(call)

    # --- training ------------------------------------------------------------------------------------------------

    def train(self, epochs: int) -> None:
        """Training in its process while somebody labels."""
        training = self.window.feature(TrainingDock)
        ended: list[Outcome] = []
        training.trainer.ended.connect(ended.append)
        options = ("--size", "96", "--seed", "1")
        plan = TrainingPlan(self.demo, self.folder / "models" / "bench.safetensors", None, epochs, options)
        self.watch("opening the retraining panel", training.show, self.quiet, 60)
        rest(0.3)
        row = self.watch("training in its process", lambda: training.trainer.start(plan), lambda: bool(ended), 150)
        if ended[0].finished is None:
            raise RuntimeError(f"the training did not finish: {ended[0].message}")
        row.naive_ms = ended[0].finished.seconds * 1000

    def close(self) -> None:
        """End everything."""
        self.window.close()


def write_large(meal: Meal, path: Path) -> None:
    """A meal at 12 megapixels with a camera's noise, so that the file is as heavy as a real one."""
    height, width = LARGE
    photo = np.asarray(Image.fromarray(meal.pixels).resize((width, height), Image.Resampling.BICUBIC), np.int16)
    noise = np.random.default_rng(0).integers(-6, 7, size=photo.shape, dtype=np.int16)
    Image.fromarray(np.clip(photo + noise, 0, 255).astype(np.uint8)).save(path, quality=92)


def places(count: int) -> list[tuple[float, float]]:
    """Places on a sample meal that are on the plate, all different."""
    angles = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return [(320 + 130 * float(np.cos(a)), 240 + 110 * float(np.sin(a))) for a in angles]


def middle_mask(size: tuple[int, int]) -> Mask:
    """A disc in the middle of a photo."""
    height, width = size
    y, x = np.ogrid[:height, :width]
    return Mask.from_array((y - height / 2) ** 2 + (x - width / 2) ** 2 < (min(size) / 6) ** 2)


def import_in_thread() -> float:
    """The gap of an empty window while a thread of its process imports torch, torchvision and timm."""
    here = str(Path(__file__).resolve().parent)
    command = [sys.executable, "-c", _IMPORT_IN_THREAD, here]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    return float(done.stdout.split()[-1])


def machine() -> dict[str, object]:
    """What it was measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_at_start": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def run(quick: bool) -> Results:
    """Measure everything."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        here = machine()
        started = startup.measure(folder / "start", runs=2 if quick else 5)
        app = QApplication([])
        keep_smooth(app)  # as rvergui.gui.app.run does
        bench = Bench(folder)
        bench.results.machine, bench.results.startup = here, started
        try:
            bench.open_first()
            bench.idle()
            bench.open_large()
            bench.encode()
            bench.clicks(3 if quick else 10)
            bench.train(1 if quick else 2)
            bench.results.torch_in_window = "torch" in sys.modules
            bench.results.gaps[0].naive_ms = bench.classify_naively()
            bench.results.import_in_thread_ms = round(import_in_thread(), 1)
        finally:
            bench.close()
        del app
        return bench.results


def table(results: Results) -> str:
    """The results as Markdown."""
    first = results.startup
    lines = [
        f"First painted window: {first['window_s']} s after the interpreter's start "
        f"(an empty Qt window: {first['empty_qt_window_s']} s, ratio {first['ratio']}); "
        f"heavy libraries loaded by then: {', '.join(map(str, first['heavy_modules'])) or 'none'}.",  # type: ignore[call-overload]
        "",
        "| while | takes | longest gap of the window | the same call on the window's thread |",
        "|---|---:|---:|---:|",
    ]
    for row in results.gaps:
        naive = "" if row.naive_ms is None else f"{row.naive_ms:,.0f} ms"
        lines.append(f"| {row.what} | {row.took_s:.1f} s | {row.gap.ms:.0f} ms | {naive} |")
    lines += [
        "",
        "While a thread of the window's own process imports torch, torchvision and timm: "
        f"{results.import_in_thread_ms:,.0f} ms.",
        f"torch in the window's process before the naive calls: {'yes' if results.torch_in_window else 'no'}.",
        "",
        f"Click to mask {results.clicks['mask_ms']:.0f} ms, painted after {results.clicks['painted_mask_ms']:.0f} ms; "
        f"mask to names {results.clicks['names_after_mask_ms']:.0f} ms (medians).",
    ]
    freezes = [row for row in results.gaps if row.gap.ms > FREEZE_MS]
    lines += [f"Over {FREEZE_MS:.0f} ms: {row.what}: {row.gap.ms:.0f} ms in {row.gap.where}" for row in freezes]
    return "\n".join(lines)


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--json", action="store_true", help="print JSON")
    reader.add_argument("--quick", action="store_true", help="fewer repetitions, to try it out")
    asked = reader.parse_args()
    results = run(asked.quick)
    print(json.dumps(results.as_dict(), indent=1) if asked.json else table(results))
    return 0


if __name__ == "__main__":
    code = main()
    QCoreApplication.processEvents()
    sys.exit(code)
