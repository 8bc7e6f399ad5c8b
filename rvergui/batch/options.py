"""How whole folders are looked at. Plain data that travels to other processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT


@dataclass(frozen=True)
class PredictOptions:
    """How photos are looked at.

    Attributes:
        segmenter: the registry's name; None takes the default.
        segmenter_checkpoint: its weights; None lets it look for its own.
        model: the checkpoint that names; None names nothing.
        top: how many names an object gets at most.
        min_probability: names less likely than this are not given.
        named_only: objects without a name are left out.
        pixel_limit: the most pixels of a photo that are opened.
    """

    segmenter: str | None = None
    segmenter_checkpoint: Path | None = None
    model: Path | None = None
    top: int = 1
    min_probability: float = 0.0
    named_only: bool = False
    pixel_limit: int = DEFAULT_PIXEL_LIMIT

    def record(self) -> dict[str, Any]:
        """As JSON can hold it; a run can only go on with the same."""
        paths = {
            key: None if value is None else str(value) for key, value in asdict(self).items() if "Path" in _TYPES[key]
        }
        return {**asdict(self), **paths}


_TYPES = {name: str(kind) for name, kind in PredictOptions.__annotations__.items()}
