"""What the differences between two models say. No torch here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# If all of five photos speak against a model, chance alone does so once in sixteen times; of six, once in 32.
FEWEST_PHOTOS = 6


class Verdict(StrEnum):
    """How a new model stands against the old one."""

    BETTER = "better"
    NO_WORSE = "no worse"
    WORSE = "significantly worse"


@dataclass(frozen=True)
class Difference:
    """One measure of two models on the same photos.

    Attributes:
        old: the one model's.
        new: the other's.
        value: new minus old.
        low, high: the 95 % interval of the difference.
    """

    old: float
    new: float
    value: float
    low: float
    high: float


def judged(measures: Iterable[Difference], photos: int) -> Verdict:
    """The verdict over several measures of which more is better.

    One measure whose whole interval lies below 0 is enough to be significantly worse, whatever the others say; better
    is who has one above 0 and none below. Everything else, and whatever fewer than ``FEWEST_PHOTOS`` photos say, is
    "no worse": nothing was shown, which is not to say that they are equal.
    """
    known = list(measures)
    if photos < FEWEST_PHOTOS:
        return Verdict.NO_WORSE
    if any(measure.high < 0 for measure in known):
        return Verdict.WORSE
    return Verdict.BETTER if any(measure.low > 0 for measure in known) else Verdict.NO_WORSE
