"""A photo that is still being looked at: clicks are kept, the state is seen, and nothing is waited for twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rvergui.engine import host as host_module
from rvergui.engine.messages import Encoded, ModelReady, SegmenterReady, UseSegmenter
from rvergui.gui import encoding_badge
from rvergui.gui.canvas.layers import PointLayer
from rvergui.gui.main_window import MainWindow
from rvergui.gui.networks import Networks
from rvergui.gui.photo_cache import PhotoCache
from rvergui.samples import write_meals
from tests.gui.driving import RIGHT, click, click_and_wait, press, wait_photo, wait_saved

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_module, "CALM_S", 0.05)
    monkeypatch.setattr(encoding_badge, "SHOW_AFTER_S", 0.05)


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Three sample meals, the first one shown; no network that names, which takes long to load."""
    monkeypatch.setattr(Networks, "use_model", lambda *args: None)
    made = open_window()
    with qtbot.waitSignal(made.session.photo_changed, timeout=10_000):
        made.open_path(meals)
    qtbot.waitUntil(lambda: not made.session.encoding, timeout=20_000)
    return made


def slow(window: MainWindow, seconds: float, steps: int = 0) -> None:
    """Look at the current photo again, with a segmenter that takes its time."""
    networks = window.session.networks
    networks.submit(UseSegmenter(name="fake", options={"encode_seconds": seconds, "steps": steps}))
    networks.encode()


def answers(window: MainWindow, kind: type) -> list[object]:
    """Collects the engine's answers of this kind from now on."""
    found: list[object] = []
    window.session.models.answered.connect(lambda result: found.append(result) if isinstance(result, kind) else None)
    return found


def marks(window: MainWindow) -> int:
    """How many clicks are marked on the photo."""
    return sum(isinstance(item, PointLayer) for item in window.canvas.scene().items())


def answered(window: MainWindow) -> bool:
    draft = window.session.draft
    return draft is not None and draft.mask is not None and not draft.waiting


@pytest.mark.parametrize("steps", [0, 20])
def test_a_click_while_encoding_is_seen_kept_and_answered(window: MainWindow, qtbot: QtBot, steps: int) -> None:
    session = window.session
    slow(window, 1.0, steps)
    assert session.encoding
    qtbot.waitUntil(window.encoding.isVisible, timeout=5000)
    assert "kept" not in window.encoding.text()
    click(window, 120, 90)
    assert marks(window) == 1
    assert session.draft.waiting
    assert window.encoding.isVisible()
    assert "Your click is kept" in window.encoding.text()
    assert "encoding the photo" in window.statusBar().segmenter.text()
    if steps:
        qtbot.waitUntil(lambda: "%" in window.encoding.text(), timeout=5000)
    qtbot.waitUntil(lambda: answered(window), timeout=20_000)
    (point,) = session.draft.prompt.points
    assert session.draft.mask.contains(point.x, point.y)
    qtbot.waitUntil(lambda: not session.encoding, timeout=5000)
    assert not window.encoding.isVisible()
    assert session.networks.encode_ms >= 950
    assert session.networks.click_ms < 900  # the click's own time, not what it waited for
    assert "encoding" not in window.statusBar().segmenter.text()
    assert "1.0 s to encode" in window.statusBar().segmenter.text()


def test_several_clicks_and_undo_while_encoding(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    decoded = answers(window, object)
    slow(window, 1.0)
    click(window, 120, 90)
    click(window, 60, 60)
    click(window, 200, 150, RIGHT)
    click(window, 20, 20)
    press(window, Qt.Key.Key_Z, CTRL)
    assert marks(window) == 3
    assert [p.positive for p in session.draft.prompt.points] == [True, True, False]
    qtbot.waitUntil(lambda: answered(window), timeout=20_000)
    assert [type(result).__name__ for result in decoded].count("Decoded") == 1
    points = session.draft.prompt.points
    assert [session.draft.mask.contains(p.x, p.y) for p in points] == [True, True, False]
    for left in (2, 1):
        press(window, Qt.Key.Key_Z, CTRL)  # takes back clicks that were never answered by themselves
        assert len(session.draft.prompt.points) == left
        qtbot.waitUntil(lambda: answered(window), timeout=20_000)
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.draft is None


def test_undoing_the_only_click_while_encoding_leaves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    slow(window, 0.6)
    click(window, 120, 90)
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.draft is None
    assert marks(window) == 0
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    qtbot.wait(100)
    assert session.draft is None
    assert session.sheet.items == ()


def test_leaving_a_photo_that_is_still_encoded(window: MainWindow, qtbot: QtBot) -> None:
    """The next one does not wait for it, and the click that was not answered is, when the photo is back."""
    session = window.session
    slow(window, 1.5, 30)
    encoded = answers(window, Encoded)
    click(window, 120, 90)
    first = session.photo.photo.key
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    assert session.draft is None
    assert marks(window) == 0
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    assert encoded[0].ms < 1.7 * 1500  # the work of one photo and not of two
    assert [result.photo_key for result in encoded] == [session.photo.photo.key]
    session.step_photo(-1)
    wait_photo(window, qtbot, "1.jpg")
    assert session.photo.photo.key == first
    assert session.draft.waiting
    assert marks(window) == 1
    qtbot.waitUntil(lambda: answered(window), timeout=20_000)
    assert session.photos.current.items == 0
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.draft is None


def test_coming_back_is_ready_at_once(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = window.session
    slow(window, 0.4)
    qtbot.waitUntil(lambda: not session.encoding and session.networks.encode_ms is not None, timeout=20_000)
    first = session.photo
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    encoded = answers(window, Encoded)
    session.step_photo(-1)
    assert session.encoding  # asked for before the file is open
    wait_photo(window, qtbot, "1.jpg")
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    assert session.photo is first  # nor was the file opened again
    assert [result.kept for result in encoded] == [True]
    assert session.networks.encode_ms >= 400  # still says what looking at a photo takes
    click_and_wait(window, qtbot, 120, 90)


def test_a_photo_that_changed_on_disk_is_looked_at_anew(window: MainWindow, meals: Path, qtbot: QtBot) -> None:
    session = window.session
    first = session.photo.photo
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    write_meals(meals / "other", 1, seed=99, size=first.size)
    (meals / "other" / "meal-001.jpg").replace(first.path)
    session.step_photo(-1)
    wait_photo(window, qtbot, "1.jpg")
    assert session.photo.photo.key != first.key
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    assert not window.strip.isVisible()  # nothing to complain about
    click_and_wait(window, qtbot, 120, 90)


def test_the_next_photos_are_looked_at_while_nobody_clicks(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Networks, "use_model", lambda *args: None)
    write_meals(meals / "more", 5, seed=8, size=(180, 240))
    window = open_window()
    session = window.session
    session.networks.submit(UseSegmenter(name="fake", options={"encode_seconds": 0.1, "steps": 4}))
    with qtbot.waitSignal(session.networks.prefetched, timeout=30_000) as ahead:
        window.open_path(meals / "more")
    assert len(ahead.args[0].photo_keys) == 2
    encoded = answers(window, Encoded)
    for step, count in ((1, 3), (1, 3), (-1, 2)):
        with qtbot.waitSignal(session.networks.prefetched, timeout=30_000) as ahead:
            session.step_photo(step)
        assert len(ahead.args[0].photo_keys) == count
        qtbot.waitUntil(lambda: session.ahead.waiting == 0, timeout=10_000)
        following = session.photos.get(session.photos.neighbour(step))
        path = session.project.photo_path(following)
        assert [key for key in session.pictures._kept if key[0] == path]  # its picture, too
    assert [result.kept for result in encoded] == [True, True, True]
    assert session.photos.row_of(session.record.id) == 1


def test_edits_win_over_what_was_read_from_disk_before_they_were_saved(window: MainWindow, qtbot: QtBot) -> None:
    """A page is turned back while its last edit is being written: the sheet on disk may be the older one."""
    session = window.session
    first, stale = session.record.id, session.sheet
    click_and_wait(window, qtbot, 120, 90)
    session.name("rice")
    (item,) = session.sheet.items
    session.step_photo(1)
    session.photos.set_current(first)  # as turning back does, with the file still to be opened
    wait_saved(window, qtbot)
    loaded = session.pictures.read(session.project.photo_path(session.record), session.pixel_limit)
    session.paging._on_photo(first, loaded, stale)
    assert [i.id for i in session.sheet.items] == [item.id]


def test_the_status_bar_says_why_and_what_is_under_way(window: MainWindow, qtbot: QtBot) -> None:
    networks = window.session.networks
    bar = window.statusBar()
    told = networks.segmenter
    news = SegmenterReady(
        generation=told.generation,
        name="fake",
        description="SAM ViT-B on CPU",
        signature=told.signature,
        why="OpenVINO is not installed.",
        progress="converting, 40 %",
        ms=1.0,
    )
    networks._on_segmenter(news)
    assert bar.segmenter.text().startswith("SAM ViT-B on CPU, converting, 40 %")
    assert bar.segmenter.toolTip() == "OpenVINO is not installed."
    assert not window.session.encoding  # the same network as before: what was looked at holds


def test_the_status_bar_says_why_names_come_from_where_they_come(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.statusBar()
    ready = ModelReady(
        generation=1,
        name="lunch",
        trained=True,
        start="both branches random",
        classes=("rice",),
        metrics={"macro_f1": 0.5},
        device="CPU",
        checkpoint=None,
        why="OpenVINO is not installed.",
        ms=1.0,
    )
    window.session.networks._on_model(ready)
    assert bar.model.text().startswith("lunch, F1 0.50")
    assert bar.model.toolTip().splitlines() == [bar.model.text(), "OpenVINO is not installed."]
    window.session.networks._on_model(replace(ready, why=""))
    assert bar.model.toolTip() == bar.model.text()


def test_a_segmenter_that_cannot_be_had_leaves_the_last_one(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.use_segmenter("nothing-like-this")
    assert "loading" in window.statusBar().segmenter.text()
    qtbot.waitUntil(lambda: not session.networks.segmenter_loading, timeout=10_000)
    assert "nothing-like-this" in window.strip.label.text()
    assert session.segmenter.name == "fake"
    assert session.models._known[UseSegmenter].name == "fake"
    click_and_wait(window, qtbot, 120, 90)


def test_without_any_segmenter_the_one_that_always_works_is_used(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(segmenter="nothing-like-this")
    qtbot.waitUntil(lambda: window.session.segmenter is not None, timeout=30_000)
    assert window.session.segmenter.name == "grabcut"
    assert "nothing-like-this" in window.strip.label.text()


def test_pictures_are_kept_within_a_budget_and_only_while_their_files_are_the_same(tmp_path: Path) -> None:
    paths = [path for path, _ in write_meals(tmp_path, 3, seed=2, size=(96, 128))]
    each = PhotoCache().read(paths[0], 10**6).nbytes
    assert each >= 96 * 128 * (3 + 4)
    cache = PhotoCache(budget=2 * each)
    first, second = cache.read(paths[0], 10**6), cache.read(paths[1], 10**6)
    assert cache.read(paths[0], 10**6) is first
    cache.read(paths[2], 10**6)  # the second was not used for longest
    assert cache.read(paths[0], 10**6) is first
    assert cache.read(paths[1], 10**6) is not second
    paths[0].write_bytes(paths[2].read_bytes())
    assert cache.read(paths[0], 10**6).photo.key != first.photo.key


def test_an_engine_that_dies_of_a_photo_twice_gets_a_smaller_segmenter(window: MainWindow, qtbot: QtBot) -> None:
    networks = window.session.networks
    slow(window, 0.2)
    networks._on_engine_died("The networks stopped.")  # as if the system had ended it
    assert networks.encoding
    networks._on_engine_died("The networks stopped.")
    qtbot.waitUntil(lambda: window.session.segmenter.name == "grabcut", timeout=30_000)
    assert "memory" in window.strip.label.text()
    qtbot.waitUntil(lambda: not window.session.encoding, timeout=20_000)
    click_and_wait(window, qtbot, 120, 90)


def test_when_the_networks_are_given_up_nobody_waits_for_them(window: MainWindow, qtbot: QtBot) -> None:
    networks = window.session.networks
    slow(window, 0.3)
    click(window, 120, 90)
    assert window.encoding.isVisible()
    networks.models.given_up = True
    networks._on_engine_died("The networks keep stopping; your labels are safe.")
    assert not networks.encoding
    assert not window.encoding.isVisible()
    assert "keep stopping" in window.strip.label.text()
    assert window.session.draft is not None  # the click is still there
