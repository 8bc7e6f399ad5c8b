"""Which models can be evaluated in a project: the one in use first. Reads files, so not on the GUI thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvergui.project.store import Project


def models_to_choose(project: Project, words: tuple[str, str]) -> list[tuple[str, Path]]:
    """Name and file of each model: the one in use, the project's others from new to old, those of the program.

    ``words`` are for the one in use and for those of the program, with ``{name}``.
    """
    from rvergui.core.paths import shipped_weights
    from rvergui.project.models import known_models
    from rvergui.rvernet.checkpoint import is_checkpoint
    from rvergui.rvernet.default_model import shipped_checkpoint

    in_use, shipped = words
    known = [model for model in known_models(project) if model.header is not None]
    own = [model for model in reversed(known) if not model.in_use]
    present = [(in_use.format(name=model.name), model.path) for model in known if model.in_use]
    if project.model_path() is None:
        fallback = shipped_checkpoint(project.taxonomy().names())
        if fallback is not None:
            present.append((in_use.format(name=fallback.stem), fallback))
    used = {path for _, path in present}
    program = [path for path in sorted(shipped_weights().glob("*.safetensors")) if is_checkpoint(path)]
    return [
        *present,
        *((model.name, model.path) for model in own),
        *((shipped.format(name=path.stem), path) for path in program if path not in used),
    ]
