"""``python -m rvergui`` and the command ``rvergui``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with ``arguments`` (those of the process if None) and return its exit status."""
    if getattr(sys, "frozen", False):  # in a bundle the engine process is this very program with other arguments
        import multiprocessing

        multiprocessing.freeze_support()
    # Torch's threads otherwise spin while they wait for each other; where other programs want the cores, too, that made
    # training steps three to ten times slower. Read when torch is loaded, here or in the processes started from here.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from rvergui.cli.start import start

    return start(list(sys.argv[1:] if arguments is None else arguments))


if __name__ == "__main__":
    sys.exit(main())
