"""Being polite: long work gives way to the window."""

from __future__ import annotations

import os

ENGINE = 5
TRAINING = 10


def give_way(steps: int) -> None:
    """Lower this process's claim to the processors by ``steps`` (as nice does); without effect where there is no nice.

    The networks use every core. Without this the window, which needs little but needs it now, waits for its turn
    behind them.
    """
    nice = getattr(os, "nice", None)
    if nice is not None:
        nice(steps)
