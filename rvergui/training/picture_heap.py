"""Pictures one after the other: in memory, beyond a limit in a temporary file that the operating system pages."""

from __future__ import annotations

import tempfile
import zlib
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a picture lies in a heap.

    Attributes:
        start: its first byte.
        length: how many bytes.
        shape: of the picture.
        packed: whether the bytes are compressed.
    """

    start: int
    length: int
    shape: tuple[int, ...]
    packed: bool


@dataclass(frozen=True)
class Heap:
    """Pictures that were put down; may be read from any thread."""

    _bytes: Bytes

    @property
    def length(self) -> int:
        """Bytes of all pictures together."""
        return int(self._bytes.nbytes)

    def picture(self, slot: Slot) -> Bytes:
        """The uint8 picture in ``slot``; read-only."""
        stored = self._bytes[slot.start : slot.start + slot.length]
        flat = np.frombuffer(zlib.decompress(stored.data), dtype=np.uint8) if slot.packed else stored
        return flat.reshape(slot.shape)


class HeapWriter:
    """Takes pictures, then gives the heap. Use it as a context."""

    def __init__(self, memory_limit: int) -> None:
        self._limit = memory_limit
        self._in_memory: list[bytes] = []
        self._waiting = 0
        self._file: IO[bytes] | None = None
        self._end = 0

    def __enter__(self) -> HeapWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()  # it has no name any more; a memory map of it lives on

    def add(self, picture: Bytes, packed: bool = False) -> Slot:
        """Put ``picture`` down.

        Args:
            picture: uint8, any shape.
            packed: compress it; worth while for masks, which are nearly all 0 or 255.

        Raises:
            RverError: the temporary disk is full.
        """
        data = picture.tobytes()
        if packed:
            data = zlib.compress(data, 1)
        slot = Slot(self._end, len(data), picture.shape, packed)
        self._in_memory.append(data)
        self._end += len(data)
        self._waiting += len(data)
        if self._waiting > (self._limit if self._file is None else 0):
            self._to_disk()
        return slot

    def _to_disk(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="rvergui-views-")  # noqa: SIM115 - closed on exit
            self._file.write(b"".join(self._in_memory))
            self._file.flush()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RverError(
                f"The temporary folder {tempfile.gettempdir()} cannot hold the cut photos ({reason}); free some space, "
                "or point TMPDIR to a larger disk."
            ) from error
        self._in_memory.clear()
        self._waiting = 0

    def heap(self) -> Heap:
        """What was put down."""
        if self._file is None:
            return Heap(np.frombuffer(b"".join(self._in_memory), dtype=np.uint8))
        return Heap(np.memmap(self._file, dtype=np.uint8, mode="r", shape=(self._end,)))
