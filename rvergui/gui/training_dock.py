"""Model > Retrain: the training process and its panel, made when they are first wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from rvergui.gui.docks import LEFT
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.retrain.attach import Found
    from rvergui.gui.retrain.panel import TrainingPanel
    from rvergui.gui.trainer import Trainer

MIN_WIDTH = 330
SHARE_OF_SIDE = 0.7
_LANE = "runs"


class TrainingDock(Feature):
    """Shows the training panel; finds trainings that go on, or ended, while no window was there."""

    judge_wished = Signal(object)  # Path of a new model, which is to be compared with the one in use

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._trainer: Trainer | None = None
        self._panel: TrainingPanel | None = None
        self._dock: QDockWidget | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"retrain": self.show}

    def begin(self) -> None:  # noqa: D102
        self.session.project_changed.connect(self._look_for_runs)
        QTimer.singleShot(0, self, self._look_for_runs)

    def may_close(self) -> bool:
        """Ask whether a training that is under way goes on without the window."""
        trainer = self._trainer
        if trainer is None or not trainer.running:
            return True
        from rvergui.gui.retrain import leaving

        name = trainer.source.stem if trainer.source is not None else ""
        answer = leaving.ask(self.window, name, self._panel.live.left_s if self._panel is not None else None)
        trainer.goes_on = answer is leaving.Leave.CONTINUE
        return answer is not leaving.Leave.STAY

    def wish_end(self) -> None:  # noqa: D102
        if self._trainer is not None:
            self._trainer.wish_end()

    def stop(self) -> None:  # noqa: D102
        if self._trainer is not None:
            self._trainer.stop()
        if self._panel is not None:
            self._panel.stop()

    @property
    def trainer(self) -> Trainer:
        """The training process (its library takes time to import)."""
        if self._trainer is None:
            from rvergui.gui.trainer import Trainer

            self._trainer = Trainer(self.session.home, self)
        return self._trainer

    @property
    def panel(self) -> QWidget | None:
        """The training panel, if it was shown."""
        return self._panel

    def show(self) -> None:
        """Show the panel. Its dock is made in a turn of its own, since putting on the style takes a while, too."""
        if self._panel is None:
            from rvergui.gui.retrain.panel import TrainingPanel

            room = self.window.docks.room("training", self.tr("Retraining"), closable=True)
            self._panel = TrainingPanel(self.session, self.trainer, room)
            self._panel.judge_wished.connect(self.judge_wished)
            QTimer.singleShot(0, self, lambda: self._put(room))
        elif self._dock is not None:
            self._dock.show()
            self._dock.raise_()

    def _put(self, dock: QDockWidget) -> None:
        if self._panel is None or self._dock is not None:
            return
        self.window.docks.put(dock, self._panel, LEFT)
        self._dock = dock
        dock.show()
        dock.raise_()
        QTimer.singleShot(0, dock, lambda: self._give_room(dock))

    def show_decision(self, checkpoint: Path, used: bool) -> None:
        """It was decided whether the model ``checkpoint`` is used."""
        if self._panel is not None:
            self._panel.show_decision(checkpoint, used)

    def _give_room(self, dock: QDockWidget) -> None:
        """Most of the left side: the list of photos needs little while this is looked at."""
        window = self.window
        window.resizeDocks([dock], [max(window.photos.width(), MIN_WIDTH)], Qt.Orientation.Horizontal)
        photos = next((each for each in window.findChildren(QDockWidget) if each.objectName() == "photos"), None)
        if photos is not None:
            height = photos.height() + dock.height()
            sizes = [round(height * (1 - SHARE_OF_SIDE)), round(height * SHARE_OF_SIDE)]
            window.resizeDocks([photos, dock], sizes, Qt.Orientation.Vertical)

    # --- trainings that were begun by an earlier window --------------------------------------------------------------

    def _look_for_runs(self) -> None:
        from rvergui.gui.trainer import FOLDER

        home = self.session.home / FOLDER
        if not home.is_dir():
            return

        def work() -> list[Found]:
            import rvergui.gui.retrain.panel  # noqa: F401 - it will be wanted, and takes time to import
            from rvergui.gui.retrain.attach import find_runs

            return find_runs(home)

        self.session.loader.submit(work, self._on_runs, priority=10, lane=_LANE)

    def _on_runs(self, runs: list[Found]) -> None:
        project = self.session.project
        if project is None:
            for run in runs:
                if run.alive:
                    self._tell_elsewhere(run.source)
            return
        trainer = self.trainer
        own = [run for run in runs if run.source == project.path.absolute()]
        if not own or trainer.running or project.read_only or trainer.folder is not None:
            return
        self.show()
        trainer.attach(own[0].folder)

    def _tell_elsewhere(self, source: Path) -> None:
        words = self.tr("A training of {project} goes on in the background; open it to see how far it is.")
        self.session.notice.emit(words.format(project=source.name))
