"""Looking at photos: at most one at a time, in steps, and never twice at the same one.

An embedding is taken from memory, else from disk, else made. What was made and is worth it is written to disk by a
thread of its own, after the answer has been sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from rvergui.core import Photo, RverError
from rvergui.engine.messages import EncodeProgress
from rvergui.engine.photos import Steps
from rvergui.engine.recent import LeastRecentlyUsed
from rvergui.segment.answers import look_in_steps, steps_of
from rvergui.segment.embedding_store import EmbeddingStore
from rvergui.segment.protocol import Embedding, Segmenter

EMBEDDINGS_KEPT = 8
# Reading the photo and looking at it again takes no longer than this: not worth a place on disk.
WORTH_KEEPING_S = 0.05


@dataclass
class Encoding:
    """A photo that is being looked at.

    Attributes:
        segmenter: who looks.
        photo: at what.
        reading: seconds it took to read that.
        seconds: the work so far.
        share: how much is done, 0..1, None if the segmenter does not know.
        embedding: the outcome.
        error: why there is none.
    """

    segmenter: Segmenter
    photo: Photo
    reading: float
    seconds: float = 0.0
    share: float | None = None
    embedding: Embedding | None = None
    error: Exception | None = None
    _steps: Iterator[Embedding | float | None] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = look_in_steps(self.segmenter, self.photo)

    @property
    def ended(self) -> bool:
        """Whether there is an outcome."""
        return self.embedding is not None or self.error is not None

    def step(self) -> None:
        """Work on."""
        begin = time.perf_counter()
        try:
            said = next(self._steps)
        except Exception as error:  # noqa: BLE001 - kept, and raised for everybody who waits for this photo
            self.error = error
        else:
            if isinstance(said, Embedding):
                self.embedding = said
            else:
                self.share = said
        self.seconds += time.perf_counter() - begin

    def close(self) -> None:
        """Give up what is not finished."""
        close: Callable[[], None] | None = getattr(self._steps, "close", None)
        if close is not None:
            close()


class Encoder:
    """Owns the segmenter and what it has seen.

    Args:
        store: embeddings on disk; None keeps them in memory only.
    """

    def __init__(self, store: EmbeddingStore | None) -> None:
        self._store = store
        self._memory: LeastRecentlyUsed[Embedding] = LeastRecentlyUsed(EMBEDDINGS_KEPT)
        self._took: LeastRecentlyUsed[float] = LeastRecentlyUsed(EMBEDDINGS_KEPT)
        self._underway: Encoding | None = None
        self._to_write: list[Embedding] = []
        self._writing: dict[str, Embedding] = {}
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine-write")
        self._segmenter: Segmenter | None = None
        self._longest_step: float | None = None

    @property
    def segmenter(self) -> Segmenter:
        """The segmenter in use.

        Raises:
            RverError: there is none.
        """
        if self._segmenter is None:
            raise RverError("No segmenter is loaded; choose one from the Segment menu.")
        return self._segmenter

    def use(self, segmenter: Segmenter) -> None:
        """Look with another segmenter from now on."""
        self._drop_underway()
        self._close_segmenter()
        self._segmenter = segmenter
        self._longest_step = None

    def refresh(self) -> None:
        """Let the segmenter take in what has changed around it."""
        refresh: Callable[[], object] | None = getattr(self._segmenter, "refresh", None)
        if refresh is not None:
            refresh()

    @property
    def longest_step(self) -> float | None:
        """How many seconds a click may have to wait while a photo is looked at; None if that is not known yet."""
        if self._longest_step is None and self._segmenter is not None and steps_of(self._segmenter) is not None:
            return 0.0  # most likely short; the first one will show
        return self._longest_step

    @property
    def underway(self) -> str | None:
        """The key of the photo that is looked at and not finished."""
        return self._underway.photo.key if self._underway is not None else None

    def at_hand(self, key: str) -> Embedding | None:
        """The embedding of the photo with this key, if it is in memory or on disk."""
        name = self._name(key)
        found = self._memory.find(name) or self._writing.get(name)
        if found is None and self._store is not None:
            found = self._store.get(key, self.segmenter.signature)
        return None if found is None else self._memory.keep(name, found)

    def took(self, key: str) -> float:
        """How many seconds looking at the photo with this key took, without what went in between; 0 if long ago."""
        return self._took.get(self._name(key), 0.0)

    def is_kept(self, key: str) -> bool:
        """Whether ``at_hand`` would most likely find it; nothing is read."""
        return self._name(key) in self._memory or (
            self._store is not None and self._store.has(key, self.segmenter.signature)
        )

    def embedding(self, key: str, read: Callable[[], Steps[Photo]]) -> Steps[Embedding]:
        """The embedding of the photo with ``key``, which ``read`` fetches if it has to be looked at.

        Several may wait for the same photo at once; whoever is asked for the next step works for all of them.

        Raises:
            RverError: there is no segmenter, or it or the file failed.
        """
        self.refresh()
        found: Embedding | None = None
        photo: Photo | None = None
        reading = 0.0
        mine: Encoding | None = None
        while found is None:
            # Between two steps anything may have happened: another segmenter, another photo, the very same one.
            if mine is None or mine.segmenter is not self.segmenter or (mine is not self._underway and not mine.ended):
                found = self.at_hand(key)
                if found is not None:
                    break
                if self._underway is None or self._underway.photo.key != key:
                    if photo is None:
                        begin = time.perf_counter()
                        photo = yield from read()
                        reading = time.perf_counter() - begin
                        continue
                    self._begin(photo, reading)
                mine = self._underway
                assert mine is not None
            if not mine.ended:
                before = mine.seconds
                mine.step()
                self._longest_step = max(self._longest_step or 0.0, mine.seconds - before)
                if mine.ended:
                    self._finish(mine)
            if mine.error is not None:
                raise mine.error
            found = mine.embedding
            yield None if mine.ended or mine.share is None else _progress(key, mine.share)
        return found

    def tidy(self) -> None:
        """Have written what is worth it. Called when nobody waits for an answer."""
        for embedding in self._to_write:
            self._writing[_name(embedding.signature, embedding.photo_key)] = embedding
            self._writer.submit(self._write, embedding)
        self._to_write.clear()

    def _write(self, embedding: Embedding) -> None:
        """On the writer's thread."""
        if self._store is not None:
            self._store.put(embedding)
        self._writing.pop(_name(embedding.signature, embedding.photo_key), None)

    def close(self) -> None:
        """End what is under way; what was made is still written."""
        self._drop_underway()
        self._close_segmenter()
        self.tidy()
        self._writer.shutdown(wait=True)

    def _name(self, key: str) -> str:
        return _name(self.segmenter.signature, key)

    def _begin(self, photo: Photo, reading: float) -> None:
        self._drop_underway()
        self._underway = Encoding(self.segmenter, photo, reading)

    def _finish(self, encoding: Encoding) -> None:
        self._underway = None
        embedding = encoding.embedding
        if embedding is None:
            return
        name = _name(embedding.signature, encoding.photo.key)
        self._memory.keep(name, embedding)
        self._took.keep(name, encoding.seconds)
        if encoding.reading + encoding.seconds >= WORTH_KEEPING_S and getattr(
            encoding.segmenter, "keep_embeddings", True
        ):
            self._to_write.append(embedding)

    def _drop_underway(self) -> None:
        if self._underway is not None:
            self._underway.close()
            self._underway = None

    def _close_segmenter(self) -> None:
        close: Callable[[], None] | None = getattr(self._segmenter, "close", None)
        if close is not None:
            close()


def _name(signature: str, key: str) -> str:
    return f"{signature}/{key}"


def _progress(key: str, share: float) -> EncodeProgress:
    return EncodeProgress(generation=0, photo_key=key, share=share)
