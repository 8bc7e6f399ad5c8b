"""The window in other languages: a made-up one shows whether every text can be translated and has room."""

from __future__ import annotations

import ast
import importlib.util
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rvergui.core.paths import resources
from rvergui.gui import language
from rvergui.gui.keymap import shown
from rvergui.gui.main_window import MainWindow
from rvergui.gui.memory import Memory
from rvergui.gui.retrain.advanced import option_words
from rvergui.runtime.catalogue import OFFICIAL
from rvergui.runtime.machine import readable_size
from tests.gui.driving import click_and_wait, wait_named

OPEN, CLOSE = "⟦", "⟧"
GUI = Path(__file__).resolve().parents[2] / "rvergui" / "gui"
# What is data or a name and therefore the same in every language.
NAMES = {"RveRGUI", "English", "Deutsch", "groceries", "sample_meals", *option_words()}
QT_SAYS = {  # in qtbase_*.qm
    *("Close", "Closes the dock widget", "Float", "Undocks and re-attaches the dock widget"),
    *("Scroll Left", "Scroll Right"),
}
DIALOGS = ("export", "classes", "shortcuts", "change-keys", "weights")


def _update() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_translations", resources() / "translations" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _pseudo(text: str) -> str:
    """``text`` longer, with letters that show which font is used, and its placeholders as they were."""
    parts = re.split(r"(%n|\{[^}]*\}|<[^>]*>|\(\*[^)]*\))", text)
    accents = str.maketrans("aeiouAEIOU", "äéïöüÄÉÏÖÜ")
    changed = [part if number % 2 else part.translate(accents) for number, part in enumerate(parts)]
    return OPEN + "".join(changed) + " " + "ö" * (len(text) // 4) + CLOSE


@pytest.fixture(scope="module")
def pseudo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    update, folder = _update(), tmp_path_factory.mktemp("pseudo")
    ts = folder / "rvergui_de.ts"
    update.extract(ts, folder)
    tree = ET.parse(ts)
    for message in tree.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        for form in translation.findall("numerusform") or [translation]:
            form.text = _pseudo(message.findtext("source") or "")
        translation.attrib.pop("type")
    tree.write(ts, encoding="utf-8", xml_declaration=True)
    update.compile_(ts, ts.with_suffix(".qm"))
    return ts.with_suffix(".qm")


@pytest.fixture
def pseudo(pseudo_file: Path, qapp: QApplication) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(pseudo_file))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def _texts(top: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text of a window that people can see, or hear read out."""
    for widget in (top, *top.findChildren(QWidget)):
        said = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.statusTip()]
        if isinstance(widget, QAbstractButton | QLabel):
            said.append(widget.text())
        if isinstance(widget, QLineEdit):
            said.append(widget.placeholderText())
        if isinstance(widget, QComboBox):
            said += [widget.itemText(number) for number in range(widget.count())]
        if isinstance(widget, QDockWidget | QDialog):
            said.append(widget.windowTitle())
        if isinstance(widget, QMenu):
            said.append(widget.title())
            said += [text for action in widget.actions() for text in (action.text(), action.toolTip())]
        yield from ((widget, text) for text in said if text)


def _untranslated(top: QWidget, data: set[str]) -> set[str]:
    """Texts that are not in the made-up language: those that hold letters and are neither names nor data."""
    return {
        text
        for _, text in _texts(top)
        if OPEN not in text and re.search(r"[A-Za-z]{2}", text) and text not in NAMES and text not in data
    }


def test_every_text_of_the_window_is_translated(pseudo: None, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click_and_wait(window, qtbot, 120, 90)
    wait_named(window, qtbot)
    session.name("rice")
    window.actions_["retrain"].trigger()
    for key in DIALOGS:
        window.actions_[key].trigger()
    data = {food.name for food in session.taxonomy} | {session.record.path}
    project = session.project.path
    data |= {str(project), str(project.parent), project.stem}
    data |= QT_SAYS | {shown(window.keymap[act.key]) for act in window.actions_.acts}
    data |= {text for entry in OFFICIAL for text in (entry.title, f"{readable_size(entry.size)} · {entry.licence}")}
    tops = [top for top in QApplication.topLevelWidgets() if top is window or top.parent() is window]
    found = set().union(*(_untranslated(top, data) for top in tops))
    assert not found, "\n".join(sorted(found))
    cut = {widget.text() for top in tops for widget in top.findChildren(QWidget) if _is_cut(widget)}
    assert not cut, "\n".join(sorted(cut))


def _is_cut(widget: QWidget) -> bool:
    """Whether a text on the screen has less room than it needs."""
    if not widget.isVisible() or not isinstance(widget, QPushButton | QCheckBox | QRadioButton | QLabel):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    return widget.width() < widget.sizeHint().width()


# --- the files, without a window ---------------------------------------------------------------------------------


def _messages(language: str) -> list[tuple[str, list[str]]]:
    """Every source text with its translations, one for each plural form."""
    update = _update()
    tree = ET.parse(resources() / "translations" / f"rvergui_{language}.ts")
    return [(message.findtext("source") or "", update.translations(message)) for message in tree.iter("message")]


def test_every_text_of_the_source_is_translated_and_compiled() -> None:
    update = _update()
    wrong = [line for language in update.LANGUAGES for line in update.bring_up_to_date(language, check=True)]
    assert not wrong, "run python resources/translations/update.py\n" + "\n".join(wrong)


PLACEHOLDER = re.compile(r"%n|%L?[0-9]|\{(\w*)(?::[^}]*)?\}")


@pytest.mark.parametrize("language", sorted(_update().LANGUAGES))
def test_placeholders_tags_and_ends_are_those_of_the_source(language: str) -> None:
    wrong = []
    for source, forms in _messages(language):
        for form in forms:
            same = [sorted(found[1] or found[0] for found in PLACEHOLDER.finditer(text)) for text in (source, form)]
            tags = [sorted(re.findall(r"</?\w+>", text)) for text in (source, form)]
            ends = [(text.strip() == text, text.endswith("…"), "\n" in text) for text in (source, form)]
            if any(first != second for first, second in (same, tags, ends)):
                wrong.append(f"{source!r}: {form!r}")
    assert not wrong, "\n".join(wrong)


def test_every_translation_can_be_filled_in() -> None:
    """Formats such as {f1:.2f} survive translation; a broken one would raise where the text is shown."""
    now = datetime(2024, 5, 6, 7, 8, 9)
    for source, forms in _messages("de"):
        names = {match[1] for match in PLACEHOLDER.finditer(source) if match[1]}
        values = {name: now if name == "at" else 0.5 for name in names}
        for form in forms:
            if names:
                form.format(**values)


def test_the_german_window_speaks_german(open_window: Callable[..., MainWindow], qapp: QApplication) -> None:
    memory = Memory(None)
    memory.put(language.SETTING, "de")
    before = set(qapp.findChildren(QTranslator))
    assert language.install(qapp, memory) == "de"
    installed = [each for each in qapp.findChildren(QTranslator) if each not in before]
    try:
        window = open_window()
        menus = [action.text() for action in window.menuBar().actions()]
        assert menus[:3] == ["Datei", "Bearbeiten", "Ansicht"]
        assert window.welcome.folder.text() == "Ordner mit Fotos öffnen …"
        assert len(installed) == 2  # Qt's own texts, too
    finally:
        for translator in installed:
            QCoreApplication.removeTranslator(translator)
            translator.deleteLater()


# --- the source, without a window --------------------------------------------------------------------------------

SAYS = {"tr", "translate", "translated", "QT_TRANSLATE_NOOP"}
SETTERS = "Text|ToolTip|Title|WindowTitle|PlaceholderText|AccessibleName|AccessibleDescription|StatusTip|Suffix"
SHOWS = re.compile(rf"^(set({SETTERS})|emit|commit|QLabel|QPushButton|QCheckBox)$")


def _name(call: ast.expr) -> str:
    return call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""


def _words(node: ast.expr) -> str:
    """What an expression says in plain letters: a literal, or the literal parts of an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(_words(part) for part in node.values)
    return ""


def test_nothing_is_shown_that_was_not_translated() -> None:
    """Literals with words in them never go straight into what people see."""
    found = []
    for path in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            shows = SHOWS.match(_name(node.func))
            said = [_words(argument) for argument in node.args if re.search("[A-Za-z]{2} *[a-z]{2}", _words(argument))]
            if shows and said:
                found.append(f"{path.relative_to(GUI)}:{node.lineno}: {said[0]}")
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if _name(node.func) == "tr" and (owner is None or _name(owner) != "self"):
                found.append(f"{path.relative_to(GUI)}:{node.lineno}: tr of another object has no context")
            if _name(node.func) in SAYS and any(isinstance(argument, ast.JoinedStr) for argument in node.args):
                found.append(f"{path.relative_to(GUI)}:{node.lineno}: an f-string cannot be translated")
    assert not found, "\n".join(found)
