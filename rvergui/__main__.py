"""``python -m rvergui`` and the command ``rvergui``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with ``arguments`` (those of the process if None) and return its exit status."""
    if getattr(sys, "frozen", False):  # in a bundle the engine process is this very program with other arguments
        import multiprocessing

        multiprocessing.freeze_support()
    from rvergui.cli.start import start

    return start(list(sys.argv[1:] if arguments is None else arguments))


if __name__ == "__main__":
    sys.exit(main())
