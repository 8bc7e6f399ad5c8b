"""Retraining: choices, a running training, its end. Wiring only; each part is in a file of its own."""

from __future__ import annotations

import importlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from rvergui.gui.retrain.choices import Choices
from rvergui.gui.retrain.ended import EndButtons, comparison, same_project
from rvergui.gui.retrain.estimate import Estimator
from rvergui.gui.retrain.live import LiveView
from rvergui.gui.retrain.starts import KnownStart, known_starts
from rvergui.gui.session import Session
from rvergui.gui.statistics.report import Report, make_report
from rvergui.gui.trainer import Outcome, Trainer, TrainingPlan

if TYPE_CHECKING:
    from rvergui.training.events import Estimate

# The counts follow while somebody names; what each class is missing a moment later.
REPORT_AFTER_MS = 700
_LANE = "retrain"


class TrainingPanel(QWidget):
    """A form, then a running training, then its result."""

    judge_wished = Signal(object)  # Path of the new checkpoint; whether it is used is decided elsewhere (``gui.gate``)

    def __init__(self, session: Session, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._trainer = trainer
        self._result: Outcome | None = None
        self.options: tuple[str, ...] = ()  # further words of the command line
        self.estimator = Estimator(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 12)
        self._pages = QStackedLayout()
        layout.addLayout(self._pages)
        self.choices = Choices(self)
        self._pages.addWidget(self.choices)
        run = QWidget(self)
        self._pages.addWidget(run)
        run_layout = QVBoxLayout(run)
        run_layout.setContentsMargins(0, 0, 0, 0)
        self.live = LiveView(run)
        run_layout.addWidget(self.live, 1)
        self.buttons = EndButtons(run)
        run_layout.addWidget(self.buttons)
        self._report_soon = QTimer(self)
        self._report_soon.setSingleShot(True)
        self._report_soon.setInterval(REPORT_AFTER_MS)
        self._report_soon.timeout.connect(self._count)
        self._wire()
        self._show_data()
        self._look_for_starts()
        # Importing pyqtgraph takes up to a second, which nobody should have to wait for; curves begin once it is there.
        session.loader.submit(lambda: importlib.import_module("rvergui.gui.retrain.charts"), self.live.take_charts)

    def _wire(self) -> None:
        session, trainer, buttons = self._session, self._trainer, self.buttons
        trainer.began.connect(self._on_began)
        trainer.told.connect(self.live.take)
        trainer.ended.connect(self._on_ended)
        session.model_changed.connect(self._look_for_starts)
        session.project_changed.connect(self._on_project)
        session.photos.replaced.connect(self._show_data)
        session.photos.changed.connect(self._show_data)
        self.choices.changed.connect(self._on_choices)
        self.choices.begin.connect(self.begin)
        self.choices.smaller.clicked.connect(
            lambda: self.choices.take_batch(int(self.choices.smaller.property("batch")))
        )
        self.estimator.known.connect(self._on_estimate)
        self.estimator.failed.connect(self.choices.show_no_estimate)
        buttons.cancel_wished.connect(self._cancel)
        buttons.use_wished.connect(self._judge)
        buttons.keep_wished.connect(self._back)
        buttons.resume_wished.connect(lambda: self._trainer.start_again(resume=True))
        buttons.again_wished.connect(self._again)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(320, 520)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102
        super().showEvent(event)
        self._show_data()
        self._on_choices()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102
        super().hideEvent(event)
        self.estimator.give_up()  # measuring takes seconds of the processor; it is begun again when this is shown

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.live.restyle()

    def stop(self) -> None:
        """The window is closing."""
        self.estimator.stop()

    # --- the choices -------------------------------------------------------------------------------------------------

    def _on_project(self) -> None:
        """Another project is open; what was trained on the one before is not for it."""
        self._look_for_starts()
        if self._result is not None and not self._trainer.running and self.buttons.keep.isVisibleTo(self.buttons):
            self._show_end(self._result)

    def _look_for_starts(self) -> None:
        project = self._session.project
        if project is not None:
            self._session.loader.submit(lambda: known_starts(project), self._on_starts, priority=20, lane="starts")

    def _on_starts(self, starts: list[KnownStart]) -> None:
        model = self._session.model
        present = None
        if model is not None and model.trained and model.checkpoint is not None:
            present = (model.checkpoint, model.name)
        self.choices.show_starts(starts, present)

    def _show_data(self) -> None:
        items, labelled = self._session.photos.labelled()
        self.choices.data.show_counts(items, labelled)
        self.choices.show_enough(labelled >= 2)
        if self.isVisible():
            self._report_soon.start()

    def _count(self) -> None:
        project = self._session.project
        if project is not None:
            self._session.loader.submit(
                lambda: make_report(project), self._on_report, failed=lambda message: None, priority=20, lane=_LANE
            )

    def _on_report(self, report: Report) -> None:
        enough = self.choices.data.show_report(report)
        self.choices.show_enough(enough)
        if not enough:
            self.estimator.give_up()
            self.choices.estimate.clear()

    def _out(self, name: str) -> Path | None:
        project = self._session.project
        return project.models_folder / f"{name}.safetensors" if project is not None else None

    def _on_choices(self) -> None:
        project, out = self._session.project, self._out("estimate")
        if project is None or out is None or not self.choices.check(project.path, out):
            self.estimator.give_up()
            return
        if not self.choices.isVisible() or self._trainer.running or self._session.photos.labelled()[1] < 2:
            return
        self.choices.show_measuring()
        arguments = ["train", str(project.path), "--out", str(out), *self.choices.arguments(), *self.options]
        # one round: how many there are is multiplied here, so another number needs no other measurement
        self.estimator.ask([*arguments, "--epochs", "1"])

    def _on_estimate(self, found: Estimate) -> None:
        self.choices.show_estimate(found)

    def begin(self) -> None:
        """Save everything and start the run."""
        project, out = self._session.project, self._out(datetime.now().strftime("%Y%m%d-%H%M%S"))
        if project is None or out is None or self._trainer.running or not self.choices.check(project.path, out):
            return
        self._session.keep_draft()
        self._session.saver.flush()
        self.estimator.give_up()
        self._trainer.forget()
        words = [*self.choices.arguments(), *self.choices.length_arguments(), *self.options]
        self._trainer.start(TrainingPlan(project.path, out, None, None, tuple(words)))

    # --- the run -----------------------------------------------------------------------------------------------------

    def _on_began(self) -> None:
        self._result = None
        self.live.clear()
        self.buttons.show_running()
        self.choices.show_running(True)
        self._pages.setCurrentIndex(1)

    def _cancel(self) -> None:
        self.live.phase.setText(self.tr("Cancelling …"))
        self.buttons.cancel.setEnabled(False)
        self._trainer.cancel()

    def _on_ended(self, outcome: Outcome) -> None:
        self._result = outcome
        self.live.progress.hide()
        self._pages.setCurrentIndex(1)
        self.choices.show_running(False)
        if outcome.finished is None:
            self.live.say(outcome.message)
            if outcome.checkpoint is None and outcome.cancelled:
                self._trainer.forget()
        self._show_end(outcome)

    def _show_end(self, outcome: Outcome) -> None:
        live, project = self.live, self._session.project
        here = same_project(outcome.source, project.path if project is not None else None)
        self.buttons.show_ended(outcome, outcome.checkpoint is not None and here)
        if outcome.finished is None:
            live.phase.setText(outcome.message)
            live.detail.setText(self._after_an_early_end(outcome, here))
            return
        live.phase.setText(comparison(outcome.finished))
        if here:
            self._judge()
        else:
            live.detail.setText(self._elsewhere(outcome))

    def _after_an_early_end(self, outcome: Outcome, here: bool) -> str:
        if not here:
            return self._elsewhere(outcome)
        if outcome.resumable and not outcome.cancelled:
            return self.tr("It can go on from its last saved state, at most a minute before it ended.")
        if outcome.checkpoint is not None:
            return self.tr("The best round so far is there and can be used.")
        return ""

    def _elsewhere(self, outcome: Outcome) -> str:
        name = outcome.source.name if outcome.source is not None else ""
        return self.tr("It was trained on {project}; open that to use it.").format(project=name)

    def _again(self) -> None:
        if self._result is not None:
            self._trainer.start_again(resume=False, batch=self._result.smaller_batch)

    def _judge(self) -> None:
        """Have the new model compared with the one in use."""
        outcome = self._result
        if outcome is not None and outcome.checkpoint is not None:
            self.live.detail.setText(self.tr("It is compared with the model in use; then you decide."))
            self.judge_wished.emit(outcome.checkpoint)

    def show_decision(self, checkpoint: Path, used: bool) -> None:
        """It was decided whether ``checkpoint`` is used."""
        if self._result is None or self._result.checkpoint != checkpoint:
            return
        self._trainer.forget()
        self.live.detail.setText(
            self.tr("The new model names from now on.") if used else self.tr("The present model stays.")
        )
        self.buttons.show_decided()

    def _back(self) -> None:
        self._trainer.forget()
        self._pages.setCurrentIndex(0)
        self._show_data()
        self._on_choices()
