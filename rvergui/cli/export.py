"""``rvergui export``: labelled objects for other programs, in any format of the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.counted import objects_on
from rvergui.cli.open_window import check_file
from rvergui.cli.options import given, option_parameters, with_parameters
from rvergui.core import RverError
from rvergui.interchange.exports.options import fields_of
from rvergui.interchange.exports.table import EXPORTS, export_format

if TYPE_CHECKING:
    from rvergui.interchange.exports.run import ExportCounts, ExportPlan
    from rvergui.interchange.report import ExportReport

EXAMPLE = "Example: rvergui export meals.rver pairs/ --format pairs --test-share 0.2"

# More sentences about single objects than this are counted instead of told.
_MOST_TOLD = 50


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    parameters = option_parameters({name: list(fields_of(format.options)) for name, format in EXPORTS.items()})
    app.command("export", epilog=EXAMPLE)(with_parameters(export, parameters))


def _formats() -> str:
    return " ".join(f"{name}: {format.title}." for name, format in EXPORTS.items())


def export(
    project: Path = typer.Argument(..., metavar="PROJECT.rver"),
    out: Path = typer.Argument(..., metavar="OUT", help="A file for csv; a file or a folder for coco; else a folder."),
    output_format: str = typer.Option(..., "--format", metavar="|".join(EXPORTS), help=_formats()),
    test_share: float | None = typer.Option(
        None, min=0.0, max=0.95, help="About how much goes to test, by whole photos.", show_default=False
    ),
    seed: int = typer.Option(0, help="Another seed, another division into train and test."),
    split_file: Path | None = typer.Option(
        None,
        metavar="FILE",
        help="Says which photos are for train and test: lines of photo, tab, part; JSON; or an exported CSV.",
        show_default=False,
    ),
    level: str = typer.Option(
        "confirmed",
        "--only",
        metavar="named|confirmed|verified",
        help="named: also what only a model named; confirmed: what somebody named; verified: what was looked at again.",
    ),
    classes: list[str] = typer.Option(
        [], "--class", metavar="NAME", help="Only objects of this class; may be repeated.", show_default=False
    ),
    photos: list[str] = typer.Option(
        [],
        "--photos",
        metavar="PATTERN",
        help="Only photos whose path or name fits, such as 'lunch/*.jpg'; may be repeated.",
        show_default=False,
    ),
    done_only: bool = typer.Option(False, "--done", help="Only photos all of whose objects are confirmed."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Count what would be written, and write nothing."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    **options: Any,
) -> None:
    """Write the labelled objects of a project for other programs; docs/formats.md says what each format keeps."""
    if output_format not in EXPORTS:
        raise typer.BadParameter(f"{output_format!r} is none of {', '.join(EXPORTS)}.", param_hint="--format")
    check_project(project)

    from rvergui.interchange.exports.run import count_export, run_export
    from rvergui.project.store import Project
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    plan = _plan(output_format, options, (test_share, seed, split_file), (level, classes, photos, done_only))
    with (
        Project.open(project, read_only=True) as opened,
        cancelled_by_signals() as cancelled,
        progress_bar("Counting" if dry_run else "Exporting") as bar,
    ):

        def progress(done: int, total: int) -> bool:
            return bar(done, total) and not cancelled()

        if dry_run:
            counts = count_export(opened, plan, progress, out)
        else:
            report = run_export(opened, out, plan, progress, Settings().pixel_limit)
    if dry_run:
        typer.echo(_counts_as_json(counts) if as_json else _counts(counts, out))
    else:
        _tell(report, out, as_json)


def _plan(
    name: str,
    options: dict[str, Any],
    division: tuple[float | None, int, Path | None],
    selection: tuple[str, list[str], list[str], bool],
) -> ExportPlan:
    from rvergui.interchange.exports.division import Division
    from rvergui.interchange.exports.options import chosen
    from rvergui.interchange.exports.run import ExportPlan
    from rvergui.interchange.exports.selection import LEVELS, Selection

    format = export_format(name)
    share, seed, split_file = division
    level, classes, photos, done_only = selection
    known = next((known for known in LEVELS if known == level), None)
    if known is None:
        raise typer.BadParameter(f"{level!r} is none of {', '.join(LEVELS)}.", param_hint="--only")
    return ExportPlan.of(
        format,
        chosen(format.options, given(options), name),
        Selection(known, tuple(classes), tuple(photos), done_only=done_only),
        Division(share if share is not None else format.test_share, seed, split_file),
    )


def _tell(report: ExportReport, out: Path, as_json: bool) -> None:
    for reason in report.skipped[:_MOST_TOLD]:
        typer.echo(f"Left out: {reason}", err=True)
    if len(report.skipped) > _MOST_TOLD:
        typer.echo(f"Left out: {len(report.skipped) - _MOST_TOLD} more.", err=True)
    if as_json:
        told = {"objects": report.written, "photos": report.photos, "parts": report.parts, "skipped": report.skipped}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    parts = ", ".join(f"{count} {part}" for part, count in report.parts.items())
    typer.echo(f"{out}: {objects_on(report.written, report.photos, 'from')}{f' ({parts})' if parts else ''}")


def _counts_as_json(counts: ExportCounts) -> str:
    told = {
        "photos": counts.photos,
        "objects": counts.objects,
        "classes": counts.classes,
        "photos_in_parts": counts.photos_in_parts,
        "missing_photos": counts.missing,
        "left_out": counts.left_out,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _counts(counts: ExportCounts, out: Path) -> str:
    lines = [f"{out}: would get {objects_on(counts.objects, counts.photos, 'from')}; nothing was written."]
    for name, parts in counts.classes.items():
        divided = ", ".join(f"{parts.get(part, 0)} {part}" for part in counts.photos_in_parts)
        lines.append(f"  {name}: {sum(parts.values())}{f' ({divided})' if len(counts.photos_in_parts) > 1 else ''}")
    if counts.missing:
        lines.append(f"{counts.missing} photos are missing or broken and would be left out.")
    if counts.left_out:
        lines.append(f"{len(counts.left_out)} objects would be left out; first: {counts.left_out[0]}")
    return "\n".join(lines)


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
