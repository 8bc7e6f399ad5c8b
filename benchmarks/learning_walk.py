"""What labelling costs while the suggestions learn: the real window, its real engine, photos of classes nobody trained.

Run as ``python benchmarks/learning_walk.py DATASET MASKS CHECKPOINT [--photos 60] [--classes 10] [--off]`` (``--json``
for machines), with the folder "dataset" of the grocery store data set, the ``masks.jsonl`` of
``python -m rvergui.training.grocery`` (it says where a person would click), and a checkpoint that was trained without
some classes (see ``instant_stream.py``). Needs no screen.

A project has the checkpoint's classes and official test photos of classes that it has never seen, in a random order.
Each photo is labelled as a person does: one click into the object, then the key of the right name among the five that
are suggested; if it is not there, its first letters until it is the first line, or the whole name of a new class.
Told is, for every ten photos: how often the first suggestion was right, how often one of the five, clicks and keys an
object, and how long the window's event loop was not served at worst. ``--off`` switches learning off.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from watchdog import Watchdog, wait_until

from rvergui.core import Mask, Taxonomy
from rvergui.gui.app import make_window
from rvergui.gui.learning.feature import InstantLearning
from rvergui.gui.main_window import MainWindow
from rvergui.project.store import Project
from rvergui.rvernet.checkpoint import read_header
from rvergui.training.grocery import FoundMask, read_photos

BLOCK = 10
PATIENCE_S = 120.0
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class Photo:
    """A photo to label: where a person would click (x, y), and what it is."""

    name: str
    place: tuple[float, float]
    wanted: str


@dataclass(frozen=True)
class Labelled:
    """What one photo took."""

    first: bool
    of_five: bool
    clicks: int
    keys: int


def middle_of(mask: Mask) -> tuple[float, float]:
    """The pixel that lies farthest inside."""
    inside = np.pad(mask.array().astype(np.uint8), 1)
    _, _, _, place = cv2.minMaxLoc(cv2.distanceTransform(inside, cv2.DIST_L2, 3))
    return place[0] - 0.5, place[1] - 0.5


def lay_out(dataset: Path, masks: Path, checkpoint: Path, folder: Path, photos: int, classes: int) -> list[Photo]:
    """Put photos of classes that the checkpoint does not know, and a project with the classes that it knows."""
    parsed = (FoundMask.parse(line) for line in masks.read_text(encoding="utf-8").splitlines())
    found = {mask.path: mask.mask for mask in parsed if mask is not None}
    known = read_header(checkpoint).classes
    unseen = [each for each in read_photos(dataset) if each.part == "test" and each.class_name not in set(known)]
    random = np.random.default_rng(0)
    names = list(dict.fromkeys(each.class_name for each in unseen))[:classes]
    chosen = []
    for name in names:
        own = [each for each in unseen if each.class_name == name]
        chosen += [own[int(place)] for place in random.permutation(len(own))[: photos // classes]]
    told = []
    for number, place in enumerate(random.permutation(len(chosen))):
        photo = chosen[int(place)]
        name = f"{number:03d}.jpg"
        shutil.copyfile(dataset / photo.path, folder / name)
        told.append(Photo(name, middle_of(found[photo.path]), photo.class_name))
    with Project.create(folder / "walk.rver", Taxonomy.from_names(known)) as project:
        project.add_photos([folder / photo.name for photo in told])
        project.set_model_path(checkpoint)
    return told


class Walk:
    """Somebody who labels in a window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session
        self.session.problem.connect(lambda text: print(text, file=sys.stderr, flush=True))

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Wait for the program."""
        wait_until(done, PATIENCE_S, what)

    def open(self, project: Path) -> None:
        """Open a project and wait until it can be worked on."""
        self.window.open_path(project)
        self.until(lambda: self.session.photo is not None, "the first photo")
        self.until(lambda: self.session.model is not None and not self.session.model_loading, "the network")

    def label(self, photo: Photo, is_first: bool) -> Labelled:
        """Label the next photo."""
        session, canvas = self.session, self.window.canvas
        keys = 0
        if not is_first:
            QTest.keyClick(canvas, Qt.Key.Key_N)
            keys += 1
        self.until(lambda: self._shows(photo), f"photo {photo.name}")
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(*photo.place))
        self.until(lambda: session.draft is not None and session.draft.mask is not None, "a mask")
        self.until(self._has_names, "names")
        naming = session.target_naming()
        assert naming is not None
        said = [suggestion.name for suggestion in naming.suggestions]
        if photo.wanted in said:
            QTest.keyClick(canvas, Qt.Key(Qt.Key.Key_1 + said.index(photo.wanted)))
            keys += 1
        else:
            keys += self._type(photo.wanted)
        self.until(lambda: session.draft is None, "the name")
        return Labelled(said[:1] == [photo.wanted], photo.wanted in said, 1, keys)

    def _shows(self, photo: Photo) -> bool:
        session = self.session
        here = session.record is not None and session.record.path.endswith(photo.name)
        return here and session.photo is not None and not session.encoding

    def _has_names(self) -> bool:
        naming, desk = self.session.target_naming(), self.session.naming
        return naming is not None and bool(naming.suggestions) and not desk.busy and not desk.asks_again

    def _type(self, name: str) -> int:
        """Type ``name`` as far as it has to be; how many keys that took."""
        panel = self.window.suggestions
        for count, letter in enumerate(name, start=1):
            QTest.keyClicks(self.window.canvas if count == 1 else panel.search, letter)
            row = panel.rows[0].row
            if row is not None and row.name == name:
                QTest.keyClick(panel.search, Qt.Key.Key_Return)
                return count + 1
        QTest.keyClick(panel.search, Qt.Key.Key_Return, SHIFT)  # a new class
        return len(name) + 1


def in_blocks(done: Sequence[Labelled], gaps: Sequence[float]) -> list[dict[str, float]]:
    """The table, a row for every ten photos."""
    rows = []
    for begin in range(0, len(done), BLOCK):
        part = [asdict(each) for each in done[begin : begin + BLOCK]]
        means = {key: float(np.mean([each[key] for each in part])) for key in part[0]}
        rows.append({"from": begin + 1, **means, "longest_gap_ms": max(gaps[begin : begin + BLOCK])})
    return rows


def walk(folder: Path, photos: Sequence[Photo], learning: bool) -> list[dict[str, float]]:
    """Label all photos; the table."""
    window = make_window(folder / "home", remember=False, segmenter="starter")
    window.resize(1400, 900)
    window.show()
    try:
        person, dog = Walk(window), Watchdog()
        window.feature(InstantLearning).teacher.switch(learning)
        person.open(folder / "walk.rver")
        done, gaps = [], []
        for number, photo in enumerate(photos):
            dog.start()
            done.append(person.label(photo, number == 0))
            gap = dog.stop()
            gaps.append(gap.ms)
            print(f"{number + 1} of {len(photos)}: {photo.wanted}, {done[-1]}, {gap}", file=sys.stderr, flush=True)
        return in_blocks(done, gaps)
    finally:
        window.close()


def main() -> None:
    """Walk and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("dataset", "masks", "checkpoint"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--off", action="store_true", help="without learning")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = lay_out(
            chosen.dataset, chosen.masks, chosen.checkpoint.absolute(), folder, chosen.photos, chosen.classes
        )
        rows = walk(folder, photos, not chosen.off)
    del app
    if chosen.json:
        print(json.dumps(rows, indent=1))
        return
    print("photos from | first right | one of five | clicks | keys | longest gap in ms")
    for row in rows:
        print(
            f"{row['from']:11.0f} | {row['first']:11.2f} | {row['of_five']:11.2f} | {row['clicks']:6.1f} |"
            f" {row['keys']:4.1f} | {row['longest_gap_ms']:.0f}"
        )


if __name__ == "__main__":
    main()
