"""Every example at the network's size, ready for epoch after epoch.

Opening and cutting photos is the slow part of training on a CPU, so it is done once. What is kept are the parts of the
views: each photo once at the network's size, each object's close-up, and how much of each pixel is the object. A few
hundred megabytes stay in memory, more goes to a temporary file that the operating system pages in and out.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.rvernet.preprocessing import Example, Frame, Layer, Preprocessing, black_view
from rvergui.rvernet.view_layers import Patch, Shows
from rvergui.training.picture_heap import Heap, HeapWriter, Slot
from rvergui.training.sources import CutObject, CutPhoto, Work

# Above this the pictures go to a temporary file.
MEMORY_LIMIT = 512 * 1024 * 1024


class StoppedError(Exception):
    """Work was given up because it was asked to; for the inside of this room only."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A layer whose pictures lie in the heap; see ``Layer``."""

    picture: Slot
    cover: Slot
    shows: Shows
    frame: Frame
    follows: bool
    exact: tuple[int, int, Slot] | None


@dataclass(frozen=True)
class ViewStore:
    """Examples at the network's size. May be read from any thread.

    Attributes:
        class_names: of each example.
        photo_keys: of each example; equal for objects of one photo and of its copies.
        frames: of each example, where the photo lies inside the extra-ROI view.
        splits: of each example, "train", "test" or None.
        preprocessing: how they were cut.
        fingerprint: identifies the examples whatever their order: 32 hexadecimal digits of pixels and names.
        skipped: what was left out, a sentence each.
        files: photo key -> what people call the photo, as far as known.
    """

    class_names: tuple[str, ...]
    photo_keys: tuple[str, ...]
    frames: tuple[Frame, ...]
    splits: tuple[str | None, ...]
    preprocessing: Preprocessing
    fingerprint: str
    skipped: tuple[str, ...]
    _heap: Heap = field(repr=False)
    _kept: tuple[tuple[_Kept, _Kept], ...] = field(repr=False)
    files: dict[str, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.class_names)

    @property
    def bytes_taken(self) -> int:
        """How much its pictures take, in memory or on disk."""
        return self._heap.length

    def example(self, index: int) -> Example:
        """The parts of an example; its arrays are read-only."""
        roi, extra = self._kept[index]
        size, fill = self.preprocessing.size, self.preprocessing.fill
        read: dict[Slot, NDArray[np.uint8]] = {}  # what the two layers share is one array, as it was
        return Example(self._layer(roi, read), self._layer(extra, read), size, fill)

    def _layer(self, kept: _Kept, read: dict[Slot, NDArray[np.uint8]]) -> Layer:
        for slot in (kept.picture, kept.cover):
            if slot not in read:
                read[slot] = self._heap.picture(slot)
        patch = None
        if kept.exact is not None:
            x, y, slot = kept.exact
            patch = Patch(x, y, self._heap.picture(slot))
        return Layer(read[kept.picture], read[kept.cover], kept.shows, kept.frame, kept.follows, patch)

    def pairs(self, indices: Sequence[int], context: bool = True) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The ROI and the extra-ROI views (k, size, size, 3) of some examples, exactly as the cutter gives them.

        Args:
            indices: which.
            context: False blacks the surroundings out.
        """
        size = self.preprocessing.size
        roi = np.empty((len(indices), size, size, 3), dtype=np.uint8)
        extra = np.empty_like(roi)
        for place, index in enumerate(indices):
            example = self.example(index)
            roi[place] = example.roi.view(size, self.preprocessing.fill)
            if context:
                extra[place] = example.extra.view(size, self.preprocessing.fill)
            else:
                extra[place] = black_view(self.frames[index], self.preprocessing)
        return roi, extra


def cut_views(
    work: Sequence[Work],
    preprocessing: Preprocessing,
    pixel_limit: int,
    workers: int,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    by_content: bool = False,
) -> ViewStore:
    """Open and cut everything; what cannot be opened is skipped and reported.

    Args:
        work: photos or pairs.
        preprocessing: how views are brought to size.
        pixel_limit: the most pixels of a photo that are opened.
        workers: threads that open and cut.
        progress: called with (done, total) after each photo or pair.
        cancelled: asked after each.
        by_content: whether the examples are put in an order of their own, by photo and pixels, instead of that of
            ``work``: the same objects then train to the same numbers, whether they come from a project or from pairs
            that were exported from it.

    Raises:
        StoppedError: ``cancelled`` said so.
        RverError: not one could be cut, or the temporary disk is full.
    """
    collected = _Collected()
    with HeapWriter(MEMORY_LIMIT) as writer:
        for done, (unit, outcome) in enumerate(_cut_all(work, preprocessing, pixel_limit, workers, cancelled), 1):
            if isinstance(outcome, RverError):
                collected.skipped.append(str(outcome))
            else:
                collected.add(outcome, unit.split, writer)
            progress(done, len(work))
        return collected.store(preprocessing, writer.heap(), by_content)


@dataclass
class _Collected:
    """What is known of the examples so far."""

    names: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    splits: list[str | None] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    kept: list[tuple[_Kept, _Kept]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def add(self, photo: CutPhoto, split: str | None, writer: HeapWriter) -> None:
        """The objects of a photo."""
        self.skipped.extend(photo.problems)
        if photo.file:
            self.files.setdefault(photo.photo_key, photo.file)
        there: dict[int, Slot] = {}  # the objects of a photo share pictures
        for cut in photo.objects:
            layers = cut.example.roi, cut.example.extra
            first, second = (_put_down(layer, writer, there) for layer in layers)
            self.kept.append((first, second))
            self.digests.append(_digest(cut))
            self.names.append(cut.class_name)
            self.keys.append(photo.photo_key)
            self.splits.append(split)

    def store(self, preprocessing: Preprocessing, heap: Heap, by_content: bool) -> ViewStore:
        """All of it.

        Raises:
            RverError: there is nothing.
        """
        if not self.names:
            why = f"the first: {self.skipped[0]}" if self.skipped else "label some objects first."
            raise RverError(f"Not one of the labelled photos could be used; {why}")
        order = list(range(len(self.names)))
        if by_content:
            order.sort(key=lambda i: (self.keys[i], self.digests[i], self.names[i]))
        kept = [self.kept[i] for i in order]
        return ViewStore(
            class_names=tuple(self.names[i] for i in order),
            photo_keys=tuple(self.keys[i] for i in order),
            frames=tuple(extra.frame for _, extra in kept),
            splits=tuple(self.splits[i] for i in order),
            preprocessing=preprocessing,
            fingerprint=hashlib.blake2b(b"".join(sorted(self.digests)), digest_size=16).hexdigest(),
            skipped=tuple(self.skipped),
            _heap=heap,
            _kept=tuple(kept),
            files=self.files,
        )


def _put_down(layer: Layer, writer: HeapWriter, there: dict[int, Slot]) -> _Kept:
    def put(picture: NDArray[np.uint8], packed: bool) -> Slot:
        # by identity: all examples of the photo are alive, so no two pictures have one
        if id(picture) not in there:
            there[id(picture)] = writer.add(picture, packed)
        return there[id(picture)]

    exact = None
    if layer.exact is not None:
        exact = (layer.exact.x, layer.exact.y, put(layer.exact.pixels, False))
    return _Kept(put(layer.picture, False), put(layer.cover, True), layer.shows, layer.frame, layer.follows, exact)


def _digest(cut: CutObject) -> bytes:
    content = hashlib.blake2b(cut.class_name.encode() + b"\0", digest_size=16)
    for view in cut.example.views():
        content.update(view.tobytes())
    return content.digest()


def _cut_all(
    work: Sequence[Work], preprocessing: Preprocessing, pixel_limit: int, workers: int, cancelled: Callable[[], bool]
) -> Iterator[tuple[Work, CutPhoto | RverError]]:
    """In order, a few photos ahead at most, so that memory stays bounded."""

    def one(unit: Work) -> CutPhoto | RverError:
        try:
            return unit.cut(preprocessing, pixel_limit)
        except RverError as error:
            return error

    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="cut")
    ahead: deque[tuple[Work, Future[CutPhoto | RverError]]] = deque()
    waiting = iter(work)
    try:
        while True:
            while len(ahead) < 2 * workers and (unit := next(waiting, None)) is not None:
                ahead.append((unit, pool.submit(one, unit)))
            if not ahead:
                return
            if cancelled():
                raise StoppedError
            unit, future = ahead.popleft()
            yield unit, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
