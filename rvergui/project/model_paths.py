"""How the checkpoint of a project is found again: beside its photos, or among what comes with the program."""

from __future__ import annotations

from pathlib import Path

from rvergui.core.paths import shipped_weights
from rvergui.project.photo_paths import PhotoPaths

# Not a path on any system that a project travels to, so that it cannot be taken for one.
SHIPPED = "shipped://"


def stored_model(path: Path, paths: PhotoPaths) -> str:
    """What to store for the checkpoint ``path``.

    One that comes with the program is stored by its name: the next version of the program lies somewhere else.
    """
    if path.resolve().parent == shipped_weights().resolve():
        return f"{SHIPPED}{path.name}"
    return paths.stored(path)


def model_file(stored: str, paths: PhotoPaths) -> Path:
    """The file that a stored checkpoint stands for."""
    if stored.startswith(SHIPPED):
        return shipped_weights() / Path(stored.removeprefix(SHIPPED)).name
    return paths.absolute(stored)
