"""A mapping that forgets."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

T = TypeVar("T")


class LeastRecentlyUsed(OrderedDict[str, T]):
    """A mapping of at most ``capacity`` values that forgets what was not used for longest."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity

    def find(self, key: str) -> T | None:
        """The value under ``key``, which counts as used; None if there is none."""
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def keep(self, key: str, value: T) -> T:
        """Remember ``value`` as the one used last; returns it."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self.capacity:
            self.popitem(last=False)
        return value
