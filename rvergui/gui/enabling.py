"""What is possible now: which acts are on, what undo would undo, what the title says."""

from __future__ import annotations

from PySide6.QtCore import QObject

from rvergui.gui.actions import Actions
from rvergui.gui.feature import Feature
from rvergui.gui.session import Session


class Enabling(QObject):
    """Keeps the acts in step with the session."""

    def __init__(self, session: Session, actions: Actions, features: list[Feature]) -> None:
        super().__init__(session)
        self._session, self._actions, self._features = session, actions, features

    def refresh(self) -> None:
        """Look anew."""
        session = self._session
        present = set().union(*(feature.present() for feature in self._features))
        if session.project is not None:
            present.add("project")
        if session.photo is not None:
            present.add("photo")
        self._actions.enable(present)
        last, following = session.history.last, session.history.next
        undo, redo = self._actions["undo"], self._actions["redo"]
        undo.setEnabled(last is not None)
        undo.setText(self.tr("Undo: {act}").format(act=last.text) if last else self.tr("Undo"))
        undo.setIconText(self.tr("Undo"))
        redo.setEnabled(following is not None)
        redo.setText(self.tr("Redo: {act}").format(act=following.text) if following else self.tr("Redo"))
        redo.setIconText(self.tr("Redo"))
