"""How long the window ever stops while somebody paints on a photo of twelve megapixels.

Run as ``python benchmarks/painting.py [--json]``; needs no screen. Real mouse events draw strokes with a brush of
five percent of the photo's longer side; the naive way beside it draws the same stroke on the window's own thread.
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
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from watchdog import Gap, Watchdog, rest, wait_until
from window import LARGE, write_large

from rvergui.core import Mask
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.smooth import keep_smooth
from rvergui.samples import render_meal
from rvergui.segment.strokes import stroke_mask

STROKES = 12
PLACES = 120  # mouse events a stroke
EVERY_S = 0.004
FREEZE_MS = 50.0


class Painter:
    """Draws strokes with the mouse and watches the window meanwhile."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.viewport = window.canvas.viewport()
        self.dog = Watchdog()
        self.moves: list[float] = []

    def send(self, kind: QEvent.Type, place: QPointF, changed: Qt.MouseButton, held: Qt.MouseButton) -> None:
        """One mouse event, handled and painted at once."""
        begin = time.perf_counter()
        none = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, place, self.viewport.mapToGlobal(place), changed, held, none)
        QApplication.sendEvent(self.viewport, event)
        painted = QEventLoop()
        QTimer.singleShot(0, painted.quit)
        painted.exec()
        if kind is QEvent.Type.MouseMove:
            self.moves.append((time.perf_counter() - begin) * 1000)

    def stroke(self, number: int) -> None:
        """A wave across the photo."""
        height, width = LARGE
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        path = wave(number, height, width)
        shown = [QPointF(self.window.canvas.mapFromScene(x, y)) for x, y in path]
        self.send(QEvent.Type.MouseButtonPress, shown[0], left, left)
        for place in shown[1:]:
            self.send(QEvent.Type.MouseMove, place, none, left)
            rest(EVERY_S)
        self.send(QEvent.Type.MouseButtonRelease, shown[-1], left, none)


def wave(number: int, height: int, width: int) -> list[tuple[float, float]]:
    """Where stroke ``number`` goes, in photo pixels."""
    middle = height * (0.2 + 0.6 * number / STROKES)
    steps = (i / (PLACES - 1) for i in range(PLACES))
    return [(width * (0.1 + 0.8 * s), middle + 0.08 * height * math.sin(9 * s)) for s in steps]


def run() -> dict[str, object]:
    """Measure."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "photos").mkdir()
        write_large(render_meal(3, (480, 640)), folder / "photos" / "large.jpg")
        window = make_window(folder / "home", remember=False, segmenter="grabcut")
        window.resize(1320, 820)
        window.show()
        session = window.session
        window.open_path(folder / "photos")
        wait_until(lambda: session.photo is not None and not session.encoding, 60, "the photo")
        wait_until(lambda: not session.model_loading and session.loader.waiting == 0, 120, "the networks")
        rest(1.0)
        painter = Painter(window)
        painter.dog.start()
        rest(3.0)
        idle = painter.dog.stop()
        window.actions_["tool-brush"].trigger()
        window.canvas.resize_brush(2)
        gaps: list[Gap] = []
        settled: list[float] = []
        for number in range(STROKES):
            if number == STROKES // 2:
                window.actions_["tool-eraser"].trigger()
            painter.dog.start()
            painter.stroke(number)
            released = time.perf_counter()
            wait_until(lambda: not session.editing.busy and session.loader.waiting == 0, 20, "the stroke")
            settled.append((time.perf_counter() - released) * 1000)
            rest(0.2)
            gaps.append(painter.dog.stop())
        begin = time.perf_counter()
        mask = session.draft.mask if session.draft and session.draft.mask else Mask.empty(LARGE)
        drawn = mask - stroke_mask(wave(1, *LARGE), 100, LARGE)
        naive = (time.perf_counter() - begin) * 1000
        worst = max(gaps, key=lambda gap: gap.ms)
        results = {
            "strokes": STROKES,
            "idle_gap_ms": round(idle.ms, 1),
            "longest_gap_ms": round(worst.ms, 1),
            "median_gap_ms": round(statistics.median(gap.ms for gap in gaps), 1),
            "where": worst.where,
            "move_ms": round(statistics.median(painter.moves), 2),
            "move_worst_ms": round(max(painter.moves), 1),
            "released_to_painted_ms": round(statistics.median(settled), 1),
            "naive_ms": round(naive, 1),
            "covered": drawn.area,
        }
        window.close()
        return results


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--json", action="store_true", help="print JSON")
    asked = reader.parse_args()
    app = QApplication([])
    keep_smooth(app)  # as rvergui.gui.app.run does
    results = run()
    del app
    if asked.json:
        print(json.dumps(results, indent=1))
    else:
        print("\n".join(f"{key}: {value}" for key, value in results.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
