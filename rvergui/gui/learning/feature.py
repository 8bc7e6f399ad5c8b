"""Model > Learn from every name: the switch, and how much was learnt so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from rvergui.gui import counted
from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.learning.teacher import Teacher
from rvergui.gui.numbers import Local

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

SETTING = "learn-from-names"


class InstantLearning(Feature):
    """Has every name taught as long as it is switched on, which is remembered."""

    ACTS = (Act(SETTING, "Model", "Learn from every name", checkable=True, after="groceries-model"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.teacher = Teacher(self.session, self)
        self.teacher.on = window.memory.flag(SETTING, True)
        self.status = QLabel()
        self.status.setProperty("kind", "muted")
        window.statusBar().addPermanentWidget(self.status)
        self.teacher.changed.connect(self._show)
        self._show()

    def slots(self) -> Slots:  # noqa: D102
        return {SETTING: self._switch}

    def begin(self) -> None:  # noqa: D102
        self.window.actions_[SETTING].setChecked(self.teacher.on)

    def stop(self) -> None:  # noqa: D102
        self.teacher.stop()

    def _switch(self) -> None:
        on = self.window.actions_[SETTING].isChecked()
        self.window.memory.put(SETTING, on)
        self.teacher.switch(on)
        if on:
            self.session.notice.emit(self.tr("Suggestions learn from every name from now on."))
        else:
            self.session.notice.emit(self.tr("Suggestions are the network's own from now on, as it was trained."))

    def _show(self) -> None:
        teacher = self.teacher
        parts = []
        if teacher.objects:
            parts.append(self.tr("learnt from %Ln name(s)", "", teacher.objects))
        if teacher.waiting:
            parts.append(self.tr("{count} to look at").format(count=Local(teacher.waiting)))
        self.status.setText(", ".join(parts))
        self.status.setVisible(bool(parts))
        text = self.tr(
            "The suggestions have learnt from {objects} of {classes}. Model ▸ Learn from every name switches this off."
        )
        self.status.setToolTip(
            text.format(objects=counted.objects(teacher.objects), classes=counted.classes(teacher.names))
            if teacher.objects
            else ""
        )
