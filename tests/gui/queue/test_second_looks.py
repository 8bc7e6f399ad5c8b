"""After another model is adopted the names that it contradicts are offered, in a real window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core import Mask, Photo, Suggestion
from rvergui.engine import host
from rvergui.gui.main_window import MainWindow
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.queue.second_looks import SecondLooks
from rvergui.gui.queue.window import ReviewWindow
from rvergui.project.disagreements import CHECKED
from tests.gui.driving import wait_saved
from tests.gui.stub_names import StubPredictor


class _Sure(StubPredictor):
    """Is so sure of rice, whatever it sees."""

    def __init__(self, name: str, probability: float) -> None:
        self.info = SimpleNamespace(**{**vars(StubPredictor.info), "name": name, "classes": ("rice", "egg", "bread")})
        self._said = (Suggestion("rice", probability, 0.5), Suggestion("bread", 1 - probability, 0.4))

    def classify(self, photo: Photo, masks: Sequence[Mask], **how: object) -> list[SimpleNamespace]:
        return [SimpleNamespace(**{**vars(each), "suggestions": self._said}) for each in super().classify(photo, masks)]


MODELS = {"newer": _Sure("newer", 0.96), "surer": _Sure("surer", 0.995), "unsure": _Sure("unsure", 0.7)}


@pytest.fixture
def looks(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SecondLooks:
    """The feature, which does not wait; a checkpoint's name says which model it is."""
    module = sys.modules[host.NAMING_MODULE]
    first = module.default_predictor  # type: ignore[attr-defined]
    monkeypatch.setattr(
        module,
        "default_predictor",
        lambda classes, checkpoint=None: MODELS[checkpoint.stem] if checkpoint else first(classes),
        raising=False,
    )
    feature = window.feature(SecondLooks)
    feature._begin.setInterval(0)
    project = window.session.project
    assert project is not None
    feature._look_for_another_model()
    qtbot.waitUntil(lambda: project.setting(CHECKED) is not None, timeout=10_000)
    return feature


def _adopt(window: MainWindow, tmp_path: Path, name: str) -> None:
    window.session.adopt_model(tmp_path / f"{name}.safetensors")


def _offered(window: MainWindow, qtbot: QtBot, count: int) -> None:
    strip = window.strip
    text = f"{count} names look wrong to the model."
    qtbot.waitUntil(lambda: strip.isVisible() and strip.label.text() == text, timeout=20_000)
    assert strip.button.text() == "Look at them"


def _open(window: MainWindow, qtbot: QtBot, count: int) -> ReviewWindow:
    window.strip.button.click()
    shown = window.feature(Reviewing).review
    assert shown is not None
    qtbot.waitUntil(lambda: not shown.queue.loading and len(shown.queue.entries) == count, timeout=10_000)
    qtbot.waitActive(shown)
    qtbot.waitUntil(shown.grid.hasFocus, timeout=5000)
    return shown


def _press(shown: ReviewWindow, qtbot: QtBot, key: Qt.Key) -> None:
    QTest.keyClick(shown.grid, key)
    qtbot.waitUntil(lambda: not shown.queue.busy, timeout=10_000)


def test_names_that_a_new_model_contradicts_are_looked_at_once(
    looks: SecondLooks, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    project = session.project
    assert project is not None
    meal = project.photos()[0].id
    count = len(project.sheet(meal))  # all bread, by ada
    _adopt(window, tmp_path, "newer")
    _offered(window, qtbot, count)
    shown = _open(window, qtbot, count)
    assert shown.only.isVisible()
    assert "Space keeps the name" in shown.only.label.text()
    assert shown.queue.entries.left == count
    kept, renamed = shown.queue.key(0), shown.queue.key(1)
    _press(shown, qtbot, Qt.Key.Key_Space)
    assert shown.queue.entries.left == count - 1
    assert shown.grid.row == 1
    _press(shown, qtbot, Qt.Key.Key_Return)
    wait_saved(window, qtbot)
    names = {item.id: session.taxonomy.get(item.class_id).name for item in project.sheet(meal)}
    assert (names[kept[1]], names[renamed[1]]) == ("bread", "rice")
    # the same model does not ask again for what was kept
    window.actions_["doubtful-names"].trigger()
    _offered(window, qtbot, count - 2)
    # a later one that is surer does
    _adopt(window, tmp_path, "surer")
    _offered(window, qtbot, count - 1)
    assert kept in {(item.photo_id, item.id) for item in looks.found}
    shown.close()
    again = _open(window, qtbot, count - 1)
    assert again.queue.entries.left == count - 1
    again.only.button.click()
    qtbot.waitUntil(lambda: not again.queue.loading, timeout=10_000)
    assert not again.only.isVisible()


def test_an_unsure_model_and_the_same_one_offer_nothing(
    looks: SecondLooks, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session, project = window.session, window.session.project
    assert project is not None
    assert project.setting(CHECKED) == "stub"
    with qtbot.waitSignal(session.networks.model_ready, timeout=10_000):
        session.adopt_model(None)
    _adopt(window, tmp_path, "unsure")
    qtbot.waitUntil(lambda: project.setting(CHECKED) == "unsure", timeout=20_000)
    assert looks.found == []
    assert not window.strip.button.isVisible()
    with qtbot.waitSignal(session.notice, timeout=20_000, check_params_cb=lambda text: "contradicts no" in text):
        window.actions_["doubtful-names"].trigger()
