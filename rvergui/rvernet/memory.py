"""Running out of memory, in the words of the different libraries."""

from __future__ import annotations

import torch

from rvergui.core import RverError


class OutOfMemoryError(RverError):
    """Memory ran out.

    Attributes:
        smaller_batch: the batch size to try next; None if that would be no help.
    """

    def __init__(self, message: str, smaller_batch: int | None = None) -> None:
        super().__init__(message)
        self.smaller_batch = smaller_batch


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` says that memory ran out, on the GPU or the CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    # torch's CPU allocator has no class of its own
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("not enough memory", "can't allocate memory", "out of memory")
    )
