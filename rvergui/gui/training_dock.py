"""Model > Retrain: the training process and its panel, made when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QWidget

from rvergui.gui.docks import LEFT
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.trainer import Trainer

MIN_WIDTH = 300


class TrainingDock(Feature):
    """Shows the training panel."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._trainer: Trainer | None = None
        self._dock: QDockWidget | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"retrain": self.show}

    def wish_end(self) -> None:  # noqa: D102
        if self._trainer is not None:
            self._trainer.wish_end()

    def stop(self) -> None:  # noqa: D102
        if self._trainer is not None:
            self._trainer.stop()

    @property
    def trainer(self) -> Trainer:
        """The training process (its library takes time to import)."""
        if self._trainer is None:
            from rvergui.gui.trainer import Trainer

            self._trainer = Trainer(self)
        return self._trainer

    @property
    def panel(self) -> QWidget | None:
        """The training panel, if it was shown."""
        return self._dock.widget() if self._dock is not None else None

    def show(self) -> None:
        """Show the panel."""
        if self._dock is None:
            from rvergui.gui.panels.training import TrainingPanel

            panel = TrainingPanel(self.session, self.trainer)
            dock = self._dock = self.window.docks.add("training", self.tr("Retraining"), panel, LEFT, closable=True)
            width = max(self.window.photos.width(), MIN_WIDTH)
            QTimer.singleShot(0, dock, lambda: self.window.resizeDocks([dock], [width], Qt.Orientation.Horizontal))
        self._dock.show()
        self._dock.raise_()
