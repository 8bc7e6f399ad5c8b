"""Makes the pictures of the README: ``python docs/images/make.py [--checkpoint FILE]``. Needs no screen."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from rvergui.core import Box, Mask
from rvergui.gui import language
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.project.demo import create_demo_project
from rvergui.samples import LOOK_ALIKES, write_meals

HERE = Path(__file__).resolve().parent
COUNT, LABELLED = 16, 8
SIZE = (1320, 820)
GOOD = 0.85


def wait(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Run the event loop until ``true()``."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to rest")
        QTest.qWait(5)


def rested(window: MainWindow) -> bool:
    """Whether nothing is under way."""
    session = window.session
    return not (
        session.loader.waiting
        or window.photos.thumbnails.waiting
        or session.saver.pending
        or session.encoding
        or session.model_loading
        or session.naming.busy
    )


def heart(mask: Mask) -> tuple[float, float]:
    """The pixel of ``mask`` that is farthest from its border."""
    import cv2

    inside = np.pad(mask.array().astype(np.uint8), 1)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x) - 0.5, float(y) - 0.5


def cut_out(window: MainWindow, truth: Mask) -> None:
    """Click and look for the best candidate; draw a box where a click does not do, as a person who wants ``truth``."""
    session = window.session

    def mask() -> Mask:
        assert session.draft is not None
        return session.draft.mask or Mask.empty(truth.size)

    def after(act: Callable[[], object]) -> None:
        before = session.draft
        act()
        wait(lambda: session.draft is not None and session.draft.mask is not None and session.draft != before)
        wait(lambda: rested(window))

    def look_for_the_best() -> bool:
        for _ in range(session.draft.count if session.draft else 0):
            if mask().iou(truth) >= GOOD:
                return True
            if session.draft is not None and session.draft.count > 1:
                after(lambda: session.cycle_candidate(1))
        return False

    after(lambda: session.click(*heart(truth)))
    if not look_for_the_best():
        session.drop_draft()
        x, y, width, height = truth.bbox
        after(lambda: session.box(Box(x - 3, y - 3, x + width + 3, y + height + 3)))
        look_for_the_best()


def opened(window: MainWindow, act: str) -> QWidget:
    """The window or dialog that an act opens."""
    before = set(QApplication.topLevelWidgets())

    def new() -> list[QWidget]:
        shown = (top for top in QApplication.topLevelWidgets() if top not in before and not isinstance(top, QMenu))
        return [top for top in shown if top.isVisible() and top.isWindow()]

    window.actions_[act].trigger()
    wait(lambda: bool(new()))
    return new()[0]


def pause(seconds: float) -> None:
    """Let what is drawn a little later be drawn."""
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


def save(window: QWidget, name: str) -> None:
    """Write a window into a picture, packed as tightly as PNG can be."""
    path = HERE / name
    window.grab().save(str(path))
    from PIL import Image

    Image.open(path).convert("RGB").save(path, optimize=True)
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--checkpoint", type=Path, help="name foods with this network")
    asked = reader.parse_args()
    app = QApplication([])
    memory = Memory(None)
    memory.put(language.SETTING, "en")
    language.install(app, memory)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        project = create_demo_project(home / "sample-meals", count=COUNT, labelled=LABELLED)
        meals = write_meals(home / "again", COUNT)
        window = make_window(home / "home", remember=False, checkpoint=asked.checkpoint)
        window.resize(*SIZE)
        window.show()
        session = window.session
        window.open_path(project)
        wait(lambda: session.photo is not None and session.model is not None and rested(window))
        save(window, "demo.png")

        # On the first meal that is not labelled, all objects are cut out and named but one that is left as a draft:
        # one that looks like another food, because there the surroundings matter.
        record = session.record
        assert record is not None
        meal = next(meal for path, meal in meals if path.name == record.path)
        sauces = {name for pair in LOOK_ALIKES for name in pair}
        objects = sorted(meal.objects, key=lambda made: made.name in sauces)
        for place, made in enumerate(objects):
            cut_out(window, made.mask)
            wait(lambda: bool((naming := session.target_naming()) and naming.suggestions))
            if place < len(objects) - 1:
                session.name(made.name)
                wait(lambda: rested(window))
        wait(lambda: rested(window))
        pause(0.5)
        save(window, "work.png")
        window.actions_["theme-dark"].trigger()
        pause(0.5)
        save(window, "work-dark.png")
        session.name(objects[-1].name)
        wait(lambda: rested(window))
        keys = opened(window, "shortcuts")
        pause(3.0)
        save(keys, "keys.png")
        keys.close()
        window.close()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
