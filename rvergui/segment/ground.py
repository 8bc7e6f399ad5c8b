"""What a click builds on when the mask is no longer a segmenter's candidate alone. Plain data, quick to import."""

from __future__ import annotations

from dataclasses import dataclass

from rvergui.core import Mask


@dataclass(frozen=True, slots=True)
class Ground:
    """The mask that the next clicks refine.

    Attributes:
        base: the mask as the person sees it, strokes and all.
        before: the segmenter's candidate it came from; None if it is drawn by hand or was finished earlier.
        settled: how many of the prompt's clicks ``base`` has answered already.
    """

    base: Mask
    before: Mask | None = None
    settled: int = 0
