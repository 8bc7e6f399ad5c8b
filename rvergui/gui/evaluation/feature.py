"""Model > Evaluate: the process and its window, made when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.project.look_alikes import EVALUATED, LastEvaluation, evaluation_to_text

if TYPE_CHECKING:
    from rvergui.gui.evaluation.dialog import EvaluationDialog
    from rvergui.gui.evaluation.judging import JudgingOutcome, JudgingRun
    from rvergui.gui.main_window import MainWindow


class Evaluating(Feature):
    """Opens the evaluation."""

    ACTS = (Act("evaluate", "Model", "Evaluate …", ("Ctrl+Shift+E",), "statistics", "project", after="retrain"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._run: JudgingRun | None = None
        self.shown: EvaluationDialog | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"evaluate": self.show}

    def wish_end(self) -> None:  # noqa: D102
        if self._run is not None:
            self._run.wish_end()

    def stop(self) -> None:  # noqa: D102
        if self._run is not None:
            self._run.stop()
        if self.shown is not None:
            self.shown.close()

    @property
    def run(self) -> JudgingRun:
        """The process."""
        if self._run is None:
            from rvergui.gui.evaluation.judging import JudgingRun

            self._run = JudgingRun(self)
            self._run.ended.connect(self._on_ended)
        return self._run

    def show(self) -> None:
        """Open the evaluation, or bring it to the front."""
        if self.shown is None:
            from rvergui.gui.evaluation.dialog import EvaluationDialog

            self.shown = EvaluationDialog(self.session, self.run, self.window)
            self.shown.groups_wanted.connect(self._show_groups)
        self.shown.refresh()
        self.shown.show()
        self.shown.activateWindow()

    def _show_groups(self) -> None:
        self.window.actions_["look-alikes"].trigger()

    def _on_ended(self, outcome: JudgingOutcome) -> None:
        """Keep what was taken for what: Model > Look-alikes suggests groups by it."""
        project, result = self.session.project, outcome.result
        if project is not None and result is not None and not project.read_only and outcome.plan.data == project.path:
            found = LastEvaluation(result["model"], result["items"], result["confusion"])
            self.session.ahead.submit(lambda: project.set_setting(EVALUATED, evaluation_to_text(found)))
        if self.shown is None or not self.shown.isVisible():
            done = self.tr("The evaluation is done; Model > Evaluate shows it.")
            self.session.notice.emit(done if result is not None else outcome.message)
