"""What an export tells about itself, and how it is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rvergui.core.errors import RverError

Progress = Callable[[int, int], bool]
"""Called with (photos done, photos in all) before each photo and at the end; False cancels."""


@dataclass(frozen=True)
class ExportReport:
    """The outcome of an export.

    Attributes:
        written: how many objects were written.
        photos: how many photos they come from.
        skipped: one sentence for each photo or object that was left out although it is confirmed.
        parts: how many objects went where, e.g. {"train": 80, "test": 20}; empty if there is one part only.
    """

    written: int
    photos: int
    skipped: list[str] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)


class Cancelled(RverError):
    """The person stopped the export; what was there before is still there."""


class ProgressCounter:
    """Counts photos and turns a wish to stop into ``Cancelled``."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def advance(self) -> None:
        """Tell how far it is, then count one more photo."""
        self._tell()
        self._done += 1

    def finish(self) -> None:
        """Tell that everything is done; the last moment at which the export can be cancelled."""
        self._done = self._total
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None and not self._progress(min(self._done, self._total), self._total):
            raise Cancelled("The export was cancelled; nothing was changed.")
