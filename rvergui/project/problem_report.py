"""One file that somebody can send when something went wrong, without photos and without what tells who they are."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui import __version__
from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.project.store import Project
from rvergui.runtime.log_files import log_files, log_folder
from rvergui.runtime.redaction import Redactor
from rvergui.runtime.settings import PREFIX

if TYPE_CHECKING:
    from rvergui.runtime.report import Finding

SUFFIX = ".zip"
# Of each log the end is taken; what went wrong is there.
MOST_OF_A_LOG = 1_000_000
_PERCENTILES = (0, 25, 50, 75, 100)

CONTENTS = """What is in this file
====================

doctor.json      what “rvergui doctor” finds: libraries, disk, memory, settings
versions.json    versions of the program, of Python and of the installed packages; the kind of system and processor
settings.json    settings from the environment (RVERGUI_...) and of the window
project.json     counts of the open project: photos, items, classes, sizes. None of it if no project was named.
logs/            the program's logs and, after a crash, where the program was

What is not in it
=================

No photo, no mask, no name of a class. The home folder is written as ~; your login name, the name that signs labels, the
computer's name, the project's folder and the names of photos and projects are replaced. Folders outside your home may
still be named in the logs. All files are text: look at them before you send them. Nothing is sent by the program.
"""


def write_problem_report(
    target: Path,
    findings: Sequence[Finding],
    project: Path | None = None,
    window_settings: Mapping[str, object] | None = None,
    logs: Path | None = None,
) -> Path:
    """Write the file, whole or not at all.

    Args:
        target: where to; ends in ".zip" and must not be there yet.
        findings: what ``rvergui doctor`` found.
        project: the project whose counts go in; opened for reading.
        window_settings: the window's stored settings.
        logs: the folder of the logs; the program's own if not given.

    Returns:
        ``target``.

    Raises:
        RverError: it is there already, cannot be written, or does not end in ".zip".
    """
    check_target(target)
    redactor = Redactor(
        words=[os.environ.get(f"{PREFIX}USER", ""), *([] if project is None else _words_of(project))],
        photos=[] if project is None else _photos_of(project),
    )
    texts: dict[str, object] = {
        "doctor.json": {"findings": [finding.as_dict() for finding in findings]},
        "versions.json": versions(),
        "settings.json": {"environment": _environment(), "window": dict(window_settings or {})},
        "project.json": {} if project is None else project_statistics(project),
    }
    with replacing(target) as neighbour:
        with zipfile.ZipFile(neighbour, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", CONTENTS)
            for name, value in texts.items():
                archive.writestr(name, json.dumps(redactor.value(value), ensure_ascii=False, indent=1, default=str))
            for path in log_files(log_folder() if logs is None else logs):
                archive.writestr(f"logs/{path.name}", redactor.text(_end_of(path)))
        check_target(target)  # somebody may have put something there meanwhile
    return target


def check_target(target: Path) -> None:
    """Raise RverError unless a report can become this file."""
    if target.suffix.lower() != SUFFIX:
        raise RverError(f"{target} does not end in {SUFFIX}; name the report like problem{SUFFIX}.")
    if target.exists():
        raise RverError(f"{target} is there already and is not replaced; choose another name.")


def versions() -> dict[str, object]:
    """Of the program, of what it runs on, and of all installed packages."""
    packages = {str(each.metadata["Name"]): each.version for each in importlib.metadata.distributions()}
    return {
        "rvergui": __version__,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version,
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "packages": dict(sorted(packages.items(), key=lambda pair: pair[0].lower())),
    }


def project_statistics(path: Path) -> dict[str, object]:
    """Counts that tell what kind of project it is, and no word of what is in it. What cannot be read is said."""
    try:
        with Project.open(path, read_only=True) as project:
            return _counts(project)
    except RverError as error:
        return {"problem": str(error)}


def _counts(project: Project) -> dict[str, object]:
    photos = project.photos()
    taxonomy = project.taxonomy()
    states: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    lengths: list[int] = []
    for _, sheet in project.labelled():
        for item in sheet:
            states[item.state.value] += 1
            sources[f"mask by {item.mask_source.kind.value}"] += 1
            if item.label_source is not None:
                sources[f"name by {item.label_source.kind.value}"] += 1
            lengths.append(len(item.mask.counts))
    megapixels = [record.size[0] * record.size[1] / 1e6 for record in photos if record.size is not None]
    return {
        "file_bytes": project.path.stat().st_size,
        "photos": len(photos),
        "photos_by_status": dict(Counter(record.status.value for record in photos)),
        "photos_by_kind": dict(Counter(Path(record.path).suffix.lower() for record in photos)),
        "megapixels_percentiles": _spread(megapixels),
        "items": sum(record.items for record in photos),
        "items_of_a_photo_percentiles": _spread([float(record.items) for record in photos]),
        "items_by_state": dict(states),
        "items_by_source": dict(sources),
        "mask_bytes_percentiles": _spread([float(length) for length in lengths]),
        "classes": len(taxonomy.classes),
        "classes_merged_away": sum(food.merged_into is not None for food in taxonomy.classes),
        "problems_in_the_file": project.check(),
    }


def _spread(values: Sequence[float]) -> list[float]:
    """Least, quarter, median, three quarters, most."""
    if not values:
        return []
    ordered = sorted(values)
    return [round(ordered[round(share / 100 * (len(ordered) - 1))], 2) for share in _PERCENTILES]


def _words_of(project: Path) -> list[str]:
    """What of a project must not appear: its folder and its name."""
    return [
        str(project.parent.absolute()),
        str(project.parent.resolve()),
        f"{project.stem}.rver",
        f"{project.stem}.models",
    ]


def _photos_of(project: Path) -> list[str]:
    try:
        with Project.open(project, read_only=True) as opened:
            return [record.path for record in opened.photos()]
    except RverError:
        return []  # project.json says why


def _environment() -> dict[str, str]:
    return {name: value for name, value in sorted(os.environ.items()) if name.upper().startswith(PREFIX)}


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - MOST_OF_A_LOG, 0))
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"could not be read: {error.strerror}"
