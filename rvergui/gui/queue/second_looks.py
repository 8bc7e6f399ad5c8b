"""After another model is used: the names that people gave are held against it, and what it contradicts is offered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.queue.feature import Reviewing

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.queue.background_naming import Asked, BackgroundNaming
    from rvergui.project.disagreements import Kept
    from rvergui.project.queue import QueueFilter, QueueItem

# Nobody waits for this: what a person does right after adopting a model goes first.
BEGIN_AFTER_MS = 1500


class SecondLooks(Feature):
    """Has a new model name what is confirmed, in the background, and offers what it is sure is something else."""

    ACTS = (
        Act("doubtful-names", "Model", "Names that the model doubts …", (), "review", "project", after="look-alikes"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._naming: BackgroundNaming | None = None
        self._model = ""
        self._known: tuple[str, ...] = ()
        self._sure = 1.0
        self._kept: dict[tuple[str, str], Kept] = {}
        self._found: dict[tuple[str, str], QueueItem] = {}
        self._listening = False
        self._asked_for = False  # somebody waits for the answer, also if it is "none"
        self._begin = QTimer(self)
        self._begin.setSingleShot(True)
        self._begin.setInterval(BEGIN_AFTER_MS)
        self._begin.timeout.connect(self._look_for_another_model)
        self.session.networks.model_ready.connect(self._begin.start)
        self.session.project_changed.connect(self._forget)

    def slots(self) -> Slots:  # noqa: D102
        return {"doubtful-names": self.show}

    def stop(self) -> None:  # noqa: D102
        self._begin.stop()
        if self._naming is not None:
            self._naming.stop()

    @property
    def found(self) -> list[QueueItem]:
        """What the model in use contradicts, the surest first."""
        return list(self._found.values())

    def _forget(self) -> None:
        self._begin.stop()
        self._found, self._kept, self._model = {}, {}, ""

    # --- another model? --------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Hold all confirmed names against the model in use now."""
        model = self.session.model
        if model is None or not model.trained:
            self.session.notice.emit(self.tr("There is no trained model to ask yet."))
            return
        self._asked_for = True
        self.session.notice.emit(self.tr("The model looks at the confirmed names …"))
        self._start()

    def _look_for_another_model(self) -> None:
        """Begin if the model is another than names were last held against; the first one is only noted."""
        session, project = self.session, self.session.project
        if project is None or project.read_only or session.model is None or not session.model.trained:
            return
        present = self._present()

        def work() -> bool:
            from rvergui.project.disagreements import CHECKED, remembered

            last, _ = remembered(project.setting)
            if last is None:
                project.set_setting(CHECKED, present)
            return last is not None and last != present

        def done(is_another: bool) -> None:
            if is_another and project is session.project:
                self._start()

        session.ahead.submit(work, done, lane="second looks")

    def _present(self) -> str:
        """What the project calls the model in use."""
        model = self.session.model
        return model.fingerprint or model.name if model is not None else ""

    def _start(self) -> None:
        from rvergui.gui.queue.background_naming import BackgroundNaming, by_photo

        session, project, model = self.session, self.session.project, self.session.model
        if project is None or model is None or not model.trained:
            return
        if self._naming is None:
            self._naming = BackgroundNaming(session, self, learnt=False)
            self._naming.finished.connect(self._on_named)
        self._naming.cancel()
        self._model, self._known, checkpoint = self._present(), model.classes, model.checkpoint

        def work() -> tuple[float, dict[tuple[str, str], Kept], list[Asked]]:
            from rvergui.project.disagreements import remembered
            from rvergui.project.queue import QueueOrder

            _, kept = remembered(project.setting)
            return _sure(checkpoint), kept, by_photo(project.queue(QueueOrder.PHOTO, _confirmed()))

        def done(read: tuple[float, dict[tuple[str, str], Kept], list[Asked]]) -> None:
            if project is not session.project or self._naming is None:
                return
            self._sure, self._kept, asked = read
            if asked:
                self._naming.begin(asked)
            else:
                self._on_named()

        session.ahead.submit(work, done, lane="second looks")

    # --- what was found --------------------------------------------------------------------------------------------

    def _on_named(self) -> None:
        """The model has said what it makes of every confirmed object: which does it contradict?"""
        session, project, model = self.session, self.session.project, self._model
        if project is None or model != self._present():
            return
        taxonomy, known, sure, kept = session.taxonomy, self._known, self._sure, self._kept

        def work() -> list[QueueItem]:
            from rvergui.project.disagreements import CHECKED, contradicted
            from rvergui.project.queue import QueueOrder

            if not project.read_only:
                project.set_setting(CHECKED, model)
            items = project.queue(QueueOrder.DISAGREEMENT, _confirmed())
            return contradicted(items, taxonomy, known, model, kept, sure)

        def look() -> None:
            session.ahead.submit(work, self._on_found, lane="second looks")

        if session.saver.pending:  # what was just said is not on the disk yet
            session.saver.saved.connect(look, Qt.ConnectionType.SingleShotConnection)
        else:
            look()

    def _on_found(self, items: list[QueueItem]) -> None:
        self._found = {(item.photo_id, item.id): item for item in items}
        asked, self._asked_for = self._asked_for, False
        if not items:
            if asked:
                self.session.notice.emit(self.tr("The model contradicts no confirmed name with confidence."))
            return
        text = self.tr("%Ln name(s) look wrong to the model.", "", len(items))
        self.window.strip.offer(text, self.tr("Look at them"), self.review)

    def review(self) -> None:
        """Show exactly these in the review window, the surest first: keep, rename, or take the model's name."""
        queue = self.window.feature(Reviewing).show_items(
            list(self._found),
            self.tr(
                "Names that the model contradicts, the surest first: {keep} keeps the name, {take} takes the model's, "
                "typing gives another."
            ),
        )
        if not self._listening:
            self._listening = True
            queue.verified.connect(self._on_verified)

    def _on_verified(self, keys: Iterable[tuple[str, str]]) -> None:
        """These names were kept: they are not asked again for this model, and later only if one is surer."""
        project = self.session.project
        mine = [key for key in keys if key in self._found]
        if project is None or not mine:
            return
        from rvergui.project.disagreements import KEPT, Kept, kept_to_text

        for key in mine:
            item = self._found[key]
            self._kept[key] = Kept(item.class_id or "", self._model, item.probability or 0.0)
        text = kept_to_text(self._kept)
        self.session.ahead.submit(lambda: project.set_setting(KEPT, text))


def _sure(checkpoint: Path | None) -> float:
    """How sure the model in this file has to be."""
    from rvergui.core import RverError
    from rvergui.project.disagreements import at_least
    from rvergui.rvernet.checkpoint import read_header

    try:
        return at_least(read_header(checkpoint).temperature) if checkpoint is not None else at_least(1.0)
    except RverError:
        return at_least(1.0)


def _confirmed() -> QueueFilter:
    from rvergui.core import ItemState
    from rvergui.project.queue import QueueFilter

    return QueueFilter(states=frozenset({ItemState.CONFIRMED}))
