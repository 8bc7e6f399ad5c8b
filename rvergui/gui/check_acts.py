"""Label > Check the project: the act, and the checker that works for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.showing import show

if TYPE_CHECKING:
    from rvergui.gui.checker import Checker
    from rvergui.gui.main_window import MainWindow


class CheckActs(Feature):
    """Opens the dialog; what it needs is made when it is first wanted."""

    ACTS = (
        Act("check-project", "Label", "Check the project …", ("Ctrl+Shift+L",), "check", "project", after="classes"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._checker: Checker | None = None
        self._item: tuple[str, str] | None = None  # photo and item to be selected once that photo is shown

    def slots(self) -> Slots:  # noqa: D102
        return {"check-project": self.show}

    def begin(self) -> None:  # noqa: D102
        self.session.photo_changed.connect(self._select)

    def stop(self) -> None:  # noqa: D102
        if self._checker is not None:
            self._checker.stop()

    def show(self) -> None:
        """Check the project and tell what was found; a dialog that is open already comes to the front."""
        from rvergui.gui.checker import Checker
        from rvergui.gui.dialogs.check import CheckDialog

        if self._checker is None:
            self._checker = Checker(self.session, self)
        dialog = self.window.findChild(CheckDialog)
        if dialog is None:
            dialog = CheckDialog(self._checker, self.window)
            dialog.go_to.connect(self.go_to)
            dialog.check()
        show(dialog)

    def go_to(self, photo_id: str, item_id: str) -> None:
        """Show a photo and select an item of it ("" for none)."""
        self._item = (photo_id, item_id) if item_id else None
        record = self.session.record
        if record is not None and record.id == photo_id and self.session.photo is not None:
            self._select()
        else:
            self.session.go_to(photo_id)

    def _select(self) -> None:
        record, wanted = self.session.record, self._item
        if wanted is None or record is None or record.id != wanted[0] or self.session.sheet is None:
            return
        self._item = None
        if self.session.sheet.get(wanted[1]) is not None:
            self.session.labelling.select(wanted[1])
