"""The three choices of a retraining: what is trained, how long, and from which model. No torch here.

Window and command line say them in the same words and turn them into ``TrainOptions`` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rvergui.core import RverError
from rvergui.core.paths import shipped_weights

SUFFIX = ".safetensors"
PROJECT_SUFFIX = ".rver"


class What(StrEnum):
    """What learns."""

    HEAD = "head"  # what joins the features of frozen backbones
    LAST_BLOCKS = "last-blocks"  # that and the last blocks of the backbones
    EVERYTHING = "everything"


class Start(StrEnum):
    """Where a network begins if it is not a checkpoint."""

    IMAGENET = "imagenet"  # pre-trained backbones, as far as they are found on this machine
    SCRATCH = "scratch"  # random weights


FREEZE: Mapping[What, str] = MappingProxyType(
    {What.HEAD: "backbones", What.LAST_BLOCKS: "early", What.EVERYTHING: "none"}
)

# "Until it stops getting better": so many epochs at most, and so many without a better one. An epoch of a head alone
# takes a fraction of a second, and small steps make its scores flutter.
_LONGEST: Mapping[What, tuple[int, int]] = MappingProxyType(
    {What.HEAD: (150, 15), What.LAST_BLOCKS: (60, 6), What.EVERYTHING: (60, 6)}
)


def until_best(what: What) -> dict[str, int]:
    """The options of a training that ends when nothing gets better."""
    epochs, patience = _LONGEST[what]
    return {"epochs": epochs, "patience": patience}


def start_options(text: str, source: Path) -> dict[str, Any]:
    """The options of a start that is named in words.

    Args:
        text: a file; the name of a model in the project's folder of models; the name of a model that ships, such as
            "groceries"; or a value of ``Start``.
        source: the project, or a folder of pairs, which has no models.

    Raises:
        RverError: there is no such model; the sentence lists what there is.
    """
    typed = Path(text).expanduser()
    if typed.suffix == SUFFIX or typed.is_file():
        return {"start_from": typed}
    if text == Start.SCRATCH:
        return {"scratch": True}
    if text == Start.IMAGENET:
        return {}
    own = {path.stem: path for path in _models_of(source)}
    shipped = {path.stem: path for path in shipped_models()}
    found = own.get(text) or shipped.get(text)
    if found is None:
        raise RverError(
            f"There is no model “{text}” to start from; there are {', '.join([*own, *shipped, *Start])}, or name a "
            f"file (*{SUFFIX})."
        )
    return {"start_from": found}


def shipped_models() -> list[Path]:
    """The models that come with the program and can be continued."""
    from rvergui.rvernet.checkpoint import is_checkpoint

    return [path for path in sorted(shipped_weights().glob(f"*{SUFFIX}")) if is_checkpoint(path)]


def _models_of(source: Path) -> list[Path]:
    if source.suffix.lower() != PROJECT_SUFFIX:
        return []
    folder = source.with_suffix(".models")
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
