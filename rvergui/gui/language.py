"""Which language the window speaks: the user's choice, else the first one of the system's that there is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from rvergui.core.paths import resources
from rvergui.gui.memory import Memory

SETTING = "language"
SOURCE = "en"  # the language of the texts in the source; its file holds plurals only
OURS = "rvergui-language"  # what its translators are called
NAMES = {"en": "English", "de": "Deutsch"}  # in their own words, never translated


def folder() -> Path:
    """Where the compiled translations are."""
    return resources() / "translations"


def system_language() -> str:
    """The first of the system's languages that the program speaks."""
    wanted = (name.replace("_", "-").split("-")[0].lower() for name in QLocale.system().uiLanguages())
    return next((language for language in wanted if language in NAMES), SOURCE)


def chosen_language(memory: Memory) -> str:
    """The language to speak; what was stored and is none of them counts as no choice."""
    stored = str(memory.get(SETTING) or "")
    return stored if stored in NAMES else system_language()


def install(app: QCoreApplication, memory: Memory) -> str:
    """Let ``app`` speak the chosen language from now on, and write numbers as it does; before a window is made.

    Returns the language.
    """
    language = chosen_language(memory)
    for old in app.findChildren(QTranslator, OURS):
        app.removeTranslator(old)
        old.setParent(None)
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for file in (Path(qt) / f"qtbase_{language}.qm", folder() / f"rvergui_{language}.qm"):
        translator = QTranslator(app)
        translator.setObjectName(OURS)
        if translator.load(str(file)):
            app.installTranslator(translator)
    system = QLocale.system()
    same = QLocale.languageToCode(system.language()) == language
    QLocale.setDefault(system if same else QLocale(language))  # Swiss numbers stay Swiss in a German window
    return language
