"""Exceptions that nobody caught, windows that crashed, and the one file about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Qt, QThread, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from rvergui.core import RverError
from rvergui.gui import reporting as reporting_module
from rvergui.gui.app import watch_for_crashes
from rvergui.gui.crash_care import LOGGED_AT_MOST, CrashCare
from rvergui.gui.dialogs.report import ReportDialog
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.models import ModelThread
from rvergui.gui.reporting import Reporting
from rvergui.gui.worker import Worker
from rvergui.project.store import Project
from rvergui.runtime.crash_marks import RunningMark
from tests.gui import stub_names
from tests.gui.driving import click_and_wait, wait_saved


@pytest.fixture
def care(qtbot: QtBot, tmp_path: Path) -> Iterator[CrashCare]:
    made = CrashCare(tmp_path / "rvergui.log")
    made.install()
    yield made
    made.remove()


class Thrower(QObject):
    """Raises in a slot."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.throw)

    def throw(self) -> None:
        raise ZeroDivisionError("in a slot")


class ThrowingThread(QThread):
    """Raises in a thread of Qt's."""

    def run(self) -> None:
        raise ZeroDivisionError("in a QThread")


class ThrowingWidget(QWidget):
    """Raises whenever it is painted."""

    def paintEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        raise ZeroDivisionError("while painting")


@pytest.mark.expects_log
@pytest.mark.parametrize("where", ["slot", "timer", "thread", "qthread", "painting"])
def test_wherever_it_happens_it_is_logged_and_said_on_the_gui_thread(
    care: CrashCare, qtbot: QtBot, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    here, heard = threading.get_ident(), []
    receiver = QObject()
    care.told.connect(lambda text: heard.append((text, threading.get_ident())), type=Qt.ConnectionType.QueuedConnection)

    def throw() -> None:
        raise ZeroDivisionError(f"in a {where}")

    if where == "slot":
        thrower = Thrower()
        thrower.asked.emit()
    elif where == "timer":
        QTimer.singleShot(0, receiver, throw)
    elif where == "thread":
        thread = threading.Thread(target=throw, name="cook")
        thread.start()
        thread.join()
    elif where == "qthread":
        qthread = ThrowingThread()
        qthread.start()
        assert qthread.wait(5000)
    else:
        widget = ThrowingWidget()
        qtbot.addWidget(widget)
        widget.show()
    qtbot.waitUntil(lambda: bool(heard))
    text, thread_id = heard[0]
    assert thread_id == here
    assert "ZeroDivisionError" in text
    assert "rvergui.log" in text
    assert "saved" in text
    assert any("Traceback" in record.getMessage() for record in caplog.records)


@pytest.mark.expects_log
def test_an_error_that_comes_again_and_again_is_said_once_and_fills_no_disk(
    care: CrashCare, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    care.told.connect(heard.append)

    def throw() -> None:
        raise ZeroDivisionError("again")

    for _ in range(3 * LOGGED_AT_MOST):
        try:
            throw()
        except ZeroDivisionError as error:
            care(type(error), error, error.__traceback__)
    assert len(heard) == 1
    assert len(caplog.records) == LOGGED_AT_MOST


@pytest.mark.expects_log
def test_a_sentence_made_for_people_is_said_as_it_is_and_ctrl_c_closes(care: CrashCare, qtbot: QtBot) -> None:
    heard: list[str] = []
    care.told.connect(heard.append)
    error = RverError("The plate is empty; fill it.")
    care(type(error), error, None)
    assert heard == ["The plate is empty; fill it."]
    with qtbot.waitSignal(care.interrupted):
        care(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(heard) == 1


@pytest.mark.expects_log
def test_the_window_goes_on_after_an_exception_and_nothing_is_lost(
    window: MainWindow, care: CrashCare, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_names.install(monkeypatch)
    session = window.session
    care.told.connect(window.strip.problem)
    click_and_wait(window, qtbot, 60, 60)
    broken = True

    def listener() -> None:  # a panel with a defect
        if broken:
            raise ZeroDivisionError("a panel with a defect")

    session.sheet_changed.connect(listener)
    session.name("rice")
    qtbot.waitUntil(lambda: window.strip.isVisible())
    assert "a panel with a defect" in window.strip.label.text()
    broken = False
    click_and_wait(window, qtbot, 180, 120)
    session.name("bread")
    wait_saved(window, qtbot)
    with Project.open(session.project.path, read_only=True) as stored:
        assert len(stored.sheet(session.record.id).items) == 2
    session.undo()
    session.undo()
    session.undo()
    session.undo()
    wait_saved(window, qtbot)
    assert session.sheet.items == ()


@pytest.mark.expects_log
def test_a_thread_of_the_networks_that_cannot_begin_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    models = ModelThread(in_process=True)

    def broken() -> None:
        raise RuntimeError("no process can be started here")

    monkeypatch.setattr(models, "_start_engine", broken)
    with qtbot.waitSignal(models.died, timeout=5000) as died:
        models.start()
    assert "labels are safe" in died.args[0]
    assert models.given_up
    assert models.wait(5000)


@pytest.mark.expects_log
def test_a_background_job_that_nobody_listens_to_is_said_as_well(care: CrashCare, qtbot: QtBot) -> None:
    heard: list[str] = []
    care.told.connect(heard.append)
    worker = Worker("test")

    def work() -> None:
        raise ZeroDivisionError("in the background")

    worker.submit(work)
    qtbot.waitUntil(lambda: bool(heard) and worker.waiting == 0)
    assert "in the background" in heard[0]
    answers: list[str] = []
    worker.submit(work, failed=answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert "Report a problem" in answers[0]
    assert len(heard) == 1
    assert worker.stop()


# --- the next start --------------------------------------------------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
from rvergui.runtime.crash_marks import RunningMark
mark = RunningMark(Path(sys.argv[1]))
mark.set()
os._exit(9)
"""


def test_after_a_crash_the_next_window_says_so_once_and_offers_a_report(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", KILLED, str(logs)], env=environment, check=False)
    window = open_window()
    mark, second = RunningMark(logs), RunningMark(logs)
    watch_for_crashes(window, mark)
    assert window.strip.isVisible()
    assert "did not end properly" in window.strip.label.text()
    window.strip.button.click()
    assert not window.strip.isVisible()
    dialog = window.findChild(ReportDialog)
    assert dialog.isVisible()
    dialog.close()
    other = open_window()  # a second window beside it: the first is alive, and the crash was told
    watch_for_crashes(other, second)
    assert not other.strip.isVisible()
    mark.clear()
    second.clear()
    assert list(logs.iterdir()) == []


def test_a_problem_after_an_offer_has_no_button(window: MainWindow) -> None:
    window.feature(Reporting).offer()
    assert window.strip.button.isVisible()
    window.strip.problem("The disk is full; free some space.")
    assert not window.strip.button.isVisible()


# --- the report ------------------------------------------------------------------------------------------------------


STAND_IN = """
import sys
sys.path[:0] = {path!r}
from rvergui.runtime import report
report.collect = lambda: None
report.findings = lambda evidence: []
from rvergui.cli.start import start
sys.exit(start(sys.argv[1:]))
"""


@pytest.fixture
def quick_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is written by a real process, but the installation is not looked at, which takes long."""
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN.format(path=sys.path))
    monkeypatch.setattr(reporting_module, "program", lambda: [sys.executable, str(script)])


def test_the_menu_writes_a_report_of_the_open_project(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_doctor: None
) -> None:
    stored = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    stored.setValue("tint", 40)
    stored.setValue("last-folder", "/secret/place")
    window.memory = Memory(stored)
    target = tmp_path / "out" / "problem"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **kw: (str(target), ""))
    window.actions_["report"].trigger()
    dialog = window.findChild(ReportDialog)
    reporting = window.feature(Reporting)
    with qtbot.waitSignal(reporting.ended, timeout=60_000) as ended:
        dialog.save.click()
        assert reporting.running
        assert dialog.progress.isVisible()
        assert not dialog.save.isEnabled()
    assert ended.args[0], ended.args[1]
    written = target.with_suffix(".zip")
    assert str(written) in dialog.state.text()
    with zipfile.ZipFile(written) as archive:
        assert {"README.txt", "doctor.json", "versions.json", "settings.json", "project.json"} <= set(
            archive.namelist()
        )
        assert json.loads(archive.read("project.json"))["photos"] == 3
        assert json.loads(archive.read("settings.json"))["window"] == {"tint": "40"}
    with qtbot.waitSignal(reporting.ended, timeout=60_000) as ended:  # once more: nothing is replaced
        dialog.save.click()
    assert not ended.args[0]
    assert "is there already" in ended.args[1]
    assert "is there already" in dialog.state.text()
    dialog.close()


def test_a_report_can_be_cancelled_and_does_not_hold_up_the_exit(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "slow.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reporting_module, "program", lambda: [sys.executable, str(script)])
    reporting = window.feature(Reporting)
    window.actions_["report"].trigger()
    dialog = window.findChild(ReportDialog)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **kw: (str(tmp_path / "x.zip"), ""))
    dialog.save.click()
    assert reporting.running
    dialog.leave.click()
    assert not reporting.running
    assert dialog.save.isEnabled()
    dialog.save.click()
    dialog.close()
    assert not reporting.running
    assert not (tmp_path / "x.zip").exists()
