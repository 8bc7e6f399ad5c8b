"""What it is worth to keep embeddings, and what looking ahead costs those who are clicking meanwhile.

Run as ``python benchmarks/embeddings.py [--json] [--quick]``; needs no screen, no weights (random ones are as slow as
trained ones) and about two minutes on two cores. Photos have twelve megapixels. Looking at a photo anew and coming back
to one take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication
from watchdog import Watchdog, rest, wait_until
from window import write_large

from rvergui.engine.messages import Encoded, Prefetched, UseSegmenter
from rvergui.gui.app import make_window
from rvergui.gui.smooth import keep_smooth
from rvergui.samples import render_meal
from rvergui.segment.embedding_store import EmbeddingStore
from rvergui.segment.protocol import Embedding

SAM_FEATURES = (256, 64, 64)
LOOK_S, STEP_S = 20.0, 0.1


def store_times(folder: Path, rounds: int) -> dict[str, float]:
    """Milliseconds to write and read an embedding of SAM's size, medians."""
    features = np.random.default_rng(0).normal(size=SAM_FEATURES).astype(np.float32)
    store = EmbeddingStore(folder)
    put, get = [], []
    for number in range(rounds):
        key = f"photo-{number}"
        begin = time.perf_counter()
        store.put(Embedding(key, (3000, 4000), "sam", {"features": features}))
        written = time.perf_counter()
        store.get(key, "sam")
        put.append(written - begin)
        get.append(time.perf_counter() - written)
    return {"write_ms": statistics.median(put) * 1000, "read_ms": statistics.median(get) * 1000}


def random_sam(path: Path) -> None:
    """A checkpoint of SAM's design with random weights: ViT-B's embedding from a third of its encoder."""
    import torch

    from rvergui.segment.sam_architecture import SamArchitecture, build_sam

    design = SamArchitecture(
        width=384,
        depth=6,
        heads=6,
        global_blocks=(2, 5),
        window=14,
        mlp_ratio=4.0,
        image_size=1024,
        patch=16,
        prompt_width=256,
        mask_channels=16,
        decoder_depth=2,
        decoder_mlp=2048,
        masks=3,
        score_depth=3,
        score_width=256,
    )
    torch.save(build_sam(design).state_dict(), path)


class Bench:
    """A window over large photos, its engine a process of its own as in the real program."""

    def __init__(self, folder: Path, count: int) -> None:
        photos = folder / "photos"
        photos.mkdir()
        for number in range(count):
            write_large(render_meal(number), photos / f"large-{number + 1}.jpg")
        self.folder = folder
        weights = folder / "sam.pt"
        random_sam(weights)
        self.count = count
        self.dog = Watchdog()
        self.window = make_window(folder / "home", remember=False, segmenter="grabcut")
        self.session = self.window.session
        self.session.models.answered.connect(self._on_answer)
        self.answers: list[object] = []
        self.session.networks.use_model = lambda *args: None  # type: ignore[method-assign]  # names are not measured
        self.window.show()
        wait_until(lambda: self.session.segmenter is not None, 120, "GrabCut")
        self.use(weights)
        self.window.open_path(photos)
        self.wait_ready("the first photo")

    def _on_answer(self, result: object) -> None:
        self.answers.append(result)

    def use(self, weights: Path) -> None:
        """Segment with these weights."""
        self.session.use_segmenter("sam", weights)
        wait_until(lambda: not self.session.networks.segmenter_loading, 300, "SAM")
        assert self.session.segmenter is not None
        assert self.session.segmenter.name == "sam", self.window.strip.label.text()

    def wait_ready(self, what: str) -> None:
        """Wait until the photo is on the canvas and clicks on it are answered at once."""
        wait_until(lambda: self.session.photo is not None and not self.session.encoding, 300, what)

    def timed(self, begin: Callable[[], object], what: str) -> tuple[float, Encoded]:
        """Seconds from ``begin`` until the photo is ready, and what the engine said."""
        self.answers.clear()
        start = time.perf_counter()
        begin()
        self.wait_ready(what)
        took = time.perf_counter() - start
        # The answer is on its way to this object, too, unless the engine said something else.
        wait_until(lambda: any(isinstance(answer, Encoded) for answer in self.answers), 10, what)
        return took, next(answer for answer in reversed(self.answers) if isinstance(answer, Encoded))

    def turns(self) -> dict[str, object]:
        """Going on to a new photo and back to the one before, in turns."""
        self.session.networks.prefetch = lambda photos: None  # type: ignore[method-assign]  # comes later
        new, back, work = [], [], []
        for number in range(self.count - 1):
            took, encoded = self.timed(lambda: self.session.step_photo(1), f"photo {number + 2}")
            assert not encoded.kept
            new.append(took)
            work.append(encoded.ms / 1000)
            took, encoded = self.timed(lambda: self.session.step_photo(-1), "going back")
            assert encoded.kept
            back.append(took)
            self.timed(lambda: self.session.step_photo(1), "going on")
        return {
            "new_ms": statistics.median(new) * 1000,
            "encode_ms": statistics.median(work) * 1000,
            "back_ms": statistics.median(back) * 1000,
            "back_worst_ms": max(back) * 1000,
            "ratio": statistics.median(new) / statistics.median(back),
        }

    def restart(self) -> dict[str, object]:
        """Photos whose embeddings are on disk alone, and whose pictures are not in memory: another session's."""
        rest(1.0)  # so that the last one is written
        took = []
        for number in range(self.count - 1):
            self.session.pictures.forget()
            seconds, encoded = self.timed(lambda: self.session.step_photo(-1), f"reopening {number}")
            assert encoded.kept
            took.append(seconds)
        return {"reopen_ms": statistics.median(took) * 1000}

    def ahead(self, clicks: int) -> dict[str, object]:
        """Clicks, and the window's longest gap, with and without another photo being looked at in steps."""
        session = self.session
        place = (2000.0, 1500.0)

        def click() -> float:
            session.drop_draft()
            begin = time.perf_counter()
            session.click(place[0] + np.random.default_rng().uniform(-300, 300), place[1])
            wait_until(lambda: session.draft is not None and not session.draft.waiting, 300, "a click")
            return time.perf_counter() - begin

        def gap(seconds: float) -> float:
            self.dog.start()
            rest(seconds)
            return self.dog.stop().ms

        options = {"encode_seconds": LOOK_S, "steps": round(LOOK_S / STEP_S)}
        del self.session.networks.prefetch
        session.networks.submit(UseSegmenter(name="fake", options={}))
        session.networks.encode()
        wait_until(
            lambda: session.segmenter is not None and session.segmenter.name == "fake", 60, "the other segmenter"
        )
        wait_until(lambda: not session.encoding, 60, "the photo with the other segmenter")
        click()
        alone = [click() for _ in range(clicks)]
        idle = gap(3.0)
        session.networks.submit(UseSegmenter(name="fake", options=options))
        session.networks.encode()
        wait_until(lambda: not session.encoding, 60, "the photo with the slow segmenter")
        self.answers.clear()
        rest(1.0)  # looking ahead has begun
        busy = gap(3.0)
        meanwhile = []
        while len(meanwhile) < clicks:
            rest(1.0)  # long enough for it to go on
            meanwhile.append(click())
        ended = any(isinstance(answer, Prefetched) for answer in self.answers)
        return {
            "click_alone_ms": statistics.median(alone) * 1000,
            "click_while_looking_ahead_ms": statistics.median(meanwhile) * 1000,
            "click_while_looking_ahead_worst_ms": max(meanwhile) * 1000,
            "looking_ahead_went_on_all_the_time": not ended,
            "gap_idle_ms": idle,
            "gap_while_looking_ahead_ms": busy,
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer photos and clicks")
    chosen = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    assert app is not None
    keep_smooth(app)  # as rvergui.gui.app.run does
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["RVERGUI_CACHE"] = str(folder / "cache")
        os.environ.setdefault("RVERGUI_DEVICE", "torch")
        results: dict[str, object] = {"store": store_times(folder / "store", 5 if chosen.quick else 25)}
        bench = Bench(folder, 3 if chosen.quick else 6)
        try:
            results["turns"] = bench.turns()
            results["restart"] = bench.restart()
            results["ahead"] = bench.ahead(4 if chosen.quick else 12)
        finally:
            bench.window.close()
    if chosen.json:
        print(json.dumps(results, indent=1))
        return
    for part, values in results.items():
        print(part)
        assert isinstance(values, dict)
        for key, value in values.items():
            print(f"  {key:40} {value:10.1f}" if isinstance(value, float) else f"  {key:40} {value!s:>10}")


if __name__ == "__main__":
    main()
