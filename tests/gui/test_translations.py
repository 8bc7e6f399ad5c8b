"""The window in other languages: a made-up one shows whether every text can be translated and has room."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
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
from rvergui.gui.keymap import shown
from rvergui.gui.main_window import MainWindow
from rvergui.gui.panels.training import NAMING_NETWORKS
from rvergui.runtime.catalogue import OFFICIAL
from rvergui.runtime.machine import readable_size
from tests.gui.driving import click_and_wait, wait_named

OPEN, CLOSE = "⟦", "⟧"
GUI = Path(__file__).resolve().parents[2] / "rvergui" / "gui"
# What is data or a name and therefore the same in every language.
NAMES = {"RveRGUI", "English", "Deutsch", *(f"{roi} + {extra}" for roi, extra in NAMING_NETWORKS)}
QT_SAYS = {"Close", "Closes the dock widget", "Float", "Undocks and re-attaches the dock widget"}  # in qtbase_*.qm
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
