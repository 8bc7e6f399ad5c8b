"""The window through a whole session of work with networks that take their time: its event loop never waits for them.

A test machine may be busy or slow, so two things are looked at. The work that the GUI thread itself does from one turn
of the event loop to the next, in processor time, is what would freeze the window on any machine; it stays below what
people feel. A machine on which a fixed piece of such work takes longer than on an ordinary one is given as much more.
And no turn lasts as long as any of the networks' waits, however busy the machine is. ``benchmarks/window.py`` and
``benchmarks/flow.py`` measure the same in real time.
"""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from rvergui.engine.messages import UseSegmenter
from rvergui.gui import preloading
from rvergui.gui.folder_watch import FolderWatch
from rvergui.gui.main_window import MainWindow
from rvergui.gui.showing import Showing
from rvergui.gui.smooth import keep_smooth
from rvergui.gui.training_dock import TrainingDock
from rvergui.samples import render_meal
from tests.gui import stub_names
from tests.gui.driving import LEFT, NONE, at, click, wait_photo

MODULES = preloading.MODULES
ENCODE_S, DECODE_S, NAME_S = 1.5, 0.9, 0.9
FREEZE_S = 0.05  # what people feel, in processor time of the GUI thread
PIECE_S = 0.022  # what a piece of work takes on an ordinary machine of two cores
WAIT_S = 0.75  # shorter than any wait of the networks, and long enough for a busy machine
SIZE = (1500, 2000)


class Watch(QObject):
    """Notes the longest turn of the event loop for every part of the work."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: dict[str, tuple[float, float]] = {}
        self.pieces: dict[str, float] = {}  # how long a piece of work took before each part, and at the end
        self._part = ""
        self._work = self._wall = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self.starved = 0.0  # the longest time that the machine kept an idle thread from running
        self._over = threading.Event()
        self._idler = threading.Thread(target=self._idle, name="idler", daemon=True)
        self._idler.start()

    def _idle(self) -> None:
        last = time.perf_counter()
        while not self._over.wait(0.01):
            now = time.perf_counter()
            self.starved, last = max(self.starved, now - last - 0.01), now

    def stop(self) -> None:
        """No more of it."""
        self._timer.stop()
        self._over.set()
        self._idler.join()

    def begin(self, part: str) -> None:
        """What follows is ``part``."""
        if self._part:
            self._tick()
        self._part = part
        self.pieces[part] = piece_of_work()
        self._work, self._wall = time.thread_time(), time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        """What follows is not watched."""
        self._tick()
        self._part = ""
        self._timer.stop()
        self.pieces["end"] = piece_of_work()

    def slower(self, part: str) -> float:
        """How much longer than on an ordinary machine work took around a part; at least 1."""
        parts = list(self.pieces)
        after = parts[parts.index(part) + 1]
        return max(1.0, self.pieces[part] / PIECE_S, self.pieces[after] / PIECE_S)

    def _tick(self) -> None:
        work, wall = time.thread_time(), time.perf_counter()
        longest = self.turns.get(self._part, (0.0, 0.0))
        self.turns[self._part] = (max(longest[0], work - self._work), max(longest[1], wall - self._wall))
        self._work, self._wall = work, wall


def piece_of_work() -> float:
    """Processor seconds of a fixed piece of what a GUI thread does: a dialog made, shown, painted; the better of two.

    Nothing of the program is in it, so a program that has become slower does not make it slower.
    """
    found = []
    for _ in range(2):
        begun = time.thread_time()
        dialog = QDialog()
        layout = QVBoxLayout(dialog)
        for number in range(20):
            box = QComboBox(dialog)
            box.addItems(["rice", "curry", "naan"])
            layout.addWidget(box)
            layout.addWidget(QLabel(f"row {number}", dialog))
        dialog.show()
        dialog.grab()
        dialog.close()
        found.append(time.thread_time() - begun)
        dialog.deleteLater()
    return min(found)


class SlowPredictor(stub_names.StubPredictor):
    """Takes its time to name."""

    def classify(self, photo, masks, **how):  # type: ignore[no-untyped-def]
        time.sleep(NAME_S)
        return super().classify(photo, masks)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos of three megapixels."""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(4):
        meal = Image.fromarray(render_meal(number, (150, 200)).pixels)
        meal.resize((SIZE[1], SIZE[0]), Image.Resampling.BILINEAR).save(folder / f"meal-{number}.jpg", quality=80)
    return folder


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.stop()


def move(window: MainWindow, x: float, y: float, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    viewport, place = window.canvas.viewport(), QPointF(at(window, x, y))
    event = QMouseEvent(QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), Qt.MouseButton.NoButton, held, NONE)
    QApplication.sendEvent(viewport, event)


def test_the_window_never_waits_from_opening_to_training(
    open_window: Callable[..., MainWindow],
    photos: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    watch: Watch,
    request: pytest.FixtureRequest,
) -> None:
    for name in MODULES:  # as the window does behind the first photo, and before the stub of one of theirs is there
        importlib.import_module(name)
    stub_names.install(monkeypatch)
    monkeypatch.setattr(stub_names, "StubPredictor", SlowPredictor)
    # What ships is looked up in a module that has a stub here.
    monkeypatch.setattr("rvergui.gui.evaluation.dialog.models_to_choose", lambda project, words: [])
    window = open_window()
    tidying = keep_smooth(window)  # as the program does
    request.addfinalizer(tidying.stop)
    session = window.session
    qtbot.waitUntil(lambda: session.segmenter is not None)
    slow = {"encode_seconds": ENCODE_S, "decode_seconds": DECODE_S, "steps": 10}
    session.models.submit(UseSegmenter(name="fake", options=slow))
    until = lambda true: qtbot.waitUntil(true, timeout=60_000)  # noqa: E731 - said often

    def quiet() -> None:
        until(lambda: session.loader.waiting == 0 and not session.editing.busy and session.saver.pending == 0)

    watch.begin("open")
    window.open_path(photos)
    wait_photo(window, qtbot, "meal-0.jpg")
    quiet()

    watch.begin("preview")
    until(lambda: not session.encoding and session.ahead.waiting == 0)
    seen: list[object] = []
    session.preview_changed.connect(seen.append)
    move(window, 700, 700)
    until(lambda: any(mask is not None for mask in seen))

    watch.begin("click")
    click(window, 700, 700)
    until(lambda: session.draft is not None and session.draft.mask is not None)
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    click(window, 900, 700)
    until(lambda: not session.draft.waiting)
    quiet()

    watch.begin("name")
    until(lambda: session.target_naming() is not None)
    session.accept(0)
    qtbot.wait(1)
    session.select(session.sheet.items[-1].id)
    session.name("pomelo")
    quiet()

    watch.begin("paint")
    for tool in ("tool-brush", "tool-eraser"):
        window.actions_[tool].trigger()
        QTest.mousePress(window.canvas.viewport(), LEFT, NONE, at(window, 300, 900))
        for step in range(40):
            move(window, 300 + 30 * step, 900 + 10 * (step % 7), LEFT)
            qtbot.wait(1)
        QTest.mouseRelease(window.canvas.viewport(), LEFT, NONE, at(window, 1500, 900))
        quiet()
    window.actions_["tool-click"].trigger()

    watch.begin("look")
    for per_cent in range(20, 60, 4):
        window.session.visibility.set_tint(per_cent)
        qtbot.wait(5)
    for act in (
        "turn-right",
        "zoom-in",
        "actual-size",
        "upright",
        "fit",
        "masks-off",
        "masks-off",
        "isolate",
        "isolate",
    ):
        window.actions_[act].trigger()
        qtbot.wait(5)
    quiet()

    watch.begin("find everything")
    window.actions_["find-all"].trigger()
    until(lambda: session.review is not None and len(session.review.proposals) >= 2)
    session.proposals.keep()
    session.proposals.keep_all()
    session.proposals.leave()
    quiet()

    watch.begin("page")
    for number in (1, 2, 3, 2, 1, 0):
        session.step_photo(1 if number > (session.photos.row_of(session.record.id) or 0) else -1)
        wait_photo(window, qtbot, f"meal-{number}.jpg")
        qtbot.wait(20)
    quiet()

    watch.begin("undo and history")
    window.actions_["history"].trigger()
    for _ in range(3):
        session.undo()
        qtbot.wait(5)
    session.document.go_to(0)
    session.document.go_to(len(session.history.steps))
    quiet()
    window.actions_["history"].trigger()

    watch.begin("export")
    window.actions_["export"].trigger()
    (export,) = [each for each in window.findChildren(QDialog) if hasattr(each, "choose_format")]
    export.choose_format("coco")
    export.out.setText(str(tmp_path / "coco.json"))
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=60_000):
        export.begin()

    watch.begin("review")
    window.actions_["review"].trigger()
    qtbot.wait(300)
    for shown in QApplication.topLevelWidgets():
        if shown is not window and shown.isVisible():
            shown.close()

    watch.begin("look through the folder")
    for number in range(60):
        (photos / f"copy-{number}.jpg").write_bytes(b"no photo")
    window.actions_["look-again"].trigger()
    until(lambda: len(session.photos) == 64)
    until(lambda: not window.feature(FolderWatch)._looking)

    watch.begin("name everything")
    window.actions_["name-all"].trigger()
    qtbot.wait(300)
    window.actions_["stop-naming"].trigger()

    dialogs = ("classes", "shortcuts", "report", "import", "change-keys", "weights", "corrections")
    for act in (*dialogs, "evaluate", "look-alikes", "model-history", "statistics"):
        watch.begin(f"dialog {act}")
        window.actions_[act].trigger()
        qtbot.wait(500 if act == "statistics" else 60)  # its plots come one by one
        for dialog in window.findChildren(QDialog):
            dialog.close()

    watch.begin("train")
    window.actions_["retrain"].trigger()
    until(lambda: window.feature(TrainingDock).panel is not None)
    qtbot.wait(50)
    watch.end()

    told = "\n".join(
        f"{part}: {1000 * work:.0f} ms of work, {1000 * wall:.0f} ms, a piece {1000 * watch.pieces[part]:.0f} ms"
        for part, (work, wall) in watch.turns.items()
    )
    assert len(watch.turns) == 25
    assert max(wall for _, wall in watch.turns.values()) < WAIT_S + watch.starved, told
    print(told)
    long = [part for part, (work, _) in watch.turns.items() if work >= FREEZE_S * watch.slower(part)]
    assert not long, told
