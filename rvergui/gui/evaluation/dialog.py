"""Model > Evaluate: choose, wait, read. Closing it does not stop a run; opening it again shows how far that is."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from rvergui.core.look_alikes import named_groups
from rvergui.gui.evaluation.form import EvaluationForm
from rvergui.gui.evaluation.judging import JudgingOutcome, JudgingRun
from rvergui.gui.evaluation.numbers import NumbersPage
from rvergui.gui.evaluation.present_models import models_to_choose
from rvergui.gui.session import Session
from rvergui.training.evaluate_events import Judging, Reading

FORM, RUN, NUMBERS = range(3)


class EvaluationDialog(QDialog):
    """Three pages: the form, the run, the numbers."""

    groups_wanted = Signal()  # Model > Look-alikes shall open

    def __init__(self, session: Session, run: JudgingRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._run = session, run
        self.outcome: JudgingOutcome | None = None
        self.setWindowTitle(self.tr("Evaluate a model"))
        self.resize(660, 520)
        self.form = EvaluationForm(session)
        self.numbers = NumbersPage()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setProperty("kind", "negative")
        self.message.setAccessibleName(self.tr("Message"))
        self.message.hide()
        self.phase = QLabel()
        self.phase.setProperty("kind", "subtitle")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the evaluation"))
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        for page in (self.form, self._make_run(), self.numbers):
            self._pages.addWidget(page)
        self.start = self._button(self.tr("Evaluate"), self.begin, primary=True)
        self.cancel = self._button(self.tr("Cancel"), self._cancel)
        self.open_report = self._button(self.tr("Open the report"), self._open_report, primary=True)
        self.save = self._button(self.tr("Save the report …"), self._save_as)
        self.groups = self._button(self.tr("Look-alikes …"), self.groups_wanted.emit)
        self.again = self._button(self.tr("Back"), self._back)
        self.quit = self._button(self.tr("Close"), self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.groups)
        buttons.addStretch(1)
        for button in (self.quit, self.again, self.cancel, self.save, self.open_report, self.start):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        layout.addWidget(pages, 1)
        layout.addWidget(self.message)
        layout.addLayout(buttons)
        self.form.changed.connect(self._enable)
        run.progressed.connect(self._on_progress)
        run.ended.connect(self._on_ended)
        session.model_changed.connect(self.refresh)
        session.project_changed.connect(self._on_project)
        self._show(FORM)

    def _make_run(self) -> QWidget:
        page = QWidget()
        hint = QLabel(
            self.tr("This runs in a process of its own; go on working meanwhile, also with this window closed.")
        )
        hint.setWordWrap(True)
        hint.setProperty("kind", "muted")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addStretch(1)
        for part in (self.phase, self.progress, hint):
            layout.addWidget(part)
        layout.addStretch(2)
        return page

    def _button(self, words: str, act: object, primary: bool = False) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        if primary:
            button.setProperty("kind", "primary")
        button.clicked.connect(lambda checked=False: act())  # type: ignore[operator]
        return button

    def _show(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        for button, where in (
            (self.start, {FORM}),
            (self.cancel, {RUN}),
            (self.open_report, {NUMBERS}),
            (self.save, {NUMBERS}),
            (self.again, {NUMBERS}),
            (self.groups, {FORM, NUMBERS}),
            (self.quit, {FORM, RUN, NUMBERS}),
        ):
            button.setVisible(page in where)
        self.start.setDefault(page == FORM)
        self.open_report.setDefault(page == NUMBERS)
        self._enable()

    def _enable(self) -> None:
        self.start.setEnabled(not self.form.problem() and not self._run.running)

    # --- choosing --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look anew which models and look-alikes there are."""
        session, project = self._session, self._session.project
        if project is None:
            return
        words = (self.tr("{name} (in use)"), self.tr("{name} (comes with the program)"))

        def work() -> tuple[list[tuple[str, Path]], list[str]]:
            return models_to_choose(project, words), list(named_groups(project.taxonomy()))

        def done(found: tuple[list[tuple[str, Path]], list[str]]) -> None:
            if project is session.project:
                self.form.show_models(found[0])
                self.form.show_groups(found[1])

        session.ahead.submit(work, done, self._say, lane="evaluation models")

    def _on_project(self) -> None:
        self.form.show_models(None)
        self.refresh()

    # --- the run ---------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Save what is pending, then evaluate."""
        plan = self.form.plan()
        if plan is None or self._run.running:
            return
        self._session.keep_draft()
        if not self._session.saver.flush():
            self._say(self.tr("Some edits are not saved yet; free some disk space and evaluate again."))
            return
        self._say("")
        self.phase.setText(self.tr("Starting …"))
        self.progress.setRange(0, 0)
        self.cancel.setEnabled(True)
        self._run.start(plan)
        self._show(RUN)
        self.cancel.setFocus()

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.phase.setText(self.tr("Cancelling …"))
        self._run.cancel()

    def _on_progress(self, event: Reading | Judging) -> None:
        if not self.cancel.isEnabled():
            return
        self.progress.setRange(0, event.total)
        self.progress.setValue(event.done)
        if isinstance(event, Judging):
            self.phase.setText(self.tr("The network looks at the items …"))
        elif event.total:
            self.phase.setText(
                self.tr("Reading photo {done} of {total}").format(done=f"{event.done:,}", total=f"{event.total:,}")
            )

    def _on_ended(self, outcome: JudgingOutcome) -> None:
        if outcome.result is None:
            self._show(FORM)
            self._say(outcome.message)
            return
        self.outcome = outcome
        self.numbers.show_result(outcome.result)
        self._say("")
        self._show(NUMBERS)
        self.open_report.setFocus()

    # --- the result ------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        self._say("")
        self._show(FORM)

    def _open_report(self) -> None:
        from PySide6.QtCore import QUrl

        if self.outcome is not None and self.outcome.report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.outcome.report)))

    def _save_as(self) -> None:
        project, outcome = self._session.project, self.outcome
        if outcome is None or outcome.result is None:
            return
        folder = project.root if project is not None else Path.home()
        suggested = str(folder / f"{outcome.result['model']}-report.html")
        kind = self.tr("Web pages (*.html)")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the report"), suggested, kind)
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Write the report to ``path``."""
        outcome = self.outcome
        if outcome is None or outcome.report is None:
            return
        report = outcome.report

        def work() -> None:
            from rvergui.core.atomic import replacing

            with replacing(path) as neighbour:
                shutil.copyfile(report, neighbour)

        saved = self.tr("The report is in {path}.").format(path=path)
        self._session.ahead.submit(work, lambda nothing: self._say(saved, good=True), self._say)

    def _say(self, text: str, good: bool = False) -> None:
        self.message.setText(text)
        self.message.setProperty("kind", "positive" if good else "negative")
        self.message.style().polish(self.message)
        self.message.setVisible(bool(text))
