"""``rvergui study``: the paper's experiments on anybody's data, as one run that can be stopped and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from rvergui.cli.start import INTERRUPTED, tell

EXAMPLE = "Example: rvergui study samples --out study/ --plan quick"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("study", epilog=EXAMPLE)(study)


def study(
    data: str = typer.Argument(
        ..., metavar="DATA", help="A project (.rver), a folder of pairs, or the word “samples”: rendered meals."
    ),
    out: Path = typer.Option(..., "--out", metavar="DIR", help="The study's folder; what is there is gone on with."),
    plan: str = typer.Option("quick", metavar="NAME|FILE.toml", help="quick, look-alikes, grocery, paper, or a file."),
    only: list[str] = typer.Option(
        [], metavar="PATTERN", help="Only trainings whose name fits, such as “RveRNet*seed 0”; may be repeated."
    ),
    seeds: int | None = typer.Option(
        None, min=1, max=64, help="So many seeds, from 0, instead of the plan's.", show_default=False
    ),
    look_alikes: list[str] = typer.Option(
        [], metavar="GROUP", help="Classes taken for one another: “ketchup,chili paste”; may be repeated."
    ),
    report_only: bool = typer.Option(False, "--report-only", help="Train nothing; report what is there."),
    figures: str = typer.Option("svg", metavar="FORMAT", help="svg, png or pdf."),
    workers: int | None = typer.Option(None, min=1, max=256, help="Threads that open photos.", show_default=False),
) -> None:
    """Compare networks with and without surroundings, with noise and with teachers, and write a report.

    Every training has its own folder and is never done twice. Ctrl+C stops within seconds; the same command goes on.
    """
    from rvergui.study.data import prepare_data
    from rvergui.study.events import Preparing
    from rvergui.study.plan import load_plan
    from rvergui.study.report import write_report
    from rvergui.study.results import read_results
    from rvergui.study.runner import Machine, Outcome, StudyRun, locked
    from rvergui.training.look_alikes import parse_groups
    from rvergui.training.signals import cancelled_by_signals

    changes: dict[str, Any] = {}
    if seeds is not None:
        changes["seeds"] = tuple(range(seeds))
    if look_alikes:
        changes["look_alikes"] = parse_groups(look_alikes)
    asked = load_plan(plan).model_copy(update=changes)
    _check_format(figures)
    with locked(out), _Output() as output:
        # Ctrl+C ends this at once; what is half ready is made again
        examples = prepare_data(data, asked, out, lambda what: output.emit(Preparing(what)))
        chosen = examples.settle(asked)
        with cancelled_by_signals() as cancelled:
            run = StudyRun(chosen, examples, out, output.emit, cancelled, machine=Machine(workers=workers))
            outcome = Outcome() if report_only else run.run(only)
        path = write_report(read_results(chosen, run.folder), out, examples.name, figures)
        output.say(f"Report: {path}")
    if outcome.stopped:
        tell("Stopped; the same command goes on where it was.")
        raise typer.Exit(INTERRUPTED)
    if outcome.failed:
        tell(f"{len(outcome.failed)} trainings failed; the report names them.")
        raise typer.Exit(1)


def _check_format(figures: str) -> None:
    from rvergui.core.errors import RverError
    from rvergui.study.figures import FORMATS

    if figures not in FORMATS:
        raise RverError(f"There is no figure format {figures}; choose one of {', '.join(FORMATS)}.")


class _Output:
    """A bar on a terminal, and a line for each training."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[state]}"))
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("Study", total=None, state="")
        self._finished = self._total = 0
        self._told: set[str] = set()

    def __enter__(self) -> _Output:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._bar.stop()
        typer.echo(text)
        self._bar.start()

    def emit(self, event: Any) -> None:
        """Show an event of the study."""
        teller = getattr(self, f"_{type(event).__name__.lower()}", None)
        if teller is not None:
            teller(event)

    def _show(self, what: str, state: str = "", part: float = 0.0) -> None:
        total = max(self._total, 1)
        self._bar.update(self._task, description=what, total=total, completed=self._finished + part, state=state)

    def _preparing(self, event: Any) -> None:
        self.say(event.what)

    def _begun(self, event: Any) -> None:
        self._total, self._finished = event.total, event.finished
        self.say(f"{event.total} trainings, {event.finished} of them done already")

    def _cellbegun(self, event: Any) -> None:
        self.say(f"{event.number} of {event.total}: {event.name}{_left(event.seconds_left)}")

    def _celltraining(self, event: Any) -> None:
        from rvergui.training.events import Epoch, Started, Step

        inner = event.event
        if isinstance(inner, Started):
            for note in inner.notes:
                if note not in self._told:  # most are true of every training of a study
                    self._told.add(note)
                    self.say(f"  {note}")
        if isinstance(inner, Step):
            part = inner.step / max(inner.steps, 1)
            self._show(event.name, f"epoch {inner.epoch}{_left(event.seconds_left)}", part)
        elif isinstance(inner, Epoch):
            self._show(event.name, f"epoch {inner.epoch}, held out {inner.top1:.1%}{_left(event.seconds_left)}")

    def _celljudging(self, event: Any) -> None:
        self._show(event.name, f"judging, {event.noise or 'undisturbed'}", 1.0)

    def _cellfinished(self, event: Any) -> None:
        self._finished += 1
        self.say(f"  top-1 {event.top1:.1%} after {event.seconds:.0f} s")

    def _cellfailed(self, event: Any) -> None:
        self._finished += 1
        self.say(f"  failed: {event.reason}")


def _left(seconds: float | None) -> str:
    """The time left in a few words."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f", {seconds:.0f} s left"
    if seconds < 5400:
        return f", {seconds / 60:.0f} min left"
    return f", {seconds / 3600:.1f} h left"
