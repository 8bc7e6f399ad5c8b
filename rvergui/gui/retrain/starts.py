"""From which models a training can begin, looked up in the background."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvergui.project.store import Project


@dataclass(frozen=True)
class KnownStart:
    """A model.

    Attributes:
        path: its file.
        name: what lists call it.
        score: macro F1 on its held-out photos; None if it does not say.
        ships: whether it came with the program.
    """

    path: Path
    name: str
    score: float | None
    ships: bool


def known_starts(project: Project) -> list[KnownStart]:
    """The project's models, the newest first, then those that ship; reads headers only."""
    from rvergui.project.models import known_models
    from rvergui.rvernet.checkpoint import read_header
    from rvergui.training.choices import shipped_models

    shipped = shipped_models()
    own = [model for model in reversed(known_models(project)) if model.header is not None]
    there = {path.resolve() for path in shipped}
    starts = [
        KnownStart(model.path, model.name, model.header.metrics.get("macro_f1"), False)
        for model in own
        if model.header is not None and model.path.resolve() not in there
    ]
    return starts + [KnownStart(path, path.stem, read_header(path).metrics.get("macro_f1"), True) for path in shipped]
