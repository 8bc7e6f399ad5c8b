"""Which network names where nobody opened a window to choose one."""

from __future__ import annotations

from pathlib import Path

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import read_header
from rvergui.rvernet.default_model import shipped_checkpoint
from rvergui.samples import SAMPLE_CLASSES

PROJECT_SUFFIX = ".rver"


def model_of(source: Path | None) -> tuple[Path, str]:
    """The checkpoint to name with.

    Args:
        source: a checkpoint, or a project for the one that is in use there; None takes the one that came along.

    Returns:
        The checkpoint's file, and a sentence that people should be told ("" if there is none).

    Raises:
        RverError: there is no such checkpoint, or it cannot be used.
    """
    if source is None:
        shipped = shipped_checkpoint(SAMPLE_CLASSES)
        if shipped is None:
            raise RverError("No network came along with the program; give one of yours with --model.")
        known = len(read_header(shipped).classes)
        return shipped, (
            f"Names come from the network that came along, which knows the {known} foods of the sample meals; for "
            "other photos give one that you have trained (--model)."
        )
    if source.suffix.lower() == PROJECT_SUFFIX:
        source = _chosen_in(source)
    read_header(source)  # what is wrong with it is told before anything takes long
    return source.absolute(), ""


def _chosen_in(project: Path) -> Path:
    from rvergui.project.store import Project

    with Project.open(project, read_only=True) as opened:
        chosen, names = opened.model_path(), opened.taxonomy().names()
    if chosen is None:
        chosen = shipped_checkpoint(names)
    if chosen is None:
        raise RverError(f"No trained network is in use in {project.name}; train one first, or give a checkpoint.")
    if not chosen.is_file():
        raise RverError(
            f"The network of {project.name}, {chosen.name}, is no longer in {chosen.parent}; choose another."
        )
    return chosen
