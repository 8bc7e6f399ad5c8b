"""The names that people gave last, to be given again with one key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rvergui.core import FoodClass, Sheet, SourceKind

if TYPE_CHECKING:
    from rvergui.gui.session import Session

OFFERED = 4


class RecentNames(QObject):
    """Follows what is written, whoever did it, and begins with what the project's history tells."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._ids: dict[str, None] = {}  # the latest last
        self._latest = datetime.now(UTC)
        session.project_changed.connect(self._begin)
        session.taxonomy_changed.connect(self.changed)
        session.document.written.connect(self._on_written)

    def foods(self) -> list[FoodClass]:
        """The classes named by last, the latest first; merged ones count as what they were merged into."""
        taxonomy = self._session.taxonomy
        found = (taxonomy.get(class_id) for class_id in reversed(self._ids))
        return list({food.id: food for food in found if food is not None}.values())[:OFFERED]

    def _begin(self) -> None:
        project = self._session.project
        self._ids, self._latest = {}, datetime.now(UTC)
        self.changed.emit()
        if project is not None:
            self._session.loader.submit(
                lambda: project.recent_classes(2 * OFFERED),
                lambda ids: self._on_read(ids) if self._session.project is project else None,
                priority=5,
            )

    def _on_read(self, ids: list[str]) -> None:
        since = dict.fromkeys(class_id for class_id in self._ids if class_id not in ids)
        self._ids = {**dict.fromkeys(reversed(ids)), **since}
        self.changed.emit()

    def _on_written(self, sheets: tuple[Sheet, ...]) -> None:
        given = [
            (item.label_source.at, item.class_id)
            for sheet in sheets
            for item in sheet
            if item.class_id is not None and item.label_source is not None
            if item.label_source.kind is SourceKind.PERSON and item.label_source.at > self._latest
        ]
        if not given:
            return
        for at, class_id in sorted(given):
            self._ids.pop(class_id, None)
            self._ids[class_id] = None
            self._latest = at
        self.changed.emit()
