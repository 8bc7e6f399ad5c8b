"""The project file: one SQLite database with photos, items, classes and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rvergui.project.records import HistoryEntry, PhotoRecord, PhotoStatus

if TYPE_CHECKING:
    from rvergui.project.store import Project

__all__ = ["HistoryEntry", "PhotoRecord", "PhotoStatus", "Project"]


def __getattr__(name: str) -> Any:
    """Import ``Project`` when it is first asked for: the window stands before it needs a database."""
    if name == "Project":
        from rvergui.project.store import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
