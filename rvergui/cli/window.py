"""``rvergui [FOLDER | PROJECT.rver | PHOTO]``: the window's arguments.

They are read with argparse, which costs a few milliseconds where typer costs almost 200: this is the one command whose
start people watch. The module is the only place where they are written down.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from rvergui.cli.open_window import open_window

_SIZE = re.compile(r"^(\d{2,5})[x×](\d{2,5})$", re.IGNORECASE)
_SMALLEST, _LARGEST = 200, 20_000


def window(arguments: Sequence[str]) -> int:
    """Open the window as ``arguments`` say and return the exit status.

    Raises:
        RverError: an argument names something that does not exist.
        SystemExit: help was asked for (0) or the arguments are misunderstood (2).
    """
    asked = parser().parse_args(arguments)
    return open_window(
        asked.target,
        demo=asked.demo,
        screenshot=asked.screenshot,
        size=asked.size,
        checkpoint=asked.checkpoint,
        segmenter=asked.segmenter,
    )


def parser() -> argparse.ArgumentParser:
    """What the window understands."""
    made = argparse.ArgumentParser(
        prog="rvergui",
        usage="rvergui [window] [FOLDER | PROJECT.rver | PHOTO] [OPTIONS]",
        description="Open the window. See “rvergui --help” for the commands.",
        epilog="Examples: rvergui photos/   rvergui --demo --screenshot window.png --size 1280x800",
        allow_abbrev=False,
    )
    made.add_argument(
        "target",
        nargs="?",
        type=Path,
        metavar="FOLDER | PROJECT.rver | PHOTO",
        help="what to open; a folder called like a command is written as ./NAME",
    )
    made.add_argument("--demo", action="store_true", help="open with rendered sample meals")
    made.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="draw the window into a picture and end; needs no screen"
    )
    made.add_argument("--size", type=window_size, metavar="WIDTHxHEIGHT", help="the window's size in pixels")
    made.add_argument("--checkpoint", type=Path, metavar="FILE", help="name objects with this network")
    made.add_argument(
        "--segmenter", metavar="NAME", help="cut out with this segmenter, e.g. starter, sam_vit_b or grabcut"
    )
    return made


def window_size(text: str) -> tuple[int, int]:
    """(width, height) from "1280x800"."""
    match = _SIZE.match(text.strip())
    if match is None or not all(_SMALLEST <= int(side) <= _LARGEST for side in match.groups()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size; write it like 1280x800, each side from {_SMALLEST} to {_LARGEST}"
        )
    return int(match[1]), int(match[2])
