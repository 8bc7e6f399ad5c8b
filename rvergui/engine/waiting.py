"""Where requests wait: who is next, and who need not be answered any more."""

from __future__ import annotations

import heapq
import itertools
import threading
import time

from rvergui.engine.messages import Choose, Decode, Encode, FindAll, Prefetch, Preview, Priority, Refresh, Request

# What is about masks on one photo, and of no use once another is shown.
_OF_ONE_PHOTO = (Encode, Decode, Choose, Preview, FindAll)


class WaitingRoom:
    """Requests by priority, in the order they came. ``arrived`` may be called from another thread than ``take``."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[int, int, Request]] = []
        self._order = itertools.count()
        self._newest: dict[str, int] = {}
        self._shown: tuple[int, str] | None = None
        self._last_sign = time.monotonic()

    def arrived(self, request: Request) -> None:
        """A request came in; what it replaces is superseded from this moment on."""
        with self._changed:
            if request.lane:
                self._newest[request.lane] = request.generation
            if isinstance(request, Encode):
                self._shown = (request.generation, request.photo.key)
            if not isinstance(request, Refresh) and request.priority < Priority.PREFETCH:
                self._last_sign = time.monotonic()
        self.put(request)

    def put(self, request: Request) -> None:
        """Let a request wait (again)."""
        with self._changed:
            heapq.heappush(self._heap, (int(request.priority), next(self._order), request))
            self._changed.notify()

    def take(self, before: Priority | None = None, timeout: float | None = None) -> Request | None:
        """The most urgent request; waits for one.

        Args:
            before: only one that is more urgent than this.
            timeout: seconds to wait; None waits for ever.

        Returns:
            None if there was none in time.
        """
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._heap or (before is not None and self._heap[0][0] >= before):
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return None
                self._changed.wait(left)
            return heapq.heappop(self._heap)[2]

    def is_superseded(self, request: Request) -> bool:
        """Whether a newer request has made ``request`` pointless."""
        with self._changed:
            if request.lane and self._newest.get(request.lane, request.generation) > request.generation:
                return True
            if self._shown is None or request.generation >= self._shown[0]:
                return False
            if isinstance(request, Prefetch):
                return True
            return isinstance(request, _OF_ONE_PHOTO) and request.photo.key != self._shown[1]

    def sign_of_life(self) -> None:
        """Somebody is at work with the program right now."""
        with self._changed:
            self._last_sign = time.monotonic()

    def quiet_for(self) -> float:
        """Seconds since somebody last asked for something."""
        with self._changed:
            return time.monotonic() - self._last_sign
