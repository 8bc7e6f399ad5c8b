"""Opening the window: what has to be in order before Qt is touched."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from rvergui.cli.start import COMMANDS, tell
from rvergui.core.errors import RverError

PROJECT_SUFFIX = ".rver"
WINDOW_CANNOT_OPEN = 3


def open_window(
    target: Path | None,
    *,
    demo: bool = False,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    checkpoint: Path | None = None,
    segmenter: str | None = None,
) -> int:
    """Open the window and return its exit status once it is closed; 3 if no window can be opened here.

    Raises:
        RverError: an argument names something that does not exist.
    """
    check_target(target)
    check_file(checkpoint, "checkpoint")
    if segmenter is not None:
        check_segmenter(segmenter)
    if screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from rvergui.runtime.system_libraries import window_obstacle
    from rvergui.runtime.windows import preload_torch_libraries

    preload_torch_libraries()
    obstacle = window_obstacle(os.environ)
    if obstacle is not None:
        tell(obstacle)
        return WINDOW_CANNOT_OPEN
    try:
        from rvergui.gui.app import run
    except ImportError as error:
        tell(f"The window cannot be opened because a library does not load ({error}); “rvergui doctor” tells more.")
        return WINDOW_CANNOT_OPEN
    return run(target, demo=demo, screenshot=screenshot, window_size=size, checkpoint=checkpoint, segmenter=segmenter)


def check_target(target: Path | None) -> None:
    """Raise RverError unless ``target`` is None, a folder, a project or a photo that exists."""
    if target is None:
        return
    if not target.exists():
        near = difflib.get_close_matches(str(target), COMMANDS, n=1)
        hint = f"did you mean “rvergui {near[0]}”?" if near else "check the spelling, or see “rvergui --help”."
        raise RverError(f"{target} is neither a folder or file that exists nor a command; {hint}")
    if target.is_dir() or target.suffix.lower() == PROJECT_SUFFIX:
        return
    from rvergui.core.photo_loading import is_photo_name

    if not is_photo_name(target):
        raise RverError(
            f"{target} is neither a photo nor a project ({PROJECT_SUFFIX}); open a folder, project or photo."
        )


def check_file(path: Path | None, what: str) -> None:
    """Raise RverError unless ``path`` is None or a file."""
    if path is not None and not path.is_file():
        kind = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise RverError(f"The {what} {path} {kind}; check its path.")


def check_segmenter(name: str) -> None:
    """Raise RverError unless a segmenter of this name is installed."""
    from rvergui.segment.registry import segmenter_names

    if name not in segmenter_names(include_hidden=True):
        raise RverError(f"There is no segmenter called {name!r}; the known ones are: {', '.join(segmenter_names())}.")
