"""``rvergui predict``: everything on a folder of photos, cut out and named."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rvergui.cli.counted import counted, objects_on
from rvergui.cli.open_window import check_file
from rvergui.cli.start import INTERRUPTED, tell

if TYPE_CHECKING:
    from rvergui.batch.predict import PredictReport

EXAMPLE = "Example: rvergui predict photos/ --out results.csv --model models/first.safetensors --workers 2"

# More sentences about single photos than this are counted instead of told.
_MOST_TOLD = 20
# Where there is no terminal to draw a bar on, a line is told so often.
_LINE_EVERY_S = 15.0


class OutputFormat(StrEnum):
    """The formats that can be written."""

    CSV = "csv"
    JSONL = "jsonl"
    COCO = "coco"
    PROJECT = "project"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("predict", epilog=EXAMPLE)(predict)


def predict(
    folder: Path = typer.Argument(..., metavar="FOLDER", help="Photos, those in sub-folders too; or one photo."),
    out: Path = typer.Option(
        ..., "--out", metavar="FILE", help="results.csv, .jsonl, .json (COCO), or .rver (a new project)."
    ),
    output_format: OutputFormat | None = typer.Option(
        None, "--format", help="Where the name of --out does not say it.", show_default=False
    ),
    model: Path | None = typer.Option(
        None,
        metavar="FILE",
        help="The network that names: a checkpoint, or a project for the one in use there; without it the one that "
        "came along, which knows the sample meals only.",
        show_default=False,
    ),
    names: bool = typer.Option(True, "--names/--no-names", help="Whether objects are named at all."),
    segmenter: str | None = typer.Option(
        None, metavar="NAME", help="starter (the default), sam_vit_b, mobile_sam, grabcut, ...", show_default=False
    ),
    checkpoint: Path | None = typer.Option(None, metavar="FILE", help="The segmenter's weights.", show_default=False),
    boxes: Path | None = typer.Option(
        None,
        metavar="FILE",
        help="Cut out what is in these boxes instead of finding everything: a CSV table (photo, x0, y0, x1, y1) or a "
        "COCO file.",
        show_default=False,
    ),
    top: int | None = typer.Option(
        None, min=1, max=100, help="How many names an object gets; 1, or 5 in a project.", show_default=False
    ),
    min_probability: float = typer.Option(0.0, min=0.0, max=1.0, help="Names less likely than this are not given."),
    named_only: bool = typer.Option(False, "--named-only", help="Leave out objects without a name."),
    workers: int | None = typer.Option(
        None,
        min=1,
        max=256,
        help="Processes, which share the processor's cores; by default as many as there are cores and memory for.",
        show_default=False,
    ),
    restart: bool = typer.Option(False, "--restart", help="Begin anew instead of where an earlier run stopped."),
    as_json: bool = typer.Option(False, "--json", help="Print the report as JSON."),
) -> None:
    """Cut out and name everything on the photos of a folder. A run that was stopped goes on when it is given again."""
    check_file(checkpoint, "checkpoint")
    check_file(boxes, "file of boxes")
    check_file(model, "model")

    from rvergui.batch.models import model_of
    from rvergui.batch.options import PredictOptions
    from rvergui.batch.outputs import NAMES, format_of
    from rvergui.batch.predict import predict as predict_folder
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    chosen = None
    if names:
        chosen, note = model_of(model)
        if note:
            tell(note)
    form = format_of(out, output_format.value if output_format is not None else None)
    options = PredictOptions(
        segmenter,
        checkpoint,
        chosen,
        top or NAMES[form],
        min_probability,
        named_only,
        Settings().pixel_limit,
    )
    with cancelled_by_signals() as cancelled, _progress() as progress:
        report = predict_folder(
            folder,
            out,
            options,
            form=form,
            boxes=boxes,
            workers=workers,
            restart=restart,
            progress=lambda done, total: progress(done, total) and not cancelled(),
            tell=_Stages(),
        )
    _say_skipped(report)
    typer.echo(json.dumps(report.record(), ensure_ascii=False, indent=1) if as_json else _summary(report))
    if report.cancelled:
        tell("Stopped; give the same command again to go on.")
        raise typer.Exit(INTERRUPTED)


def _say_skipped(report: PredictReport) -> None:
    for reason in report.skipped[:_MOST_TOLD]:
        tell(f"Skipped: {reason}")
    if len(report.skipped) > _MOST_TOLD:
        tell(f"Skipped: {len(report.skipped) - _MOST_TOLD} more.")
    for note in report.notes[:_MOST_TOLD]:
        tell(note)


def _summary(report: PredictReport) -> str:
    if report.cancelled:
        return f"{report.done} of {report.photos} photos are finished."
    parts = [f"{report.out}: {objects_on(report.objects, report.done)}, {report.named} of them named"]
    if report.skipped:
        parts.append(f"{counted(len(report.skipped), 'photo')} skipped")
    if report.resumed:
        parts.append(f"{report.resumed} from an earlier run")
    pace = report.per_second
    if pace is not None:
        parts.append(f"{pace:.2g} photos a second with {report.workers} process{'es' if report.workers > 1 else ''}")
    return "; ".join(parts)


class _Stages:
    """Tells what is being prepared once a stage, however often it is heard."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, words: str) -> None:
        stage = words.rpartition(",")[0] or words
        if stage != self._last:
            self._last = stage
            tell(f"Preparing the networks: {stage}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], bool]]:
    """A bar with the time left on a terminal, a line now and then elsewhere; never cancels."""
    from rich.console import Console

    from rvergui.cli.export import progress_bar

    if Console(stderr=True).is_terminal:
        with progress_bar("Looking at photos") as bar:
            yield bar
        return
    yield PlainProgress()


class PlainProgress:
    """Tells how far it is in a line now and then, for logs.

    Args:
        say: gets the lines.
        clock: seconds that only grow.
    """

    def __init__(self, say: Callable[[str], None] = tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._first: int | None = None
        self._begun: tuple[float, int] | None = None
        self._told = clock()

    def __call__(self, done: int, total: int) -> bool:
        """See ``Progress``."""
        from rvergui.runtime.pace import readable_time

        now = self._clock()
        self._first = done if self._first is None else self._first
        if self._begun is None and done > self._first:
            self._begun = (now, done)  # until the first one is done, networks are loaded and prepared
        since, before = self._begun or (now, done)
        if now - self._told >= _LINE_EVERY_S and done < total:
            self._told = now
            left = f", {readable_time((now - since) / (done - before) * (total - done))} left" if done > before else ""
            self._say(f"{done} of {total} photos{left}")
        return True
