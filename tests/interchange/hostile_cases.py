"""Trying to import what may be hostile, and looking at what it did."""

from __future__ import annotations

from pathlib import Path

from rvergui.core import RverError
from rvergui.interchange.imports.boxes import AsRectangles
from rvergui.interchange.imports.format import Request
from rvergui.interchange.imports.run import ImportOutcome, import_dataset
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.project import Project

SECRET = "what lies outside"


def attempt(name: str, source: Path, project: Project, images: Path | None = None) -> ImportOutcome | str:
    """The outcome, or the sentence that refuses it; anything else fails the test."""
    request = Request(source, images, IMPORTS[name].options(), project.root / "made")
    try:
        return import_dataset(project, read_dataset(IMPORTS[name], request), name, cutter=AsRectangles())
    except RverError as error:
        return str(error)


def sentences(outcome: ImportOutcome | str) -> str:
    return outcome if isinstance(outcome, str) else "\n".join(outcome.skipped)


def check_untouched(place: Path) -> None:
    assert (place / "secret.txt").read_text() == SECRET
    assert sorted(p.name for p in place.iterdir()) == ["new", "outside.png", "secret.txt", "set"]
