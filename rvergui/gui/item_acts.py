"""The acts on the items of a photo: in the menus, behind the right mouse button, below the list."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots

# What the menu behind the right mouse button offers; None is a line.
MENU = (
    "confirm-names",
    "verify",
    "note",
    None,
    "merge-items",
    "split-item",
    "copy-to-next",
    None,
    "refine",
    "hide-item",
    "delete",
)
BUTTONS = ("confirm-names", "verify", "note", "merge-items", "split-item", "copy-to-next")


class ItemActs(Feature):
    """Ties the acts to the session's item edits and to the panel."""

    ACTS = (
        Act("select-all", "Edit", "Select all items", ("Ctrl+A",), "", "items"),
        Act("merge-items", "Edit", "Merge items", ("Ctrl+J",), "merge", "several", separator=True),
        Act("split-item", "Edit", "Split into parts", ("Ctrl+Shift+J",), "split", "selected"),
        Act("copy-to-next", "Edit", "Copy masks to the next photo", ("Ctrl+D",), "copy-next", "items"),
        Act("note", "Edit", "Note", ("Ctrl+T",), "note", "selected"),
        Act(
            "confirm-names",
            "Label",
            "Confirm names",
            ("Y", "Alt+Y"),
            "check",
            "selected",
            after="search",
        ),
        Act("verify", "Label", "Verify or take it back", ("Ctrl+K",), "verify", "selected", after="confirm-names"),
    )

    def slots(self) -> Slots:  # noqa: D102
        edits = self.session.item_edits
        return {
            "select-all": edits.choose_all,
            "merge-items": edits.merge,
            "split-item": edits.split,
            "copy-to-next": edits.copy_to_next,
            "note": self.window.items.edit_note,
            "confirm-names": edits.confirm,
            "verify": edits.verify,
        }

    def begin(self) -> None:  # noqa: D102
        window = self.window
        window.items.add_acts(window.actions_[key] for key in BUTTONS)
        window.items.menu_wanted.connect(self._show_menu)
        self.session.choice.changed.connect(window.refresh)
        self.session.sheet_changed.connect(window.refresh)

    def present(self) -> set[str]:  # noqa: D102
        session = self.session
        found = set()
        if session.sheet is not None and session.sheet.items:
            found.add("items")
        if session.draft is None and len(session.choice) > 1:
            found.add("several")
        return found

    def menu(self) -> QMenu:
        """The menu behind the right mouse button."""
        menu = QMenu(self.window)
        for key in MENU:
            if key is None:
                menu.addSeparator()
            else:
                menu.addAction(self.window.actions_[key])
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
