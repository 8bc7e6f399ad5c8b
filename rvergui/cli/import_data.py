"""``rvergui import``: data sets of other people become a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli import import_formats
from rvergui.cli.counted import objects_on
from rvergui.cli.start import INTERRUPTED, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from rvergui.interchange.labelled_photos import ImportReport

COCO_EXAMPLE = "Example: rvergui import coco instances.json meals.rver --images photos/"
EXAMPLE = (
    "Example: rvergui import foodseg103 FoodSeg103/ paper.rver --extra ketchup=ketchup/ --extra 'chili paste=chili/'"
)

# More sentences about single photos than this are counted instead of told.
_MOST_TOLD = 20

imports = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Put labels of other programs into a project. Photos stay where they are.",
    epilog=COCO_EXAMPLE,
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``: one command for each format, of which FoodSeg103's takes more classes along."""
    import_formats.register(imports, but=frozenset({"foodseg103"}))
    app.add_typer(imports, name="import")


@imports.callback()
def _group() -> None:
    """Put labels of other programs into a project. Photos stay where they are."""


@imports.command("foodseg103", epilog=EXAMPLE)
def foodseg103(
    folder: Path = typer.Argument(..., metavar="DIR", help="The unpacked data set, with Images and category_id.txt."),
    project: Path = typer.Argument(..., metavar="PROJECT.rver", help="Made, or added to and gone on with if there."),
    extra: list[str] = typer.Option(
        [],
        "--extra",
        metavar="NAME=DIR",
        help="One more class from a folder: photos, with masks in DIR/masks or wholly the object, or pairs; perhaps in "
        "DIR/train and DIR/test. May be repeated.",
        show_default=False,
    ),
    pieces: bool = typer.Option(
        False, "--pieces", help="Each connected part is an object; else a class is one object a photo, as published."
    ),
    extra_test_share: float = typer.Option(
        1 / 3, min=0.0, max=0.95, help="How much of an extra folder that is not divided goes to test."
    ),
    seed: int = typer.Option(0, min=0, help="Of that choice."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Import FoodSeg103 with its published division into train and test; an import that stopped goes on."""
    from rvergui.cli.export import progress_bar
    from rvergui.interchange.foodseg103_import import import_foodseg103
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    with cancelled_by_signals() as cancelled, progress_bar("Importing") as bar:
        report = import_foodseg103(
            folder,
            project,
            extra,
            pieces,
            extra_test_share,
            seed,
            _until(bar, cancelled),
            Settings().pixel_limit,
        )
    _say_left_out(report)
    typer.echo(json.dumps(_as_dict(report), ensure_ascii=False, indent=1) if as_json else _summary(report, project))
    if report.cancelled:
        tell("Stopped; give the same command again to go on.")
        raise typer.Exit(INTERRUPTED)


def _until(bar: Callable[[int, int], bool], cancelled: Callable[[], bool]) -> Callable[[int, int], bool]:
    def progress(done: int, total: int) -> bool:
        return bar(done, total) and not cancelled()

    return progress


def _say_left_out(report: ImportReport) -> None:
    from rvergui.interchange.foodseg103 import LEFT_OUT

    for reason in report.skipped[:_MOST_TOLD]:
        typer.echo(f"Left out: {reason}", err=True)
    if len(report.skipped) > _MOST_TOLD:
        typer.echo(f"Left out: {len(report.skipped) - _MOST_TOLD} more.", err=True)
    for sentence in report.tally.sentences(LEFT_OUT):
        typer.echo(sentence, err=True)


def _as_dict(report: ImportReport) -> dict[str, Any]:
    return {
        "photos": report.photos,
        "objects": report.objects,
        "known": report.known,
        "photos_in_parts": dict(report.photos_in_parts),
        "objects_in_parts": dict(report.parts),
        "skipped": report.skipped,
        "counts": report.tally.counts,
        "cancelled": report.cancelled,
    }


def _summary(report: ImportReport, project: Path) -> str:
    known = f"; {report.known} were there already" if report.known else ""
    parts = ", ".join(f"{count} {part}" for part, count in report.photos_in_parts.items())
    return f"{project}: {objects_on(report.objects, report.photos)}{known}. The data set has {parts} photos."
