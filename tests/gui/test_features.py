"""How a feature becomes part of the window."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.gui import preloading
from rvergui.gui.acts import Act, arranged
from rvergui.gui.main_window import MainWindow

MODULES = preloading.MODULES


def test_acts_of_features_come_where_they_say() -> None:
    base = (Act("a", "File", "A"), Act("b", "File", "B"))
    more = (Act("c", "File", "C", after="a"), Act("d", "File", "D", after="c"), Act("e", "Help", "E"))
    assert [act.key for act in arranged(base, more)] == ["a", "c", "d", "b", "e"]


@pytest.mark.parametrize("bad", [Act("a", "File", "Again"), Act("c", "File", "C", after="nobody")])
def test_an_act_that_is_there_twice_or_follows_nobody_is_a_defect(bad: Act) -> None:
    with pytest.raises(ValueError, match=bad.key):
        arranged((Act("a", "File", "A"),), (bad,))


def test_what_is_slow_to_import_is_there_before_it_is_asked_for(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[str] = []
    monkeypatch.setattr(preloading, "MODULES", MODULES)
    monkeypatch.setattr(preloading, "import_module", imported.append)
    window = open_window()
    assert not imported  # the first window stands without
    with qtbot.waitSignal(window.session.photo_changed, timeout=10_000):
        window.open_path(meals)
    qtbot.waitUntil(lambda: len(imported) == len(preloading.MODULES), timeout=10_000)
    for name in preloading.MODULES:
        assert importlib.import_module(name)
    window.session.photo_changed.emit()  # another photo: once is enough
    qtbot.waitUntil(lambda: window.session.ahead.waiting == 0)
    assert len(imported) == len(preloading.MODULES)
