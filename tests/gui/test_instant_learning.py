"""Names teach the network that names: in a real window, with a small network of random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rvergui.core import Item, Mask, Taxonomy
from rvergui.core.photo import short_key
from rvergui.engine.messages import Classified, Classify, Request
from rvergui.engine.teaching import Teach
from rvergui.gui.learning.feature import SETTING, InstantLearning
from rvergui.gui.learning.teacher import Teacher
from rvergui.gui.main_window import MainWindow
from rvergui.project.feature_cache import FILE
from rvergui.project.store import Project
from rvergui.rvernet import default_model
from rvergui.rvernet.preprocessing import Preprocessing
from tests.gui.driving import press, wait_saved
from tests.gui.placing import ADA, named_item, open_item, place
from tests.rvernet.tiny_networks import SIZE, tiny_checkpoint

KINDS = {"dotted miso": (230, 40, 30), "striped leek": (40, 200, 60)}
KNOWN = ["rice", "egg", "tofu"]


@pytest.fixture(autouse=True)
def _torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_DEVICE", "torch")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny.safetensors", preprocessing=Preprocessing(size=SIZE, kind="close_up"))


@pytest.fixture
def plates(tmp_path: Path) -> Path:
    """Two photos; on each, squares of two colours: red ones in the upper row, green ones in the lower."""
    folder = tmp_path / "plates"
    folder.mkdir()
    for number in range(2):
        pixels = np.full((120, 240, 3), 120 + 20 * number, np.uint8)
        random = np.random.default_rng(number)
        for row, colour in enumerate(KINDS.values()):
            for column in range(5):
                y, x = 15 + 50 * row, 10 + 45 * column
                pixels[y : y + 30, x : x + 30] = np.clip(colour + random.integers(-25, 25, (30, 30, 3)), 0, 255)
        Image.fromarray(pixels).save(folder / f"plate-{number}.png")
    return folder


@pytest.fixture
def opened(open_window: Callable[..., MainWindow], plates: Path, checkpoint: Path, qtbot: QtBot) -> MainWindow:
    window = open_window(checkpoint=checkpoint)
    with qtbot.waitSignal(window.session.photo_changed, timeout=10_000):
        window.open_path(plates)
    qtbot.waitUntil(lambda: not window.session.encoding and not window.session.model_loading, timeout=200_000)
    return window


def teacher_of(window: MainWindow) -> Teacher:
    return window.feature(InstantLearning).teacher


def settled(window: MainWindow, qtbot: QtBot, objects: int) -> None:
    """Wait until so many objects were learnt and nothing is under way."""
    teacher = teacher_of(window)
    qtbot.waitUntil(lambda: teacher.objects == objects and not teacher.busy and not teacher.waiting, timeout=30_000)


def item_at(window: MainWindow, row: int, column: int) -> Item:
    return open_item(window, 10 + 45 * column, 15 + 50 * row, 30)


def suggested(window: MainWindow, qtbot: QtBot, mask: Mask) -> list[str]:
    """What the window suggests for the selected item with this mask, once no better answer is on its way."""
    session = window.session
    desk = session.naming

    def there() -> bool:
        naming = desk.of(session.networks.photo.key, mask)
        return naming is not None and bool(naming.suggestions) and not desk.asks_again

    qtbot.waitUntil(there, timeout=30_000)
    naming = desk.of(session.networks.photo.key, mask)
    assert naming is not None
    return [s.name for s in naming.suggestions]


def teach(window: MainWindow, qtbot: QtBot, count: int = 3) -> list[Item]:
    """Name some of each kind, as somebody would: select, then type the name."""
    made = []
    for column in range(count):
        for row, name in enumerate(KINDS):
            (item,) = place(window, item_at(window, row, column))
            window.session.select(item.id)
            suggested(window, qtbot, item.mask)
            window.session.name(name)
            made.append(item)
    settled(window, qtbot, len(made))
    return made


def test_after_three_names_each_the_next_is_suggested_rightly(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    (first,) = place(window, item_at(window, 0, 4))
    session.select(first.id)
    assert set(suggested(window, qtbot, first.mask)) == set(KNOWN)
    teach(window, qtbot)
    for row, name in enumerate(KINDS):
        (item,) = place(window, item_at(window, row, 3))
        session.select(item.id)
        assert suggested(window, qtbot, item.mask)[0] == name
        assert window.suggestions.rows[0].row.name == name
    session.select(first.id)
    assert suggested(window, qtbot, first.mask)[0] == "dotted miso"  # it was looked at before anything was learnt
    status = window.feature(InstantLearning).status
    assert "6" in status.text()
    assert session.naming.learnt_names == 2
    window.canvas.setFocus()
    press(window, Qt.Key.Key_1)
    food = session.taxonomy.find("dotted miso")
    assert session.sheet.get(first.id).class_id == food.id
    settled(window, qtbot, 7)


def test_undo_another_name_deleting_and_merging_unlearn(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    (asked,) = place(window, item_at(window, 0, 4))
    session.select(asked.id)
    alone = session.target_naming
    suggested(window, qtbot, asked.mask)
    before = alone().suggestions
    made = teach(window, qtbot, 1)
    session.select(asked.id)
    assert suggested(window, qtbot, asked.mask)[0] == "dotted miso"

    session.undo()  # the second name, and its class with it
    settled(window, qtbot, 1)
    session.redo()
    settled(window, qtbot, 2)
    session.select(made[0].id)
    session.name("striped leek")  # corrected: now both are leeks
    settled(window, qtbot, 2)
    session.select(asked.id)
    qtbot.waitUntil(lambda: session.naming.learnt_names == 1, timeout=10_000)
    assert suggested(window, qtbot, asked.mask)[0] == "striped leek"
    assert "dotted miso" not in suggested(window, qtbot, asked.mask)

    leek, miso = (session.taxonomy.find(name) for name in ("striped leek", "dotted miso"))
    session.edit_taxonomy("rename", lambda taxonomy: taxonomy.renamed(leek.id, "young leek"))
    settled(window, qtbot, 2)
    qtbot.waitUntil(lambda: "young leek" in suggested(window, qtbot, asked.mask), timeout=10_000)
    session.edit_taxonomy("merge", lambda taxonomy: taxonomy.merged(leek.id, miso.id))
    qtbot.waitUntil(lambda: "dotted miso" in suggested(window, qtbot, asked.mask), timeout=10_000)
    settled(window, qtbot, 2)

    for item in made:
        session.select(item.id)
        session.delete_selected()
    settled(window, qtbot, 0)
    session.select(asked.id)
    qtbot.waitUntil(lambda: set(suggested(window, qtbot, asked.mask)) == set(KNOWN), timeout=10_000)
    now = {s.name: s.probability for s in alone().suggestions}
    assert now == pytest.approx({s.name: s.probability for s in before}, abs=1e-5)
    assert window.feature(InstantLearning).status.isHidden()


def test_a_class_that_is_renamed_to_one_of_the_networks_becomes_that(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    rice = session.taxonomy.find("rice")
    session.edit_taxonomy("rename", lambda taxonomy: taxonomy.renamed(rice.id, "basmati"))
    (asked,) = place(window, item_at(window, 0, 4))
    (item,) = place(window, named_item(window, "basmati", 10, 15, 30))  # the network's "rice" is an alias of it
    settled(window, qtbot, 1)
    session.select(asked.id)
    assert set(suggested(window, qtbot, asked.mask)) == set(KNOWN)
    assert window.suggestions.rows[0].row.name in ("basmati", "egg", "tofu")
    assert item.class_id == rice.id


class _Counting:
    """Counts the objects that the engine is asked to look at."""

    def __init__(self, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked = 0
        submit = window.session.models.submit

        def counting(request: Request) -> int:
            self.looked += len(request.masks) if isinstance(request, Classify) else 0
            return submit(request)

        monkeypatch.setattr(window.session.models, "submit", counting)


def reopen(window: MainWindow, qtbot: QtBot) -> None:
    session, path = window.session, window.session.project.path
    wait_saved(window, qtbot)
    assert session.close_project()
    with qtbot.waitSignal(session.networks.model_ready, timeout=60_000):
        window.open_path(path)


def test_a_project_that_is_opened_again_needs_no_looks(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = opened, opened.session
    teach(window, qtbot)
    assert (session.project.models_folder / FILE).is_file()
    session.select(None)
    counting = _Counting(window, monkeypatch)
    reopen(window, qtbot)
    settled(window, qtbot, 6)
    assert counting.looked == 0
    qtbot.waitUntil(lambda: session.photo is not None, timeout=10_000)
    (item,) = place(window, item_at(window, 1, 3))
    session.select(item.id)
    assert suggested(window, qtbot, item.mask)[0] == "striped leek"


def test_what_is_not_kept_is_looked_at_when_there_is_time(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = opened, opened.session
    teach(window, qtbot, 1)
    session.select(None)
    for column in (1, 2):  # named without the network ever having been asked, as by importing
        place(window, named_item(window, "dotted miso", 10 + 45 * column, 15, 30))
    settled(window, qtbot, 4)
    wait_saved(window, qtbot)
    teacher_of(window)._cache.close()
    (session.project.models_folder / FILE).unlink()
    counting = _Counting(window, monkeypatch)
    reopen(window, qtbot)
    settled(window, qtbot, 4)
    assert counting.looked == 4


def test_a_new_engine_is_taught_again(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    teach(window, qtbot)
    with qtbot.waitSignal(session.networks.model_ready, timeout=60_000):
        session.use_model(session.model.checkpoint)  # what a new engine is told, too
    assert teacher_of(window).objects == 0
    settled(window, qtbot, 6)
    (item,) = place(window, item_at(window, 0, 3))
    session.select(item.id)
    assert suggested(window, qtbot, item.mask)[0] == "dotted miso"


def test_switched_off_the_network_speaks_alone(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    teach(window, qtbot)
    (item,) = place(window, item_at(window, 0, 3))
    session.select(item.id)
    assert suggested(window, qtbot, item.mask)[0] == "dotted miso"
    act = window.actions_[SETTING]
    assert act.isChecked()
    act.trigger()
    settled(window, qtbot, 0)
    qtbot.waitUntil(lambda: set(suggested(window, qtbot, item.mask)) == set(KNOWN), timeout=10_000)
    session.name("dotted miso")
    settled(window, qtbot, 0)
    assert not window.memory.flag(SETTING, True)
    act.trigger()
    settled(window, qtbot, 7)
    (other,) = place(window, item_at(window, 1, 3))
    session.select(other.id)
    assert suggested(window, qtbot, other.mask)[0] == "striped leek"


def test_the_old_suggestions_stay_until_the_new_ones_come(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = opened, opened.session
    teach(window, qtbot, 1)
    (asked,) = place(window, item_at(window, 0, 4))
    session.select(asked.id)
    suggested(window, qtbot, asked.mask)
    shown: list[bool] = []
    session.naming_changed.connect(lambda: shown.append(window.suggestions.rows[0].row is not None))
    place(window, named_item(window, "striped leek", 100, 65, 30))
    settled(window, qtbot, 3)
    suggested(window, qtbot, asked.mask)
    assert shown
    assert all(shown)


def test_items_that_others_are_on_are_learnt_on_photos_that_are_not_shown(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    teach(window, qtbot, 1)
    other = session.photos.neighbour(1)
    sheet = session.project.sheet(other)
    masks = [Mask.from_crop(np.ones((30, 30), bool), (10 + 45 * column, 15), (120, 240)) for column in range(2)]
    food = session.taxonomy.find("dotted miso")
    after = sheet
    sheet = type(sheet)(sheet.photo_id, (120, 240))
    after = sheet
    for mask in masks:
        after = after.with_item(Item.new(mask, ADA).named(food.id, ADA))
    session.document.commit_many("import", [(sheet, after)])
    settled(window, qtbot, 4)
    session.undo()
    settled(window, qtbot, 2)


def test_a_late_answer_from_before_a_lesson_is_asked_for_again(opened: MainWindow, qtbot: QtBot) -> None:
    window, session = opened, opened.session
    teach(window, qtbot)
    desk, key = session.naming, session.networks.photo.key
    (item,) = place(window, item_at(window, 0, 3))
    session.select(item.id)
    suggested(window, qtbot, item.mask)
    naming = desk.of(key, item.mask)
    old = type(naming)(naming.mask, naming.suggestions[::-1], naming.roi_view, naming.extra_view, naming.impression)
    desk.answered(Classified(generation=1, photo_key=key, namings=(old,), model="tiny", ms=1.0))
    assert suggested(window, qtbot, item.mask)[0] == "dotted miso"


def test_a_new_project_with_classes_of_its_own_and_no_trained_network(
    open_window: Callable[..., MainWindow],
    plates: Path,
    checkpoint: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(default_model, "shipped_lender", lambda folder=None: checkpoint)
    names = [*KINDS, "soup", "cake"]
    Project.create(plates / "own.rver", Taxonomy.from_names(names)).close()
    window = open_window()
    with qtbot.waitSignal(window.session.photo_changed, timeout=10_000):
        window.open_path(plates)
    qtbot.waitUntil(lambda: not window.session.encoding and not window.session.model_loading, timeout=200_000)
    model = window.session.model
    assert (model.trained, model.start, model.checkpoint) == (False, "features of tiny", None)
    (asked,) = place(window, item_at(window, 1, 4))
    window.session.select(asked.id)
    assert suggested(window, qtbot, asked.mask) == names
    assert "guesses until it has learnt" in window.suggestions.status.text()
    teach(window, qtbot)
    window.session.select(asked.id)
    assert suggested(window, qtbot, asked.mask)[0] == "striped leek"
    assert window.suggestions.status.text() == ""
    (other,) = place(window, item_at(window, 0, 3))
    window.session.select(other.id)
    assert suggested(window, qtbot, other.mask)[0] == "dotted miso"


def test_names_that_the_network_was_trained_on_are_taught_as_such(opened: MainWindow, qtbot: QtBot) -> None:
    window, session, networks = opened, opened.session, opened.session.networks
    told: list[Teach] = []
    ask = networks.ask
    networks.ask = lambda request, *rest: (told.append(request), ask(request, *rest))[1]
    networks.model = replace(networks.model, photos_seen=frozenset({short_key(session.photo.photo.key)}))
    teach(window, qtbot, 1)
    session.select(None)
    session.step_photo(1)
    qtbot.waitUntil(lambda: session.photo is not None and session.record.path.endswith("plate-1.png"), timeout=10_000)
    (item,) = place(window, item_at(window, 0, 0))
    session.select(item.id)
    suggested(window, qtbot, item.mask)
    session.name("dotted miso")
    settled(window, qtbot, 3)
    lessons = [lesson for request in told if isinstance(request, Teach) for lesson in request.lessons]
    assert [lesson.trained_on for lesson in lessons] == [True, True, False]
