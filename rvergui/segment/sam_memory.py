"""Whether a network of the SAM family fits into this machine's memory, asked before it is too late."""

from __future__ import annotations

from collections.abc import Callable

from rvergui.core import RverError
from rvergui.runtime.machine import memory, readable_size

AvailableMemory = Callable[[], int | None]


def available_memory() -> int | None:
    """Main memory in bytes that is free for the taking; None where the system does not tell."""
    return memory()[1]


def need_memory(needed: int, task: str, name: str, available: AvailableMemory = available_memory) -> None:
    """Refuse ``task`` with the network ``name`` where it needs more than the ``needed`` bytes that are free.

    Raises:
        RverError: it does; the sentence has both numbers.
    """
    free = available()
    if free is not None and needed > free:
        raise RverError(
            f"There is not enough memory to {task} with {name}: it needs about {readable_size(needed)}, and "
            f"{readable_size(free)} are free; close other programs, or choose a smaller segmenter such as GrabCut."
        )
