"""``rvergui import FORMAT SOURCE PROJECT``: one command for each format of the table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.counted import counted, objects_on
from rvergui.cli.options import given, option_parameters, with_parameters
from rvergui.cli.start import INTERRUPTED, tell
from rvergui.core import RverError
from rvergui.interchange.exports.options import chosen, fields_of
from rvergui.interchange.imports.table import IMPORTS, read_dataset

if TYPE_CHECKING:
    from rvergui.interchange.imports.boxes import BoxCutter
    from rvergui.interchange.imports.format import Dataset, ImportFormat
    from rvergui.interchange.imports.run import ImportOutcome

# More sentences about single objects than this are counted instead of told.
_MOST_TOLD = 30

BOXES = ("segment", "rectangle", "skip")


def register(app: typer.Typer, but: frozenset[str] = frozenset()) -> None:
    """Add a command for each format to ``app``, except those that have one of their own."""
    for name, format in IMPORTS.items():
        if name not in but:
            parameters = option_parameters({name: list(fields_of(format.options))})
            command = with_parameters(_command(format), parameters)
            app.command(name, help=format.summary, epilog=f"Example: {_example(format)}")(command)


def _example(format: ImportFormat) -> str:
    source = f"labels{format.suffixes[0]}" if format.suffixes and not format.folder else f"{format.name}/"
    return f"rvergui import {format.name} {source} meals.rver{' --images photos/' if format.images else ''}"


def _command(format: ImportFormat) -> Callable[..., None]:
    def command(
        source: Path = typer.Argument(..., metavar="SOURCE", help="The file or folder to read."),
        project: Path = typer.Argument(..., metavar="PROJECT.rver", help="Made if missing, else merged into."),
        images: Path | None = typer.Option(
            None, metavar="DIR", help="Where the photos are, if not where the format puts them.", show_default=False
        ),
        mapping: list[str] = typer.Option(
            [],
            "--map",
            metavar="FILE|OLD=NEW",
            help="What classes are called in the project; “OLD=” leaves one out. May be repeated.",
            show_default=False,
        ),
        boxes: str = typer.Option(
            "segment",
            metavar="|".join(BOXES),
            help="Objects of which only a box is known: cut out by a segmenter, taken as rectangles, or left out.",
            hidden=not format.boxes,
        ),
        segmenter: str | None = typer.Option(
            None, metavar="NAME", help="Which segmenter cuts boxes out.", show_default=False, hidden=not format.boxes
        ),
        dry_run: bool = typer.Option(False, "--dry-run", help="Say what there is, and write nothing."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON."),
        **options: Any,
    ) -> None:
        if images is not None and not format.images:
            raise RverError(f"The format {format.name} brings its photos along; leave --images out.")
        if boxes not in BOXES:
            raise typer.BadParameter(f"{boxes!r} is none of {', '.join(BOXES)}.", param_hint="--boxes")
        _import(format, source, project, images, mapping, (boxes, segmenter), dry_run, as_json, options)

    command.__name__ = format.name
    return command


def _import(
    format: ImportFormat,
    source: Path,
    project: Path,
    images: Path | None,
    mapping: list[str],
    boxes: tuple[str, str | None],
    dry_run: bool,
    as_json: bool,
    options: dict[str, Any],
) -> None:
    from rvergui.cli.export import progress_bar
    from rvergui.core import Taxonomy
    from rvergui.interchange.imports.classes import read_map
    from rvergui.interchange.imports.format import Request
    from rvergui.interchange.imports.run import import_dataset
    from rvergui.project.creating import with_suffix
    from rvergui.project.store import Project
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    limit = Settings().pixel_limit
    project = with_suffix(project)
    classes = read_map(mapping)
    with cancelled_by_signals() as cancelled:
        with progress_bar("Reading") as bar:

            def progress(done: int, total: int) -> bool:
                return bar(done, total) and not cancelled()

            made = project.with_name(f"{project.stem}.photos")
            request = Request(
                source, images, chosen(format.options, given(options), format.name), made, limit, progress
            )
            dataset = read_dataset(format, request)
        if dry_run:
            _tell_dataset(dataset, source, as_json)
            return
        cutter = _cutter(boxes, limit)
        with Project.open_or_create(project, Taxonomy()) as opened, progress_bar("Importing") as bar:
            by = f"{format.title} {source.name}"
            outcome = import_dataset(opened, dataset, by, classes, cutter, progress, limit)
    _tell(outcome, project, as_json)
    if outcome.cancelled:
        tell("Stopped; what is in is in. Give the same command again to go on.")
        raise typer.Exit(INTERRUPTED)


def _cutter(boxes: tuple[str, str | None], limit: int) -> BoxCutter | None:
    """What makes masks of boxes; the segmenter is made when the first box needs it."""
    how, name = boxes
    if how == "skip":
        return None
    from rvergui.interchange.imports.boxes import AsRectangles, Segmenting

    if how == "rectangle":
        return AsRectangles(limit)

    def create() -> Any:
        from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter

        return create_segmenter(name or DEFAULT_SEGMENTER)

    return Segmenting(create, limit)


def _tell_dataset(dataset: Dataset, source: Path, as_json: bool) -> None:
    if as_json:
        told = {"photos": len(dataset.photos), "classes": dataset.classes, "problems": dataset.problems}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _say("Left out", dataset.problems)
    names = ", ".join(dataset.classes[:20]) + (", ..." if len(dataset.classes) > 20 else "")
    typer.echo(
        f"{source}: {counted(len(dataset.photos), 'labelled photo')}, {counted(len(dataset.classes), 'class')}: {names}"
    )


def _tell(outcome: ImportOutcome, project: Path, as_json: bool) -> None:
    _say("Left out", outcome.skipped)
    _say("Conflict", outcome.conflicts)
    if as_json:
        told = {
            "photos": outcome.photos,
            "objects": outcome.objects,
            "known": outcome.known,
            "named": outcome.named,
            "cut_out_of_boxes": outcome.cut,
            "photos_there_already": outcome.matched,
            "new_classes": outcome.classes,
            "objects_by_class": dict(outcome.objects_by_class),
            "conflicts": outcome.conflicts,
            "skipped": outcome.skipped,
            "cancelled": outcome.cancelled,
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    more = [
        f"{outcome.known} were there already" if outcome.known else "",
        f"{outcome.named} had no name and have one now" if outcome.named else "",
        f"{outcome.cut} were cut out of boxes and wait to be confirmed" if outcome.cut else "",
        f"{len(outcome.conflicts)} are there under another name, both are kept" if outcome.conflicts else "",
        f"{len(outcome.skipped)} things were left out" if outcome.skipped else "",
    ]
    told_more = "".join(f"; {words}" for words in more if words)
    typer.echo(f"{project}: new: {objects_on(outcome.objects, outcome.photos)}{told_more}.")


def _say(title: str, sentences: list[str]) -> None:
    for sentence in sentences[:_MOST_TOLD]:
        typer.echo(f"{title}: {sentence}", err=True)
    if len(sentences) > _MOST_TOLD:
        typer.echo(f"{title}: {len(sentences) - _MOST_TOLD} more; --json lists all.", err=True)
