"""Model > Weights: fetching, cancelling, going on, adding, checking, removing and using, against a local server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from rvergui.engine.messages import UseSegmenter
from rvergui.gui.dialogs.weights import WeightsDialog
from rvergui.gui.dialogs.weights_card import WeightsCard
from rvergui.gui.downloads import ADDING
from rvergui.gui.main_window import MainWindow
from rvergui.gui.weights_shown import Weights
from rvergui.runtime import catalogue, transfer
from rvergui.runtime.catalogue import OFFICIAL
from rvergui.runtime.catalogue_state import State
from rvergui.runtime.settings import own_weights
from tests.runtime.loopback import QUICK, Answer, Handler, Server, contents, serving, small_entry

DATA = contents(200_000)
OTHER = contents(60_000, seed=5)
SMALL = (small_entry(DATA, OFFICIAL[0]), small_entry(OTHER, OFFICIAL[1]))
NAME, FILE, TITLE = SMALL[0].name, SMALL[0].file, SMALL[0].title
PIECE = 3 * transfer.CHUNK


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(catalogue, "OFFICIAL", SMALL)


class Doors:
    """What the server does is set by the test; it can be let go on."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler, start: handler.send(DATA, start)
        self.go_on = threading.Event()

    def halting(self, handler: Handler, start: int) -> None:
        """Send a piece, then wait until the test lets the rest through."""
        handler.head(206 if start else 200, len(DATA) - start, content_range=f"bytes {start}-199999/200000")
        handler.wfile.write(DATA[start : start + PIECE // 3])
        time.sleep(0.15)  # progress is told ten times a second
        handler.wfile.write(DATA[start + PIECE // 3 : start + PIECE])
        end = time.monotonic() + 15
        while not (self.go_on.is_set() or handler.server.leave.is_set()) and time.monotonic() < end:
            time.sleep(0.01)
        if self.go_on.is_set():
            handler.wfile.write(DATA[start + PIECE :])


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def server(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving(lambda handler, start: doors.answer(handler, start)) as made:
        monkeypatch.setenv("RVERGUI_WEIGHTS_URL", made.url)
        yield made


@pytest.fixture
def shown(server: Server, open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window whose downloads are impatient, but for silence."""
    window = open_window()
    window.feature(Weights).downloads.patience = transfer.Patience(
        connect_s=2, stall_s=10, tries=2, pause_s=0.01, longest_pause_s=0.02, gain=10_000_000, lock_s=0.05
    )
    return window


def open_dialog(window: MainWindow, qtbot: QtBot) -> WeightsDialog:
    window.actions_["weights"].trigger()
    dialog = window.findChild(WeightsDialog)
    qtbot.waitUntil(lambda: window.feature(Weights).downloads.inventory is not None, timeout=10_000)
    return dialog


@pytest.fixture
def dialog(shown: MainWindow, qtbot: QtBot) -> WeightsDialog:
    return open_dialog(shown, qtbot)


def card_of(dialog: WeightsDialog, name: str = NAME) -> WeightsCard:
    return dialog.cards[name]


def buttons(card: WeightsCard) -> set[str]:
    return {key for key, button in card.buttons.items() if button.isVisible()}


def press(card: WeightsCard, key: str) -> None:
    assert card.buttons[key].isVisible()
    assert card.buttons[key].isEnabled()
    QTest.mouseClick(card.buttons[key], Qt.MouseButton.LeftButton)


def wait_state(window: MainWindow, qtbot: QtBot, state: State, name: str = NAME) -> None:
    def reached() -> bool:
        found = window.feature(Weights).downloads.holding(name)
        return found is not None and found.state is state and not window.feature(Weights).downloads.busy(name)

    qtbot.waitUntil(reached, timeout=10_000)


def test_every_entry_tells_its_size_before_anything_is_fetched(dialog: WeightsDialog, server: Server) -> None:
    assert list(dialog.cards) == [entry.name for entry in SMALL]
    for entry, size in zip(SMALL, ("200 kB", "60 kB"), strict=True):
        card = card_of(dialog, entry.name)
        assert buttons(card) == {"get"}
        assert card.buttons["get"].text() == f"Download {size}"
        assert card.facts.text() == f"{size} · Apache-2.0"
        assert entry.url in card.facts.toolTip()
        assert entry.purpose in card.purpose.text()
        assert card.state.text() == "Not on this computer."
    assert str(own_weights()) in dialog.message.text()
    assert server.requests == []


def test_a_download_shows_its_progress_and_is_then_put_to_use(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors.answer = doors.halting
    card = card_of(dialog)
    press(card, "get")
    qtbot.waitUntil(lambda: card.bar.value() > 0, timeout=10_000)
    assert buttons(card) == {"cancel"}
    assert card.bar.isVisible()
    assert card.bar.value() <= 1000 * PIECE // len(DATA)
    assert "of 200 kB" in card.state.text()
    with qtbot.waitSignal(shown.feature(Weights).downloads.finished, timeout=10_000) as told:
        doors.go_on.set()
    assert TITLE in told.args[0]
    assert shown.strip.label.text() == told.args[0]
    wait_state(shown, qtbot, State.INSTALLED)
    assert buttons(card) == {"verify", "remove", "use"}
    assert card.state.text() == "Installed, checksum right."
    assert not card.bar.isVisible()
    assert (own_weights() / FILE).read_bytes() == DATA
    asked: list[object] = []
    monkeypatch.setattr(shown.session.models, "submit", lambda request: asked.append(request) or 1)
    press(card, "use")
    (request,) = (r for r in asked if isinstance(r, UseSegmenter))
    assert (request.name, request.checkpoint) == (NAME, own_weights() / FILE)


def test_the_one_in_use_is_marked(dialog: WeightsDialog, shown: MainWindow, qtbot: QtBot) -> None:
    own_weights().mkdir(parents=True)
    (own_weights() / FILE).write_bytes(DATA)
    shown.feature(Weights).downloads.look()
    wait_state(shown, qtbot, State.INSTALLED)
    card = card_of(dialog)
    assert card.buttons["use"].isEnabled()
    qtbot.waitUntil(lambda: shown.session.segmenter is not None, timeout=10_000)
    networks = shown.session.networks
    networks.segmenter = type(networks.segmenter)(generation=0, name=NAME, description="MobileSAM on CPU", ms=1.0)
    networks.segmenter_changed.emit()
    assert card.buttons["use"].text() == "In use"
    assert not card.buttons["use"].isEnabled()


def test_cancel_keeps_the_part_and_the_next_try_goes_on(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, server: Server, qtbot: QtBot
) -> None:
    doors.answer = doors.halting
    card = card_of(dialog)
    press(card, "get")
    qtbot.waitUntil(lambda: card.bar.value() > 0, timeout=10_000)
    clock = QElapsedTimer()
    clock.start()
    press(card, "cancel")
    wait_state(shown, qtbot, State.PARTIAL)
    assert clock.elapsed() < 3000
    kept = (own_weights() / f"{FILE}.part").stat().st_size
    assert kept > 0
    assert card.buttons["get"].text().startswith("Go on, ")
    assert buttons(card) == {"get", "remove"}
    assert not shown.strip.isVisible()  # what was asked for is no trouble
    doors.answer = lambda handler, start: handler.send(DATA, start)
    press(card, "get")
    wait_state(shown, qtbot, State.INSTALLED)
    assert server.offsets == [None, kept]


def test_a_server_that_falls_silent_is_said(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rvergui.gui.downloads._SILENT_AFTER_S", 0.5)
    doors.answer = doors.halting
    card = card_of(dialog)
    press(card, "get")
    qtbot.waitUntil(lambda: "nothing for" in card.state.text(), timeout=10_000)
    assert "/s" not in card.state.text()
    doors.go_on.set()
    wait_state(shown, qtbot, State.INSTALLED)


def test_a_failure_is_told_in_the_dialog_and_can_be_retried(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    doors.answer = lambda handler, start: handler.head(500, 0)
    card = card_of(dialog)
    with qtbot.waitSignal(shown.feature(Weights).downloads.failed, timeout=10_000) as told:
        press(card, "get")
    assert card.state.text() == told.args[0]
    assert "500" in told.args[0]
    assert card.state.property("kind") == "negative"
    assert not shown.strip.isVisible()
    assert card.buttons["get"].text() == "Download again, 200 kB"
    doors.answer = lambda handler, start: handler.send(DATA, start)
    press(card, "get")
    wait_state(shown, qtbot, State.INSTALLED)
    assert card.state.text() == "Installed, checksum right."


def test_wrong_bytes_never_become_installed(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    wrong = contents(len(DATA), seed=77)
    doors.answer = lambda handler, start: handler.send(wrong, start)
    with qtbot.waitSignal(shown.feature(Weights).downloads.failed, timeout=10_000) as told:
        press(card_of(dialog), "get")
    assert "SHA-256" in told.args[0]
    wait_state(shown, qtbot, State.ABSENT)
    assert not (own_weights() / f"{FILE}.part").exists()


def test_a_download_goes_on_while_the_dialog_is_closed(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, server: Server, qtbot: QtBot
) -> None:
    doors.answer = doors.halting
    press(card_of(dialog), "get")
    qtbot.waitUntil(lambda: shown.feature(Weights).downloads.progress(NAME) is not None, timeout=10_000)
    dialog.close()
    qtbot.waitUntil(lambda: shown.findChild(WeightsDialog) is None, timeout=10_000)
    again = open_dialog(shown, qtbot)
    assert buttons(card_of(again)) == {"cancel"}
    again.close()
    qtbot.waitUntil(lambda: shown.findChild(WeightsDialog) is None, timeout=10_000)
    with qtbot.waitSignal(shown.feature(Weights).downloads.finished, timeout=10_000):
        doors.go_on.set()
    assert shown.strip.isVisible()
    assert TITLE in shown.strip.label.text()
    assert len(server.requests) == 1


def test_a_failure_behind_a_closed_dialog_is_told_by_the_window(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    dialog.close()
    qtbot.waitUntil(lambda: shown.findChild(WeightsDialog) is None, timeout=10_000)
    doors.answer = lambda handler, start: handler.head(404, 0)
    with qtbot.waitSignal(shown.feature(Weights).downloads.failed, timeout=10_000):
        shown.feature(Weights).downloads.get(NAME)
    assert shown.strip.property("kind") == "problem"
    assert "404" in shown.strip.label.text()


def test_the_window_never_stalls_while_bytes_come(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    def dribble(handler: Handler, start: int) -> None:
        handler.head(200, len(DATA))
        for at in range(0, len(DATA), 10_000):
            handler.wfile.write(DATA[at : at + 10_000])
            time.sleep(0.01)

    doors.answer = dribble
    longest, last, clock = 0, 0, QElapsedTimer()
    clock.start()

    def beat() -> None:
        nonlocal longest, last
        longest, last = max(longest, clock.elapsed() - last), clock.elapsed()

    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(beat)
    timer.start()
    with qtbot.waitSignal(shown.feature(Weights).downloads.finished, timeout=20_000):
        shown.feature(Weights).downloads.get(NAME)
    timer.stop()
    assert 0 < longest < 1500  # a download that ran here would hold the window for much longer than a busy machine does


def test_closing_the_window_ends_a_download_and_keeps_the_part(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    doors.answer = doors.halting
    card = card_of(dialog)
    press(card, "get")
    qtbot.waitUntil(lambda: card.bar.value() > 0, timeout=10_000)
    clock = QElapsedTimer()
    clock.start()
    shown.close()
    assert clock.elapsed() < 5000
    assert (own_weights() / f"{FILE}.part").stat().st_size > 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("weights-")]


def test_a_thread_that_waits_for_a_silent_server_does_not_keep_the_window_open(
    dialog: WeightsDialog,
    shown: MainWindow,
    doors: Doors,
    server: Server,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rvergui.gui.downloads._LEAVE_AFTER_S", 0.1)
    shown.feature(Weights).downloads.patience = replace(QUICK, stall_s=0.5)
    doors.answer = lambda handler, start: handler.server.hang()
    press(card_of(dialog), "get")
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=10_000)
    clock = QElapsedTimer()
    clock.start()
    shown.feature(Weights).downloads.stop()
    assert clock.elapsed() < 2000


def test_a_file_from_disk_is_added_under_its_official_name(
    dialog: WeightsDialog, shown: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "from a friend.bin"
    source.write_bytes(OTHER)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    with qtbot.waitSignal(shown.feature(Weights).downloads.finished, timeout=10_000) as told:
        QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
        assert shown.feature(Weights).downloads.busy(ADDING)
        assert dialog.add.text() == "Cancel adding"
    assert "from a friend.bin is SAM ViT-B" in told.args[0]
    wait_state(shown, qtbot, State.INSTALLED, SMALL[1].name)
    assert (own_weights() / SMALL[1].file).read_bytes() == OTHER
    assert dialog.add.text().startswith("Add a file")


def test_another_file_is_refused_in_the_dialog(
    dialog: WeightsDialog, shown: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "holiday.pth"
    source.write_bytes(b"no weights")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    with qtbot.waitSignal(shown.feature(Weights).downloads.failed, timeout=10_000):
        QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert "holiday.pth is none of the official files" in dialog.message.text()


def test_verify_finds_damage_and_offers_to_download_again(
    dialog: WeightsDialog, shown: MainWindow, qtbot: QtBot
) -> None:
    own_weights().mkdir(parents=True)
    path = own_weights() / FILE
    path.write_bytes(DATA[:-1] + b"?")
    shown.feature(Weights).downloads.look()
    wait_state(shown, qtbot, State.INSTALLED)
    card = card_of(dialog)
    assert card.state.text() == "Installed, not checked yet."
    press(card, "verify")
    wait_state(shown, qtbot, State.WRONG)
    assert "damaged" in card.state.text().lower()
    assert buttons(card) == {"remove", "get"}
    press(card, "get")
    wait_state(shown, qtbot, State.INSTALLED)
    assert path.read_bytes() == DATA
    press(card, "verify")
    with qtbot.waitSignal(shown.feature(Weights).downloads.finished, timeout=10_000) as told:
        pass
    assert "whole" in told.args[0]


def test_removing_asks_first(
    dialog: WeightsDialog, shown: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_weights().mkdir(parents=True)
    (own_weights() / FILE).write_bytes(DATA)
    shown.feature(Weights).downloads.look()
    wait_state(shown, qtbot, State.INSTALLED)
    asked: list[str] = []
    answers = iter((QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes))
    monkeypatch.setattr(QMessageBox, "question", lambda *a: asked.append(a[2]) or next(answers))
    press(card_of(dialog), "remove")
    assert (own_weights() / FILE).exists()
    assert str(own_weights() / FILE) in asked[0]
    assert "200 kB" in asked[0]
    press(card_of(dialog), "remove")
    wait_state(shown, qtbot, State.ABSENT)
    assert not (own_weights() / FILE).exists()


def test_wrong_settings_are_told(shown: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_PIXEL_LIMIT", "many")
    shown.actions_["weights"].trigger()
    dialog = shown.findChild(WeightsDialog)
    qtbot.waitUntil(lambda: "RVERGUI_PIXEL_LIMIT" in dialog.message.text(), timeout=10_000)


def test_everything_works_by_keyboard_and_has_a_name(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, qtbot: QtBot
) -> None:
    doors.answer = doors.halting
    for card in dialog.cards.values():
        assert card.accessibleName() == card.entry.title
        assert card.bar.accessibleName()
        assert all(card.entry.title in button.accessibleName() for button in card.buttons.values())
    assert card_of(dialog).buttons["get"].accessibleName() == f"Download {TITLE}, 200 kB"
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in dialog.findChildren(QPushButton))
    assert not any(button.autoDefault() for button in dialog.findChildren(QPushButton))
    card = card_of(dialog)
    card.buttons["get"].setFocus()
    QTest.keyClick(card.buttons["get"], Qt.Key.Key_Space)
    assert shown.feature(Weights).downloads.busy(NAME)
    assert card.buttons["cancel"].hasFocus()  # the keyboard stays on the card whose button went away
    qtbot.waitUntil(lambda: card.bar.value() > 0, timeout=10_000)
    QTest.keyClick(card.buttons["cancel"], Qt.Key.Key_Space)
    wait_state(shown, qtbot, State.PARTIAL)
    assert card.buttons["get"].hasFocus()


def test_asking_twice_opens_one_dialog(dialog: WeightsDialog, shown: MainWindow) -> None:
    shown.actions_["weights"].trigger()
    assert shown.findChildren(WeightsDialog) == [dialog]


def test_two_clicks_start_one_download(
    dialog: WeightsDialog, shown: MainWindow, doors: Doors, server: Server, qtbot: QtBot
) -> None:
    doors.answer = doors.halting
    shown.feature(Weights).downloads.get(NAME)
    shown.feature(Weights).downloads.get(NAME)
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=10_000)
    doors.go_on.set()
    wait_state(shown, qtbot, State.INSTALLED)
    assert len(server.requests) == 1
