"""``rvergui export``: confirmed objects for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rvergui.cli.open_window import check_file
from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.interchange.report import ExportReport
    from rvergui.project.store import Project

EXAMPLE = "Example: rvergui export meals.rver pairs/ --format pairs --test-share 0.2"


class Format(StrEnum):
    """The formats that can be written."""

    PAIRS = "pairs"
    COCO = "coco"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("export", epilog=EXAMPLE)(export)


def export(
    project: Path = typer.Argument(..., metavar="PROJECT.rver"),
    out: Path = typer.Argument(..., metavar="OUT", help="A folder for pairs, a .json file for coco."),
    output_format: Format = typer.Option(
        ..., "--format", help="pairs: the two views of each object as pictures; coco: one JSON with all masks."
    ),
    test_share: float = typer.Option(0.2, min=0.0, max=0.95, help="pairs: about how much goes to test, by photo."),
    seed: int = typer.Option(0, help="pairs: another seed, another split."),
    pictures: str = typer.Option("jpg", metavar="jpg|png", help="pairs: png is exact and larger."),
    segmentation: str = typer.Option("rle", metavar="rle|polygons", help="coco: run lengths are exact."),
) -> None:
    """Write all confirmed objects of a project."""
    check_project(project)

    from rvergui.project.store import Project

    def write_pairs(opened: Project, progress: Callable[[int, int], bool]) -> ExportReport:
        from rvergui.interchange.pairs import export_pairs
        from rvergui.runtime.settings import Settings

        return export_pairs(opened, out, test_share, seed, Settings().pixel_limit, progress, pictures)

    def write_coco(opened: Project, progress: Callable[[int, int], bool]) -> ExportReport:
        from rvergui.interchange.coco import export_coco

        return export_coco(opened, out, progress, segmentation)

    write = {Format.PAIRS: write_pairs, Format.COCO: write_coco}[output_format]
    with Project.open(project, read_only=True) as opened, progress_bar("Exporting") as progress:
        report = write(opened, progress)
    for reason in report.skipped:
        typer.echo(f"Left out: {reason}", err=True)
    parts = ", ".join(f"{count} {part}" for part, count in report.parts.items())
    typer.echo(f"{out}: {report.written} objects from {report.photos} photos{f' ({parts})' if parts else ''}")


def check_project(path: Path) -> None:
    """Raise RverError unless ``path`` is a file that may be a project."""
    check_file(path, "project")
    if path.suffix.lower() != ".rver":
        raise RverError(f"{path} is not a project; projects end in .rver.")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], bool]]:
    """A bar on standard error where that is a terminal; the callable takes (done, total) and never cancels."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def update(done: int, total: int) -> bool:
            bar.update(task, completed=done, total=total)
            return True

        yield update
