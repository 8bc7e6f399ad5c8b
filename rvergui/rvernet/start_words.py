"""What a network's branches started from, in words. No torch here, so that a network that needs none can say it."""

from __future__ import annotations

# How a branch that is not there is written down.
NO_BRANCH = "none"
# How it is written down that a branch started from nothing.
RANDOM = "random"


def start_phrase(roi: str, extra_roi: str) -> str:
    """What the branches started from, for people."""
    if extra_roi == NO_BRANCH:
        return f"its branch {'' if roi == RANDOM else 'from '}{roi}"
    if roi == extra_roi:
        return "both branches random" if roi == RANDOM else f"both branches from {roi}"
    named = [
        f"{branch} {'' if start == RANDOM else 'from '}{start}"
        for branch, start in (("ROI", roi), ("extra-ROI", extra_roi))
    ]
    return ", ".join(named)
