"""What is asked of the engine and what it answers: immutable values that travel between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Point, Prompt, Suggestion


class Priority(IntEnum):
    """Who goes first when several requests wait."""

    CLICK = 0
    PREVIEW = 1
    CLASSIFY = 2
    PREPARE = 3
    PREFETCH = 4


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo by its file; the engine opens it with the program's one loader and checks the key."""

    key: str
    path: Path
    pixel_limit: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """Base of all requests.

    Attributes:
        generation: grows with every request; results carry it, so a stale one can be told.
        lane: of the waiting requests in one lane only the newest is answered; "" answers all.
        priority: smaller goes first.
    """

    generation: int = 0
    lane: str = ""
    priority: Priority = Priority.CLASSIFY


@dataclass(frozen=True, kw_only=True)
class UseSegmenter(Request):
    """Segment with this backend from now on."""

    name: str
    checkpoint: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class UseModel(Request):
    """Name foods with this checkpoint (None: the best that ships, else an untrained network) from now on."""

    checkpoint: Path | None
    classes: tuple[str, ...]
    lane: str = "model"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Encode(Request):
    """Look at a photo, so that clicks on it are quick."""

    photo: PhotoRef
    lane: str = "encode"
    priority: Priority = Priority.PREPARE


@dataclass(frozen=True, kw_only=True)
class Decode(Request):
    """Segment what the prompt means; ``fresh`` starts a new object, otherwise earlier candidates are refined."""

    photo: PhotoRef
    prompt: Prompt
    fresh: bool
    lane: str = "decode"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Choose(Request):
    """Show another of the last candidates."""

    photo: PhotoRef
    index: int
    lane: str = "decode"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Preview(Request):
    """Segment what a click at ``point`` would give, without taking it."""

    photo: PhotoRef
    point: Point
    lane: str = "preview"
    priority: Priority = Priority.PREVIEW


@dataclass(frozen=True, kw_only=True)
class Classify(Request):
    """Name the objects under these masks."""

    photo: PhotoRef
    masks: tuple[Mask, ...]
    lane: str = "classify"
    priority: Priority = Priority.CLASSIFY


@dataclass(frozen=True, kw_only=True)
class Quit(Request):
    """Leave."""

    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Result:
    """Base of all results; ``generation`` is the request's."""

    generation: int


@dataclass(frozen=True, kw_only=True)
class SegmenterReady(Result):
    """The segmenter can be asked."""

    name: str
    description: str
    ms: float


@dataclass(frozen=True, kw_only=True)
class ModelReady(Result):
    """The naming network can be asked; ``checkpoint`` is its file, None for an untrained one."""

    name: str
    trained: bool
    start: str
    classes: tuple[str, ...]
    metrics: Mapping[str, float]
    device: str
    checkpoint: Path | None
    ms: float


@dataclass(frozen=True, kw_only=True)
class Encoded(Result):
    """A photo has been looked at."""

    photo_key: str
    ms: float


@dataclass(frozen=True, kw_only=True)
class Decoded(Result):
    """A mask for a prompt: candidate ``index`` of ``count``."""

    photo_key: str
    mask: Mask
    index: int
    count: int
    score: float
    ms: float


@dataclass(frozen=True, kw_only=True)
class Previewed(Result):
    """The mask that a click at ``point`` would give."""

    photo_key: str
    point: Point
    mask: Mask


@dataclass(frozen=True)
class MaskNaming:
    """What the network says of one mask, and the two views it received, (size, size, 3) uint8 each."""

    mask: Mask
    suggestions: tuple[Suggestion, ...]
    roi_view: NDArray[np.uint8] = field(repr=False)
    extra_view: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Classified(Result):
    """Names for masks, in the order asked. Without a model yet, the views only (no suggestions)."""

    photo_key: str
    namings: tuple[MaskNaming, ...]
    model: str | None
    ms: float


@dataclass(frozen=True, kw_only=True)
class Failed(Result):
    """A request could not be answered; ``message`` is one sentence for the user."""

    request: Request
    message: str
