"""What is asked of the engine and what it answers: immutable values that travel between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Mask, Point, Prompt, Suggestion
from rvergui.rvernet.instant_names import Impression
from rvergui.segment.ground import Ground
from rvergui.segment.proposal import Proposal


class Priority(IntEnum):
    """Who goes first when several requests wait. Long work pauses for whoever is more urgent."""

    CONTROL = 0
    CLICK = 1
    PREVIEW = 2
    CLASSIFY = 3
    PREPARE = 4
    PREFETCH = 5


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo by its file; the engine opens it with the program's one loader and checks the key.

    A photo that was never opened has no key yet; only ``Prefetch`` and ``CutBoxes`` take those ("").
    """

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
    priority: Priority = Priority.CONTROL


@dataclass(frozen=True, kw_only=True)
class UseModel(Request):
    """Name foods with this checkpoint (None: the best that ships, else an untrained network) from now on."""

    checkpoint: Path | None
    classes: tuple[str, ...]
    lane: str = "model"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Encode(Request):
    """This photo is shown from now on: look at it, so that clicks on it are quick.

    Earlier requests for masks on other photos are then answered no more.
    """

    photo: PhotoRef
    lane: str = "encode"
    priority: Priority = Priority.PREPARE


@dataclass(frozen=True, kw_only=True)
class Prefetch(Request):
    """Look at these photos too, in this order, when there is nothing else to do; the next ``Encode`` ends it."""

    photos: tuple[PhotoRef, ...]
    lane: str = "prefetch"
    priority: Priority = Priority.PREFETCH


@dataclass(frozen=True, kw_only=True)
class Decode(Request):
    """Segment what the prompt means; ``fresh`` starts a new object, otherwise earlier candidates are refined.

    With a ``ground`` the mask there is changed by what the new clicks change, see ``rvergui.segment.refine``. ``tidy``
    takes specks away that no one could have meant.
    """

    photo: PhotoRef
    prompt: Prompt
    fresh: bool
    ground: Ground | None = None
    tidy: bool = True
    lane: str = "decode"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Choose(Request):
    """Show another candidate of the ``prompt`` on the ``ground``, which was decoded before."""

    photo: PhotoRef
    prompt: Prompt = field(default_factory=Prompt)
    index: int
    ground: Ground | None = None
    tidy: bool = True
    lane: str = "decode"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Preview(Request):
    """Segment what a click at ``point`` would give, without taking it. Fails if the photo was not looked at yet."""

    photo: PhotoRef
    point: Point
    tidy: bool = True
    lane: str = "preview"
    priority: Priority = Priority.PREVIEW


@dataclass(frozen=True, kw_only=True)
class Classify(Request):
    """Name the objects under these masks.

    Attributes:
        photo: which photo.
        masks: on it.
        learnt: False lets the network speak alone, as it was trained.
        own: the lesson of each mask (``Lesson.id``), "" if there is none: an object that was learnt from is named by
            what was learnt from others. Empty if no mask has one.
    """

    photo: PhotoRef
    masks: tuple[Mask, ...]
    learnt: bool = True
    own: tuple[str, ...] = ()
    lane: str = "classify"
    priority: Priority = Priority.CLASSIFY


@dataclass(frozen=True, kw_only=True)
class Refresh(Request):
    """The segmenter has news of itself (the host's own request)."""

    priority: Priority = Priority.PREPARE


@dataclass(frozen=True, kw_only=True)
class FindAll(Request):
    """Look for everything on a photo that ``known`` does not cover; answered by many ``Found``, clicks go between."""

    photo: PhotoRef
    known: tuple[Mask, ...] = ()
    lane: str = "find"
    priority: Priority = Priority.PREPARE


@dataclass(frozen=True, kw_only=True)
class CutBoxes(Request):
    """Segment what is in each of these boxes, on whatever photo; clicks go between."""

    photo: PhotoRef
    boxes: tuple[Box, ...]
    lane: str = "boxes"
    priority: Priority = Priority.PREPARE


@dataclass(frozen=True, kw_only=True)
class StopFinding(Request):
    """End a search (or what else is asked in its ``lane``) that is under way or waits; not answered."""

    photo: PhotoRef
    lane: str = "find"
    priority: Priority = Priority.CLICK


@dataclass(frozen=True, kw_only=True)
class Quit(Request):
    """Leave."""

    priority: Priority = Priority.CONTROL


@dataclass(frozen=True, kw_only=True)
class Result:
    """Base of all results; ``generation`` is the request's."""

    generation: int


@dataclass(frozen=True, kw_only=True)
class SegmenterReady(Result):
    """The segmenter can be asked. Comes again with the same generation when one of these has changed.

    Attributes:
        name: the registry's.
        description: for the status bar, e.g. "SAM ViT-B on CPU".
        signature: embeddings that carry it can be used.
        why: why it runs where it runs, one or two sentences.
        progress: what it is doing besides (converting itself to something faster), a few words.
        ms: how long it took to load.
    """

    name: str
    description: str
    signature: str = ""
    why: str = ""
    progress: str = ""
    ms: float


@dataclass(frozen=True, kw_only=True)
class ModelReady(Result):
    """The naming network can be asked.

    ``checkpoint`` is its file, None for an untrained one; ``why`` says in a sentence or two why it runs on ``device``.
    ``fingerprint`` is the same for the same features; "" for a network that cannot learn from names.
    ``photos_seen`` are the short keys of the photos that it was trained on, as far as recorded.
    """

    name: str
    trained: bool
    start: str
    classes: tuple[str, ...]
    metrics: Mapping[str, float]
    device: str
    checkpoint: Path | None
    why: str = ""
    fingerprint: str = ""
    photos_seen: frozenset[str] = field(default=frozenset(), repr=False)
    ms: float


@dataclass(frozen=True, kw_only=True)
class EncodeProgress(Result):
    """How far looking at a photo has come; from segmenters that can say so.

    Attributes:
        photo_key: which photo.
        share: 0..1.
    """

    photo_key: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Encoded(Result):
    """A photo has been looked at.

    Attributes:
        photo_key: which photo.
        ms: the work it took, now or earlier, without what went in between; 0 if it was kept on disk.
        kept: whether it was at hand already, in memory or on disk.
    """

    photo_key: str
    ms: float
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Prefetched(Result):
    """What could be looked at ahead has been: the keys of all that are at hand now."""

    photo_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Decoded(Result):
    """A mask for a prompt: candidate ``index`` of ``count``.

    ``candidate`` is what the segmenter offers, ``mask`` what that makes of the ground; without one they are the same.
    """

    photo_key: str
    mask: Mask
    candidate: Mask | None = None
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


@dataclass(frozen=True, kw_only=True)
class Found(Result):
    """One step of a search: new proposals, the numbers of those that something better replaced, and how far it is."""

    photo_key: str
    found: tuple[Proposal, ...]
    gone: tuple[int, ...]
    done: int
    total: int
    finished: bool


@dataclass(frozen=True, kw_only=True)
class BoxesCut(Result):
    """A mask for each box, in the order asked; None where nothing was found. ``by`` is the segmenter, for people."""

    masks: tuple[Mask | None, ...]
    by: str


@dataclass(frozen=True)
class MaskNaming:
    """What the network says of one mask, the two views it received, (size, size, 3) uint8 each, and what it saw."""

    mask: Mask
    suggestions: tuple[Suggestion, ...]
    roi_view: NDArray[np.uint8] = field(repr=False)
    extra_view: NDArray[np.uint8] = field(repr=False)
    impression: Impression | None = field(default=None, repr=False)


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
