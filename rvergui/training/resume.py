"""A training on disk: written whole beside its checkpoint, read back to the step.

What comes after is the same to the bit as without an interruption: order and variety are drawn from the seed and the
epoch, everything else that a step depends on is in the file.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.training.events import Confusion
from rvergui.training.metrics import Scores
from rvergui.training.options import TrainOptions

VERSION = 1
# These may differ between the two halves of a training: where it runs, what it writes besides, how it is told of.
_FREE = frozenset(
    {
        "source",
        "out",
        "start_from",
        "teacher",
        "weights",
        "resume",
        "state_seconds",
        "last",
        "log_dir",
        "tensorboard",
        "workers",
        "threads",
        "half",
        "device",
        "patience",
        "pixel_limit",
    }
)


def state_path(out: Path) -> Path:
    """Where the state of a training to ``out`` lies."""
    return out.with_name(f"{out.stem}.resume.pt")


def description(options: TrainOptions, classes: list[str], fingerprint: str, train: list[int], val: list[int]) -> str:
    """What has to be the same for a training to go on, as JSON."""
    settings = options.model_dump(mode="json", exclude=set(_FREE))
    for name in ("start_from", "teacher"):
        path = getattr(options, name)
        settings[name] = path.name if path is not None else None
    return json.dumps(
        {"options": settings, "classes": classes, "data": fingerprint, "train": train, "val": val}, ensure_ascii=False
    )


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        epoch: the one under way, counted from 1.
        done: steps of it.
        losses: of these, and how many items each had.
        best: the scores of the best epoch so far.
        stale: epochs since.
        seconds: spent so far.
    """

    epoch: int = 1
    done: int = 0
    losses: list[tuple[float, int]] = field(default_factory=list)
    best: Scores | None = None
    stale: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), default=lambda value: value.model_dump(), ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> Progress:
        """What ``line`` gave; ValueError, KeyError or TypeError if it is something else."""
        fields = json.loads(line)
        best = fields["best"]
        if best is not None:
            confused = tuple(Confusion(**pair) for pair in best["confused"])
            best = Scores(**{**best, "confused": confused})
        return cls(**{**fields, "best": best, "losses": [(float(loss), int(n)) for loss, n in fields["losses"]]})


def random_states(device: torch.device) -> dict[str, Tensor]:
    """Where torch's generators are."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def set_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Put torch's generators where they were."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)


def save_state(
    out: Path, about: str, progress: Progress, learner: dict[str, Any], random: list[dict[str, Tensor]]
) -> None:
    """Write a training's state beside ``out``.

    Args:
        out: the checkpoint that is being made.
        about: see ``description``.
        progress: how far it is.
        learner: see ``Learner.state``.
        random: of each process.

    Raises:
        RverError: it cannot be written; what was there before is kept.
    """
    parts = {"version": VERSION, "about": about, "progress": progress.line(), "learner": learner, "random": random}
    with replacing(state_path(out)) as neighbour:
        try:
            torch.save(parts, neighbour)
        except RuntimeError as error:  # torch's word for a full disk
            raise OSError(str(error).splitlines()[0][:120]) from error


@dataclass(frozen=True)
class Saved:
    """What ``save_state`` wrote."""

    progress: Progress
    learner: dict[str, Any]
    random: list[dict[str, Tensor]]


def load_state(out: Path, about: str) -> Saved | None:
    """The state beside ``out``; None if there is none.

    Raises:
        RverError: it is damaged, or of a training with other settings or data; the sentence says which.
    """
    path = state_path(out)
    if not path.exists():
        return None
    try:
        parts = torch.load(path, weights_only=True, map_location="cpu")
        if parts["version"] != VERSION:
            raise ValueError(f"version {parts['version']}")
        before = json.loads(parts["about"])
        saved = Saved(Progress.parse(parts["progress"]), dict(parts["learner"]), list(parts["random"]))
    except (OSError, RuntimeError, KeyError, ValueError, EOFError, TypeError, pickle.UnpicklingError) as error:
        raise RverError(
            f"The interrupted training {path.name} in {path.parent} is damaged or of another version; remove it and "
            "train anew."
        ) from error
    other = _difference(before, json.loads(about))
    if other:
        raise RverError(
            f"The interrupted training {path.name} in {path.parent} had {other}; train as it was begun, or without "
            "going on with it."
        )
    if saved.progress.best is not None and not out.exists():
        raise RverError(
            f"{out.name}, the best epoch of the interrupted training, is gone from {out.parent}; put it back, or train "
            "without going on."
        )
    return saved


def forget_state(out: Path, before: float | None = None) -> None:
    """Remove the state of a training that is complete; only one from before the time ``before``, if given."""
    path = state_path(out)
    try:
        if before is None or path.stat().st_mtime < before:
            path.unlink()
    except FileNotFoundError:
        return


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """What differs, for people; empty if nothing does."""
    for name, value in now["options"].items():
        earlier = before["options"].get(name)
        if earlier != value:
            return f"{name.replace('_', '-')} = {earlier}, not {value}"
    if before["classes"] != now["classes"]:
        return "other classes"
    same = all(before[part] == now[part] for part in ("data", "train", "val"))
    return "" if same else "other photos or labels"
