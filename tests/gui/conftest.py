"""A window over sample meals with a quick fake segmenter, its engine in a thread of this process."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.gui import language, preloading
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.models import ModelThread
from rvergui.gui.retrain import leaving
from rvergui.gui.worker import Worker
from rvergui.rvernet import default_model
from rvergui.samples import write_meals

HARMLESS = ("propagateSizeHints", "XDG_RUNTIME_DIR", "font family aliases", "support raise()", "grabbing the keyboard")


@pytest.fixture(autouse=True)
def _tidied_here() -> Iterator[None]:
    """Garbage is taken apart on Qt's thread alone, as in the program (``gui.smooth``), and before the next test."""
    gc.collect(1)
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def _no_qt_warnings() -> Iterator[None]:
    """What Qt complains about fails the test."""
    said: list[str] = []

    def handler(kind: QtMsgType, context: object, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:  # the process ends here
            sys.__stderr__.write(f"Qt: {message}\n")  # type: ignore[union-attr]
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(h in message for h in HARMLESS):
            said.append(message)

    qInstallMessageHandler(handler)
    yield
    qInstallMessageHandler(None)
    assert not said, f"Qt complains: {said}"


@pytest.fixture(autouse=True)
def _own_numbers() -> Iterator[None]:
    """A test in another language leaves its numbers and dates to itself."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture(autouse=True)
def _right_plurals(qapp: QApplication) -> Iterator[None]:
    """Texts with numbers are as an English window has them, "1 photo" and "2 photos"; its file of plurals does that."""
    plurals = QTranslator()
    assert plurals.load(str(language.folder() / f"rvergui_{language.SOURCE}.qm"))
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test has looked at is news to the next."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that close after a second do not import pyqtgraph before; tests of that put the modules back."""
    monkeypatch.setattr(preloading, "MODULES", ())


@pytest.fixture(autouse=True)
def _nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that failed during a training closes its window all the same, instead of asking for ever."""
    monkeypatch.setattr(leaving, "ask", lambda window, name, left: leaving.Leave.STOP)


@pytest.fixture(autouse=True)
def _random_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no network of the program fits, tests in this process make do with a random one: it is ready at once."""
    monkeypatch.setattr(default_model, "shipped_lender", lambda folder=None: None)


@pytest.fixture
def meals(tmp_path: Path) -> Path:
    """A folder with three small sample meals."""
    folder = tmp_path / "meals"
    folder.mkdir()
    write_meals(folder, 3, seed=5, size=(180, 240))
    return folder


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[list[MainWindow]]:
    """Windows that are closed at the end, and everything behind them with them."""
    made: list[MainWindow] = []
    yield made
    left: list[str] = []
    for window in made:
        window.close()
        session = window.session
        # A network in a thread of this process, and a job on a thread, cannot be stopped, only waited for.
        threads = [session.models, *(worker._thread for worker in window.findChildren(Worker))]
        left += [thread.objectName() for thread in threads if not thread.wait(150_000)]
        session.models._process.join(150)
        window.deleteLater()
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, windows: list[MainWindow]) -> Callable[..., MainWindow]:
    """Makes windows."""

    def make(segmenter: str = "fake", in_process: bool = True, checkpoint: Path | None = None) -> MainWindow:
        models = ModelThread(in_process=in_process)
        window = make_window(
            tmp_path / "home", remember=False, checkpoint=checkpoint, segmenter=segmenter, models=models
        )
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return make


@pytest.fixture
def window(open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot) -> MainWindow:
    """A window with the three sample meals open, the first one shown, the networks loaded."""
    made = open_window()
    with qtbot.waitSignal(made.session.photo_changed, timeout=10_000):
        made.open_path(meals)
    qtbot.waitUntil(lambda: not made.session.encoding and not made.session.model_loading, timeout=200_000)
    return made
