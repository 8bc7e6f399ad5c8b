"""How much memory window and engine hold while a thousand photos are opened and labelled one after another.

Run as ``python benchmarks/memory.py [--photos 1000] [--megapixels 12] [--json]``; needs no screen, about three
megabytes of disk a photo, and an hour on two busy cores. Each photo is another file (the same few meals with other
bytes behind the picture), so that nothing is recognised; on each of them one object is clicked and named, so that the
way back grows, too. What would be held without limits is beside it: the pixels of all photos, as arrays and as images.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from watchdog import wait_until

from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.smooth import keep_smooth
from rvergui.samples import render_meal

MEALS = 6
LOOKS = 20
SETTLED = 0.2  # by then all caches are full


@dataclass
class Results:
    """Megabytes of resident memory, by how many photos were opened.

    Attributes:
        photos: how many at each look.
        window: what the window's process holds then.
        engine: what the engine's process holds then.
        unlimited: what the pixels of all photos opened by then would take in the window.
        seconds: how long it took.
    """

    photos: list[int] = field(default_factory=list)
    window: list[float] = field(default_factory=list)
    engine: list[float] = field(default_factory=list)
    unlimited: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def growth(self, held: list[float]) -> float:
        """Megabytes more for every 100 photos, by least squares over what comes after the caches are full."""
        begin = next((n for n, count in enumerate(self.photos) if count >= SETTLED * self.photos[-1]), 0)
        if len(self.photos) - begin < 2:
            return 0.0
        return float(np.polyfit(np.array(self.photos[begin:]) / 100, held[begin:], 1)[0])


def write_photos(folder: Path, count: int, megapixels: float) -> None:
    """``count`` different files; their pictures repeat."""
    folder.mkdir(parents=True)
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    size = (width, round(width * 3 / 4))
    noise = np.random.default_rng(0)
    pictures = []
    for number in range(MEALS):
        meal = Image.fromarray(render_meal(number).pixels).resize(size, Image.Resampling.BICUBIC)
        grain = noise.integers(-6, 7, size=(size[1], size[0], 3), dtype=np.int16)
        packed = io.BytesIO()
        Image.fromarray(np.clip(np.asarray(meal, np.int16) + grain, 0, 255).astype(np.uint8)).save(
            packed, "JPEG", quality=88
        )
        pictures.append(packed.getvalue())
    for number in range(count):
        (folder / f"IMG_{number:04d}.jpg").write_bytes(pictures[number % MEALS] + number.to_bytes(4, "big"))


def engine_of(window: MainWindow) -> psutil.Process:
    """The engine's process."""
    return psutil.Process(window.session.models._process.pid)


def megabytes(process: psutil.Process) -> float:
    """What a process holds."""
    return process.memory_info().rss / 2**20


def work(window: MainWindow) -> None:
    """Wait for the photo that is being opened, cut an object out and name it."""
    session = window.session
    wait_until(lambda: session.photo is not None and not session.encoding, 300, "opening a photo")
    assert session.photo is not None
    height, width = session.photo.photo.size
    session.click(width / 2, height / 2)
    wait_until(lambda: session.draft is not None and session.draft.mask is not None, 300, "the mask")
    session.name("rice")
    wait_until(lambda: session.saver.pending == 0 and session.loader.waiting == 0, 300, "saving")


def run(count: int, megapixels: float) -> Results:
    """Open and label ``count`` photos."""
    results = Results()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        write_photos(folder / "photos", count, megapixels)
        app = QApplication([])
        keep_smooth(app)  # as rvergui.gui.app.run does
        window = make_window(folder / "home", remember=False, segmenter="fake")
        try:
            window.show()
            window.open_path(folder / "photos")
            session = window.session
            wait_until(lambda: session.photo is not None and session.model is not None, 300, "the first photo")
            assert session.photo is not None
            each = session.photo.nbytes / 2**20
            me, begin = psutil.Process(), time.perf_counter()
            for number in range(1, count + 1):
                work(window)
                if number % max(count // LOOKS, 1) == 0:
                    gc.collect()
                    results.photos.append(number)
                    results.window.append(round(megabytes(me), 1))
                    results.engine.append(round(megabytes(engine_of(window)), 1))
                    results.unlimited.append(round(number * each, 1))
                    print(number, results.window[-1], results.engine[-1], file=sys.stderr, flush=True)
                session.step_photo(1)
            results.seconds = round(time.perf_counter() - begin, 1)
        finally:
            window.close()
        del app
    return results


def table(results: Results) -> str:
    """The results as Markdown."""
    lines = ["| photos opened | window | engine | all pixels, kept |", "|---:|---:|---:|---:|"]
    for row in zip(results.photos, results.window, results.engine, results.unlimited, strict=True):
        lines.append("| {} | {:,.0f} MB | {:,.0f} MB | {:,.0f} MB |".format(*row))
    lines += [
        "",
        f"Growth for every 100 photos once the caches are full: window {results.growth(results.window):+.1f} MB, "
        f"engine {results.growth(results.engine):+.1f} MB. {results.seconds / results.photos[-1]:.2f} s a photo.",
    ]
    return "\n".join(lines)


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--photos", type=int, default=1000, help="how many are opened")
    reader.add_argument("--megapixels", type=float, default=12.0, help="the size of each")
    reader.add_argument("--json", action="store_true", help="print JSON")
    asked = reader.parse_args()
    results = run(asked.photos, asked.megapixels)
    if asked.json:
        growth = {"window": results.growth(results.window), "engine": results.growth(results.engine)}
        print(json.dumps({**results.__dict__, "growth_per_100_photos": growth}, indent=1))
    else:
        print(table(results))
    return 0


if __name__ == "__main__":
    code = main()
    QCoreApplication.processEvents()
    sys.exit(code)
