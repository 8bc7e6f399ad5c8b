"""How long the program takes to end while everything that it can do is under way and nothing of it listens.

Run as ``python benchmarks/leaving.py [--json]``; needs no screen. A real program in a process of its own opens a
folder, and then: the segmenter encodes a photo for ten minutes, every thread of the window (opening photos, looking
ahead, thumbnails, looking through folders, exporting) has a job that never ends, a training process ignores that it is
asked to end, a fetch of weights hangs. Measured is the time from closing the window until the process is gone, and
whether it leaves processes behind. Beside it the same for a window that does nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from rvergui.engine.messages import UseSegmenter
from rvergui.gui import app, trainer
from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.main_window import MainWindow
from rvergui.gui.retrain import leaving
from rvergui.gui.showing import Showing
from rvergui.gui.trainer import TrainingPlan
from rvergui.gui.training_dock import TrainingDock
from rvergui.gui.weights_shown import Weights
from rvergui.samples import write_meals

TELLS = '{"event": "preparing", "done": 0, "total": 9}'
DEAF = (
    f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{TELLS}', flush=True); time.sleep(600)"
)
WAIT_S = 120.0


class Busy:
    """Closes the window once everything is under way."""

    def __init__(self, busy: bool) -> None:
        self._busy = busy
        self._begun: set[str] = set()
        self._keys: set[str] = set()
        self._timer = QTimer()
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def _window(self) -> MainWindow:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

    def _hang(self, name: str) -> None:
        self._begun.add(name)
        threading.Event().wait()

    def _look(self) -> None:
        session = self._window.session
        if session.photo is None or session.model_loading or session.segmenter is None:
            return
        if not self._busy:
            self._close()
        elif not self._keys:
            self._begin()
        elif self._begun >= self._keys and session.encoding:
            self._close()

    def _begin(self) -> None:
        window, session = self._window, self._window.session
        workers = {
            "loader": session.loader,
            "ahead": session.ahead,
            "thumbnails": window.photos.thumbnails._worker,
            "folders": window.feature(FolderWatch)._worker,
            "export": window.feature(Showing).exporter._worker,
        }
        self._keys = {*workers, "training", "weights"}
        for name, worker in workers.items():
            worker.submit(lambda name=name: self._hang(name), priority=-1000)
        trainer.program = lambda: [sys.executable, "-c", DEAF]
        training = window.feature(TrainingDock).trainer
        training.start(TrainingPlan(Path("p.rver"), Path("m.safetensors"), None, 1))
        training.told.connect(lambda event: self._begun.add("training"))
        leaving.ask = lambda window, name, left: leaving.Leave.STOP
        window.feature(Weights).downloads._begin("hanging", lambda tell, stop: self._hang("weights"))
        session.networks.submit(UseSegmenter(name="fake", options={"encode_seconds": 600.0}))
        session.networks.encode()

    def _close(self) -> None:
        self._timer.stop()
        print(json.dumps({"closing": time.time(), "begun": sorted(self._begun)}), flush=True)
        self._window.close()


def measure(busy: bool) -> dict[str, object]:
    """Run the program and close it; what came of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) / "meals"
        folder.mkdir()
        write_meals(folder, 2, seed=3, size=(180, 240))
        homes = {f"XDG_{kind}_HOME": str(Path(name) / kind) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
        command = [sys.executable, str(Path(__file__).resolve()), "--run", str(folder), *(["--busy"] if busy else [])]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **homes})
        watched = psutil.Process(process.pid)
        children: set[psutil.Process] = set()
        ending = threading.Timer(WAIT_S, process.kill)
        ending.start()
        told: dict[str, object] = {}
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                told = json.loads(line)
                children |= set(watched.children(recursive=True))
        code = process.wait()
        ended = time.time()
        ending.cancel()
        _, alive = psutil.wait_procs(children, timeout=5)
        for child in alive:
            child.kill()
        closing = told.get("closing")
        return {
            "code": code,
            "seconds": round(ended - closing, 2) if isinstance(closing, float) else None,
            "under_way": told.get("begun", []),
            "processes": len(children),
            "left_processes": len(alive),
        }


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--json", action="store_true", help="print JSON")
    reader.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    reader.add_argument("--busy", action="store_true", help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.run is not None:
        application = QApplication([])
        busy = Busy(asked.busy)
        code = app.run(asked.run, segmenter="fake")
        del busy, application
        return code
    results = {"idle": measure(False), "busy": measure(True)}
    if asked.json:
        print(json.dumps(results, indent=1))
    else:
        print("| the window | ends after | processes left behind |\n|---|---:|---:|")
        for what, result in results.items():
            print(f"| {what} | {result['seconds']} s | {result['left_processes']} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
