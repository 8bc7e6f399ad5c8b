"""A training in stages, each from where the one before ended: small pictures first, which take a fraction of the time.

What a network of convolutions has learnt from small pictures it need not learn again from large ones; it only has to
get used to them (progressive resizing).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rvergui.core.atomic import write_text
from rvergui.training.events import Event
from rvergui.training.options import TrainOptions
from rvergui.training.run import train

# Belong to a new network; the stages after the first take them from the checkpoint that they go on from.
_OF_A_NEW_NETWORK = ("roi", "extra_roi", "features", "integration", "shared", "looks_at", "hidden", "preprocessing")


def train_stages(
    common: Mapping[str, Any], stages: Sequence[Mapping[str, Any]], out: Path, emit: Callable[[Event], None]
) -> Path:
    """Train one network stage by stage.

    Interrupted, the same call goes on where it was: a finished stage is not done again, an unfinished one goes on.

    Args:
        common: options of all stages.
        stages: what differs from stage to stage, at least one; later stages start from the stage before.
        out: the last stage's checkpoint; those before it are OUT.stage1.safetensors and so on beside it.
        emit: receives every stage's events.

    Returns:
        ``out``.

    Raises:
        RverError: as ``train``.
    """
    parent: Path | None = None
    for number, stage in enumerate(stages, start=1):
        file = out if number == len(stages) else out.with_suffix(f".stage{number}.safetensors")
        words: dict[str, Any] = {**common, **stage}
        if parent is not None:
            words = {name: value for name, value in words.items() if name not in _OF_A_NEW_NETWORK}
        done = file.with_suffix(".done")
        if not (done.exists() and file.exists()):
            train(TrainOptions(out=file, start_from=parent, resume=True, **words), emit)
            write_text(done, "")
        parent = file
    return out
