"""What every segmenter can do.

A photo is encoded once, then each prompt is decoded against that embedding. The answer is a few low-resolution
candidates; only the one that is looked at is brought to the photo's size, inside its box (``upsample``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Photo, Prompt


@dataclass(frozen=True)
class Embedding:
    """What a segmenter remembers of a photo.

    Attributes:
        photo_key: the photo's key.
        size: (height, width) of the photo in pixels.
        signature: which backend, weights and settings made it; an embedding of another signature is no use.
        arrays: named arrays, the backend's own.
    """

    photo_key: str
    size: tuple[int, int]
    signature: str
    arrays: Mapping[str, NDArray[Any]] = field(repr=False)


@dataclass(frozen=True)
class Candidates:
    """Masks that a prompt may have meant.

    Attributes:
        logits: (k, grid height, grid width) float32; above 0 is inside.
        scores: (k,) float32, the predicted intersection over union, nominally 0..1; networks may go a little beyond.
        scale: grid cells per photo pixel along (x, y); the centre of photo pixel i lies at grid position
            ``(i + 0.5) * scale - 0.5``. Grid cells beyond the photo are padding.
        size: (height, width) of the photo in pixels.
        finer: 1 if the logits are interpolated straight to the photo. A larger number if first to a grid that many
            times as fine, which is cut to the photo, and from there to the photo, as the networks of the SAM family do.
    """

    logits: NDArray[np.float32] = field(repr=False)
    scores: NDArray[np.float32]
    scale: tuple[float, float]
    size: tuple[int, int]
    finer: int = 1

    def __len__(self) -> int:
        return int(self.logits.shape[0])

    @property
    def best(self) -> int:
        """The index of the candidate with the highest score."""
        return int(np.argmax(self.scores))


@runtime_checkable
class Segmenter(Protocol):
    """A backend. Made, used and dropped on one thread (the model thread in the window).

    What a backend may have besides, all of it looked up by name:

    - ``why`` (str): why it runs where it runs, one or two sentences; ``progress_text`` (str): what it is busy with
      besides answering, a few words. Both, like ``description``, may change with time.
    - ``on_change`` (callable or None): set by whoever wants to hear of such a change; may be called from any thread.
      ``refresh()`` is then called on the segmenter's own thread.
    - ``close()``: another backend takes over; what is still under way is to be ended.
    - ``keep_embeddings`` (bool, True if absent): whether embeddings may be kept on disk for later sessions.
    - ``encode_steps`` (``StepwiseSegmenter``).
    """

    name: str
    """The registry's name of the backend, e.g. "grabcut"."""

    signature: str
    """Backend, weights and settings in one string; embeddings carry it."""

    description: str
    """For the status bar, e.g. "SAM ViT-B on CPU"."""

    def encode(self, photo: Photo) -> Embedding:
        """Look at a photo once. May take seconds."""
        ...

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """The candidates for ``prompt`` (not empty, inside the photo), at least one, in the order Tab cycles them.

        ``previous`` are the candidates of the same object before its last click, for backends that refine them.
        """
        ...


@runtime_checkable
class StepwiseSegmenter(Protocol):
    """A backend that can be interrupted while it looks at a photo. ``encode_steps`` may be None where it cannot."""

    def encode_steps(self, photo: Photo) -> Iterator[Embedding | float | None]:
        """``encode`` in steps of about a tenth of a second at most; clicks on other photos are decoded in between.

        Yields how much is done, 0..1 (None where it is not known), and at last the embedding. At most one iterator is
        unfinished at a time: it is closed when another photo is more urgent, and then gives up what it is doing.
        """
        ...
