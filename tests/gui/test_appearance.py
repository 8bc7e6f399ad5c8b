"""View > Theme and View > Language, and what the system asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rvergui.gui import app, language, theme
from rvergui.gui.again import open_again
from rvergui.gui.app import make_window
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.models import ModelThread
from rvergui.gui.numbers import Local


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


def _painted(window: MainWindow) -> str:
    return window.palette().color(QPalette.ColorRole.Window).name()


def test_a_chosen_theme_is_worn_at_once_and_kept(window: MainWindow) -> None:
    acts = window.actions_
    assert acts["theme-system"].isChecked()
    for key, wanted in (("theme-dark", theme.DARK), ("theme-light", theme.LIGHT)):
        acts[key].trigger()
        assert theme.current() is wanted
        assert _painted(window) == wanted.window
        assert window.canvas.backgroundBrush().color().name() == wanted.canvas
        assert [acts[f"theme-{name}"].isChecked() for name in ("system", "dark", "light")] == [
            False,
            wanted.dark,
            not wanted.dark,
        ]
    assert window.memory.get("theme") == "light"


def test_the_theme_follows_the_system_while_the_window_is_open(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in (theme.DARK, theme.LIGHT):
        monkeypatch.setattr(theme, "system_theme", lambda asked=asked: asked)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
        assert _painted(window) == asked.window
    window.actions_["theme-dark"].trigger()
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert _painted(window) == theme.DARK.window


def _memory(tmp_path: Path, **stored: object) -> Memory:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    for key, value in stored.items():
        settings.setValue(key, value)
    return Memory(settings)


@pytest.mark.parametrize(
    ("system", "stored", "spoken"),
    [
        (["de-AT", "en-US"], "", "de"),
        (["fr-FR", "de"], "", "de"),
        (["C"], "", "en"),
        (["en-GB", "de-DE"], "", "en"),
        (["de-DE"], "en", "en"),
        (["de-DE"], "klingon", "de"),
        (["de-DE"], "system", "de"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: list[str], stored: str, spoken: str
) -> None:
    class System:
        def uiLanguages(self) -> list[str]:
            return system

    monkeypatch.setattr(QLocale, "system", staticmethod(System))
    assert language.chosen_language(_memory(tmp_path, language=stored)) == spoken


def test_another_language_is_offered_at_once(window: MainWindow) -> None:
    window.actions_["language-de"].trigger()
    assert language.chosen_language(window.memory) == "de"
    assert "Deutsch" in window.strip.label.text()
    assert window.strip.button.text() == "Open it anew now"
    assert window.strip.button.focusPolicy() & Qt.FocusPolicy.TabFocus
    window.actions_["language-en"].trigger()  # changed one's mind
    assert not window.strip.isVisible()
    window.actions_["language-system"].trigger()
    assert language.chosen_language(window.memory) == language.system_language()


@pytest.fixture
def english_again(qapp: QApplication) -> Iterator[None]:
    """Whatever a test speaks, the next ones speak English."""
    yield
    memory = Memory(None)
    memory.put(language.SETTING, "en")
    language.install(qapp, memory)
    for old in qapp.findChildren(QTranslator, language.OURS):
        qapp.removeTranslator(old)
    QLocale.setDefault(QLocale("en"))


def test_the_next_window_speaks_it_and_shows_the_same_photo(
    window: MainWindow,
    meals: Path,
    tmp_path: Path,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    english_again: None,
    windows: list[MainWindow],
) -> None:
    def make(home: Path, remember: bool, checkpoint: Path | None, segmenter: str | None) -> MainWindow:
        return make_window(home, remember, checkpoint, "fake", ModelThread(in_process=True))

    monkeypatch.setattr(app, "make_window", make)
    window.open_path(meals)
    qtbot.waitUntil(lambda: window.session.photo is not None, timeout=30_000)
    window.session.step_photo(1)
    qtbot.waitUntil(lambda: window.session.photo is not None, timeout=30_000)
    photo = window.session.record.id
    window.actions_["language-de"].trigger()
    window.strip.button.click()
    assert not window.isVisible()
    following = app.next_window(qapp, window, tmp_path / "home")
    windows.append(following)
    qtbot.waitUntil(lambda: following.session.photo is not None, timeout=20_000)
    assert following.session.record.id == photo
    assert following.actions_["undo"].text() == "Rückgängig"
    assert f"{Local(12345.5):,.1f}" == "12.345,5"
    assert following.photos.filters.statuses[None].text() == "alle 3"


def test_a_window_that_cannot_save_stays_in_its_language(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:  # it must close at the end
        patch.setattr(window, "close", lambda: False)
        assert not open_again(window)
    assert window.again is None
