"""``rvergui bench``: how good and how quick a segmenter is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rvergui.cli.export import progress_bar
from rvergui.cli.open_window import check_file, check_segmenter
from rvergui.cli.start import INTERRUPTED, tell
from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.interchange.coco_instances import Choice, Instances
    from rvergui.segment.click_study import Study
    from rvergui.segment.protocol import Segmenter

EXAMPLE = (
    "Example: rvergui bench clicks --coco instances.json --images photos/ --segmenter grabcut --supercategory food"
)

# A photo that cannot be used is told with its name; after so many only how many more there are.
_MOST_PROBLEMS = 5


class Candidates(StrEnum):
    """Which of the masks that a click offers counts."""

    FIRST = "first"
    BEST = "best"


bench = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Measure how well photos are cut out here, and how fast objects are named.",
    epilog=EXAMPLE,
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.add_typer(bench, name="bench")


@bench.callback()
def _bench() -> None:
    pass  # with one command alone typer would leave out its name


@bench.command(epilog=EXAMPLE)
def clicks(
    coco: Path = typer.Option(..., "--coco", metavar="FILE.json", help="Any COCO instances file."),
    images: Path = typer.Option(..., "--images", metavar="FOLDER", help="Where its photos are."),
    segmenter: str | None = typer.Option(
        None, "--segmenter", metavar="NAME", help="Who is measured; the program's own choice if left out."
    ),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", metavar="FILE", help="Its weights; the installed ones if left out.", show_default=False
    ),
    most: int = typer.Option(5, "--clicks", min=1, max=100, help="How many clicks an object may have."),
    candidates: Candidates = typer.Option(
        Candidates.FIRST, help="first: the mask that the program shows; best: tell the best of those offered, too."
    ),
    jitter: str | None = typer.Option(
        None,
        metavar="PX|SHARE%",
        help="Measure also a person who misses the centre by up to 12 pixels, or up to 50% of the way to the edge.",
        show_default=False,
    ),
    category: list[str] = typer.Option([], metavar="NAME", help="Only these; repeat for more.", show_default=False),
    supercategory: list[str] = typer.Option(
        [], metavar="NAME", help="Only these groups of categories, such as food.", show_default=False
    ),
    min_area: int = typer.Option(100, min=0, metavar="PIXELS", help="Leave out smaller objects."),
    limit: int | None = typer.Option(
        None, min=1, metavar="N", help="At most N objects, drawn at random.", show_default=False
    ),
    seed: int = typer.Option(0, min=0, max=2**32 - 1, help="Of the drawing, the jitter and the order."),
    by_category: bool = typer.Option(False, "--per-category", help="Tell the numbers of each category, too."),
    out: Path | None = typer.Option(None, metavar="FILE.csv", help="Write a row for every object.", show_default=False),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Let a simulated person cut out every object of a COCO file: agreement (IoU) after each click, clicks, time.

    The first click goes to the middle of the object and each further one to the middle of the largest error.
    """
    check_file(coco, "COCO")
    check_file(checkpoint, "checkpoint")
    _check_out(out)

    from rvergui.interchange.coco_instances import Choice
    from rvergui.segment.click_study import Plan, empty_study, study
    from rvergui.segment.clicks import Jitter
    from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter

    plan = Plan(most, candidates is Candidates.BEST, Jitter.parse(jitter) if jitter is not None else None, seed)
    name = segmenter or DEFAULT_SEGMENTER
    check_segmenter(name)
    found = _read(coco, images, Choice(category, supercategory, min_area, limit, seed))
    with _ready(create_segmenter(name, checkpoint)) as backend:
        tell(
            f"{backend.description}: {found.objects} objects of at least {min_area} pixels "
            f"on {len(found.photos)} photos, up to {most} click{'s' * (most > 1)} each"
        )
        done, stopped = empty_study(backend, plan), False
        try:
            with progress_bar("Clicking") as progress:
                study(backend, found.photos, progress=progress, into=done)
        except KeyboardInterrupt:
            stopped = True
    _tell_notes(found, done)
    if stopped and not done.results:
        tell("Stopped before the first object was done.")
        raise typer.Exit(INTERRUPTED)
    _give_out(done, found, out, by_category, as_json, min_area)
    if stopped:
        tell(f"Stopped after {len(done.results)} of {done.total} objects; the numbers are of these.")
        raise typer.Exit(INTERRUPTED)


@contextmanager
def _ready(backend: Segmenter) -> Iterator[Segmenter]:
    """``backend`` once it is as fast as it gets; what it has running is ended afterwards."""
    wait: Callable[[Callable[[str, float], None]], object] | None = getattr(backend, "wait_ready", None)
    close: Callable[[], object] | None = getattr(backend, "close", None)
    try:
        if wait is not None:  # it converts its network in the background, and would be measured half one, half other
            wait(_stages())
        yield backend
    finally:
        if close is not None:
            close()


def _stages() -> Callable[[str, float], None]:
    """Tells each stage of a conversion once."""
    told: set[str] = set()

    def tell_stage(stage: str, share: float) -> None:
        if stage not in told:
            told.add(stage)
            tell(f"Getting ready: {stage}")

    return tell_stage


def _read(coco: Path, images: Path, choice: Choice) -> Instances:
    from rvergui.interchange.coco_instances import read_instances
    from rvergui.runtime.settings import Settings

    limit = Settings().pixel_limit
    with progress_bar("Reading outlines") as progress:
        return read_instances(coco, images, choice, limit, progress)


def _give_out(done: Study, found: Instances, out: Path | None, by_category: bool, as_json: bool, min_area: int) -> None:
    from rvergui import __version__
    from rvergui.cli.bench_output import category_table, table, write_rows
    from rvergui.segment.click_results import per_category, summary

    numbers = summary(done) | {
        "min_area": min_area,
        "left_out": found.tally.counts,
        "photos_not_used": len(done.problems),
        "version": __version__,
    }
    categories = per_category(done) if by_category else None
    if out is not None:
        write_rows(out, done)
    if as_json:
        more = {} if categories is None else {"per_category": categories}
        typer.echo(json.dumps(numbers | more, ensure_ascii=False, indent=1))
        return
    typer.echo(table(numbers))
    if categories is not None:
        typer.echo(f"\n{category_table(categories)}")


def _tell_notes(found: Instances, done: Study) -> None:
    for note in found.notes():
        tell(note)
    for problem in done.problems[:_MOST_PROBLEMS]:
        tell(f"Left out: {problem}")
    if len(done.problems) > _MOST_PROBLEMS:
        tell(f"Left out: {len(done.problems) - _MOST_PROBLEMS} more photos.")
    gave_up = [result for result in done.results if result.problem]
    if gave_up:
        first = gave_up[0]
        tell(
            f"The segmenter gave up on {len(gave_up)} of {len(done.results)} objects, which count as far as they got; "
            f"first on {first.photo}, annotation {first.name}: {first.problem}"
        )


def _check_out(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lower() != ".csv":
        raise typer.BadParameter(f"{out.name!r} is no CSV file; give a name that ends in .csv.", param_hint="--out")
    if out.is_dir():
        raise RverError(f"{out} is a folder; give a file name such as objects.csv.")
