"""Closing the window while a training goes on: it continues, or it stops; asked once."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from rvergui.gui.retrain.words import about

translate = QCoreApplication.translate


class Leave(Enum):
    """What somebody wants of a training when the window closes."""

    CONTINUE = "continue"
    STOP = "stop"
    STAY = "stay"  # the window does not close


def ask(parent: QWidget, name: str, left_s: float | None) -> Leave:
    """Ask; blocks until it is answered."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Retrain", "A training is under way"))
    left = translate("Retrain", " It needs at most about {time} more.").format(time=about(left_s)) if left_s else ""
    box.setText(translate("Retrain", "“{name}” is being trained on.").format(name=name) + left)
    box.setInformativeText(
        translate(
            "Retrain",
            "It can go on without the window; the next time you open the program its result is offered. If it is "
            "stopped, its best state so far is kept.",
        )
    )
    go_on = box.addButton(translate("Retrain", "Continue in the background"), QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton(translate("Retrain", "Stop it"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(translate("Retrain", "Do not close"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(stay)
    box.exec()
    answers = {go_on: Leave.CONTINUE, stop: Leave.STOP}
    return next((answer for button, answer in answers.items() if button is box.clickedButton()), Leave.STAY)
