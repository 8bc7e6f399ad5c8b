"""From the start of the interpreter to the first painted window, beside an empty Qt window."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

# Runs the program as it is; only waiting for the user is replaced by waiting for the first paint.
_WINDOW = """
import sys, time, json
begin = float(sys.argv[1])
def first_paint(app, make_filter):
    watch = make_filter()
    app.installEventFilter(watch)
    while not watch.painted:
        app.processEvents()
    app.removeEventFilter(watch)
    return time.time() - begin
def make_filter():
    from PySide6.QtCore import QEvent, QObject
    class Watch(QObject):
        painted = False
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                self.painted = True
            return False
    return Watch()
def report(seconds):
    heavy = [m for m in ("torch", "torchvision", "timm", "cv2") if m in sys.modules]
    print(json.dumps({"seconds": seconds, "heavy": heavy, "modules": len(sys.modules)}), flush=True)
"""

_PROGRAM = (
    _WINDOW
    + """
import rvergui.cli.open_window as opening
original = opening.open_window
def watched(*args, **kwargs):
    from PySide6.QtWidgets import QApplication
    def instead(*unused):
        app = QApplication.instance()
        report(first_paint(app, make_filter))
        for window in app.topLevelWidgets():
            window.close()
        return 0
    QApplication.exec = instead
    return original(*args, **kwargs)
import rvergui.cli.window
rvergui.cli.window.open_window = watched
from rvergui.__main__ import main
sys.exit(main([]))
"""
)

_BARE = (
    _WINDOW
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1320, 820)
window.show()
report(first_paint(app, make_filter))
"""
)


def start_once(code: str, environment: Mapping[str, str]) -> dict[str, object]:
    """One start; what the child reports."""
    begin = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, repr(begin)],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the start failed: {done.stderr.strip() or done.stdout.strip()}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(home: Path, runs: int = 5) -> dict[str, object]:
    """Medians over ``runs`` starts of the program and of an empty window, taken in turn after one of each.

    That first one warms the disk and leaves compiled modules, as an installation by pip does.
    """
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPYCACHEPREFIX": str(home / "pycache"),
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CONFIG", "STATE", "CACHE")},
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start_once(_PROGRAM, environment)
    start_once(_BARE, environment)
    program = []
    bare = []
    for _ in range(runs):
        program.append(start_once(_PROGRAM, environment))
        bare.append(start_once(_BARE, environment))
    first = statistics.median(float(str(run["seconds"])) for run in program)
    empty = statistics.median(float(str(run["seconds"])) for run in bare)
    return {
        "window_s": round(first, 3),
        "empty_qt_window_s": round(empty, 3),
        "ratio": round(first / empty, 2),
        "fastest_s": round(min(float(str(run["seconds"])) for run in program), 3),
        "heavy_modules": sorted({str(name) for run in program for name in list(run["heavy"])}),  # type: ignore[call-overload]
    }
