"""From the process's arguments to the window or a command.

The window has to stand within a second, so its own arguments are read without the libraries of the other commands;
those are loaded when the first argument is one of ``COMMANDS`` or asks for help.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rvergui.core.errors import RverError

COMMANDS = (
    "window", "segment", "classify", "predict", "import", "import-checkpoint", "export", "train", "train-segmenter",
    "evaluate", "compare", "models", "look-alikes", "study", "validate", "doctor", "weights", "bench",
)  # fmt: skip

INTERRUPTED = 130

_FOR_ALL = ("-h", "--help", "--version", "--install-completion", "--show-completion")
_COMPLETION = "_RVERGUI_COMPLETE"  # set by a shell that asks what could come next


def start(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` ask for.

    Returns:
        The exit status: 0 done, 1 not possible, 2 misunderstood, 3 no window can be opened here, 130 interrupted.
    """
    speak_any_name()
    try:
        if means_window(arguments) and _COMPLETION not in os.environ:
            from rvergui.cli.window import window

            return window(arguments[1:] if arguments[:1] == ["window"] else arguments)
        from rvergui.cli.app import app

        app(args=list(arguments), prog_name="rvergui")
    except RverError as error:
        tell(str(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:  # how the libraries that read arguments end
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def means_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments are for the window: "window", or no command and no question about all of them."""
    return not arguments or arguments[0] == "window" or arguments[0] not in (*COMMANDS, *_FOR_ALL)


def speak_any_name() -> None:
    """Let class names and file names be printed whatever the terminal's encoding; what it lacks is escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a Windows program without console has no streams
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def tell(message: str) -> None:
    """One line to standard error, where there is one."""
    if sys.stderr is not None:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()
