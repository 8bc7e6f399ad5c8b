"""How a training ended: the sentences, and what can be done now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from rvergui.gui.numbers import Local
from rvergui.gui.retrain.words import duration
from rvergui.gui.trainer import Outcome
from rvergui.gui.widgets import set_kind
from rvergui.training.events import Finished

translate = QCoreApplication.translate


class EndButtons(QWidget):
    """What can be done during a run and after it."""

    cancel_wished = Signal()
    use_wished = Signal()
    keep_wished = Signal()
    resume_wished = Signal()
    again_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.adopt = QPushButton()
        self.resume = QPushButton(self.tr("Go on where it was"))
        self.again = QPushButton()
        self.keep = QPushButton()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button, signal in (
            (self.cancel, self.cancel_wished),
            (self.resume, self.resume_wished),
            (self.adopt, self.use_wished),
            (self.again, self.again_wished),
            (self.keep, self.keep_wished),
        ):
            button.clicked.connect(signal)
            layout.addWidget(button)
        self.resume.setProperty("kind", "primary")
        self.show_running()

    def show_running(self) -> None:
        """A run is under way."""
        self.cancel.setVisible(True)
        self.cancel.setEnabled(True)
        for button in (self.adopt, self.resume, self.again, self.keep):
            button.hide()

    def show_ended(self, outcome: Outcome, usable: bool) -> None:
        """It is over; ``usable``: its checkpoint can be used in the project that is open."""
        self.cancel.hide()
        self.adopt.setVisible(usable)
        self.adopt.setText(
            self.tr("Decide about the new model …") if outcome.finished is not None else self.tr("Use the best so far")
        )
        resumable = outcome.resumable and not outcome.cancelled
        self.resume.setVisible(resumable)
        set_kind(self.adopt, "" if resumable else "primary")  # one button is the next step
        batch = outcome.smaller_batch
        self.again.setVisible(batch is not None)
        if batch is not None:
            self.again.setText(self.tr("Again with {count} items a step").format(count=batch))
        self.keep.setVisible(True)
        self.keep.setText(self.tr("Keep the old one") if usable else self.tr("Back"))

    def show_decided(self) -> None:
        """It was decided whether the new model names."""
        for button in (self.adopt, self.resume, self.again):
            button.hide()
        self.keep.setText(self.tr("Back"))


def comparison(finished: Finished) -> str:
    """New against old on the same photos, a line each."""
    new = finished.metrics
    text = translate("TrainingPanel", "Done in {time}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos.").format(
        time=duration(finished.seconds), top1=Local(100 * new.get("top1", 0.0)), f1=Local(new.get("macro_f1", 0.0))
    )
    old = finished.parent_metrics
    if old is not None:
        text += "\n" + translate("TrainingPanel", "Before: {top1:.0f} % right, F1 {f1:.2f} on the same photos.").format(
            top1=Local(100 * old.get("top1", 0.0)), f1=Local(old.get("macro_f1", 0.0))
        )
    return text


def same_project(source: Path | None, project: Path | None) -> bool:
    """Whether a run's source is the project that is open."""
    if source is None or project is None:
        return source is None
    return source.absolute() == project.absolute()
