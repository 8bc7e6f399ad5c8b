"""A small file that tells a folder that an export made from other people's folders."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rvergui import __version__
from rvergui.project.scan import EXPORT_MARKER

MARKER = EXPORT_MARKER
_MOST_BYTES = 16 * 2**20
# How exactly the coarsest file systems note when a file was changed.
_SLACK_S = 2.0


def write_marker(root: Path, format_name: str, project_name: str, more: Mapping[str, Any]) -> None:
    """Note in ``root`` which export made it."""
    content = {
        "format": format_name,
        "version": 1,
        "program": f"RveRGUI {__version__}",
        "project": project_name,
        "files": sum(1 for _ in _files(root)),
        **more,
    }
    (root / MARKER).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_marker(root: Path) -> dict[str, Any] | None:
    """What ``write_marker`` noted; None if there is nothing, or nothing that can be read."""
    file = root / MARKER
    try:
        if file.stat().st_size > _MOST_BYTES:
            return None
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("format"), str) else None


def refusal(format_name: str, owns: Collection[str], out: Path) -> str | None:
    """Why the folder ``out`` may not be replaced by an export of this format, as a sentence; None if it may."""
    made = read_marker(out)
    if made is None or made["format"] != format_name:
        return (
            f"The folder {out} holds other files than an earlier export of this format; choose an empty or a new one."
        )
    if not owns:
        return _worked_on(made, out)
    others = sorted(entry.name for entry in out.iterdir() if entry.name not in {*owns, MARKER})
    if others:
        return (
            f"The folder {out} holds {others[0]} besides an earlier export, which would be deleted with it; "
            "move it elsewhere or choose another folder."
        )
    return None


def _worked_on(made: Mapping[str, Any], out: Path) -> str | None:
    """The same for a folder whose files may have any name: whether somebody has changed it since."""
    end = (out / MARKER).lstat().st_mtime + _SLACK_S
    count = 0
    for file in _files(out):
        count += 1
        if file.lstat().st_mtime > end:
            return (
                f"{file.relative_to(out).as_posix()} in {out} was changed after the export, and that would be lost; "
                "choose another folder."
            )
    if count != made.get("files", count):
        return (
            f"The folder {out} holds {count} files and the export wrote {made['files']}; look what is different, or "
            "choose another folder."
        )
    return None


def _files(root: Path) -> Iterator[Path]:
    """All files below ``root`` but the mark and what file managers leave behind."""
    for folder, _, names in os.walk(root):
        for name in names:
            if name not in (MARKER, ".DS_Store", "Thumbs.db", "desktop.ini"):
                yield Path(folder) / name


def refusing(format_name: str, owns: Collection[str]) -> partial[str | None]:
    """``refusal`` for one format."""
    return partial(refusal, format_name, owns)
