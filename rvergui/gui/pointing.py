"""Going to an item wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from rvergui.gui.session import Session


class Pointer(QObject):
    """Shows the photo of an item and selects the item there."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._wanted: tuple[str, str] | None = None
        session.photo_changed.connect(self._arrived)

    def show(self, photo_id: str, item_id: str) -> bool:
        """Go to an item; False if its photo is no longer in the project."""
        if self._session.photos.get(photo_id) is None:
            return False
        self._wanted = (photo_id, item_id)
        sheet = self._session.sheet
        if sheet is not None and sheet.photo_id == photo_id:
            self._arrived()
        else:
            self._session.go_to(photo_id)
        return True

    def _arrived(self) -> None:
        wanted, sheet = self._wanted, self._session.sheet
        if wanted is None or sheet is None:
            return
        self._wanted = None  # whoever turned to another photo meanwhile is not called back
        if sheet.photo_id == wanted[0] and sheet.get(wanted[1]) is not None:
            self._session.select(wanted[1])
