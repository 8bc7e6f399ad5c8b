"""Model > Evaluate and Look-alikes in a real window; the judging process is a stand-in that is there at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rvergui.core.look_alikes import named_groups
from rvergui.gui.dialogs.look_alikes import LookAlikesDialog
from rvergui.gui.evaluation import judging
from rvergui.gui.evaluation.dialog import FORM, NUMBERS, RUN, EvaluationDialog
from rvergui.gui.evaluation.feature import Evaluating
from rvergui.gui.main_window import MainWindow
from tests.gui import stub_names
from tests.gui.driving import wait_saved

CONFUSION = {"rice": {"rice": 30, "egg": 10}, "egg": {"egg": 34, "rice": 6}}
RESULT = {
    "model": "v2",
    "data": "meals.rver",
    "items": 80,
    "photos": 20,
    "top1": 0.8,
    "top5": 1.0,
    "macro_f1": 0.79,
    "ece": 0.05,
    "intervals": {"top1": [0.7, 0.9]},
    "seen_in_training": 4,
    "per_class": {"rice": 0.78, "egg": 0.8},
    "confused": [{"true": "rice", "predicted": "egg", "count": 10}],
    "look_alike_f1": {"white": 0.79},
    "look_alike_intervals": {"white": [0.7, 0.85]},
    "with_noise": {"permute:56": {"top1": 0.4}},
    "skipped": ["a.jpg is damaged."],
    "confusion": CONFUSION,
}
PROCESS = """
import json, pathlib, sys
report = pathlib.Path(sys.argv[sys.argv.index("--html") + 1])
def tell(**event):
    print(json.dumps(event), flush=True)
tell(event="reading", done=3, total=20)
{middle}
report.write_text("<html>" + json.dumps(sys.argv[1:]))
tell(event="judged", result=json.loads({result!r}), report=str(report))
"""


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Puts a script in the place of the program; what it does between reading and the result is given."""
    stub_names.install(monkeypatch)

    def put(middle: str = "") -> None:
        script = tmp_path / "judging.py"
        script.write_text(PROCESS.format(middle=middle, result=json.dumps(RESULT)))
        monkeypatch.setattr(judging, "program", lambda: [sys.executable, str(script)])

    put()
    found = [("v2 (in use)", tmp_path / "v2.safetensors")]
    monkeypatch.setattr("rvergui.gui.evaluation.dialog.models_to_choose", lambda project, words: found)
    return put


@pytest.fixture
def dialog(process, window: MainWindow, qtbot: QtBot) -> EvaluationDialog:
    """The evaluation of the sample meals, ready to begin."""
    session = window.session
    session.edit_taxonomy("classes", lambda t: t if t.find("rice") else t.added("rice")[0])
    session.edit_taxonomy("classes", lambda t: t if t.find("egg") else t.added("egg")[0])
    wait_saved(window, qtbot)
    window.actions_["evaluate"].trigger()
    shown = window.feature(Evaluating).shown
    assert shown is not None
    qtbot.waitUntil(lambda: shown.form.model.count() > 0, timeout=10_000)
    return shown


def _page(dialog: EvaluationDialog) -> int:
    return dialog._pages.currentIndex()


def test_an_evaluation_from_choice_to_report(
    dialog: EvaluationDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.form.noises["permute"].setChecked(True)
    dialog.form.own.setText("translocate:5,5@roi")
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert _page(dialog) == RUN
    qtbot.waitUntil(lambda: _page(dialog) == NUMBERS, timeout=20_000)
    assert dialog.numbers.tiles["top1"].value.text() == "80.0 %"
    assert dialog.numbers.tiles["top1"].between.text() == "70.0 % – 90.0 %"
    assert "4 of these items" in dialog.numbers.warning.text()
    for words in ("rice → egg (10)", "white: F1 0.79 (0.70 – 0.85)", "permute:56: 40 %", "Left out: 1;"):
        assert words in dialog.numbers.lines.text()
    target = tmp_path / "saved.html"
    dialog.save_to(target)
    qtbot.waitUntil(target.is_file, timeout=5000)
    asked = json.loads(target.read_text().removeprefix("<html>"))
    project = window.session.project
    assert project is not None
    assert asked[0] == "evaluate"
    assert asked[2] == str(project.path)
    assert asked[3:9] == ["--split", "test", "--curves", "permute", "--curves", "translocate:5,5@roi"]
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    QTest.mouseClick(dialog.open_report, Qt.MouseButton.LeftButton)
    assert Path(opened[0]).is_file()


def test_it_goes_on_while_its_window_is_closed(dialog: EvaluationDialog, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.notice, timeout=20_000) as told:
        dialog.begin()
        dialog.close()
    assert told.args[0].startswith("The evaluation is done")
    window.actions_["evaluate"].trigger()
    assert _page(dialog) == NUMBERS


def test_cancelling_leaves_the_form(dialog: EvaluationDialog, process, qtbot: QtBot) -> None:
    process(
        'tell(event="judging", done=0, total=0)\nassert sys.stdin.readline() == "cancel\\n"\n'
        'tell(event="stopped")\nsys.exit(130)'
    )
    dialog.begin()
    qtbot.waitUntil(lambda: "looks at the items" in dialog.phase.text(), timeout=20_000)
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _page(dialog) == FORM, timeout=20_000)
    assert "cancelled" in dialog.message.text()
    assert dialog.start.isEnabled()


@pytest.mark.parametrize(
    ("middle", "words"),
    [
        ('tell(event="failed", message="Nothing is left to judge by.")\nsys.exit(1)', "Nothing is left to judge by."),
        ("import os; os.abort()", "ended by itself"),
        ('print("odd", file=sys.stderr)\nsys.exit(7)', "stopped with code 7: odd"),
    ],
)
def test_what_went_wrong_is_said(dialog: EvaluationDialog, process, qtbot: QtBot, middle: str, words: str) -> None:
    process(middle)
    dialog.begin()
    qtbot.waitUntil(lambda: words in dialog.message.text(), timeout=20_000)
    assert _page(dialog) == FORM


def test_what_makes_no_sense_is_said_while_it_is_typed(dialog: EvaluationDialog, tmp_path: Path) -> None:
    form = dialog.form
    assert dialog.start.isEnabled()
    form.own.setText("blur:3")
    assert "There is no noise “blur:3”" in form.trouble.text()
    assert not dialog.start.isEnabled()
    form.own.setText("permute:8 ; ")
    assert form.own_noises == ["permute:8"]
    assert dialog.start.isEnabled()
    form.data.setCurrentIndex(form.data.findData("folder"))
    assert "Choose the labelled photos" in form.trouble.text()
    form.path.setText(str(tmp_path / "gone"))
    assert "There is no" in form.trouble.text()
    form.path.setText(str(tmp_path))
    form.split.setCurrentIndex(form.split.findData("held-out"))
    assert "A folder holds no photos out" in form.trouble.text()
    form.split.setCurrentIndex(form.split.findData("all"))
    plan = form.plan()
    assert plan is not None
    assert (plan.data, plan.split, plan.noises) == (tmp_path, "all", ("permute:8",))
    assert plan.arguments(tmp_path / "r.html")[3:5] == ["--split", "all"]


def test_look_alikes_are_suggested_accepted_changed_and_undone(
    dialog: EvaluationDialog, window: MainWindow, qtbot: QtBot
) -> None:
    session = window.session
    dialog.begin()
    qtbot.waitUntil(lambda: _page(dialog) == NUMBERS, timeout=20_000)
    QTest.mouseClick(dialog.groups, Qt.MouseButton.LeftButton)
    shown = window.findChild(LookAlikesDialog)
    assert shown is not None
    qtbot.waitUntil(lambda: shown.suggestions.count() == 1, timeout=5000)
    assert "16 of 80 items (20 %)" in shown.suggestions.item(0).text()
    QTest.mouseClick(shown.take, Qt.MouseButton.LeftButton)
    assert list(named_groups(session.taxonomy).values()) in ([("rice", "egg")], [("egg", "rice")])
    assert shown.suggestions.count() == 0
    shown._choose(0)
    shown.rename_to("white")
    session.edit_taxonomy("class", lambda t: t if t.find("fish") else t.added("fish")[0])
    shown._choose(0)
    shown.classes.setText("fish")
    QTest.keyClick(shown.classes, Qt.Key.Key_Return)
    assert set(named_groups(session.taxonomy)["white"]) == {"rice", "egg", "fish"}
    shown.classes.setText("no such food, rice")
    QTest.mouseClick(shown.new, Qt.MouseButton.LeftButton)
    assert "There is no class “no such food”" in shown.message.text()
    egg = session.taxonomy.find("egg")
    assert egg is not None
    session.edit_taxonomy("rename", lambda t: t.renamed(egg.id, "fried egg"))
    assert "fried egg" in named_groups(session.taxonomy)["white"]
    item = shown.tree.topLevelItem(0).child(2)
    assert item.text(0) == "fish"
    shown.tree.setCurrentItem(item)
    QTest.mouseClick(shown.remove, Qt.MouseButton.LeftButton)
    assert set(named_groups(session.taxonomy)["white"]) == {"rice", "fried egg"}
    for _ in range(6):
        session.undo()
    assert session.taxonomy.look_alikes == ()
    session.redo()
    wait_saved(window, qtbot)
    assert session.project is not None
    assert session.project.taxonomy().look_alikes == session.taxonomy.look_alikes != ()


def test_nobody_is_told_that_there_is_no_model_while_they_are_looked_for(dialog: EvaluationDialog) -> None:
    form = dialog.form
    form.show_models(None)
    assert form.trouble.text() == "Looking for models …"
    assert form.trouble.property("kind") == "muted"
    assert not dialog.start.isEnabled()
    form.show_models([])
    assert "no model yet" in form.trouble.text()
    assert form.trouble.property("kind") == "negative"
    form.show_models([("v2", Path("v2.safetensors"))])
    assert not form.trouble.isVisible()
    assert dialog.start.isEnabled()
