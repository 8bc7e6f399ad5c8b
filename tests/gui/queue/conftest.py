"""A window over three sample meals whose objects are all cut out, and the review window over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.core import Item, Sheet, Source, SourceKind, Taxonomy
from rvergui.core.photo_loading import load_photo
from rvergui.gui.main_window import MainWindow
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.window import ReviewWindow
from rvergui.project.store import Project
from rvergui.samples import write_meals
from tests.gui import stub_names

ADA = Source.now(SourceKind.PERSON, "ada")
NAMES = ("rice", "egg", "bread", "tomato")


def cut_out_meals(folder: Path, count: int = 3) -> Path:
    """A project of ``count`` meals with all objects cut out; those of the first meal are all called bread."""
    folder.mkdir()
    meals = write_meals(folder, count, seed=5, size=(180, 240))
    taxonomy = Taxonomy.from_names(NAMES)
    bread = taxonomy.find("bread")
    assert bread is not None
    with Project.create(folder / "meals.rver", taxonomy) as project:
        for number, (path, meal) in enumerate(meals):
            (record,) = project.add_photos([path])
            photo = load_photo(path)
            project.set_photo_facts(record.id, photo.key, photo.size, None)
            items = [Item.new(each.mask, ADA) for each in meal.objects]
            if number == 0:
                items = [item.named(bread.id, ADA) for item in items]
            empty = Sheet(record.id, photo.size)
            project.save_sheet(empty, replace(empty, items=tuple(items)), "draw")
        return project.path


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """The main window; its naming network is the stub."""
    stub_names.install(monkeypatch)
    made = open_window()
    with qtbot.waitSignal(made.session.photo_changed, timeout=10_000):
        made.open_path(cut_out_meals(tmp_path / "cut out"))
    qtbot.waitUntil(lambda: made.session.model is not None and not made.session.encoding, timeout=20_000)
    return made


@pytest.fixture
def review(window: MainWindow, qtbot: QtBot) -> Iterator[ReviewWindow]:
    """The review window over all objects; no network has been asked yet."""
    window.actions_["review"].trigger()
    feature = window.feature(Reviewing)
    shown = feature.review
    assert shown is not None
    qtbot.waitUntil(lambda: not shown.queue.loading and len(shown.queue.entries) > 0, timeout=10_000)
    qtbot.waitUntil(lambda: feature._naming.unasked_count > 0, timeout=10_000)
    qtbot.waitActive(shown)
    yield shown
    feature.stop()
    threads = [worker._thread for worker in (shown.queue._worker, shown.queue.crops._worker, feature._naming._worker)]
    assert not any(thread.isRunning() for thread in threads)


@pytest.fixture
def asked(review: ReviewWindow, window: MainWindow, qtbot: QtBot) -> ReviewWindow:
    """The same after the stub has said rice, or else egg, of everything, and the queue was made anew."""
    naming = window.feature(Reviewing)._naming
    review.actions_["review-ask"].trigger()
    qtbot.waitUntil(lambda: not naming.running and naming.unasked_count == 0, timeout=20_000)
    qtbot.waitUntil(lambda: window.session.saver.pending == 0, timeout=10_000)
    with qtbot.waitSignal(review.queue.reloaded, timeout=10_000):
        review.queue.load()
    return review
