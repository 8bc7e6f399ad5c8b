"""Dialogs: export, classes, shortcuts, about. Each is imported when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QMessageBox

from rvergui.gui.acts import Act
from rvergui.gui.exporting import Exporter
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow


SPIN_MARGIN = 7  # a style sheet's padding does not reach the text inside a spin box


def show(dialog: QDialog) -> None:
    """Show a dialog that is gone once it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for box in dialog.findChildren(QAbstractSpinBox):
        box.lineEdit().setTextMargins(SPIN_MARGIN, 0, 0, 0)
    dialog.show()
    dialog.activateWindow()


class Showing(Feature):
    """Opens dialogs."""

    ACTS = (Act("change-keys", "Help", "Change keyboard shortcuts …", after="shortcuts"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.exporter = Exporter(self)

    def slots(self) -> Slots:  # noqa: D102
        return {
            "export": self.export,
            "quit": self.window.close,
            "classes": self.classes,
            "shortcuts": self.shortcuts,
            "change-keys": self.change_keys,
            "about": self.about,
        }

    def wish_end(self) -> None:  # noqa: D102
        self.exporter.cancel()

    def stop(self) -> None:  # noqa: D102
        self.exporter.stop()

    def export(self) -> None:
        """Open the export dialog."""
        from rvergui.gui.dialogs.export import ExportDialog

        show(ExportDialog(self.session, self.exporter, self.window))

    def classes(self) -> None:
        """Open the class list."""
        from rvergui.gui.dialogs.classes import ClassesDialog

        show(ClassesDialog(self.session, self.window))

    def shortcuts(self) -> None:
        """Open the cheat sheet."""
        from rvergui.gui.dialogs.shortcuts import ShortcutsDialog

        dialog = ShortcutsDialog(self.window.actions_, self.window)
        dialog.change.connect(self.change_keys)
        show(dialog)

    def change_keys(self) -> None:
        """Open the editor of shortcuts."""
        from rvergui.gui.dialogs.key_editor import KeyEditor

        show(KeyEditor(self.window.actions_, self.window))

    def about(self) -> None:
        """Say what this is."""
        from rvergui import __version__

        text = self.tr(
            "<b>RveRGUI {version}</b><p>Cut out, name and correct food on photos, after the RveRNet paper "
            "(arXiv 2407.08257). Apache-2.0. Nothing leaves this computer.</p>"
        ).format(version=__version__)
        QMessageBox.about(self.window, self.tr("About RveRGUI"), text)
