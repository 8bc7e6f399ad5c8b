"""Something that a search for everything found. Plain data, quick to import."""

from __future__ import annotations

from dataclasses import dataclass

from rvergui.core import Mask


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something found.

    Attributes:
        number: names it through all steps of one search.
        mask: at the photo's size.
        score: the segmenter's expectation times the stability, less for what runs along the photo's edge; 0..1.
    """

    number: int
    mask: Mask
    score: float
