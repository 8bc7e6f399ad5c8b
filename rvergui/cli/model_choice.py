"""Which model a command means: a file, a name that a project knows, or the one that the project names with."""

from __future__ import annotations

from pathlib import Path

from rvergui.cli.open_window import PROJECT_SUFFIX, check_file
from rvergui.core.errors import RverError


def chosen_model(text: Path | None, data: Path) -> Path:
    """The file of a model for ``data``.

    Args:
        text: a file, or a name that “rvergui models list” shows where ``data`` is a project; None: the model that the
            project names with.
        data: a project, or labelled data of any kind.

    Raises:
        RverError: there is no such model, or none was named and ``data`` is no project.
    """
    if data.suffix.lower() != PROJECT_SUFFIX or not data.is_file():
        if text is None:
            raise RverError(f"{data} is no project, so say which model: --checkpoint MODEL.safetensors.")
        check_file(text, "checkpoint")
        return text
    if text is not None and text.is_file():
        return text
    from rvergui.project import Project
    from rvergui.project.models import SUFFIX, find_model

    with Project.open(data, read_only=True) as project:
        if text is not None:
            if text.suffix == SUFFIX and not (project.models_folder / text).is_file():
                check_file(text, "checkpoint")
            return find_model(project, str(text))
        chosen, classes = project.model_path(), project.taxonomy().names()
    if chosen is not None:
        check_file(chosen, "model")
        return chosen
    from rvergui.rvernet.default_model import shipped_checkpoint

    shipped = shipped_checkpoint(classes)
    if shipped is None:
        raise RverError(f"{data.name} has no model yet; train one, or say which: --checkpoint MODEL.safetensors.")
    return shipped


def model_and_data(words: list[Path], checkpoint: Path | None) -> tuple[Path, Path]:
    """The model and the data of a command that is called as ``[MODEL] DATA [--checkpoint MODEL]``.

    Raises:
        RverError: too many words, the model is given twice, or there is none.
    """
    if len(words) > 2 or (len(words) == 2 and checkpoint is not None):
        raise RverError("Give one model and one set of data: rvergui evaluate DATA --checkpoint MODEL.")
    model = words[0] if len(words) == 2 else checkpoint
    return chosen_model(model, words[-1]), words[-1]
