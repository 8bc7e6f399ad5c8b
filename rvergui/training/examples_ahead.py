"""Making what comes next while something else is being worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(
    items: Iterable[Item], make: Callable[[Item], Made], workers: int = 1, depth: int = 3
) -> Generator[Made, None, None]:
    """``make(item)`` of each of ``items``, in their order, made by threads while the earlier ones are used.

    Threads, not processes: the examples lie in one memory, and nearly all of the work is done by libraries that let
    other threads run meanwhile. Close the generator to end them (``contextlib.closing``); what is half made is finished
    first.

    Args:
        items: what to make something of; taken as needed.
        make: called on any thread; what it raises is raised here, in its turn.
        workers: threads.
        depth: how many are made ahead at most.
    """
    waiting = iter(items)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="ahead")
    made: deque[Future[Made]] = deque()
    try:
        while True:
            made.extend(pool.submit(make, item) for item in islice(waiting, max(depth, 1) - len(made)))
            if not made:
                return
            yield made.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
