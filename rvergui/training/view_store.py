"""Every example at the network's size, ready for epoch after epoch.

Opening and cutting photos is the slow part of training on a CPU, so it is done once. A few hundred megabytes are kept
in memory, more in a temporary file that the operating system pages in and out.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.rvernet.preprocessing import Frame, Preprocessing, black_view
from rvergui.training.sources import CutObject, CutPhoto, Work

# Above this the views go to a temporary file.
MEMORY_LIMIT = 512 * 1024 * 1024


class StoppedError(Exception):
    """Work was given up because it was asked to; for the inside of this room only."""


@dataclass(frozen=True)
class ViewStore:
    """Examples at the network's size.

    Attributes:
        views: (n, 2, size, size, 3) uint8 RGB, the ROI view first; read-only.
        class_names: of each example.
        photo_keys: of each example; equal for objects of one photo and of its copies.
        frames: of each example, where the photo lies inside the views.
        splits: of each example, "train", "test" or None.
        preprocessing: how they were cut.
        fingerprint: identifies the examples whatever their order: 32 hexadecimal digits of pixels and names.
        skipped: what was left out, a sentence each.
    """

    views: NDArray[np.uint8] = field(repr=False)
    class_names: tuple[str, ...]
    photo_keys: tuple[str, ...]
    frames: tuple[Frame, ...]
    splits: tuple[str | None, ...]
    preprocessing: Preprocessing
    fingerprint: str
    skipped: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.class_names)

    def pairs(self, indices: Sequence[int], context: bool = True) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The ROI and the extra-ROI views (k, size, size, 3) of some examples; copies.

        Args:
            indices: which.
            context: False blacks the surroundings out.
        """
        chosen = self.views[np.asarray(indices, dtype=np.intp)]
        if not context:
            for place, index in enumerate(indices):
                chosen[place, 1] = black_view(self.frames[index], self.preprocessing)
        return chosen[:, 0], chosen[:, 1]


def cut_views(
    work: Sequence[Work],
    preprocessing: Preprocessing,
    pixel_limit: int,
    workers: int,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> ViewStore:
    """Open and cut everything; what cannot be opened is skipped and reported.

    Args:
        work: photos or pairs.
        preprocessing: how views are brought to size.
        pixel_limit: the most pixels of a photo that are opened.
        workers: threads that open and cut.
        progress: called with (done, total) after each photo or pair.
        cancelled: asked after each.

    Raises:
        StoppedError: ``cancelled`` said so.
        RverError: not one could be cut, or the temporary disk is full.
    """
    names: list[str] = []
    keys: list[str] = []
    frames: list[Frame] = []
    splits: list[str | None] = []
    digests: list[bytes] = []
    skipped: list[str] = []
    shape = (2, preprocessing.size, preprocessing.size, 3)
    with _Heap(shape) as heap:
        for done, (unit, outcome) in enumerate(_cut_all(work, preprocessing, pixel_limit, workers, cancelled), 1):
            if isinstance(outcome, RverError):
                skipped.append(str(outcome))
            else:
                skipped.extend(outcome.problems)
                for cut in outcome.objects:
                    heap.add(cut.roi, cut.extra)
                    digests.append(_digest(cut))
                    names.append(cut.class_name)
                    keys.append(outcome.photo_key)
                    frames.append(cut.frame)
                    splits.append(unit.split)
            progress(done, len(work))
        if not names:
            why = f"the first: {skipped[0]}" if skipped else "label some objects first."
            raise RverError(f"Not one of the labelled photos could be used; {why}")
        return ViewStore(
            views=heap.array(),
            class_names=tuple(names),
            photo_keys=tuple(keys),
            frames=tuple(frames),
            splits=tuple(splits),
            preprocessing=preprocessing,
            fingerprint=hashlib.blake2b(b"".join(sorted(digests)), digest_size=16).hexdigest(),
            skipped=tuple(skipped),
        )


def _digest(cut: CutObject) -> bytes:
    content = hashlib.blake2b(cut.class_name.encode() + b"\0", digest_size=16)
    content.update(cut.roi.tobytes())
    content.update(cut.extra.tobytes())
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


class _Heap:
    """Views one after the other: in memory, from ``MEMORY_LIMIT`` on in a temporary file."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._in_memory: list[NDArray[np.uint8]] = []
        self._file: IO[bytes] | None = None
        self._count = 0

    def __enter__(self) -> _Heap:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()  # it has no name any more; a memory map of it lives on

    def add(self, roi: NDArray[np.uint8], extra: NDArray[np.uint8]) -> None:
        self._in_memory.append(np.stack([roi, extra]))
        self._count += 1
        if self._file is not None or self._count * self._in_memory[0].nbytes > MEMORY_LIMIT:
            self._to_disk()

    def _to_disk(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="rvergui-views-")  # noqa: SIM115 - closed on exit
            for pair in self._in_memory:
                self._file.write(pair.tobytes())
            self._file.flush()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RverError(
                f"The temporary folder {tempfile.gettempdir()} cannot hold the cut photos ({reason}); free some space, "
                "or point TMPDIR to a larger disk."
            ) from error
        self._in_memory.clear()

    def array(self) -> NDArray[np.uint8]:
        shape = (self._count, *self._shape)
        if self._file is not None:
            return np.memmap(self._file, dtype=np.uint8, mode="r", shape=shape)
        return np.stack(self._in_memory) if self._in_memory else np.zeros(shape, dtype=np.uint8)
