"""Retraining, the gate and the history of models, as somebody goes through them in the window."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QDockWidget
from walk_person import Person

from rvergui.gui.gate.dialog import GateDialog
from rvergui.gui.gate.feature import Gate
from rvergui.gui.gate.found import Found, headline
from rvergui.gui.retrain.panel import TrainingPanel
from rvergui.gui.trainer import Outcome
from rvergui.gui.training_dock import TrainingDock
from rvergui.training.choices import What

TRAINING_S = 3600.0
_OPENING = 2  # clicks: a menu and its entry


@dataclass(frozen=True)
class Retrained:
    """What a retraining took and came to.

    Attributes:
        what: what learnt.
        estimate: what page one said it would take.
        seconds: what the training took by its own count.
        result_s: from the click on "start" to the result of the comparison.
        adopt_s: from the click on "use" until the new model names and has learnt what was named before.
        clicks: all of them, those that open the page included.
        verdict: the gate's headline; "" if there was no model to compare with.
        photos: how many held-out ones judged.
        scores: by name, before and now.
        checkpoint: the new model's file.
    """

    what: str
    estimate: str
    seconds: float
    result_s: float
    adopt_s: float
    clicks: int
    verdict: str = ""
    photos: int = 0
    scores: dict[str, tuple[float, float]] = field(default_factory=dict)
    checkpoint: str = ""


def retrain(person: Person, what: What, rounds: int | None = None) -> Retrained:
    """Model > Retrain, wait, look at the comparison, use the new model.

    Args:
        person: who does it.
        what: what is to learn.
        rounds: how many, one of the numbers that page one offers; None: until it stops getting better.
    """
    window, album, clicks = person.window, person.album, person.clicks
    panel = _opened(person, what, rounds)
    estimate = panel.choices.estimate.text()
    album.take(window, "retrain")
    outcomes: list[Outcome] = []
    window.feature(TrainingDock).trainer.ended.connect(outcomes.append)
    begin = time.monotonic()
    person.click(panel.choices.start)
    person.until(lambda: bool(outcomes) or len(panel.live.scores) >= 3, "three rounds", TRAINING_S)
    album.take(window, "training")
    person.until(lambda: bool(outcomes), "the end of the training", TRAINING_S)
    finished = outcomes[0].finished
    if finished is None:
        raise RuntimeError(f"the training ended with: {outcomes[0].message}")
    dialog = window.feature(Gate).dialog
    found = _compared(person, dialog) if dialog is not None else None
    result_s, begin = time.monotonic() - begin, time.monotonic()
    if dialog is not None:
        person.click(dialog.adopt)
    new, session = Path(finished.checkpoint), window.session
    person.until(lambda: session.model is not None and session.model.checkpoint == new, "the new model to name")
    person.until_named()
    adopt_s = time.monotonic() - begin
    album.take(window, "trained")
    dock = window.findChild(QDockWidget, "training")
    assert dock is not None
    dock.close()
    return Retrained(
        what.value,
        estimate,
        finished.seconds,
        result_s,
        adopt_s,
        person.clicks - clicks + _OPENING + 1,  # and the dock's cross
        *((headline(found), found.photos, _scores(found)) if found is not None else ("", 0, {})),
        finished.checkpoint,
    )


def _opened(person: Person, what: What, rounds: int | None) -> TrainingPanel:
    person.window.actions_["retrain"].trigger()
    panel = person.window.feature(TrainingDock).panel
    assert isinstance(panel, TrainingPanel)
    choices = panel.choices
    if not choices.what[what].isChecked():
        person.click(choices.what[what])
    if rounds is not None:
        choices.how_long.setCurrentIndex(choices.how_long.findData(rounds))
    person.until(choices.start.isEnabled, "enough to train on")
    person.until(lambda: panel.estimator.busy, "an estimate to begin")
    person.until(lambda: not panel.estimator.busy, "an estimate")
    return panel


def _compared(person: Person, dialog: GateDialog) -> Found:
    person.until(lambda: dialog.found is not None or dialog.again.isVisible(), "the comparison", TRAINING_S)
    if dialog.found is None:
        raise RuntimeError(f"there is no comparison: {dialog.sentence.text()}")
    person.album.take(dialog, "gate")
    if person.album.folder is not None:
        dialog.tabs.setCurrentWidget(dialog.classes)
        person.album.take(dialog, "gate-classes")
    return dialog.found


def _scores(found: Found) -> dict[str, tuple[float, float]]:
    return {name: (round(each.old, 3), round(each.new, 3)) for name, each in found.scores.items()}


def look_at_history(person: Person) -> None:
    """Model > History."""
    person.window.actions_["model-history"].trigger()
    history = person.window.feature(Gate).history
    assert history is not None
    person.until(lambda: history.models is not None, "the list of models")
    person.album.take(history, "history")
    history.close()
