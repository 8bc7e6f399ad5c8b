"""The models of a project as a list shows them; read in the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from rvergui.gui import counted
from rvergui.project.models import KnownModel, known_models

if TYPE_CHECKING:
    from rvergui.project.store import Project
    from rvergui.rvernet.checkpoint import CheckpointHeader

translate = QCoreApplication.translate
_FEW = 12


@dataclass(frozen=True)
class ListedModel:
    """One line: a model, or the one that comes with the program (``path`` None)."""

    path: Path | None
    header: CheckpointHeader | None = field(default=None, repr=False)
    problem: str = ""
    in_use: bool = False
    chosen: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.stem if self.path is not None else translate("Models", "the model that comes with the program")

    @property
    def usable(self) -> bool:
        """Whether it can name."""
        return not self.problem

    def score(self, name: str) -> float | None:
        """One of its scores on what its training held out, if known."""
        return self.header.metrics.get(name) if self.header is not None else None


@dataclass(frozen=True)
class Models:
    """All that the history shows.

    Attributes:
        lines: the newest first, what cannot be read last but one, the program's own last.
        before: where going back leads; itself None if nowhere, its path None for the program's own.
        read_only: whether no choice can be kept.
    """

    lines: tuple[ListedModel, ...]
    before: ListedModel | None
    read_only: bool


def read_models(project: Project) -> Models:
    """Read the headers of all models, not on the GUI thread.

    Raises:
        RverError: the project cannot be read.
    """
    known = known_models(project)
    readable = [_listed(each) for each in reversed(known) if each.header is not None]
    broken = [_listed(each) for each in known if each.header is None]
    own = ListedModel(None, in_use=project.model_path() is None)
    trail = project.model_trail()
    before = ListedModel(trail[-2]) if len(trail) > 1 else None
    return Models((*readable, *broken, own), before, project.read_only)


def _listed(model: KnownModel) -> ListedModel:
    return ListedModel(model.path, model.header, model.problem, model.in_use, model.chosen)


def when(header: CheckpointHeader) -> str:
    """When a model was made, as people here write it."""
    try:
        return _in_words(datetime.fromisoformat(header.created))
    except ValueError:
        return header.created


def _in_words(at: datetime) -> str:
    moment = QDateTime.fromSecsSinceEpoch(round(at.timestamp()))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def facts(model: ListedModel) -> Iterator[tuple[str, str]]:
    """What is known of a model, as pairs of words."""
    if model.problem:
        yield translate("Models", "Cannot be used"), model.problem
    header = model.header
    if header is None:
        if model.path is None:
            yield translate("Models", "Names"), translate("Models", "dishes of the sample meals, or nothing yet")
        return
    training = header.training
    shown = ", ".join(header.classes[:_FEW])
    more = translate("Models", " and {count} more").format(count=len(header.classes) - _FEW)
    yield translate("Models", "Classes"), f"{len(header.classes)}: {shown}{more if len(header.classes) > _FEW else ''}"
    yield translate("Models", "Learnt from"), _data(header)
    yield translate("Models", "Judged by"), _judged(header)
    branches = " + ".join(name for name in (header.roi_backbone, header.plan.second) if name)
    yield translate("Models", "Network"), f"{branches}, {header.preprocessing.kind}, {header.preprocessing.size} px"
    said = {name: training[name] for name in _SETTINGS if training.get(name) not in (None, "none", False)}
    if said:
        yield translate("Models", "Settings"), ", ".join(f"{name.replace('_', ' ')} {v}" for name, v in said.items())
    if model.chosen is not None:
        yield translate("Models", "Last chosen"), _in_words(model.chosen)
    yield translate("Models", "File"), str(model.path)


_SETTINGS = (
    "recipe",
    "freeze",
    "epoch",
    "epochs",
    "batch_size",
    "learning_rate",
    "balance",
    "teacher",
    "seed",
    "device",
)


def _data(header: CheckpointHeader) -> str:
    items = header.training.get("train_items")
    if items is None:
        return translate("Models", "not recorded")
    text = translate("Models", "{objects}; {photos}, with what its parents learnt from")
    return text.format(objects=counted.objects(items), photos=counted.photos(len(header.photos_seen)))


def _judged(header: CheckpointHeader) -> str:
    items = header.training.get("val_items")
    if items is None:
        return translate("Models", "not recorded")
    text = translate("Models", "{objects} on {photos}, held out")
    return text.format(objects=counted.objects(items), photos=counted.photos(len(header.photos_held_out)))
