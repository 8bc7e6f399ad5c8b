"""Model > History, and the gate that a newly trained model goes through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvergui.gui import counted
from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.numbers import Local, percent
from rvergui.gui.training_dock import TrainingDock

if TYPE_CHECKING:
    from rvergui.gui.gate.comparer import Comparer
    from rvergui.gui.gate.dialog import GateDialog
    from rvergui.gui.gate.history import HistoryDialog
    from rvergui.gui.main_window import MainWindow
    from rvergui.rvernet.checkpoint import CheckpointHeader

CANDIDATE = "candidate"


class Gate(Feature):
    """Compares a new model with the one in use, in a process of its own, and asks whether to use it.

    A model is used unasked only if there is none that it could be compared with.
    """

    ACTS = (
        Act("model-history", "Model", "History of models …", ("Ctrl+Shift+M",), "history", "project", after="retrain"),
        Act("model-back", "Model", "Go back to the model before", (), "", "project", after="model-history"),
        Act("new-model", "Model", "Decide about the new model …", (), "", CANDIDATE, after="model-back"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.candidate: Path | None = None  # the model that waits for a decision
        self.dialog: GateDialog | None = None
        self.history: HistoryDialog | None = None
        self._comparer: Comparer | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"model-history": self.show_history, "model-back": self.go_back, "new-model": self.show_candidate}

    def begin(self) -> None:  # noqa: D102
        self.window.feature(TrainingDock).judge_wished.connect(self.judge)
        self.session.project_changed.connect(self._forget)

    def present(self) -> set[str]:  # noqa: D102
        return {CANDIDATE} if self.candidate is not None else set()

    def stop(self) -> None:  # noqa: D102
        self._forget()

    @property
    def comparer(self) -> Comparer:
        """The comparing process."""
        if self._comparer is None:
            from rvergui.gui.gate.comparer import Comparer

            made = self._comparer = Comparer(self)
            made.progressed.connect(self._on_progress)
            made.compared.connect(self._on_compared)
            made.failed.connect(self._on_failed)
            made.cancelled.connect(self._on_cancelled)
        return self._comparer

    # --- the gate ----------------------------------------------------------------------------------------------------

    def judge(self, checkpoint: Path, ask: bool = False) -> None:
        """Compare ``checkpoint`` with the model in use and ask; where there is none in use, use it and say so.

        Args:
            checkpoint: the model that may be used from now on.
            ask: whether to ask even if there is nothing to compare it with.
        """
        project = self.session.project
        if project is None:
            return
        old = self.in_use
        if old == checkpoint:
            return
        if old is None and not ask:
            self._use_first(checkpoint)
            return
        self.candidate = checkpoint
        self.window.refresh()
        dialog = self._shown_dialog()
        if old is None:
            dialog.show_failure(self.tr("No model is in use that it could be compared with."))
            return
        dialog.show_waiting(old.stem, checkpoint.stem)
        self.session.keep_draft()
        self.session.saver.flush()

        from rvergui.gui.gate.comparer import Comparing

        self.comparer.start(Comparing(old, checkpoint, project.path))

    @property
    def in_use(self) -> Path | None:
        """The file of the model that names now; None if there is none, or it knows no class of the project."""
        model = self.session.model
        if model is not None:
            knows = model.trained and any(self.session.taxonomy.find(name) for name in model.classes)
            return model.checkpoint if knows else None
        return self.session.project.model_path() if self.session.project is not None else None

    def show_candidate(self) -> None:
        """Bring the question about the new model to the front again."""
        if self.candidate is None:
            return
        if self.dialog is not None and (self.comparer.running or self.dialog.found is not None):
            self._shown_dialog()
        else:
            self.judge(self.candidate, ask=True)

    def _shown_dialog(self) -> GateDialog:
        if self.dialog is None:
            from rvergui.gui.gate.dialog import GateDialog

            made = self.dialog = GateDialog(self.window)
            made.adopt_wished.connect(self._adopt)
            made.keep_wished.connect(self._keep)
            made.cancel_wished.connect(self._cancel)
            made.again_wished.connect(self._again)
            made.go_to.connect(self._go_to)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        return self.dialog

    def _use_first(self, checkpoint: Path) -> None:
        self.adopt(checkpoint)
        self._tell_training(checkpoint, used=True)

        def read() -> CheckpointHeader:
            from rvergui.rvernet.checkpoint import read_header

            return read_header(checkpoint)

        plain = self.tr("{name} names from now on.").format(name=checkpoint.stem)

        def tell(header: CheckpointHeader) -> None:
            self.session.notice.emit(self._first_words(header) or plain)

        self.session.loader.submit(read, tell, lambda problem: self.session.notice.emit(plain))

    def _first_words(self, header: CheckpointHeader) -> str:
        """How the first model does on what its training held out; "" if nobody knows."""
        scores = header.metrics
        held = len(header.photos_held_out)
        if "top1" not in scores or not held:
            return ""
        words = self.tr(
            "{name} is the first model of this project and names from now on: {right} right, F1 {f1:.2f}, on "
            "{photos} that it has not learnt from."
        )
        return words.format(
            name=header.name,
            right=percent(scores["top1"]),
            f1=Local(scores.get("macro_f1", 0.0)),
            photos=counted.photos(held),
        )

    def _on_progress(self, what: str, done: int, total: int) -> None:
        if self.dialog is not None:
            self.dialog.show_progress(what, done, total)

    def _on_compared(self, result: dict[str, Any]) -> None:
        from rvergui.gui.gate.found import Found

        candidate = self.candidate

        def show(found: Found) -> None:
            if self.dialog is not None and candidate is not None and candidate == self.candidate:
                self.dialog.show_found(found)

        self.session.ahead.submit(lambda: Found.read(result), show, self._on_failed)  # it decodes pictures

    def _on_failed(self, sentence: str) -> None:
        if self.dialog is not None:
            self.dialog.show_failure(sentence)

    def _on_cancelled(self) -> None:
        self._on_failed(self.tr("The comparison was cancelled. Without one nobody knows which model is better."))

    def _cancel(self) -> None:
        self.comparer.cancel()

    def _adopt(self) -> None:
        candidate, self.candidate = self.candidate, None
        if candidate is not None:
            self.adopt(candidate)
            self._tell_training(candidate, used=True)
            self.session.notice.emit(
                self.tr("{name} names from now on. Model > Go back to the model before takes that back.").format(
                    name=candidate.stem
                )
            )
        self._hide()

    def _keep(self) -> None:
        candidate, self.candidate = self.candidate, None
        if candidate is not None:
            self._tell_training(candidate, used=False)
            words = self.tr("The present model stays. {name} is kept in Model > History of models.")
            self.session.notice.emit(words.format(name=candidate.stem))
        self._hide()

    def _tell_training(self, checkpoint: Path, used: bool) -> None:
        self.window.feature(TrainingDock).show_decision(checkpoint, used)

    def _again(self) -> None:
        if self.candidate is not None:
            self.judge(self.candidate, ask=True)

    def _hide(self) -> None:
        if self.dialog is not None:
            self.dialog.hide()
        self.window.refresh()

    def _go_to(self, photo: str) -> None:
        photos = self.session.photos
        found = next((photos[row].id for row in range(len(photos)) if photos[row].path == photo), None)
        if found is not None:
            self.session.go_to(found)

    def _forget(self) -> None:
        """Another project is open, or none: nothing is compared any more."""
        if self._comparer is not None:
            self._comparer.stop()
        self.candidate = None
        for dialog in (self.dialog, self.history):
            if dialog is not None:
                dialog.hide()
                dialog.deleteLater()
        self.dialog = self.history = None

    # --- using and going back ----------------------------------------------------------------------------------------

    def adopt(self, checkpoint: Path | None) -> None:
        """Name with this model from now on (None: the one that comes with the program)."""
        self.session.adopt_model(checkpoint)
        self._refresh_history()

    def go_back(self) -> None:
        """Name with the model before the one in use again."""
        project = self.session.project
        if project is None:
            return

        def done(path: Path | None) -> None:
            if project is not self.session.project:
                return
            self.session.wanted_checkpoint = None
            self.session.use_model(path)
            name = path.stem if path is not None else self.tr("the model that comes with the program")
            self.session.notice.emit(self.tr("{name} names again.").format(name=name))
            self._refresh_history()

        self.session.loader.submit(project.go_back_to_model, done, self.session.problem.emit)

    def show_history(self) -> None:
        """Open the list of models, or bring it to the front."""
        if self.history is None:
            from rvergui.gui.gate.history import HistoryDialog

            made = self.history = HistoryDialog(self.session, self.window)
            made.adopt_wished.connect(self.adopt)
            made.back_wished.connect(self.go_back)
            made.compare_wished.connect(lambda path: self.judge(path, ask=True))
        self.history.open_list()

    def _refresh_history(self) -> None:
        if self.history is not None and self.history.isVisible():
            self.history.refresh()
