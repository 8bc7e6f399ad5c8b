"""Where the program's own files are: in an installed wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

from rvergui.core.errors import RverError

_PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    checkout = _PACKAGE.parent / name
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise RverError(f"The folder {name} of the program is missing from {_PACKAGE}; install RveRGUI again.")


def resources() -> Path:
    """The folder with icons, class lists, translations and sample meals."""
    return _folder("resources")


def shipped_weights() -> Path:
    """The folder with the networks that come with the program; it may be empty of weights."""
    return _folder("weights")
