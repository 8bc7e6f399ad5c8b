"""The models of a project: what lies in its folder, what was ever chosen, and which one names.

A header is read without torch and without touching a tensor, so a list of many models is there at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import CheckpointHeader, read_header

if TYPE_CHECKING:
    from rvergui.project.store import Project

SUFFIX = ".safetensors"
SHIPPED = "the model that comes with the program"


@dataclass(frozen=True)
class KnownModel:
    """A model that the project has or had.

    Attributes:
        path: its file, absolute.
        header: what it says of itself; None if it cannot be read.
        problem: why not, a sentence.
        in_use: whether it names dishes in the project now.
        chosen: when it was last chosen; None if never.
    """

    path: Path
    header: CheckpointHeader | None = field(repr=False)
    problem: str = ""
    in_use: bool = False
    chosen: datetime | None = None

    @property
    def name(self) -> str:
        """What lists and commands call it: its file's name."""
        return self.path.stem


def known_models(project: Project) -> list[KnownModel]:
    """Every model in the project's folder of models and every other that was ever chosen, the oldest first.

    What cannot be read (gone, damaged) is listed with its problem, at the end.
    """
    now = project.model_path()
    chosen = {path: at for at, path in project.model_choices() if path is not None}
    folder = project.models_folder
    there = [path for path in folder.glob(f"*{SUFFIX}") if path.is_file()] if folder.is_dir() else []
    paths = dict.fromkeys([*sorted(there), *chosen, *([now] if now is not None else [])])
    models = [_known(path, path == now, chosen.get(path)) for path in paths]
    return sorted(models, key=lambda m: (m.header is None, m.header.created if m.header else "", m.name))


def find_model(project: Project, text: str) -> Path:
    """The file that ``text`` means: a path, or the name of a model in the project's folder of models.

    Raises:
        RverError: there is no such file; the sentence lists what there is.
    """
    typed = Path(text).expanduser()
    inside = project.models_folder / (text if text.endswith(SUFFIX) else f"{text}{SUFFIX}")
    for path in (typed, inside):
        if path.is_file():
            return path.absolute()
    names = [model.name for model in known_models(project) if model.header is not None]
    there = f"there are: {', '.join(names)}" if names else "the project has none yet; train one first"
    raise RverError(f"There is no model “{text}” in {project.path.name}; {there}.")


def _known(path: Path, in_use: bool, chosen: datetime | None) -> KnownModel:
    try:
        return KnownModel(path, read_header(path), in_use=in_use, chosen=chosen)
    except RverError as error:
        return KnownModel(path, None, str(error), in_use, chosen)
