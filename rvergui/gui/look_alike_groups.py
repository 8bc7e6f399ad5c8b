"""Model > Look-alikes: opens the groups."""

from __future__ import annotations

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.showing import show


class LookAlikeGroups(Feature):
    """Opens the groups of classes that are taken for one another."""

    ACTS = (Act("look-alikes", "Model", "Look-alikes …", (), "classes", "project", after="evaluate"),)

    def slots(self) -> Slots:  # noqa: D102
        return {"look-alikes": self.show}

    def show(self) -> None:
        """Open the groups, or bring them to the front."""
        from rvergui.gui.dialogs.look_alikes import LookAlikesDialog

        dialog = self.window.findChild(LookAlikesDialog)
        if dialog is None:
            dialog = LookAlikesDialog(self.session, self.window)
            dialog.evaluation_wanted.connect(self.window.actions_["evaluate"].trigger)
        dialog.look_for_suggestions()
        show(dialog)
