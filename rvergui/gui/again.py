"""Opening the window anew in the same program, as another language needs: what was open is open again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow


@dataclass(frozen=True)
class Again:
    """What the next window opens.

    Attributes:
        project: the project file; None for an empty window.
        photo: the id of the photo that was shown.
        checkpoint: the network that was asked for on the command line.
    """

    project: Path | None = None
    photo: str | None = None
    checkpoint: Path | None = None


def open_again(window: MainWindow) -> bool:
    """Close a window so that ``app.run`` opens the next one; False if it stays open, for something is not saved."""
    session = window.session
    project, record = session.project, session.record
    window.again = Again(
        project.path if project is not None else None,
        record.id if record is not None else None,
        session.wanted_checkpoint,
    )
    if window.close():
        return True
    window.again = None
    return False
