"""View > Theme and View > Language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from rvergui.gui import language
from rvergui.gui.acts import Act
from rvergui.gui.again import open_again
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.theme import Theme, chosen_theme

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

SETTING = "theme"
SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Appearance(Feature):
    """Light or dark at once, another language in a window that is opened anew."""

    ACTS = (
        Act("theme-system", "View", "As the system", submenu="Theme", separator=True, checkable=True),
        Act("theme-light", "View", "Light", submenu="Theme", checkable=True),
        Act("theme-dark", "View", "Dark", submenu="Theme", checkable=True),
        Act("language-system", "View", "Language of the system", submenu="Language", checkable=True),
        *(
            Act(f"language-{code}", "View", name, submenu="Language", checkable=True)
            for code, name in language.NAMES.items()
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._spoken = language.chosen_language(window.memory)
        self._offered = ""

    def slots(self) -> Slots:  # noqa: D102
        return {
            **{f"theme-{choice}": partial(self.use_theme, choice) for choice in SCHEMES},
            **{f"language-{code}": partial(self.use_language, code) for code in ("system", *language.NAMES)},
        }

    def begin(self) -> None:  # noqa: D102
        acts = self.window.actions_
        stored = str(self.window.memory.get(language.SETTING) or "")
        acts[f"language-{stored if stored in language.NAMES else 'system'}"].setChecked(True)
        acts[f"theme-{self.choice}"].setChecked(True)
        self._tell_system()

    @property
    def choice(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        stored = str(self.window.memory.get(SETTING) or "")
        return stored if stored in SCHEMES else "system"

    @property
    def theme(self) -> Theme:
        """The theme to wear now."""
        return chosen_theme(self.choice)

    def use_theme(self, choice: str) -> None:
        """Wear another theme, now and from now on."""
        self.window.memory.put(SETTING, choice)
        self.window.actions_[f"theme-{choice}"].setChecked(True)
        self._tell_system()
        self.window.restyle()

    def _tell_system(self) -> None:
        """The frame of the window and the dialogs of the system are painted by the system."""
        QGuiApplication.styleHints().setColorScheme(SCHEMES[self.choice])

    def use_language(self, code: str) -> None:
        """Speak another language: from the next start on, or at once in a window that is opened anew."""
        window = self.window
        window.memory.put(language.SETTING, code)
        window.actions_[f"language-{code}"].setChecked(True)
        wanted = language.chosen_language(window.memory)
        if wanted == self._spoken:
            window.strip.take_back(self._offered)
            return
        self._offered = self.tr(
            "The window speaks {language} when it is opened anew. Project and photo are then open again; what was done "
            "can no longer be undone."
        ).format(language=language.NAMES[wanted])
        window.strip.offer(self._offered, self.tr("Open it anew now"), lambda: open_again(window))
