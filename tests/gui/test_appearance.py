"""View > Theme and View > Language, and what the system asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QPalette

from rvergui.gui import language, theme
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory


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


def test_another_language_is_spoken_at_the_next_start(window: MainWindow) -> None:
    window.actions_["language-de"].trigger()
    assert language.chosen_language(window.memory) == "de"
    assert window.strip.isVisible()
    window.actions_["language-system"].trigger()
    assert language.chosen_language(window.memory) == language.system_language()
